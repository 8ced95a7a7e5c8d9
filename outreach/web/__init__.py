"""Shared manners of the doors: who may open them, headers, errors, forms, paging."""
