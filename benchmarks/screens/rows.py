"""A workspace of any size made from a seed, on SQLite or PostgreSQL: `build(1_000_000)` takes a few minutes.

Rows are made by the database itself, one statement a table: as many sites, people, addresses and prospects (in ten projects, and a few
in two small ones), half as many tags and values of own fields, a fifth as many pitches, and what stands around them
(`benchmarks.screens.around`). Row `i` is the same whatever the size, so that small and large lists look alike.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from benchmarks.screens import around
from outreach.accounts.models import User, Workspace
from outreach.accounts.rules import UserRole
from outreach.db import Base, db, write
from outreach.mail.models import Thread
from outreach.pitches.models import Pitch
from outreach.pitches.rules import Stage, column_of
from outreach.projects.models import Membership, Project
from outreach.projects.rules import MemberRole
from outreach.prospects.labels.models import FieldValue, OwnField, SiteTag, Tag
from outreach.prospects.labels.rules import About, FieldKind
from outreach.prospects.models import ContactPoint, Person, Prospect, Site, SitePerson
from outreach.reports import kept
from outreach.search import cells, codes, crowd, days, index, places

SEED = 7
PROJECTS = 10
SMALL = (11, 12)
"""Projects of four sites each."""
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
PASSWORD_HASH = "none: sessions are opened without one"

WORDS = (
    "fern oak moss loam seed hazel wild reed birch clover heath ivy juniper kelp larch maple nettle olive poppy quince rowan sage thyme umber violet willow "
    "yarrow aster bay cedar dill elder flax gorse hemp iris jasmine kale laurel mint nut orchid pine quill rose sorrel tansy ulex vetch wheat yew alder beech "
    "cress dock elm fig grape hop ash beet corn daisy"
).split()  # fmt: skip
FIRST = "Ana Bo Cleo Dag Eva Finn Greta Hugo Ida Jon Kaja Leo Mariana Nils Olga Per".split()
WIDTH = 8
SPREAD = (Stage.DECLINED, Stage.IDEA, Stage.CONTACTED, Stage.TALKING, Stage.AGREED, Stage.CONTACTED)
STAGES = " ".join(f"WHEN {place} THEN '{stage}'" for place, stage in enumerate(SPREAD))
COLUMNS = " ".join(f"WHEN {place} THEN '{column_of(stage)}'" for place, stage in enumerate(SPREAD))


def build(size: int, *, seed: int = SEED) -> tuple[User, User]:
    """Fill an empty, migrated database; gives a manager, who sees all, and a member of two of ten projects. User 3 is in the two small ones, user 4 an admin."""
    boss, member = _team()
    with db.engine.connect() as plain:
        connection = plain.execution_options(outreach_write=True)
        index.drop(connection)
        places.drop(connection)
        crowd.drop(connection)
        cells.drop(connection)
        days.drop(connection)
        codes.drop(connection)
        for table, count, given in _tables(connection, size, seed):
            _fill(connection, table, count, given)
            connection.commit()
        index.ensure(connection)
        places.ensure(connection)
        crowd.ensure(connection)
        cells.ensure(connection)
        days.ensure(connection)
        codes.ensure(connection)
        connection.commit()
        _count_days()
        _settle(connection)
    return boss, member


def _team() -> tuple[User, User]:
    with write() as here:
        here.add(Workspace(
            id=1, name="Hazel & Loam", legal_name="Hazel & Loam Ltd", postal_address="1 Garden Row", base_url="https://outreach.example",
            timezone="UTC", hash_key="0" * 64, created_at=NOW,
        ))  # fmt: skip
        team = [
            User(
                email=f"{name}@hazel.example", name=name.capitalize(), role=role, password_hash=PASSWORD_HASH, session_token=f"token-{name}",
                timezone="UTC", created_at=NOW,
            )
            for name, role in (("max", UserRole.MANAGER), ("ana", UserRole.USER), ("cleo", UserRole.USER), ("ada", UserRole.ADMIN))
        ]  # fmt: skip
        projects = [
            Project(name=f"Project {number}", brand_terms=[], created_at=NOW)
            for number in range(1, PROJECTS + len(SMALL) + 1)
        ]
        here.add_all([*team, *projects])
        here.flush()
        for user, own in ((team[1], projects[:2]), (team[2], projects[PROJECTS:])):
            here.add_all(
                Membership(project_id=project.id, user_id=user.id, role=MemberRole.MEMBER) for project in own
            )
        here.add_all(Tag(name=name, key=name, created_at=NOW) for name in ("press", "warm"))
        for name, kind in (
            ("Authority", FieldKind.NUMBER),
            ("Niche", FieldKind.LIST),
            ("Remark", FieldKind.TEXT),
        ):
            here.add(
                OwnField(
                    about=About.SITE, kind=kind, name=name, choices=["garden", "kitchen"], created_at=NOW
                )
            )
        here.flush()
        return team[0], team[1]


def _tables(connection: Connection, size: int, seed: int) -> list[tuple[sa.Table, int, dict[str, str]]]:
    """(table, rows, SQL of its columns by the row's number `i`); what is not given is the column's default."""
    fifth = max(size // 5, 1)
    key, name = (
        f"{_word(1, seed)} || {_word(2, seed)} || i || '.example'",
        f"{_first(seed)} || ' ' || {_last(seed)}",
    )
    at = _moment(connection, "i")
    stamps = {"created_at": at, "updated_at": at}
    project = f"CASE WHEN i <= 4 THEN {SMALL[0]} WHEN i <= 8 THEN {SMALL[1]} ELSE 1 + i % {PROJECTS} END"
    number = "(i * 7919 % 100)"  # SQLite joins texts before it multiplies
    text = f"CASE i % 3 WHEN 0 THEN CAST({number} AS TEXT) WHEN 1 THEN CASE i % 20 WHEN 1 THEN 'garden' ELSE 'kitchen' END ELSE {_word(5, seed)} || ' ' || {_word(6, seed)} END"
    two = f"CASE WHEN {number} < 10 THEN '0' ELSE '' END || {number}"
    sort = f"CASE i % 3 WHEN 0 THEN '10000000000000' || {two} || '000000' ELSE {text} END"
    pitch = {"project_id": project, "site_id": "i", "person_id": "i", "owner_id": "1 + i % 2"}
    is_open = "i % 6 > 0"
    given: list[tuple[type[Base], int, dict[str, str]]] = [
        (Site, size, {"key": key, "url": f"'https://' || {key} || '/'", "title": f"'The ' || {_word(3, seed)} || ' ' || {_word(4, seed)} || ' journal'", **stamps}),
        (Person, size, {"name": name, **stamps}),
        (SitePerson, size, {"site_id": "i", "person_id": "i", "role": "'editor'"}),
        (ContactPoint, size, {"person_id": "i", "kind": "'email'", "value": _mail(seed), "value_norm": _mail(seed), "found_at": at}),
        (Prospect, size, {"project_id": project, "site_id": "i", "owner_id": "1 + i % 2", "state": "CASE i % 4 WHEN 0 THEN 'new' WHEN 1 THEN 'rejected' ELSE 'kept' END", **stamps}),
        (SiteTag, size // 2, {"tag_id": "CASE i % 50 WHEN 0 THEN 2 ELSE 1 END", "site_id": "2 * i"}),
        (FieldValue, size // 2, {"field_id": "1 + i % 3", "site_id": "2 * i", "value": text, "sort": sort, "updated_at": at}),
        (Pitch, fifth, {
            **pitch, "type": "'guest_post'", "topic": f"'On ' || {_word(5, seed)}", "stage": f"CASE i % 6 {STAGES} END",
            "is_open": is_open, "board_column": f"CASE i % 6 {COLUMNS} END", "next_kind": f"CASE WHEN {is_open} THEN 'follow_up' END",
            "next_on": f"CASE WHEN {is_open} THEN {around.due(connection.dialect.name)} END", "next_owner_id": f"CASE WHEN {is_open} THEN 1 + i % 2 END", "stage_since": at, **stamps,
        }),
        (Thread, fifth, {"project_id": project, "pitch_id": "i", "site_id": "i", "person_id": "i", "subject": "'Forty seeds'", "last_at": at, "created_at": at}),
        *around.tables(connection.dialect.name, size, word=_words(seed)),
    ]  # fmt: skip
    return [(Base.metadata.tables[kind.__tablename__], count, columns) for kind, count, columns in given]


def _words(seed: int) -> dict[str, str]:
    """What `around` needs of a pitch's site, person and mail, by the row's number or by half of it (`mail`, `name`, `topic`, texts)."""
    key = f"{_word(1, seed)} || {_word(2, seed)} || i || '.example'"
    text = " || ' ' || ".join(_word(place, seed) for place in range(7, 40)) + " || ' ' || i"
    halved = {
        "mail": _mail(seed), "name": f"{_first(seed)} || ' ' || {_last(seed)}", "topic": f"'Re: ' || {_word(5, seed)} || ' and ' || {_word(6, seed)}",
        "text": text, "short": f"'Hello, would ' || {_word(7, seed)} || ' and ' || {_word(8, seed)} || ' fit? ' || i",
    }  # fmt: skip
    half = {
        name: sql.replace("(i * ", "((i + 1) / 2 * ").replace("|| i", "|| ((i + 1) / 2)")
        for name, sql in halved.items()
    }
    return {"key": key, **half}


def _fill(connection: Connection, table: sa.Table, count: int, given: dict[str, str]) -> None:
    columns = {
        "id": "i",
        **{c.name: _default(connection, c) for c in table.columns if c.name != "id"},
        **given,
    }
    columns = {name: told for name, told in columns.items() if told}
    rows = (
        f"WITH RECURSIVE n(i) AS (SELECT CAST(1 AS BIGINT) UNION ALL SELECT i + 1 FROM n WHERE i < {count})"
    )
    names = ", ".join(map(connection.dialect.identifier_preparer.quote, columns))
    insert = f"INSERT INTO {table.name} ({names})"
    connection.exec_driver_sql(f"{insert} {rows} SELECT {', '.join(columns.values())} FROM n".replace("%", _percent(connection)))  # fmt: skip
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'), {count})")


def _percent(connection: Connection) -> str:
    return "%" if connection.dialect.name == "sqlite" else "%%"


def _default(connection: Connection, column: sa.Column[Any]) -> str:
    """SQL of what the model puts into a column by itself; "" for NULL."""
    default: Any = column.default
    if default is None:
        return ""
    if default.is_callable:
        made = default.arg(None)
        return "'{}'" if isinstance(made, dict) else "'[]'"
    kind: Any = column.type
    processor = kind.literal_processor(connection.dialect)
    return str(processor(default.arg)) if processor else repr(default.arg)


def _count_days() -> None:
    """What the worker does by and by."""
    counted = 1
    while counted:
        with write():
            counted = kept.recount(100)


def _settle(connection: Connection) -> None:
    """What databases do by themselves in time: look at what they hold."""
    raw = connection.connection.driver_connection
    assert raw is not None
    if connection.dialect.name == "sqlite":
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return
    connection.commit()
    raw.autocommit = True
    raw.execute("VACUUM ANALYZE")
    raw.autocommit = False


def _dice(place: int, seed: int) -> str:
    """A number that looks thrown, of the row and the place."""
    return f"((i * {7919 + 2 * place * 613} + {seed * 104_729 + place * 15_485_863}) % 1000003)"


def _pick(words: list[str], number: str) -> str:
    row = "".join(word.ljust(WIDTH) for word in words)
    return f"trim(substr('{row}', CAST(1 + {WIDTH} * ({number} % {len(words)}) AS INTEGER), {WIDTH}))"


def _word(place: int, seed: int) -> str:
    return _pick(WORDS, _dice(place, seed))


def _first(seed: int) -> str:
    return _pick(FIRST, _dice(50, seed))


def _last(seed: int) -> str:
    return f"{_pick([word.capitalize() for word in WORDS], _dice(51, seed))} || {_pick(['er', 'sen', 'mann', 'ley', 'ova', 'ez', 'i', 'quist'], _dice(52, seed))}"


def _mail(seed: int) -> str:
    return (
        f"lower({_first(seed)}) || '.' || i || '@' || {_word(1, seed)} || {_word(2, seed)} || i || '.example'"
    )


def _moment(connection: Connection, seconds: str) -> str:
    """A moment some seconds after the first day."""
    base = int(datetime(2025, 1, 1, tzinfo=UTC).timestamp())
    if connection.dialect.name == "sqlite":
        return f"strftime('%Y-%m-%d %H:%M:%S.000000', {base} + {seconds} * 40, 'unixepoch')"
    return f"to_timestamp({base} + {seconds} * 40)"
