"""A list of those who said no, from a file or a paste: what each line is. Pure.

A line is known by its first cell that is a mail address, else by its first that is a domain; so the columns may stand
in any order, and a header is a line that is neither.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from outreach.consent.rules import SuppressionKind, key_of
from outreach.kit.address import BadAddress
from outreach.kit.tables import Row

MOST = 50_000
"""Lines that are taken at once."""
_FINGERPRINT = re.compile(r"[0-9a-f]{64}")
HEADER_WORDS = {
    "email",
    "e-mail",
    "mail",
    "address",
    "domain",
    "value",
    "e-mail address",
    "mail address",
    "email address",
}


class Fate(enum.StrEnum):
    """What becomes of a line."""

    NEW = "new"
    KNOWN = "known"
    REPEATED = "repeated"
    REFUSED = "refused"


FATE_WORDS = {
    Fate.NEW: "new", Fate.KNOWN: "on the list already", Fate.REPEATED: "repeated", Fate.REFUSED: "refused",
}  # fmt: skip


@dataclass(frozen=True)
class Line:
    """One line: `value` is the key that it would stand on the list by, `problem` says why it cannot."""

    number: int
    typed: str
    kind: SuppressionKind | None = None
    value: str = ""
    problem: str = ""
    fate: Fate = Fate.REFUSED


def lines_of(rows: Iterable[Row]) -> Iterator[Line]:
    """Each row as a line; a header on top is passed over."""
    for place, row in enumerate(rows):
        if place == 0 and {cell.strip().casefold() for cell in row.cells} & HEADER_WORDS:
            continue
        yield _line(row)


def _line(row: Row) -> Line:
    cells = [cell.strip().removeprefix("'") for cell in row.cells if cell.strip()]
    typed = ", ".join(cells)[:200]
    if row.problem:
        return Line(row.number, typed, problem=row.problem)
    for kind in SuppressionKind:
        for cell in cells:
            if ("@" in cell.strip("@")) is (kind is SuppressionKind.EMAIL):
                try:
                    return Line(
                        row.number,
                        cell[:200],
                        kind,
                        key_of(kind, cell.removeprefix("mailto:")),
                        fate=Fate.NEW,
                    )
                except BadAddress as error:
                    if kind is SuppressionKind.EMAIL or "." in cell:
                        return Line(row.number, cell[:200], problem=str(error))
    if any(_FINGERPRINT.fullmatch(cell) for cell in cells):
        return Line(
            row.number, "a fingerprint", problem="Only the workspace that made this fingerprint can read it."
        )
    return Line(row.number, typed, problem="There is no mail address and no domain in this line.")


def judged(lines: Iterable[Line], known: Mapping[tuple[SuppressionKind, str], bool]) -> list[Line]:
    """The lines with their fate. `known` are (kind, key) pairs on the list; True: it was erased, and is not shown again."""
    seen: set[tuple[SuppressionKind, str]] = set()
    found = []
    for line in lines:
        if line.kind is None:
            found.append(line)
            continue
        pair = (line.kind, line.value)
        fate = Fate.REPEATED if pair in seen else Fate.KNOWN if pair in known else Fate.NEW
        typed = "[erased]" if known.get(pair) else line.typed
        seen.add(pair)
        found.append(Line(line.number, typed, line.kind, line.value, line.problem, fate))
    return found


def counts(lines: Sequence[Line]) -> dict[str, int]:
    """{fate: lines}; they add up to all lines."""
    found: dict[str, int] = {}
    for line in lines:
        found[line.fate.value] = found.get(line.fate.value, 0) + 1
    return found
