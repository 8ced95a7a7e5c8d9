"""Markdown of strangers as HTML that can do no harm."""

from __future__ import annotations

import re

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
        ("- a\n- b\n  more\n1. c", "<ul><li>a</li><li>b\nmore</li></ul>\n<ol><li>c</li></ol>"),
        ("> so\n> it is", "<blockquote><p>so\nit is</p></blockquote>"),
        ("```html\n<b>*x*</b>\n```\nafter", "<pre>&lt;b&gt;*x*&lt;/b&gt;</pre>\n<p>after</p>"),
        ("**all** *of* `it*x*`", "<p><strong>all</strong> <em>of</em> <code>it*x*</code></p>"),
        ("snake_case_word and 2 * 3 * 4", "<p>snake_case_word and 2 * 3 * 4</p>"),
        (
            "the [seed *trial*](https://a.example/x?b=1&c=2)",
            '<p>the <a class="in-text" href="https://a.example/x?b=1&amp;c=2" rel="noreferrer noopener nofollow">seed <em>trial</em></a></p>',
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


@given(st.lists(PIECES, max_size=60).map("".join))
def test_nothing_gets_through(text: str) -> None:
    html = str(html_of(text))
    known = {"h3", "h4", "h5", "h6", "p", "pre", "ul", "ol", "li", "blockquote", "code", "em", "strong", "a"}
    assert set(re.findall(r"</?([a-z0-9]+)", html)) <= known
    assert (
        re.sub(
            r'<a class="in-text" href="https?://[^"<>]*" rel="noreferrer noopener nofollow">', "<a>", html
        ).count('="')
        == 0
    )
    assert "<script" not in nh3.clean(html)


@pytest.mark.parametrize("sign", ["*", "_", "[", "`", "![", "> ", "- ", "**a", "[a](", "`a"])
def test_a_long_tangle_is_shown_as_it_is(sign: str) -> None:
    assert "the end" in html_of(f"begin {sign * 9_000} the end")
