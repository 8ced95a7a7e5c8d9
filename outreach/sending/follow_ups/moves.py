"""Changing what belongs to follow-ups. Never commits; each change writes its diary line."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from outreach.accounts import queries as account_queries
from outreach.accounts.models import User
from outreach.db import session
from outreach.diary.moves import note
from outreach.kit.clock import local_day
from outreach.mail.models import Message
from outreach.mail.rules import MessageState
from outreach.pitches import moves as pitch_moves
from outreach.pitches.models import Pitch
from outreach.pitches.next_days import closes_on
from outreach.pitches.rules import NextKind, Stage
from outreach.sending import moves, waiting_moves
from outreach.sending.follow_ups import queries, rules
from outreach.sending.models import FollowUpStop

NO_ANSWER = "No answer to the last letter."


def take(pitch_id: int, *, now: datetime) -> bool:
    """Take a follow-up that is to be written; False when another worker has done so."""
    taken = session().execute(
        sa.update(Pitch)
        .where(
            Pitch.id == pitch_id,
            Pitch.is_open,
            Pitch.next_kind == NextKind.FOLLOW_UP,
            queries.awaits_letter(),
        )
        .values(follow_up_drafted_at=now)
        .returning(Pitch.id)
        .execution_options(synchronize_session=False)
    )
    return taken.scalar() is not None


def keep(letter: Message, thread_id: int, number: int, words: str, *, now: datetime) -> None:
    """Add a letter that the worker wrote, as a draft: it gets its address to say no when it is queued."""
    letter.opaque_id, letter.opt_out_token, letter.queued_at = None, "", None
    letter.thread_id, letter.attempt_no, letter.state_reason = thread_id, number, words[:500]
    session().add(letter)
    session().flush()
    moves.tell("letter.drafted", letter, by=None, now=now, number=number)


def by_hand(pitch: Pitch, words: str, *, now: datetime) -> None:
    """No letter is written: the next action says why, in the words of a person's note if there is one."""
    if not pitch.next_note:
        pitch.next_note = words
        pitch_moves.touch(pitch, now)
        note(
            "pitch.by_hand", by=None, now=now, project_id=pitch.project_id, site_id=pitch.site_id,
            person_id=pitch.person_id, pitch_id=pitch.id,
        )  # fmt: skip


def wait_for_the_end(pitch: Pitch, *, now: datetime, today: date) -> None:
    """The last follow-up has left, as when the project allows fewer than before: the pitch ends two weeks after it."""
    last_out_on = _last_out_on(pitch) or today
    on = closes_on(last_out_on, account_queries.working_days(pitch.next_owner_id))
    pitch_moves.set_next(pitch, NextKind.CLOSE, on, pitch.next_owner_id)
    pitch_moves.touch(pitch, now)
    note(
        "pitch.written_last", by=None, now=now, project_id=pitch.project_id, site_id=pitch.site_id,
        person_id=pitch.person_id, pitch_id=pitch.id, on=on.isoformat(),
    )  # fmt: skip


def _last_out_on(pitch: Pitch) -> date | None:
    """The day of our last letter where whoever has the next action lives."""
    owner = session().get(User, pitch.next_owner_id) if pitch.next_owner_id else None
    zone = ZoneInfo(owner.timezone if owner else "UTC")
    return local_day(pitch.last_out_at, zone) if pitch.last_out_at else None


def close(pitch: Pitch, *, by: User | None, now: datetime, today: date) -> None:
    """The pitch ends without an answer."""
    pitch_moves.move(pitch, Stage.NO_RESPONSE, by=by, now=now, today=today, reason=NO_ANSWER)


def drop(letter: Message, words: str, *, now: datetime) -> None:
    """A letter that the worker wrote is not needed: what it was for is written anew when it is due again."""
    moves.change(letter, MessageState.CANCELLED, "letter.cancelled", by=None, now=now, reason=words)
    pitch = session().get(Pitch, letter.pitch_id)
    if pitch is not None:
        pitch.follow_up_drafted_at = None


def stop(pitch: Pitch, *, site: bool, by: User, now: datetime, today: date) -> FollowUpStop:
    """No more follow-ups to the person of the pitch, wherever they are due; with `site`, to all at the site."""
    letters, was_queued = queries.waiting_letters(pitch, site=site), []
    for letter in letters:
        if letter.state is not MessageState.DRAFT:
            was_queued.append(letter.id)
        words = f"{by.name} stopped the follow-ups."
        moves.change(letter, MessageState.CANCELLED, "letter.cancelled", by=by.id, now=now, reason=words)
    changed = [_end(one, by=by, now=now, today=today) for one in queries.chased_of(pitch, site=site)]
    row = FollowUpStop(
        pitch_id=pitch.id, person_id=None if site else pitch.person_id, site_id=pitch.site_id if site else None, by_id=by.id,
        at=now, effects={"letters": was_queued, "pitches": changed},
    )  # fmt: skip
    session().add(row)
    session().flush()
    _note("stopped", pitch, by=by, now=now, letters=len(letters), pitches=len(changed))
    return row


def _end(pitch: Pitch, *, by: User, now: datetime, today: date) -> dict[str, Any]:
    """What comes in place of a follow-up that was stopped; and what an undo needs."""
    before = pitch_moves.remembered(pitch)
    last_out_on = _last_out_on(pitch)
    calendar = account_queries.working_days(pitch.next_owner_id)
    after = rules.after_stop(pitch.stage, last_out_on, today, calendar=calendar)
    if after.is_over:
        close(pitch, by=by, now=now, today=today)
    else:
        owner = pitch.next_owner_id or by.id
        pitch_moves.plan(pitch, after.kind, after.on, owner, after.words, by=by, now=now)
    return {"id": pitch.id, "version": pitch.version, "before": before}


def lift(row: FollowUpStop, pitches: Sequence[Pitch], *, by: User, now: datetime) -> int:
    """Follow-ups may be written again; what has not changed since is put back. Gives how many pitches that were."""
    row.lifted_at = now
    known = {one["id"]: one for one in row.effects.get("pitches", [])}
    back = 0
    for pitch in pitches:
        one = known[pitch.id]
        if pitch_moves.put_back(pitch, one["before"], one["version"], by=by, now=now):
            pitch.follow_up_drafted_at = None
            back += 1
    waiting_moves.take_up_again(row.effects.get("letters", []), by=by.id, now=now)
    _note("allowed", session().get_one(Pitch, row.pitch_id), by=by, now=now, pitches=back)
    return back


def _note(what: str, pitch: Pitch, *, by: User, now: datetime, **data: Any) -> None:
    note(
        f"follow_up.{what}", by=by.id, now=now, project_id=pitch.project_id, site_id=pitch.site_id,
        person_id=pitch.person_id, pitch_id=pitch.id, **data,
    )  # fmt: skip
