"""The computation that mistakes are edits of: a flat list of lines, run in floats or balls."""
