"""Fetching pages, guarded."""
