"""`search_crowd`: the places of each person in the lists of people, that the database keeps in step by itself.

A person stands among all (project 0), and once in each project that holds a site where they are or were; and all of that once more for each
tag they carry (`mark` is `t12`, "" without one). `cell` is project and what a list is narrowed to with a click, so that each list is
a few runs of an index in its own order. Triggers write it within the same transaction: no door, import, merge, undo or erasure can forget it.

    cell = project << 2 | 2 when nobody may write to them | 1 when an address is known
"""

from __future__ import annotations

from sqlalchemy.engine import Connection

from outreach.search.there import is_there

VERSION = 1
"""Counted up when what is kept changes: all is made anew then."""
TABLE = "search_crowd"
PROJECT = 2
"""By how many bits the project is moved to the left."""
CLOSED, REACHED = 2, 1
INDEXES = {"updated": "mark, cell, updated_at, id", "name": "mark, cell, name, id"}

_COLUMNS = "mark, cell, id, updated_at, name"


def tag(tag_id: int) -> str:
    """The mark of a tag."""
    return f"t{tag_id}"


def _standing(person: str) -> str:
    """SQL of the lower bits of a row of `people`."""
    known = f"EXISTS (SELECT 1 FROM contact_points WHERE contact_points.person_id = {person}.id)"
    return f"(CASE WHEN {person}.is_do_not_contact THEN {CLOSED} ELSE 0 END + CASE WHEN {known} THEN {REACHED} ELSE 0 END)"


def _put(rest: str) -> str:
    """SQL that places people in projects as they stand among all: `rest` joins `one`, their places among all, with `held`, a project of theirs."""
    return (
        f"INSERT INTO {TABLE} ({_COLUMNS}) SELECT DISTINCT one.mark, CAST(held.project_id AS BIGINT) * {1 << PROJECT} + one.cell, one.id, "
        f"one.updated_at, one.name FROM {rest} AND one.cell < {1 << PROJECT} ON CONFLICT DO NOTHING;"
    )


_NEW = f"INSERT INTO {TABLE} ({_COLUMNS}) SELECT '', {_standing('new')}, new.id, new.updated_at, new.name;"
_MOVED = f"UPDATE {TABLE} SET cell = cell - cell % 4 + {_standing('new')}, updated_at = new.updated_at, name = new.name WHERE id = new.id;"
_GONE = f"DELETE FROM {TABLE} WHERE id = old.id;"
_ROLE = _put(
    f"{TABLE} AS one JOIN prospects AS held ON held.site_id = new.site_id WHERE one.id = new.person_id"
)
_HELD = _put(
    f"site_people JOIN {TABLE} AS one ON one.id = site_people.person_id "
    f"JOIN prospects AS held ON held.id = new.id WHERE site_people.site_id = new.site_id"
)


def _left(people: str) -> str:
    """SQL that takes people out of the projects that hold none of their sites any more; `people` selects their ids."""
    held = (
        "SELECT 1 FROM site_people JOIN prospects ON prospects.site_id = site_people.site_id "
        f"WHERE site_people.person_id = {TABLE}.id AND prospects.project_id = {TABLE}.cell / {1 << PROJECT}"
    )
    return f"DELETE FROM {TABLE} WHERE id IN ({people}) AND cell >= {1 << PROJECT} AND NOT EXISTS ({held});"


def _reached(person: str) -> str:
    """SQL that looks anew whether an address of somebody is known."""
    known = f"(CASE WHEN EXISTS (SELECT 1 FROM contact_points WHERE contact_points.person_id = {person}) THEN {REACHED} ELSE 0 END)"
    return f"UPDATE {TABLE} SET cell = cell - cell % 2 + {known} WHERE id = {person} AND cell % 2 <> {known};"


_TAGGED = (
    f"INSERT INTO {TABLE} ({_COLUMNS}) SELECT 't' || new.tag_id, cell, id, updated_at, name FROM {TABLE} "
    "WHERE id = new.person_id AND mark = '' ON CONFLICT DO NOTHING;"
)
_UNTAGGED = f"DELETE FROM {TABLE} WHERE id = old.person_id AND mark = 't' || old.tag_id;"
_OF_SITE = "SELECT person_id FROM site_people WHERE site_id = {}.site_id"

_WATCHED: dict[str, tuple[str, str, str, str]] = {
    "person": ("people", "name, updated_at, is_do_not_contact", _NEW, _GONE),
    "role": ("site_people", "site_id, person_id", _ROLE, _left("SELECT old.person_id")),
    "held": ("prospects", "project_id, site_id", _HELD, _left(_OF_SITE.format("old"))),
    "contact": ("contact_points", "person_id", _reached("new.person_id"), _reached("old.person_id")),
    "tag": ("person_tags", "tag_id, person_id", _TAGGED, _UNTAGGED),
}
"""`{name: (table, columns that matter, what a new row does, what one that is gone does)}`; a change is both."""


def filled() -> list[str]:
    """SQL that fills the table from all that is there."""
    return [
        f"INSERT INTO {TABLE} ({_COLUMNS}) SELECT '', {_standing('people')}, id, updated_at, name FROM people ORDER BY id",
        f"INSERT INTO {TABLE} ({_COLUMNS}) SELECT 't' || person_tags.tag_id, one.cell, one.id, one.updated_at, one.name FROM {TABLE} AS one JOIN person_tags ON person_tags.person_id = one.id WHERE one.mark = ''",
        _put(f"{TABLE} AS one JOIN site_people ON site_people.person_id = one.id JOIN prospects AS held ON held.site_id = site_people.site_id WHERE 1 = 1"),
    ]  # fmt: skip


def ensure(connection: Connection) -> bool:
    """Make what is missing or not of this version, and fill it; was there something to make?"""
    if _is_there(connection):
        return False
    drop(connection)
    is_sqlite = connection.dialect.name == "sqlite"
    indexes = [f"CREATE INDEX ix_{TABLE}_{name} ON {TABLE} ({columns})" for name, columns in INDEXES.items()]
    triggers = list(_sqlite_triggers().values()) if is_sqlite else _postgres_triggers()
    for statement in [_table(is_sqlite), *filled(), *indexes, *triggers]:
        connection.exec_driver_sql(statement if is_sqlite else statement.replace("%", "%%"))
    if not is_sqlite:
        connection.exec_driver_sql(f"COMMENT ON TABLE {TABLE} IS '{VERSION}'")
        connection.exec_driver_sql(f"ANALYZE {TABLE}")
    return True


def drop(connection: Connection) -> None:
    """Take all of it away, for a schema that goes down."""
    if connection.dialect.name == "sqlite":
        for name in _sqlite_triggers():
            connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {name}")
    else:
        for name in _WATCHED:
            connection.exec_driver_sql(f"DROP FUNCTION IF EXISTS {TABLE}_{name} CASCADE")
    connection.exec_driver_sql(f"DROP TABLE IF EXISTS {TABLE}")


def _table(is_sqlite: bool) -> str:
    moment = "DATETIME" if is_sqlite else "TIMESTAMP WITH TIME ZONE"
    return (
        f"CREATE TABLE {TABLE} (mark VARCHAR(40) NOT NULL, cell BIGINT NOT NULL, id INTEGER NOT NULL, updated_at {moment} NOT NULL, "
        f"name VARCHAR(200) NOT NULL, CONSTRAINT pk_{TABLE} PRIMARY KEY (id, mark, cell) /* {VERSION} */){' WITHOUT ROWID' if is_sqlite else ''}"
    )


def _is_there(connection: Connection) -> bool:
    made = {TABLE: _table(True), **_sqlite_triggers()}
    return is_there(connection, TABLE, str(VERSION), made=made, triggers=len(_WATCHED))


def _sqlite_triggers() -> dict[str, str]:
    """`{name: statement}`, as sqlite_master keeps them."""
    made: dict[str, str] = {}
    for name, (table, columns, put, take) in _WATCHED.items():
        does = _MOVED if name == "person" else f"{take} {put}"
        differs = " OR ".join(f"new.{one} IS NOT old.{one}" for one in columns.split(", "))
        made |= {
            f"{TABLE}_{name}_new": f"AFTER INSERT ON {table} BEGIN {put} END",
            f"{TABLE}_{name}_old": f"AFTER DELETE ON {table} BEGIN {take} END",
            f"{TABLE}_{name}_changed": f"AFTER UPDATE OF {columns} ON {table} WHEN {differs} BEGIN {does} END",
        }
    return {name: f"CREATE TRIGGER {name} {does}" for name, does in made.items()}


def _postgres_triggers() -> list[str]:
    """Two who write about one site, or about one person, wait for each other, so that each sees what the other one did."""
    sites = "PERFORM 1 FROM sites WHERE id = {}.site_id FOR NO KEY UPDATE;"
    person = "PERFORM 1 FROM people WHERE id = {}.person_id FOR NO KEY UPDATE;"
    there = f"PERFORM 1 FROM people WHERE id IN ({_OF_SITE}) ORDER BY id FOR NO KEY UPDATE;"
    waits = {"role": sites + person, "held": sites + there, "contact": person, "tag": person}
    made = []
    for name, (table, columns, put, take) in _WATCHED.items():
        old, new = (waits.get(name, "").format(*[row] * 2) for row in ("old", "new"))
        both = (
            f"IF TG_OP = 'UPDATE' THEN {_MOVED} ELSIF TG_OP = 'INSERT' THEN {put} ELSE {take} END IF;"
            if name == "person"
            else f"IF TG_OP <> 'INSERT' THEN {old} {take} END IF; IF TG_OP <> 'DELETE' THEN {new} {put} END IF;"
        )
        made.append(
            f"CREATE FUNCTION {TABLE}_{name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {both} RETURN NULL; END $$"
        )
        made.append(
            f"CREATE TRIGGER {TABLE}_{name} AFTER INSERT OR DELETE OR UPDATE OF {columns} ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION {TABLE}_{name}()"
        )
    return made
