"""False formulas: the one change that makes each true."""

from harness.explain.formulas.search import explained

__all__ = ["explained"]
