"""Pure tools: no tables, no network, no Flask."""
