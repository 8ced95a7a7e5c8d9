"""`search_prospects`: a row for each prospect, with its place in a list, that the database keeps in step by itself.

`cell` is one number for all that a list is narrowed to with a click: project, owner, state, and who is known at the site (REACH). Rows of
one cell stand in the order of the list in an index, so that any narrowing is a few runs of an index, whatever the number of rows.
Triggers write it within the same transaction: no door, import, merge, undo or erasure can forget it.

    cell = project << 28 | owner (0: nobody) << 4 | state << 2 | 2 when somebody can be reached | 1 when a person is known

`sign_0` and its like are the signature of the site's text (`kit.signatures`): a list that is narrowed by words goes through an index in its own
order, and reads the few rows that may hold them.
"""

from __future__ import annotations

from sqlalchemy.engine import Connection

from outreach.kit import signatures
from outreach.search import index, marks
from outreach.search.there import is_there

VERSION = 4
"""Counted up when what is kept changes: everything is made anew then."""
TABLE = marks.OF
PROJECT, OWNER, STATE = 28, 4, 2
"""By how many bits each is moved to the left."""
STATES = ("kept", "later", "new", "rejected")
"""In the order in which a list sorts them."""
PERSON, CONTACT = 1, 2

SIGNS = marks.SIGNS
_TOLD = f"site_id, {SIGNS}"
"""What is read of each row that is gone through: no index sends to the table for it."""
INDEXES = {
    "cell_updated": f"cell, updated_at, id, {_TOLD}",
    "cell_site": f"cell, site_key, id, {_TOLD}",
    "cell": f"cell, id, {_TOLD}",
    "site": "site_id, cell, updated_at, id",
    "updated": f"updated_at, id, cell, {_TOLD}",
    "key": f"site_key, id, cell, {_TOLD}",
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


def _cell(row: str) -> str:
    """SQL of the cell of a row of `prospects`."""
    states = " ".join(f"WHEN '{state}' THEN {place}" for place, state in enumerate(STATES))
    return (
        f"CAST({row}.project_id AS BIGINT) * {1 << PROJECT} + coalesce({row}.owner_id, 0) * {1 << OWNER} + "
        f"(CASE {row}.state {states} END) * {1 << STATE} + {_reach(f'{row}.site_id')}"
    )


def _signed(site: str, is_sqlite: bool) -> str:
    """SQL of the signature of a row of `sites`, a number for each of SIGNS."""
    if is_sqlite:
        plain = index.plain_of("sites", site)
        return ", ".join(f"search_sign({plain}, {number})" for number in range(signatures.NUMBERS))
    return ", ".join(f"signed.of[{number + 1}]" for number in range(signatures.NUMBERS))


def _put(row: str, is_sqlite: bool, source: str = "") -> str:
    """SQL that places the prospects of `source`; without one, the row `new` of a trigger."""
    from_ = (
        f"FROM {source} JOIN sites ON sites.id = {row}.site_id"
        if source
        else f"FROM sites WHERE sites.id = {row}.site_id"
    )
    if not is_sqlite:
        signing = f"CROSS JOIN LATERAL (SELECT search_sign({index.text_of('sites', 'sites')}) AS of OFFSET 0) AS signed"
        from_ = f"{from_} {signing}" if source else f"FROM sites {signing} WHERE sites.id = {row}.site_id"
    return (
        f"INSERT INTO {TABLE} (id, site_id, cell, updated_at, site_key, {SIGNS}) "
        f"SELECT {row}.id, {row}.site_id, {_cell(row)}, {row}.updated_at, sites.key, {_signed('sites', is_sqlite)} {from_}"
    )


def _told_anew(is_sqlite: bool) -> str:
    """SQL after the text of a site changed."""
    if is_sqlite:
        plain = index.plain_of("sites", "new")
        signs = [f"search_sign({plain}, {number})" for number in range(signatures.NUMBERS)]
        set_ = ", ".join(f"{name} = {sign}" for name, sign in zip(marks.SIGN_NAMES, signs, strict=True))
        return f"UPDATE {TABLE} SET site_key = new.key, {set_} WHERE site_id = new.id;"
    set_ = ", ".join(f"{name} = signed.of[{at + 1}]" for at, name in enumerate(marks.SIGN_NAMES))
    return (
        f"UPDATE {TABLE} SET site_key = new.key, {set_} FROM (SELECT search_sign({index.text_of('sites', 'new')}) AS of OFFSET 0) AS signed "
        "WHERE site_id = new.id;"
    )


_STAYED = f"UPDATE {TABLE} SET cell = {_cell('new')}, updated_at = new.updated_at WHERE id = new.id;"
_OF_SITE = index.COLUMNS["sites"]


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
    if not is_sqlite:
        connection.exec_driver_sql(_sign_in_sql().replace("%", "%%"))
    for statement in [_table(is_sqlite), marks.table(is_sqlite), *(one for one in made if one not in later)]:
        connection.exec_driver_sql(statement)
    connection.exec_driver_sql(f"{_put('prospects', is_sqlite, 'prospects')} ORDER BY prospects.id".replace("%", _percent(connection)))  # fmt: skip
    _index(connection, TABLE, INDEXES)
    connection.exec_driver_sql(marks.filled())
    _index(connection, marks.TABLE, marks.INDEXES)
    for statement in later:
        connection.exec_driver_sql(statement)
    if not is_sqlite:
        connection.exec_driver_sql(f"COMMENT ON TABLE {TABLE} IS '{_version()}'")
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
        connection.exec_driver_sql("DROP FUNCTION IF EXISTS search_sign(text)")
    for table in (marks.TABLE, TABLE):
        connection.exec_driver_sql(f"DROP TABLE IF EXISTS {table}")


def _percent(connection: Connection) -> str:
    return "%" if connection.dialect.name == "sqlite" else "%%"


def _table(is_sqlite: bool) -> str:
    moment = "DATETIME" if is_sqlite else "TIMESTAMP WITH TIME ZONE"
    return (
        f"CREATE TABLE {TABLE} (id INTEGER NOT NULL CONSTRAINT pk_{TABLE} PRIMARY KEY, site_id INTEGER NOT NULL, cell BIGINT NOT NULL, "
        f"updated_at {moment} NOT NULL, site_key VARCHAR(253) NOT NULL, {marks.SIGN_COLUMNS} /* {_version()} */)"
    )


def _version() -> str:
    """What is kept leans on how texts are folded, too."""
    return f"{VERSION}.{index.VERSION}"


def _is_there(connection: Connection) -> bool:
    made = {TABLE: _table(True), marks.TABLE: marks.table(True), **_sqlite_triggers()}
    return is_there(connection, TABLE, _version(), made=made, triggers=len(_ON))


# --- SQLite -----------------------------------------------------------------------------------------


def _sqlite_triggers() -> dict[str, str]:
    """`{name: statement}`, as sqlite_master keeps them."""
    put = f"{_put('new', True)};"
    differs = " OR ".join(f"new.{name} IS NOT old.{name}" for name in _OF_SITE)
    take = f"DELETE FROM {TABLE} WHERE id = old.id;"
    made = {
        f"{TABLE}_new": f"AFTER INSERT ON prospects BEGIN {put} END",
        f"{TABLE}_old": f"AFTER DELETE ON prospects BEGIN {take} END",
        f"{TABLE}_changed": f"AFTER UPDATE OF project_id, owner_id, state, updated_at ON prospects WHEN new.site_id = old.site_id BEGIN {_STAYED} END",
        f"{TABLE}_moved": f"AFTER UPDATE OF site_id ON prospects WHEN new.site_id <> old.site_id BEGIN {take} {put} END",
        f"{TABLE}_renamed": f"AFTER UPDATE OF {', '.join(_OF_SITE)} ON sites WHEN {differs} BEGIN {_told_anew(True)} END",
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
    ("rename", f"UPDATE OF {', '.join(_OF_SITE)} ON sites"),
    ("role", "INSERT OR DELETE OR UPDATE OF site_id, person_id, is_former ON site_people"),
    ("contact", "INSERT OR DELETE OR UPDATE OF site_id, person_id ON contact_points"),
    *marks.postgres_on(),
)


def _postgres_triggers() -> list[str]:
    """Two who write about one site wait for each other (the lock), so that each sees what the other one did."""
    lock = "PERFORM 1 FROM sites WHERE id IN ({}) ORDER BY id FOR NO KEY UPDATE;"
    place = (
        f"IF TG_OP = 'UPDATE' THEN IF new.site_id = old.site_id THEN {lock.format('new.site_id')} {_STAYED} RETURN NULL; END IF; END IF; "
        f"IF TG_OP <> 'INSERT' THEN DELETE FROM {TABLE} WHERE id = old.id; END IF; "
        f"IF TG_OP <> 'DELETE' THEN {lock.format('new.site_id')} {_put('new', False)}; END IF;"
    )
    differs = " OR ".join(f"new.{name} IS DISTINCT FROM old.{name}" for name in _OF_SITE)
    bodies = {"place": place, "rename": f"IF {differs} THEN {_told_anew(False)} END IF;"}
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


def _sign_in_sql() -> str:
    """`kit.signatures.signature` of a folded text for PostgreSQL."""
    every = ", ".join([f"{signatures.ALL}::bigint"] * signatures.NUMBERS)
    told = " ".join(
        f"{'ELSIF' if at else 'IF'} place < {signatures.WIDTH * (at + 1)} THEN s{at} := s{at} | (1::bigint << (place - {signatures.WIDTH * at}));"
        for at in range(signatures.NUMBERS)
    )
    numbers = range(signatures.NUMBERS)
    return f"""
        CREATE OR REPLACE FUNCTION search_sign(said text) RETURNS bigint[] LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE COST 500 AS $$
        DECLARE
          raw bytea := convert_to(said, 'UTF8'); long int := length(raw); place int; one bigint; two bigint; three bigint;
          {" ".join(f"s{at} bigint := 0;" for at in numbers)}
        BEGIN
          IF long > {signatures.LONGEST} THEN RETURN ARRAY[{every}]; END IF;
          IF long > 2 THEN
            one := get_byte(raw, 0); two := get_byte(raw, 1);
            FOR at IN 2 .. long - 1 LOOP
              three := get_byte(raw, at);
              place := ((one * {signatures.FIRST} + two * {signatures.SECOND} + three) * {signatures.SPREAD} >> {signatures.SHIFT}) % {signatures.BITS};
              {told} END IF;
              one := two; two := three;
            END LOOP;
          END IF;
          RETURN ARRAY[{", ".join(f"s{at}" for at in numbers)}];
        END $$
    """
