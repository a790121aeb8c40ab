"""The catalogue of mistakes, generated from the computation that they are made in."""

from harness.explain.catalogue.scopes import catalogue

__all__ = ["catalogue"]
