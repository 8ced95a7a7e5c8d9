"""Collects the screens of the desk: each module hangs its addresses on `desk.door.bp`. Add yours to the import."""

from __future__ import annotations

from outreach.desk import (
    acting,
    audit,
    calendar,
    giving,
    palette,
    people,
    pitch_page,
    qualify,
    relationship_views,
    search,
    sites,
    today,
)
from outreach.desk.door import bp

__all__ = [
    "acting",
    "audit",
    "bp",
    "calendar",
    "giving",
    "palette",
    "people",
    "pitch_page",
    "qualify",
    "relationship_views",
    "search",
    "sites",
    "today",
]
