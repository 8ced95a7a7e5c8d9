import pytest

from outreach.engines.fetch.robots import allowed, verdict_of

PAGE = "https://blog.example/private/post?id=1"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("", True),
        ("User-agent: *\nDisallow: /", False),
        ("User-agent: *\nDisallow:", True),
        ("User-agent: *\nDisallow: /private/", False),
        ("User-agent: *\nDisallow: /Private/", True),
        ("User-agent: *\nDisallow: /private/\nAllow: /private/post", True),
        ("User-agent: *\nDisallow: /*?id=", False),
        ("User-agent: *\nDisallow: /private/post$", True),
        ("User-agent: otherbot\nDisallow: /", True),
        ("User-agent: *\nDisallow: /\n\nUser-agent: Googlebot\nAllow: /", True),
        ("User-agent: Googlebot\nUser-agent: otherbot\nDisallow: /private", False),
        ("User-agent: Googlebot\nCrawl-delay: 5\nDisallow: /private", False),
        ("User-agent: Googlebot-News\nDisallow: /", True),
        ("User-agent: bot\nDisallow: /", True),
        ("User-agent: goo\nDisallow: /", True),
        ("User-agent: *\r\nDisallow: /private # all of it\r\n", False),
        ("\ufeffUser-agent: *\nDisallow: /private", False),
        ("<html><body>not found</body></html>", True),
        ("User-agent Googlebot\nDisallow /private", False),
        ("useragent: googlebot\ndissallow: /private", False),
        ("Disallow: /", True),
        ("User-agent: *\nDisallow: /private/*\nAllow: /private/post?id=1", True),
    ],
)
def test_robots_is_read_as_google_reads_it(body: str, expected: bool) -> None:
    assert allowed(body.encode(), "Googlebot", PAGE) is expected


def test_robots_txt_itself_may_always_be_read() -> None:
    assert allowed(b"User-agent: *\nDisallow: /", "Googlebot", "https://blog.example/robots.txt")


@pytest.mark.parametrize(
    ("status", "expected"),
    [(200, False), (404, True), (403, True), (410, True), (429, False), (503, False), (0, False)],
)
def test_the_status_of_robots_txt_decides_before_its_text(status: int, expected: bool) -> None:
    body = verdict_of(status, b"User-agent: *\nDisallow: /")
    assert allowed(body, "Googlebot", PAGE) is expected
