"""What a reader opens: parts of a page that are out of sight until its own button, tab or link shows them, or one scrolls there."""

from __future__ import annotations

import re
from itertools import islice

from outreach.kit.patterns import late
from outreach.page import tree
from outreach.page.css import last_compound
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
    r"|\b(?:show|toggle|open|reveal|switch|change)\w{0,20}\((?:\s*(?:event|this)\s*,)?\s*[\"']#?([\w-]{1,80})[\"']"
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


RULES_MOST = 5_000
_STATES = frozenset(
    "open opened active show shown in current selected expanded is-open is-active is-visible is-shown visible".split()
)
_STATE = late(
    r":(?:checked|hover|target|focus-within|focus|has\()|\[open\]|\[aria-(?:expanded|selected)=|\.(?:[\w-]{0,40}[-_])?(?:open|opened|active|show|shown|in|current|selected|expanded|visible)(?![\w-])"
)
_SHOWN = late(
    r"(?:^|[;\s])(?:display\s*:\s*(?!none)[a-z]|visibility\s*:\s*visible|opacity\s*:\s*1|max-height\s*:\s*[1-9])"
)


def opened_by_sheet(text: str) -> frozenset[str]:
    """Classes and ids (`.answer`) that a sheet shows in a state: a box that is ticked, a tab that is the current one."""
    found: set[str] = set()
    for rule in text[:300_000].split("}", RULES_MOST)[:RULES_MOST]:
        head, _, block = rule.rpartition("{")
        selectors = head.rpartition("{")[2][-400:]
        if _STATE.search(selectors) and _SHOWN.search(block[:400]):
            for selector in selectors.split(","):
                if _STATE.search(selector):
                    found.update(re.findall(r"[.#][\w-]+", last_compound(selector.strip())))
    return frozenset(name for name in found if name[1:] not in _STATES)


_COMES_UP = frozenset(
    "wow elementor-invisible wpb_animate_when_almost_visible et-waypoint aos-init os-animation scroll-reveal js-reveal animate-on-scroll sal-animate".split()
)
_MARKS = ("data-w-id", "data-aos", "data-framer-appear-id", "data-sr-id", "data-animate", "data-scroll")
_GONE = late(r"(?i)display\s*:\s*none|(?:left|top|right|text-indent)\s*:\s*-\d{3,}")


def comes_up(element: Element) -> bool:
    """Does a theme's script let it appear when one scrolls there (WOW, AOS, Webflow, Elementor)? It is transparent only until then."""
    attrs = element.attrs
    if not attrs or "hidden" in attrs or _GONE.search((element.attr("style") or "")[:1_000]):
        return False
    return any(mark in attrs for mark in _MARKS) or not _COMES_UP.isdisjoint(tree.classes(element))
