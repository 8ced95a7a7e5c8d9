"""The pitch that asks for a link again: opened by a loss, confirmed by a second look, closed when the link is back. Never commits."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from outreach.accounts.models import User
from outreach.db import session
from outreach.diary.moves import note
from outreach.kit import clock
from outreach.links import look_queries
from outreach.links.looks import Look
from outreach.links.models import PlacedLink
from outreach.links.words import short
from outreach.pitches import moves as pitch_moves
from outreach.pitches.models import Pitch
from outreach.pitches.rules import PitchType, Stage
from outreach.projects.models import Project


def open_repair(
    link: PlacedLink, kind: PitchType, look: Look, *, owner: User, now: datetime, today: date
) -> None:
    """Exactly one open reclaim or correction a link; it goes on in the same conversation. No letter leaves before `confirm`."""
    open_one = session().get(Pitch, link.reclaim_pitch_id) if link.reclaim_pitch_id else None
    if open_one is not None and open_one.is_open:
        return
    origin = session().get(Pitch, link.pitch_id) if link.pitch_id else None
    project = session().get_one(Project, link.project_id)
    pitch = pitch_moves.start(
        project, kind, link.site_id, by=owner, now=now, today=today, person_id=origin.person_id if origin else None,
        own_page_id=origin.own_page_id if origin else None, topic=f"Our link on {short(link.page_url)}",
        parent_id=origin.id if origin else None, stage=Stage.READY, owner_id=owner.id, subject_page_url=link.page_url,
        notes=_evidence(link, look, zone=ZoneInfo(owner.timezone), now=now),
    )  # fmt: skip
    pitch.target_url, pitch.expected_rel, pitch.page_url = link.target_url, link.expected_rel, link.page_url
    link.reclaim_pitch_id = pitch.id


def confirm(link: PlacedLink, *, zone: ZoneInfo, now: datetime) -> None:
    """A second look, or a person's, has found the same: the letter that asks for the link may leave (2.2)."""
    pitch = session().get(Pitch, link.reclaim_pitch_id) if link.reclaim_pitch_id else None
    if pitch is None or not pitch.is_open or pitch.is_ground_ok or not look_queries.is_wrong_twice(link):
        return
    if pitch.created_at < now:
        pitch.notes = f"{pitch.notes}\nSeen again on {now.astimezone(zone):%-d %B %Y, %H:%M}.".lstrip()
    pitch.is_ground_ok, pitch.ground_checked_at = True, now
    note(
        "pitch.grounded", by=None, now=now, project_id=pitch.project_id, site_id=pitch.site_id, pitch_id=pitch.id
    )  # fmt: skip


def _evidence(link: PlacedLink, look: Look, *, zone: ZoneInfo, now: datetime) -> str:
    """What the letter may say: what was seen and when, and how it was the last time that all was well. Moments are the owner's."""
    at = [when for when in (link.first_miss_at, now) if when is not None]
    days = " and ".join(dict.fromkeys(f"{when.astimezone(zone):%-d %B %Y, %H:%M}" for when in at))
    lines = [f"Seen on {days}: {look.sentence}"]
    if (last := look_queries.last_good(link)) is not None:
        lines.append(f"As agreed until {last.at.astimezone(zone):%-d %B %Y, %H:%M}.")
        if last.found and (context := last.found[0].get("context") or last.found[0].get("anchor")):
            lines.append(f"It stood there: “{context}”")
    return "\n".join(lines)


def close_repair(link: PlacedLink, *, now: datetime, today: date) -> None:
    """The link is back, or as agreed again: the reclaim or correction closes itself."""
    pitch = (
        session().get(Pitch, link.reclaim_pitch_id, with_for_update=True) if link.reclaim_pitch_id else None
    )
    if pitch is not None:
        pitch_moves.succeed(pitch, by=None, now=now, today=today)


def give_up(link: PlacedLink, *, by: User, now: datetime) -> None:
    """The pitch that asks for the link is closed with it."""
    pitch = (
        session().get(Pitch, link.reclaim_pitch_id, with_for_update=True) if link.reclaim_pitch_id else None
    )
    if pitch is not None and pitch.is_open:
        today = clock.local_day(now, ZoneInfo(by.timezone))
        pitch_moves.move(pitch, Stage.WRITTEN_OFF, by=by, now=now, today=today)
