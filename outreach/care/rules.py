"""What erasing and exporting a person does to each table. Pure.

A new table with a key to a person or site, or with a column of addresses, has to be named in `TABLES`: a test lists
them by the metadata. Addresses are masked in the text of every table, named or not, but for those that are `KEEP`.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime


class Fate(enum.StrEnum):
    """What becomes of the rows of somebody who is erased."""

    DELETE = "deleted"
    BLANK = "emptied"
    """The row stays, so that counts stay right; its text, its files and its person go."""
    UNLINK = "unlinked"
    """It is our own work: it stays without its person; name and addresses are masked in its text."""
    MASK = "masked"
    """It is somebody else's row: only addresses (and in rows about their sites, the name) are masked in its text."""
    KEEP = "kept"
    """Nothing is changed; `why` says why that is right."""


class ErasureState(enum.StrEnum):
    """An erasure is running until nothing of the person is left."""

    RUNNING = "running"
    DONE = "done"


@dataclass(frozen=True)
class Manner:
    """How one table is treated.

    Rows are somebody's by a key to `people`, by an address in one of the columns `addresses`, or because they
    belong to a row of theirs in the table `of`. `stays` are columns of text that a BLANK row keeps. `whole`: a row
    in whose text an address stands is emptied, for the rest of it is about the same person. `copied`: their rows
    are in the copy that they may ask for. `cells`: lists of text in its JSON are rows of somebody's file, and one that
    names an address goes as a whole. `files` are columns that name a file of the instance, and its path there.
    """

    fate: Fate
    addresses: tuple[str, ...] = ()
    of: str = ""
    stays: tuple[str, ...] = ()
    whole: bool = False
    cells: bool = False
    copied: bool = False
    files: tuple[tuple[str, str], ...] = ()
    why: str = ""


TABLES: Mapping[str, Manner] = {
    # consent
    "suppressions": Manner(Fate.BLANK, ("value",), stays=("keyed_hash",), copied=True),
    "opt_outs": Manner(Fate.BLANK, ("address",), stays=("token_hash",), copied=True),
    # prospects
    "people": Manner(Fate.DELETE, copied=True),
    "contact_points": Manner(Fate.DELETE, ("value_norm",), copied=True),
    "site_people": Manner(Fate.DELETE, copied=True),
    "relationship_overrides": Manner(Fate.DELETE, copied=True),
    "notes": Manner(Fate.DELETE, copied=True),
    "person_tags": Manner(Fate.DELETE, copied=True),
    "field_values": Manner(Fate.DELETE, copied=True),
    "site_tags": Manner(Fate.MASK),
    "bulk_rows": Manner(Fate.DELETE),
    "sites": Manner(Fate.MASK),
    "site_aliases": Manner(Fate.MASK),
    "alike_keys": Manner(Fate.DELETE),
    "duplicate_pairs": Manner(Fate.DELETE),
    "merges": Manner(Fate.DELETE, copied=True),
    "prospects": Manner(Fate.MASK),
    "site_looks": Manner(Fate.MASK),
    "site_searches": Manner(Fate.MASK),
    "found_contacts": Manner(Fate.DELETE, ("value_norm",), copied=True),
    "site_metrics": Manner(Fate.KEEP, why="numbers that other tools give a site"),
    "import_rows": Manner(Fate.MASK, whole=True, copied=True),
    "import_files": Manner(Fate.MASK, cells=True),
    "link_lists": Manner(Fate.MASK, cells=True),
    "link_list_rows": Manner(Fate.MASK, cells=True),
    # pitches and reminders
    "pitches": Manner(Fate.UNLINK, copied=True),
    "stage_changes": Manner(Fate.MASK),
    "reminders": Manner(Fate.DELETE, copied=True),
    "pitch_files": Manner(Fate.DELETE, of="pitches", copied=True, files=(("reference", "pitch-files/{0:.2}/{0}"),)),
    "contributors": Manner(Fate.BLANK, stays=("page_url",), copied=True),
    # mail
    "messages": Manner(
        Fate.BLANK, ("to_address", "from_address"), stays=("message_id", "opaque_id", "held_rule", "known_by"), copied=True,
        files=(("raw_file", "mails/{0}"),),
    ),
    "letter_files": Manner(Fate.DELETE, of="messages", copied=True, files=(("reference", "letter-files/{0:.2}/{0}"),)),
    "threads": Manner(Fate.BLANK, copied=True),
    "follow_up_stops": Manner(Fate.UNLINK),
    "send_attempts": Manner(Fate.BLANK, of="messages", stays=("outcome", "stage"), copied=True),
    # links
    "placed_links": Manner(Fate.MASK),
    # ours
    "diary": Manner(Fate.KEEP, why="holds numbers and codes only, never text or addresses"),
    "erasures": Manner(Fate.KEEP, why="the receipts themselves: keyed hashes and counts"),
    "users": Manner(Fate.KEEP, why="people of the team, who log in by their address"),
    "account_keys": Manner(Fate.KEEP, why="invitations to the team; they end by themselves"),
    "mailboxes": Manner(Fate.KEEP, why="our own addresses"),
    "workspace": Manner(Fate.MASK),
}  # fmt: skip
"""One line a table. What a table that is not here holds is masked and not copied."""

DEFAULT = Manner(Fate.MASK)


def manner_of(table: str) -> Manner:
    """How a table is treated."""
    return TABLES.get(table, DEFAULT)


FATE_WORDS = {
    Fate.DELETE: "deleted",
    Fate.BLANK: "emptied, kept only to be counted",
    Fate.UNLINK: "kept as our own work, without the person",
    Fate.MASK: "kept, with the address masked",
}

TABLE_WORDS = {
    "people": "the person", "contact_points": "ways to reach them", "site_people": "what they do at which site",
    "notes": "notes about them", "relationship_overrides": "how the relationship is seen", "reminders": "reminders about them", "messages": "mails to and from them",
    "found_contacts": "proposals found on pages", "person_tags": "tags on them", "field_values": "what stands in own fields", "bulk_rows": "lines of what was done to many",
    "threads": "conversations", "send_attempts": "tries to send", "letter_files": "files of letters", "pitch_files": "drafts and files of pitches", "contributors": "parts in shared pieces", "pitches": "pitches", "opt_outs": "unsubscribe addresses",
    "suppressions": "lines of the suppression list", "import_rows": "lines of imports", "sites": "sites", "stage_changes": "moves of pitches",
    "link_checks": "checks of links", "placed_links": "links", "merges": "merges of duplicates", "alike_keys": "marks by which duplicates are found",
    "duplicate_pairs": "pairs that look alike",
}  # fmt: skip


def words_for(table: str) -> str:
    """A table as a reader knows it."""
    return TABLE_WORDS.get(table, table.replace("_", " "))


def plain(name: str | None) -> str:
    """A name as it is compared: without capitals, one space between words."""
    return " ".join((name or "").casefold().split())


def goes(found: Mapping[str, int]) -> list[tuple[str, int, str]]:
    """(words, rows, what becomes of them) of the rows that are somebody's, for the screen before it happens."""
    return [
        (words_for(table), rows, FATE_WORDS[manner_of(table).fate])
        for table, rows in found.items()
        if manner_of(table).fate in (Fate.DELETE, Fate.BLANK, Fate.UNLINK)
    ]


def told(counts: Mapping[str, Mapping[str, int]]) -> list[tuple[str, int, str]]:
    """(words, rows, what was done) of a receipt."""
    return [
        (words_for(table), rows, DONE_WORDS.get(fate, fate))
        for table, fates in counts.items()
        for fate, rows in fates.items()
    ]


DONE_WORDS = {
    Fate.BLANK.value: "emptied, kept only to be counted",
    Fate.UNLINK.value: "kept without the person",
    Fate.MASK.value: "kept, what named the person masked",
}


def backups_say(days: int) -> str:
    """How long backups still hold what was erased."""
    return (
        f"Backups made before still hold it until they are removed: after {days} days. "
        "When one is restored before that, the erasure is done again."
    )


def receipt_text(
    number: int, asked_at: datetime, done_at: datetime | None, hashes: Iterable[str], counts: Mapping[str, Mapping[str, int]],
    *, days: int, legal_name: str, problem: str,
) -> str:  # fmt: skip
    """The receipt as a file; it holds no name and no address."""
    when = f"{done_at:%d %B %Y, %H:%M} UTC" if done_at else "still under way"
    lines = [
        f"Receipt of erasure {number}", legal_name, "",
        f"Asked for: {asked_at:%d %B %Y, %H:%M} UTC", f"Done: {when}", "",
        "What was done", *(f"  {words}: {rows} {done}" for words, rows, done in told(counts)), "",
        "What is kept", "  so that nobody writes there again, the keyed hash of each address (HMAC-SHA-256):",
        *(f"  {one}" for one in hashes), "", backups_say(days),
    ]  # fmt: skip
    return "\n".join([*lines, *(["", problem] if problem else []), ""])
