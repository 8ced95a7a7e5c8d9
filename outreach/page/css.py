"""The style sheets inside a page, reduced to the rules that can hide something.

A sheet becomes an index by the last compound of each selector (an id, a class, a tag), so that an
element is tried against the few rules that may concern it.  At-rules are opened when they hold for
our reader; sheets are cached, as the pages of a site share them.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from outreach.page import media, nesting, tree
from outreach.page.tree import Declarations, Element

RELEVANT = frozenset(
    [
        "display", "visibility", "opacity", "position", "left", "right", "top", "text-indent", "margin-left", "width", "max-height",
        "height", "overflow", "overflow-x", "overflow-y", "clip", "clip-path", "font-size", "font", "color",
        "background", "background-color", "background-image", "transform", "content-visibility",
    ]
)  # fmt: skip
"""Properties that say whether a link can be seen."""

_WANTED = RELEVANT | {"content"}

LONGEST_SHEET = 1_000_000
"""Signs; what comes after is not read."""
SELECTORS_MOST = 15_000
"""So many selectors of a sheet that speak of something relevant are kept; no sheet for readers comes near."""
LONGEST_SELECTOR = 400

_TOKENS: list[tuple[str, int, re.Pattern[str]]] = [
    ("none", 14, re.compile(r".*display\s*:\s*none", re.DOTALL)),
    ("visibility", 0, re.compile(r"visibility\s*:\s*[hc]")),
    ("opacity", 0, re.compile(r"opacity\s*:\s*0*\.?0+\s*(?:[;!}]|$)")),
    ("text-indent", 0, re.compile(r"text-indent\s*:\s*-")),
    ("font", 0, re.compile(r"font(?:-size)?\s*:[^;}]*?(?<![\w.#])0(?:px|em|rem|%|pt)?\s*(?:[;!/}]|$)")),
    ("clip", 0, re.compile(r"clip")),
    ("transform", 0, re.compile(r"transform\s*:[^;}]*(?:scale|translate)")),
    ("-99", 14, re.compile(r".*(?:left|top|right)\s*:\s*-\s*\d{3}", re.DOTALL)),
    ("000px", 18, re.compile(r".*(?:left|top|right)\s*:\s*-\s*\d+px", re.DOTALL)),
    ("width", 0, re.compile(r"width\s*:\s*[01](?:px)?\s*(?:[;!}]|$)")),
    ("height", 0, re.compile(r"height\s*:\s*[01](?:px)?\s*(?:[;!}]|$)")),
]
"""What a hiding declaration cannot do without, how far before it the pattern begins, and the pattern."""
_COLOURS = re.compile(r"(?:^|[;\s{])color\s*:\s*(?!inherit)", re.IGNORECASE)
_COMMENT = re.compile(r"/\*.*?(?:\*/|$)", re.DOTALL)
_CDATA = re.compile(r"<!\[CDATA\[.*?(?:\]\]>[^{}]*(?:\{[^{}]*\})?|$)", re.DOTALL)
"""Left over from XHTML: the open bracket swallows all rules up to its end, as in browsers."""
_AT = re.compile(r"@(media|supports|layer|container|scope|starting-style)\b([^{};]*)\{", re.IGNORECASE)
_BRACE = re.compile(r"[{}]|\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'", re.DOTALL)
_PSEUDO_ELEMENT = re.compile(r"::|:(?:before|after|first-line|first-letter)\b", re.IGNORECASE)
_DRAWN = re.compile(r"::?(?:before|after)$", re.IGNORECASE)
_NAME = r"((?:[\w-]|[^\x00-\x7f]|\\.)+)"
_COMBINATORS = re.compile(r"[\s>+~]+")
_ID = re.compile("#" + _NAME)
_CLASS = re.compile(r"\." + _NAME)
_TAG = re.compile(r"^([a-zA-Z][\w-]*)")


@dataclass(frozen=True, slots=True)
class Rule:
    selector: str
    rank: tuple[int, tuple[int, int, int], int]
    """The layer (unlayered above all; `!important` turns this round), then specificity, then the place in the sheet."""
    block: Declarations


@dataclass(slots=True)
class Sheet:
    """Rules by the key that an element must have for the last compound to match."""

    by_id: dict[str, list[Rule]] = field(default_factory=lambda: defaultdict(list))
    by_class: dict[str, list[Rule]] = field(default_factory=lambda: defaultdict(list))
    by_tag: dict[str, list[Rule]] = field(default_factory=lambda: defaultdict(list))
    for_all: list[Rule] = field(default_factory=list)
    drawn: Sheet | None = None
    """Rules for `::before` and `::after`: something is drawn in the element though it has no text."""

    def candidates(self, element: Element) -> Iterator[Rule]:
        yield from self.by_id.get(element.attr("id") or "", ())
        for name in tree.classes(element):
            yield from self.by_class.get(name, ())
        yield from self.by_tag.get(element.tag, ())
        yield from self.for_all

    def add(self, rule: Rule) -> None:
        compound = last_compound(rule.selector)
        if (found := _ID.search(compound)) and (name := _plain(found[1])):
            self.by_id[name].append(rule)
        elif (found := _CLASS.search(compound)) and (name := _plain(found[1])):
            self.by_class[name].append(rule)
        elif found := _TAG.match(compound):
            self.by_tag[found[1].lower()].append(rule)
        else:
            self.for_all.append(rule)


def _plain(name: str) -> str:
    """An identifier without its escapes; "" when it has a hexadecimal one (rare)."""
    if "\\" not in name:
        return name
    return "" if re.search(r"\\[0-9a-fA-F]", name) else re.sub(r"\\(.)", r"\1", name)


Hint = dict[str, list[str]]
"""Last name of a selector (`.class`, `#id`, `tag`, `*`) -> the selectors that may hide something, found without parsing the sheet."""


def concerns(hint: Hint, element: Element) -> bool:
    """Whether one of these selectors matches; says yes for those in at-rules as well."""
    own = element.attr("id")
    names = ["*", element.tag, *("." + name for name in tree.classes(element))]
    if own:
        names.append("#" + own)
    return any(
        tree.matches(element, selector)
        for name in names
        if name in hint
        for selector in hint[name][:LONGEST_HINT]
    )


LONGEST_HINT = 500
"""Selectors of one name that are tried; a sheet with more is read in full anyway."""


@lru_cache(maxsize=256)
def hint(text: str) -> Hint:
    """A quick look at a sheet: what its hiding rules are about.  Says too much rather than too little."""
    found: Hint = {}
    seen: set[int] = set()
    lower = text[:LONGEST_SHEET].lower()
    for token, before, pattern in _TOKENS:
        at = lower.find(token)
        while at >= 0 and len(seen) < SELECTORS_MOST:
            if pattern.match(lower, max(0, at - before), at + 60):
                _note_once(found, seen, text, lower, at)
            at = lower.find(token, at + 1)
    return found


FAR_BACK = 4_000
"""Signs; a hostile sheet without a brace is not searched to its start for each of its declarations."""


def _note_once(found: Hint, seen: set[int], text: str, lower: str, at: int) -> None:
    """Add the selectors of the rule that the declaration at this place belongs to; any element when the rule began too long ago."""
    opened = lower.rfind("{", max(0, at - FAR_BACK), at)
    if opened < 0:
        if at > FAR_BACK:
            found.setdefault("*", []).append("*")
    elif opened not in seen:
        seen.add(opened)
        _note(found, text, lower, opened)


def _note(found: Hint, text: str, lower: str, opened: int) -> None:
    """Add the selectors of the rule whose brace opens here."""
    low = max(0, opened - FAR_BACK)
    comment = lower.rfind("*/", low, opened)
    start = max(*(lower.rfind(sign, low, opened) for sign in "{};"), comment + 1 if comment >= 0 else -1)
    if start < 0 and low > 0:
        found.setdefault("*", []).append("*")
        return
    for selector in _split(text[start + 1 : opened]):
        if not _PSEUDO_ELEMENT.search(selector):
            found.setdefault(_last_name(selector), []).append(selector)


def _last_name(selector: str) -> str:
    compound = last_compound(selector)
    if name := _ID.search(compound):
        return "#" + _plain(name[1]) if _plain(name[1]) else "*"
    if name := _CLASS.search(compound):
        return "." + _plain(name[1]) if _plain(name[1]) else "*"
    tag = _TAG.match(compound)
    return tag[1].lower() if tag else "*"


@lru_cache(maxsize=96)
def sheet(text: str) -> Sheet:
    """The index of one `<style>`."""
    text = text[:LONGEST_SHEET]
    index, order = Sheet(drawn=Sheet()), 0
    text = nesting.flat(_cleaned(text))
    for selectors, block, layer in _rules(text, layers=_layers(text), layer=UNLAYERED, depth=0):
        if _OTHER_BROWSERS.search(selectors):
            continue
        kept = {name: value for name, value in block.items() if name != "content"}
        for selector in _split(selectors) if block else ():
            order += 1
            rank = (layer, (0, 0, 0), order)
            if len(selector) > LONGEST_SELECTOR:
                continue
            if order > SELECTORS_MOST:
                return index
            if not _PSEUDO_ELEMENT.search(selector):
                index.add(Rule(selector, (rank[0], _specificity(selector), order), kept))
            elif index.drawn is not None and _DRAWN.search(selector):
                index.drawn.add(Rule(_DRAWN.sub("", selector), rank, block))
    return index


@lru_cache(maxsize=256)
def colours(text: str) -> Hint:
    """The selectors by which a sheet gives named elements a colour: only such words can have the colour of their ground."""
    found: Hint = {}
    lower = text.lower()
    if "background" in lower:
        seen: set[int] = set()
        for match in _COLOURS.finditer(lower):
            _note_once(found, seen, text, lower, match.end())
    return {name: selectors for name, selectors in found.items() if name[0] in ".#"}


def _cleaned(text: str) -> str:
    if "/*" in text:
        text = _COMMENT.sub(" ", text)
    if "<!--" in text or "-->" in text:
        text = text.replace("<!--", " ").replace(
            "-->", " "
        )  # ignored between rules, and nowhere else of any use
    return _CDATA.sub(" ", text) if "<![CDATA[" in text else text


UNLAYERED = 1_000_000
_LAYER = re.compile(r"@layer\b([^{};]*)[;{]", re.IGNORECASE)
_OTHER_BROWSERS = re.compile(r":-(?:moz|ms|o)-", re.IGNORECASE)
"""A pseudo-class that a browser does not know voids the whole rule, its other selectors too."""


def _layers(text: str) -> dict[str, int]:
    """Name of a layer -> its place among the layers: the order in which they are first named."""
    found: dict[str, int] = {}
    for match in _LAYER.finditer(text) if "@" in text else ():
        for name in match[1].split(","):
            found.setdefault(name.strip(), len(found))
    return found


def _rules(
    text: str, *, layers: dict[str, int], layer: int, depth: int
) -> Iterator[tuple[str, Declarations, int]]:
    """Rules in the order of the sheet and their layers, those of at-rules that hold for our reader among them."""
    at, start = _AT.search(text), 0
    while at and depth < 5:
        end, name = _closing(text, at.end()), at[1].lower()
        yield from _plain_rules(text[start : at.start()], layer)
        if _opens(name, at[2]):
            inner = layers.get(at[2].strip(), layer) if name == "layer" else layer
            yield from _rules(text[at.end() : end], layers=layers, layer=inner, depth=depth + 1)
        start = end + 1
        at = _AT.search(text, start)
    yield from _plain_rules(text[start:], layer)


def _plain_rules(text: str, layer: int) -> Iterator[tuple[str, Declarations, int]]:
    if text and not text.isspace():
        for selectors, block in tree.css_rules(text, _WANTED):
            yield selectors, block, layer


def _opens(name: str, condition: str) -> bool:
    if name == "media":
        return media.holds(condition)
    if name == "supports":
        return media.supported(condition)
    return name == "layer"


def _closing(text: str, start: int) -> int:
    depth = 1
    for found in _BRACE.finditer(text, start):
        if found[0] == "{":
            depth += 1
        elif found[0] == "}":
            depth -= 1
            if depth == 0:
                return found.start()
    return len(text)


def _split(selectors: str) -> list[str]:
    if "(" not in selectors and "[" not in selectors:
        return [part.strip() for part in selectors.split(",")]
    parts, depth, start = [], 0, 0
    for at, sign in enumerate(selectors):
        if sign in "([":
            depth += 1
        elif sign in ")]":
            depth -= 1
        elif sign == "," and depth <= 0:
            parts.append(selectors[start:at].strip())
            start = at + 1
    return [*parts, selectors[start:].strip()]


def last_compound(selector: str) -> str:
    """What stands after the last combinator; arguments of `:not()` and the like are cut off."""
    if "(" not in selector and "[" not in selector and "\\" not in selector:
        return _COMBINATORS.split(selector)[-1]
    depth, start = 0, 0
    kept: list[str] = []
    for at, sign in enumerate(selector):
        if sign in "([":
            if depth == 0:
                kept.append(selector[start:at])
            depth += 1
        elif sign in ")]":
            depth -= 1
            start = at + 1
        elif depth == 0 and sign in " >+~\t\n" and (at == 0 or selector[at - 1] != "\\"):
            kept, start = [], at + 1
    if depth <= 0:
        kept.append(selector[start:])
    return "".join(kept)


def _specificity(selector: str) -> tuple[int, int, int]:
    try:
        return tree.css_specificity(selector)[0]
    except (ValueError, IndexError):
        return (0, 0, 0)
