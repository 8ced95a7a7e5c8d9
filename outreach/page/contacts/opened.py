"""What a reader opens: parts of a page that are out of sight until its own button, tab or link shows them."""

from __future__ import annotations

import re
from itertools import islice

from outreach.kit.patterns import late
from outreach.page.tree import Document, Element

CONTROLS_MOST = 3_000
_NAMES = (
    "aria-controls",
    "data-target",
    "data-bs-target",
    "data-toggle-target",
    "commandfor",
    "popovertarget",
)
_ROLES = ("tab", "button")
_SHOWS = late(
    r"getElementById\(\s*[\"']([\w-]{1,80})[\"']\s*\)[^;]{0,80}?(?:(?:display|visibility)\s*=\s*[\"'](?!none|hidden)|hidden\s*=\s*(?:false|!)|showModal|classList)"
    r"|[\"']#([\w-]{1,80})[\"']\s*\)\s*\.\s*(?:show|toggle|slideDown|slideToggle|fadeIn|fadeToggle)\("
    r"|\b(?:show|toggle|open|reveal)\w{0,20}\(\s*[\"']#?([\w-]{1,80})[\"']"
)
"""What a click says in its own words to show a part."""


def opened_by_controls(document: Document) -> frozenset[str]:
    """The ids of those parts."""
    found: set[str] = set()
    for element in document.iter_elements(
        ("a", "button", "li", "div", "span", "summary", "h2", "h3", "h4", "p")
    ):
        if element.attrs and len(found) < CONTROLS_MOST:
            found.update(_shown_by(element))
    return frozenset(found)


def _shown_by(control: Element) -> set[str]:
    attrs = control.attrs
    found = {
        name.lstrip("#")
        for key in _NAMES
        if key in attrs
        for name in islice((control.attr(key) or "").split(), 10)
    }
    href = control.attr("href") or ""
    toggles = "data-toggle" in attrs or "data-bs-toggle" in attrs or control.attr("role") in _ROLES
    if toggles and re.fullmatch(r"#[\w-]{1,80}", href):
        found.add(href[1:])
    if code := control.attr("onclick"):
        found.update(name for match in _SHOWS.finditer(code[:2_000]) for name in match.groups() if name)
    return found
