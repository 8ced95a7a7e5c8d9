"""Looking through a site for a page that links to us: where it is looked, and what is no find."""

from __future__ import annotations

from datetime import timedelta

import pytest

from outreach.engines.fetch.answer import Fault, Fetched
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


def feed_of(*paths: str) -> str:
    return feed(*((path, 0) for path in paths))


def map_of(*entries: tuple[str, str]) -> str:
    """(path, its lastmod or "") of each page."""
    parts = "".join(
        f"<url><loc>{SITE}{path}</loc>{f'<lastmod>{day}</lastmod>' if day else ''}</url>"
        for path, day in entries
    )
    return f"<urlset>{parts}</urlset>"


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


def test_what_is_watched_already_is_not_opened_again(web: Web) -> None:
    assert vias(web.seek(known=frozenset(["wild.example/new"]))) == []
    assert "/new" not in web.asked


@pytest.mark.parametrize(
    ("listed", "is_opened"),
    [
        ({"/feed": feed_of("/new")}, True),
        ({"/": '<a href="/new">New</a>'}, False),
        ({"/sitemap.xml": map_of(("/new", NOW.date().isoformat()))}, True),
        ({"/sitemap.xml": map_of(("/new", (NOW - timedelta(hours=1)).isoformat()))}, False),
    ],
    ids=["new in the feed", "a link alone", "changed on the day of the last look", "not changed since"],
)
def test_a_page_that_may_have_got_the_link_since_is_opened_again(
    web: Web, listed: dict[str, str], is_opened: bool
) -> None:
    web.pages |= {"/feed": "<rss/>", **listed, "/": page("Wild", listed.get("/", ""), FEED_HERE)}
    found = web.seek(seen=frozenset([digest(f"{SITE}/new")]), last_at=NOW)
    assert [path for path, _ in vias(found)] == (["/new"] if is_opened else [])


def test_the_page_that_is_to_get_the_link_is_opened_each_time(web: Web) -> None:
    web.pages["/feed"], web.pages["/resources"] = feed(), page("Resources", us())
    found = web.seek(page=f"{SITE}/resources", seen=frozenset([digest(f"{SITE}/resources")]))
    assert vias(found) == [("/resources", "page you named")]


def test_a_front_page_that_shows_whole_posts_hides_none_of_them(web: Web) -> None:
    whole = f'<h2><a href="/new">New</a></h2><p>As {us()} shows.</p>'
    web.pages["/"] = page("Wild", whole, FEED_HERE)
    assert vias(web.seek()) == [("/new", "feed")]


ROBOTS = "".join(f"Sitemap: {SITE}/{name}.xml\n" for name in ("pages", "images", "video", "authors", "news"))
NEWS = "".join(
    f"<url><loc>{SITE}{path}</loc><n:news><n:publication_date>2026-11-{day}</n:publication_date></n:news></url>"
    for path, day in (*((f"/old{number}", 24) for number in range(40)), ("/new", 26))
)


@pytest.mark.parametrize(
    ("pages", "via"),
    [
        ({"/": page("W", head='<link rel="alternate" type="application/rdf+xml" href="/feed">')}, "feed"),
        ({"/": page("W", head='<link type="application/json" href="/feed.json">'), "/feed.json": '{"items": [{"id": "https://wild.example/new"}]}'}, "feed"),
        ({"/": page("W", head=f'<link type="application/rss+xml" href="/comments/feed">{FEED_HERE}'), "/comments/feed": feed(("/old", 0))}, "feed"),
        ({"/sitemap_index.xml": map_of(("/new", "2026-11-26")), "/feed": "<rss/>"}, "sitemap"),
        ({"/wp-sitemap.xml": map_of(("/new", "")), "/feed": "<rss/>"}, "sitemap"),
        ({"/robots.txt": ROBOTS, "/news.xml": f'<urlset xmlns:n="news">{NEWS}</urlset>', "/feed": "<rss/>"}, "sitemap"),
        ({"/": page("W", "".join(f'<a href="/c{n}">c</a>' for n in range(99))), "/sitemap.xml": map_of(("/new", "2026-11-26")), "/feed": "<rss/>"}, "sitemap"),
        ({"/": page("W", '<a href="/people/ana-hazel">Ana</a>'), "/people/ana-hazel": page("Ana", '<a href="/new">N</a>'), "/feed": "<rss/>"}, "author page"),
    ],
    ids=["rdf", "a feed as json", "comments first", "index at its usual place", "WordPress", "news among many", "a crowded front page", "people"],
)  # fmt: skip
def test_a_new_page_is_found_in_one_cycle_wherever_it_is_listed(
    web: Web, pages: dict[str, str], via: str
) -> None:
    web.pages |= {"/": page("Wild"), **pages}
    assert ("/new", via) in vias(web.seek())


def test_a_feed_and_a_page_of_another_host_of_the_site_are_read_by_its_own_robots(web: Web) -> None:
    other = "https://blog.wild.example"
    web.pages["/"] = page("Wild", head=f'<link type="application/rss+xml" href="{other}/feed">')
    web.pages[f"{other}/feed"] = f"<rss><item><link>{other}/p</link></item></rss>"
    web.pages[f"{other}/p"] = page("P", us())
    assert vias(web.seek()) == [(f"{other}/p", "feed")]
    web.pages[f"{other}/robots.txt"] = "User-agent: *\nDisallow: /p\n"
    assert vias(web.seek()) == []


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
