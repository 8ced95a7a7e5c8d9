"""Saved views: names for the filters, columns and sort of a list."""
