"""A verdict: what one look found, in three parts, in codes and in words."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Any

from outreach.engines.fetch.answer import Hop
from outreach.kit.urls import show_host
from outreach.links.codes import Severity, meaning, worst
from outreach.links.rules import Confidence, ExpectedRel, Presence, Value
from outreach.links.target import Target
from outreach.page.reading import VERSION, Link
from outreach.page.region import Region
from outreach.page.state import PageState

WORD_CODES = {
    "missing": "LINK_MISSING",
    "not_a_link": "NOT_A_LINK",
    "noscript_only": "HIDDEN_NOSCRIPT",
    "iframe_only": "HIDDEN_IFRAME",
    "js_only": "JS_ONLY",
    "js_needed": "JS_NEEDED",
    "wrapped": "WRAPPED",
    "wrapped_broken": "WRAPPED_BROKEN",
}

WEAKENS = frozenset(
    [
        "REL_NOFOLLOW", "REL_SPONSORED", "REL_UGC", "META_NOINDEX", "META_NOFOLLOW", "XROBOTS_NOINDEX", "XROBOTS_NOFOLLOW", "UNAVAILABLE_AFTER",
        "ROBOTS_BLOCKED", "CANON_OTHER", "CANON_CROSS_HOST", "HIDDEN_CSS", "WRAPPED", "WRAPPED_BROKEN", "WRONG_PAGE", "REL_CHANGED",
    ]
)  # fmt: skip
"""Codes of a link that is there, and yet not what was agreed."""


@dataclass(frozen=True, slots=True)
class Promise:
    """What was agreed.  `own_hosts` are the project's, to tell a wrong page of ours from a wrong host."""

    rel: ExpectedRel = ExpectedRel.ANY
    anchors: tuple[str, ...] = ()
    own_hosts: tuple[str, ...] = ()
    is_social: bool = False
    """A social post or mention: it expects no follow and is never weakened for it (F12)."""


@dataclass(slots=True)
class Verdict:
    """What one look found.  `word` is the single word of the replay format; the three parts are the truth."""

    page_url: str
    target: Target
    final_url: str = ""
    presence: Presence = Presence.UNREADABLE
    value: Value = Value.NA
    confidence: Confidence = Confidence.MACHINE
    word: str = "unknown"
    page_state: PageState = PageState.OK
    links: list[Link] = field(default_factory=list)
    """Links to the target on what the server sent; on a soft 404 or a moved page they are no presence."""
    count: int = 0
    wrapped: bool = False
    wrapped_ends: str = ""
    noindex: bool = False
    page_nofollow: bool = False
    canonical: str | None = None
    canonical_elsewhere: bool = False
    indexable: bool | None = None
    is_robots_certain: bool = True
    """False when robots.txt only failed; a night's trouble weakens no link."""
    is_timeless: bool = True
    """False when the page says something of a day, so that the same page may mean something else tomorrow."""
    blockers: list[str] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    sentence: str = ""
    advice: str = ""
    title: str = ""
    outbound: int | None = None
    status: int = 0
    hops: tuple[Hop, ...] = ()
    elapsed_ms: int = 0
    wire_bytes: int = 0
    fault_detail: str = ""
    refused_reason: str = ""
    retry_after_s: int | None = None
    body: bytes = b""
    etag: str = ""
    last_modified: str = ""

    @property
    def body_hash(self) -> str:
        """Of the page and the version of the extractor: the same page need not be judged again."""
        return hashlib.sha256(self.body + VERSION.encode()).hexdigest() if self.body else ""

    @property
    def found(self) -> bool:
        return bool(self.links)

    @property
    def severity(self) -> Severity | None:
        return worst(self.codes)

    def to_json(self) -> dict[str, Any]:
        """Plain values: the keys of the replay format first, then all that a person may want to see."""
        return {
            "found": self.found,
            "count": self.count,
            "links": [link_json(link) for link in self.links],
            "wrapped": self.wrapped,
            "noindex": self.noindex,
            "page_nofollow": self.page_nofollow,
            "canonical": self.canonical,
            "canonical_elsewhere": self.canonical_elsewhere,
            "verdict": self.word,
            "presence": str(self.presence),
            "page_state": str(self.page_state),
            "indexable": self.indexable,
            "blockers": self.blockers,
            "final_url": self.final_url,
            "value": str(self.value),
            "confidence": str(self.confidence),
            "codes": [code_json(code) for code in self.codes],
            "notes": self.notes,
            "sentence": self.sentence,
            "advice": self.advice,
            "title": self.title,
            "status": self.status,
            "outbound": self.outbound,
            "wrapped_ends": self.wrapped_ends,
            "hops": [{"url": hop.url, "status": hop.status} for hop in self.hops],
            "elapsed_ms": self.elapsed_ms,
        }


def link_json(link: Link) -> dict[str, Any]:
    return {
        "href": link.url,
        "anchor": link.anchor,
        "alt": link.alt,
        "rel": list(link.rel),
        "region": str(link.region) if link.region else None,
        "region_sign": link.region_sign,
        "hidden": link.hidden is not None,
        "hidden_by": link.hidden,
        "context": link.context,
    }


def code_json(code: str) -> dict[str, str]:
    what = meaning(code)
    return {"code": code, "severity": str(what.severity), "reason": what.reason, "advice": what.advice}


def sentence(verdict: Verdict) -> str:
    """The verdict for a person, one or two sentences."""
    if verdict.page_state is not PageState.OK:
        reason = verdict.fault_detail or meaning(verdict.codes[0]).reason
        if verdict.presence is Presence.NOT_FOUND:
            return f"{reason} So the link is not there."
        return f"{reason} So nobody can say whether the link is there."
    if verdict.links:
        return _found_sentence(verdict)
    return meaning(WORD_CODES.get(verdict.word) or verdict.codes[0]).reason


def _found_sentence(verdict: Verdict) -> str:
    best = next((link for link in verdict.links if link.hidden is None), verdict.links[0])
    words = (
        f"“{best.anchor[:80]}”"
        if best.anchor
        else (f"a picture ({best.alt[:60]})" if best.alt else "no words")
    )
    where = f" in the {_REGION_WORDS[best.region]}" if best.region else ""
    many = f", {verdict.count} times" if verdict.count > 1 else ""
    if "WRONG_PAGE" in verdict.codes:
        return f"The page links to our site, but to another page: {best.url[:120]}"
    start = f"The link is there{many}: {words}{where}"
    if verdict.word == "hidden":
        return f"{start}, but readers cannot see it ({best.hidden})."
    kind = (
        "followed"
        if verdict.word == "live_follow"
        else "not followed"
        if verdict.word == "live_nofollow"
        else ""
    )
    if verdict.word == "removed_by_js":
        return f"{start}, but a script may take it away."
    trouble = [
        meaning(code).reason for code in verdict.codes if code in WEAKENS and not code.startswith("REL_")
    ]
    return f"{start}, {kind}." + (f" But: {trouble[0]}" if trouble else "")


_REGION_WORDS = {
    Region.CONTENT: "text",
    Region.NAV: "navigation",
    Region.HEADER: "header",
    Region.FOOTER: "footer",
    Region.SIDEBAR: "sidebar",
    Region.COMMENTS: "comments",
    Region.AUTHOR_BIO: "author's box",
}


def named(target: Target) -> str:
    """The target as a person reads it."""
    return show_host(target.host) if target.is_domain else target.value
