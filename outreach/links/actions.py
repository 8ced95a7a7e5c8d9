"""What people and the worker do with links: one commit each, no network inside."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import sqlalchemy as sa

from outreach.accounts.models import User
from outreach.db import locked, session, write
from outreach.kit import urls
from outreach.links import evidence, look_moves, moves, queries
from outreach.links.looks import Look, seen_by_person
from outreach.links.models import PlacedLink
from outreach.links.moves import Terms
from outreach.links.rules import LinkState
from outreach.pitches import queries as pitch_queries
from outreach.projects.models import Project
from outreach.projects.queries import writable_by
from outreach.prospects import moves as prospect_moves
from outreach.prospects.models import Site


class Gone(LookupError):
    """The link is not there, or not for this user."""


class OwnSite(ValueError):
    """The page is on one of our own hosts: a link there is no placed link."""


def place(user: User, project_id: int, terms: Terms, *, now: datetime, pitch_id: int | None = None) -> int:
    """Watch a link; gives its id. A site that the project does not hold yet becomes a prospect of it.

    Raises Gone, OwnSite, moves.SameLink.
    """
    key = urls.site_key(terms.page_url)
    with write() as here:
        project = here.scalar(
            sa.select(Project).where(Project.id == project_id, Project.id.in_(writable_by(user)))
        )
        pitch = pitch_queries.get_writable(user, pitch_id) if pitch_id else None
        if project is None or (pitch_id and pitch is None):
            raise Gone
        if any(urls.is_on_host(terms.page_url, own.host) for own in project.hosts):
            raise OwnSite
        ids, _, _ = prospect_moves.hold_sites(project.id, {key: terms.page_url}, by=user.id, now=now)
        site = here.get_one(Site, ids[key])
        return moves.place(project, site, terms, by=user, now=now, pitch=pitch).id


def change(user: User, key: int, terms: Terms, *, now: datetime) -> None:
    """Other expectations of a link. Raises Gone, moves.SameLink."""
    with write():
        moves.change(_writable(user, key), terms, by=user, now=now)


def ask(user: User, key: int, *, now: datetime) -> None:
    """ "Check now": the worker looks within seconds. Raises Gone."""
    with write():
        look_moves.ask(_writable(user, key), by=user, now=now)


def look_myself(user: User, key: int, what: str, words: str, *, now: datetime) -> None:
    """A person says what they saw. Raises Gone, KeyError."""
    with write():
        link = _writable(user, key)
        look_moves.record(
            link,
            seen_by_person(what, words, is_social=link.is_social),
            by=user,
            now=now,
            owner=_owner(link) or user,
        )


def set_state(user: User, key: int, state: LinkState, *, now: datetime) -> LinkState:
    """Put away, say that the page is gone, or watch again; gives the state before. Raises Gone, ValueError."""
    with write():
        link = _writable(user, key)
        before = link.state
        moves.set_state(link, state, by=user, now=now)
        return before


def take(limit: int, *, now: datetime) -> list[tuple[int, int]]:
    """Take due links: (id, fence) of each."""
    with write():
        return look_moves.take(limit, now=now)


def record(key: int, fence: int, look: Look, *, now: datetime, instance: Path) -> bool:
    """Keep the worker's look; False when somebody else has taken the link since."""
    reference = evidence.keep(instance, look.body)
    with write():
        link = locked(PlacedLink, key)
        if link is None or link.fence != fence:
            return False
        owner = _owner(link)
        if owner is None:
            return False
        look_moves.record(link, look, by=None, now=now, owner=owner, body_ref=reference)
        return True


def postpone(key: int, fence: int, seconds: int, *, now: datetime) -> None:
    """The site wants to be left alone: no look, and nothing about the link."""
    with write():
        link = locked(PlacedLink, key)
        if link is not None and link.fence == fence:
            look_moves.postpone(link, seconds, now=now)


def _writable(user: User, key: int) -> PlacedLink:
    link = queries.get_writable(user, key)
    if link is None:
        raise Gone
    return link


def _owner(link: PlacedLink) -> User | None:
    key = link.owner_id or link.created_by_id
    return session().get(User, key) if key else None
