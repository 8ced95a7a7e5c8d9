"""Pure tools without input or output: time, addresses, text, tables, tokens."""
