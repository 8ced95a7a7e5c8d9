"""The copy that a person may ask for (GDPR Art. 15): all rows that are theirs, as JSON, as text, and their mails as they are.

`copy_of` streams a zip, entry by entry: `READ ME.txt`, `data.json`, `mails/12.eml`.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from outreach.accounts.models import Workspace
from outreach.care import columns
from outreach.care.merging.past_merges import former_ids
from outreach.care.merging.rules import Kind
from outreach.care.moves import holds
from outreach.care.queries import Subject, parts, theirs
from outreach.care.rules import manner_of, words_for
from outreach.db import session
from outreach.diary.models import Entry
from outreach.kit.masks import Mask
from outreach.mail.models import Message
from outreach.projects.models import Project
from outreach.prospects.models import Prospect

OURS = {
    "token_hash", "keyed_hash", "opaque_id", "opt_out_token", "value_norm", "fence", "taken_until", "due_at", "version",
    "overruled", "held_rule", "before", "refs", "board_column",
}  # fmt: skip
"""Columns that say nothing of the person: locks, tokens, how we sort."""
Row = dict[str, Any]


def copy_of(subject: Subject, *, now: datetime) -> Iterator[bytes]:
    """The bytes of the zip, a piece an entry."""
    drain = _Drain()
    with zipfile.ZipFile(drain, "w", zipfile.ZIP_DEFLATED) as archive:
        data = dict(_tables(subject))
        data["what happened"] = _happened(subject)
        archive.writestr("READ ME.txt", _readable(subject, data, now=now))
        yield drain.take()
        archive.writestr("data.json", json.dumps(data, ensure_ascii=False, indent=1, default=_plain))
        yield drain.take()
        for key, raw in _mails(subject):
            archive.writestr(f"mails/{key}.eml", raw)
            yield drain.take()
    yield drain.take()


class _Drain(io.RawIOBase):
    """A file that is only written to; what was written is taken out again and again."""

    def __init__(self) -> None:
        self._held = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._held += data
        return len(data)

    def take(self) -> bytes:
        held, self._held = bytes(self._held), bytearray()
        return held


def _tables(subject: Subject) -> Iterator[tuple[str, list[Row]]]:
    for table in columns.tables():
        manner = manner_of(table.name)
        if manner.copied and (rows := _rows(table, _ids(table, subject))):
            yield table.name, rows


def _ids(table: sa.Table, subject: Subject) -> Sequence[int]:
    """Rows that are theirs; of tables whose rows are about them as a whole, those that name an address of theirs."""
    if not manner_of(table.name).whole:
        query = theirs(table, subject)
        return sorted(session().scalars(query)) if query is not None else []
    texts, mask = columns.texts(table), Mask(subject.addresses)
    found = session().execute(sa.select(table.c.id, *texts).where(holds(texts, mask.likes())))
    return [row[0] for row in found if any(mask.value(value) != value for value in row[1:])]


def _rows(table: sa.Table, ids: Sequence[int]) -> list[Row]:
    shown = [
        column
        for column in table.columns
        if column.name not in OURS and not column.name.endswith("_by_id") and not isinstance(column.type, sa.LargeBinary)
    ]  # fmt: skip
    found: list[Row] = []
    for part in parts(ids):
        for row in session().execute(sa.select(*shown).where(table.c.id.in_(part)).order_by(table.c.id)):
            found += [
                {name: value for name, value in row._mapping.items() if value not in (None, "", [], {})}
            ]
    return found


def _numbers(subject: Subject) -> list[int]:
    """Theirs, and those of who was merged into them."""
    key = subject.person_id or 0
    return [key, *former_ids(Kind.PERSON, key)]


def _happened(subject: Subject) -> list[Row]:
    """The diary's lines about the person: when and what, without who."""
    if subject.person_id is None:
        return []
    query = sa.select(Entry.at, Entry.kind).where(Entry.person_id.in_(_numbers(subject))).order_by(Entry.id)
    return [{"at": row.at, "what": row.kind} for row in session().execute(query)]


def _mails(subject: Subject) -> Iterator[tuple[int, bytes]]:
    for part in parts(_ids(columns.named("messages"), subject)):
        query = sa.select(Message.id, Message.raw).where(Message.id.in_(part), Message.raw.is_not(None))
        yield from ((key, raw or b"") for key, raw in session().execute(query.order_by(Message.id)))


def _readable(subject: Subject, data: dict[str, list[Row]], *, now: datetime) -> str:
    space = session().get_one(Workspace, 1)
    who = subject.name or ", ".join(subject.addresses)
    lines = [
        f"What {space.legal_name} holds about {who}", f"Made on {now:%d %B %Y, %H:%M} UTC", "",
        f"{space.legal_name}, {space.postal_address}".replace("\r\n", ", ").replace("\n", ", "), "",
        "data.json holds the same for machines; mails/ holds the mails as they were sent or received.",
        "Where we found each address stands with it, as its source_url and found_at.",
        *_bases(subject),
        "You may have it corrected or erased, and you may object to being written to: answer any mail of ours.",
    ]  # fmt: skip
    for table, rows in data.items():
        lines += ["", f"{words_for(table).capitalize()} ({len(rows)})", ""]
        for row in rows:
            lines += [f"  {name.replace('_', ' ')}: {_line(value)}" for name, value in row.items()] + [""]
    return "\n".join(lines)


def _bases(subject: Subject) -> list[str]:
    """Why each project that knows them thinks it may write to them, where that was written down."""
    if subject.person_id is None:
        return []
    query = (
        sa.select(Project.name, Project.legal_basis)
        .join(Prospect, Prospect.project_id == Project.id)
        .where(Prospect.site_id.in_(subject.site_ids), Project.legal_basis != "")
        .distinct()
        .order_by(Project.name)
    )
    return [f"{row.name}: {row.legal_basis}" for row in session().execute(query)]


def _line(value: Any) -> str:
    return str(_plain(value)).replace("\r\n", "\n").replace("\n", "\n    ")


def _plain(value: Any) -> Any:
    """What JSON knows."""
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) or hasattr(value, "isoformat") else value
