"""What the screens of tags and own fields do: one commit each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from outreach.accounts.models import User
from outreach.db import locked, session, write
from outreach.diary.moves import note
from outreach.projects.queries import writable_by
from outreach.prospects import people_queries
from outreach.prospects import queries as prospect_queries
from outreach.prospects.labels import field_moves, moves, queries
from outreach.prospects.labels.field_moves import Entry
from outreach.prospects.labels.models import OwnField, Tag
from outreach.prospects.labels.rules import MOST_FIELDS, About, BadLabel, FieldKind, key_of


class Gone(LookupError):
    """It is not there any more, or no longer theirs to change."""


def label(
    about: About,
    key: int,
    wanted: Mapping[str, str],
    had: Mapping[str, str],
    values: Mapping[int, tuple[str, str]],
    *,
    by: User,
    now: datetime,
) -> None:
    """Put on and take off what somebody changed since `had`; tags that others put on meanwhile stay. `values` are `{field id: (value, sort)}`.

    Raises Gone, BadLabel.
    """
    with write():
        is_theirs(about, key, by)
        may = {field.id for field in queries.fields(by, about, writable_by)}
        entries = [Entry(field_id, key, *value) for field_id, value in values.items() if field_id in may]
        field_moves.fill(about, entries, by=by.id, now=now)
        new = {name: wanted[name] for name in wanted if name not in had}
        gone = queries.tags_by_key([name for name in had if name not in wanted])
        if new:
            made = moves.tags_named(new, by=by.id, now=now)
            moves.put_on(about, [tag.id for tag in made], [key], by=by.id, now=now)
        if gone:
            moves.take_off(about, [tag.id for tag in gone.values()], [key], by=by.id, now=now)


def is_theirs(about: About, key: int, by: User) -> None:
    """May `by` change this site or person? Raises Gone."""
    find = prospect_queries.writable_site if about is About.SITE else people_queries.writable_person
    if find(by, key) is None:
        raise Gone


def rename_tag(tag_id: int, name: str, key: str, *, by: User, now: datetime) -> None:
    """Another name for a tag. Raises Gone, and BadLabel when another tag has the name."""
    with write():
        tag = locked(Tag, tag_id)
        if tag is None:
            raise Gone
        other = queries.tags_by_key([key]).get(key)
        if other is not None and other.id != tag.id:
            raise BadLabel("Another tag has this name.")
        tag.name, tag.key = name, key
        note("tag.renamed", by=by.id, now=now, subject=("tag", tag_id))


def remove_tag(tag_id: int, *, by: User, now: datetime) -> str:
    """Take a tag off everything and forget it; its name. Raises Gone."""
    with write():
        tag = locked(Tag, tag_id)
        if tag is None:
            raise Gone
        name = tag.name
        session().delete(tag)
        note("tag.removed", by=by.id, now=now, subject=("tag", tag_id))
        return name


def make_field(
    about: About,
    kind: FieldKind,
    name: str,
    choices: Sequence[str],
    project_id: int | None,
    *,
    by: User,
    now: datetime,
) -> int:
    """A new own field; its id. Raises BadLabel for a name that is taken, and when there are too many."""
    with write():
        _is_free(about, name, project_id)
        there = [field for field in queries.all_fields() if field.archived_at is None]
        if len(there) >= MOST_FIELDS:
            raise BadLabel(f"There are {MOST_FIELDS} own fields, and no more can be. Put one away first.")
        return field_moves.make(about, kind, name, choices, project_id, by=by.id, now=now).id


def change_field(field_id: int, name: str, choices: Sequence[str], *, by: User, now: datetime) -> None:
    """Another name or other choices for an own field; nothing that is filled in is lost. Raises Gone, BadLabel."""
    with write():
        field = locked(OwnField, field_id) or _no_field()
        _is_free(field.about, name, field.project_id, but=field_id)
        field_moves.change(field, name, choices, by=by.id, now=now)


def put_field_away(field_id: int, is_away: bool, *, by: User, now: datetime) -> str:
    """Put a field away, or take it up again; its name. Raises Gone, BadLabel."""
    with write():
        field = locked(OwnField, field_id) or _no_field()
        if not is_away:
            _is_free(field.about, field.name, field.project_id, but=field_id)
            if sum(one.archived_at is None for one in queries.all_fields()) >= MOST_FIELDS:
                raise BadLabel(f"There are {MOST_FIELDS} own fields, and no more can be. Put one away first.")
        field_moves.put_away(field, is_away, by=by.id, now=now)
        return field.name


def _no_field() -> OwnField:
    raise Gone


def _is_free(about: About, name: str, project_id: int | None, *, but: int | None = None) -> None:
    for field in queries.all_fields():
        is_near = field.project_id in (None, project_id) or project_id is None
        if (
            field.archived_at is None
            and field.about is about
            and field.id != but
            and is_near
            and key_of(field.name) == key_of(name)
        ):
            raise BadLabel("Another field has this name.")
