"""Changing lists of links and their rows. Never commits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from outreach.accounts.models import User
from outreach.consent.queries import suppressed_among, without_erased
from outreach.db import session, take_due
from outreach.diary.moves import note
from outreach.kit import clock, urls
from outreach.kit.address import address_key
from outreach.kit.tables import Row
from outreach.links import list_rules, moves
from outreach.links.list_models import LinkList, LinkListRow
from outreach.links.list_rules import Field, ListState, Purpose, RowState, Unusable, Wish
from outreach.links.looks import Look
from outreach.links.models import PlacedLink
from outreach.links.moves import SameLink, Terms
from outreach.projects.models import Project
from outreach.prospects import moves as prospect_moves
from outreach.prospects import people_moves, people_queries
from outreach.prospects.models import Person, Prospect, Site, SitePerson
from outreach.prospects.rules import ContactKind, ProspectState

TAKEN_FOR = timedelta(minutes=5)
CELLS_KEPT = 60
"""Cells of a row that are kept; wider tables have notes there that no link needs."""


# The list


def begin(found: LinkList, *, by: User, now: datetime) -> None:
    """Its columns are named: the worker may read it."""
    _stand(found, ListState.READING, now=now)
    _note(found, f"link_list.{found.purpose}", by=by.id, now=now)


def finish(found: LinkList, *, now: datetime) -> None:
    _stand(found, ListState.DONE, now=now)


def fail(found: LinkList, problem: str, *, now: datetime) -> None:
    """The file cannot be used: nothing of it is kept."""
    session().execute(sa.delete(LinkListRow).where(LinkListRow.list_id == found.id))
    found.problem, found.total = problem[:500], 0
    _stand(found, ListState.FAILED, now=now)


def cancel(found: LinkList, *, by: User, now: datetime) -> None:
    """Do no more of it; what was done stays."""
    session().execute(
        sa.update(LinkListRow)
        .where(LinkListRow.list_id == found.id, LinkListRow.state == RowState.WAITING)
        .values(state=RowState.SKIPPED, taken_until=None)
        .execution_options(synchronize_session=False)
    )
    _stand(found, ListState.CANCELLED, now=now)
    _note(found, "link_list.cancelled", by=by.id, now=now)


def undo(found: LinkList, *, by: User, now: datetime) -> None:
    """Take out again what it brought in, as the worker comes to it."""
    _stand(found, ListState.UNDOING, now=now)
    _note(found, "link_list.undone", by=by.id, now=now)


def undone(found: LinkList, *, now: datetime) -> None:
    _stand(found, ListState.UNDONE, now=now)


def _stand(found: LinkList, state: ListState, *, now: datetime) -> None:
    found.state, found.cursor, found.phase, found.taken_until = state, 0, 0, None
    found.fence += 1  # whoever still works on what it was before finds out
    found.work_at = now if state in list_rules.BUSY else None
    found.tally = None
    if state not in (*list_rules.BUSY, ListState.MAPPING):
        found.finished_at = now
        found.tally = {each.value: number for each, number in counted([found.id])[found.id].items()}


def counted(list_ids: Sequence[int]) -> dict[int, dict[RowState, int]]:
    """`{list: {state: rows}}`, with one statement that goes through them all."""
    found: dict[int, dict[RowState, int]] = {key: {} for key in list_ids}
    rows = session().execute(
        sa.select(LinkListRow.list_id, LinkListRow.state, sa.func.count())
        .where(LinkListRow.list_id.in_(list_ids))
        .group_by(LinkListRow.list_id, LinkListRow.state)
    )
    for key, state, number in rows:
        found[key][state] = number
    return found


def work_on(found: LinkList, *, now: datetime) -> None:
    """It was read: its rows may be worked on. Rows to look at are jobs of their own."""
    _stand(found, ListState.WORKING, now=now)
    if found.purpose is Purpose.CHECK:
        found.work_at = None


def take(limit: int, *, now: datetime) -> list[tuple[int, int]]:
    """Take lists that have work: (id, fence) of each."""
    due = sa.select(LinkList.id).where(*is_due(now)).order_by(LinkList.work_at, LinkList.id).limit(limit)
    return take_due(LinkList, due, *is_due(now), until=now + TAKEN_FOR)


def is_due(now: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    return LinkList.work_at <= now, sa.or_(LinkList.taken_until.is_(None), LinkList.taken_until <= now)


def take_rows(limit: int, *, now: datetime) -> list[tuple[int, int]]:
    """Take rows to look at: (id, fence) of each."""
    due = sa.select(LinkListRow.id).where(*is_row_due(now)).order_by(LinkListRow.list_id, LinkListRow.number)
    return take_due(LinkListRow, due.limit(limit), *is_row_due(now), until=now + TAKEN_FOR)


def is_row_due(now: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    checking = sa.select(LinkList.id).where(
        LinkList.state == ListState.WORKING, LinkList.purpose == Purpose.CHECK
    )
    return (
        LinkListRow.state == RowState.WAITING, LinkListRow.list_id.in_(checking),
        sa.or_(LinkListRow.taken_until.is_(None), LinkListRow.taken_until <= now),
    )  # fmt: skip


# Reading


def take_in(found: LinkList, rows: Sequence[Row]) -> None:
    """Keep some rows of its file, without addresses that were erased; those that cannot be read with the reason."""
    told = covered([row.cells for row in rows])
    lines = [
        {
            "list_id": found.id, "number": row.number, "cells": [cell[:2048] for cell in cells],
            "state": RowState.REFUSED if row.problem else RowState.WAITING, "reason": row.problem[:500],
        }
        for row, cells in zip(rows, told, strict=True)
    ]  # fmt: skip
    if lines:
        session().execute(sa.insert(LinkListRow), lines)
        found.total += len(lines)


def covered(rows: Sequence[Sequence[str]]) -> list[list[str]]:
    """The cells of these rows that are kept, with every address covered that was erased here (GDPR Art. 17)."""
    flat = iter(without_erased([cell for row in rows for cell in row[:CELLS_KEPT]]))
    return [[next(flat) for _ in row[:CELLS_KEPT]] for row in rows]


def wish_of(found: LinkList, row: LinkListRow) -> Wish:
    """What a row asks for by the columns of its list. Raises Unusable."""
    where = {Field(name): int(at) for name, at in found.columns.items()}
    return list_rules.wish(row.cells, where, target=found.target, is_day_first=found.is_day_first)


def refuse(row: LinkListRow, reason: str) -> None:
    row.state, row.reason, row.taken_until = RowState.REFUSED, reason[:500], None


def tell_look(row: LinkListRow, wish: Wish, look: Look, *, now: datetime) -> None:
    """What was seen for a row."""
    first = look.found[0] if look.found else {}
    row.state = list_rules.state_of(look.presence, look.value)
    row.page_url, row.target_url, row.reason = wish.page_url, wish.target_url, look.sentence[:500]
    row.look = {
        "presence": look.presence.value, "value": look.value.value, "page_state": look.page_state, "status": look.status,
        "codes": list(look.codes), "advice": look.advice[:500], "anchor": str(first.get("anchor") or "")[:300],
        "rel": list(first.get("rel") or ()), "href": str(first.get("href") or "")[:2048],
    }  # fmt: skip
    row.looked_at, row.taken_until = now, None


# Watching


@dataclass
class Watching:
    """What stays the same while the rows of one list are placed: who, when, into which projects."""

    found: LinkList
    by: User
    now: datetime
    projects: Mapping[str, Project]
    """By name in lower case; those that `by` may change. "" is the list's own."""
    suppressed: set[str] = field(default_factory=set)


def watch(rows: Sequence[LinkListRow], here: Watching) -> None:
    """Place a link for each of these rows, or say why not."""
    wanted: list[tuple[LinkListRow, Wish, Project, str]] = []
    for row in rows:
        try:
            wanted.append(_wanted(row, here))
        except Unusable as error:
            refuse(row, str(error))
    here.suppressed = set(suppressed_among({wish.email for _, wish, _, _ in wanted if wish.email}))
    for project in {project.id: project for _, _, project, _ in wanted}.values():
        _watch_in(project, [(row, wish, key) for row, wish, of, key in wanted if of is project], here)


def _wanted(row: LinkListRow, here: Watching) -> tuple[LinkListRow, Wish, Project, str]:
    wish = wish_of(here.found, row)
    row.page_url, row.target_url = wish.page_url, wish.target_url
    project = here.projects.get(wish.project.casefold())
    if project is None:
        raise Unusable(f"There is no project “{wish.project[:60]}” that you may change.")
    if not wish.target_url:
        raise Unusable("It does not say where the link leads, and no address was given for such rows.")
    if any(urls.is_on_host(wish.page_url, own.host) for own in project.hosts):
        raise Unusable("The page is on a host of your own.")
    try:
        return row, wish, project, urls.site_key(wish.page_url)
    except urls.BadAddress as error:
        raise Unusable(str(error)) from None


def _watch_in(project: Project, wanted: Sequence[tuple[LinkListRow, Wish, str]], here: Watching) -> None:
    addresses: dict[str, str] = {}
    for row, wish, key in wanted:
        if len(key) > 253:
            refuse(row, "The name of its site is too long.")
        else:
            addresses.setdefault(key, wish.page_url)
    ids, new, joined = prospect_moves.hold_sites(project.id, addresses, by=here.by.id, now=here.now)
    _keep(project.id, [ids[key] for key in joined])
    known = {site.id: site for site in session().scalars(sa.select(Site).where(Site.id.in_(ids.values())))}
    sites = {key: known[site_id] for key, site_id in ids.items()}
    for row, wish, key in wanted:
        if key in sites:
            _place(row, wish, project, sites[key], here, brought=(key in new, key in joined))
            new.discard(key)
            joined.discard(key)


def _keep(project_id: int, site_ids: Iterable[int]) -> None:
    """A site that links to us is no new one to be judged."""
    session().execute(
        sa.update(Prospect)
        .where(Prospect.project_id == project_id, Prospect.site_id.in_(list(site_ids)))
        .values(state=ProspectState.KEPT)
        .execution_options(synchronize_session=False)
    )


def _place(
    row: LinkListRow, wish: Wish, project: Project, site: Site, here: Watching, *, brought: tuple[bool, bool]
) -> None:
    made: dict[str, Any] = {}
    if brought[1]:
        made["prospect"] = [project.id, site.id]
    if brought[0]:
        made["site"] = site.id
    ahead = wish.day is not None and wish.day > clock.local_day(here.now, ZoneInfo(here.by.timezone))
    terms = Terms(
        wish.page_url, wish.target_url, wish.anchor, wish.rel.value, due_on=wish.day if ahead else None
    )
    try:
        link = moves.place(project, site, terms, by=here.by, now=here.now)
    except SameLink as same:
        _tell_same(row, same.key)
        row.made = made
        return
    link.placed_on = None if ahead else wish.day
    link.price, link.currency = wish.price, wish.currency
    made["link"] = link.id
    row.reason = "It was paid for, so rel=sponsored is expected." if wish.is_paid else ""
    link.person_id = _person(row, wish, site, made, here)
    row.state, row.link_id, row.made = RowState.WATCHED, link.id, made


def _tell_same(row: LinkListRow, link_id: int) -> None:
    earlier = session().scalar(
        sa.select(LinkListRow.number).where(
            LinkListRow.list_id == row.list_id, LinkListRow.link_id == link_id, LinkListRow.state == RowState.WATCHED
        )
    )  # fmt: skip
    row.link_id = link_id
    row.state = RowState.REPEATED if earlier else RowState.KNOWN
    row.reason = (
        f"The same as row {earlier}." if earlier else "This link is watched already. Nothing was changed."
    )


def _person(row: LinkListRow, wish: Wish, site: Site, made: dict[str, Any], here: Watching) -> int | None:
    """The person of a row: found by their address, else by their name at the site, else new there; their id."""
    if not wish.person and not wish.email:
        return None
    if wish.email in here.suppressed:
        row.reason = f"{row.reason} The mail address asked for no mail, so it was not kept.".strip()
        if not wish.person:
            return None
    email = "" if wish.email in here.suppressed else wish.email
    person_id = _known_person(wish.person, email, site.id)
    if person_id is None:
        person = people_moves.add_person({"name": wish.person or email}, by=here.by.id, now=here.now)
        person_id = made["person"] = person.id
    if people_queries.role_at(site.id, person_id) is None:
        is_new = "person" in made
        placed = people_moves.place(site.id, person_id, "", by=here.by.id, now=here.now, is_new=is_new)
        made["place"] = placed.id
    if email and people_queries.contact_point(ContactKind.EMAIL, address_key(email)) is None:
        point = people_moves.add_contact(
            ContactKind.EMAIL, email, address_key(email), source_url=wish.page_url, by=here.by.id, now=here.now,
            person_id=person_id,
        )  # fmt: skip
        made["contact"] = point.id
    return person_id


def _known_person(name: str, email: str, site_id: int) -> int | None:
    if email:
        point = people_queries.contact_point(ContactKind.EMAIL, address_key(email))
        if point is not None and point.person_id is not None:
            return point.person_id
    if not name:
        return None
    return session().scalar(
        sa.select(Person.id)
        .join(SitePerson, SitePerson.person_id == Person.id)
        .where(SitePerson.site_id == site_id, sa.func.lower(Person.name) == name.lower())
        .order_by(Person.id)
        .limit(1)
    )


def _note(found: LinkList, kind: str, *, by: int, now: datetime, **data: Any) -> None:
    note(kind, by=by, now=now, project_id=found.project_id, subject=("link_list", found.id), **data)


def links_of(rows: Iterable[LinkListRow]) -> dict[int, PlacedLink]:
    """`{id: link}` of the links that these rows brought and that are still there, locked."""
    ids = [int(row.made["link"]) for row in rows if "link" in row.made]
    query = sa.select(PlacedLink).where(PlacedLink.id.in_(ids)).order_by(PlacedLink.id)
    return {link.id: link for link in session().scalars(query.with_for_update(of=PlacedLink))}
