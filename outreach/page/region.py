"""Where on the page a link stands, and by which sign; unknown rather than guessed.

The nearest landmark wins, by tag and then by role; then class words.  Signs outside the nearest
article or main do not count, and a header or footer inside an article is not the site's.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from outreach.kit.patterns import late
from outreach.page import tree
from outreach.page.tree import Element


class Region(StrEnum):
    CONTENT = "content"
    NAV = "nav"
    HEADER = "header"
    FOOTER = "footer"
    SIDEBAR = "sidebar"
    COMMENTS = "comments"
    AUTHOR_BIO = "author_bio"


@dataclass(frozen=True, slots=True)
class Place:
    region: Region | None
    sign: str
    """What told us, such as `<footer>`, `role=navigation` or `class comment-list`; "" when nothing did."""


_TAGS = {
    "nav": Region.NAV,
    "aside": Region.SIDEBAR,
    "header": Region.HEADER,
    "footer": Region.FOOTER,
    "article": Region.CONTENT,
    "main": Region.CONTENT,
}
_ROLES = {
    "navigation": Region.NAV,
    "complementary": Region.SIDEBAR,
    "banner": Region.HEADER,
    "contentinfo": Region.FOOTER,
    "article": Region.CONTENT,
    "main": Region.CONTENT,
}
_SECTIONING = frozenset(
    ["article", "main", "section", "aside", "nav", "blockquote", "figure", "details", "td"]
)

_COMMENTS = late(
    r"^(?:comments?|comment-?(?:list|s?-area|s?-section|body|content|text|thread|wrap(?:per)?|respond)s?|commentlist|"
    r"comentarios?|commentaires?|kommentare?|disqus_thread|respond|livefyre|fb-comments)$",
    re.IGNORECASE,
)
_AUTHOR = late(
    r"^(?:(?:post|entry|article|single)?[-_]?author[-_]?(?:bio|box|info|description|desc|card|profile|about|area|block|details?)"
    r"|about[-_]?(?:the[-_]?)?author|authorbox|author[-_]?bio(?:graphy)?|bio[-_]?(?:box|author)|saboxplugin[-_]?wrap|"
    r"(?:post|entry|article)[-_]?author|abh[-_]box.*|m-a-box|pp-author-boxes-.*|molongui-author-box|author[-_](?:\w+[-_])?bios?(?:[-_]\w+)?)$",
    re.IGNORECASE,
)
_SIGNS: list[tuple[re.Pattern[str], Region]] = [
    (_COMMENTS, Region.COMMENTS),
    (_AUTHOR, Region.AUTHOR_BIO),
    (
        late(
            r"^(?:(?:main|site|page|global|primary|top|secondary)[-_]?)?(?:nav(?:bar|igation)?|menu)$|^breadcrumbs?$",
            re.IGNORECASE,
        ),
        Region.NAV,
    ),
    (
        late(
            r"^(?:(?:left|right|primary|secondary|main|site|page)[-_]?)?(?:side[-_]?bar|rail)(?:[-_]?(?:left|right|primary|secondary|\d))?$|"
            r"^widget[-_]?area$",
            re.IGNORECASE,
        ),
        Region.SIDEBAR,
    ),
    (late(r"^(?:(?:site|page|main|global|l)[-_]?)?footer$|^colophon$", re.IGNORECASE), Region.FOOTER),
    (late(r"^(?:(?:site|page|main|global|l)[-_]?)?header$|^masthead$", re.IGNORECASE), Region.HEADER),
    (
        late(
            r"(?:^|[-_])(?:entry|post|article|story|page|single|press)[-_]{0,2}(?:content|main-?body|body|text|full-?text|copy)(?:$|[-_])|"
            r"(?:article|story|post)(?:body|text|content)|^(?:hentry|main-?content|content|article|post|entry|rich-?text|wysiwyg)$",
            re.IGNORECASE,
        ),
        Region.CONTENT,
    ),
]


def place(link: Element) -> Place:
    """The region of a link and the sign that gave it."""
    chain = list(tree.ancestors(link))
    for at, element in enumerate(chain):
        found = _own_words(element, link)
        if found is not None:
            return found
        landmark = _landmark(element, chain[at + 1 :])
        if landmark is not None:
            return landmark
    return _by_class(chain)


def is_comments(element: Element) -> bool:
    """Is this where readers comment?"""
    return any(_COMMENTS.match(name) for name in _names(element))


def _own_words(element: Element, link: Element) -> Place | None:
    """Comments and an author's box have no tag of their own, so their names count among landmarks."""
    for name in _names(element):
        for pattern, region in _SIGNS[:2]:
            if pattern.search(name):
                return Place(region, f"class {name}")
    return None


def _landmark(element: Element, around: list[Element]) -> Place | None:
    region = _TAGS.get(element.tag)
    sign = f"<{element.tag}>"
    if region is None:
        role = (element.attr("role") or "").strip().lower()
        region, sign = _ROLES.get(role), f"role={role}"
    if (
        region in (Region.HEADER, Region.FOOTER)
        and not _is_sites_own(element)
        and any(_sectioning(one) for one in around)
    ):
        return None
    if region is Region.SIDEBAR and sign.startswith("role") and any(_sectioning(one) for one in around):
        return None
    if region is None and (element.attr("itemprop") or "").lower() == "articlebody":
        return Place(Region.CONTENT, "itemprop=articleBody")
    return Place(region, sign) if region else None


def _is_sites_own(element: Element) -> bool:
    """A header or footer that says by its role that it is the site's, wherever it stands."""
    return element.tag in ("header", "footer") and (element.attr("role") or "").lower() in (
        "banner",
        "contentinfo",
    )


def _sectioning(element: Element) -> bool:
    return element.tag in _SECTIONING or (element.attr("role") or "").lower() in ("main", "article")


def _by_class(chain: list[Element]) -> Place:
    for element in chain:
        for name in _names(element):
            for pattern, region in _SIGNS[2:]:
                if pattern.search(name):
                    return Place(region, f"class {name}")
    return Place(None, "")


def _names(element: Element) -> list[str]:
    if element.tag in ("body", "html"):
        return []
    own = element.attr("id")
    return [*tree.classes(element), own] if own else tree.classes(element)
