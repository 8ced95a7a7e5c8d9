"""An interview's slot as an invitation that calendars understand (RFC 5545 and, for the answer, RFC 5546)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from outreach.pitches.models import Pitch
from outreach.pitches.production.models import Production
from outreach.prospects.rules import ContactKind, ContactStatus

if TYPE_CHECKING:
    from icalendar import vCalAddress

MOST_AHEAD = timedelta(days=731)
"""Two years: what is set for later is mistyped."""


def problem(typed: datetime, zone: ZoneInfo, was: datetime | None, *, now: datetime) -> str:
    """Why nobody can meet at this hour of `zone`; "" when they can, or when it stood there before (`was`)."""
    try:
        at = typed.replace(tzinfo=zone).astimezone(UTC)
    except OverflowError:
        return "Give a day within two years."
    if at == was:
        return ""
    if at.astimezone(zone).replace(tzinfo=None) != typed:
        return "There is no such hour on that day: the clocks are put forward."
    if at <= now:
        return "This hour is past; give one that is to come."
    return "Give a day within two years." if at > now + MOST_AHEAD else ""


def as_ics(pitch: Pitch, row: Production, *, host: str, now: datetime) -> bytes:
    """One event, from the pitch's owner to its person. Its UID is the same for each version, and SEQUENCE counts them, so that a calendar moves it.

    Without a day it takes the one before back (METHOD:CANCEL).
    """
    from icalendar import Calendar, Event  # five megabytes that a worker does not need

    event = Event()
    event.add("uid", uid(pitch.id, host))
    event.add("sequence", max(row.slot_sequence - 1, 0))
    event.add("dtstamp", now)
    event.add("status", "CONFIRMED" if row.slot_at else "CANCELLED")
    event.add("summary", f"Interview: {pitch.topic or pitch.site.key}")
    if row.slot_at:
        event.add("dtstart", row.slot_at)
        event.add("dtend", row.slot_at + timedelta(minutes=row.slot_minutes))
    if row.slot_place:
        event.add("location", row.slot_place)
    if pitch.owner:
        event["organizer"] = _whom(pitch.owner.email, pitch.owner.name)
    if guest := _address_of(pitch):
        event.add("attendee", _guest(guest, pitch.person.name if pitch.person else ""), encode=False)
    calendar = Calendar()
    calendar.add("prodid", "-//Outreach//Interview//EN")
    calendar.add("version", "2.0")
    if pitch.owner:
        calendar.add("method", "REQUEST" if row.slot_at else "CANCEL")
    calendar.add_component(event)
    return bytes(calendar.to_ical())


def uid(pitch_id: int, host: str) -> str:
    """What names the event, in the invitation and in the feed of its owner."""
    return f"interview-{pitch_id}@{host}"


def _address_of(pitch: Pitch) -> str:
    """The mail address of the pitch's person that is not known to be dead."""
    dead = (ContactStatus.BOUNCED, ContactStatus.INVALID)
    points = pitch.person.contact_points if pitch.person else []
    return next((one.value for one in points if one.kind is ContactKind.EMAIL and one.status not in dead), "")


def _guest(address: str, name: str) -> vCalAddress:
    from icalendar import vText

    guest = _whom(address, name)
    guest.params.update(
        {"ROLE": vText("REQ-PARTICIPANT"), "PARTSTAT": vText("NEEDS-ACTION"), "RSVP": vText("TRUE")}
    )
    return guest


def _whom(address: str, name: str) -> vCalAddress:
    """A calendar address; signs that no quoted parameter may hold are left out (RFC 5545, 3.2)."""
    from icalendar import vCalAddress, vText

    whom = vCalAddress(f"mailto:{address}")
    if shown := "".join(sign for sign in name if sign != '"' and sign.isprintable()):
        whom.params["CN"] = vText(shown)
    return whom
