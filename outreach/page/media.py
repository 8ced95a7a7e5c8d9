"""Whether a media query holds for the reader we think of: a screen of 1280 x 800, light, with a mouse."""

from __future__ import annotations

import re
from functools import lru_cache

from outreach.kit.patterns import late

WIDTH, HEIGHT = 1280.0, 800.0
_FEATURE = late(r"\(\s*([a-z-]+)\s*(?::\s*([^()]+?))?\s*\)")
_RANGE = late(r"\(\s*(?:([\d.]+[a-z]*)\s*(<=?)\s*)?(width|height)\s*(?:([<>]=?|=)\s*([\d.]+[a-z]*)\s*)?\)")
_LENGTH = late(r"^(-?[\d.]+)(px|em|rem|pt|cm|in|)$")
_PX = {"px": 1.0, "": 1.0, "em": 16.0, "rem": 16.0, "pt": 4 / 3, "cm": 37.8, "in": 96.0}

_FACTS = {
    "orientation": "landscape",
    "prefers-color-scheme": "light",
    "prefers-reduced-motion": "no-preference",
    "prefers-contrast": "no-preference",
    "hover": "hover",
    "any-hover": "hover",
    "pointer": "fine",
    "any-pointer": "fine",
    "scripting": "none",
    "display-mode": "browser",
    "update": "fast",
    "forced-colors": "none",
}


@lru_cache(maxsize=2_048)
def holds(query: str) -> bool:
    """Whether a media query list holds; what is not understood does not."""
    query = query.strip().lower()
    return not query or any(_one(part.strip()) for part in query.split(","))


_FOREIGN = late(
    r"(?:^|[\s(:,])-(?:moz|ms|o|khtml|apple)-|-webkit-(?:touch-callout|overflow-scrolling)|:-(?:moz|ms|o)-"
)
"""What other browsers than ours know."""
_WORDS = late(r"[()]|\b(?:and|or)\b")


def supported(condition: str) -> bool:
    """Whether `@supports` holds in a browser of today that is like ours: all but what belongs to others."""
    condition = condition.strip().lower()
    if condition.startswith("not"):
        return not supported(condition[3:])
    if len(parts := _parts(condition, "or")) > 1:
        return any(map(supported, parts))
    if len(parts := _parts(condition, "and")) > 1:
        return all(map(supported, parts))
    inner = condition[1:-1].strip() if condition.startswith("(") and condition.endswith(")") else ""
    if inner.startswith(("(", "not")):
        return supported(inner)
    return not _FOREIGN.search(condition)


def _parts(condition: str, word: str) -> list[str]:
    """Split at a word that stands outside of brackets."""
    parts, depth, start = [], 0, 0
    for found in _WORDS.finditer(condition):
        depth += {"(": 1, ")": -1}.get(found[0], 0)
        if depth == 0 and found[0] == word:
            parts.append(condition[start : found.start()])
            start = found.end()
    return [*parts, condition[start:]]


def _one(query: str) -> bool:
    negated = query.startswith("not ") and not query.startswith("not (")
    query = (
        query.removeprefix("not ").removeprefix("only ").strip()
        if negated
        else query.removeprefix("only ").strip()
    )
    result = all(_term(term.strip()) for term in re.split(r"\band\b", query))
    return result != negated


def _term(term: str) -> bool:
    while term.startswith("((") and term.endswith("))"):
        term = term[1:-1].strip()
    if term.startswith("not"):
        return not _term(term[3:].strip())
    if " or " in term:
        return any(_term(part.strip()) for part in term.strip("()").join("()").split(" or "))
    if not term.startswith("("):
        return term in ("all", "screen")
    ranged = _RANGE.fullmatch(term)
    if ranged and (ranged[2] or ranged[4]):
        return _in_range(ranged)
    found = _FEATURE.fullmatch(term)
    return found is not None and _feature(found[1], (found[2] or "").strip())


def _in_range(match: re.Match[str]) -> bool:
    have = WIDTH if match[3] == "width" else HEIGHT
    below = match[1] is None or _compare(_pixels(match[1]), match[2], have)
    above = match[5] is None or _compare(have, match[4], _pixels(match[5]))
    return below and above


def _compare(left: float | None, sign: str, right: float | None) -> bool:
    if left is None or right is None:
        return False
    return {
        "<": left < right,
        "<=": left <= right,
        ">": left > right,
        ">=": left >= right,
        "=": left == right,
    }[sign]


def _feature(name: str, value: str) -> bool:
    if name in _FACTS:
        return value == _FACTS[name] if value else _FACTS[name] not in ("none", "no-preference")
    if name.endswith("aspect-ratio"):
        return _ratio(name, value)
    side = name.removeprefix("min-").removeprefix("max-").removeprefix("device-")
    if side not in ("width", "height"):
        return not value and name in ("color", "grid-never")
    have, wanted = (WIDTH if side == "width" else HEIGHT), _pixels(value)
    if wanted is None:
        return not value
    if name.startswith("min-"):
        return have >= wanted
    return have <= wanted if name.startswith("max-") else have == wanted


def _ratio(name: str, value: str) -> bool:
    found = re.fullmatch(r"(\d+(?:\.\d+)?)\s*(?:/\s*(\d+(?:\.\d+)?))?", value)
    if not found or not float(found[2] or 1):
        return not value
    have, wanted = WIDTH / HEIGHT, float(found[1]) / float(found[2] or 1)
    if name.startswith("min-"):
        return have >= wanted
    return have <= wanted if name.startswith("max-") else have == wanted


def _pixels(text: str) -> float | None:
    match = _LENGTH.match(text.strip())
    try:
        return float(match[1]) * _PX[match[2]] if match else None
    except ValueError:
        return None
