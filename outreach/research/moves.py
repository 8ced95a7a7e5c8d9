"""Changing searches and finds. Never commits."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from outreach.consent.queries import erased_among, without_erased
from outreach.db import session
from outreach.diary.moves import note
from outreach.prospects.rules import BadContact, ContactKind, ContactStatus, clean_contact
from outreach.research import queries
from outreach.research.exploring import Looked
from outreach.research.models import FoundContact, SiteSearch
from outreach.research.rules import KEPT, TAKEN_FOR, FindState, SearchState

FINDS_MOST = 200
"""Of one site: what is more is a directory, and no desk's page."""


def ask(site_id: int, *, by: int, now: datetime) -> SiteSearch:
    """Look through the site: at once, and anew when it was looked through before. What was found and decided stays."""
    found = session().scalar(
        sa.select(SiteSearch).where(SiteSearch.site_id == site_id).with_for_update(of=SiteSearch)
    )
    if found is None:
        found = SiteSearch(site_id=site_id, asked_at=now, fence=0, memory={})
        session().add(found)
    if found.is_busy and found.work_at is not None and found.fence:
        return found
    found.state, found.asked_at, found.asked_by_id, found.work_at = SearchState.WAITING, now, by, now
    found.pages, found.authors, found.trouble, found.finished_at, found.taken_until = [], [], "", None, None
    found.fence = (found.fence or 0) + 1
    note("site.searched", by=by, now=now, site_id=site_id)
    return found


def stop(found: SiteSearch, state: SearchState, *, now: datetime, trouble: str = "") -> None:
    """No more work; whoever is still at it finds out by the fence."""
    found.state, found.work_at, found.taken_until, found.finished_at = state, None, None, now
    found.trouble = trouble[:300]
    found.fence += 1


def take(limit: int, *, now: datetime) -> dict[int, int]:
    """Take due searches: {id: fence}. One that was cut off begins again, and asks for what changed only."""
    due = (
        sa.select(SiteSearch.id)
        .where(*queries.is_due(now))
        .order_by(SiteSearch.work_at, SiteSearch.id)
        .limit(limit)
    )
    rows = session().execute(
        sa.update(SiteSearch)
        .where(SiteSearch.id.in_(due), *queries.is_due(now))
        .values(taken_until=now + TAKEN_FOR, fence=SiteSearch.fence + 1, state=SearchState.WORKING, pages=[], authors=[], refusal="", refusal_url="")
        .returning(SiteSearch.id, SiteSearch.fence)
        .execution_options(synchronize_session=False)
    )  # fmt: skip
    return {row.id: row.fence for row in rows}


def put_off(found: SiteSearch, wait: timedelta, *, now: datetime) -> None:
    """The site wants to be left alone first."""
    found.state, found.work_at, found.taken_until = SearchState.WAITING, now + wait, None
    found.trouble = "The site wants to be left alone for a while. We ask again by ourselves."


def keep_page(found: SiteSearch, looked: Looked, *, now: datetime) -> None:
    """One page was looked at: what it told is proposed."""
    told = _without_erased(looked.told)
    contacts = told.get("contacts", [])
    found.taken_until = now + TAKEN_FOR
    found.pages = [
        *found.pages,
        {"url": looked.url[:2048], "kind": looked.kind, "title": told.get("title", "")[:200], "said": looked.said[:200], "found": len(contacts)},
    ]  # fmt: skip
    if told and (looked.etag or looked.last_modified):
        found.memory = {
            **found.memory,
            looked.url: {"etag": looked.etag, "last_modified": looked.last_modified, "told": told},
        }
    if told.get("refusal") and not found.refusal:
        found.refusal, found.refusal_url = told["refusal"][:300], looked.url[:2048]
    found.authors = _more_authors(found.authors, told.get("authors", []))
    propose(found.site_id, contacts, now=now)


def _without_erased(told: dict[str, Any]) -> dict[str, Any]:
    """What a page told, with every address covered whose owner asked to be forgotten."""
    if not told:
        return {}
    (kept,) = without_erased([json.dumps(told, ensure_ascii=False)])
    found: dict[str, Any] = json.loads(kept)
    return found


def _more_authors(known: list[Any], more: Sequence[Mapping[str, str]]) -> list[Any]:
    names = {one["name"].lower() for one in known}
    return [*known, *(dict(one) for one in more if one["name"].lower() not in names)][:40]


def propose(site_id: int, contacts: Sequence[Mapping[str, Any]], *, now: datetime) -> None:
    """Keep what was found: new rows are proposals; a row that is there gets what it lacks, and keeps what was decided."""
    clean = [(one, *pair) for one in contacts if (pair := _clean(one)) is not None]
    erased = erased_among(value for one, value, _ in clean if one["kind"] == ContactKind.EMAIL)
    known = {
        (row.kind, row.value_norm): row
        for row in session().scalars(sa.select(FoundContact).where(FoundContact.site_id == site_id).limit(FINDS_MOST))
    }  # fmt: skip
    for one, value, norm in clean:
        kind = ContactKind(one["kind"])
        old = known.get((kind, norm))
        if old is not None:
            old.name, old.role, old.found_at = (
                old.name or one["name"][:200],
                old.role or one["role"][:120],
                now,
            )
        elif value not in erased and len(known) < FINDS_MOST:
            known[kind, norm] = _new(site_id, kind, value, norm, one, now)
    session().add_all(row for row in known.values() if row.id is None)
    session().flush()


def _clean(one: Mapping[str, Any]) -> tuple[str, str] | None:
    try:
        return clean_contact(ContactKind(one["kind"]), one["value"])
    except (BadContact, ValueError):
        return None


def _new(
    site_id: int, kind: ContactKind, value: str, norm: str, one: Mapping[str, Any], now: datetime
) -> FoundContact:
    return FoundContact(
        site_id=site_id, kind=kind, value=value[:2048], value_norm=norm[:2048], name=one["name"][:200], role=one["role"][:120], via=one["via"][:16],
        quote=one["quote"][:300], source_url=one["page"][:2048], is_role=bool(one["is_role"]), state=FindState.OPEN,
        status=ContactStatus.UNVERIFIED, found_at=now,
    )  # fmt: skip


def set_status(ids: Sequence[int], status: ContactStatus) -> None:
    """What the DNS says of the domain of these."""
    session().execute(sa.update(FoundContact).where(FoundContact.id.in_(ids)).values(status=status))


def decide(
    find: FoundContact, state: FindState, *, by: int, now: datetime, person_id: int | None = None
) -> None:
    """A person said what becomes of it."""
    find.state, find.decided_at, find.decided_by_id, find.person_id = state, now, by, person_id


def forget_old(now: datetime) -> int:
    """Proposals on which nobody decided go; how many these were."""
    old = (
        sa.select(FoundContact.id)
        .where(FoundContact.found_at < now - KEPT, FoundContact.state == FindState.OPEN)
        .limit(500)
    )
    gone = session().execute(
        sa.delete(FoundContact)
        .where(FoundContact.id.in_(old))
        .returning(FoundContact.site_id)
        .execution_options(synchronize_session=False)
    )
    sites = {row.site_id for row in gone}
    if sites:
        session().execute(
            sa.update(SiteSearch)
            .where(SiteSearch.site_id.in_(sites), SiteSearch.work_at.is_(None))
            .values(memory={}, authors=[])
        )
    return len(sites)


def count_old(now: datetime) -> int:
    return session().scalar(
        sa.select(sa.func.count()).select_from(FoundContact).where(FoundContact.found_at < now - KEPT, FoundContact.state == FindState.OPEN)
    ) or 0  # fmt: skip
