"""Costs, as ratios to a named peer measured in the same run; see benchmarks/README.md."""
