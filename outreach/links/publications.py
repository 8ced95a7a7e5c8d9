"""Published pages found by themselves (F6): taking a watch, keeping what was found, and what a person says to it. One commit each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from outreach.accounts.models import User
from outreach.db import locked, session, take_due, write
from outreach.diary.moves import note
from outreach.kit import clock, urls
from outreach.links import agreed, publication_queries
from outreach.links.publication_models import Finding, Publication, PublicationWatch
from outreach.links.seeking import Find, Outcome, Search
from outreach.pitches import moves as pitch_moves
from outreach.pitches.arrows import MoveRefused
from outreach.pitches.models import Pitch
from outreach.pitches.rules import PitchType, Stage
from outreach.reminders import moves as reminder_moves
from outreach.reminders.rules import ReminderKind

CYCLE = timedelta(hours=6)
TAKEN_FOR = timedelta(minutes=15)
SEEN_MOST = 5_000
FINDS_MOST = 3
"""Proposals of one cycle: a person is to choose, not to search."""
GETS_THE_LINK = frozenset({PitchType.RESOURCE_LINK, PitchType.BROKEN_LINK, PitchType.UNLINKED_MENTION})
"""Types whose page of theirs is the one that is to link to us."""
LATE = timedelta(days=2)
"""A page dated so long before the pitch began is not its fruit; feeds are loose with zones."""


class Gone(LookupError):
    """The finding is not there, was decided before, or is not for this user."""


def begin(limit: int, *, now: datetime) -> int:
    """Watch the sites of pitches that have come to wait for their page; the first look is at once."""
    with write() as here:
        waiting = publication_queries.unwatched(limit)
        here.add_all(PublicationWatch(pitch_id=key, next_at=now, seen=[]) for key in waiting)
        return len(waiting)


def take(limit: int, *, now: datetime) -> dict[int, int]:
    """Take due watches: {id: fence}. Who asks second gets others, or nothing."""
    keys = publication_queries.due(now).order_by(PublicationWatch.next_at).limit(limit)
    is_free = sa.or_(PublicationWatch.taken_until.is_(None), PublicationWatch.taken_until <= now)
    with write():
        return dict(take_due(PublicationWatch, keys, is_free, until=now + TAKEN_FOR))


def searches(keys: Sequence[int]) -> dict[int, Search]:
    """What is looked for, as plain values; {watch id: search}."""
    found = {}
    bylines = publication_queries.bylines(keys)
    for watch in publication_queries.loaded(keys):
        pitch = watch.pitch
        author = bylines.get(watch.id) or (pitch.owner.name if pitch.owner else "")
        found[watch.id] = Search(
            pitch.site.url, tuple(own.host for own in pitch.project.hosts), pitch.target_url, author, pitch.created_at - LATE,
            frozenset(watch.seen), publication_queries.known_pages(pitch),
            page=pitch.subject_page_url if pitch.type in GETS_THE_LINK else "", last_at=watch.last_at,
        )  # fmt: skip
    return found


def record(key: int, fence: int, outcome: Outcome, *, now: datetime) -> int:
    """Keep what a look came to; gives how many pages are proposed. Nothing when somebody else has taken the watch since."""
    with write() as here:
        watch = locked(PublicationWatch, key)
        if watch is None or watch.fence != fence:
            return 0
        watch.taken_until, watch.last_at, watch.next_at = (
            None,
            now,
            now + CYCLE * (0.95 + (key * 37 % 100) / 2000),
        )
        watch.seen = [*watch.seen, *outcome.opened][-SEEN_MOST:]
        watch.told = outcome.trouble or _told(outcome)
        pitch = here.get_one(Pitch, watch.pitch_id)
        if pitch.page_url or not pitch.is_open:
            return 0
        known = publication_queries.known_pages(pitch)
        fresh = [find for find in outcome.finds if urls.normalise(find.page_url) not in known][:FINDS_MOST]
        for find in fresh:
            propose(pitch, find, now=now)
        return len(fresh)


def _told(outcome: Outcome) -> str:
    where = (
        " and ".join(dict.fromkeys(outcome.sources)) or "front page alone, there is no feed and no sitemap"
    )
    pages = len(outcome.opened)
    return f"{pages} new {'page' if pages == 1 else 'pages'} read, from the {where}"


def propose(pitch: Pitch, find: Find, *, now: datetime) -> None:
    """A row on the pitch, and one on Today; inside a commit of the caller's."""
    found = Publication(
        pitch_id=pitch.id, page_url=find.page_url[:2048], page_url_norm=urls.normalise(find.page_url)[:2048], title=find.title[:300],
        href=find.href[:2048], anchor=find.anchor[:300], context=find.context[:500], via=find.via, state=Finding.OPEN, found_at=now,
    )  # fmt: skip
    session().add(found)
    session().flush()
    owner = session().get_one(User, pitch.owner_id or pitch.next_owner_id or pitch.created_by_id)
    today = clock.local_day(now, ZoneInfo(owner.timezone))
    reminder_moves.add(
        ReminderKind.PRODUCTION, f"Looks published: {find.title or find.page_url}", today, owner.id, by=None, now=now,
        reason=f"A page that links to us was found in the {find.via}. Say whether it is the one.",
        project_id=pitch.project_id, pitch_id=pitch.id, site_id=pitch.site_id, about=("publication", found.id),
    )  # fmt: skip
    _note(found, pitch, "publication.found", by=None, now=now)


def accept(user: User, key: int, *, now: datetime) -> int:
    """This is the page: the pitch has its address and stands at "published", and the link is watched. Gives the pitch. Raises Gone."""
    with write():
        found = _open(user, key)
        pitch = session().get_one(Pitch, found.pitch_id, with_for_update=True)
        pitch.page_url = found.page_url
        pitch.target_url = pitch.target_url or found.href
        pitch.expected_rel = pitch.expected_rel or "any"
        pitch_moves.touch(pitch, now)
        _publish(pitch, user, now)
        _decide(found, Finding.ACCEPTED, user, now)
        for other in session().scalars(
            sa.select(Publication).where(Publication.pitch_id == pitch.id, Publication.state == Finding.OPEN)
        ):
            _decide(other, Finding.DISMISSED, user, now)
        _note(found, pitch, "publication.accepted", by=user.id, now=now)
        found.link_id = agreed.place(pitch, now=now)
        return pitch.id


def _publish(pitch: Pitch, user: User, now: datetime) -> None:
    """To "published", where the path allows it from here; the address is kept in any case."""
    try:
        today = clock.local_day(now, ZoneInfo(user.timezone))
        pitch_moves.move(pitch, Stage.PUBLISHED_CLAIMED, by=user, now=now, today=today)
    except MoveRefused:
        return


def dismiss(user: User, key: int, *, now: datetime) -> int:
    """It is another page: it is never proposed again, and the watch goes on. Gives the pitch. Raises Gone."""
    with write():
        found = _open(user, key)
        _decide(found, Finding.DISMISSED, user, now)
        _note(found, found.pitch, "publication.dismissed", by=user.id, now=now)
        return found.pitch_id


def _open(user: User, key: int) -> Publication:
    found = publication_queries.get_writable(user, key)
    if found is None or found.state is not Finding.OPEN:
        raise Gone
    return found


def _decide(found: Publication, state: Finding, user: User, now: datetime) -> None:
    found.state, found.decided_at, found.decided_by_id = state, now, user.id
    reminder_moves.settle_about("publication", found.id, now=now)


def _note(found: Publication, pitch: Pitch, kind: str, *, by: int | None, now: datetime) -> None:
    note(
        kind, by=by, now=now, project_id=pitch.project_id, site_id=pitch.site_id, pitch_id=pitch.id,
        subject=("publication", found.id), via=found.via,
    )  # fmt: skip
