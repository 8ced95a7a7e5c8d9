"""May a search engine keep this page, and under which address?  Meta robots, X-Robots-Tag, canonical.

Google's rules: `robots` and `googlebot` count, the most restrictive wins, `none` is both; a header may
name its agent, and then concerns that agent only; a canonical counts in the head or as a Link header.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from ada_url import join_url

from outreach.kit.patterns import late
from outreach.page.headers import Headers
from outreach.page.tree import Document, Element, ancestors, named

AGENTS = frozenset(["robots", "googlebot"])
_VALUED = frozenset(["max-snippet", "max-image-preview", "max-video-preview", "unavailable_after"])


@dataclass(frozen=True, slots=True)
class Indexing:
    meta_noindex: bool = False
    meta_nofollow: bool = False
    header_noindex: bool = False
    header_nofollow: bool = False
    unavailable_after: tuple[datetime, ...] = ()
    canonical: str | None = None
    canonical_from: str = ""
    directives: tuple[str, ...] = field(default=())
    """Every directive that concerns Google, as it was met, for the evidence."""

    @property
    def noindex(self) -> bool:
        return self.meta_noindex or self.header_noindex

    @property
    def nofollow(self) -> bool:
        return self.meta_nofollow or self.header_nofollow

    def expired(self, now: datetime) -> bool:
        return any(moment <= now for moment in self.unavailable_after)


def read(document: Document, headers: Headers, url: str, base: str) -> Indexing:
    metas = list(_metas(document))
    lines = [part for line in headers.all("x-robots-tag") for part in _for_google(line)]
    meta, header = _tokens(metas), _tokens(lines)
    canonical, source = _canonical(document, headers, url, base)
    return Indexing(
        meta_noindex=bool(meta & {"noindex", "none"}),
        meta_nofollow=bool(meta & {"nofollow", "none"}),
        header_noindex=bool(header & {"noindex", "none"}),
        header_nofollow=bool(header & {"nofollow", "none"}),
        unavailable_after=tuple(_moments([*metas, *lines])),
        canonical=canonical,
        canonical_from=source,
        directives=(*metas, *lines),
    )


def _metas(document: Document) -> Iterable[str]:
    for meta in named(document, "meta"):
        name = (meta.attr("name") or "").strip().lower()
        if name in AGENTS and not _in_template(meta):
            yield meta.attr("content") or ""


def _in_template(element: Element) -> bool:
    return any(around.tag in ("template", "noscript") for around in ancestors(element))


def _tokens(texts: Iterable[str]) -> set[str]:
    return {token for text in texts for token in re.split(r"[\s,;]+", text.lower()) if token}


def _for_google(line: str) -> list[str]:
    """The directives of one X-Robots-Tag line that concern Google.

    An agent's name with a colon starts a group that lasts until the next name.
    """
    kept, ours = [], True
    for part in _parts(line):
        name, colon, rest = part.partition(":")
        if colon and name.strip().lower() not in _VALUED:
            ours = name.strip().lower() in ("googlebot", "robots", "*")
            part = rest
        if ours and part.strip():
            kept.append(part.strip())
    return kept


def _parts(line: str) -> list[str]:
    """Split at commas, but not inside the date of `unavailable_after` ("Wed, 25 Jun 2025 ...")."""
    parts: list[str] = []
    for part in line.split(","):
        if parts and re.match(r"^\s*\d", part) and "unavailable_after" in parts[-1].lower():
            parts[-1] += "," + part
        else:
            parts.append(part)
    return parts


def _moments(texts: Iterable[str]) -> Iterable[datetime]:
    for text in texts:
        for found in re.finditer(r"unavailable_after\s*:\s*([^;]+)", text, re.IGNORECASE):
            moment = _moment(found[1].strip())
            if moment is not None:
                yield moment


_ZONES = {
    "PST": "-0800",
    "PDT": "-0700",
    "EST": "-0500",
    "EDT": "-0400",
    "CET": "+0100",
    "CEST": "+0200",
    "BST": "+0100",
}


def _moment(text: str) -> datetime | None:
    """RFC 822, RFC 850 or ISO 8601; days without a zone are UTC."""
    iso = re.match(r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d)?(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)?)?", text)
    try:
        if iso:
            moment = datetime.fromisoformat(iso[0])
        else:
            text = re.sub(r"(\d)-([A-Za-z]{3})-(\d{2,4})", r"\1 \2 \3", text)
            text = re.sub(r"\b([A-Z]{3,4})$", lambda m: _ZONES.get(m[1], m[1]), text)
            moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _canonical(document: Document, headers: Headers, url: str, base: str) -> tuple[str | None, str]:
    for link in named(document, "link"):
        if "canonical" in _rel(link) and (href := link.attr("href")) and _in_head(link):
            told = _joined(base, href)
            if told is not None:
                return told, "link"
    for line in headers.all("link"):
        for found in _LINK.finditer(line):
            if _names_canonical(found[2]) and (told := _joined(url, found[1])) is not None:
                return told, "header"
    return None, ""


_LINK = late(r"<([^>]*)>((?:\s*;\s*[\w*!-]+\s*(?:=\s*(?:\"[^\"]*\"|[^\s\",;]*))?)*)")
"""One link of a Link header and its parameters (RFC 8288); a quoted title may hold what looks like another."""
_PARAMETER = late(r";\s*([\w*!-]+)\s*=\s*(?:\"([^\"]*)\"|([^\s\",;]*))")


def _names_canonical(parameters: str) -> bool:
    return any(
        one[1].lower() == "rel" and "canonical" in (one[2] or one[3] or "").lower().split()
        for one in _PARAMETER.finditer(parameters)
    )


def _rel(link: Element) -> set[str]:
    value = link.attrs.get("rel")
    return {token.lower() for token in (value if isinstance(value, list) else (value or "").split())}


def _in_head(link: Element) -> bool:
    around = [element.tag for element in ancestors(link)]
    return "head" in around and "template" not in around and "noscript" not in around


def _joined(base: str, href: str) -> str | None:
    """The address of a page; None for what is none, such as `javascript:` or `mailto:`."""
    try:
        url = join_url(base, href.strip())
    except ValueError:
        return None
    return url if url.startswith(("http:", "https:")) else None
