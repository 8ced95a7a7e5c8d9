"""`search_codes`: what was seen of each link, a row for each code of it, in the orders of their list; the database keeps it in step by itself.

So links that are narrowed by a code are a few runs of an index, whatever else narrows them, and their tabs are counted there. Triggers on `placed_links` write it within
the same transaction: no look, list, import, merge or undo can forget it. `since` is when a link was first seen, else entered (`links.models.SINCE`).
"""

from __future__ import annotations

from sqlalchemy.engine import Connection

from outreach.search.there import is_there

VERSION = 1
"""Counted up when what is kept changes: all is made anew then."""
OF, TABLE = "placed_links", "search_codes"
LONGEST = 40
"""Signs of a code, as a list may be asked for."""
INDEXES = {
    "project": "code, project_id, is_social, id",
    "project_state": "code, project_id, state, is_social, id",
    "project_since": "code, project_id, state, is_social, since, id",
    "state": "code, state, is_social, id, project_id",
    "state_since": "code, state, is_social, since, id, project_id",
}
_COLUMNS = "code, is_social, id, project_id, state, since"
_CODE = f"substr(CAST(told.value AS VARCHAR), 1, {LONGEST})"
_MATTER = ("codes", "project_id", "state", "is_social", "first_seen_at", "created_at")


def _told(link: str, is_sqlite: bool) -> str:
    """SQL of the codes of a row `link`: a table `told` of one column `value`."""
    if is_sqlite:
        return f"json_each(CASE json_type({link}.codes) WHEN 'array' THEN {link}.codes ELSE '[]' END) AS told"
    return f"json_array_elements_text(CASE json_typeof({link}.codes) WHEN 'array' THEN {link}.codes ELSE '[]' END) AS told(value)"


def _filled(link: str, every: str) -> str:
    """SQL that writes `every` code of the rows `link`."""
    return (
        f"INSERT INTO {TABLE} ({_COLUMNS}) SELECT DISTINCT {_CODE}, {link}.is_social, {link}.id, {link}.project_id, {link}.state, "
        f"coalesce({link}.first_seen_at, {link}.created_at) FROM {every};"
    )


def ensure(connection: Connection) -> bool:
    """Make what is missing or not of this version, and fill it; was there something to make?"""
    if _is_there(connection):
        return False
    drop(connection)
    is_sqlite = connection.dialect.name == "sqlite"
    indexes = [f"CREATE INDEX ix_{TABLE}_{name} ON {TABLE} ({columns})" for name, columns in INDEXES.items()]
    filled = _filled(OF, f"{OF}, {_told(OF, is_sqlite)}")
    for statement in [_table(is_sqlite), filled, *indexes, *_triggers(is_sqlite).values()]:
        connection.exec_driver_sql(statement)
    if not is_sqlite:
        connection.exec_driver_sql(f"COMMENT ON TABLE {TABLE} IS '{VERSION}'")
        connection.exec_driver_sql(f"ANALYZE {TABLE}")
    return True


def drop(connection: Connection) -> None:
    """Take all of it away, for a schema that goes down."""
    is_sqlite = connection.dialect.name == "sqlite"
    for name in _triggers(True):
        gone = f"TRIGGER IF EXISTS {name}" if is_sqlite else f"FUNCTION IF EXISTS {name} CASCADE"
        connection.exec_driver_sql(f"DROP {gone}")
    connection.exec_driver_sql(f"DROP TABLE IF EXISTS {TABLE}")


def _table(is_sqlite: bool) -> str:
    moment = "DATETIME" if is_sqlite else "TIMESTAMP WITH TIME ZONE"
    return (
        f"CREATE TABLE {TABLE} (code VARCHAR({LONGEST}) NOT NULL, is_social BOOLEAN NOT NULL, id INTEGER NOT NULL, project_id INTEGER NOT NULL, "
        f"state VARCHAR(32) NOT NULL, since {moment} NOT NULL, CONSTRAINT pk_{TABLE} PRIMARY KEY (code, is_social, id) /* {VERSION} */){' WITHOUT ROWID' if is_sqlite else ''}"
    )


def _is_there(connection: Connection) -> bool:
    made = {TABLE: _table(True), **_triggers(True)}
    return is_there(connection, TABLE, str(VERSION), made=made, triggers=len(_triggers(True)))


def _triggers(is_sqlite: bool) -> dict[str, str]:
    """`{name: statement}`, as sqlite_master keeps them; on PostgreSQL the functions (`name()`) come before their triggers."""
    put = _filled("new", _told("new", is_sqlite))
    take = f"DELETE FROM {TABLE} WHERE code IN (SELECT {_CODE} FROM {_told('old', is_sqlite)}) AND is_social = old.is_social AND id = old.id;"
    new, old = (f"{_plain(f'{row}.codes', is_sqlite)} <> '[]'" for row in ("new", "old"))
    unlike = "IS NOT" if is_sqlite else "IS DISTINCT FROM"
    names = [_plain(one, is_sqlite) if one == "codes" else one for one in _MATTER]
    differs = " OR ".join(f"new.{one} {unlike} old.{one}" for one in names)
    made: dict[str, str] = {}
    for name, when, matter, does in (
        ("new", "INSERT", new, put),
        ("old", "DELETE", old, take),
        ("changed", f"UPDATE OF {', '.join(_MATTER)}", f"({old} OR {new}) AND ({differs})", f"{take} {put}"),
    ):
        key = f"{TABLE}_{name}"
        if is_sqlite:
            made[key] = f"CREATE TRIGGER {key} AFTER {when} ON {OF} WHEN {matter} BEGIN {does} END"
            continue
        made[f"{key}()"] = (
            f"CREATE FUNCTION {key}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {does} RETURN NULL; END $$"
        )
        made[key] = (
            f"CREATE TRIGGER {key} AFTER {when} ON {OF} FOR EACH ROW WHEN ({matter}) EXECUTE FUNCTION {key}()"
        )
    return made


def _plain(codes: str, is_sqlite: bool) -> str:
    """SQL of a column of codes as its text; most have none. PostgreSQL compares no JSON."""
    return codes if is_sqlite else f"{codes}::text"
