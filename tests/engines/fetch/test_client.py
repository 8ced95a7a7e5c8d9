import gzip
import itertools
import json
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import brotli
import pytest

from outreach.engines.fetch.answer import Fault, Fetched, Known, retry_after
from outreach.engines.fetch.client import Job, fetch, fetch_many
from outreach.engines.fetch.guard import Guard
from outreach.engines.fetch.limits import Limits
from tests.servers.certificates import Authority
from tests.servers.pages import Canary, PageServer, Request, answer

LOOPBACK = Guard(allow_networks=["127.0.0.0/8"])
SHORT = Limits(total_s=2, connect_s=1, slow_for_s=1)


def _guard(server: PageServer) -> Guard:
    return Guard(allow_endpoints=[("127.0.0.1", server.port)])


def _get(server: PageServer, path: str = "/", limits: Limits | None = None) -> Fetched:
    return fetch(server.url(path), guard=_guard(server), limits=limits)


def test_a_page_comes_with_status_headers_and_body(pages: PageServer) -> None:
    pages.routes["/"] = answer("<p>hello", x_robots_tag="noindex")
    got = _get(pages)
    assert (got.status, got.body, got.fault) == (200, b"<p>hello", None)
    assert got.headers.get("X-Robots-Tag") == "noindex"
    assert [hop.url for hop in got.hops] == [pages.url("/")]


def test_who_we_are_stands_in_each_request(pages: PageServer) -> None:
    pages.routes["/"] = answer("x")
    fetch(pages.url(), guard=_guard(pages), agent="Outreach/1 (+https://team.example/bot)")
    assert pages.requests[0].headers["user-agent"] == "outreach/1 (+https://team.example/bot)"
    assert pages.requests[0].headers["accept-encoding"] == "gzip"


def test_each_hop_of_a_redirect_is_listed(pages: PageServer) -> None:
    pages.routes |= {
        "/a": answer(status=301, location="/b"),
        "/b": answer(status=307, location=pages.url("/c")),
        "/c": answer("<p>end"),
    }
    got = _get(pages, "/a")
    assert [(hop.url.rpartition("/")[2], hop.status) for hop in got.hops] == [
        ("a", 301),
        ("b", 307),
        ("c", 200),
    ]
    assert got.final_url == pages.url("/c")


def test_a_circle_of_redirects_is_called_one(pages: PageServer) -> None:
    pages.routes |= {"/a": answer(status=302, location="/b"), "/b": answer(status=302, location="/a")}
    assert _get(pages, "/a").fault is Fault.REDIRECT_LOOP


def test_a_page_that_redirects_to_itself_to_set_a_cookie_is_read(pages: PageServer) -> None:
    def once(request: Request) -> bytes:
        if "seen=1" in request.headers.get("cookie", ""):
            return answer("<p>in")
        return answer(status=302, location="/", set_cookie="seen=1")

    pages.routes["/"] = once
    assert _get(pages).body == b"<p>in"


def test_more_than_ten_redirects_are_too_many(pages: PageServer) -> None:
    pages.routes |= {f"/{n}": answer(status=302, location=f"/{n + 1}") for n in range(20)}
    got = _get(pages, "/0")
    assert got.fault is Fault.TOO_MANY_REDIRECTS
    assert len(pages.requests) == 11


def test_a_known_page_is_asked_for_only_if_it_changed(pages: PageServer) -> None:
    pages.routes["/"] = lambda r: (
        answer(status=304) if r.headers.get("if-none-match") == '"v1"' else answer("x", etag='"v1"')
    )
    known = Known(pages.url(), etag='"v1"')
    assert fetch(pages.url(), guard=_guard(pages), known=known).status == 304
    assert (
        fetch(pages.url(), guard=_guard(pages), known=Known("http://other.example/", etag='"v1"')).status
        == 200
    )


def test_a_non_ascii_location_is_read_as_utf8(pages: PageServer) -> None:
    pages.routes |= {"/a": answer(status=302, location="/café"), "/caf%C3%A9": answer("<p>cup")}
    assert _get(pages, "/a").body == b"<p>cup"


def test_a_name_can_be_given_an_address(pages: PageServer) -> None:
    pages.routes["/"] = answer("<p>x")
    entry = f"blog.example:{pages.port}:127.0.0.1"
    assert fetch(f"http://blog.example:{pages.port}/", guard=LOOPBACK, resolve=[entry]).status == 200


def test_an_unknown_name_is_a_dns_error() -> None:
    assert fetch("http://nobody.invalid/", guard=Guard()).fault is Fault.DNS_ERROR


def test_nobody_at_home_is_a_connection_error() -> None:
    assert fetch("http://127.0.0.1:1/", guard=LOOPBACK).fault is Fault.CONNECTION_ERROR


# --- the guard, through the real client


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize(
    "place",
    [
        "http://127.0.0.1:{canary}/",
        "//127.0.0.1:{canary}/",
        "http://[::ffff:127.0.0.1]:{canary}/",
        "http://2130706433:{canary}/",
        "http://0x7f.1:{canary}/",
        "http://127。0。0。1:{canary}/",
        "http://rebind.example:{canary}/",
        "gopher://127.0.0.1:{canary}/_x",
        "file:///etc/passwd",
        "http://169.254.169.254/latest/meta-data/",
        "http://user:pw@127.0.0.1:{canary}/",
    ],
)
def test_no_redirect_leads_into_our_own_network(
    pages: PageServer, canary: Canary, status: int, place: str
) -> None:
    pages.routes["/"] = answer(status=status, location=place.format(canary=canary.port))
    rebind = [f"rebind.example:{canary.port}:127.0.0.1"]
    got = fetch(pages.url(), guard=_guard(pages), resolve=rebind, limits=SHORT)
    assert got.fault is Fault.REFUSED
    assert got.refused_reason
    assert canary.seen == 0


@pytest.mark.parametrize(
    "address", ["127.0.0.1", "[::1]", "10.0.0.5", "169.254.169.254", "100.64.0.1", "0.0.0.0", "[::ffff:127.0.0.1]", "10.0.0.5,127.0.0.1", "[64:ff9b::7f00:1]"]
)  # fmt: skip
def test_a_name_that_resolves_into_our_network_opens_no_socket(canary: Canary, address: str) -> None:
    guard = Guard(allow_networks=["198.51.100.0/24"])  # so that only the socket's own check can stop it
    entry = f"rebind.example:{canary.port}:{address}"
    got = fetch(f"http://rebind.example:{canary.port}/", guard=guard, resolve=[entry], limits=SHORT)
    assert (got.fault, canary.seen) == (Fault.REFUSED, 0)


def test_a_name_that_answers_differently_the_second_time_gains_nothing(
    pages: PageServer, canary: Canary
) -> None:
    pages.routes["/"] = answer(status=302, location=f"http://twice.example:{canary.port}/")
    guard = _guard(pages)
    first = [f"twice.example:{pages.port}:127.0.0.1", f"twice.example:{canary.port}:127.0.0.1"]
    got = fetch(f"http://twice.example:{pages.port}/", guard=guard, resolve=first, limits=SHORT)
    assert [hop.status for hop in got.hops] == [302]
    assert (got.fault, canary.seen) == (Fault.REFUSED, 0)


def test_the_attacks_open_no_socket_through_the_real_client(canary: Canary) -> None:
    attacks = [
        json.loads(line) for line in (Path(__file__).parent / "attacks.jsonl").read_text().splitlines()
    ]
    for attack in attacks:
        if attack["verdict"] == "blocked":
            assert fetch(attack["url"], guard=Guard(), limits=SHORT).fault is Fault.REFUSED, attack
    for host in ("127.0.0.1", "localhost", "0.0.0.0", "[::1]", "127.1", "0177.0.0.1"):
        assert fetch(f"http://{host}:{canary.port}/", guard=Guard(), limits=SHORT).fault is Fault.REFUSED
    assert canary.seen == 0


def test_no_proxy_from_the_environment_is_used(
    pages: PageServer, canary: Canary, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{canary.port}")
    pages.routes["/"] = answer("<p>x")
    assert _get(pages).status == 200
    assert canary.seen == 0


# --- hostile answers


def _endless(
    piece: bytes, head: bytes = b"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\n\r\n"
) -> Iterator[bytes]:
    yield head
    yield from itertools.repeat(piece)


def _drip(head: bytes, pause: float) -> Iterator[bytes]:
    yield head
    for _ in range(60):
        time.sleep(pause)
        yield b"x"


HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\n"


def test_an_endless_body_is_cut_at_the_cap(pages: PageServer) -> None:
    pages.routes["/"] = lambda _: _endless(b"<p>more" * 10_000)
    got = _get(pages, limits=Limits(wire_bytes=1_000_000))
    assert (got.status, got.cut) == (200, True)
    assert 1_000_000 <= len(got.body) < 1_300_000


def test_endless_headers_end_the_fetch(pages: PageServer) -> None:
    pages.routes["/"] = lambda _: _endless(b"set-cookie: a=" + b"x" * 4_000 + b"\r\n", b"HTTP/1.1 200 OK\r\n")
    got = _get(pages, limits=SHORT)
    assert got.fault is Fault.CONNECTION_ERROR
    assert got.wire_bytes < 100_000


@pytest.mark.parametrize("coding", ["gzip", "br"])
def test_a_bomb_gives_no_more_than_the_cap(pages: PageServer, coding: str) -> None:
    plain = b"<p>" + bytes(30_000_000)
    pages.routes["/"] = answer(
        gzip.compress(plain) if coding == "gzip" else brotli.compress(plain, quality=1),
        content_encoding=coding,
    )
    got = _get(pages)
    assert (len(got.body), got.cut) == (5 * 1024 * 1024, True)


@pytest.mark.parametrize(
    "served",
    [
        lambda _: _drip(HEAD + b"content-length: 900\r\n\r\n", 0.3),
        lambda _: _drip(b"HTTP/1.1 200 OK\r\nx: ", 0.3),
        lambda _: _drip(b"", 5),
    ],
    ids=["body by drops", "headers by drops", "no answer"],
)
def test_what_comes_too_slowly_is_a_time_out(pages: PageServer, served: object) -> None:
    pages.routes["/"] = served  # type: ignore[assignment]
    began = time.monotonic()
    assert _get(pages, limits=SHORT).fault is Fault.TIMEOUT
    assert time.monotonic() - began < 5


@pytest.mark.parametrize(
    ("raw", "fault", "status"),
    [
        (b"<html>HTTP/0.9 has no head</html>", Fault.CONNECTION_ERROR, 0),
        (HEAD + b"content-length: 999\r\n\r\nshort", Fault.CONNECTION_ERROR, 0),
        (HEAD + b"content-length: 4\r\n\r\nlonger than it says", None, 200),
        (b"", Fault.CONNECTION_ERROR, 0),
        (b"HTTP/1.1 999 Denied\r\ncontent-length: 0\r\n\r\n", None, 999),
        (b"HTTP/1.1 000 Nothing\r\ncontent-length: 0\r\n\r\n", Fault.CONNECTION_ERROR, 0),
        (b"HTTP/1.1 -1 Nothing\r\ncontent-length: 0\r\n\r\n", Fault.CONNECTION_ERROR, 0),
        (
            b"HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n" * 300 + HEAD + b"content-length: 2\r\n\r\nok",
            None,
            200,
        ),
        (
            HEAD + b"content-encoding: gzip\r\ncontent-length: 9\r\n\r\n\x1f\x8brubbish",
            Fault.CONNECTION_ERROR,
            0,
        ),
        (
            b"HTTP/1.1 302 Found\r\nlocation: http://[\r\ncontent-length: 0\r\n\r\n",
            Fault.CONNECTION_ERROR,
            302,
        ),
        (b"HTTP/1.1 302 Found\r\ncontent-length: 0\r\n\r\n", None, 302),
    ],
)
def test_a_broken_answer_ends_with_a_clear_word(
    pages: PageServer, raw: bytes, fault: Fault | None, status: int
) -> None:
    pages.routes["/"] = lambda _: [raw]
    got = _get(pages, limits=SHORT)
    assert got.fault is fault
    if fault is None:
        assert got.status == status
    else:
        assert got.fault_detail.endswith(".")


# --- certificates


@pytest.mark.parametrize(
    ("names", "lasts", "trusted", "says"),
    [
        (("127.0.0.1",), timedelta(days=1), True, None),
        (("127.0.0.1",), timedelta(days=-1), True, "has expired"),
        (("other.example",), timedelta(days=1), True, "for another host"),
        (("127.0.0.1",), timedelta(days=1), False, "Nobody we trust"),
    ],
)
def test_a_certificate_must_hold(
    authority: Authority, names: tuple[str, ...], lasts: timedelta, trusted: bool, says: str | None
) -> None:
    with PageServer({"/": answer("<p>safe")}, cert=authority.issue(*names, lasts=lasts)) as server:
        cafile = str(authority.cafile) if trusted else None
        got = fetch(server.url(), guard=_guard(server), ca_file=cafile, limits=SHORT)
    if says is None:
        assert got.body == b"<p>safe"
    else:
        assert got.fault is Fault.TLS_ERROR
        assert says in got.fault_detail


def test_a_handshake_that_never_ends_is_a_time_out(pages: PageServer) -> None:
    got = fetch(pages.url().replace("http:", "https:"), guard=_guard(pages), limits=SHORT)
    assert got.fault in (Fault.TIMEOUT, Fault.TLS_ERROR, Fault.CONNECTION_ERROR)


# --- many at once


def test_one_hostile_page_does_not_hold_up_the_others(pages: PageServer) -> None:
    pages.routes |= {f"/{n}": answer(f"<p>{n}") for n in range(30)}
    pages.routes["/hang"] = lambda _: _drip(b"", 5)
    pages.routes["/bomb"] = answer(gzip.compress(bytes(20_000_000)), content_encoding="gzip")
    jobs = [Job(pages.url(path)) for path in ["/hang", "/bomb", *[f"/{n}" for n in range(30)]]]
    order = [
        (job.url.rpartition("/")[2], got)
        for job, got in fetch_many(jobs, guard=LOOPBACK, parallel=4, limits=SHORT)
    ]
    assert order[-1][0] == "hang"
    assert order[-1][1].fault is Fault.TIMEOUT
    assert sum(got.status == 200 for _, got in order) == 31


def test_jobs_are_taken_only_as_fast_as_they_can_be_served(pages: PageServer) -> None:
    pages.routes["/"] = answer("<p>x")
    taken = 0

    def source() -> Iterator[Job]:
        nonlocal taken
        for _ in range(500):
            taken += 1
            yield Job(pages.url())

    stream = fetch_many(source(), guard=LOOPBACK, parallel=4)
    next(stream)
    assert taken < 60
    assert len(list(stream)) == 499


def test_retry_after_is_seconds_or_a_date() -> None:
    assert retry_after("120") == 120
    assert retry_after("Wed, 25 Nov 2026 12:00:00 GMT", now=1_795_608_000 - 60) == 60
    assert retry_after("Wed, 25 Nov 2020 12:00:00 GMT", now=1_795_608_000) == 0
    assert retry_after("soon") is None
    assert retry_after("") is None
    assert retry_after("999999999") == 30 * 86_400
