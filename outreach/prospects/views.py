"""Collects the screens of prospects, people and sites: each module hangs its addresses on `door.bp`."""

from __future__ import annotations

from outreach.prospects import (
    adding,
    exports,
    label_forms,
    label_settings,
    list_setup,
    lists,
    people_forms,
    people_list,
    site_forms,
)
from outreach.prospects.door import bp

__all__ = [
    "adding",
    "bp",
    "exports",
    "label_forms",
    "label_settings",
    "list_setup",
    "lists",
    "people_forms",
    "people_list",
    "site_forms",
]
