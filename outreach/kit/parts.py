"""Which parts of some words an index is asked for: those that few rows hold. Pure.

What nearly every row holds says nothing, and its list is as long as the table: SQLite would go through it beside the few rows that
a rare part names. SQLite knows `rare` as the function `search_rare`.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import lru_cache

from outreach.kit.folding import searched

OFTEN = 4
"""A part that one of so many rows holds is left out, where rarer ones are left."""
FEWEST, MOST = 3, 6
"""So many are asked for when none is rare; and of rare ones no more, for the text itself decides."""


def rare(parts: str, sample: str | None) -> str:
    """The question to SQLite's index for the rare ones of `parts`; `sample` are texts of rows, not folded yet. Both are JSON."""
    rows = _folded(sample or "[]")
    held = {part: sum(part in row for row in rows) for part in json.loads(parts)}
    rarest = sorted(held, key=held.__getitem__)
    some = [part for part in rarest if held[part] * OFTEN < len(rows)]
    return asked(some[:MOST] or rarest[:FEWEST])


@lru_cache(maxsize=16)
def _folded(sample: str) -> tuple[str, ...]:
    """The texts of a sample, folded: it is the same for each word that is typed, until rows change."""
    return tuple(map(searched, json.loads(sample)))


def asked(parts: Sequence[str]) -> str:
    """SQLite's own language of questions: each part in quotes, so that no sign means anything."""
    return " AND ".join('"' + part.replace('"', '""') + '"' for part in parts)
