"""Which mistake makes a wrong number: the smallest change that reproduces it to the last digit."""
