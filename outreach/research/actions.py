"""What people and the worker do with searches of sites: one commit each, no network inside."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from outreach.accounts.models import User
from outreach.db import locked, session, write
from outreach.prospects import people_moves, people_queries
from outreach.prospects import queries as prospect_queries
from outreach.prospects.models import ContactPoint, Person, Site, SitePerson
from outreach.prospects.rules import ContactKind, ContactStatus
from outreach.research import moves, queries
from outreach.research.exploring import Looked
from outreach.research.models import FoundContact, SiteSearch
from outreach.research.rules import AGAIN_AFTER, FindState, SearchState


class Gone(LookupError):
    """The site or the find is not there, or not for this user."""


class Closed(ValueError):
    """The site takes no pitches: nobody is taken over from it while that stands."""


class Elsewhere(ValueError):
    """Somebody whom this user may not see has the address."""


def ask(user: User, site_id: int, *, now: datetime) -> None:
    """Look through this site. Raises Gone."""
    with write():
        if prospect_queries.writable_site(user, site_id) is None:
            raise Gone
        moves.ask(site_id, by=user.id, now=now)


def cancel(user: User, site_id: int, *, now: datetime) -> None:
    """Look no further; what was found stays. Raises Gone."""
    with write():
        if prospect_queries.writable_site(user, site_id) is None:
            raise Gone
        found = session().scalar(
            sa.select(SiteSearch).where(SiteSearch.site_id == site_id).with_for_update(of=SiteSearch)
        )
        if found is not None and found.is_busy:
            moves.stop(found, SearchState.CANCELLED, now=now)


def say_no_pitches(user: User, site_id: int, *, now: datetime) -> None:
    """The site takes no pitches; no letter leaves to it. Raises Gone."""
    with write():
        if prospect_queries.writable_site(user, site_id) is None:
            raise Gone
        site = locked(Site, site_id)
        assert site is not None
        people_moves.change(site, {"is_no_pitch": True}, by=user.id, now=now)


# --- taking over


@dataclass(frozen=True)
class Taken:
    """Who it is now; `is_new` when they were nobody's contact before, `more` further ways that came along."""

    person_id: int
    name: str
    is_new: bool
    more: int


def take_person(user: User, find_id: int, name: str, *, now: datetime) -> Taken:
    """This is a person at the site: one who is known is put there, else one is made, with the address and where it was found.

    Further finds that name the same person come along. Raises Gone, Closed, Elsewhere, consent.rules.ErasedAddress.
    """
    with write():
        find = _open(user, find_id)
        point = people_queries.contact_point(find.kind, find.value_norm)
        if point is not None and point.person_id is None and point.site_id != find.site_id:
            raise Elsewhere
        known = point.person_id if point is not None and point.person_id else _same_name(find)
        person = session().get(Person, known) if known else None
        is_new = person is None
        if person is None:
            person = people_moves.add_person(
                {"name": (name or find.name or find.value)[:200]}, by=user.id, now=now
            )
        _place(find, person.id, user.id, now, is_new=is_new)
        also = [find, *queries.same_person(find)] if name in ("", find.name) else [find]
        for one in also:
            _give(one, person.id, user.id, now)
        return Taken(person.id, person.name, is_new, len(also) - 1)


def _same_name(find: FoundContact) -> int | None:
    """A person of this name who is at the site already."""
    if not find.name:
        return None
    query = sa.select(Person.id).join(SitePerson, SitePerson.person_id == Person.id)
    return session().scalar(
        query.where(SitePerson.site_id == find.site_id, sa.func.lower(Person.name) == find.name.lower())
        .order_by(Person.id)
        .limit(1)
    )


def _place(find: FoundContact, person_id: int, by: int, now: datetime, *, is_new: bool) -> None:
    row = people_queries.role_at(find.site_id, person_id)
    if row is None:
        people_moves.place(find.site_id, person_id, find.role, by=by, now=now, is_new=is_new)
    elif not row.role and find.role:
        people_moves.set_role(row, find.role, row.is_former, by=by, now=now)


def _give(find: FoundContact, person_id: int, by: int, now: datetime) -> None:
    """The contact point of a find is a person's now, with its page, its moment, and what the DNS said."""
    point = people_queries.contact_point(find.kind, find.value_norm)
    if point is None:
        _tell(people_moves.add_contact(
            find.kind, find.value, find.value_norm, source_url=find.source_url, by=by, now=now, person_id=person_id
        ), find)  # fmt: skip
    elif point.person_id is None and point.site_id == find.site_id:
        people_moves.adopt_contact(point, person_id, by=by, now=now)
    elif point.person_id != person_id:
        return
    moves.decide(find, FindState.TAKEN, by=by, now=now, person_id=person_id)


def _tell(point: ContactPoint, find: FoundContact) -> None:
    point.found_at, point.is_role = find.found_at, find.is_role
    if find.kind is ContactKind.EMAIL:
        point.status = find.status


def take_for_site(user: User, find_id: int, *, now: datetime) -> int:
    """It is a desk's, or a way to reach the site itself; the site's id. Raises Gone, Closed, Elsewhere."""
    with write():
        find = _open(user, find_id)
        point = people_queries.contact_point(find.kind, find.value_norm)
        if point is not None and point.site_id != find.site_id:
            raise Elsewhere
        if point is None:
            _tell(people_moves.add_contact(
                find.kind, find.value, find.value_norm, source_url=find.source_url, by=user.id, now=now, site_id=find.site_id
            ), find)  # fmt: skip
        moves.decide(find, FindState.TAKEN, by=user.id, now=now)
        return find.site_id


def dismiss(user: User, find_id: int, *, now: datetime) -> int:
    """Nothing for us; it is not proposed again. The site's id. Raises Gone."""
    with write():
        find = _found(user, find_id, FindState.OPEN)
        moves.decide(find, FindState.DISMISSED, by=user.id, now=now)
        return find.site_id


def propose_again(user: User, find_id: int, *, now: datetime) -> int:
    """Take a dismissal back; the site's id. Raises Gone."""
    with write():
        find = _found(user, find_id, FindState.DISMISSED)
        find.state, find.decided_at, find.decided_by_id = FindState.OPEN, None, None
        return find.site_id


def _found(user: User, find_id: int, state: FindState) -> FoundContact:
    find = queries.writable_find(user, find_id)
    if find is None or find.state is not state:
        raise Gone
    return find


def _open(user: User, find_id: int) -> FoundContact:
    find = _found(user, find_id, FindState.OPEN)
    site = session().get_one(Site, find.site_id)
    if site.is_no_pitch or site.is_do_not_contact:
        raise Closed
    return find


# --- the worker


def take(limit: int, *, now: datetime) -> dict[int, int]:
    with write():
        return moves.take(limit, now=now)


def record(key: int, fence: int, looked: Looked, *, now: datetime) -> bool:
    """Keep one page; no when the search was cancelled, or is somebody else's by now."""
    with write():
        found = _ours(key, fence)
        if found is None:
            return False
        moves.keep_page(found, looked, now=now)
        return True


def finish(key: int, fence: int, first: Looked | None, *, now: datetime) -> None:
    """All pages were looked at; `first` is the first page when nothing could be read."""
    with write():
        found = _ours(key, fence)
        if found is None:
            return
        if first is None:
            moves.stop(found, SearchState.DONE, now=now)
        elif first.wait_s and now - found.asked_at < timedelta(hours=1):
            moves.put_off(found, min(timedelta(seconds=first.wait_s), AGAIN_AFTER), now=now)
        else:
            moves.stop(found, SearchState.FAILED, now=now, trouble=first.said)


def set_status(ids: list[int], status: ContactStatus) -> None:
    with write():
        moves.set_status(ids, status)


def forget_old(now: datetime) -> int:
    with write():
        return moves.forget_old(now)


def _ours(key: int, fence: int) -> SiteSearch | None:
    found = locked(SiteSearch, key)
    return (
        found if found is not None and found.fence == fence and found.state is SearchState.WORKING else None
    )
