"""What a folded text may hold, told in three numbers: a text that lacks a bit of a term's signature cannot hold the term. Pure.

Each three bytes that follow one another set one of BITS bits. SQLite knows `kept` as the function `search_sign`; for PostgreSQL
`outreach.search.places` writes the same in SQL, and a test holds the two together.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from outreach.kit.folding import indexed

NUMBERS = 3
WIDTH = 63
"""Bits of each number, so that none is below zero."""
BITS = NUMBERS * WIDTH
LONGEST = 1_500
"""Bytes; a longer text has every bit, and is read itself."""
ALL = (1 << WIDTH) - 1
FIRST, SECOND, SPREAD, SHIFT = 961, 31, 2_654_435_761, 13
"""A place among the bits is made of three bytes by these."""


def signature(text: str) -> tuple[int, ...]:
    """The numbers of a folded text."""
    raw = text.encode("utf-8", "replace")
    if len(raw) > LONGEST:
        return (ALL,) * NUMBERS
    bits = 0
    for bit in map(_bit, raw, raw[1:], raw[2:]):
        bits |= bit
    return tuple(bits >> WIDTH * number & ALL for number in range(NUMBERS))


@lru_cache(maxsize=1 << 15)
def _bit(one: int, two: int, three: int) -> int:
    """Of three bytes; a language has few thousand of them."""
    return 1 << ((one * FIRST + two * SECOND + three) * SPREAD >> SHIFT) % BITS


def mask(terms: Iterable[str]) -> tuple[int, ...]:
    """The bits that a text must have to hold all `terms`, which are folded."""
    found = (0,) * NUMBERS
    for term in terms:
        found = tuple(one | two for one, two in zip(found, signature(term), strict=True))
    return found


@lru_cache(maxsize=16)
def _of(text: str) -> tuple[int, ...]:
    return signature(indexed(text))


def kept(text: str | None, number: int) -> int:
    """One number of a text that is not folded yet: SQLite asks for them one after the other."""
    return _of(text or "")[number]
