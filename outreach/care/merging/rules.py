"""What a merge does to each table, and which value stays where two differ. Pure.

A new column that points at a person or site, or at a row that a merge folds away, has to be named in `TABLES`: a test
lists them by the metadata.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

UNDO_FOR = timedelta(days=30)
"""How long a merge can be taken back; then what was before is forgotten."""

VERSIONS = 1000
"""A merge counts the version up by so much, for an undo sets it back: no form drawn in between ever fits again."""


class Kind(enum.StrEnum):
    """What is merged."""

    PERSON = "person"
    SITE = "site"


ROWS = {Kind.PERSON: "people", Kind.SITE: "sites"}
"""The table of each kind."""


class PairState(enum.StrEnum):
    """What is known of two that look alike."""

    OPEN = "open"
    DIFFERENT = "different"


class Way(enum.StrEnum):
    """What becomes of the rows that name the one that goes."""

    MOVE = "they name the one that stays"
    FOLD = "the same, but where that one has such a row already the two become one"
    PUT_AWAY = "they are made from other rows: they go, and come back with an undo"
    PAIRS = "what was called different from the one that goes is different from the one that stays"


Row = Mapping[str, Any]
Fold = Callable[[Row, Row], dict[str, Any]]


def _nothing(stays: Row, goes: Row) -> dict[str, Any]:
    return {}


@dataclass(frozen=True)
class Manner:
    """How one column that names a person or site (or a folded row) is treated.

    `alike`: the other columns that make two rows the same one, and `fold(stays, goes)` gives what changes in the row that
    stays; of the columns `choice` somebody may choose whose value it is. `guard` says why two rows of a unique index cannot meet though they are only moved.
    """

    way: Way = Way.MOVE
    alike: tuple[str, ...] = ()
    fold: Fold = field(default=_nothing)
    choice: tuple[str, ...] = ()
    guard: str = ""


def fold_role(stays: Row, goes: Row) -> dict[str, Any]:
    """One person at one site: the role that is written down, and still there when either row says so."""
    role = {} if stays["role"] or not goes["role"] else {"role": goes["role"]}
    here = {"is_former": False} if stays["is_former"] and not goes["is_former"] else {}
    return role | here


STATE_ORDER = ("kept", "rejected", "later", "new")
"""Of two decisions on one site the first of these stays: a yes before a no, a decision before none."""


def fold_prospect(stays: Row, goes: Row) -> dict[str, Any]:
    """One site in one project: the stronger decision, and whose it is.

    The claim of the site that stays stays; where nobody holds that one, the other claim goes over.
    """
    changed: dict[str, Any] = {}
    if STATE_ORDER.index(str(goes["state"])) < STATE_ORDER.index(str(stays["state"])):
        changed |= {"state": goes["state"], "reject_reason": goes["reject_reason"]}
    if stays["owner_id"] is None and goes["owner_id"] is not None:
        changed["owner_id"] = goes["owner_id"]
    return changed


def fold_metric(stays: Row, goes: Row) -> dict[str, Any]:
    """One number of another tool on one site: the newer one."""
    return (
        {}
        if stays["as_of"] >= goes["as_of"]
        else {name: goes[name] for name in ("value", "as_of", "batch_id")}
    )


_MOVE = Manner()
_GUARDED = Manner(guard="two open pitches of one project refuse the merge (`queries.open_twice`)")

TABLES: Mapping[str, Manner] = {
    # prospects
    "people.referred_by_id": _MOVE,
    "contact_points.person_id": _MOVE,
    "contact_points.site_id": _MOVE,
    "site_people.person_id": Manner(Way.FOLD, ("site_id",), fold_role),
    "site_people.site_id": Manner(Way.FOLD, ("person_id",), fold_role),
    "prospects.site_id": Manner(Way.FOLD, ("project_id",), fold_prospect),
    "site_metrics.site_id": Manner(Way.FOLD, ("name",), fold_metric),
    "site_looks.site_id": Manner(Way.PUT_AWAY),
    "site_searches.site_id": Manner(Way.PUT_AWAY),
    "found_contacts.site_id": Manner(Way.FOLD, ("kind", "value_norm")),
    "found_contacts.person_id": _MOVE,
    "site_tags.site_id": Manner(Way.FOLD, ("tag_id",)),
    "person_tags.person_id": Manner(Way.FOLD, ("tag_id",)),
    "field_values.site_id": Manner(Way.FOLD, ("field_id",), choice=("value", "sort")),
    "field_values.person_id": Manner(Way.FOLD, ("field_id",), choice=("value", "sort")),
    "relationship_overrides.person_id": Manner(Way.FOLD),
    "relationship_overrides.site_id": Manner(Way.FOLD),
    "notes.person_id": _MOVE,
    "notes.site_id": _MOVE,
    "import_rows.site_id": _MOVE,
    "site_aliases.site_id": _MOVE,
    "alike_keys.person_id": Manner(Way.PUT_AWAY),
    "alike_keys.site_id": Manner(Way.PUT_AWAY),
    # pitches and reminders
    "pitches.person_id": _MOVE,
    "pitches.site_id": _GUARDED,
    "contributors.person_id": _MOVE,
    "contributors.site_id": _MOVE,
    "reminders.person_id": _MOVE,
    "reminders.site_id": _MOVE,
    "follow_up_stops.person_id": _MOVE,
    "follow_up_stops.site_id": _MOVE,
    # mail
    "threads.person_id": _MOVE,
    "threads.site_id": _MOVE,
    "messages.person_id": _MOVE,
    # links
    "placed_links.person_id": _MOVE,
    "placed_links.site_id": _MOVE,
    # care
    "bulk_rows.person_id": _MOVE,
    "bulk_rows.prospect_id": _MOVE,
    "merges.person_id": _MOVE,
    "merges.site_id": _MOVE,
    "duplicate_pairs.first_person_id": Manner(Way.PAIRS),
    "duplicate_pairs.second_person_id": Manner(Way.PAIRS),
    "duplicate_pairs.first_site_id": Manner(Way.PAIRS),
    "duplicate_pairs.second_site_id": Manner(Way.PAIRS),
}
"""One line a column: `table.column`."""

TOLD = {
    "contact_points": "ways to reach them", "site_people": "roles at sites", "prospects": "places in projects", "notes": "notes",
    "import_rows": "lines of imports", "pitches": "pitches", "contributors": "parts in shared pieces", "reminders": "reminders",
    "threads": "conversations", "messages": "mails", "placed_links": "links", "people": "people they named to us",
    "relationship_overrides": "how the relationship is seen", "site_tags": "tags", "person_tags": "tags", "field_values": "own fields", "site_people.site_id": "people",
}  # fmt: skip
"""Tables as a reader knows them; what is not here is not told."""


# --- field by field --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Field:
    """One field that the two may differ in; of a text `both` may stay, one under the other."""

    name: str
    label: str
    is_text: bool = False


FIELDS: Mapping[Kind, tuple[Field, ...]] = {
    Kind.PERSON: (
        Field("name", "Name"), Field("language", "Language"), Field("timezone", "Time zone"),
        Field("subscriber_type", "To the law"), Field("referred_by_id", "Referred by"), Field("notes", "Notes", is_text=True),
    ),
    Kind.SITE: (
        Field("title", "Title"), Field("url", "Address"), Field("language", "Language"), Field("notes", "Notes", is_text=True),
    ),
}  # fmt: skip

STRICT = ("is_do_not_contact", "is_no_pitch")
"""A no is no choice: it stays when either has it."""


class Side(enum.StrEnum):
    """Whose value of a field stays."""

    STAYS = "stays"
    GOES = "goes"
    BOTH = "both"


def empty(value: Any) -> bool:
    """Is there nothing in it?"""
    return value is None or value == "" or str(value) == "unknown"


def differing(kind: Kind, stays: Row, goes: Row) -> list[Field]:
    """The fields in which somebody has to choose."""
    return [one for one in FIELDS[kind] if stays[one.name] != goes[one.name]]


def usual(one: Field, stays: Row, goes: Row) -> Side:
    """What is chosen until somebody says otherwise: nothing is lost."""
    if one.is_text and not empty(stays[one.name]) and not empty(goes[one.name]):
        return Side.BOTH
    return Side.GOES if empty(stays[one.name]) else Side.STAYS


def chosen(kind: Kind, stays: Row, goes: Row, choices: Mapping[str, Side]) -> dict[str, Any]:
    """`{field: value}` of what changes in the one that stays: the choices, and each no of either."""
    values: dict[str, Any] = {}
    for one in differing(kind, stays, goes):
        side = choices.get(one.name) or usual(one, stays, goes)
        if side is Side.GOES:
            values[one.name] = goes[one.name]
        elif side is Side.BOTH and one.is_text:
            values[one.name] = "\n\n".join(text for text in (stays[one.name], goes[one.name]) if text)
    if values.get("referred_by_id", stays.get("referred_by_id")) in (stays["id"], goes["id"]):
        values["referred_by_id"] = None  # nobody was named to us by themselves
    return {name: value for name, value in (values | _strict(stays, goes)).items() if stays[name] != value}


def _strict(stays: Row, goes: Row) -> dict[str, Any]:
    nos = {name: True for name in STRICT if name in stays and (stays[name] or goes[name])}
    if "is_do_not_contact" in nos:
        nos["do_not_contact_reason"] = stays["do_not_contact_reason"] or goes["do_not_contact_reason"]
    return nos


REASONS = {
    "same_name": "The same name at the same site",
    "near_name": "Nearly the same name at the same site",
    "same_mailbox": "The same name, and the same first half of a mail address",
    "near_mailbox": "Nearly the same name, and the same first half of a mail address",
    "other_ending": "The same name on another ending",
    "other_spelling": "The same name in another spelling",
    "same_title": "The same title",
    "redirect": "A check of a link was sent from one to the other",
}
"""Why two are thought to be one, in words."""


def told(steps: list[Any]) -> list[tuple[str, int]]:
    """(words, rows) of what went over or became one, of the kept steps of a merge."""
    counts: dict[str, int] = {}
    for step in steps:
        if step[0] == "moved":
            table = step[1].partition(".")[0]
            word, rows = TOLD.get(step[1]) or TOLD.get(table), len(step[4])
        elif step[0] == "removed" and step[3] is not None:
            word, rows = TOLD.get(step[1]), int(step[1] not in ROWS.values())
        else:
            continue
        if word and rows:
            counts[word] = counts.get(word, 0) + rows
    return list(counts.items())
