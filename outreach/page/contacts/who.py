"""Whose address this is: the name and role that stand beside it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import islice

from outreach.kit.patterns import late
from outreach.page import text as texts
from outreach.page import tree
from outreach.page.contacts.flat import Flat
from outreach.page.contacts.names import (
    clean_name,
    fits,
    is_caseless,
    is_made_of,
    is_talk,
    labelled_name,
    named_like,
    role_and_name,
    role_in,
)
from outreach.page.tree import Element

CARD_MOST = 400
"""Signs of a card or row: what is longer is no card, and a name in it need not be the address's."""
SEARCHED_MOST = 20_000
LINE_MOST = 1_000
"""Signs of a line on either side of an address; four parts before it and two behind are looked at."""
LABELS_MOST = 80
"""Signs of a line that says "editor: so and so", and no more."""
_SPLIT = late(r"(?<=\w{3})[.!?]\s+|\s[–—|•·/-]+\s|[,;:：՝|•·()\[\]<>]|\s{2,}")
_TOO_WIDE = frozenset(["body", "main", "html"])


def beside(
    flat: Flat, start: int, end: int, others: list[tuple[int, int]], address: str, *, is_role: bool
) -> tuple[str, str]:
    """(name, role) of an address at `start:end`; `others` are where further addresses stand."""
    element = flat.element_at(start)
    name, role = _in_line(flat, start, end, others, address)
    if not (name and role) and element is not None and not is_role:
        also, does = _in_card(flat, element, start, others, address)
        name, role = name or also, role or (does if not name or also == name else "")
    if not (name and role) and element is not None and not is_role:
        also, does = _of_term(element, address)
        name, role = name or also, role or (does if not also else "")
    if not name and not is_role:
        name, does = _of_label(flat, start, others)
        role = role or does
    if not name and not is_role:
        alone = _alone_above(flat, start, address)
        named = [alone] if alone else named_like(flat.text[:SEARCHED_MOST], address)
        name = named[0] if len(named) == 1 else ""
        role = role or (_role_where_it_stands(flat.text, name, address) if name else "")
    if name and is_role and not fits(name, address):
        name = ""
    return name, role if name or not is_role else ""


def _of_label(flat: Flat, start: int, others: list[tuple[int, int]]) -> tuple[str, str]:
    """(name, role) in scripts that no address can be laid beside: told by a label, in this line or the one above."""
    left, _ = flat.line(start, start)
    line = flat.text[max([left, start - LINE_MOST, *(stop for _, stop in others if stop <= start)]) : start]
    if name := labelled_name(line):
        return name, ""
    above = flat.text[max(0, left - CARD_MOST) : left].rstrip().rpartition("\n")[2]
    if "@" in above or len(above) > LABELS_MOST:
        return "", ""
    parts = _parts(above)
    names = [found for part in parts if is_caseless(found := clean_name(part))]
    role = next((found for part in parts if (found := role_in(part))), "")
    name = labelled_name(above) or (names[0] if role and len(names) == 1 else "")
    return name, role if name else ""


def _alone_above(flat: Flat, start: int, address: str) -> str:
    """A name that fits and has one of the lines above for itself, with no other address between."""
    above = flat.text[max(0, start - CARD_MOST) : start].rpartition("@")[2].split("\n")[1:-1]
    names = (clean_name(line) for line in reversed(above))
    return next((name for name in names if name and is_made_of(address, name)), "")


def _role_where_it_stands(text: str, name: str, address: str) -> str:
    """What the line says that holds the name: "Editor: Ana Fern", and her address further down."""
    at = text.find(name)
    end = text.find("\n", at) + 1 or len(text)
    line = text[text.rfind("\n", 0, at) + 1 : end]
    if at < 0 or len(line) >= CARD_MOST:
        return ""
    below = text[end : end + CARD_MOST].strip().partition("\n")[0]
    is_heading = (
        clean_name(line) == name and len(below.split()) < 6 and below.split(" ")[0].lower() not in _POINTS
    )
    return _role_of(name, _parts(line), address, line) or (role_in(below) if is_heading else "")


def of_link(element: Element | None) -> str:
    """The name that a link itself bears (`<a href="mailto:…">Ana Fern</a>`)."""
    if element is None:
        return ""
    link = next((one for one in (element, *islice(tree.ancestors(element), 4)) if one.tag == "a"), None)
    if link is None:
        return ""
    said = texts.words(link) or next(
        (told for name in ("title", "aria-label") if (told := link.attr(name))), ""
    )
    return clean_name(_WRITE_TO.sub("", said))


_WRITE_TO = late(
    r"(?i)^(?:(?:send )?(?:an? )?(?:e-?mail|mail|message|write)(?: to)?|kontakt|contact(?:er)?|schreiben an|e-mail an|écrire à|escribir a|scrivi a)\s*:?\s+"
)


def _of_term(element: Element, address: str) -> tuple[str, str]:
    """(name, role) of the term that a description list gives for the description around the address, one for one."""
    about = next((one for one in (element, *islice(tree.ancestors(element), 5)) if one.tag == "dd"), None)
    term = about and next((one for one in about.previous_siblings if isinstance(one, Element)), None)
    if not term or term.tag != "dt":
        return "", ""
    said = texts.words(term)[:CARD_MOST]
    name = clean_name(said)
    return name if fits(name, address) else "", role_in(said)


def _in_line(
    flat: Flat, start: int, end: int, others: list[tuple[int, int]], address: str
) -> tuple[str, str]:
    left, right = flat.line(start, end)
    left = max([left, *(stop for begin, stop in others if left <= stop <= start and begin != start)])
    following = [begin for begin, _ in others if end <= begin <= right]
    left, right = max(left, start - LINE_MOST), min([right, *following, end + LINE_MOST])
    before, after = _parts(flat.spaced(left, start)), [] if following else _parts(flat.spaced(end, right))[:2]
    before = before[-4:]
    if not any(named_like(part, address) or fits(clean_name(part), address) for part in [*before, *after]):
        asks = [at for at, part in enumerate(before) if is_talk(part)]
        before = before[asks[-1] + 1 :] if asks else before
    near = [*reversed(before), *after]
    role = next((found for part in near if (found := role_in(part))), "")
    name = _name_in(near, address, has_role=bool(role))
    return name, _role_of(name, [*before, *after], address, flat.spaced(left, right)) if role else ""


def _parts(text: str) -> list[str]:
    return [part.strip() for part in _SPLIT.split(text) if part.strip()]


def _name_in(parts: list[str], address: str, *, has_role: bool) -> str:
    """The name that fits the address; else the nearest one, where what they do stands beside it as well."""
    for part in parts:
        if found := named_like(part, address):
            return _whole(part, found[0])
    names = [name for part in parts if (name := clean_name(part))]
    return next(
        (
            name
            for name in names
            if has_role or (not is_caseless(name) and (fits(name, address) or not name.isascii()))
        ),
        "",
    )


def _whole(part: str, name: str) -> str:
    """All of a name that stands alone: "María José García López", where the address has one part of it."""
    alone = clean_name(part)
    return alone if name in alone else name


def _role_of(name: str, parts: Sequence[str], address: str, text: str) -> str:
    """The nearest role that stands nearer to this name than to another one; where it is between two, it is the first one's.

    "Kate Bush, features editor, Mark Hill mark@…" says nothing of Mark; "Kate Bush. Editor: Mark Hill" does.
    """
    told = [role_and_name(part) for part in parts]
    names = [
        clean_name(part) or next(iter(named_like(part, address)), "") or also
        for part, (_, also) in zip(parts, told, strict=True)
    ]
    own = [at for at, found in enumerate(names) if found and (found in name or name in found)] if name else []
    others = [at for at, found in enumerate(names) if found and at not in own]
    roles = [at for at, (role, _) in enumerate(told) if role]
    home = own or [len(parts)]
    for at in sorted(roles, key=lambda place: min(abs(place - one) for one in home)):
        near = min(abs(at - one) for one in home)
        rival = min((abs(at - one) for one in others), default=99)
        is_label = re.search(re.escape(told[at][0]) + r"\s*[:：]", text) is not None
        if not name or near < rival or (near == rival and ((at - near in own) != is_label)):
            return _without_name(told[at][0], parts, address)
    return ""


def _without_name(role: str, parts: Iterable[str], address: str) -> str:
    """What they do, without the name that follows it ("Editor Hugo Lindt"); a sentence that holds the name says more than that."""
    pointing, _, rest = role.partition(" ")
    role = rest if pointing.lower() in _POINTS else role
    named = [name for part in parts for name in (*named_like(part, address), clean_name(part)) if name]
    held = next((name for name in named if name in role), "")
    if not held:
        return role
    before = role.removesuffix(held).strip(" ,;:|–—-")
    is_said = role.endswith(held) and 0 < len(before.split()) < 4
    return before if is_said and role_in(before) == before else ""


_POINTS = frozenset("our the my unser unsere notre nuestro nuestra nostro nostra nosso nossa onze".split())
"""Words that point at somebody: "our editor"."""


def _in_card(
    flat: Flat, element: Element, start: int, others: list[tuple[int, int]], address: str
) -> tuple[str, str]:
    """The name in the row or card around, where it stands for this address alone."""
    alone = ""
    for around in islice((element, *tree.ancestors(element)), 7):
        left, right = flat.span(around)
        if around.tag in _TOO_WIDE or right - left > CARD_MOST:
            break
        if right and any(left <= begin < right and begin != start for begin, _ in others):
            break
        parts = [
            part
            for line in flat.spaced(left, right).split("\n")
            for part in (*_parts(line), line.strip())
            if part and "@" not in part
        ]
        said = next((found for part in parts if (found := role_in(part))), "")
        role = _without_name(said, parts, address)
        names = list(dict.fromkeys(found for part in parts if (found := clean_name(part))))
        fitting = [_whole(part, found) for part in parts for found in named_like(part, address)] or [
            name for name in names if fits(name, address)
        ]
        if fitting and said:
            shown = flat.spaced(left, right)
            single = [part for line in shown.split("\n") for part in _parts(line) if "@" not in part]
            is_told_apart = len(names) > 1 or any(role_in(part) for part in single)
            role = _role_of(fitting[0], single, address, shown) if is_told_apart else role
        if fitting and (role or len(names) > 1):
            return fitting[0], role if not alone or fitting[0] == alone else ""
        if fitting:
            alone = fitting[0]  # what they do may stand in the next larger part of the card
            continue
        if len(names) == 1 and role and not is_talk(flat.spaced(left, start)):
            return names[0], role
    return alone, ""
