"""A quick look at all addresses of a page must come to the same as opening each one."""

from html import escape

import pytest

from outreach.links.target import Target
from outreach.page import redirector
from outreach.page.headers import Headers
from outreach.page.reading import Page, quick_host, read

HTML = Headers([("content-type", "text/html; charset=utf-8")])
URL = "https://blog.example/2026/post?id=3"
HREFS = [
    "https://acme.example/x", "https://acme.example/x?utm_source=a", "http://www.acme.example/x/", "HTTPS://ACME.EXAMPLE/x",
    "https://acme.example:443/x", "https://acme.example./x", "https://user@acme.example/x", "https://acme.example\\x", "https:acme.example/x",
    " https://acme.example/x\n", "https://ac\nme.example/x", "https://ac\tme.example/x", "//acme.example/x", "\\\\acme.example/x",
    "/\\acme.example/x", "/\n/acme.example/x", "https://notacme.example/x", "https://acme.example.evil.example/x", "https://blog.example/",
    "https://%61cme.example/x", "https://b\u00fccher.example/", "https://xn--bcher-kva.example/", "http://127.0.0.1/x", "http://2130706433/x",
    "http://[::1]/x", "https://acme.example?a=1#b", "https://acme.example#x y", "https://other.example/?next=/x", "https://other.example",
    "/", "/x", "//", "///acme.example/x", "#", "#top", "?page=2", "", "x", "../x", "x:y", "mailto:a@acme.example", "MAILTO:a@acme.example",
    "tel:1", "javascript:void(0)", "JavaScript://acme.example/x", "data:text/html,x", "ftp://acme.example/x", "https://", "https:///acme.example/x",
    "/out?url=https%3A%2F%2Facme.example%2Fx", "/go/acme", "/GO.php/acme", "/r\u0435direct/x", "/Redirect/x", "/path/to/page", "/to", "/to?x",
    "https://bit.ly/abc", "https://www.bit.ly/abc", "https://out.example/aHR0cHM6Ly9hY21lLmV4YW1wbGUveA==",
    "https://out.example/https://acme.example/x", "/out/https:/acme.example/x", "/lin\u212a/x", "https://a.example/caf\u00e9?u=acme.example",
]  # fmt: skip
BASES = ["", "/deep/er/", "https://acme.example/sub/", "/go/to/?a=b", "https://blog.example//x//"]


def page_with(hrefs: list[str], base: str = "") -> Page:
    body = "".join(f'<p><a href="{escape(href)}">x</a>' for href in hrefs)
    more = '<map><area href="https://acme.example/area"></map>' if len(hrefs) > 5 else ""
    return read(f'<base href="{base}">{body}{more}'.encode(), HTML, URL)


@pytest.mark.parametrize("base", BASES)
def test_a_quick_look_comes_to_the_same_as_opening_each_address(base: str) -> None:
    for hrefs in (HREFS, HREFS[::-1] + HREFS, *([href] for href in HREFS)):
        same(page_with(hrefs, base), page_with(hrefs, base))


def same(page: Page, whole: Page) -> None:
    for target in (
        Target.url("https://acme.example/x"),
        Target.domain("acme.example"),
        Target.domain("blog.example"),
    ):
        hits = [(one.href, one.url) for one in page.hits(target.host, target.matches)]
        assert hits == [(one.href, one.url) for one in whole.anchors if target.matches(one.url)]
    hosts = [quick_host(one.url).removeprefix("www.") for one in whole.anchors]
    assert page.outbound == sum(host not in ("", "blog.example") for host in hosts)


@pytest.mark.parametrize("base", BASES)
def test_no_address_that_may_lead_elsewhere_is_overlooked(base: str) -> None:
    for hrefs in (HREFS, *([href] for href in HREFS)):
        none_overlooked(page_with(hrefs, base), page_with(hrefs, base))


def none_overlooked(page: Page, whole: Page) -> None:
    hidden = {one.url for one in page.shortened if redirector.may_hide_target(one.url)}
    assert hidden >= {
        one.url
        for one in whole.anchors
        if redirector.may_hide_target(one.url)
        and (redirector.may_redirect(one.href) or redirector.is_short(quick_host(one.url)))
    }
    carrying = {one.url for one in page.carrying("acme.example")}
    for one in whole.anchors:
        inner = (
            list(redirector.carried(one.url)) if {"%", "="} & set(one.url) or one.url.count("//") > 1 else []
        )
        if redirector.is_redirector(one.url) and any("acme.example" in address for address in inner):
            assert one.url in carrying
