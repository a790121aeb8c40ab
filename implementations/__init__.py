"""Independent implementations of backpropagation: one witness a file, none knows another."""
