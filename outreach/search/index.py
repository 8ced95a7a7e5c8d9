"""The index of parts of words that the database keeps of the text of some tables, and keeps in step by itself.

SQLite: for each table an FTS5 table of trigrams without content, which triggers keep in step within the same transaction, so that
no door, import or erasure can forget it. PostgreSQL: each table keeps its folded text in a generated column, with a GIN index of
pg_trgm's over it: the server looks at the text of each row that the index names, and folding it there was most of a search. What the
index names is only a candidate: the row's own text decides (`outreach.search.queries`).

`ensure` makes what is missing and is called after every migration, for a rebuilt table loses its triggers. A migration that takes away
a searched column, or changes its type, drops KEPT of that table on PostgreSQL first.
"""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from outreach.db import db
from outreach.kit.folding import (
    ACCENTS,
    ACUTE,
    APOSTROPHES,
    BLANKS,
    CODE,
    CODED,
    DROPPED,
    LETTERS,
    LIGATURES,
    MOST_DELTA,
    UNSPACED,
)

VERSION = 3
"""Counted up when the folding or the columns change: every index is made anew then."""
LONGEST_TEXT = 20_000
"""Signs of a mail that are searched."""

COLUMNS: dict[str, tuple[str, ...]] = {
    "sites": ("key", "title", "notes"),
    "people": ("name", "notes"),
    "contact_points": ("value_norm",),
    "pitches": ("topic",),
    "notes": ("text",),
    "placed_links": ("page_url",),
    "field_values": ("sort",),
    "messages": ("subject", "from_name", "from_address", "to_name", "to_address", "body"),
}
"""The columns of each table that are searched, as one text."""

SCATTERED, LEAST, FEW = 10, 16, 8
"""An index is put together when all but its largest part hold a tenth as much, so that what is written is written ten times at most; and are more pages than LEAST, or more than FEW."""

KEPT = "search_text"
"""The column of each of these tables that PostgreSQL generates; the models do not know it."""

CUT = {"body"}
"""Columns of which no more than LONGEST_TEXT is searched."""


class NoTrigrams(Exception):
    """PostgreSQL's pg_trgm is not there and may not be created by us; one line that says what to do."""


def text_of(table: str, row: str = "") -> str:
    """SQL for the folded text of a row, which begins with a space. `row` is what its columns are named by: "new", a table."""
    return f"search_fold({plain_of(table, row)})"


def plain_of(table: str, row: str = "") -> str:
    """The same, not folded yet."""
    return "' ' || " + " || ' ' || ".join(columns_of(table, row))


def columns_of(table: str, row: str = "") -> list[str]:
    """SQL for each of its columns, as far as it is searched."""
    dot = f"{row}." if row else ""
    return [
        f"substr({dot}{name}, 1, {LONGEST_TEXT})" if name in CUT else f"{dot}{name}"
        for name in COLUMNS[table]
    ]


def name_of(table: str) -> str:
    """The name of a table's index."""
    return f"search_{table}"


def ensure(connection: Connection) -> list[str]:
    """Make the indexes that are missing or not of this version; the tables whose index was made."""
    if connection.dialect.name == "sqlite":
        return [table for table in COLUMNS if _ensure_sqlite(connection, table)]
    return _ensure_postgres(connection)


def drop(connection: Connection) -> None:
    """Take all indexes away, for a schema that goes down."""
    for table in COLUMNS:
        if connection.dialect.name == "sqlite":
            _drop_sqlite(connection, table)
        else:
            _run(connection, f"ALTER TABLE {table} DROP COLUMN IF EXISTS {KEPT}")
    if connection.dialect.name != "sqlite":
        _run(connection, "DROP FUNCTION IF EXISTS search_fold(text)")


def rebuild(connection: Connection) -> list[str]:
    """Make every index anew from the rows; the tables."""
    drop(connection)
    return ensure(connection)


def scattered(connection: Connection) -> list[str]:
    """The tables whose index SQLite keeps in parts, of which those beside the largest hold a tenth as much: each part is gone through for each question.

    Many come of a long import; a few small ones of each day's work, which cost nothing.
    """
    if connection.dialect.name != "sqlite":
        return []
    found = []
    for table in COLUMNS:
        query = (
            f"SELECT count(*) FROM {name_of(table)}_idx GROUP BY segid"  # pages, by part: FTS5's own table
        )
        sizes = list(connection.scalars(sa.text(query)))
        others = sum(sizes) - max(sizes, default=0)
        if (others > LEAST or len(sizes) > FEW) and others * SCATTERED > max(sizes):
            found.append(table)
    return found


def tidy(tables: Collection[str] = tuple(COLUMNS)) -> None:
    """Rewrite SQLite's index in one part, without what was taken out of it: parts of erased words stay in it until then. Commits in small steps."""
    if db.engine.dialect.name != "sqlite":
        return
    with db.engine.connect() as plain:
        connection = plain.execution_options(outreach_write=True)
        for table in tables:
            pages = -200
            while _merged(connection, name_of(table), pages):
                pages = 200


def _merged(connection: Connection, index: str, pages: int) -> bool:
    """Merge some pages of an index; is there more to do? (FTS5's own rule: fewer than two changes mean no.)"""
    raw = connection.connection.driver_connection
    assert raw is not None
    before = raw.total_changes
    _run(connection, f"INSERT INTO {index}({index}, rank) VALUES ('merge', {pages})")
    connection.commit()
    return bool(raw.total_changes - before >= 2)


def _run(connection: Connection, statement: str) -> None:
    connection.exec_driver_sql(statement)


# --- SQLite -----------------------------------------------------------------------------------------


def _sqlite_parts(table: str) -> dict[str, str]:
    """`{name: statement}` of the virtual table and its triggers, as sqlite_master keeps them."""
    index, columns = name_of(table), ", ".join(COLUMNS[table])
    put = f"INSERT INTO {index}(rowid, text) VALUES (new.id, {text_of(table, 'new')});"
    take = f"INSERT INTO {index}({index}, rowid, text) VALUES ('delete', old.id, {text_of(table, 'old')});"
    differs = " OR ".join(f"new.{name} IS NOT old.{name}" for name in COLUMNS[table])
    return {
        index: f"CREATE VIRTUAL TABLE {index} USING fts5(text, content='', columnsize=0, detail='none', tokenize='trigram case_sensitive 1')",
        f"{index}_new": f"CREATE TRIGGER {index}_new AFTER INSERT ON {table} BEGIN /* {VERSION} */ {put} END",
        f"{index}_old": f"CREATE TRIGGER {index}_old AFTER DELETE ON {table} BEGIN {take} END",
        f"{index}_changed": f"CREATE TRIGGER {index}_changed AFTER UPDATE OF {columns} ON {table} WHEN {differs} BEGIN {take} {put} END",
    }


def _ensure_sqlite(connection: Connection, table: str) -> bool:
    parts = _sqlite_parts(table)
    query = sa.text("SELECT name, sql FROM sqlite_master WHERE name IN :names").bindparams(
        sa.bindparam("names", list(parts), expanding=True)
    )
    if {row.name: row.sql for row in connection.execute(query)} == parts:
        return False
    _drop_sqlite(connection, table)
    for statement in parts.values():
        _run(connection, statement)
    _run(
        connection,
        f"INSERT INTO {name_of(table)}(rowid, text) SELECT id, {text_of(table)} FROM {table} ORDER BY id",
    )
    _run(connection, f"INSERT INTO {name_of(table)}({name_of(table)}) VALUES ('optimize')")
    return True


def _drop_sqlite(connection: Connection, table: str) -> None:
    for name in _sqlite_parts(table):
        _run(connection, f"DROP {'TABLE' if name == name_of(table) else 'TRIGGER'} IF EXISTS {name}")


# --- PostgreSQL -------------------------------------------------------------------------------------


def _postgres_name(table: str) -> str:
    return f"{name_of(table)}_text_{VERSION}"


def _ensure_postgres(connection: Connection) -> list[str]:
    there = set(
        connection.scalars(
            sa.text(
                "SELECT indexname FROM pg_indexes WHERE schemaname = current_schema() AND indexname LIKE 'search%' AND indexdef LIKE '%gin_trgm_ops%'"
            )
        )
    )
    missing = [table for table in COLUMNS if _postgres_name(table) not in there]
    body = _fold_in_sql(connection)
    if not missing and _kept_body(connection) == body:
        return []
    _extension(connection)
    for name in there - {_postgres_name(table) for table in COLUMNS}:
        _run(connection, f'DROP INDEX "{name}"')
    _run(
        connection,
        f"CREATE OR REPLACE FUNCTION search_fold(said text) RETURNS text LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE COST 200 AS $${body}$$",
    )
    for table in missing:
        _keep(connection, table)
    return missing


def _keep(connection: Connection, table: str) -> None:
    _run(connection, f"ALTER TABLE {table} DROP COLUMN IF EXISTS {KEPT}")
    _run(
        connection,
        f"ALTER TABLE {table} ADD COLUMN {KEPT} text GENERATED ALWAYS AS ({text_of(table)}) STORED",
    )
    _run(connection, f"CREATE INDEX {_postgres_name(table)} ON {table} USING gin ({KEPT} gin_trgm_ops)")
    _run(connection, f"ANALYZE {table}")


def _kept_body(connection: Connection) -> str | None:
    """How the folding is written in this database. Written in another way it says the same: what it says has a VERSION."""
    query = "SELECT prosrc FROM pg_proc WHERE proname = 'search_fold' AND pronamespace = current_schema()::regnamespace"
    kept: str | None = connection.scalar(sa.text(query))
    return kept


def _extension(connection: Connection) -> None:
    """pg_trgm comes with PostgreSQL and is trusted since 13: who owns the database may create it. Raises NoTrigrams."""
    try:
        _run(connection, "CREATE EXTENSION IF NOT EXISTS pg_trgm")
    except sa.exc.DBAPIError as error:
        why = str(error.orig).strip().splitlines()[0]
        raise NoTrigrams(
            f"PostgreSQL's pg_trgm cannot be created ({why}); as its administrator: CREATE EXTENSION pg_trgm"
        ) from None


def _fold_in_sql(connection: Connection) -> str:
    """`kit.folding.indexed` for PostgreSQL, in one function that calls none of ours: indexes are made without our search path. Lower case is ICU's where it is there, for that of the database's locale may leave out letters."""
    query = "SELECT count(*) FROM pg_collation WHERE collname = 'und-x-icu'"
    icu = ' COLLATE "und-x-icu"' if connection.scalar(sa.text(query)) else ""
    bare = f"lower(regexp_replace(normalize(replace(said, E'{_sql(ACUTE)}', ''''), NFKD), '[{_sql(ACCENTS)}]', '', 'g'){icu})"
    told = "said"
    for sign, other in (LETTERS | LIGATURES | dict.fromkeys(DROPPED + APOSTROPHES, "")).items():
        if not sign.isascii():
            told = f"replace({told}, E'{_sql(sign)}', E'{_sql(other)}')"
    told = f"regexp_replace({told}, E'([{_sql(UNSPACED)}])', E' \\\\1', 'g')"
    plain = 'lower(said COLLATE "C")'
    for sign, other in (
        (r"E'\n'", "' '"),
        (r"E'\t'", "' '"),
        (r"E'\r'", "''"),
        ("''''", "''"),
        ("'`'", "''"),
    ):
        plain = f"replace({plain}, {sign}, {other})"  # in a quarter of the time of translate(), here as above
    return f"""
        BEGIN
          {_HOSTS_IN_SQL}
          IF octet_length(said) <> char_length(said) THEN
            said := {bare};
            IF octet_length(said) <> char_length(said) THEN
              said := {told};
            END IF;
          END IF;
          RETURN {plain};
        END """


_HOSTS_IN_SQL = f"""
          IF strpos(said, '{CODED}') > 0 THEN
            DECLARE
              word text; shown text; code text; signs text; rest text; told text := '';
              number bigint; place bigint; before bigint; bias bigint; weight bigint; step bigint; digit bigint; lowest bigint; many bigint; at int;
            BEGIN
              FOR word IN SELECT one FROM unnest(regexp_split_to_array(said, E'[{BLANKS.encode("unicode_escape").decode()}]')) AS one WHERE strpos(one, '{CODED}') > 0 LOOP
                shown := word;
                FOR code IN SELECT one[1] FROM regexp_matches(word, '{CODE}', 'g') AS one LOOP
                  many := length(code) - strpos(reverse(code), '-');
                  signs := CASE WHEN strpos(code, '-') > 0 THEN left(code, many::int) ELSE '' END;
                  rest := CASE WHEN strpos(code, '-') > 0 THEN substr(code, many::int + 2) ELSE code END;
                  number := 128; place := 0; bias := 72; at := 1;
                  WHILE signs IS NOT NULL AND at <= length(rest) LOOP
                    before := place; weight := 1; step := 36;
                    LOOP
                      IF at > length(rest) OR weight > {MOST_DELTA} THEN signs := NULL; EXIT; END IF;
                      digit := ascii(substr(rest, at, 1)); digit := digit - CASE WHEN digit >= 97 THEN 97 ELSE 22 END;
                      at := at + 1; place := place + digit * weight;
                      lowest := greatest(1, least(26, step - bias));
                      EXIT WHEN digit < lowest;
                      weight := weight * (36 - lowest); step := step + 36;
                    END LOOP;
                    EXIT WHEN signs IS NULL;
                    many := length(signs) + 1;
                    bias := (place - before) / CASE WHEN before = 0 THEN 700 ELSE 2 END;
                    bias := bias + bias / many; step := 0;
                    WHILE bias > 455 LOOP bias := bias / 35; step := step + 36; END LOOP;
                    bias := step + 36 * bias / (bias + 38);
                    number := number + place / many; place := mod(place, many);
                    IF number > 1114111 OR number BETWEEN 55296 AND 57343 THEN signs := NULL; EXIT; END IF;
                    signs := left(signs, place::int) || chr(number::int) || substr(signs, place::int + 1);
                    place := place + 1;
                  END LOOP;
                  shown := replace(shown, '{CODED}' || code, coalesce(nullif(signs, ''), '{CODED}' || code));
                END LOOP;
                IF shown <> word THEN told := told || ' ' || shown; END IF;
              END LOOP;
              said := said || CASE WHEN told = '' THEN ' ' ELSE told END;
            END;
          END IF;
"""
"""`kit.folding.indexed` before it is folded (RFC 3492 section 6.2)."""


def _sql(text: str) -> str:
    """`text` for the inside of an E'' string or a bracket: what is not plain is named by its number."""
    return "".join(sign if sign.isascii() and (sign.isalnum() or sign in " -") else f"\\u{ord(sign):04x}" for sign in text)  # fmt: skip
