"""What a pitch rests on: a broken link is seen dead, a loss was confirmed by two looks (2.2). One commit each.

The gate believes a dead link for 72 hours; so it is looked at every 48 as long as a first letter or a follow-up may
leave. A reclaim that a person starts by hand rests on the watched link of the same page, once that is lost.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa

from outreach.accounts.models import User
from outreach.db import locked, session, take_due, write
from outreach.diary.moves import note
from outreach.kit import urls
from outreach.links import ground_rules
from outreach.links.ground_models import GroundLook
from outreach.links.ground_rules import Ground
from outreach.links.look_queries import GONE, is_wrong_twice
from outreach.links.models import PlacedLink
from outreach.pitches.models import Pitch
from outreach.pitches.production.models import Production
from outreach.pitches.rules import REPAIRS, Column, PitchType, rests_on_ground
from outreach.projects.queries import writable_by

TAKEN_FOR = timedelta(minutes=10)
EARLY = (Column.TO_DO, Column.CONTACTED)
"""Columns in which a letter that needs its ground may still leave."""


class NoAddress(ValueError):
    """It is not written down what the pitch rests on."""


class Gone(LookupError):
    """There is no such pitch for this user to change."""


def needs() -> list[sa.ColumnElement[bool]]:
    """Open pitches that rest on something and may still be written for; a reclaim or correction only until it is known."""
    unproved = sa.and_(Pitch.type.in_(REPAIRS), Pitch.is_ground_ok.is_not(True))
    return [
        Pitch.is_open.is_(True),
        Pitch.board_column.in_(EARLY),
        sa.or_(Pitch.type == PitchType.BROKEN_LINK, unproved),
    ]


def unwatched(limit: int) -> Sequence[int]:
    """Pitches that rest on something which nobody looks at yet."""
    has_one = sa.select(GroundLook.id).where(GroundLook.pitch_id == Pitch.id).exists()
    return session().scalars(sa.select(Pitch.id).where(*needs(), ~has_one).limit(limit)).all()


def due(now: datetime) -> sa.Select[int]:
    """Ids of looks whose moment has come, or whose pitch was changed since without its ground being known."""
    changed = sa.and_(Pitch.is_ground_ok.is_(None), GroundLook.last_at < Pitch.updated_at)
    return (
        sa.select(GroundLook.id)
        .join(Pitch, Pitch.id == GroundLook.pitch_id)
        .where(
            sa.or_(GroundLook.next_at <= now, changed),
            sa.or_(GroundLook.taken_until.is_(None), GroundLook.taken_until <= now),
            *needs(),
        )
    )


def begin(limit: int, *, now: datetime) -> int:
    """Look at what new pitches rest on; the first look is at once."""
    with write() as here:
        waiting = unwatched(limit)
        here.add_all(GroundLook(pitch_id=key, next_at=now) for key in waiting)
        return len(waiting)


def take(limit: int, *, now: datetime) -> dict[int, int]:
    """Take due looks: {id: fence}."""
    keys = due(now).order_by(GroundLook.next_at).limit(limit)
    is_free = sa.or_(GroundLook.taken_until.is_(None), GroundLook.taken_until <= now)
    with write():
        return dict(take_due(GroundLook, keys, is_free, until=now + TAKEN_FOR))


def addresses(keys: Sequence[int]) -> dict[int, str]:
    """{look: the dead address} of the broken-link pitches among them; "" where none is written down."""
    query = (
        sa.select(GroundLook.id, Production.facts)
        .join(Pitch, Pitch.id == GroundLook.pitch_id)
        .outerjoin(Production, Production.pitch_id == Pitch.id)
        .where(GroundLook.id.in_(keys), Pitch.type == PitchType.BROKEN_LINK)
    )
    return {key: str((facts or {}).get("dead_url", "")) for key, facts in session().execute(query)}


def record(key: int, fence: int, state: str, *, now: datetime) -> bool | None:
    """Keep what a look at the address came to; whether the pitch has its ground now. `state` "" : no address is known."""
    with write():
        look = locked(GroundLook, key)
        if look is None or look.fence != fence:
            return None
        pitch = session().get_one(Pitch, look.pitch_id, with_for_update=True)
        if pitch.type in REPAIRS:
            found, state = _wrong_of(pitch), "wrong"
        elif state:
            found = ground_rules.judge(state, look.last_state, look.last_at, now=now)
        else:
            found = Ground(None, "The dead address is not written down yet", ground_rules.CYCLE)
        look.taken_until, look.last_at, look.last_state = None, now, state
        look.told, look.next_at = found.told, now + found.again
        _settle(pitch, found, now=now)
        return found.is_ok


def _settle(pitch: Pitch, found: Ground, *, now: datetime) -> None:
    """Write it onto the pitch, where the gate reads it; what says nothing changes nothing."""
    if found.is_ok is None:
        return
    if pitch.is_ground_ok is not found.is_ok:
        kind = "pitch.grounded" if found.is_ok else "pitch.groundless"
        note(kind, by=None, now=now, project_id=pitch.project_id, site_id=pitch.site_id, pitch_id=pitch.id)
    pitch.is_ground_ok, pitch.ground_checked_at = found.is_ok, now


def _wrong_of(pitch: Pitch) -> Ground:
    """Is the link that a reclaim asks for lost (F3), or wrong where a correction is asked for? Two looks have to say so."""
    pages = {urls.normalise(url) for url in (pitch.subject_page_url, pitch.page_url) if url}
    query = sa.select(PlacedLink).where(
        PlacedLink.project_id == pitch.project_id,
        PlacedLink.site_id == pitch.site_id,
        sa.or_(PlacedLink.reclaim_pitch_id == pitch.id, PlacedLink.page_url_norm.in_(pages)),
    )
    links = session().scalars(query.order_by(PlacedLink.id)).all()
    is_lost = pitch.type is PitchType.LINK_RECLAIM
    wrong = next((link for link in links if (link.state in GONE if is_lost else is_wrong_twice(link))), None)
    if wrong is None:
        missing = (
            "is not lost by what was seen" if is_lost else "was not yet found wrong by two looks a day apart"
        )
        words = missing if links else "is not watched; watch it, and two looks will tell"
        return Ground(False if links else None, f"The link {words}", ground_rules.SOON)
    wrong.reclaim_pitch_id = wrong.reclaim_pitch_id or pitch.id
    told = (
        "Two looks have confirmed the loss"
        if is_lost
        else "Two looks have found the same wrong with the link"
    )
    return Ground(True, told, ground_rules.CYCLE)


def ask(user: User, pitch_id: int, *, now: datetime) -> None:
    """A person wants a look now. Raises Gone, and NoAddress when it is not written down what to look at."""
    with write() as here:
        pitch = locked(Pitch, pitch_id)
        mine = here.scalars(writable_by(user)).all()
        if pitch is None or pitch.project_id not in mine:
            raise Gone
        if not rests_on_ground(pitch.type):
            raise Gone
        row = here.scalar(sa.select(Production).where(Production.pitch_id == pitch_id))
        if pitch.type is PitchType.BROKEN_LINK and not (row and row.facts.get("dead_url")):
            raise NoAddress("Write down the dead address first.")
        look = here.scalar(sa.select(GroundLook).where(GroundLook.pitch_id == pitch_id))
        if look is None:
            look = GroundLook(pitch_id=pitch_id, next_at=now)
            here.add(look)
        look.next_at = now
        note("pitch.ground_asked", by=user.id, now=now, project_id=pitch.project_id, pitch_id=pitch.id)
