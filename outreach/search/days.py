"""`search_days`: what the funnel counts, day by day; `search_days_stale`: the days whose numbers may have changed since they were counted.

A day is the one (UTC, counted from 1970) on which a pitch was first pitched. Triggers write down the day of each pitch about which anything that a report
counts has changed, within the same transaction: no door, merge, undo or erasure can forget it. They count nothing: `reports.jobs` counts such days anew
by and by, and until then a report counts them by their rows (`reports.kept`). So its numbers are exact at any moment, and no write waits for another one.

`span` is the number of days that a row is about, `kind` what it counts (`reports.kept.Kind`); it holds ids and codes only. 0: has none.
"""

from __future__ import annotations

from sqlalchemy.engine import Connection

from outreach.search.there import is_there

VERSION = 1
"""Counted up when what is kept changes: everything is counted anew then."""
TABLE, STALE = "search_days", "search_days_stale"
SECONDS = 86_400
PITCHED = (
    "accepted", "agreed", "assembling", "brief_agreed", "collecting", "contacted", "contributor_review", "draft_sent", "editing", "editor_editing",
    "links_expected", "outline_sent", "promised", "published_claimed", "questions_exchanged", "quotes_approved", "recorded_or_answered", "released", "removed_verified", "replaced", "restored", "revising", "scheduled", "slot_set", "talking", "topic_agreed", "won", "writing",
)  # fmt: skip
"""The stages of those who were pitched, as `reports.rules.STAGES` has them."""

_KEY = "kind, span, day, project_id, type, owner_id, version_id, stage, pitch_id"


def _day(at: str, is_sqlite: bool) -> str:
    """SQL of the day of a moment."""
    if is_sqlite:
        return f"CAST(strftime('%s', {at}) AS INTEGER) / {SECONDS}"
    return f"CAST(floor(extract(epoch FROM {at}) / {SECONDS}) AS INTEGER)"


_IS_PITCHED = f"to_stage IN ({', '.join(repr(stage) for stage in PITCHED)})"


def _of_pitch(pitch: str, is_sqlite: bool, *but: str) -> str:
    """SQL that writes down the day of a pitch; `but` narrows the moves by which it is told."""
    where = " AND ".join((f"pitch_id = {pitch}", "undone_at IS NULL", _IS_PITCHED, *but))
    return _written(f"SELECT {_day('min(at)', is_sqlite)} FROM stage_changes WHERE {where} GROUP BY pitch_id", is_sqlite)  # fmt: skip


def _written(days: str, is_sqlite: bool) -> str:
    """On PostgreSQL one who writes a day down would wait for another who does: there it stands several times."""
    return f"INSERT INTO {STALE} (day) {days}{' ON CONFLICT DO NOTHING' if is_sqlite else ''};"


def _of_move(row: str, is_sqlite: bool) -> str:
    """The day by the other moves, and that of the move itself: one of them it was, one of them it is."""
    own = f"SELECT {_day(f'{row}.at', is_sqlite)} WHERE {row}.{_IS_PITCHED}"
    return f"{_of_pitch(f'{row}.pitch_id', is_sqlite, f'id <> {row}.id')} {_written(own, is_sqlite)}"


_WATCHED = {
    "move": ("stage_changes", "pitch_id, at, to_stage, undone_at", "1 = 1"),
    "pitch": ("pitches", "project_id, type, owner_id, stage, outcome_reason", "1 = 1"),
    "letter": ("messages", "pitch_id, kind, state, template_version_id", "{row}.kind = 'first' AND {row}.state = 'sent'"),
    "link": ("placed_links", "pitch_id, state", "{row}.state = 'live'"),
}  # fmt: skip
"""`{name: (table, columns that matter, which rows matter)}`."""


def _does(name: str, row: str, is_sqlite: bool) -> str:
    if name == "move":
        return _of_move(row, is_sqlite)
    return _of_pitch(f"{row}.{'id' if name == 'pitch' else 'pitch_id'}", is_sqlite)


def ensure(connection: Connection) -> bool:
    """Make what is missing or not of this version; every day is to be counted then. Was there something to make?"""
    if _is_there(connection):
        return False
    drop(connection)
    is_sqlite = connection.dialect.name == "sqlite"
    filled = _written(
        f"SELECT DISTINCT {_day('at', is_sqlite)} FROM stage_changes WHERE {_IS_PITCHED}", is_sqlite
    )
    for statement in [*_tables(is_sqlite), *_triggers(is_sqlite).values(), filled]:
        connection.exec_driver_sql(statement if is_sqlite else statement.replace("%", "%%"))
    return True


def drop(connection: Connection) -> None:
    """Take all of it away, for a schema that goes down."""
    is_sqlite = connection.dialect.name == "sqlite"
    for name in _triggers(is_sqlite):
        if is_sqlite:
            connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {name}")
        elif name.endswith("()"):
            connection.exec_driver_sql(f"DROP FUNCTION IF EXISTS {name} CASCADE")
    for table in (TABLE, STALE):
        connection.exec_driver_sql(f"DROP TABLE IF EXISTS {table}")


def _tables(is_sqlite: bool) -> list[str]:
    numbers = ", ".join(
        f"{name} INTEGER NOT NULL"
        for name in ("kind", "span", "day", "project_id", "owner_id", "version_id", "pitch_id", "many")
    )
    end = " WITHOUT ROWID" if is_sqlite else ""
    stale = (
        "day INTEGER NOT NULL PRIMARY KEY" if is_sqlite else "id BIGSERIAL PRIMARY KEY, day INTEGER NOT NULL"
    )
    texts = "type VARCHAR(32) NOT NULL, stage VARCHAR(32) NOT NULL, seconds DOUBLE PRECISION NOT NULL"
    key = f"CONSTRAINT pk_{TABLE} PRIMARY KEY ({_KEY})"
    return [
        f"CREATE TABLE {TABLE} ({numbers}, {texts}, {key} /* {VERSION} */){end}",
        f"CREATE TABLE {STALE} ({stale})",
    ]


def _is_there(connection: Connection) -> bool:
    tables, stale = _tables(True)
    made = {TABLE: tables, STALE: stale, **_triggers(True)}
    return is_there(connection, TABLE, str(VERSION), made=made, triggers=3 * len(_WATCHED))


def _triggers(is_sqlite: bool) -> dict[str, str]:
    """`{name: statement}`, as sqlite_master keeps them; on PostgreSQL the functions (`name()`) come before their triggers."""
    made: dict[str, str] = {}
    for name, (table, columns, matters) in _WATCHED.items():
        new, old = (f"({matters.format(row=row)})" for row in ("new", "old"))
        unlike = "IS NOT" if is_sqlite else "IS DISTINCT FROM"
        differs = " OR ".join(f"new.{one} {unlike} old.{one}" for one in columns.split(", "))
        for suffix, when, rows, matter in (
            ("new", "INSERT", ("new",), new),
            ("old", "DELETE", ("old",), old),
            ("changed", f"UPDATE OF {columns}", ("old", "new"), f"({new} OR {old}) AND ({differs})"),
        ):
            does = " ".join(_does(name, row, is_sqlite) for row in rows)
            key = f"{TABLE}_{name}_{suffix}"
            if is_sqlite:
                made[key] = f"CREATE TRIGGER {key} AFTER {when} ON {table} WHEN {matter} BEGIN {does} END"
                continue
            made[f"{key}()"] = (
                f"CREATE FUNCTION {key}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {does} RETURN NULL; END $$"
            )
            made[key] = (
                f"CREATE TRIGGER {key} AFTER {when} ON {table} FOR EACH ROW WHEN ({matter}) EXECUTE FUNCTION {key}()"
            )
    if not is_sqlite:
        made[f"{TABLE}_version"] = f"COMMENT ON TABLE {TABLE} IS '{VERSION}'"
    return made
