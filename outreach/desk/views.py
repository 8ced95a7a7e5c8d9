"""Collects the screens of the desk: each module hangs its addresses on `desk.door.bp`. Add yours to the import."""

from __future__ import annotations

from outreach.desk import (
    audit,
    calendar,
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
    "audit",
    "bp",
    "calendar",
    "palette",
    "people",
    "pitch_page",
    "qualify",
    "relationship_views",
    "search",
    "sites",
    "today",
]
