"""What a letter does to a pitch: ours left, theirs came, or it came back. Never commits; each counts once and writes one diary line."""

from __future__ import annotations

from datetime import date, datetime

from outreach.accounts import queries as account_queries
from outreach.accounts.models import User
from outreach.db import session
from outreach.pitches import next_days
from outreach.pitches.models import Pitch
from outreach.pitches.moves import move, note_about, set_next, touch
from outreach.pitches.rules import NextKind, Stage
from outreach.projects.models import Project


def contacted(
    pitch: Pitch,
    *,
    now: datetime,
    today: date,
    follow_up_days: int,
    is_follow_up: bool,
    by: User | None = None,
) -> None:
    """A letter of ours left: the pitch is contacted at least, and the next action is to follow up."""
    pitch.last_out_at = now
    if is_follow_up:
        pitch.follow_ups_sent += 1
    if pitch.stage in (Stage.IDEA, Stage.QUALIFIED, Stage.READY):
        move(pitch, Stage.CONTACTED, by=by, now=now, today=today, follow_up_days=follow_up_days)
        after_letter(pitch, today, follow_up_days)
    elif pitch.is_open:
        after_letter(pitch, today, follow_up_days)
        touch(pitch, now)
        on = pitch.next_on.isoformat() if pitch.next_on else ""
        kind = "pitch.written" if pitch.next_kind is NextKind.FOLLOW_UP else "pitch.written_last"
        note_about(pitch, kind, by=by, now=now, on=on)


def after_letter(pitch: Pitch, today: date, follow_up_days: int) -> None:
    """Part of a larger change: what comes after a letter that left `today` is next."""
    kind, day = next_days.after_letter(
        pitch.stage, today, sent=pitch.follow_ups_sent, most=session().get_one(Project, pitch.project_id).max_followups,
        follow_up_days=follow_up_days, calendar=account_queries.working_days(pitch.next_owner_id),
    )  # fmt: skip
    set_next(pitch, kind, day, pitch.next_owner_id)


def talking(pitch: Pitch, *, now: datetime, today: date) -> None:
    """A person answered: the pitch is talking at least, "answer" is due today (2.3). Follow-ups are counted anew."""
    pitch.last_in_at = now
    pitch.follow_ups_sent = 0
    if pitch.stage in (Stage.IDEA, Stage.QUALIFIED, Stage.READY, Stage.CONTACTED):
        move(pitch, Stage.TALKING, by=None, now=now, today=today)
        pitch.next_on = today
    elif pitch.is_open:
        set_next(pitch, NextKind.ANSWER, today, pitch.next_owner_id)
        touch(pitch, now)
        note_about(pitch, "pitch.answered", by=None, now=now, on=today.isoformat())


def put_off(pitch: Pitch, day: date, *, now: datetime) -> bool:
    """An automatic answer says when they are back: a follow-up is not due before `day`. False when nothing changes."""
    if not pitch.is_open or pitch.next_kind is not NextKind.FOLLOW_UP or (pitch.next_on or day) >= day:
        return False
    pitch.next_on = day
    touch(pitch, now)
    note_about(pitch, "pitch.put_off", by=None, now=now, on=day.isoformat())
    return True


def look_for_another(pitch: Pitch, words: str, *, now: datetime, today: date) -> bool:
    """The address takes no mail: another one has to be found. False for a pitch that is not open."""
    if not pitch.is_open:
        return False
    set_next(pitch, NextKind.FIND_CONTACT, today, pitch.next_owner_id, words)
    touch(pitch, now)
    note_about(pitch, "pitch.bounced", by=None, now=now)
    return True
