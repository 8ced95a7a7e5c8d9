"""Checking links: our engine against the ways in which others do it, on the same pages and the same answers."""
