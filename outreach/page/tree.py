"""The parsed tree of a page.  The only file that imports turbohtml.

The bytes are decoded as browsers do: byte-order mark, then the header's charset, then `<meta>`.  The
scripting flag is off, so `<noscript>` is parsed and its content can be told apart.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

import turbohtml
import webencodings
from turbohtml import Comment, Document, Element, Namespace, Node, Text
from turbohtml.convert import css_specificity
from turbohtml.cssom import StyleDeclaration, StyleSheet

from outreach.kit.patterns import late

__all__ = [
    "Comment",
    "Document",
    "Element",
    "Node",
    "Text",
    "ancestors",
    "css_rules",
    "css_specificity",
    "named",
    "parse",
]

_CHARSET = late(r"charset\s*=\s*[\"']?\s*([^\s\"';]+)", re.IGNORECASE)

Declarations = dict[str, tuple[str, bool]]
"""Property -> value and whether it is `!important`."""


def header_charset(content_type: str) -> str | None:
    """The charset that a Content-Type names, when it is one that browsers know."""
    found = _CHARSET.search(content_type)
    if not found:
        return None
    encoding = webencodings.lookup(found[1])
    return encoding.name if encoding else None


_XML = late(rb"^<\?xml[^>]{0,100}?encoding\s*=\s*[\"']([\w.:-]+)[\"']")


def _xml_charset(start: bytes, content_type: str) -> str | None:
    """The encoding of an XML declaration: XHTML obeys it, HTML only without a `<meta charset>`."""
    found = _XML.match(start)
    if not found or ("xhtml" not in content_type and b"charset" in start.lower()):
        return None
    encoding = webencodings.lookup(found[1].decode("ascii", "replace"))
    if encoding is None:
        return None
    return "utf-8" if encoding.name.startswith("utf-16") else encoding.name


def parse(body: bytes, content_type: str = "") -> Document:
    """The tree of a page; never raises for what the page holds."""
    if body.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        return turbohtml.parse(body, positions=False)
    charset = header_charset(content_type) or _xml_charset(body[:1_024], content_type)
    try:
        return turbohtml.parse(body, encoding=charset, positions=False)
    except (LookupError, ValueError):
        return turbohtml.parse(body, positions=False)


def parse_text(html: str) -> Document:
    return turbohtml.parse(html, positions=False)


DEEPEST = 512
"""Elements; browsers nest no deeper, and a hostile page gains nothing by doing so."""


def ancestors(element: Element) -> Iterator[Element]:
    """The elements around this one, nearest first, at most `DEEPEST`."""
    for node in islice(element.ancestors, DEEPEST):
        if isinstance(node, Element):
            yield node


def cells(row: Element) -> list[Element]:
    """The cells of a table's row, its heads included."""
    return [one for one in row.children if isinstance(one, Element) and one.tag in ("td", "th")]


def place_in_row(cell: Element) -> int:
    """0 for the first cell of a row. Cells that span several are not reckoned with."""
    row = cell.parent
    return cells(row).index(cell) if isinstance(row, Element) else 0


def is_html(element: Element) -> bool:
    """Whether the element is HTML's own, not SVG's or MathML's of the same name."""
    return element.namespace is Namespace.HTML


def classes(element: Element) -> list[str]:
    value = element.attrs.get("class")
    return value if isinstance(value, list) else (value or "").split()


def css_rules(text: str, wanted: frozenset[str]) -> Iterator[tuple[str, Declarations]]:
    """The plain rules of a style sheet with the wanted properties; at-rules are left out here (`outreach.page.css` opens them)."""
    for rule in StyleSheet(text).rules:
        yield rule.selector_text, _block(rule.style, wanted)


def inline_style(text: str, wanted: frozenset[str]) -> Declarations:
    return _block(StyleDeclaration.parse(text), wanted)


def _block(style: StyleDeclaration, wanted: frozenset[str]) -> Declarations:
    return {name: (style[name], style.important(name)) for name in style if name in wanted}


def named(document: Document, tag: str) -> list[Element]:
    """All elements of one name, in the order of the page, found by an index that is made once a document."""
    return document.find_all(tag)


_ANYWHERE = turbohtml.parse(b"<p>", positions=False).find_all("p")[0]


def knows(selector: str) -> bool:
    """Whether the engine can read a selector."""
    try:
        _ANYWHERE.matches(selector)
    except ValueError:
        return False
    return True


def matches(element: Element, selector: str) -> bool:
    """Whether a selector matches; one that the engine does not know matches nothing."""
    try:
        return element.matches(selector)
    except ValueError:
        return False
