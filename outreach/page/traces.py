"""Where an address stands on a page when no link leads there: a comment, a script, a template, plain text.

Looked for only after no link was found, as it reads the whole source.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import StrEnum
from functools import cached_property
from itertools import islice

from outreach.kit.patterns import late
from outreach.page import tree
from outreach.page.reading import Page
from outreach.page.tree import Element

PLACES_MOST = 5_000
"""So often the host is met in one text before the search is given up."""


class Trace(StrEnum):
    NONE = "none"
    COMMENT = "comment"
    TEMPLATE = "template"
    SCRIPT = "script"
    BUILT_BY_SCRIPT = "built_by_script"
    RESOURCE = "resource"
    TEXT = "text"


_BUILDS = late(
    r"createElement|document\.write|innerHTML|outerHTML|insertAdjacentHTML|appendChild|\.append\(|\.prepend\(|\.html\(|\.after\(|\.before\(|"
    r"\.href\s*=|setAttribute\(\s*[\"']href|<a[\s\\]|createContextualFragment|replaceWith|dangerouslySetInnerHTML",
)
_DATA_TYPES = late(
    r"json|x-template|text/template|x-handlebars|text/html|importmap|speculationrules", re.IGNORECASE
)


class Needle:
    """Finds a normalised address (`example.com/a`) or a host in source text, where slashes may be escaped."""

    def __init__(self, key: str, *, domain: bool) -> None:
        self.host = re.split(r"[/?:]", key, maxsplit=1)[0]
        self.key, self.domain = key, domain
        self.reach = len(key) * 6 + 40

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        parts = re.escape(self.key).replace("/", r"(?:/|\\/|\\u002[fF]|%2[fF]|&#(?:47|x2[fF]);)")
        after = r"(?![\w-]|\.\w)" if self.domain or "/" not in self.key else r"(?![\w%-]|/\w)"
        before = r"(?<![\w-])" if self.domain else r"(?<![\w-])(?<![\w-]\.)"
        return re.compile(before + r"(?:www\.)?" + parts + after, re.IGNORECASE)

    def places(self, text: str) -> Iterator[int]:
        """Where it stands.  The host is found first: a plain search is many times faster than the pattern."""
        lower = text.lower()
        at = lower.find(self.host)
        for _ in range(PLACES_MOST):
            if at < 0:
                return
            if self.pattern.search(text, max(0, at - 5), at + self.reach):
                yield at
            at = lower.find(self.host, at + 1)

    def search(self, text: str) -> bool:
        return next(self.places(text), None) is not None


def needle(key: str, *, domain: bool) -> Needle:
    return Needle(key, domain=domain)


def find(page: Page, what: Needle) -> Trace:
    """The weightiest trace of an address on a page that has no link to it."""
    if page.encoding == "utf-8" and what.host.encode() not in page.body.lower():
        return Trace.NONE
    places = list(islice(what.places(page.source), 200))
    if not places:
        return Trace.NONE
    script = _in_scripts(page, what)
    if script is Trace.BUILT_BY_SCRIPT:
        return script
    if any(_in_comment(page.source, at) for at in places):
        return Trace.COMMENT
    if any(what.search(one.inner_html) for one in tree.named(page.document, "template")):
        return Trace.TEMPLATE
    if script is not Trace.NONE:
        return script
    if what.search(page.document.text):
        return Trace.TEXT
    return Trace.RESOURCE if _in_attributes(page, what) else Trace.NONE


def _in_comment(source: str, at: int) -> bool:
    opened = source.rfind("<!--", 0, at)
    return opened >= 0 and source.find("-->", opened) > at and source.find("<script", opened, at) < 0


def _in_scripts(page: Page, what: Needle) -> Trace:
    found = Trace.NONE
    for script in tree.named(page.document, "script"):
        code = script.text
        if not what.search(code):
            continue
        if not _DATA_TYPES.search(script.attr("type") or "") and _BUILDS.search(code):
            return Trace.BUILT_BY_SCRIPT
        found = Trace.SCRIPT
    return found


def _in_attributes(page: Page, what: Needle) -> bool:
    for element in page.document.iter_elements():
        if element.tag == "script":
            continue
        for name, value in element.attrs.items():
            if (
                isinstance(value, str)
                and len(value) > 8
                and what.search(value)
                and not _is_link(element, name, value)
            ):
                return True
    return False


def _is_link(element: Element, name: str, value: str) -> bool:
    """A link to somewhere else whose address holds ours; no trace of our link."""
    return (
        name == "href"
        and element.tag in ("a", "area")
        and not re.match(r"\s*(?:javascript|mailto|data):", value, re.IGNORECASE)
    )


_TAKES_AWAY = late(
    r"(?:(?P<id>getElementById)|(?P<class>getElementsByClassName)|querySelector(?:All)?|\$|jQuery)\(\s*(?P<quote>[\"'])(?P<what>[^\"'\n]{1,120})(?P=quote)\s*\)"
    r"(?:\[\d+\])?\s*\.\s*(?:forEach\(\s*(?:function\s*\(\s*\w+\s*\)\s*\{|\(?\w+\)?\s*=>)\s*\{?\s*\w+\s*\.\s*)?"
    r"(?:remove\(\s*\)|outerHTML\s*=|innerHTML\s*=\s*[\"']{2}|textContent\s*=\s*[\"']{2}|replaceWith\(|replaceChildren\(\s*\)|detach\(|empty\(\s*\)|"
    r"parentNode\.removeChild|parentElement\.removeChild)"
)


_AWAY_WORDS = (
    ".remove()",
    "removeChild(",
    "outerHTML",
    "innerHTML",
    ".replaceWith(",
    ".empty()",
    ".detach()",
)


_AWAY_SIGNS = ("remove", "erHTML", ".replaceWith(", ".empty()", ".detach()")
"""What these words have in common."""


def removed_by_script(page: Page, element: Element) -> bool:
    """Whether an inline script names the link, or what it stands in, only to take it away."""
    chain: list[Element] | None = None
    for taken in _takings(page.code):
        what = taken["what"].strip()
        selector = f"#{what}" if taken["id"] else f".{what}" if taken["class"] else what
        chain = chain or [
            element,
            *(one for one in tree.ancestors(element) if one.tag not in ("html", "body")),
        ]
        if any(tree.matches(one, selector) for one in chain):
            return True
    return False


def _takings(code: str) -> Iterator[re.Match[str]]:
    """Where a script takes something away by name; the few words for it are found first, as scripts are long."""
    for word in _AWAY_WORDS if any(sign in code for sign in _AWAY_SIGNS) else ():
        at = code.find(word)
        for _ in range(40):
            if at < 0:
                break
            found = _TAKES_AWAY.search(code, max(0, at - 240), at + len(word) + 20)
            if found:
                yield found
            at = code.find(word, at + 1)
