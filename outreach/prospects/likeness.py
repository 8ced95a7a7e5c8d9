"""Do two names mean the same person, and two domains the same organisation? Pure.

What is told is a suspicion with its reason; whether they are one is for people to say.
"""

from __future__ import annotations

import enum
import re

from outreach.kit import urls
from outreach.kit.address import is_role_address
from outreach.kit.folding import folded
from outreach.prospects.name_order import HONOURS, halves, has_comma, words_of
from outreach.prospects.short_names import may_be_one

SHORTEST_LABEL = 4
SHORTEST_TITLE = 10
GENERIC = frozenset(
    "blog blogs news shop store home info mail online media digital group studio agency magazine journal portal forum wiki"
    " press daily review reviews data docs help jobs start index site test example".split()
)
"""Names of domains that say nothing of whose they are."""

_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe"})
_BRACKETS = re.compile(r"\([^()]*\)")
_SEXED = frozenset("aoа")
"""Last letters (the third is Cyrillic) by which the names of women and men differ."""
LONG = 7
"""Letters from which on another letter is a slip: in short words it makes another name (Mark and Mary)."""
_ALIKE_LETTERS = frozenset(map(frozenset, ("iy", "ij", "ck", "sz", "vw", "fv", "dt")))
"""Letters that are written one for the other: Marc and Mark, Meier and Meyer."""


class Likeness(enum.StrEnum):
    """How alike two names are."""

    SAME = "same"
    NEAR = "near"
    NO = "no"


def parts_of(name: str) -> list[str]:
    """The words of a name without accents, capitals, points, titles, and what stands in brackets."""
    if "@" in name:
        name = _said_by(name)
    words = words_of(_BRACKETS.sub(" ", name)) or words_of(name)
    return [word for word in words if word not in HONOURS] or words


def _said_by(address: str) -> str:
    """The name that an address in place of one tells: of bo.berg@moss.example; "" where it tells half of one, or a desk."""
    local = address.partition("@")[0]
    return (
        local if re.search(r"[^\W\d_]{2,}[._-][^\W\d_]{2,}", local) and not is_role_address(address) else ""
    )


def liken(one: str, other: str) -> Likeness:
    """Are these the same name? Accents, order, hyphens and titles do not matter; initials, a short form, and one wrong letter are near."""
    mine, theirs = parts_of(one), parts_of(other)
    if not mine or not theirs:
        return Likeness.NO
    if sorted(mine) == sorted(theirs) or "".join(mine) == "".join(theirs):
        return Likeness.SAME
    if min(len(mine), len(theirs)) < 2:
        return Likeness.NO
    if (
        _initials(mine, theirs)
        or _short_form(one, other, mine, theirs)
        or _one_letter(sorted(mine), sorted(theirs))
    ):
        return Likeness.NEAR
    return Likeness.NO


def _initials(mine: list[str], theirs: list[str]) -> bool:
    """B. Berg and Bo Berg; Bo J. Berg and Bo Berg: each word of the shorter name stands in the longer one, one of them whole."""
    short, long = sorted((mine, theirs), key=len)
    left, whole = list(long), False
    for word in sorted(short, key=len, reverse=True):
        same = next((one for one in left if one == word), None)
        if same is None:
            same = next((one for one in left if min(len(one), len(word)) == 1 and one[0] == word[0]), None)
        if same is None:
            return False
        whole |= same == word and len(word) > 2
        left.remove(same)
    return whole and all(len(word) == 1 for word in left)


Orders = tuple[list[str], list[str]]
"""The words of a name, its given name first: as it is written or a comma says it, and in case the family name stands first."""


def _orders(name: str, words: list[str]) -> Orders:
    found = halves(_BRACKETS.sub(" ", name)) if has_comma(name) else None
    if found:
        said = [word for half in found for word in parts_of(half)]
        return said, said
    return words, words[-1:] + words[:-1]


def _short_form(one: str, other: str, mine: list[str], theirs: list[str]) -> bool:
    """Ben Berg, and Berg, Benjamin or Berg Benjamin: the given names stand for each other, and all else is the same.

    That the family name stands first is taken of one of the two only: Thomas Frank is no Thomas Francis.
    """
    if len(mine) != len(theirs) or set(mine).isdisjoint(theirs):
        return False
    here, there = _orders(one, mine), _orders(other, theirs)
    pairs = ((here[0], there[0]), (here[1], there[0]), (here[0], there[1]))
    return any(may_be_one(a[0], b[0]) and a[1:] == b[1:] and len(a[-1]) > 1 for a, b in pairs)


def _one_letter(mine: list[str], theirs: list[str]) -> bool:
    """One word differs by one letter: more, fewer, another one, or two changed over. Short words mean somebody else."""
    if len(mine) != len(theirs):
        return False
    only, others = [w for w in mine if w not in theirs], [w for w in theirs if w not in mine]
    if len(only) != 1 or len(others) != 1:
        return False
    one, other = only[0], others[0]
    is_near = min(len(one), len(other)) >= 4 and one[0] == other[0] and is_one_off(one, other)
    return is_near and not _is_of_another_sex(one, other) and not _is_another_name(one, other)


def _is_another_name(one: str, other: str) -> bool:
    """Of two that are one step apart: another letter (or two changed over, in four) makes another name of a short word."""
    if len(one) != len(other):
        return False
    differ = [(a, b) for a, b in zip(one, other, strict=True) if a != b]
    if len(differ) > 1:
        return len(one) < 5
    return len(one) < LONG and frozenset(differ[0]) not in _ALIKE_LETTERS


def _is_of_another_sex(one: str, other: str) -> bool:
    """Daniel and Daniela, Mario and Maria, Julia and Julian, Ivanov and Ivanova: an ending tells two people apart, no slip."""
    stem = max(len(one), len(other)) - 1
    return one[:stem] == other[:stem] and bool({one[-1], other[-1]} & _SEXED)


def is_one_off(one: str, other: str) -> bool:
    """Is it one step from the one word to the other?"""
    if abs(len(one) - len(other)) > 1 or one == other:
        return False
    start = next(
        (at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other))
    )
    a, b = one[start:], other[start:]
    if len(a) == len(b):
        return a[1:] == b[1:] or (a[:2] == b[1::-1] and a[2:] == b[2:])
    return a[1:] == b if len(a) > len(b) else b[1:] == a


def mailbox_of(address: str) -> str:
    """The first half of a mail address as it is compared; "" for a desk's, and for one too short to say anything."""
    local = re.sub(r"[^a-z0-9]", "", folded(address.rpartition("@")[0].partition("+")[0]))
    return "" if is_role_address(address) or len(local) < SHORTEST_LABEL else local


def label_of(key: str) -> str:
    """The name in a site's key, as people write it: wild of wild.example, ana of medium.com/@ana."""
    host, _, path = key.partition("/")
    return path.lstrip("@") if path else urls.show_host(host).partition(".")[0]


def spellings_of(key: str) -> set[str]:
    """The ways its name may be written in plain letters: of müller both muller and mueller; none when it says nothing."""
    label = label_of(key).lower()
    written = {folded(label), folded(label.translate(_UMLAUTS))}
    plain = {re.sub(r"[^a-z0-9]", "", word) if word.isascii() else word for word in written}
    return {word for word in plain if len(word) >= SHORTEST_LABEL and word not in GENERIC}


def title_of(title: str) -> str:
    """A title as it is compared; "" for one too short to say anything."""
    words = " ".join(re.findall(r"[^\W_]+", folded(title).replace("&", " and ")))
    return words[:150] if len(words) >= SHORTEST_TITLE else ""
