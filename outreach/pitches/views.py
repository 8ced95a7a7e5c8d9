"""The doors to pitches, collected; a pitch's own page shows several rooms and is the desk's."""

from __future__ import annotations

from outreach.pitches import exporting, limits, moving, moving_many, pipeline, planning, starting, writing
from outreach.pitches.door import bp
from outreach.pitches.production import file_views
from outreach.pitches.production import views as production

__all__ = [
    "bp",
    "exporting",
    "file_views",
    "limits",
    "moving",
    "moving_many",
    "pipeline",
    "planning",
    "production",
    "starting",
    "writing",
]
