"""The outer world: no tables, no Flask."""
