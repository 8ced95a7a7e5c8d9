"""Tags that a file brings, and what our own list tells of a site that is new. Never commits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from outreach.care.import_models import ImportFile
from outreach.care.import_names import Field
from outreach.care.import_rules import Brought, ImportState
from outreach.db import session
from outreach.projects import queries as project_queries
from outreach.prospects.labels import moves as label_moves
from outreach.prospects.labels import queries as labels
from outreach.prospects.labels.models import Tag
from outreach.prospects.labels.rules import About, BadLabel
from outreach.prospects.models import ImportRow, Prospect, Site
from outreach.prospects.rules import CAME_IN, Outcome, ProspectState

Told = dict[int, tuple[dict[str, Any], str]]


# --- tags -------------------------------------------------------------------------------------------


def put_on(
    found: ImportFile, rows: Sequence[Brought], places: Mapping[About, Mapping[int, int]], told: Told, *, by: int, now: Any
) -> None:  # fmt: skip
    """Put the tags of the rows on; a blank takes none off. `places` are `{about: {number of the row: site or person}}`."""
    named = [row for row in rows if row.tags]
    names = {key: name for row in named for tags in row.tags.values() for key, name in tags.items()}
    if not names:
        return
    known = _known(names, named, told, by=by, now=now)
    for about, of_row in places.items():
        wanted: dict[tuple[int, int], int] = {}
        for row in named:
            number = row.line.number
            for key in row.tags.get(about, ()) if number in of_row else ():
                if key in known:
                    wanted.setdefault((known[key], of_row[number]), number)
        for pair in sorted(label_moves.put_pairs(about, list(wanted))):
            made, reason = told.get(wanted[pair], ({}, ""))
            told[wanted[pair]] = {**made, "tags": [*made.get("tags", []), [about.value, *pair]]}, reason


def _known(
    names: Mapping[str, str], rows: Iterable[Brought], told: Told, *, by: int, now: Any
) -> dict[str, int]:
    """`{key: tag}`; what the workspace has no room for is said."""
    try:
        return {tag.key: tag.id for tag in label_moves.tags_named(names, by=by, now=now)}
    except BadLabel as error:
        known = {key: tag.id for key, tag in labels.tags_by_key(names).items()}
        for row in rows:
            if any(key not in known for tags in row.tags.values() for key in tags):
                made, reason = told.get(row.line.number, ({}, ""))
                told[row.line.number] = made, f"{reason} A tag was not kept: {error}".strip()
        return known


def take_off(found: ImportFile, rows: Sequence[ImportRow]) -> None:
    """Those that these rows put on; a tag that an import made goes when nobody carries it any more."""
    every: set[int] = set()
    for about in About:
        pairs = [
            (tag, key) for row in rows for kind, tag, key in row.made.get("tags", ()) if kind == about.value
        ]
        label_moves.take_pairs(about, pairs)
        every |= {tag for tag, _ in pairs}
    undone = sa.exists().where(
        ImportFile.state.in_((ImportState.UNDOING, ImportState.UNDONE)), ImportFile.created_by_id == Tag.created_by_id,
        ImportFile.created_at <= Tag.created_at, sa.or_(ImportFile.finished_at.is_(None), ImportFile.finished_at >= Tag.created_at),
    )  # fmt: skip
    for tag_id in session().scalars(sa.select(Tag.id).where(Tag.id.in_(every), undone)).all():
        label_moves.drop_unused(tag_id)


# --- sites and their places -------------------------------------------------------------------------


def settle(
    found: ImportFile, rows: Sequence[Brought], outcomes: Mapping[int, tuple[Outcome, str, int | None]], told: Told
) -> None:  # fmt: skip
    """Title and language of sites that are new, state and owner of those that are new in the project."""
    members = None
    for row in rows:
        outcome, _, site_id = outcomes.get(row.line.number, (None, "", None))
        if not row.place or site_id is None or outcome not in CAME_IN:
            continue
        if outcome is Outcome.NEW:
            _describe(site_id, row.place)
        members = _members(found.project_id) if members is None else members
        said, problem = _standing(row.place, members)
        if said:
            session().execute(
                sa.update(Prospect)
                .where(Prospect.project_id == found.project_id, Prospect.site_id == site_id)
                .values(said)
            )
        made, reason = told.get(row.line.number, ({}, ""))
        if said:
            made = {**made, "stands": [str(said.get("state", ProspectState.NEW)), said.get("owner_id")]}
        told[row.line.number] = made, f"{reason} {problem}".strip()


def _describe(site_id: int, place: Mapping[Field, str]) -> None:
    values = {"title": place.get(Field.TITLE, "")[:300], "language": place.get(Field.SITE_LANGUAGE, "")[:16]}
    if any(values.values()):
        session().execute(sa.update(Site).where(Site.id == site_id).values(values))


def _members(project_id: int) -> dict[str, int]:
    """`{name: user}` of who may own something there; a name that two have says nothing."""
    names = [(key, name.casefold()) for key, name in project_queries.owners_of(project_id)]
    every = [name for _, name in names]
    return {name: key for key, name in names if every.count(name) == 1}


def _standing(place: Mapping[Field, str], members: Mapping[str, int]) -> tuple[dict[str, Any], str]:
    """(columns of the prospect, what cannot be kept)."""
    said: dict[str, Any] = {}
    problems = []
    if text := place.get(Field.STATE):
        try:
            said["state"] = ProspectState(text.lower())
        except ValueError:
            problems.append(f"“{text[:40]}” is no state of ours.")
    if said.get("state") is ProspectState.REJECTED:
        said["reject_reason"] = place.get(Field.REASON, "")[:200]
    if text := place.get(Field.OWNER):
        if owner := members.get(text.casefold()):
            said["owner_id"] = owner
        else:
            problems.append(f"Nobody who works in this project is called {text[:60]}, so it has no owner.")
    return said, " ".join(problems)
