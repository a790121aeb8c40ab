"""Implementations that disagree: with which mistake, or which two, they would agree."""
