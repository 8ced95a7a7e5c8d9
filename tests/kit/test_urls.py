import contextlib
from itertools import product

import pytest
from ada_url import URL
from hypothesis import given
from hypothesis import strategies as st

from outreach.kit.urls import (
    BadAddress,
    host_of,
    is_on_host,
    normalise,
    same_address,
    show_host,
    site_key,
    tidy,
)

KEYS = [
    ("https://www.example.com/blog/post", "example.com"),
    ("http://example.com", "example.com"),
    ("example.com", "example.com"),
    ("EXAMPLE.COM", "example.com"),
    ("example.com.", "example.com"),
    ("https://example.com:8443/x", "example.com"),
    ("//example.com/x", "example.com"),
    ("news.example.com", "example.com"),
    ("a.b.c.example.com", "example.com"),
    ("https://www.shop.example.co.uk/", "example.co.uk"),
    ("example.co.uk", "example.co.uk"),
    ("blog.example.com.au", "example.com.au"),
    ("www.gov.uk", "gov.uk"),
    ("ana.blogspot.com", "ana.blogspot.com"),
    ("http://www.ana.blogspot.com/2024/", "ana.blogspot.com"),
    ("ana.blogspot.co.uk", "ana.blogspot.co.uk"),
    ("ana.blogspot.de", "ana.blogspot.de"),
    ("blogspot.com", "blogspot.com"),
    ("ana.wordpress.com", "ana.wordpress.com"),
    ("https://ana.wordpress.com/2024/05/01/x", "ana.wordpress.com"),
    ("wordpress.com", "wordpress.com"),
    ("ana.substack.com", "ana.substack.com"),
    ("https://substack.com/@ana/note/1", "substack.com/@ana"),
    ("ana.github.io", "ana.github.io"),
    ("https://ana.github.io/project/", "ana.github.io"),
    ("pages.ana.github.io", "ana.github.io"),
    ("ana.tumblr.com", "ana.tumblr.com"),
    ("ana.medium.com", "ana.medium.com"),
    ("https://medium.com/@Ana/a-post-1", "medium.com/@ana"),
    ("https://www.medium.com/@ana", "medium.com/@ana"),
    ("https://medium.com/about", "medium.com"),
    ("https://sites.google.com/view/ana/home", "sites.google.com/view/ana"),
    ("https://www.youtube.com/@ana/videos", "youtube.com/@ana"),
    ("https://docs.google.com/x", "google.com"),
    ("bücher.de", "xn--bcher-kva.de"),
    ("xn--bcher-kva.de", "xn--bcher-kva.de"),
    ("news.BÜCHER.de", "xn--bcher-kva.de"),
    ("новости.пример.рф", "xn--e1afmkfd.xn--p1ai"),
    ("blog.maple.example", "maple.example"),
    ("192.0.2.7:8080", "192.0.2.7"),
    ("http://[2001:db8::1]:80/", "[2001:db8::1]"),
    ("localhost:5000", "localhost"),
    ("city.kawasaki.jp", "city.kawasaki.jp"),
    ("ana.netlify.app", "ana.netlify.app"),
]

SAME = [
    ("http://a.example/x", "https://a.example/x"),
    ("https://www.a.example/x", "https://a.example/x"),
    ("https://a.example:443/x", "https://a.example/x"),
    ("http://a.example:80/x", "https://a.example/x"),
    ("https://a.example/x#top", "https://a.example/x"),
    ("https://a.example/x/", "https://a.example/x"),
    ("https://a.example/", "https://a.example"),
    ("HTTPS://A.Example/x", "https://a.example/x"),
    ("https://bücher.example/x", "https://xn--bcher-kva.example/x"),
    ("https://a.example/%7Eana", "https://a.example/~ana"),
    ("https://a.example/%70ath", "https://a.example/path"),
    ("https://a.example/caf%c3%a9", "https://a.example/caf%C3%A9"),
    ("https://a.example/café", "https://a.example/caf%C3%A9"),
    ("https://a.example/x?utm_source=n&utm_medium=m", "https://a.example/x"),
    ("https://a.example/x?UTM_Source=n", "https://a.example/x"),
    ("https://a.example/x?gclid=1", "https://a.example/x?fbclid=2"),
    ("https://a.example/x?id=7&utm_source=n", "https://a.example/x?id=7"),
    ("https://a.example/x?gclid=1&id=7&msclkid=2", "https://a.example/x?id=7"),
    ("https://a.example/x?", "https://a.example/x"),
    ("https://a.example/b/../x", "https://a.example/x"),
    ("https://a.example/./x", "https://a.example/x"),
    ("https:\\\\a.example\\x", "https://a.example/x"),
    (" https://a.example/x\n", "https://a.example/x"),
    ("https://a.example./x", "https://a.example/x"),
    ("https://a.example/x?q=%41", "https://a.example/x?q=A"),
    ("https://a.example/x?yclid=1", "https://a.example/x"),
    ("https://a.example/x?mc_cid=1&mc_eid=2", "https://a.example/x"),
    ("https://a.example/x?_hsenc=1&_hsmi=2", "https://a.example/x"),
    ("https://a.example/x?li_fat_id=1", "https://a.example/x/"),
    ("https://www.a.example/?utm_campaign=x#y", "http://a.example"),
    ("https:/a.example/x", "https://a.example/x"),
]

DIFFERENT = [
    ("https://a.example/X", "https://a.example/x"),
    ("https://a.example/x?id=7", "https://a.example/x"),
    ("https://a.example/x?id=7", "https://a.example/x?id=8"),
    ("https://b.a.example/x", "https://a.example/x"),
    ("https://a.example:8080/x", "https://a.example/x"),
    ("https://a.example/a%2Fb", "https://a.example/a/b"),
    ("https://a.example/x", "https://a.example/x/y"),
    ("https://a.example/x", "https://a.example/"),
    ("https://a.example/x", "https://a.example/y"),
    ("https://a.example/x", "https://a.test/x"),
    ("https://nota.example/x", "https://a.example/x"),
    ("https://c.example/?u=https://a.example/x", "https://a.example/x"),
    ("https://c.example/https://a.example/x", "https://a.example/x"),
    ("https://a.example.c.example/x", "https://a.example/x"),
    ("https://a.example@c.example/x", "https://a.example/x"),
    ("https://a.example/x//", "https://a.example/x"),
    ("https://a.example/x.html", "https://a.example/x"),
    ("https://a.example/x?a=1&b=2", "https://a.example/x?b=2&a=1"),
    ("https://a.example/x?q=a+b", "https://a.example/x?q=a"),
    ("https://www2.a.example/x", "https://a.example/x"),
    ("https://m.a.example/x", "https://a.example/x"),
    ("mailto:ana@a.example", "https://a.example/"),
    ("javascript:location='https://a.example/x'", "https://a.example/x"),
    ("https://a.example/x;v=1", "https://a.example/x"),
    ("https://a.example/x?ref=ana", "https://a.example/x"),
    ("https://a-example/x", "https://a.example/x"),
    ("https://a.example/%3Fid=7", "https://a.example/?id=7"),
    ("ftp://a.example/x", "https://a.example/x"),
    ("https://a.example/utm_source=1", "https://a.example/"),
    ("https://www.www.a.example/x", "https://a.example/x"),
]


@pytest.mark.parametrize(("typed", "key"), KEYS)
def test_an_address_belongs_to_its_site(typed: str, key: str) -> None:
    assert site_key(typed) == key


@pytest.mark.parametrize(("a", "b"), SAME)
def test_these_are_the_same_address(a: str, b: str) -> None:
    assert same_address(a, b)
    assert normalise(a) == normalise(b)


@pytest.mark.parametrize(("a", "b"), DIFFERENT)
def test_these_are_not_the_same_address(a: str, b: str) -> None:
    assert not same_address(a, b)


@pytest.mark.parametrize(
    ("typed", "full"),
    [
        (" Example.com/blog ", "https://example.com/blog"),
        ("http://example.com", "http://example.com/"),
        ("<https://example.com/x>", "https://example.com/x"),
        ("“example.com”", "https://example.com/"),
        ("example.com:8080/x", "https://example.com:8080/x"),
        ("//example.com/x", "https://example.com/x"),
        ("localhost:5000/x", "https://localhost:5000/x"),
        ("bücher.example", "https://xn--bcher-kva.example/"),
    ],
)
def test_what_people_type_becomes_a_full_address(typed: str, full: str) -> None:
    assert tidy(typed) == full


def test_what_is_plain_is_left_as_the_parser_leaves_it() -> None:
    hosts = ["a.example", "a--b.c.example", "-a.example", "xn--a.example", "a.xn--b", "a.0x1", "a.1", "1.2.3.4", "a_b.example", "A.example", "a.example.", "a." + "b" * 80 + ".example"]  # fmt: skip
    paths = ["", "/", "/x", "/x/", "/~ana/a-b_c.html", "/.", "/..", "/a/../b", "/a/.b", "/a//b", "/a%2e", "/ä", "/a?b=c", "/a#b", "/a\tb", "/a..b", "/…"]  # fmt: skip
    read = 0
    for scheme, host, path in product(("", "http://", "https://", "HTTP://"), hosts, paths):
        typed = f"{scheme}{host}{path}"
        whole = typed if scheme else f"https://{typed}"
        try:
            told = tidy(typed)
        except BadAddress:
            continue
        assert told == str(URL(whole).href), typed
        read += 1
    assert read > 400


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("", "Enter an address"),
        ("   ", "Enter an address"),
        ("bo@bakery.example", "mail address"),
        ("mailto:bo@bakery.example", "mail address"),
        ("ftp://example.com", "not ftp:"),
        ("javascript:alert(1)", "not javascript:"),
        ("file:///etc/passwd", "not file:"),
        ("bakery", "no ending such as .com"),
        ("example.com and more", "no spaces"),
        ("http://127.0.0.1\n.example.com/", "no spaces or line breaks"),
        ("https://ana:secret@example.com/", "user name and password"),
        ("https:\\\\example.com", "no backslashes"),
        ("https://exa mple.com", "no spaces"),
        ("https://[::1", "is no web address"),
        ("https://example.com/" + "x" * 2_048, "longer than 2,048 signs"),
    ],
)
def test_a_bad_address_is_told_what_is_wrong(typed: str, says: str) -> None:
    with pytest.raises(BadAddress, match=says):
        tidy(typed)


def test_what_names_no_site_has_no_key() -> None:
    for typed in ("", "http://", "not a host", "http://[::1"):
        with pytest.raises(BadAddress):
            site_key(typed)


def test_a_host_has_its_sub_domains_but_neither_parent_nor_namesake() -> None:
    assert is_on_host("https://shop.acme.example/x", "acme.example")
    assert is_on_host("ACME.example.", "acme.example")
    assert is_on_host("https://acme.example", "www.acme.example")
    assert not is_on_host("https://acme.example", "shop.acme.example")
    assert not is_on_host("https://notacme.example", "acme.example")
    assert not is_on_host("https://acme.example.evil.example", "acme.example")
    assert is_on_host("ana.blogspot.com", "blogspot.com")


def test_a_host_is_shown_as_people_write_it() -> None:
    assert show_host("xn--bcher-kva.example") == "bücher.example"
    assert show_host("acme.example") == "acme.example"
    assert host_of("HTTPS://Bücher.Example:8080/x") == "xn--bcher-kva.example"


@given(st.text(max_size=80))
def test_no_text_breaks_the_reading_of_addresses(text: str) -> None:
    normalise(text)
    assert same_address(text, text)
    host_of(text)
    with contextlib.suppress(BadAddress):
        assert site_key(tidy(text))


def test_a_host_longer_than_any_name_is_none() -> None:
    longest = "a." * 125 + "com"
    assert host_of(f"https://{longest}/x") == longest
    assert host_of(f"https://b.{longest}/x") == ""
    with pytest.raises(BadAddress):
        site_key("a." * 50_000)
