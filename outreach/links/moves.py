"""Placing links, and what people change about them. Never commits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from outreach.accounts.models import User
from outreach.db import session
from outreach.diary.moves import note
from outreach.kit import clock, urls
from outreach.links import queries, rules
from outreach.links.models import PlacedLink
from outreach.links.repair_moves import give_up
from outreach.links.rules import LinkState
from outreach.pitches.models import Pitch
from outreach.projects.models import Project
from outreach.prospects.models import Site
from outreach.reminders import moves as reminder_moves


@dataclass(frozen=True)
class Terms:
    """What is expected of a link."""

    page_url: str
    target_url: str
    anchor: str = ""
    rel: str = "any"
    importance: int = 1
    due_on: date | None = None
    is_social: bool = False
    expires_on: date | None = None


class SameLink(Exception):
    """The link stands in the list already; `key` is its id."""

    def __init__(self, key: int) -> None:
        super().__init__(key)
        self.key = key


def place(
    project: Project,
    site: Site,
    terms: Terms,
    *,
    by: User,
    now: datetime,
    pitch: Pitch | None = None,
    owner_id: int | None = None,
) -> PlacedLink:
    """Watch a link; it is looked at at once, or from its due day on. Raises SameLink."""
    norm = urls.normalise(terms.page_url)
    if key := queries.same(project.id, norm, terms.target_url):
        raise SameLink(key)
    first, why = _first_look(terms.due_on, by, now=now)
    link = PlacedLink(
        project_id=project.id, site_id=site.id, pitch_id=pitch.id if pitch else None, page_url=terms.page_url,
        page_url_norm=norm, target_url=terms.target_url, expected_anchor=terms.anchor, expected_rel=terms.rel,
        importance=terms.importance, due_on=terms.due_on, expires_on=terms.expires_on, is_social=terms.is_social,
        state=LinkState.EXPECTED, state_since=now, next_check_at=first, next_check_why=why,
        owner_id=owner_id or (pitch.owner_id if pitch else None) or by.id, created_at=now, created_by_id=by.id,
    )  # fmt: skip
    session().add(link)
    session().flush()
    note_about(link, "link.placed", by=by.id, now=now)
    return link


def _first_look(due_on: date | None, by: User, *, now: datetime) -> tuple[datetime, str]:
    """At once, or when the agreed day begins where `by` lives."""
    if due_on is not None and (due := clock.start_of_day(due_on, ZoneInfo(by.timezone))) > now:
        return due, "the day it is due"
    return now, "the first look"


def change(link: PlacedLink, terms: Terms, *, by: User, now: datetime) -> None:
    """Other expectations; the next look is at once."""
    norm = urls.normalise(terms.page_url)
    key = queries.same(link.project_id, norm, terms.target_url)
    if key is not None and key != link.id:
        raise SameLink(key)
    link.page_url, link.page_url_norm, link.target_url = terms.page_url, norm, terms.target_url
    link.expected_anchor, link.expected_rel, link.importance = terms.anchor, terms.rel, terms.importance
    link.due_on, link.expires_on, link.is_social = terms.due_on, terms.expires_on, terms.is_social
    link.next_check_at, link.next_check_why = now, "its terms were changed"
    if link.state in rules.NOT_YET_SEEN:
        link.next_check_at, link.next_check_why = _first_look(terms.due_on, by, now=now)
    note_about(link, "link.changed", by=by.id, now=now)


def set_state(link: PlacedLink, state: LinkState, *, by: User, now: datetime) -> None:
    """A person says so: put away, its page is gone, or watched again. Raises ValueError for any other way."""
    if not rules.may_move(link.state, state):
        raise ValueError(f"A link that is {link.state} cannot become {state}.")
    before, link.state, link.state_since = link.state, state, now
    link.known_state = state.value
    watched = state is LinkState.EXPECTED
    link.next_check_at = now if watched else None
    link.next_check_why = "watched again" if watched else ""
    link.first_miss_at, link.unreadable_count = None, 0
    reminder_moves.settle_about("link", link.id, now=now)
    if state is LinkState.WRITTEN_OFF:
        give_up(link, by=by, now=now)
    note_about(link, "link.state", by=by.id, now=now, before=before.value, after=state.value)


def note_about(link: PlacedLink, kind: str, *, by: int | None, now: datetime, **data: Any) -> None:
    """One diary line about a link."""
    note(
        kind,
        by=by,
        now=now,
        project_id=link.project_id,
        site_id=link.site_id,
        pitch_id=link.pitch_id,
        link_id=link.id,
        **data,
    )
