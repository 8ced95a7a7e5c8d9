"""Forgetting a person, table by table. Never commits; what each table needs is in `care.rules`."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from outreach.care import columns
from outreach.care.queries import Subject, parts, rows_of
from outreach.care.rules import Fate, manner_of
from outreach.consent import moves as consent_moves
from outreach.db import is_sqlite, session
from outreach.kit.masks import ERASED, Mask
from outreach.mail.models import Message
from outreach.mail.rules import Direction, LetterKind
from outreach.pitches import moves as pitch_moves
from outreach.pitches.models import Pitch
from outreach.pitches.rules import NextKind, Stage
from outreach.sending import waiting_moves

Counts = dict[str, dict[str, int]]
EARLY = (Stage.IDEA, Stage.QUALIFIED, Stage.READY, Stage.CONTACTED, Stage.TALKING)
"""Stages of a pitch that is nothing without its person; later ones go on with somebody else."""


def forget(subject: Subject, *, by: int | None, now: datetime, today: date) -> Counts:
    """Suppress by hash, stop what is under way, and empty or delete all rows that are somebody's."""
    counts: Counts = {}
    for address in subject.addresses:
        consent_moves.suppress_erased(address, by=by, now=now)
        waiting_moves.cancel_queued("The person was erased.", by=by, now=now, address=address)
    if subject.person_id is not None:
        waiting_moves.cancel_queued("The person was erased.", by=by, now=now, person_id=subject.person_id)
    session().flush()
    found = rows_of(subject)
    pitches = found.get("pitches", [])
    _let_pitches_go(pitches, now=now, today=today)
    session().flush()
    if subject.near:
        _mask_near(subject, pitches, counts)
    for table in reversed(columns.tables()):
        if ids := found.get(table.name):
            _apply(table, ids, counts, now=now)
    session().expire_all()
    return counts


def files_of(subject: Subject) -> list[str]:
    """Files that go with the rows that are emptied or deleted, as paths in the instance."""
    found = rows_of(subject)
    paths = []
    for name, ids in found.items():
        for column, path in manner_of(name).files:
            held = columns.named(name).c[column]
            for part in parts(ids):
                named = session().scalars(
                    sa.select(held).where(columns.named(name).c.id.in_(part), held != "")
                )
                paths += [path.format(reference) for reference in named]
    return paths


def add_up(counts: Counts, table: str, fate: str, rows: int) -> None:
    """Count some rows of a table."""
    if rows:
        of_table = counts.setdefault(table, {})
        of_table[fate] = of_table.get(fate, 0) + rows


def _let_pitches_go(ids: Sequence[int], *, now: datetime, today: date) -> None:
    """An early pitch ends; one that has got further needs somebody else to talk to."""
    for pitch in session().scalars(
        sa.select(Pitch).where(Pitch.id.in_(ids), Pitch.is_open).with_for_update()
    ):
        if pitch.stage in EARLY:
            pitch_moves.move(pitch, Stage.SUPPRESSED, by=None, now=now, today=today)
        else:
            pitch_moves.set_next(pitch, NextKind.FIND_CONTACT, today, pitch.next_owner_id)
            pitch_moves.touch(pitch, now)


def _apply(table: sa.Table, ids: Sequence[int], counts: Counts, *, now: datetime) -> None:
    fate = manner_of(table.name).fate
    for part in parts(ids):
        if fate is Fate.DELETE:
            _detach(table, part)
            session().execute(sa.delete(table).where(table.c.id.in_(part)))
        elif fate is Fate.BLANK:
            session().execute(sa.update(table).where(table.c.id.in_(part)).values(_nothing(table)))
            if table.name == "messages":
                _settle_theirs(part, now)
        elif unlinked := {key.name: None for key in columns.keys_to(table, "people") if key.nullable}:
            session().execute(sa.update(table).where(table.c.id.in_(part)).values(unlinked))
    add_up(counts, table.name, fate.value, len(ids))


def _nothing(table: sa.Table) -> dict[str, Any]:
    """The values of an emptied row."""
    stays = manner_of(table.name).stays
    emptied = [
        column for column in (*columns.texts(table), *columns.blobs(table)) if column.name not in stays
    ]
    return {
        **{column.name: columns.empty(column) for column in emptied},
        **{key.name: None for key in columns.keys_to(table, "people")},
    }


def _settle_theirs(ids: Sequence[int], now: datetime) -> None:
    """Nobody has to look at an emptied mail. Message-IDs of ours tell a late bounce and name nobody; theirs may hold anything."""
    session().execute(
        sa.update(Message)
        .where(Message.id.in_(ids), Message.direction == Direction.IN)
        .values(message_id=None, handled_at=sa.func.coalesce(Message.handled_at, now))
        .execution_options(synchronize_session=False)
    )


def _detach(table: sa.Table, ids: Sequence[int]) -> None:
    """Take deleted rows out of what leans on them, where the database does not do that by itself."""
    for column in columns.leaning_on(table.name):
        where = column.in_(ids)
        if column.nullable:
            session().execute(sa.update(column.table).where(where).values({column.name: None}))
        elif not any(key.ondelete == "CASCADE" for key in column.foreign_keys):
            leaning = list(session().scalars(sa.select(column.table.c.id).where(where)))
            for part in parts(leaning):
                _detach(column.table, part)
                session().execute(sa.delete(column.table).where(column.table.c.id.in_(part)))


# Masking


def _mask_near(subject: Subject, pitches: Sequence[int], counts: Counts) -> None:
    """Name, phone and profile in the text of rows about their sites and pitches, and in the team's own mails."""
    pattern = re.compile(
        "|".join(rf"(?<!\w){re.escape(words)}(?!\w)" for words in subject.near), re.IGNORECASE
    )
    likes = [f"%{_escaped(words)}%" for words in subject.near]
    for table in columns.to_mask():
        about: list[sa.ColumnElement[bool]] = [
            key.in_(subject.site_ids) for key in columns.keys_to(table, "sites")
        ]
        about += [key.in_(pitches) for key in columns.keys_to(table, "pitches")]
        if table.name == "pitches":
            about.append(table.c.id.in_(pitches))
        if table.name == "messages":
            about.append(sa.and_(table.c.kind == LetterKind.SYSTEM, table.c.direction == Direction.OUT))
        if about and (
            texts := [column for column in columns.texts(table) if not _is_address_of_a_page(column)]
        ):
            where = sa.and_(sa.or_(*about), holds(texts, likes))
            changed = mask_rows(table, texts, where, lambda value: _in_value(value, pattern))
            add_up(counts, table.name, Fate.MASK.value, len(changed))


def _is_address_of_a_page(column: sa.Column[Any]) -> bool:
    """Addresses of pages stay: a name in one is the page's."""
    return column.name.endswith(("url", "url_norm", "key"))


def _in_value(value: Any, pattern: re.Pattern[str]) -> Any:
    if isinstance(value, str):
        return pattern.sub(ERASED, value)
    if isinstance(value, list):
        return [_in_value(item, pattern) for item in value]
    if isinstance(value, dict):
        return {key: _in_value(item, pattern) for key, item in value.items()}
    return value


def _escaped(words: str) -> str:
    return words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def holds(texts: Sequence[sa.Column[Any]], likes: Sequence[str]) -> sa.ColumnElement[bool]:
    """Does one of these columns fit one of these patterns, in capitals or not?"""
    folds = is_sqlite()  # its LIKE does not look at capitals
    plain = [sa.cast(column, sa.Text) if isinstance(column.type, sa.JSON) else column for column in texts]
    return sa.or_(
        sa.false(),
        *(
            text.like(like, escape="\\") if folds else text.ilike(like, escape="\\")
            for text in plain
            for like in likes
        ),
    )


def mask_rows(
    table: sa.Table,
    texts: Sequence[sa.Column[Any]],
    where: sa.ColumnElement[bool],
    masked: Callable[[Any], Any],
    *,
    whole: bool = False,
) -> list[int]:
    """Change the text of some rows by `masked`; the ids of rows that changed. `whole` empties all text of such a row."""
    changed = []
    for row in session().execute(sa.select(table.c.id, *texts).where(where)).all():
        old = {column.name: value for column, value in zip(texts, row[1:], strict=True)}
        new = {column.name: _short(masked(old[column.name]), column) for column in texts}
        if new != old:
            if whole:
                new = {column.name: columns.empty(column) for column in texts}
            session().execute(sa.update(table).where(table.c.id == row.id).values(new))
            changed.append(row.id)
    return changed


def _short(value: Any, column: sa.Column[Any]) -> Any:
    """A mask may be longer than what it covers, and a column has an end."""
    length = getattr(column.type, "length", None)
    return value[:length] if length and isinstance(value, str) else value


def mask_table(table: sa.Table, mask: Mask, first: int, last: int, *, all_bytes: bool = False) -> int:
    """Mask the addresses in text and bytes of the rows from id `first` to `last`; how many rows changed.

    The bytes of a letter of ours are made of its columns and files: unless `all_bytes` is asked, those alone are looked
    through whose text held an address, or that have files. Of other rows all bytes are.
    """
    changed = _mask_texts(table, mask, first, last) if columns.texts(table) else []
    where: sa.ColumnElement[bool] = table.c.id.between(first, last)
    if table.name == "messages" and not all_bytes:
        with_files = sa.select(columns.named("letter_files").c.message_id)
        where &= sa.or_(
            table.c.id.in_(changed), table.c.direction == Direction.IN, table.c.id.in_(with_files)
        )
    return len({*changed, *_mask_blobs(table, mask, where)})


def _mask_texts(table: sa.Table, mask: Mask, first: int, last: int) -> list[int]:
    texts = columns.texts(table)
    where = sa.and_(table.c.id.between(first, last), holds(texts, mask.likes()))
    masked: Callable[[Any], Any] = mask.cells if manner_of(table.name).cells else mask.value
    if table.name == "workspace":
        masked = _without_entries(mask)
    return mask_rows(table, texts, where, masked, whole=manner_of(table.name).whole)


def _without_entries(mask: Mask) -> Callable[[Any], Any]:
    """A list loses the entries that hold the address, so that no entry is left that is no address."""

    def without(value: Any) -> Any:
        return (
            [item for item in value if mask.value(item) == item]
            if isinstance(value, list)
            else mask.value(value)
        )

    return without


def _mask_blobs(table: sa.Table, mask: Mask, where: sa.ColumnElement[bool]) -> list[int]:
    """The same for bytes, in whatever encoding."""
    changed: list[tuple[sa.Column[Any], int, bytes]] = []
    for column in columns.blobs(table):
        query = sa.select(table.c.id, column).where(where, column.is_not(None))
        for key, held in session().execute(query.execution_options(yield_per=100)):
            masked = mask.raw(held)
            if masked != held:
                changed.append((column, key, masked))
    for column, key, masked in changed:
        session().execute(sa.update(table).where(table.c.id == key).values({column.name: masked}))
    return [key for _, key, _ in changed]
