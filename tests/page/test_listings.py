"""Feeds and sitemaps of strangers, well and badly made."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime

import pytest

from outreach.page.listings import MOST, Entry, is_listing, moment, read

URL = "https://wild.example/feed/"
DAY = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
RSS = """<?xml version="1.0"?><rss version="2.0"><channel><title>Wild</title><link>https://wild.example/</link>
<item><title>A &amp; B</title><link> https://wild.example/a </link><pubDate>Tue, 24 Nov 2026 10:00:00 +0100</pubDate></item>
<item><title>No link</title><guid>https://wild.example/b</guid></item>
<item><guid isPermaLink="false">tag:7</guid></item></channel></rss>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><link href="/"/><entry><link rel="self" href="/x.xml"/>
<link rel="alternate" href="/a"/><updated>2026-11-25T09:00:00Z</updated><published>2026-11-24T09:00:00Z</published></entry></feed>"""
RDF = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
 xmlns:dc="http://purl.org/dc/elements/1.1/"><item rdf:about="x"><link>https://wild.example/a</link><dc:date>2026-11-24T09:00:00Z</dc:date></item></rdf:RDF>"""
JSON = '{"version": "https://jsonfeed.org/version/1.1", "items": [{"url": "/a", "date_published": "2026-11-24T09:00:00Z"}, {"id": 3}, 4]}'
MAP = """<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url><loc>https://wild.example/a</loc><lastmod>2026-11-24</lastmod></url>
<url><loc>ftp://wild.example/b</loc></url><url/></urlset>"""


@pytest.mark.parametrize(
    ("body", "entries"),
    [
        (RSS, [Entry("https://wild.example/a", DAY), Entry("https://wild.example/b")]),
        (RDF, [Entry("https://wild.example/a", DAY)]),
        (JSON, [Entry("https://wild.example/a", DAY)]),
        (MAP, [Entry("https://wild.example/a", DAY.replace(hour=0))]),
    ],
    ids=["rss", "rdf", "json", "sitemap"],
)
def test_each_kind_of_listing_is_read(body: str, entries: list[Entry]) -> None:
    assert read(body.encode(), URL).entries == entries
    assert read(gzip.compress(body.encode()), URL).entries == entries


@pytest.mark.parametrize(
    "body",
    [
        b"\xef\xbb\xbf" + JSON.encode(),
        b"\xef\xbb\xbf" + RDF.encode(),
        RDF.replace("<link>", "<title>Fish & chips&nbsp;\x0b</title><link>").encode(),
        RDF.replace("<rdf:RDF", '<?xml version="1.0"?><!-- made by hand --><rdf:RDF').encode(),
        JSON.replace('"url": "/a"', '"id": "https://wild.example/a"').encode(),
        MAP.replace("<lastmod>2026-11-24</lastmod>", '<n:news xmlns:n="n"><n:publication_date>2026-11-24T09:00Z</n:publication_date></n:news>').encode(),
        ATOM.replace('xmlns="', 'xml:base="https://wild.example/" xmlns="').replace('"/a"', '"a"').replace("2026-11-25T09", "2026-11-24T09").encode(),
    ],
    ids=["json with a BOM", "xml with a BOM", "a bare ampersand", "a comment first", "an id for an address", "news", "xml:base"],
)  # fmt: skip
def test_what_is_not_quite_by_the_book_is_read_too(body: bytes) -> None:
    assert Entry("https://wild.example/a", DAY) in read(body, URL).entries
    assert is_listing(body) is not body.lstrip(b"\xef\xbb\xbf").startswith(b"{")


def test_atom_takes_the_page_and_not_the_entry_itself() -> None:
    (entry,) = read(ATOM.encode(), URL).entries
    assert entry.url == "https://wild.example/a"


def test_an_index_names_its_parts_the_newest_first() -> None:
    part = "<sitemap><loc>https://wild.example/{}.xml</loc><lastmod>{}</lastmod></sitemap>"
    body = (
        "<sitemapindex>"
        + part.format("old", "2025-01-01")
        + part.format("new", "2026-11-01")
        + "</sitemapindex>"
    )
    assert read(body.encode(), URL).more == ["https://wild.example/new.xml", "https://wild.example/old.xml"]


BOMB = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><rss><item><link>&b;</link></item></rss>'
OUTSIDE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><rss><item><link>&a;</link></item></rss>'


@pytest.mark.parametrize(
    "body",
    [b"", b"<rss", b"{", b"[" * 100_000, b'{"items": 5}', b"{" * 10_000, BOMB.encode(), OUTSIDE.encode(), b"\x1f\x8bno", b"\xff\xfe<",
     b'<?xml version="1.0" encoding="martian"?><rss/>', b"<html><a href=x>x</a></html>"],
)  # fmt: skip
def test_what_is_no_listing_or_a_trap_lists_nothing(body: bytes) -> None:
    listed = read(body, URL)
    assert (listed.entries, listed.more) == ([], [])


def test_a_listing_without_end_is_cut() -> None:
    body = (
        "<urlset>"
        + "".join(f"<url><loc>https://wild.example/{n}</loc></url>" for n in range(MOST + 50))
        + "</urlset>"
    )
    assert len(read(body.encode(), URL).entries) == MOST


@pytest.mark.parametrize(
    ("text", "at"),
    [("2026-11-24T09:00:00Z", DAY), ("Tue, 24 Nov 2026 09:00:00 GMT", DAY), ("yesterday", None), ("", None),
     ("Tue, 99 Nov 2026 09:00:00 GMT", None), ("2026-13-40", None)],
)  # fmt: skip
def test_a_moment_is_read_or_there_is_none(text: str, at: datetime | None) -> None:
    assert moment(text) == at
