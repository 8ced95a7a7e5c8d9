"""Placed links and every check of them."""
