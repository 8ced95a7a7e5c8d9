"""A page that did not change keeps its verdict, honestly; whatever might have changed is read."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from flask import Flask

from outreach.app import create_app
from outreach.db import db, write
from outreach.links import actions, jobs, look_queries, moves
from outreach.links.again import FULL_READ_EVERY
from outreach.links.models import LinkCheck, PlacedLink
from outreach.links.moves import Terms
from outreach.links.rules import LinkState, Presence, Value
from tests.conftest import Place
from tests.servers.pages import PageServer, Request, answer
from tests.world import NOW, World

WORDS = "It rained for eleven days, then not at all for seven weeks. " * 12
DAY = timedelta(days=1)


class Blog(PageServer):
    """A server that knows what it served: 304 when asked rightly, 200 else."""

    def __init__(self) -> None:
        super().__init__()
        self.etag: str | None = '"1"'
        self.rel = self.robots = ""
        self.more: dict[str, str] = {}
        self.status = 200
        self.routes |= {
            "/post": self.post,
            "/robots.txt": lambda _: answer(self.robots, content_type="text/plain"),
        }
        self.routes["/guide"] = answer("<title>Guide</title><h1>Guide</h1>")

    def post(self, request: Request) -> bytes:
        if self.status != 200:
            return answer("<p>no", self.status)
        if self.etag and request.headers.get("if-none-match") == self.etag:
            return answer(status=304, etag=self.etag)
        link = f'<a href="{self.target}"{self.rel}>seed mix trial</a>' if self.rel is not None else ""
        return answer(
            f"<title>Post</title><article><h1>Post</h1><p>{WORDS} {link} {WORDS}</article>",
            etag=self.etag or "",
            **self.more,
        )

    @property
    def target(self) -> str:
        return self.url("/guide", host="hazel.example")

    def asked(self) -> list[bool]:
        """Of each request for the page, whether it was conditional."""
        return ["if-none-match" in one.headers for one in self.requests if one.path == "/post"]


@pytest.fixture
def blog() -> Iterator[Blog]:
    with Blog() as running:
        yield running


@pytest.fixture(params=["sqlite"])
def kind(request: pytest.FixtureRequest) -> str:
    """Nothing here hangs on the database."""
    return str(request.param)


@pytest.fixture
def app(place: Place, blog: Blog, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    monkeypatch.setattr("outreach.links.looking.PAUSE_S", 0.01)
    made = create_app(
        place.settings(fetch_allow_networks=["127.0.0.0/8"], fetch_resolve=[f"*:{blog.port}:127.0.0.1"])
    )
    with made.app_context():
        yield made
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def link(app: Flask, world: World, blog: Blog) -> PlacedLink:
    page = blog.url("/post", host=f"b{blog.port}.example")
    with write():
        return moves.place(
            world.seed, world.site, Terms(page, blog.target, rel="follow"), by=world.ana, now=NOW
        )


def look(link: PlacedLink, *, now: datetime, monkeypatch: pytest.MonkeyPatch) -> LinkCheck:
    """What the sweep sees when the link is due at `now`."""
    monkeypatch.setattr("outreach.kit.clock.now", lambda: now)
    with write():
        link.next_check_at = now
    assert jobs.check_due(now) == 1
    return look_queries.checks(link)[0]


def test_a_page_that_did_not_change_keeps_its_verdict(
    link: PlacedLink, blog: Blog, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = look(link, now=NOW, monkeypatch=monkeypatch)
    second = look(link, now=NOW + DAY, monkeypatch=monkeypatch)
    assert blog.asked() == [False, True]
    assert (second.status, second.presence, second.value) == (304, Presence.FOUND, Value.PASSES)
    assert (second.sentence, second.found, second.body_ref) == (first.sentence, first.found, first.body_ref)
    assert second.page["unchanged_since"] == NOW.isoformat()
    assert link.state is LinkState.LIVE


def test_a_server_without_304_is_spared_the_reading(
    link: PlacedLink, blog: Blog, monkeypatch: pytest.MonkeyPatch
) -> None:
    blog.etag = None
    look(link, now=NOW, monkeypatch=monkeypatch)
    second = look(link, now=NOW + DAY, monkeypatch=monkeypatch)
    assert (second.status, second.presence) == (200, Presence.FOUND)
    assert second.page["unchanged_since"] == NOW.isoformat()


def test_the_page_is_read_whole_once_a_week_whatever_the_server_says(
    link: PlacedLink, blog: Blog, monkeypatch: pytest.MonkeyPatch
) -> None:
    look(link, now=NOW, monkeypatch=monkeypatch)
    look(link, now=NOW + DAY, monkeypatch=monkeypatch)
    look(link, now=NOW + FULL_READ_EVERY, monkeypatch=monkeypatch)
    assert blog.asked() == [False, True, False]


def test_who_asks_for_a_look_gets_a_whole_one(
    link: PlacedLink, blog: Blog, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    look(link, now=NOW, monkeypatch=monkeypatch)
    actions.ask(world.ana, link.id, now=NOW + DAY)
    look(link, now=NOW + DAY, monkeypatch=monkeypatch)
    assert blog.asked() == [False, False]


def test_another_expectation_reads_the_page_again(
    link: PlacedLink, blog: Blog, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    look(link, now=NOW, monkeypatch=monkeypatch)
    actions.change(world.ana, link.id, Terms(link.page_url, link.target_url, rel="sponsored"), now=NOW)
    second = look(link, now=NOW + DAY, monkeypatch=monkeypatch)
    assert blog.asked() == [False, False]
    assert "REL_CHANGED" in second.codes


def test_better_rules_read_the_page_again(
    link: PlacedLink, blog: Blog, monkeypatch: pytest.MonkeyPatch
) -> None:
    look(link, now=NOW, monkeypatch=monkeypatch)
    monkeypatch.setattr("outreach.links.again.VERSION", "of tomorrow")
    look(link, now=NOW + DAY, monkeypatch=monkeypatch)
    assert blog.asked() == [False, False]


def test_another_header_reads_the_same_bytes_again(
    link: PlacedLink, blog: Blog, monkeypatch: pytest.MonkeyPatch
) -> None:
    blog.etag = None
    look(link, now=NOW, monkeypatch=monkeypatch)
    blog.more = {"x_robots_tag": "noindex"}
    second = look(link, now=NOW + DAY, monkeypatch=monkeypatch)
    assert "XROBOTS_NOINDEX" in second.codes or "META_NOINDEX" in second.codes


def test_another_robots_txt_reads_the_page_again(
    link: PlacedLink, blog: Blog, monkeypatch: pytest.MonkeyPatch
) -> None:
    look(link, now=NOW, monkeypatch=monkeypatch)
    blog.robots = "User-agent: *\nDisallow: /\n"
    monkeypatch.setattr("outreach.engines.fetch.shelf.KEPT_S", -1.0)
    second = look(link, now=NOW + DAY, monkeypatch=monkeypatch)
    assert blog.asked() == [False, True, False]
    assert "ROBOTS_BLOCKED" in second.codes


def test_a_miss_is_never_kept(link: PlacedLink, blog: Blog, monkeypatch: pytest.MonkeyPatch) -> None:
    look(link, now=NOW, monkeypatch=monkeypatch)
    blog.etag, found = '"2"', blog.routes["/post"]
    blog.routes["/post"] = answer(f"<title>Post</title><article><p>{WORDS}</article>", etag='"2"')
    look(link, now=NOW + DAY, monkeypatch=monkeypatch)
    assert link.state is LinkState.SUSPECT
    look(link, now=NOW + 2 * DAY, monkeypatch=monkeypatch)
    assert link.state is LinkState.LOST
    assert blog.asked() == [False, True, False]
    blog.routes["/post"] = found


def test_a_304_that_nobody_asked_for_says_nothing(
    link: PlacedLink, blog: Blog, monkeypatch: pytest.MonkeyPatch
) -> None:
    blog.status = 304
    seen = look(link, now=NOW, monkeypatch=monkeypatch)
    assert (seen.presence, link.state) == (Presence.UNREADABLE, LinkState.EXPECTED)


def test_a_wall_after_a_readable_page_is_not_taken_for_unchanged(
    link: PlacedLink, blog: Blog, monkeypatch: pytest.MonkeyPatch
) -> None:
    look(link, now=NOW, monkeypatch=monkeypatch)
    blog.status = 403
    second = look(link, now=NOW + DAY, monkeypatch=monkeypatch)
    assert (second.presence, link.state) == (Presence.UNREADABLE, LinkState.LIVE)
    blog.status = 200
    look(link, now=NOW + 2 * DAY, monkeypatch=monkeypatch)
    assert blog.asked() == [False, True, False], "after a wall the page is read whole"


def test_what_a_person_saw_since_is_not_undone_by_a_304(
    link: PlacedLink, blog: Blog, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    look(link, now=NOW, monkeypatch=monkeypatch)
    actions.look_myself(world.ana, link.id, "gone", "", now=NOW + DAY)
    look(link, now=NOW + 2 * DAY, monkeypatch=monkeypatch)
    assert blog.asked() == [False, False]


@pytest.mark.parametrize(
    ("target", "code"),
    [
        (answer("<h1>none", 404), "TARGET_BROKEN"),
        (answer("<h1>none", 410), "TARGET_BROKEN"),
        (answer(status=301, location="/elsewhere"), "TARGET_REDIRECTS"),
    ],
)
def test_a_target_that_is_not_well_is_told(
    link: PlacedLink, blog: Blog, target: bytes, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    blog.routes |= {"/guide": target, "/elsewhere": answer("<h1>here")}
    seen = look(link, now=NOW, monkeypatch=monkeypatch)
    assert code in seen.codes
    assert (link.presence, link.state) == (Presence.FOUND, LinkState.LIVE)


@pytest.mark.parametrize(
    "target",
    [
        answer("no", 403),
        answer("no", 503),
        answer("no", 429),
        b"nonsense\r\n\r\n",
        answer(status=301, location="/guide/"),
    ],
)
def test_a_target_that_cannot_be_read_or_only_tidies_its_address_says_nothing(
    link: PlacedLink, blog: Blog, target: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    blog.routes |= {"/guide": target, "/guide/": answer("<h1>here")}
    seen = look(link, now=NOW, monkeypatch=monkeypatch)
    assert not {"TARGET_BROKEN", "TARGET_REDIRECTS"} & set(seen.codes)


def test_a_target_is_asked_for_once_for_all_links_to_it(
    app: Flask, world: World, link: PlacedLink, blog: Blog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("outreach.kit.clock.now", lambda: NOW)
    blog.routes |= {f"/post/{n}": blog.routes["/post"] for n in range(3)}
    with write():
        for n in range(3):
            moves.place(
                world.seed, world.site, Terms(f"{link.page_url}/{n}", blog.target), by=world.ana, now=NOW
            )
    assert jobs.check_due(NOW) == 4
    assert blog.paths().count("/guide") == 1
    assert blog.paths().count("/robots.txt") == 1
