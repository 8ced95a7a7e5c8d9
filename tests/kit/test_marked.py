"""Markdown of strangers as HTML that can do no harm."""

from __future__ import annotations

from html.parser import HTMLParser

import nh3
import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.kit.marked import html_of


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("# Forty mixes #", "<h3>Forty mixes</h3>"),
        ("one\ntwo\n\nthree", "<p>one\ntwo</p>\n<p>three</p>"),
        ("- a\n- b\n  more\n1. c", "<ul>\n<li>a</li>\n<li>b\nmore</li>\n</ul>\n<ol>\n<li>c</li>\n</ol>"),
        ("> so\n> it is", "<blockquote>\n<p>so\nit is</p>\n</blockquote>"),
        ("```html\n<b>*x*</b>\n```\nafter", "<pre>&lt;b&gt;*x*&lt;/b&gt;\n</pre>\n<p>after</p>"),
        ("**all** *of* `it*x*`", "<p><strong>all</strong> <em>of</em> <code>it*x*</code></p>"),
        ("snake_case_word and 2 * 3 * 4", "<p>snake_case_word and 2 * 3 * 4</p>"),
        (
            "the [seed *trial*](https://a.example/x?b=1&c=2)",
            '<p>the <a href="https://a.example/x?b=1&amp;c=2" class="in-text" rel="noreferrer noopener nofollow">seed <em>trial</em></a></p>',
        ),
        ("![a map](https://a.example/map.png)", "<p>a map</p>"),
        ("[x](javascript:alert(1)) <script>", "<p>[x](javascript:alert(1)) &lt;script&gt;</p>"),
        ("---\n\r\n", ""),
    ],
)
def test_the_signs_mean_what_they_mean(text: str, html: str) -> None:
    assert str(html_of(text)) == html


PIECES = st.sampled_from(
    ["*", "_", "`", "```", "[", "](", ")", "<", ">", '"', "&", "#", "- ", "1. ", "\n", "a", " ", "javascript:", "https://a.example/", '" onclick="x', "!"]
)  # fmt: skip


KNOWN = {
    "h3",
    "h4",
    "h5",
    "h6",
    "p",
    "br",
    "pre",
    "ul",
    "ol",
    "li",
    "blockquote",
    "code",
    "em",
    "strong",
    "a",
}


class Tags(HTMLParser):
    """What a browser would act on."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


@given(st.lists(PIECES, max_size=60).map("".join))
def test_nothing_gets_through(text: str) -> None:
    html = str(html_of(text))
    tags = Tags()
    tags.feed(html)
    for tag, attributes in tags.found:
        address = attributes.pop("href", None) or ""
        assert tag in KNOWN
        assert tag != "a" or address.startswith(("http://", "https://"))
        assert attributes == (
            {"class": "in-text", "rel": "noreferrer noopener nofollow"} if tag == "a" else {}
        )
    assert "<script" not in nh3.clean(html)


@pytest.mark.parametrize("sign", ["*", "_", "[", "`", "![", "> ", "- ", "**a", "[a](", "`a"])
def test_a_long_tangle_is_shown_as_it_is(sign: str) -> None:
    assert "the end" in html_of(f"begin {sign * 9_000} the end")


def test_a_line_too_long_to_look_through_is_shown_as_typed() -> None:
    assert str(html_of("*a*" * 9_000)).startswith("<pre>*a**a*")
