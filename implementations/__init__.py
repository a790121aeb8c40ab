"""Independent implementations of backpropagation: one witness a file or package, none knows another."""
