"""Duplicates: finding them, making one of two, and taking that back."""
