"""An interview's slot as a calendar file (RFC 5545)."""

from __future__ import annotations

from datetime import datetime, timedelta

from outreach.pitches.models import Pitch
from outreach.pitches.production.models import Production


def as_ics(pitch: Pitch, row: Production, *, host: str, now: datetime) -> bytes:
    """One event. Its UID is the same for each version, and SEQUENCE counts them, so that a calendar moves it."""
    from icalendar import Calendar, Event  # five megabytes that a worker does not need

    assert row.slot_at
    event = Event()
    event.add("uid", f"interview-{pitch.id}@{host.partition(':')[0] or 'outreach'}")
    event.add("sequence", max(row.slot_sequence - 1, 0))
    event.add("dtstamp", now)
    event.add("dtstart", row.slot_at)
    event.add("dtend", row.slot_at + timedelta(minutes=row.slot_minutes))
    event.add("summary", f"Interview: {pitch.topic or pitch.site.key}")
    if row.slot_place:
        event.add("location", row.slot_place)
    calendar = Calendar()
    calendar.add("prodid", "-//Outreach//Interview//EN")
    calendar.add("version", "2.0")
    calendar.add_component(event)
    return bytes(calendar.to_ical())
