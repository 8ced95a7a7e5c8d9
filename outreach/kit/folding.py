"""Text as it is searched: without capitals and accents, so that "muller" and "Müller" are one word. Pure.

`searched` is known to SQLite as the function `search_fold`; for PostgreSQL `outreach.search.index` writes the same in SQL, and a
test holds the two together.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

LETTERS = {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "ς": "σ", "’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "\n": " ", "\t": " "}  # fmt: skip
"""What stands for one sign; Unicode says it of accents only."""
LIGATURES = {"ß": "ss", "æ": "ae", "œ": "oe", "þ": "th"}
DROPPED = "\r\u00ad\u200b\u200c\u200d\ufeff"
ACCENTS = "\u0300-\u036f"
UNSPACED = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
"""Kana and Han: words of one or two signs that are written without spaces between them."""

_ACCENT = re.compile(f"[{ACCENTS}]")
_SPREAD = re.compile(f"([{UNSPACED}])")
_SIGNS = str.maketrans({**LETTERS, **LIGATURES, **dict.fromkeys(DROPPED)})
_ASCII = str.maketrans({"\n": " ", "\t": " ", "\r": None})

Piece = tuple[str, bool]
"""Some text, and whether it is what was searched for."""


def folded(text: str | None) -> str:
    """`text` as it is compared; ligatures become two signs."""
    if text is None:
        return ""
    if text.isascii():
        return text.lower().translate(_ASCII)
    return _ACCENT.sub("", unicodedata.normalize("NFKD", text)).lower().translate(_SIGNS)


def searched(text: str | None) -> str:
    """`text` folded, as the search has it: a space stands before each sign of UNSPACED, so that two of them are four to the index."""
    plain = folded(text)
    return plain if plain.isascii() else _SPREAD.sub(r" \1", plain)


def _places(text: str) -> tuple[str, list[int]]:
    """`text` folded sign by sign, and for each sign of the result the place in `text` it comes from."""
    if text.isascii() and "\r" not in text:
        return folded(text), list(range(len(text)))
    signs: list[str] = []
    places: list[int] = []
    for place, sign in enumerate(text):
        for one in searched(sign):
            signs.append(one)
            places.append(place)
    return "".join(signs), places


def marked(text: str, terms: Iterable[str]) -> list[Piece]:
    """`text` cut into pieces, those that one of the folded `terms` fits marked."""
    plain, places = _places(text)
    hit = [False] * len(text)
    for term in terms:
        for start in _found(plain, term):
            for place in places[start : start + len(term.strip())]:
                hit[place] = True
    pieces: list[Piece] = []
    start = 0
    for at in range(1, len(text) + 1):
        if at == len(text) or hit[at] != hit[start]:
            pieces.append((text[start:at], hit[start]))
            start = at
    return pieces


def _found(plain: str, term: str) -> list[int]:
    """Where `term` begins in `plain`; one that begins with a space fits the beginning of a word only."""
    bare = term.strip()
    wanted = re.escape(bare) if bare == term else rf"(?:(?<=\s)|^){re.escape(bare)}"
    return [match.start() for match in re.finditer(wanted, plain)] if bare else []


def excerpt(text: str, terms: Sequence[str], *, around: int = 70) -> list[Piece]:
    """The part of a long text around the first term that it holds, on one line, marked; [] when it holds none."""
    plain, places = _places(text)
    starts = [found[0] for term in terms if (found := _found(plain, term))]
    if not starts:
        return []
    place = places[min(starts)]
    first, last = max(0, place - around), place + 2 * around
    line = " ".join(text[first:last].split())
    return marked(f"{'… ' if first else ''}{line}{' …' if last < len(text) else ''}", terms)
