"""`search_marked`: the places of those prospects whose site carries a tag or has a value in an own field, a row for each.

So a list that is narrowed by one tag, one value, or values from and to is a few runs of an index, too, whatever else narrows it and however it is sorted.
`mark` is `t12` for a tag, `f3=garden` for a value (`FieldValue.sort`); of texts and addresses, which are found by their parts, `f3=` tells that there is one.
Kept by triggers on `search_prospects` (a place that comes, goes or moves takes its marks along) and on what carries labels.
"""

from __future__ import annotations

from outreach.kit import signatures

OF = "search_prospects"
TABLE = "search_marked"

SIGN_NAMES = tuple(f"sign_{number}" for number in range(signatures.NUMBERS))
SIGNS = ", ".join(SIGN_NAMES)
SIGN_COLUMNS = ", ".join(f"{name} BIGINT NOT NULL" for name in SIGN_NAMES)

INDEXES = {
    "cell_updated": f"mark, cell, updated_at, id, site_id, {SIGNS}",
    "cell_site": f"mark, cell, site_key, id, site_id, {SIGNS}",
    "cell": f"mark, cell, id, site_id, {SIGNS}",
}
FUNCTIONS = ("marked", "tag", "value")

_PLACE = ("id", "cell", "updated_at", "site_key", "site_id", *SIGN_NAMES)
_COLUMNS = ", ".join(("mark", *_PLACE))


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
        f"site_key VARCHAR(253) NOT NULL, site_id INTEGER NOT NULL, {SIGN_COLUMNS}, CONSTRAINT pk_{TABLE} PRIMARY KEY (id, mark)){' WITHOUT ROWID' if is_sqlite else ''}"
    )


def filled() -> str:
    """SQL that fills the table from all that is there."""
    return f"INSERT INTO {TABLE} ({_COLUMNS}) {_all('')}"


def _all(where: str) -> str:
    """SQL of the marks of all places that `where` lets through."""
    place = ", ".join(f"place.{name}" for name in _PLACE)
    return (
        f"SELECT 't' || site_tags.tag_id, {place} FROM {OF} AS place JOIN site_tags ON site_tags.site_id = place.site_id {where} "
        f"UNION ALL SELECT {_value('field_values')}, {place} FROM {OF} AS place JOIN field_values ON field_values.site_id = place.site_id {where}"
    )


def _value(row: str) -> str:
    """SQL of the mark of a row of `field_values`."""
    kind = f"(SELECT own_fields.kind FROM own_fields WHERE own_fields.id = {row}.field_id)"
    return f"'f' || {row}.field_id || '=' || CASE WHEN {kind} IN ('text', 'url') THEN '' ELSE {row}.sort END"


def _put(label: str) -> str:
    """SQL that marks all places of the site of a new label."""
    mark = "'t' || new.tag_id" if label == "tag" else _value("new")
    return f"INSERT INTO {TABLE} ({_COLUMNS}) SELECT {mark}, {', '.join(_PLACE)} FROM {OF} WHERE site_id = new.site_id;"


def _take(label: str) -> str:
    """Either mark of a value: the field may be gone by now."""
    places = f"SELECT id FROM {OF} WHERE site_id = old.site_id"
    of_field = "'f' || old.field_id || '='"
    mark = "mark = 't' || old.tag_id" if label == "tag" else f"mark IN ({of_field}, {of_field} || old.sort)"
    return f"DELETE FROM {TABLE} WHERE {mark} AND id IN ({places});"


_PLACED = f"INSERT INTO {TABLE} ({_COLUMNS}) {_all('WHERE place.id = new.id')};"
_MOVED = f"UPDATE {TABLE} SET {', '.join(f'{name} = new.{name}' for name in _PLACE[1:])} WHERE id = new.id;"
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
