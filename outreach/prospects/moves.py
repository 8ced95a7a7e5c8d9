"""Changing prospects, one or many. Never commits; each change writes its diary line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from outreach.accounts.models import User
from outreach.db import is_in, session
from outreach.diary.moves import note, note_many
from outreach.inserting import insert_new
from outreach.prospects import rules
from outreach.prospects.models import Prospect, ProspectChange, Site
from outreach.prospects.queries import merged_keys
from outreach.prospects.rules import ProspectState


def hold_sites(
    project_id: int, wanted: Mapping[str, str], *, by: int, now: datetime
) -> tuple[dict[str, int], set[str], set[str]]:
    """Make a site and a prospect of each `{key: address}` where there is none yet.

    Gives `{key: site id}`, the keys whose site is new, and the keys that are new in this project.
    A handful of statements, however many keys there are (at most a thousand). The key of a site that was merged into
    another one gives the id of that one.
    """
    ids, new = know_sites(wanted, by=by, now=now)
    return ids, new, hold_known(project_id, ids, new, by=by, now=now)


def know_sites(wanted: Mapping[str, str], *, by: int, now: datetime) -> tuple[dict[str, int], set[str]]:
    """The first half of `hold_sites`: ({key: site id}, the keys whose site is new)."""
    merged = merged_keys(wanted)
    made = insert_new(
        Site,
        [_site(key, url, by, now) for key, url in sorted(wanted.items()) if key not in merged],
        unique=("key",),
    )
    rows = session().execute(sa.select(Site.id, Site.key).where(is_in(Site.key, wanted)))
    ids = {row.key: row.id for row in rows} | merged
    fresh = set(made)
    return ids, {key for key, site_id in ids.items() if site_id in fresh}


def _site(key: str, url: str, by: int, now: datetime) -> dict[str, Any]:
    home = url if "/" in key else rules.home_of(key, url)
    return {"key": key, "url": home[:2048], "created_at": now, "updated_at": now, "created_by_id": by}


def hold_known(project_id: int, ids: Mapping[str, int], new: set[str], *, by: int, now: datetime) -> set[str]:
    """The second half: the project holds these sites; the keys of those that it did not hold."""
    fresh = insert_new(
        Prospect,
        [
            {
                "project_id": project_id,
                "site_id": site_id,
                "added_by_id": by,
                "created_at": now,
                "updated_at": now,
            }
            for site_id in dict.fromkeys(ids.values())
        ],
        unique=("project_id", "site_id"),
    )
    joined: set[int] = (
        set(session().scalars(sa.select(Prospect.site_id).where(is_in(Prospect.id, fresh))))
        if fresh
        else set()
    )
    keys = {key for key, site_id in ids.items() if site_id in joined}
    lines = [
        {"project_id": project_id, "site_id": ids[key], "data": {"is_new": key in new}}
        for key in sorted(keys)
    ]
    note_many("prospect.added", lines, by=by, now=now)
    return keys


def set_state(
    prospects: Sequence[Prospect], state: ProspectState, reason: str = "", *, by: User, now: datetime
) -> ProspectChange:
    """Keep, reject, put off or reopen these; rows that already stand so are left alone, but for those put off once more."""
    is_later = state is ProspectState.LATER
    changed = [row for row in prospects if is_later or (row.state, row.reject_reason) != (state, reason)]
    change = _remember(changed, by=by, now=now)
    for row in changed:
        note(
            "prospect.state", by=by.id, now=now, project_id=row.project_id, site_id=row.site_id,
            before=row.state.value, after=state.value, why=rules.reason_code(reason) if reason else "",
        )  # fmt: skip
        row.state, row.reject_reason, row.updated_at = state, reason, now
        row.later_until = now + rules.LATER_FOR if state is ProspectState.LATER else None
        row.decided_at = None if state is ProspectState.NEW else now
    return change


def give(prospects: Sequence[Prospect], owner_id: int | None, *, by: User, now: datetime) -> ProspectChange:
    """Make these somebody's (None: nobody's). Whose it may be taken from is `rules.may_give`."""
    changed = [row for row in prospects if row.owner_id != owner_id]
    change = _remember(changed, by=by, now=now)
    for row in changed:
        note(
            "prospect.owner", by=by.id, now=now, project_id=row.project_id, site_id=row.site_id,
            subject=("user", owner_id) if owner_id else None, before=row.owner_id, after=owner_id,
        )  # fmt: skip
        row.owner_id, row.updated_at = owner_id, now
    return change


def _remember(rows: Sequence[Prospect], *, by: User, now: datetime) -> ProspectChange:
    before = [
        [row.id, row.state.value, row.reject_reason, row.owner_id, row.updated_at.isoformat(), _iso(row.later_until), _iso(row.decided_at)]
        for row in rows
    ]  # fmt: skip
    change = ProspectChange(at=now, by_id=by.id, before=before)
    session().add(change)
    session().flush()
    return change


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def put_back(change: ProspectChange, prospects: Sequence[Prospect], *, by: User, now: datetime) -> int:
    """Undo a change for those of `prospects` that nobody touched since; how many these were."""
    rows = {row.id: row for row in prospects if row.updated_at == change.at}
    for key, state, reason, owner_id, updated_at, *since in change.before:
        if row := rows.get(key):
            row.state, row.reject_reason, row.owner_id = ProspectState(state), reason, owner_id
            row.updated_at = datetime.fromisoformat(updated_at)
            if since:
                row.later_until, row.decided_at = (at and datetime.fromisoformat(at) for at in since)
            note(
                "prospect.put_back",
                by=by.id,
                now=now,
                project_id=row.project_id,
                site_id=row.site_id,
                to=state,
            )
    change.undone_at = now
    return len(rows)
