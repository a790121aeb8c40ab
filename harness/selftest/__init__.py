"""The harness on trial: mistakes planted on purpose, to see which are caught and named."""
