"""The wrong numbers of a document: which mistakes make them, and how likely by accident."""
