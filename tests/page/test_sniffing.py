import pytest

from outreach.page.headers import Headers
from outreach.page.sniffing import is_bomb, is_html, is_too_complex


@pytest.mark.parametrize(
    ("content_type", "body", "expected"),
    [
        ("text/html", b"x", True),
        ("text/html", b"%PDF-1.7", False),
        ("application/xhtml+xml", b"x", True),
        ("text/plain", b"<html>", False),
        ("image/png", b"<html>", False),
        ("application/pdf", b"%PDF", False),
        ("application/json", b"{}", False),
        ("", b"<!doctype html><p>", True),
        ("", b"%PDF-1.7", False),
        ("", b"\x00\x01\x02", False),
        ("nonsense", b"<p>x", True),
        ("application/xml", b'<html xmlns="http://www.w3.org/1999/xhtml">', True),
        ("application/xml", b"<rss>", False),
    ],
)
def test_a_page_is_what_a_browser_shows_as_one(content_type: str, body: bytes, expected: bool) -> None:
    assert is_html(Headers([("content-type", content_type)]), body) is expected


def test_what_would_take_a_parser_too_much_memory_is_too_complex() -> None:
    assert is_too_complex(b"<i>" * 140_001)
    assert is_too_complex(b"<p " + b" a=1" * 75_001 + b">")
    assert is_too_complex(bytes(300_001), "text/html")
    assert not is_too_complex(b"<i>x" * 1_000)
    assert not is_too_complex(
        b"<p>x<script>" + b"a=1;" * 100_000 + b"</script><SCRIPT>" + b"b=2;" * 100_000 + b"</SCRIPT>"
    )
    assert not is_too_complex(("<p>x</p>" * 50_000).encode("utf-16-le"), "text/html; charset=UTF-16LE")
    assert not is_too_complex(("<p>x</p>" * 50_000).encode("utf-16"))


def test_a_bomb_is_told_by_how_it_swelled() -> None:
    assert is_bomb(5_000, bytes(5_000_000), is_cut=True)
    assert not is_bomb(5_000, bytes(490_000), is_cut=True)
    assert not is_bomb(5_000, bytes(5_000_000), is_cut=False)
    assert not is_bomb(0, bytes(5_000_000), is_cut=True), "a recorded answer does not say what it weighed"
