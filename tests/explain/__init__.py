"""Explanations: of wrong numbers, of false formulas, of implementations that disagree."""
