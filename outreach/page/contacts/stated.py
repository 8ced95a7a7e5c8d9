"""What a page states for machines: JSON-LD, microdata, RDFa, hCard, meta and link elements."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from outreach.kit.patterns import late
from outreach.page.text import words
from outreach.page.tree import Document, Element, ancestors, classes

NODES_MOST = 3_000
DEEPEST = 60
PROPERTIES_MOST = 60_000
"""Elements of all cards together: cards within cards have theirs looked at once for each."""
_SKIPPED = frozenset(
    {
        "review",
        "reviews",
        "comment",
        "comments",
        "interactionStatistic",
        "acceptedAnswer",
        "suggestedAnswer",
        "hasPart",
    }
)
_PEOPLE = ("Person", "ProfilePage")


@dataclass
class Said:
    """One person, organisation or desk with what is said of it."""

    name: str = ""
    role: str = ""
    url: str = ""
    mails: list[str] = field(default_factory=list)
    phones: list[str] = field(default_factory=list)
    profiles: list[str] = field(default_factory=list)
    is_person: bool = False
    is_author: bool = False
    via: str = "json-ld"


def of_json(document: Document) -> list[Said]:
    """The nodes of all JSON-LD blocks; one that cannot be read says nothing."""
    found: list[Said] = []
    for script in document.iter_elements("script"):
        if "ld+json" in (script.attr("type") or "").lower():
            found += _nodes(_load(script.text))
    return found


_WRAPPED = late(r"^(?:\s|//|/\*|\*/|<!--|-->|<!\[CDATA\[|>)+")
_WRAPPED_END = late(r"(?:\s|//|/\*|\*/|<!--|-->|<!\]\]>|\]\]>)+$")
"""What old programs set around a script so that older browsers do not show it."""


def _load(text: str) -> Any:
    text = text.strip()
    text = _WRAPPED.sub("", text, count=1)
    text = text[:-200] + _WRAPPED_END.sub("", text[-200:], count=1)
    for one in (text, re.sub(r",(\s*[}\]])", r"\1", text)):
        try:
            return json.loads(one.strip().rstrip(";"), strict=False)
        except (ValueError, RecursionError):
            continue
    return None


def _nodes(data: Any) -> Iterator[Said]:
    todo: list[tuple[Any, str]] = [(data, "")]
    for _ in range(NODES_MOST):
        if not todo:
            return
        node, key = todo.pop()
        if isinstance(node, list):
            todo += [(one, key) for one in reversed(node)]
        elif isinstance(node, dict) and not _OF_READERS.isdisjoint(_kinds(node)):
            continue
        elif isinstance(node, dict):
            yield _said(node, key)
            todo += [
                (value, name)
                for name, value in reversed(node.items())
                if name not in _SKIPPED and isinstance(value, (dict, list))
            ]


def _kinds(node: dict[str, Any]) -> list[Any]:
    kind = node.get("@type") or ""
    return (
        [one for one in kind if isinstance(one, str)]
        if isinstance(kind, list)
        else [kind if isinstance(kind, str) else ""]
    )


_OF_READERS = frozenset(
    ("Review", "UserReview", "Comment", "UserComments", "Answer", "Question", "DiscussionForumPosting")
)


def _said(node: dict[str, Any], key: str) -> Said:
    kinds = _kinds(node)
    is_person = any(one in _PEOPLE for one in kinds)
    name = _text(node.get("name")) or " ".join(
        filter(None, (_text(node.get("givenName")), _text(node.get("familyName"))))
    )
    return Said(
        name=name if is_person or "ContactPoint" in kinds else "",
        role=_text(node.get("jobTitle")) or (_text(node.get("contactType")) if "ContactPoint" in kinds or key == "contactPoint" else ""),
        url=_text(node.get("url")) or _text(node.get("@id")) if is_person else "",
        mails=_texts(node.get("email")), phones=_texts(node.get("telephone")), profiles=_texts(node.get("sameAs")),
        is_person=is_person, is_author=key in ("author", "editor") and (is_person or not any(kinds)),
    )  # fmt: skip


def _text(value: Any) -> str:
    if isinstance(value, list) and value:
        value = value[0]
    if isinstance(value, dict):
        value = value.get("@value") or value.get("name") or ""
    return " ".join(value.split())[:200] if isinstance(value, str) else ""


def _texts(value: Any) -> list[str]:
    found = value if isinstance(value, list) else [value]
    return [one.strip() for one in found if isinstance(one, str) and one.strip()][:20]


# --- in the markup


def of_cards(document: Document) -> list[tuple[Said, Element]]:
    """Microdata, RDFa and hCards that name a mail address or a person, each with its element."""
    found: list[tuple[Said, Element]] = []
    seen = iter(range(PROPERTIES_MOST))
    for element in document.iter_elements():
        if "itemscope" in element.attrs and re.search(
            r"Person|Organization|Business|ContactPoint|Store|Author", element.attr("itemtype") or ""
        ):
            found.append((_card(element, _by_property("itemprop"), "microdata", seen), element))
        elif "typeof" in element.attrs and re.search(
            r"Person|Organization|ContactPoint", element.attr("typeof") or ""
        ):
            found.append((_card(element, _by_property("property"), "rdfa", seen), element))
        elif {"vcard", "h-card", "hcard"} & set(classes(element)):
            found.append((_card(element, _by_class, "hcard", seen), element))
        if len(found) >= 300:
            break
    return found


_HCARD = {
    "name": {"fn", "p-name", "n", "p-author"}, "jobTitle": {"title", "role", "p-job-title", "p-role"}, "email": {"email", "u-email"},
    "telephone": {"tel", "p-tel"}, "url": {"url", "u-url"},
}  # fmt: skip


def _by_class(element: Element) -> list[str]:
    own = set(classes(element))
    return [name for name, wanted in _HCARD.items() if own & wanted]


def _by_property(attribute: str) -> Any:
    def names(element: Element) -> list[str]:
        value = element.attrs.get(attribute)
        parts = value if isinstance(value, list) else (value or "").split()
        return [part.rpartition(":")[2] for part in parts]

    return names


def _card(card: Element, names_of: Any, via: str, seen: Iterator[int]) -> Said:
    said = Said(via=via, is_person="Person" in ((card.attr("itemtype") or "") + (card.attr("typeof") or "")))
    for element, _ in zip(card.iter_elements(), seen, strict=False):
        for name in names_of(element):
            if _owner(element, card) is not None:
                continue
            _note(said, name, element)
    return said


def _owner(element: Element, card: Element) -> Element | None:
    """The card within this one that a property belongs to, when there is one."""
    for one in islice(ancestors(element), DEEPEST):
        if one == card:
            return None
        if "itemscope" in one.attrs or "typeof" in one.attrs or {"vcard", "h-card"} & set(classes(one)):
            return one
    return None


def _note(said: Said, name: str, element: Element) -> None:
    text = element.attr("content") or words(element)
    href = element.attr("href") or ""
    if name == "name" and not said.name:
        said.name = text[:200]
    elif name in ("jobTitle", "contactType", "role", "title") and not said.role:
        said.role = text[:120]
    elif name in ("email", "mbox"):
        said.mails.append(href if href.lower().startswith("mailto:") else text)
    elif name == "telephone":
        said.phones.append(href.removeprefix("tel:") if href.startswith("tel:") else text)
    elif name == "sameAs" and href:
        said.profiles.append(href)
    elif name == "url" and href and not said.url:
        said.url = href


def author_in_head(document: Document) -> str:
    """The name of the author in the head. Mail addresses there are not read: no reader of the page is shown them."""
    for meta in document.iter_elements("meta"):
        name = (meta.attr("name") or meta.attr("property") or "").strip().lower()
        content = (meta.attr("content") or "").strip()
        if name in _AUTHORS and content and not content.startswith("http"):
            return content[:100]
    return ""


_AUTHORS = frozenset(("author", "article:author", "dc.creator", "parsely-author", "sailthru.author"))
