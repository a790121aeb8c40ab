"""Mazur's network trained the plain way, as a user of each framework would write it."""
