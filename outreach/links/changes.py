"""What differs between two looks at a link, in words (F8).  Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from outreach.links.rules import Presence

LONGEST = 160


@dataclass(frozen=True)
class Seen:
    """What of one look is compared: the first link found (empty when none was) and the facts of the page."""

    presence: Presence
    status: int | None
    link: Mapping[str, Any]
    page: Mapping[str, Any]


@dataclass(frozen=True)
class Change:
    """One difference: what, how it was, how it is."""

    what: str
    was: str
    now: str


def between(before: Seen, after: Seen) -> list[Change]:
    """The differences, the link's own first. Nothing is said of what one of the two looks did not tell."""
    return [Change(what, was, now) for what, was, now in _pairs(before, after) if was != now]


def _pairs(before: Seen, after: Seen) -> Iterator[tuple[str, str, str]]:
    yield "The link", _THERE[before.presence], _THERE[after.presence]
    if before.link and after.link:
        yield "Leads to", _text(before.link.get("href")), _text(after.link.get("href"))
        yield "Words", _text(before.link.get("anchor")), _text(after.link.get("anchor"))
        yield "rel", _rel(before.link), _rel(after.link)
        yield "Place", _place(before.link), _place(after.link)
        yield "Seen by readers", _shown(before.link), _shown(after.link)
    if before.status and after.status:
        yield "Answer of the server", str(before.status), str(after.status)
    for key, what, said in _PAGE:
        if key in before.page and key in after.page:
            yield what, said(before.page[key]), said(after.page[key])


_THERE = {Presence.FOUND: "there", Presence.NOT_FOUND: "not there", Presence.UNREADABLE: "could not be read"}


def _text(value: Any) -> str:
    text = str(value or "none")
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def _rel(link: Mapping[str, Any]) -> str:
    return " ".join(sorted(link.get("rel") or ())) or "followed"


def _place(link: Mapping[str, Any]) -> str:
    return str(link.get("region") or "unknown").replace("_", " ")


def _shown(link: Mapping[str, Any]) -> str:
    return f"no: {link['hidden']}" if link.get("hidden") else "yes"


def _kept_out(value: Any) -> str:
    return "told to leave it out" if value else "may show it"


_PAGE = (
    ("noindex", "Search engines", _kept_out), ("page_nofollow", "All its links", lambda value: "nofollow" if value else "followed"),
    ("canonical", "Named as the original", _text), ("title", "Title of the page", _text), ("final_url", "Address we ended on", _text),
)  # fmt: skip
