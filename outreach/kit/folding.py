"""Text as it is searched: without capitals and accents, so that "muller" and "Müller" are one word. Pure.

`indexed` is known to SQLite as the function `search_fold`; for PostgreSQL `outreach.search.index` writes the same in SQL, and a
test holds the two together.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache

LETTERS = {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "ς": "σ", "’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "‐": "-", "‒": "-", "―": "-", "−": "-", "。": ".", "\n": " ", "\t": " "}  # fmt: skip
"""What stands for one sign; Unicode says it of accents only."""
LIGATURES = {"ß": "ss", "æ": "ae", "œ": "oe", "þ": "th"}
DROPPED = "\r\u00ad\u200b\u200c\u200d\ufeff"
APOSTROPHES = "'`\u02b9\u02bb\u02bc\u02c8\u201b\u2032"
"""What is left out of a searched text, so that "oneil" and "O’Neil" are one word; LETTERS make `'` of the other ones."""
ACUTE = "\u00b4"
"""An accent that stands alone is typed for an apostrophe; Unicode would make a space of it."""
ACCENTS = "\u0300-\u036f"
UNSPACED = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
"""Kana and Han: words of one or two signs that are written without spaces between them."""

_ACCENT = re.compile(f"[{ACCENTS}]")
_SPREAD = re.compile(f"([{UNSPACED}])")
_SIGNS = str.maketrans({**LETTERS, **LIGATURES, **dict.fromkeys(DROPPED)})
_ASCII = str.maketrans({"\n": " ", "\t": " ", "\r": None})
_SEARCHED = str.maketrans({"\n": " ", "\t": " ", "\r": None, "'": None, "`": None})
_APOSTROPHES = str.maketrans("", "", APOSTROPHES)
CODED = "xn--"
"""How a name of other letters begins in the DNS (RFC 5890 section 2.3.2.1)."""
CODE = "xn--([a-z0-9-]{1,59})"
_CODE = re.compile(CODE)
BLANKS = " \t\r\n"
MOST_DELTA = 1_000_000_000
"""No code of a host comes near: what is larger is none."""

Piece = tuple[str, bool]
"""Some text, and whether it is what was searched for."""


def folded(text: str | None) -> str:
    """`text` as it is compared; ligatures become two signs."""
    if text is None:
        return ""
    if text.isascii():
        plain = text.lower()
        return plain.translate(_ASCII) if "\n" in plain or "\t" in plain or "\r" in plain else plain
    return _ACCENT.sub("", unicodedata.normalize("NFKD", text)).lower().translate(_SIGNS)


def searched(text: str | None) -> str:
    """`text` folded, as the search has it: a space stands before each sign of UNSPACED, so that two of them are four to the index, and no apostrophe is left."""
    if text and text.isascii():
        return text.lower().translate(_SEARCHED)
    plain = folded(text.replace(ACUTE, "'") if text else text).translate(_APOSTROPHES)
    return plain if plain.isascii() else _SPREAD.sub(r" \1", plain)


def indexed(text: str | None) -> str:
    """`text` as a row is searched by: `searched`, and each word with a coded host once more as people write it."""
    return searched(f"{text} {' '.join(_with_hosts(text))}" if text and CODED in text else text)


def _with_hosts(text: str) -> list[str]:
    """The words in which a host stands as the DNS has it, with its own letters."""
    found = []
    for word in re.split(f"[{BLANKS}]", text):
        shown = word
        for code in _CODE.findall(word) if CODED in word else ():
            shown = shown.replace(CODED + code, decoded(code) or CODED + code)
        if shown != word:
            found.append(shown)
    return found


def decoded(code: str) -> str | None:
    """What a code of RFC 3492 section 6.2 (Punycode, of lower case) says; None when it says nothing."""
    signs, _, rest = code.rpartition("-")
    number, place, bias, at = 128, 0, 72, 0
    while at < len(rest):
        before, weight, step = place, 1, 36
        while True:
            if at >= len(rest) or weight > MOST_DELTA:
                return None
            digit = ord(rest[at]) - (97 if rest[at] >= "a" else 22)
            at, place = at + 1, place + digit * weight
            least = max(1, min(26, step - bias))
            if digit < least:
                break
            weight, step = weight * (36 - least), step + 36
        many = len(signs) + 1
        bias = _adapted(place - before, many, is_first=before == 0)
        number, place = number + place // many, place % many
        if number > 0x10FFFF or 0xD800 <= number <= 0xDFFF:
            return None
        signs, place = signs[:place] + chr(number) + signs[place:], place + 1
    return signs


def _adapted(delta: int, many: int, *, is_first: bool) -> int:
    """RFC 3492 section 6.1."""
    delta = delta // 700 if is_first else delta // 2
    delta, step = delta + delta // many, 0
    while delta > 455:
        delta, step = delta // 35, step + 36
    return step + 36 * delta // (delta + 38)


def _places(text: str) -> tuple[str, Sequence[int]]:
    """`text` folded sign by sign, and for each sign of the result the place in `text` it comes from."""
    if text.isascii():
        plain = searched(text)
        if len(plain) == len(text):
            return plain, range(len(text))
        return plain, [place for place, sign in enumerate(text) if sign not in "\r'`"]
    signs: list[str] = []
    places: list[int] = []
    for place, sign in enumerate(text):
        for one in _sign(sign):
            signs.append(one)
            places.append(place)
    return "".join(signs), places


_sign = lru_cache(maxsize=4096)(searched)
"""A text of twenty thousand signs has some dozens of different ones."""


def marked(text: str, terms: Iterable[str]) -> list[Piece]:
    """`text` cut into pieces, those that one of the folded `terms` fits marked."""
    pieces: list[Piece] = []
    end = 0
    for first, last in _fitting(*_places(text), terms):
        if first > end:
            pieces.append((text[end:first], False))
        pieces.append((text[first:last], True))
        end = last
    if end < len(text):
        pieces.append((text[end:], False))
    return pieces


def _fitting(plain: str, places: Sequence[int], terms: Iterable[str]) -> list[tuple[int, int]]:
    """(first, after the last) of what the terms fit, in order; those that touch are one."""
    joined: list[tuple[int, int]] = []
    for first, last in sorted(
        (places[start], places[start + len(term.strip()) - 1] + 1) for term in terms for start in _found(plain, term)
    ):  # fmt: skip
        if joined and first <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(last, joined[-1][1]))
        else:
            joined.append((first, last))
    return joined


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
