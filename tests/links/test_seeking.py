"""Looking through a site for a page that links to us: where it is looked, and what is no find."""

from __future__ import annotations

from datetime import timedelta

import pytest

from outreach.engines.fetch.client import Fault, Fetched
from outreach.links.seeking import GUESSES, PAGES_MOST, Outcome, Search, Seeker, digest
from outreach.page.headers import Headers
from tests.world import NOW

SITE, TARGET = "https://wild.example", "https://hazel.example/seed-trial"
HTML, XML = "text/html; charset=utf-8", "application/rss+xml"
FEED_HERE = '<link rel="alternate" type="application/rss+xml" href="/feed">'


class Web:
    """A site as plain text; `asked` are the paths that were opened, in order."""

    def __init__(self, **pages: str) -> None:
        self.pages: dict[str, str] = {}
        self.asked: list[str] = []

    def get(self, url: str) -> Fetched:
        path = url.removeprefix(SITE)
        self.asked.append(path)
        if path not in self.pages:
            return Fetched(url, url, status=404, headers=Headers([]), body=b"<p>no")
        text = self.pages[path]
        kind = HTML if text.startswith("<html") else XML
        return Fetched(url, url, status=200, headers=Headers([("content-type", kind)]), body=text.encode())

    def seek(self, **more: object) -> Outcome:
        search = Search(f"{SITE}/", ("hazel.example",), TARGET, "Ana Hazel", NOW - timedelta(days=2), **more)  # type: ignore[arg-type]
        return Seeker(search, self.get, lambda question: question.answer()).run()


def page(title: str, inside: str = "", head: str = "") -> str:
    filler = "It rained for eleven days, then not at all for seven weeks. " * 8
    return f'<html lang="en"><head><title>{title}</title>{head}</head><body><article><p>{filler}{inside}</p></article></body></html>'


def us(words: str = "the seed trial", href: str = TARGET) -> str:
    return f'<a href="{href}">{words}</a>'


def feed(*entries: tuple[str, int]) -> str:
    """(path, days before NOW) of each item."""
    items = "".join(
        f"<item><link>{SITE}{path}</link><pubDate>{NOW - timedelta(days=days):%a, %d %b %Y %H:%M:%S} +0000</pubDate></item>"
        for path, days in entries
    )
    return f"<rss><channel>{items}</channel></rss>"


@pytest.fixture
def web() -> Web:
    site = Web()
    site.pages |= {"/": page("Wild", head=FEED_HERE), "/feed": feed(("/new", 0)), "/new": page("New", us())}
    return site


def vias(outcome: Outcome) -> list[tuple[str, str]]:
    return [(find.page_url.removeprefix(SITE), find.via) for find in outcome.finds]


def test_a_page_of_the_feed_is_found_with_its_sentence(web: Web) -> None:
    (find,) = web.seek().finds
    assert (find.title, find.href, find.anchor, find.via) == ("New", TARGET, "the seed trial", "feed")
    assert "the seed trial" in find.context


@pytest.mark.parametrize("guess", GUESSES)
def test_a_feed_that_is_not_named_is_guessed(web: Web, guess: str) -> None:
    web.pages["/"] = page("Wild")
    web.pages[guess] = web.pages.pop("/feed")
    assert vias(web.seek()) == [("/new", "feed")]


def test_the_front_page_the_author_page_and_the_sitemap_are_read_too(web: Web) -> None:
    del web.pages["/feed"]
    web.pages["/"] = page("Wild", '<a href="/front">Front</a>')
    web.pages["/author/ana-hazel/"] = page("Ana Hazel", '<a href="/ours">Ours</a>')
    web.pages["/robots.txt"] = f"User-agent: *\nAllow: /\nSitemap: {SITE}/map.xml\n"
    web.pages["/map.xml"] = f"<sitemapindex><sitemap><loc>{SITE}/posts.xml</loc></sitemap></sitemapindex>"
    web.pages["/posts.xml"] = f"<urlset><url><loc>{SITE}/mapped</loc></url></urlset>"
    web.pages |= {path: page(path, us()) for path in ("/front", "/ours", "/mapped")}
    assert vias(web.seek()) == [("/front", "front page"), ("/ours", "author page"), ("/mapped", "sitemap")]


def test_what_robots_may_not_open_is_not_opened(web: Web) -> None:
    web.pages["/robots.txt"] = "User-agent: *\nDisallow: /new\n"
    assert vias(web.seek()) == []
    assert "/new" not in web.asked


def test_a_robots_txt_that_fails_keeps_us_out(web: Web) -> None:
    def get(url: str) -> Fetched:
        got = web.get(url)
        return Fetched(url, url, status=503, headers=Headers([])) if url.endswith("/robots.txt") else got

    search = Search(f"{SITE}/", ("hazel.example",), TARGET, "", NOW)
    outcome = Seeker(search, get, lambda question: question.answer()).run()
    assert (outcome.finds, outcome.trouble) == ([], "The front page cannot be read.")
    assert web.asked == ["/robots.txt"]


def test_a_page_that_is_older_than_the_pitch_is_not_opened(web: Web) -> None:
    web.pages["/feed"] = feed(("/new", 30))
    assert vias(web.seek()) == []


def test_what_was_opened_before_or_is_watched_already_is_not_opened_again(web: Web) -> None:
    assert vias(web.seek(seen=frozenset([digest(f"{SITE}/new")]))) == []
    assert vias(web.seek(known=frozenset(["wild.example/new"]))) == []


def test_a_link_that_stands_on_the_front_page_is_no_sign_of_a_new_piece(web: Web) -> None:
    web.pages["/"] = page("Wild", us("our friends"), FEED_HERE)
    assert vias(web.seek()) == []


@pytest.mark.parametrize("tag", ["nav", "footer", "aside"])
def test_a_link_beside_the_text_is_none(web: Web, tag: str) -> None:
    web.pages["/new"] = (
        f'<html lang="en"><title>New</title><body><main><p>{"Words. " * 200}</p></main><{tag}>{us()}</{tag}></body></html>'
    )
    assert vias(web.seek()) == []


def test_the_agreed_target_is_named_before_other_pages_of_ours(web: Web) -> None:
    web.pages["/new"] = page("New", us("home", "https://hazel.example/") + us())
    (find,) = web.seek().finds
    assert find.href == TARGET


def test_pages_of_other_sites_are_left_alone(web: Web) -> None:
    web.pages["/feed"] = "<rss><item><link>https://other.example/new</link></item></rss>"
    web.seek()
    assert not any("other.example" in path for path in web.asked)


def test_a_long_list_is_cut_the_newest_first(web: Web) -> None:
    paths = [(f"/p{number}", 0) for number in range(PAGES_MOST * 3)]
    web.pages["/feed"] = feed(*paths)
    web.pages |= {path: page(path) for path, _ in paths}
    assert len(web.seek().opened) == PAGES_MOST
    assert len(web.asked) < PAGES_MOST + 15


@pytest.mark.parametrize(
    "body",
    ["<rss" * 50_000, "\x00" * 5_000, '<!DOCTYPE x [<!ENTITY a "b">]><rss><item><link>&a;</link></item></rss>', "{" * 5_000],
)  # fmt: skip
def test_a_hostile_feed_ends_nothing(web: Web, body: str) -> None:
    web.pages["/feed"] = body
    assert vias(web.seek()) == []


def test_a_site_that_does_not_answer_says_so() -> None:
    def get(url: str) -> Fetched:
        return Fetched(url, url, headers=Headers([]), fault=Fault.TIMEOUT)

    search = Search(f"{SITE}/", ("hazel.example",), TARGET, "", NOW)
    outcome = Seeker(search, get, lambda question: question.answer()).run()
    assert (outcome.finds, outcome.trouble) == ([], "The front page cannot be read.")
