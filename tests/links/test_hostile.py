"""Hostile answers through the whole engine: each ends with a clear word, and the pages beside it are read."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

import pytest

from outreach import settings
from outreach.engines.fetch.limits import Limits
from outreach.links import looking
from outreach.links.looking import Wanted, look_at, tools_for
from outreach.links.looks import Look
from outreach.links.target import Target
from outreach.links.verdict import Promise
from outreach.settings import Settings
from tests.servers import hostile
from tests.servers.pages import Canary, PageServer, answer

NOW = datetime(2026, 11, 25, tzinfo=UTC)
GUIDE = "https://acme.example/guide"
LINK = f'<a href="{GUIDE}">acme</a>'
SHORT = Limits(total_s=6, connect_s=2, slow_for_s=2)

EXPECTED = {
    "endless": "too_complex", "50MB": "too_complex", "links=1000000": "too_complex", "endless headers": "connection_error",
    "cookies": "connection_error", "headers=10000": "connection_error", "href2MB": "ok", "gzip_bomb": "too_complex",
    "gzip_bomb_twice": "too_complex", "deflate_bomb": "too_complex", "br_bomb": "too_complex", "nested": "too_complex", "nested formatting": "too_complex",
    "nested tables": "too_complex", "attributes=100000": "too_complex", "style": "ok", "style :has": "ok", "title": "soft_404", "frames": "ok", "refresh": "ok",
    "http09": "connection_error", "1xx": "ok", "cl_short": "empty", "cl_long": "connection_error", "chunks": "connection_error",
    "status": "blocked", "status -1": "connection_error", "status 000": "connection_error", "nothing": "connection_error",
    "rubbish": "connection_error", "gzip_rubbish": "connection_error", "nul": "ok", "hang": "timeout", "drip=1/5s": "timeout",
    "drip headers": "timeout", "badcharset": "ok", "utf7": "ok", "ct_lie": "not_html", "svg_xxe": "not_html", "billion laughs": "ok",
}  # fmt: skip


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Look]]:
    """All of them looked at at the same time, with good pages between them."""
    with PageServer() as server, pytest.MonkeyPatch.context() as patch:
        patch.setattr(looking, "PAUSE_S", 0.0)
        server.routes |= {path(name): made for name, made in hostile.answers(LINK).items()}
        server.routes |= {f"/good/{n}": answer(f"<title>Good</title><p>{LINK}") for n in range(10)}
        server.routes["/hang"] = hostile.answers(LINK)["hang"]
        config = config_for(server, tmp_path_factory.mktemp("hostile"))
        tools_for(config).fetcher.reach["limits"] = SHORT
        for coding in ("br", "deflate", "gzip", "gzip, gzip"):
            hostile.packed(coding)
        paths = [path(name) for name in hostile.answers(LINK)] + [f"/good/{n}" for n in range(10)]
        wanted = [wanted_on(n, f"http://h{n}.example:{server.port}{where}") for n, where in enumerate(paths)]
        looks = dict(look_at(wanted, config, now=NOW))
        yield {where: looks[n] for n, where in enumerate(paths)}
        tools_for(config).close()


def path(name: str) -> str:
    return "/" + quote(name, safe="")


def config_for(server: PageServer, folder: Path) -> Settings:
    return settings.load(
        folder,
        fetch_allow_endpoints=[f"127.0.0.1:{server.port}"],
        fetch_resolve=[f"*:{server.port}:127.0.0.1"],
    )


def wanted_on(key: int, url: str) -> Wanted:
    return Wanted(key, url, Target.url(GUIDE), Promise())


@pytest.mark.parametrize("name", EXPECTED)
def test_a_hostile_answer_ends_with_a_clear_word(seen: dict[str, Look], name: str) -> None:
    look = seen[path(name)]
    assert look.page_state == EXPECTED[name], look.sentence
    assert look.sentence.endswith((".", ")"))
    if look.page_state not in ("ok", "soft_404"):
        assert look.presence == "unreadable", "an answer that cannot be read is no miss"


def test_every_hostile_answer_has_its_expectation() -> None:
    assert set(EXPECTED) == set(hostile.answers(LINK))


def test_the_good_pages_beside_them_are_read(seen: dict[str, Look]) -> None:
    assert {seen[f"/good/{n}"].presence for n in range(10)} == {"found"}


@pytest.mark.parametrize(
    "markup",
    [
        "<meta http-equiv=refresh content='0;url=http://127.0.0.1:{canary}/'>",
        "<iframe src='http://127.0.0.1:{canary}/'></iframe>",
        "<a href='http://127.0.0.1:{canary}/out?url=https%3A%2F%2Facme.example%2Fguide'>x</a>",
        "<a href='http://0x7f.1:{canary}/go/partner'>x</a>",
        "<link rel=canonical href='http://127.0.0.1:{canary}/'>",
        "<base href='http://127.0.0.1:{canary}/'><a href='/out?url=https%3A%2F%2Facme.example%2Fguide'>x</a>",
        "<object data='http://[::ffff:127.0.0.1]:{canary}/'></object><embed src='//localhost:{canary}/'>",
    ],
)
def test_nothing_that_a_page_names_leads_into_our_network(
    pages: PageServer, canary: Canary, tmp_path: Path, markup: str
) -> None:
    pages.routes["/"] = answer("<title>A page</title><p>Some words. " + markup.format(canary=canary.port))
    config = settings.load(tmp_path, fetch_allow_endpoints=[f"127.0.0.1:{pages.port}"])
    list(look_at([wanted_on(1, pages.url())], config, now=NOW))
    tools_for(config).close()
    assert canary.seen == 0


def test_a_target_in_our_network_is_not_opened(pages: PageServer, canary: Canary, tmp_path: Path) -> None:
    target = f"http://127.0.0.1:{canary.port}/guide"
    pages.routes["/"] = answer(f'<title>A page</title><p>See <a href="{target}">this</a>')
    config = settings.load(tmp_path, fetch_allow_endpoints=[f"127.0.0.1:{pages.port}"])
    ((_, look),) = look_at([Wanted(1, pages.url(), Target.url(target), Promise())], config, now=NOW)
    tools_for(config).close()
    assert (look.presence, canary.seen) == ("found", 0)
    assert "TARGET_BROKEN" not in look.codes
