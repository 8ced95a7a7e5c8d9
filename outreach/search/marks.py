"""`search_marked`: the places of those prospects whose site carries a tag or has a value in an own field, a row for each.

So a list that is narrowed by one tag, one value, or values from and to is a few runs of an index, too, whatever else narrows it and however it is sorted.
`mark` is `t12` for a tag, `f3=garden` for a value (`FieldValue.sort`); texts and addresses, which are found by their parts, have none.
Kept by triggers on `search_prospects` (a place that comes, goes or moves takes its marks along) and on what carries labels.
"""

from __future__ import annotations

OF = "search_prospects"
TABLE = "search_marked"

INDEXES = {
    "cell_updated": "mark, cell, updated_at, id",
    "cell_site": "mark, cell, site_key, id",
    "cell": "mark, cell, id",
}
FUNCTIONS = ("marked", "tag", "value")

_COLUMNS = "mark, id, cell, updated_at, site_key"


def tag(tag_id: int) -> str:
    """The mark of a tag."""
    return f"t{tag_id}"


def value(field_id: int, sort: str) -> str:
    """The mark of a value in an own field of a kind that is found by the whole value."""
    return f"f{field_id}={sort}"


def table(is_sqlite: bool) -> str:
    """SQL that makes the table."""
    moment = "DATETIME" if is_sqlite else "TIMESTAMP WITH TIME ZONE"
    by_bytes = (
        "" if is_sqlite else ' COLLATE "C"'
    )  # so that the marks of a field stand together in any language
    return (
        f"CREATE TABLE {TABLE} (mark VARCHAR(240){by_bytes} NOT NULL, id INTEGER NOT NULL, cell BIGINT NOT NULL, updated_at {moment} NOT NULL, "
        f"site_key VARCHAR(253) NOT NULL, CONSTRAINT pk_{TABLE} PRIMARY KEY (id, mark)){' WITHOUT ROWID' if is_sqlite else ''}"
    )


def filled() -> str:
    """SQL that fills the table from all that is there."""
    return f"INSERT INTO {TABLE} ({_COLUMNS}) {_all('')}"


def _all(where: str) -> str:
    """SQL of the marks of all places that `where` lets through."""
    place = "place.id, place.cell, place.updated_at, place.site_key"
    return (
        f"SELECT 't' || site_tags.tag_id, {place} FROM {OF} AS place JOIN site_tags ON site_tags.site_id = place.site_id {where} "
        f"UNION ALL SELECT 'f' || field_values.field_id || '=' || field_values.sort, {place} FROM {OF} AS place "
        f"JOIN field_values ON field_values.site_id = place.site_id JOIN own_fields ON own_fields.id = field_values.field_id "
        f"AND own_fields.kind NOT IN ('text', 'url') {where}"
    )


def _mark(label: str, row: str) -> str:
    """SQL of the mark of a row of `site_tags` or `field_values`."""
    return f"'t' || {row}.tag_id" if label == "tag" else f"'f' || {row}.field_id || '=' || {row}.sort"


def _put(label: str) -> str:
    """SQL that marks all places of the site of a new label."""
    kind = "" if label == "tag" else " AND EXISTS (SELECT 1 FROM own_fields WHERE own_fields.id = new.field_id AND own_fields.kind NOT IN ('text', 'url'))"  # fmt: skip
    return f"INSERT INTO {TABLE} ({_COLUMNS}) SELECT {_mark(label, 'new')}, id, cell, updated_at, site_key FROM {OF} WHERE site_id = new.site_id{kind};"


def _take(label: str) -> str:
    places = f"SELECT id FROM {OF} WHERE site_id = old.site_id"
    return f"DELETE FROM {TABLE} WHERE mark = {_mark(label, 'old')} AND id IN ({places});"


_PLACED = f"INSERT INTO {TABLE} ({_COLUMNS}) {_all('WHERE place.id = new.id')};"
_MOVED = f"UPDATE {TABLE} SET cell = new.cell, updated_at = new.updated_at, site_key = new.site_key WHERE id = new.id;"
_GONE = f"DELETE FROM {TABLE} WHERE id = old.id;"

_CARRIERS = (
    ("tag", "site_tags", "tag_id, site_id"),
    ("value", "field_values", "field_id, site_id, sort"),
)


def sqlite_triggers() -> dict[str, str]:
    """`{name: what comes after CREATE TRIGGER name}`."""
    made = {
        f"{OF}_marks_new": f"AFTER INSERT ON {OF} BEGIN {_PLACED} END",
        f"{OF}_marks_old": f"AFTER DELETE ON {OF} BEGIN {_GONE} END",
        f"{OF}_marks_moved": f"AFTER UPDATE ON {OF} BEGIN {_MOVED} END",
    }
    for label, carrier, columns in _CARRIERS:
        put, take = _put(label), _take(label)
        made |= {
            f"{OF}_{label}_new": f"AFTER INSERT ON {carrier} BEGIN {put} END",
            f"{OF}_{label}_old": f"AFTER DELETE ON {carrier} BEGIN {take} END",
            f"{OF}_{label}_changed": f"AFTER UPDATE OF {columns} ON {carrier} BEGIN {take} {put} END",
        }
    return made


def postgres_on() -> tuple[tuple[str, str], ...]:
    """(function, when it is called)."""
    return (
        ("marked", f"INSERT OR DELETE OR UPDATE ON {OF}"),
        *(
            (label, f"INSERT OR DELETE OR UPDATE OF {columns} ON {carrier}")
            for label, carrier, columns in _CARRIERS
        ),
    )


def postgres_bodies(lock: str) -> dict[str, str]:
    """`{function: what it does}`. `lock` waits for others who write about the sites that stand in its braces."""
    placed = f"IF TG_OP = 'INSERT' THEN {_PLACED} ELSIF TG_OP = 'UPDATE' THEN {_MOVED} ELSE {_GONE} END IF;"
    bodies = {"marked": placed}
    for label, _, _ in _CARRIERS:
        bodies[label] = (
            f"IF TG_OP <> 'INSERT' THEN {lock.format('old.site_id')} {_take(label)} END IF; "
            f"IF TG_OP <> 'DELETE' THEN {lock.format('new.site_id')} {_put(label)} END IF;"
        )
    return bodies
