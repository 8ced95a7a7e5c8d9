"""What one fetched page of a site tells a seeker: where its feeds are, which pages it lists, and whether it links to us.

It is answered in the process that reads pages (`outreach.links.reader`), as a page is a stranger's.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from outreach.engines.fetch.answer import Fetched
from outreach.kit.urls import is_on_host
from outreach.page import listings, reading, sniffing
from outreach.page.reading import Anchor, Page, Where
from outreach.page.region import Region

FEEDS = ("application/rss+xml", "application/atom+xml", "application/rdf+xml", "application/feed+json")
MAY_BE_FEEDS = ("application/json", "application/xml", "text/xml")
"""Feeds only where the address says so: WordPress names its interface so, too."""
AUTHORS = re.compile(
    r"/(?:authors?|by|people|contributors?|writers?|members?|team|profiles?)/[^/]", re.IGNORECASE
)
LINKS_MOST = 300
HITS_MOST = 5
NEAR = 5
"""Links before and after one of ours that are told with it."""
ASIDE = frozenset({Region.NAV, Region.HEADER, Region.FOOTER, Region.SIDEBAR, Region.COMMENTS})
"""A link there stands on every page, or is no work of the editor's."""


@dataclass(frozen=True)
class Listing:
    """The question: a page that came, and the hosts that are ours."""

    page_url: str
    got: Fetched
    own_hosts: tuple[str, ...]

    def answer(self) -> dict[str, Any]:
        """`entries` [url, ISO moment or ""], `more` sitemaps, `feeds`, `links` on the page, `authors` pages, `hits` on us (`near` each, the links beside it), `title`."""
        got = self.got
        if got.fault or not 200 <= got.status <= 299 or not got.body:
            return {}
        if listings.is_listing(got.body) or not sniffing.is_html(got.headers, got.body):
            listed = listings.read(got.body, got.final_url)
            entries = [[entry.url, entry.at.isoformat() if entry.at else ""] for entry in listed.entries]
            return {"entries": entries, "more": listed.more}
        if sniffing.is_too_complex(got.body):
            return {}
        return self._of_page(reading.read(got.body, got.headers, got.final_url))

    def _of_page(self, page: Page) -> dict[str, Any]:
        feeds = [
            page.resolve(link.attr("href") or "")
            for link in page.document.iter_elements("link")
            if link.attr("href")
            and _names_feed((link.attr("type") or "").strip().lower(), link.attr("href") or "")
        ]
        urls = list(dict.fromkeys(anchor.url for anchor in page.anchors[: LINKS_MOST * 3]))
        return {
            "title": page.title, "feeds": [url for url in feeds if url][:5], "links": urls[:LINKS_MOST],
            "authors": [url for url in urls if AUTHORS.search(url)][:50], "hits": self._hits(page),
        }  # fmt: skip

    def _hits(self, page: Page) -> list[dict[str, Any]]:
        """The links to us that an editor has set in the text."""
        found: list[dict[str, Any]] = []
        all_of_them = page.anchors
        for host in self.own_hosts:
            for anchor in page.hits(host, lambda url, host=host: is_on_host(url, host)):  # type: ignore[misc]
                if page.where(anchor) is not Where.COUNTS:
                    continue
                link = page.link(anchor)
                if link.region not in ASIDE and link.hidden is None:
                    found.append(
                        {
                            "href": link.url,
                            "anchor": link.anchor[:300],
                            "rel": list(link.rel),
                            "context": link.context[:500],
                            "near": _beside(all_of_them, anchor.href),
                        }
                    )
                if len(found) >= HITS_MOST:
                    return found
        return found


def _names_feed(kind: str, href: str) -> bool:
    return kind in FEEDS or (kind in MAY_BE_FEEDS and "feed" in href.lower())


def _beside(anchors: Sequence[Anchor], href: str) -> list[str]:
    """The addresses just before and after a link: in a list of posts those lead to the post that it stands in."""
    places = [place for place, anchor in enumerate(anchors) if anchor.href == href]
    near = [
        anchors[at].url
        for place in places
        for at in range(max(0, place - NEAR), min(len(anchors), place + NEAR + 1))
    ]
    return list(dict.fromkeys(near))[: 4 * NEAR]
