"""Backpropagation as people get it wrong: correct programs, and what each is with a bug."""
