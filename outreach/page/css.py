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
from functools import cached_property, lru_cache

from outreach.kit.patterns import late
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
SELECTORS_MOST = 5_000
"""So many selectors of a sheet that speak of something relevant are kept; no sheet for readers comes near."""
LONGEST_SELECTOR = 400
RULES_MOST = 6_000
"""A sheet's rules that are read: 10,000 take 10 MB."""

_FAR_OFF = late(r"(?:left|top|right)\s*:\s*-(?:999|\d{4}|\d{2,3}(?:\.\d+)?(?:r?em|v[wh]|%))")
_TOKENS: list[tuple[str, re.Pattern[str]]] = [
    ("none", late(r"display\s*:\s*none")),
    ("visibility", late(r"visibility\s*:\s*[hc]")),
    ("opacity", late(r"opacity\s*:\s*0*\.?0+\s*(?:[;!]|$)")),
    ("text-indent", late(r"text-indent\s*:\s*-")),
    ("font", late(r"font(?:-size)?\s*:[^;{]{0,300}?(?<![\w.#])0(?:px|em|rem|%|pt)?\s*(?:[;!/]|$)")),
    ("clip", late(r"clip")),
    ("transform", late(r"transform\s*:[^;{]{0,300}(?:scale|translate)")),
    (":-", _FAR_OFF),
    (": -", _FAR_OFF),
    ("width", late(r"width\s*:\s*[01](?:px)?\s*(?:[;!]|$)")),
    ("height", late(r"height\s*:\s*[01](?:px)?\s*(?:[;!]|$)")),
]
"""A word that a hiding declaration cannot do without, and the declaration."""
_COLOURS = late(r"(?:^|[;\s{])color\s*:\s*(?!inherit)")
_COMMENT = late(r"/\*.*?(?:\*/|$)", re.DOTALL)
_CDATA = late(r"<!\[CDATA\[.*?(?:\]\]>[^{}]*(?:\{[^{}]*\})?|$)", re.DOTALL)
"""Left over from XHTML: the open bracket swallows all rules up to its end, as in browsers."""
_AT = late(r"@(media|supports|layer|container|scope|starting-style)\b([^{};]*)\{", re.IGNORECASE)
_BRACE = late(r"[{}]|\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'", re.DOTALL)
_PSEUDO_ELEMENT = late(r"::|:(?:before|after|first-line|first-letter)\b", re.IGNORECASE)
_DRAWN = late(r"::?(?:before|after)$", re.IGNORECASE)
_NAME = r"((?:[\w-]|[^\x00-\x7f]|\\.)+)"
_COMBINATORS = late(r"[\s>+~]+")
_ID = late("#" + _NAME)
_CLASS = late(r"\." + _NAME)
_TAG = late(r"^([a-zA-Z][\w-]*)")


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


class Hint:
    """The selectors of rules that may hide something, found without parsing the sheet.  Says too much rather than too little."""

    def __init__(self, selectors: list[str]) -> None:
        self.selectors = selectors

    def __bool__(self) -> bool:
        return bool(self.selectors)

    @cached_property
    def by_name(self) -> dict[str, list[str]]:
        """Last name of a selector (`.class`, `#id`, `tag`, `*`) -> the selectors."""
        found: dict[str, list[str]] = {}
        for selector in self.selectors:
            found.setdefault(_last_name(selector), []).append(selector)
        return found

    @cached_property
    def alternatives(self) -> str:
        """All of them in one selector; "" when there are too many, or some that the engine does not know."""
        joined = ",".join(self.selectors)
        return joined if len(self.selectors) <= ALTERNATIVES_MOST and tree.knows(joined) else ""


ALTERNATIVES_MOST = 1_000
WORK_MOST = 20_000
"""Selectors times elements that are tried at once."""
LONGEST_HINT = 500
"""Selectors of one name that are tried; a sheet with more is read in full anyway."""


def concerns(hint: Hint, element: Element) -> bool:
    """Whether one of these selectors matches; says yes for those in at-rules as well."""
    own, by_name = element.attr("id"), hint.by_name
    names = ["*", element.tag, *("." + name for name in tree.classes(element))]
    if own:
        names.append("#" + own)
    return any(
        tree.matches(element, selector)
        for name in names
        if name in by_name
        for selector in by_name[name][:LONGEST_HINT]
    )


def concerns_any(hint: Hint, chain: list[Element]) -> bool:
    """Whether one of these selectors matches an element, one around it or one within; `chain` is the element and those around it."""
    if len(hint.selectors) * len(chain) > WORK_MOST:
        return True
    if every := hint.alternatives:
        return chain[0].closest(every) is not None or chain[0].select_one(every) is not None
    return any(concerns(hint, element) for element in (*chain, *chain[0].iter_elements()))


@lru_cache(maxsize=64)
def hint(text: str) -> Hint:
    """A quick look at a sheet: what its hiding rules are about."""
    text = _cleaned(text[:LONGEST_SHEET])
    lower = text.lower()
    there = [(token, pattern) for token, pattern in _TOKENS if token in lower]
    return Hint(_selectors(text, lower, there) if there else [])


def _selectors(text: str, lower: str, looked_for: list[tuple[str, re.Pattern[str]]]) -> list[str]:
    """The selectors of all rules with one of these declarations in their block, without those for pseudo-elements."""
    parts = lower.split("}")
    at = {
        number
        for token, pattern in looked_for
        for number, part in enumerate(parts)
        if token in part and pattern.search(part)
    }
    parts = text.split("}")
    preludes = [one for number in sorted(at) for one in _preludes(parts[number], looked_for)]
    if len(at) > SELECTORS_MOST or sum(map(len, preludes)) > LONGEST_HINTED:
        return ["*"]
    plain = ",".join(one for one in preludes if "(" not in one and "[" not in one)
    odd = (part for one in preludes if "(" in one or "[" in one for part in _split(one))
    stripped = (one for part in (*plain.split(","), *odd) if (one := part.strip()))
    found = [one for one in stripped if not (":" in one and _PSEUDO_ELEMENT.search(one))]
    if any("&" in one or one[0] in ">+~" or _NESTED_AT.match(one) for one in found):
        return ["*"]
    return [one for one in found if one[0] != "@"]


_NESTED_AT = late(r"@(?:media|supports|layer|container|scope|starting-style)\b", re.IGNORECASE)
"""Before a declaration: it stands in a rule, and hides what that rule is about."""


LONGEST_HINTED = 200_000
"""Signs of all such selectors; a sheet with more is read in full."""


def _preludes(part: str, looked_for: list[tuple[str, re.Pattern[str]]]) -> list[str]:
    """What stands before each brace that opens a block with such a declaration; `*` where the block began before this part."""
    head, brace, block = part.partition("{")
    if not brace:
        return ["*"]
    if "{" not in block:
        return [head.rpartition(";")[2] if ";" in head else head]
    pieces = part.split("{")
    return [
        pieces[number].rpartition(";")[2]
        for number, piece in enumerate(map(str.lower, pieces[1:]))
        if any(token in piece and pattern.search(piece) for token, pattern in looked_for)
    ]


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
    if text.count("}") > RULES_MOST:
        text = "}".join(text.split("}", RULES_MOST)[:RULES_MOST])
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


@lru_cache(maxsize=64)
def colours(text: str) -> Hint:
    """The selectors by which a sheet gives named elements a colour: only such words can have the colour of their ground."""
    text = _cleaned(text[:LONGEST_SHEET])
    lower = text.lower()
    if "background" not in lower:
        return Hint([])
    return Hint([one for one in _selectors(text, lower, [("color", _COLOURS)]) if _last_name(one)[0] in ".#"])


def _cleaned(text: str) -> str:
    if "/*" in text:
        text = _COMMENT.sub(" ", text)
    if "<!--" in text or "-->" in text:
        text = text.replace("<!--", " ").replace(
            "-->", " "
        )  # ignored between rules, and nowhere else of any use
    return _CDATA.sub(" ", text) if "<![CDATA[" in text else text


UNLAYERED = 1_000_000
_LAYER = late(r"@layer\b([^{};]*)[;{]", re.IGNORECASE)
_OTHER_BROWSERS = late(r":-(?:moz|ms|o)-", re.IGNORECASE)
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
