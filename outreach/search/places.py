"""`search_prospects`: a row for each prospect, with its place in a list, that the database keeps in step by itself.

`cell` is one number for all that a list is narrowed to with a click: project, owner, state, and who is known at the site (REACH). Rows of
one cell stand in the order of the list in an index, so that any narrowing is a few runs of an index, whatever the number of rows.
Triggers write it within the same transaction: no door, import, merge, undo or erasure can forget it.

    cell = project << 28 | owner (0: nobody) << 4 | state << 2 | 2 when somebody can be reached | 1 when a person is known
"""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from outreach.search import marks

VERSION = 3
"""Counted up when what is kept changes: everything is made anew then."""
TABLE = marks.OF
PROJECT, OWNER, STATE = 28, 4, 2
"""By how many bits each is moved to the left."""
STATES = ("kept", "later", "new", "rejected")
"""In the order in which a list sorts them."""
PERSON, CONTACT = 1, 2

INDEXES = {
    "cell_updated": "cell, updated_at, id",
    "cell_site": "cell, site_key, id",
    "cell": "cell, id",
    "site": "site_id, cell, updated_at, id",
    "updated": "updated_at, id, cell, site_id",
    "key": "site_key, id, cell, site_id",
}


def _reach(site: str) -> str:
    """SQL for who is known at a site: PERSON for somebody who still works there, CONTACT for a way to reach them or the site."""
    here = f"SELECT 1 FROM site_people WHERE site_people.site_id = {site} AND NOT is_former"
    ours = f"SELECT 1 FROM contact_points WHERE contact_points.site_id = {site}"
    theirs = (
        "SELECT 1 FROM site_people JOIN contact_points ON contact_points.person_id = site_people.person_id "
        f"WHERE site_people.site_id = {site} AND NOT is_former"
    )
    return (
        f"(CASE WHEN EXISTS ({here}) THEN {PERSON} ELSE 0 END + "
        f"CASE WHEN EXISTS ({ours}) OR EXISTS ({theirs}) THEN {CONTACT} ELSE 0 END)"
    )


def _values(row: str) -> str:
    """SQL of the columns for a row of `prospects`."""
    states = " ".join(f"WHEN '{state}' THEN {place}" for place, state in enumerate(STATES))
    cell = (
        f"CAST({row}.project_id AS BIGINT) * {1 << PROJECT} + coalesce({row}.owner_id, 0) * {1 << OWNER} + "
        f"(CASE {row}.state {states} END) * {1 << STATE} + {_reach(f'{row}.site_id')}"
    )
    key = f"(SELECT sites.key FROM sites WHERE sites.id = {row}.site_id)"
    return f"{row}.id, {row}.site_id, {cell}, {row}.updated_at, {key}"


_PUT = f"INSERT INTO {TABLE} (id, site_id, cell, updated_at, site_key)"
_RENAME = f"UPDATE {TABLE} SET site_key = new.key WHERE site_id = new.id;"


def _reckon(sites: str) -> str:
    """SQL that looks anew at who is known at some sites; `sites` selects their ids."""
    reach = _reach(f"{TABLE}.site_id")
    return f"UPDATE {TABLE} SET cell = cell - cell % 4 + {reach} WHERE site_id IN ({sites}) AND cell % 4 <> {reach};"


def _of_role(row: str) -> str:
    return f"SELECT {row}.site_id"


def _of_contact(row: str) -> str:
    """The sites that a contact point may open: its own, and those of its person."""
    return f"SELECT {row}.site_id UNION SELECT site_people.site_id FROM site_people WHERE site_people.person_id = {row}.person_id"


_WATCHED = (
    ("site_people", "site_id, person_id, is_former", _of_role),
    ("contact_points", "site_id, person_id", _of_contact),
)


def ensure(connection: Connection) -> bool:
    """Make what is missing or not of this version, and fill it; was there something to make?"""
    if _is_there(connection):
        return False
    drop(connection)
    is_sqlite = connection.dialect.name == "sqlite"
    made = [*_sqlite_triggers().values()] if is_sqlite else _postgres_triggers()
    later = [
        statement for statement in made if f" ON {TABLE} " in statement
    ]  # would mark row by row what is filled
    for statement in [_table(is_sqlite), marks.table(is_sqlite), *(one for one in made if one not in later)]:
        connection.exec_driver_sql(statement)
    connection.exec_driver_sql(f"{_PUT} SELECT {_values('prospects')} FROM prospects ORDER BY id".replace("%", _percent(connection)))  # fmt: skip
    _index(connection, TABLE, INDEXES)
    connection.exec_driver_sql(marks.filled())
    _index(connection, marks.TABLE, marks.INDEXES)
    for statement in later:
        connection.exec_driver_sql(statement)
    if not is_sqlite:
        connection.exec_driver_sql(f"COMMENT ON TABLE {TABLE} IS '{VERSION}'")
        connection.exec_driver_sql(f"ANALYZE {TABLE}, {marks.TABLE}")
    return True


def _index(connection: Connection, table: str, indexes: dict[str, str]) -> None:
    for name, columns in indexes.items():
        connection.exec_driver_sql(f"CREATE INDEX ix_{table}_{name} ON {table} ({columns})")


def drop(connection: Connection) -> None:
    """Take all of it away, for a schema that goes down."""
    if connection.dialect.name == "sqlite":
        for name in _sqlite_triggers():
            connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {name}")
    else:
        for name in ("place", "rename", "role", "contact", *marks.FUNCTIONS):
            connection.exec_driver_sql(f"DROP FUNCTION IF EXISTS {TABLE}_{name} CASCADE")
    for table in (marks.TABLE, TABLE):
        connection.exec_driver_sql(f"DROP TABLE IF EXISTS {table}")


def _percent(connection: Connection) -> str:
    return "%" if connection.dialect.name == "sqlite" else "%%"


def _table(is_sqlite: bool) -> str:
    moment = "DATETIME" if is_sqlite else "TIMESTAMP WITH TIME ZONE"
    return (
        f"CREATE TABLE {TABLE} (id INTEGER NOT NULL CONSTRAINT pk_{TABLE} PRIMARY KEY, site_id INTEGER NOT NULL, cell BIGINT NOT NULL, "
        f"updated_at {moment} NOT NULL, site_key VARCHAR(253) NOT NULL /* {VERSION} */)"
    )


def _is_there(connection: Connection) -> bool:
    if connection.dialect.name == "sqlite":
        wanted = {TABLE: _table(True), marks.TABLE: marks.table(True), **_sqlite_triggers()}
        query = sa.text("SELECT name, sql FROM sqlite_master WHERE name IN :names").bindparams(
            sa.bindparam("names", list(wanted), expanding=True)
        )
        return {row.name: row.sql for row in connection.execute(query)} == wanted
    triggers = sa.text(
        f"SELECT count(*) FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid "
        f"WHERE tgname LIKE '{TABLE}%' AND relnamespace = current_schema()::regnamespace"
    )
    told = sa.text(f"SELECT obj_description(to_regclass('{TABLE}'), 'pg_class')")
    return bool(connection.scalar(told) == str(VERSION) and connection.scalar(triggers) == len(_ON))


# --- SQLite -----------------------------------------------------------------------------------------


def _sqlite_triggers() -> dict[str, str]:
    """`{name: statement}`, as sqlite_master keeps them."""
    put = f"{_PUT} SELECT {_values('new')};"
    take = f"DELETE FROM {TABLE} WHERE id = old.id;"
    made = {
        f"{TABLE}_new": f"AFTER INSERT ON prospects BEGIN {put} END",
        f"{TABLE}_old": f"AFTER DELETE ON prospects BEGIN {take} END",
        f"{TABLE}_changed": f"AFTER UPDATE OF project_id, site_id, owner_id, state, updated_at ON prospects BEGIN {take} {put} END",
        f"{TABLE}_renamed": f"AFTER UPDATE OF key ON sites WHEN new.key <> old.key BEGIN {_RENAME} END",
    }
    for table, columns, sites in _WATCHED:
        both = f"{sites('old')} UNION {sites('new')}"
        made |= {
            f"{TABLE}_{table}_new": f"AFTER INSERT ON {table} BEGIN {_reckon(sites('new'))} END",
            f"{TABLE}_{table}_old": f"AFTER DELETE ON {table} BEGIN {_reckon(sites('old'))} END",
            f"{TABLE}_{table}_changed": f"AFTER UPDATE OF {columns} ON {table} BEGIN {_reckon(both)} END",
        }
    return {name: f"CREATE TRIGGER {name} {does}" for name, does in (made | marks.sqlite_triggers()).items()}


# --- PostgreSQL -------------------------------------------------------------------------------------

_ON = (
    ("place", "INSERT OR DELETE OR UPDATE OF project_id, site_id, owner_id, state, updated_at ON prospects"),
    ("rename", "UPDATE OF key ON sites"),
    ("role", "INSERT OR DELETE OR UPDATE OF site_id, person_id, is_former ON site_people"),
    ("contact", "INSERT OR DELETE OR UPDATE OF site_id, person_id ON contact_points"),
    *marks.postgres_on(),
)


def _postgres_triggers() -> list[str]:
    """Two who write about one site wait for each other (the lock), so that each sees what the other one did."""
    lock = "PERFORM 1 FROM sites WHERE id IN ({}) ORDER BY id FOR NO KEY UPDATE;"
    place = (
        f"IF TG_OP <> 'INSERT' THEN DELETE FROM {TABLE} WHERE id = old.id; END IF; "
        f"IF TG_OP <> 'DELETE' THEN {lock.format('new.site_id')} {_PUT} SELECT {_values('new')}; END IF;"
    )
    bodies = {"place": place, "rename": f"IF new.key <> old.key THEN {_RENAME} END IF;"}
    for name, sites in (("role", _of_role), ("contact", _of_contact)):
        bodies[name] = " ".join(
            f"IF TG_OP <> '{unless}' THEN {lock.format(sites(row))} {_reckon(sites(row))} END IF;"
            for unless, row in (("INSERT", "old"), ("DELETE", "new"))
        )
    bodies |= marks.postgres_bodies(lock)
    made = []
    for name, events in _ON:
        said = f"CREATE FUNCTION {TABLE}_{name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {bodies[name]} RETURN NULL; END $$"
        made.append(said.replace("%", "%%"))
        made.append(
            f"CREATE TRIGGER {TABLE}_{name} AFTER {events} FOR EACH ROW EXECUTE FUNCTION {TABLE}_{name}()"
        )
    return made
