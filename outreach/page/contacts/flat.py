"""The text of a page as a reader meets it: in order, without what is hidden, with the element of every sign.

flat = Flat(page)
flat.text                   lines; a block or <br> ends one
flat.bounds                 places where an inline element begins or ends
flat.element_at(offset)     whose text that is
flat.span(element)          (start, end) of a block's text
"""

from __future__ import annotations

import re
from bisect import bisect_right
from itertools import islice, pairwise

from outreach.kit.patterns import late
from outreach.page import css, hidden, tree
from outreach.page.contacts.opened import comes_up, opened_by_controls, opened_by_sheet
from outreach.page.reading import Page
from outreach.page.region import is_comments
from outreach.page.text import BLOCKS
from outreach.page.tree import Element, Node, Text

_MUTE = frozenset(
    "script style template head title textarea select option datalist iframe embed video audio canvas svg math meta link source track"
    " param del s strike noembed".split()
)
_BREAKS = BLOCKS | frozenset(
    "tr table tbody thead tfoot ul ol dl hr summary details fieldset legend label figure menu option dir center dialog search hgroup".split()
)
_CLEAN = {
    **{code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)},
    **dict.fromkeys((0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF, 0xAD, 0x200E, 0x200F, 0x202A, 0x202C, 0x202D, 0x2066, 0x2067, 0x2068, 0x2069)),
    0xA0: " ", 0x202F: " ", 0x2009: " ", 0x3000: " ", 0xFE6B: "@", 0x2011: "-", 0x2010: "-", 0x3002: "。", 0xFE52: ".", 0x2024: ".",
    ord("\n"): " ", ord("\t"): " ", ord("\r"): " ", ord("\f"): " ",
}  # fmt: skip
_CLEAN_LINES = {code: sign for code, sign in _CLEAN.items() if code != ord("\n")}
"""For what keeps its lines."""
_KEEPS_LINES = frozenset(("pre", "listing", "xmp", "plaintext"))
_HIDING = frozenset(
    "hidden d-none is-hidden hide visually-hidden visuallyhidden sr-only screen-reader-text screen-reader-only u-hidden uk-hidden display-none"
    " honeypot hp hpot hp-field ohnohoney no-display js-hidden nodisplay offscreen off-screen invisible".split()
)
_UNREAD = late(
    r"(?i)^(?!.*background-clip)(?:.*;)?\s*(?:color\s*:\s*(?:transparent|rgba\([^()]{1,40},\s*0(?:\.0+)?%?\s*\))|text-decoration(?:-line)?\s*:\s*line-through)",
    re.DOTALL,
)
"""Letters without colour (and no picture that shines through them), or struck out."""
_OPENED = late(r"(?i)modal|dialog|popup|offcanvas|drawer|menu|slide|carousel|lightbox|collapse|panel|tab")
_SHOWN_AGAIN = late(r"(?:^|[:-])(?:block|flex|inline|inline-block|grid|table|contents)$")
_REVERSING = late(r"([.#][\w-]+)[^{}.#]*\{[^{}]*bidi-override[^{}]*\}", re.IGNORECASE)
_OVERRIDE = late(r"unicode-bidi\s*:\s*(?:bidi|isolate)-override", re.IGNORECASE)
_RTL = late(r"direction\s*:\s*rtl", re.IGNORECASE)
_BACKWARDS = frozenset(
    "rtl eeb-rtl reverse reversed backwards bidi mirror rtl-text email-rtl revers verkehrt".split()
)
_AT_ICONS = frozenset(
    "fa-at icon-at bi-at ti-at at-sign atsign ion-at la-at mdi-at icon-arroba arroba".split()
)
_AT_SIGNS = ("@", "at", "at sign", "arobase", "arroba", "ät", "at-sign", "at-zeichen")
_DRAWN_AT = late(r"\.([\w-]+)::?(?:before|after)\s*\{[^{}]{0,200}?content\s*:\s*[\"'](?:@|\\0*40 ?)[\"']")
_DRAWN = late(r"([.#][\w-]+)::?(before|after)\s*\{([^{}]{0,300})\}")
_CONTENT = late(r"content\s*:\s*(?:\"([^\"\\]{3,100})\"|'([^'\\]{3,100})')")
_WIDE_GAP = late(r" {3,}")
SIBLINGS_MOST = 500
LONGEST = 600_000
"""Signs of a page's text that are read."""


class Flat:
    """Made once for a page; costs one walk over it."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.bounds: list[int] = []
        self._parts: list[str] = []
        self._length = self._depth = 0
        self._starts: list[int] = []
        self._owners: list[Element] = []
        self._spans: dict[Element, tuple[int, int]] = {}
        self._hints = [hint for text in page.cascade.texts if (hint := css.hint(text))]
        self._reversing = {name for text in page.cascade.texts for name in _reversers(text)}
        self._at_classes = _AT_ICONS | {
            name for text in page.cascade.texts for name in _DRAWN_AT.findall(text[:200_000])
        }
        self._drawn = _drawn_words(page)
        self.described = _described(page)
        self._opened = opened_by_controls(page.document)
        self._by_state = {name for text in page.cascade.texts for name in opened_by_sheet(text)}
        self._walk()
        self.text = "".join(self._parts)

    def element_at(self, offset: int) -> Element | None:
        at = bisect_right(self._starts, offset) - 1
        return self._owners[at] if at >= 0 else None

    def span(self, element: Element) -> tuple[int, int]:
        return self._spans.get(element, (0, 0))

    def spaced(self, start: int, end: int) -> str:
        """The text between two places, with a bar where two elements meet without a space."""
        cuts = [
            one
            for one in dict.fromkeys(
                self.bounds[bisect_right(self.bounds, start) : bisect_right(self.bounds, end - 1)]
            )
            if self._meets(one)
        ]
        places = [start, *cuts, end]
        return " | ".join(self.text[a:b] for a, b in pairwise(places))

    def _meets(self, place: int) -> bool:
        return self.text[place - 1 : place].isalnum() and self.text[place : place + 1].isalnum()

    def holds(self, element: Element) -> bool:
        """Was the element met, or is it one without a text of its own within one that was?"""
        return element in self._spans

    def line(self, start: int, end: int) -> tuple[int, int]:
        """The line that holds this place."""
        stop = self.text.find("\n", end)
        return self.text.rfind("\n", 0, start) + 1, stop if stop >= 0 else len(self.text)

    def _push(self, text: str, owner: Element) -> None:
        if text:
            self._starts.append(self._length)
            self._owners.append(owner)
            self._parts.append(text)
            self._length += len(text)

    def _walk(self) -> None:
        """Iterative: a hostile page nests deeper than Python may call."""
        body = next(self.page.document.iter_elements("body"), None)
        todo: list[tuple[Node, bool, tuple[int, int]]] = [(body, False, (0, 0))] if body else []
        while todo and self._length < LONGEST:
            node, is_end, mark = todo.pop()
            if isinstance(node, Text):
                owner = node.parent
                if isinstance(owner, Element):
                    clean = _CLEAN_LINES if self._depth else _CLEAN
                    self._push(_WIDE_GAP.sub("  ", node.data.translate(clean)), owner)
            elif isinstance(node, Element):
                if is_end:
                    self._leave(node, mark)
                elif node.tag == "svg" and self._draws_at(node):
                    self._push("@", node)
                elif not self._is_mute(node):
                    mark = self._enter(node)
                    todo.append((node, True, mark))
                    todo.extend((child, False, (0, 0)) for child in reversed(node.children))

    def _enter(self, node: Element) -> tuple[int, int]:
        if node.tag in _BREAKS or node.tag in ("br", "p"):
            self._push("\n", node)
        elif node.tag != "wbr":
            self.bounds.append(self._length)
        self._depth += node.tag in _KEEPS_LINES
        if not node.children and self._draws_at(node):
            self._push("@", node)
        elif node.tag in ("img", "input"):
            self._push(_words_of(node), node)
        else:
            self._push(self._drawn_at(node, "before"), node)
        return self._length, len(self._parts)

    def _leave(self, node: Element, mark: tuple[int, int]) -> None:
        start, part = mark
        self._push(self._drawn_at(node, "after"), node)
        self._depth -= node.tag in _KEEPS_LINES
        if self._is_reversed(node):
            said = "".join(self._parts[part:])
            self._parts[part:] = [said[::-1]]
            first = bisect_right(self._starts, start - 1)
            del self._starts[first:], self._owners[first:]
            self._starts.append(start)
            self._owners.append(node)
            del self.bounds[bisect_right(self.bounds, start) :]
        self._spans[node] = (start, self._length)
        if node.tag in _BREAKS:
            self._push("\n", node)
        elif node.tag not in ("br", "wbr"):
            self.bounds.append(self._length)

    def _drawn_at(self, node: Element, side: str) -> str:
        """What a sheet writes before or after an element."""
        if not self._drawn or not node.attrs:
            return ""
        names = (*(f".{name}" for name in tree.classes(node)), f"#{node.attr('id')}")
        return next((self._drawn[name, side] for name in names if (name, side) in self._drawn), "")

    def _draws_at(self, node: Element) -> bool:
        """An icon, or a sheet's own content, in place of the sign."""
        if node.tag == "svg":
            said = (node.attr("data-icon") or node.attr("aria-label") or node.text[:20]).strip().lower()
            return said in _AT_SIGNS or bool(self._at_classes & set(tree.classes(node)))
        return node.tag in ("i", "span", "b", "em") and bool(self._at_classes & set(tree.classes(node)))

    def _is_mute(self, node: Element) -> bool:
        if node.tag == "object" and ("data" in node.attrs or "classid" in node.attrs):
            return True  # without either, what stands in it is shown
        if node.tag == "noscript" and _is_for_robots(node):
            return True
        return node.tag in _MUTE or is_comments(node) or self.is_unseen(node)

    def is_unseen(self, node: Element) -> bool:
        """Is this element itself taken out of sight, by whatever does so, and brought back by nothing?"""
        return self._is_put_away(node) and not self.is_opened(node)

    def _is_put_away(self, node: Element) -> bool:
        """By an attribute, its style, a sheet of the page, a well-known class."""
        attrs = node.attrs
        if node.tag == "body" or (not attrs and node.tag != "dialog"):
            return False  # a body that hides itself waits for its own script
        if "style" in attrs and _UNREAD.search((node.attr("style") or "")[:1_000]):
            return True
        names = frozenset(tree.classes(node))
        if (
            node.attr("aria-hidden") == "true"
            and node.attr("tabindex") == "-1"
            and not _OPENED.search(" ".join(names))
        ):
            return True  # kept from keys and from who listens, and nothing that a button opens
        if names & _HIDING and not any(_SHOWN_AGAIN.search(name) for name in names):
            return True
        if (
            "style" in attrs
            or "hidden" in attrs
            or node.tag == "dialog"
            or any(css.concerns(hint, node) for hint in self._hints)
        ):
            return hidden.is_taken_away(node, self.page.cascade)
        return False

    def is_opened(self, node: Element) -> bool:
        """Does a control, a state or scrolling bring it into sight?"""
        if not node.attrs:
            return False
        own = node.attr("id")
        if own and (own in self._opened or f"#{own}" in self._by_state):
            return True
        names = tree.classes(node)
        is_by_state = any(f".{name}" in self._by_state for name in names) and _HIDING.isdisjoint(names)
        return is_by_state or comes_up(node)

    def _is_reversed(self, node: Element) -> bool:
        attrs = node.attrs
        if not attrs:
            return False
        if node.tag == "bdo" and (node.attr("dir") or "").lower() == "rtl":
            return True
        style = node.attr("style") or ""
        if (
            style
            and _OVERRIDE.search(style)
            and (_RTL.search(style) or (node.attr("dir") or "").lower() == "rtl")
        ):
            return True
        names = {f".{name}" for name in tree.classes(node)} | {f"#{node.attr('id')}", node.tag}
        return bool(names & self._reversing) or self._looks_backwards(node)

    def _looks_backwards(self, node: Element) -> bool:
        """A class says so, and the text has its ending in front (`moc.nref@ana`)."""
        if not _BACKWARDS & set(tree.classes(node)):
            return False
        text = node.text.strip()
        return len(text) < 200 and bool(re.match(r"[a-z]{2,}(?:\.[\w-]+)+@[\w.+-]+$", text))


def _drawn_words(page: Page) -> dict[tuple[str, str], str]:
    """What a sheet sets before or after an element, by its class or id and the side, where an address stands in it."""
    found = {}
    for text in page.cascade.texts:
        for rule in islice(_DRAWN.finditer(text[:200_000]), 2_000):
            said = _CONTENT.search(rule[3])
            words = (said[1] or said[2]) if said else ""
            if "@" in words and "." in words and "none" not in rule[3]:
                found[rule[1], rule[2]] = words
    return found


def _described(page: Page) -> frozenset[str]:
    """The ids of what explains a field."""
    said = [field.attr("aria-describedby") or "" for field in page.document.iter_elements("input")]
    return frozenset(name for one in said[:500] for name in one.split())


def _reversers(text: str) -> list[str]:
    found = []
    for rule in islice(re.finditer(r"([^{}]{1,200})\{([^{}]{0,400})\}", text), 5_000):
        if _OVERRIDE.search(rule[2]) and _RTL.search(rule[2]):
            found += [
                name for part in rule[1].split(",") for name in re.findall(r"[.#]?[\w-]+$", part.strip())
            ]
    return found


def _is_for_robots(noscript: Element) -> bool:
    """Does it tell an address to who runs no scripts? Read are those in place of what the script before them writes, and spelled ones."""
    around = noscript.parent.children if isinstance(noscript.parent, Element) else []
    there = [one for one in around[:SIBLINGS_MOST] if isinstance(one, Element)]
    if any(one is noscript and before.tag == "script" for before, one in pairwise(there)):
        return False
    return bool(_PLAIN_MAIL.search(noscript.text[:5_000])) or any(
        (link.attr("href") or "").lower().startswith("mailto:")
        for link in islice(noscript.iter_elements("a"), 50)
    )


_PLAIN_MAIL = late(r"\w@\w[\w-]*\.\w")
_DOT_SIZES = ("0", "1", "0px", "1px")


_NO_WORDS = late(r"(?i)\b(?:avatar|gravatar|tracking|pixel|user|signed in|logged in)\b")
"""Of the picture of somebody who is signed in, or that a program counts by."""


def _words_of(node: Element) -> str:
    """What a picture says in place of letters, or a field that can only be read."""
    if node.tag == "input":
        kind = (node.attr("type") or "text").lower()
        return (
            f" {node.attr('value') or ''} ".translate(_CLEAN)
            if "readonly" in node.attrs and kind in ("text", "email")
            else ""
        )
    if node.attr("width") in _DOT_SIZES and node.attr("height") in _DOT_SIZES:
        return ""  # a tracker's picture of one point
    alt = (node.attr("alt") or "").strip()
    if alt.lower().strip("[](){} ") in _AT_SIGNS:
        return "@"
    if alt.lower().strip("[](){} ") in (".", "dot", "punkt", "point", "punto"):
        return "."
    return (
        f" {alt} ".translate(_CLEAN)
        if ("@" in alt and not _NO_WORDS.search(alt)) or re.search(r"(?i)[\[(]at[\])]|\bat\b.+\bdot\b", alt)
        else ""
    )
