"""What the screens of tags and own fields do: one commit each."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from outreach.accounts.models import User
from outreach.db import locked, session, write
from outreach.diary.moves import note
from outreach.prospects import queries as prospect_queries
from outreach.prospects.labels import moves, queries
from outreach.prospects.labels.models import Tag
from outreach.prospects.labels.rules import About, BadLabel


class Gone(LookupError):
    """It is not there any more, or no longer theirs to change."""


def label(
    about: About, key: int, wanted: Mapping[str, str], had: Mapping[str, str], *, by: User, now: datetime
) -> None:
    """Put on and take off what somebody changed since `had`; tags that others put on meanwhile stay. Raises Gone, BadLabel."""
    with write():
        is_theirs(about, key, by)
        new = {name: wanted[name] for name in wanted if name not in had}
        gone = queries.tags_by_key([name for name in had if name not in wanted])
        if new:
            made = moves.tags_named(new, by=by.id, now=now)
            moves.put_on(about, [tag.id for tag in made], [key], by=by.id, now=now)
        if gone:
            moves.take_off(about, [tag.id for tag in gone.values()], [key], by=by.id, now=now)


def is_theirs(about: About, key: int, by: User) -> None:
    """May `by` change this site or person? Raises Gone."""
    find = prospect_queries.writable_site if about is About.SITE else prospect_queries.writable_person
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
