from datetime import UTC, datetime

import pytest

from outreach.page.headers import Headers
from outreach.page.indexing import Indexing
from outreach.page.reading import read

URL = "https://blog.example/post/"
NOW = datetime(2026, 5, 4, tzinfo=UTC)


def _said(head: str = "", *headers: tuple[str, str], body: str = "") -> Indexing:
    return read(
        f"<head>{head}</head><body>{body}<p>x".encode(),
        Headers([("content-type", "text/html"), *headers]),
        URL,
    ).indexing


@pytest.mark.parametrize(
    ("head", "noindex", "nofollow"),
    [
        ('<meta name="robots" content="noindex">', True, False),
        ('<META NAME="ROBOTS" CONTENT="NOINDEX,NOFOLLOW">', True, True),
        ('<meta name="robots" content="none">', True, True),
        ('<meta name="googlebot" content="noindex">', True, False),
        ('<meta name="otherbot" content="noindex">', False, False),
        ('<meta name="robots" content="index,follow"><meta name="googlebot" content="noindex">', True, False),
        ('<meta name="robots" content="noindex"><meta name="robots" content="index">', True, False),
        ('<meta name="robots" content="max-snippet:-1, max-image-preview:large">', False, False),
        ('<meta name="robots" content="noindex nofollow">', True, True),
        ('<meta property="robots" content="noindex">', False, False),
        ('<!-- <meta name="robots" content="noindex"> -->', False, False),
        ('<template><meta name="robots" content="noindex"></template>', False, False),
        ('<meta name="robots">', False, False),
        ("", False, False),
    ],
)
def test_meta_robots_is_read_with_the_most_restrictive_winning(
    head: str, noindex: bool, nofollow: bool
) -> None:
    said = _said(head)
    assert (said.noindex, said.nofollow) == (noindex, nofollow)


@pytest.mark.parametrize(
    ("line", "noindex", "nofollow"),
    [
        ("noindex", True, False),
        ("NONE", True, True),
        ("noarchive, nofollow", False, True),
        ("googlebot: noindex, nofollow", True, True),
        ("otherbot: noindex", False, False),
        ("otherbot: noindex, googlebot: nofollow", False, True),
        ("max-snippet:-1, noindex", True, False),
        ("unavailable_after: Wed, 25 Jun 2025 15:00:00 PST, noindex", True, False),
        ("", False, False),
    ],
)
def test_the_header_may_name_its_agent(line: str, noindex: bool, nofollow: bool) -> None:
    said = _said("", ("X-Robots-Tag", line))
    assert (said.noindex, said.nofollow) == (noindex, nofollow)


def test_a_header_that_comes_twice_is_read_twice() -> None:
    assert _said("", ("X-Robots-Tag", "noarchive"), ("X-Robots-Tag", "noindex")).header_noindex


@pytest.mark.parametrize(
    ("text", "expired"),
    [
        ("unavailable_after: 2025-01-01", True),
        ("unavailable_after: 2025-01-01T10:00:00+02:00", True),
        ("unavailable_after: 25 Jun 2025 15:00:00 PST", True),
        ("unavailable_after: Wednesday, 25-Jun-25 15:00:00 EST", True),
        ("unavailable_after: 2027-01-01", False),
        ("unavailable_after: soon", False),
    ],
)
def test_a_page_may_ask_to_be_forgotten_after_a_day(text: str, expired: bool) -> None:
    assert _said(f'<meta name="robots" content="{text}">').expired(NOW) is expired
    assert _said("", ("X-Robots-Tag", text)).expired(NOW) is expired


@pytest.mark.parametrize(
    ("head", "headers", "canonical"),
    [
        ('<link rel="canonical" href="/other">', [], "https://blog.example/other"),
        ('<link rel="alternate CANONICAL" href="https://c.example/">', [], "https://c.example/"),
        ('<base href="https://d.example/y/"><link rel=canonical href="z">', [], "https://d.example/y/z"),
        ("", [("Link", '<https://c.example/a>; rel="canonical"')], "https://c.example/a"),
        ("", [("Link", '</a>; rel=preload, </b>; rel="canonical"')], "https://blog.example/b"),
        ("", [("Link", '</a>; rel="next"')], None),
        ('<link rel="canonical" href="">', [], None),
        ('<link rel="canonical">', [], None),
        ('<link rel="canonical" href="/a">', [("Link", '</b>; rel="canonical"')], "https://blog.example/a"),
    ],
)
def test_the_canonical_address_is_found(
    head: str, headers: list[tuple[str, str]], canonical: str | None
) -> None:
    assert _said(head, *headers).canonical == canonical


def test_a_canonical_in_the_body_is_ignored() -> None:
    assert _said("", body='<div><link rel="canonical" href="/other"></div>').canonical is None


@pytest.mark.parametrize("href", ["mailto:ana@blog.example", "javascript:void(0)", "https://["])
def test_a_canonical_that_is_no_page_says_nothing(href: str) -> None:
    assert _said(f'<link rel="canonical" href="{href}">').canonical is None


def test_a_title_in_a_link_header_is_no_link_of_its_own() -> None:
    line = '<https://blog.example/a,b>; rel="prev"; title="see <x>; rel=canonical"'
    assert _said("", ("link", line)).canonical is None
    assert (
        _said("", ("link", line + ', </c>; title="a, b"; rel=canonical')).canonical
        == "https://blog.example/c"
    )
