"""Where an address stands on a page when no link leads there: a comment, a script, a template, plain text.

Looked for only after no link was found, as it reads the whole source.
"""

from __future__ import annotations

import re
from enum import StrEnum

from outreach.page import tree
from outreach.page.reading import Page
from outreach.page.tree import Comment, Element


class Trace(StrEnum):
    NONE = "none"
    COMMENT = "comment"
    TEMPLATE = "template"
    SCRIPT = "script"
    BUILT_BY_SCRIPT = "built_by_script"
    RESOURCE = "resource"
    TEXT = "text"


_BUILDS = re.compile(
    r"createElement|document\.write|innerHTML|outerHTML|insertAdjacentHTML|appendChild|\.append\(|\.prepend\(|\.html\(|\.after\(|\.before\(|"
    r"\.href\s*=|setAttribute\(\s*[\"']href|<a[\s\\]|createContextualFragment|replaceWith|dangerouslySetInnerHTML",
)
_DATA_TYPES = re.compile(
    r"json|x-template|text/template|x-handlebars|text/html|importmap|speculationrules", re.IGNORECASE
)


def needle(key: str, *, domain: bool) -> re.Pattern[str]:
    """A pattern that finds a normalised address (`example.com/a`) or host in source text."""
    parts = re.escape(key).replace("/", r"(?:/|\\/|\\u002[fF]|%2[fF]|&#(?:47|x2[fF]);)")
    after = r"(?![\w-]|\.\w)" if domain or "/" not in key else r"(?![\w%-]|/\w)"
    before = r"(?<![\w-])(?<![\w-]\.)" if not domain else r"(?<![\w-])"
    return re.compile(before + r"(?:www\.)?" + parts + after, re.IGNORECASE)


def find(page: Page, pattern: re.Pattern[str]) -> Trace:
    """The weightiest trace of an address on a page that has no link to it."""
    if not pattern.search(page.source):
        return Trace.NONE
    script = _in_scripts(page, pattern)
    if script is Trace.BUILT_BY_SCRIPT:
        return script
    if _in_attributes(page, pattern):
        return Trace.RESOURCE
    if any(isinstance(node, Comment) and pattern.search(node.data) for node in page.document.descendants):
        return Trace.COMMENT
    if any(pattern.search(one.inner_html) for one in page.document.iter_elements("template")):
        return Trace.TEMPLATE
    if script is Trace.NONE and pattern.search(page.document.text):
        return Trace.TEXT
    return script


def _in_scripts(page: Page, pattern: re.Pattern[str]) -> Trace:
    found = Trace.NONE
    for script in page.document.iter_elements("script"):
        code = script.text
        if not pattern.search(code):
            continue
        if not _DATA_TYPES.search(script.attr("type") or "") and _BUILDS.search(code):
            return Trace.BUILT_BY_SCRIPT
        found = Trace.SCRIPT
    return found


def _in_attributes(page: Page, pattern: re.Pattern[str]) -> bool:
    for element in page.document.iter_elements():
        if element.tag == "script":
            continue
        for name, value in element.attrs.items():
            if (
                isinstance(value, str)
                and len(value) > 8
                and pattern.search(value)
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


_TAKES_AWAY = re.compile(
    r"(?:(?P<id>getElementById)|(?P<class>getElementsByClassName)|querySelector(?:All)?|\$|jQuery)\(\s*(?P<quote>[\"'])(?P<what>[^\"'\n]{1,120})(?P=quote)\s*\)"
    r"(?:\[\d+\])?\s*\.\s*(?:forEach\(\s*(?:function\s*\(\s*\w+\s*\)\s*\{|\(?\w+\)?\s*=>)\s*\{?\s*\w+\s*\.\s*)?"
    r"(?:remove\(\s*\)|outerHTML\s*=|innerHTML\s*=\s*[\"']{2}|textContent\s*=\s*[\"']{2}|replaceWith\(|replaceChildren\(\s*\)|detach\(|empty\(\s*\)|"
    r"parentNode\.removeChild|parentElement\.removeChild)"
)


def removed_by_script(page: Page, element: Element) -> bool:
    """Whether an inline script names the link, or what it stands in, only to take it away."""
    chain: list[Element] | None = None
    for script in page.document.iter_elements("script"):
        for taken in _TAKES_AWAY.finditer(script.text):
            what = taken["what"].strip()
            selector = f"#{what}" if taken["id"] else f".{what}" if taken["class"] else what
            chain = chain or [
                element,
                *(one for one in tree.ancestors(element) if one.tag not in ("html", "body")),
            ]
            if any(tree.matches(one, selector) for one in chain):
                return True
    return False
