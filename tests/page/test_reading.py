import pytest

from outreach.page.headers import Headers
from outreach.page.reading import Page, Where, read
from outreach.page.tree import header_charset

URL = "https://blog.example/2026/post"
HTML = Headers([("Content-Type", "text/html; charset=utf-8")])


def _page(body: str | bytes, url: str = URL, content_type: str = "text/html; charset=utf-8") -> Page:
    raw = body.encode() if isinstance(body, str) else body
    return read(raw, Headers([("content-type", content_type)] if content_type else []), url)


def _urls(page: Page) -> list[str]:
    return [anchor.url for anchor in page.anchors if page.where(anchor) is Where.COUNTS]


@pytest.mark.parametrize(
    ("markup", "url"),
    [
        ('<a href="/x">', "https://blog.example/x"),
        ("<a href=x>", "https://blog.example/2026/x"),
        ('<a href="../x">', "https://blog.example/x"),
        ('<a href="//acme.example/x">', "https://acme.example/x"),
        ('<a href=" https://acme.example/x\n">', "https://acme.example/x"),
        ('<a href="https:\\\\acme.example\\x">', "https://acme.example/x"),
        ('<a href="https://acme.example/?a=1&amp;b=2">', "https://acme.example/?a=1&b=2"),
        ("<A HREF=https://acme.example/x>", "https://acme.example/x"),
        ('<a href="https://bücher.example/">', "https://xn--bcher-kva.example/"),
        ('<a href="">', URL),
        ('<base href="https://cdn.example/y/"><a href="x">', "https://cdn.example/y/x"),
        ('<a href="x"><base href="/z/"><base href="/w/">', "https://blog.example/z/x"),
        ('<map><area href="https://acme.example/x"></map>', "https://acme.example/x"),
        ('<p><a href="https://acme.example/x" href="https://b.example">', "https://acme.example/x"),
        ("<!--><a href=/x>", "https://blog.example/x"),
        ("<!-- x --!><a href=/x>", "https://blog.example/x"),
        ("<table><a href=/x>x</a><tr><td></table>", "https://blog.example/x"),
    ],
)
def test_an_address_is_resolved_as_browsers_do(markup: str, url: str) -> None:
    assert _urls(_page(markup))[:1] == [url]


@pytest.mark.parametrize(
    ("markup", "where"),
    [
        ("<p><noscript><a href=/x>x</a></noscript>", Where.NOSCRIPT),
        ("<template><a href=/x>x</a></template>", Where.TEMPLATE),
        ("<svg><a href=/x><text>x</text></a></svg>", Where.FOREIGN),
        ("<video><a href=/x>x</a></video>", Where.FALLBACK),
        ("<audio><a href=/x>x</a></audio>", Where.FALLBACK),
        ("<details><a href=/x>x</a></details>", Where.COUNTS),
    ],
)
def test_only_a_link_that_a_reader_can_click_counts(markup: str, where: Where) -> None:
    page = _page(markup)
    assert [page.where(anchor) for anchor in page.anchors] == [where]


@pytest.mark.parametrize(
    "markup",
    ["<!-- <a href=/x>x</a> -->", "<textarea><a href=/x>x</a></textarea>", "<title><a href=/x></title>", "<iframe><a href=/x></a></iframe>", '<script>"<a href=/x>"</script>', "<a name=x>x</a>", '<p title="<a href=/x>">', "<style><a href=/x></style>"],
)  # fmt: skip
def test_what_is_no_link_is_none(markup: str) -> None:
    assert _page(markup).anchors == []


@pytest.mark.parametrize(
    ("body", "content_type", "word"),
    [
        ("<a href=/x>café</a>".encode("latin-1"), "text/html; charset=ISO-8859-1", "café"),
        ("<a href=/x>“x”</a>".encode("cp1252"), "text/html; charset=latin1", "“x”"),
        (b"\xef\xbb\xbf" + "<a href=/x>café</a>".encode(), "text/html; charset=iso-8859-1", "café"),
        ("<a href=/x>café</a>".encode("utf-16"), "text/html", "café"),
        (b"\xfe\xff" + "<a href=/x>café</a>".encode("utf-16-be"), "text/html; charset=utf-8", "café"),
        ('<meta charset="windows-1251"><a href=/x>Привет</a>'.encode("cp1251"), "text/html", "Привет"),
        (
            '<meta charset="utf-8"><a href=/x>Привет</a>'.encode("cp1251"),
            "text/html; charset=windows-1251",
            "Привет",
        ),
        (
            '<meta http-equiv="content-type" content="text/html; charset=shift_jis"><a href=/x>日本</a>'.encode(
                "shift_jis"
            ),
            "text/html",
            "日本",
        ),
        ('<meta charset="gb2312"><a href=/x>中文</a>'.encode("gbk"), "text/html", "中文"),
        ("<meta charset=utf-8><a href=/x>café</a>".encode(), "text/html; charset=nonsense", "café"),
        ("<a href=/x>café</a>".encode(), 'text/html; CHARSET="UTF-8"', "café"),
        (b"<meta charset=utf-16><a href=/x>caf\xc3\xa9</a>", "text/html", "café"),
        ("<meta charset=utf-8><a href=/x>café</a>".encode(), "text/html; charset=utf-7", "café"),
        (
            '<?xml version="1.0" encoding="windows-1251"?><a href="/x">Привет</a>'.encode("cp1251"),
            "application/xhtml+xml",
            "Привет",
        ),
        (
            '<?xml version="1.0" encoding="koi8-r"?><a href="/x">Привет</a>'.encode("koi8-r"),
            "text/html",
            "Привет",
        ),
        (
            '<?xml version="1.0" encoding="koi8-r"?><meta charset=utf-8><a href="/x">Привет</a>'.encode(),
            "text/html",
            "Привет",
        ),
    ],
)
def test_the_words_are_read_in_the_pages_own_encoding(body: bytes, content_type: str, word: str) -> None:
    page = _page(body, content_type=content_type)
    assert page.link(page.anchors[0]).anchor == word


def test_a_legacy_page_sends_its_query_in_its_own_encoding() -> None:
    body = '<a href="https://acme.example/é?q=é">'.encode("latin-1")
    assert _urls(_page(body, content_type="text/html; charset=iso-8859-1")) == [
        "https://acme.example/%C3%A9?q=%E9"
    ]


def test_unknown_charsets_are_none() -> None:
    assert header_charset("text/html; charset=foo") is None
    assert header_charset("text/html") is None
    assert header_charset("text/html; charset='UTF8'") == "utf-8"


@pytest.mark.parametrize(
    ("markup", "rel"),
    [
        ("rel=nofollow", ("nofollow",)),
        ('rel="NoFollow   NOOPENER"', ("nofollow", "noopener")),
        ('rel="nofollow,ugc"', ("nofollow", "ugc")),
        ('rel="ugc ugc"', ("ugc",)),
        ('rel=""', ()),
        ("", ()),
    ],
)
def test_rel_tokens_are_words_in_any_case(markup: str, rel: tuple[str, ...]) -> None:
    page = _page(f"<a href=/x {markup}>x</a>")
    assert page.link(page.anchors[0]).rel == rel


@pytest.mark.parametrize(
    ("inner", "anchor", "alt"),
    [
        ("good <b>tools</b>", "good tools", ""),
        ("  many\n\n spaces ", "many spaces", ""),
        ("&quot;x&quot;&nbsp;y", '"x" y', ""),
        ('<img src=a alt="our logo">', "", "our logo"),
        ('<img src=a><img src=b alt="b">text', "text", "b"),
        ("x<script>y</script><style>z</style>", "x", ""),
        ("x<noscript>y<img alt=z></noscript>", "x", ""),
        ("", "", ""),
    ],
)
def test_the_words_of_a_link_are_what_a_reader_reads(inner: str, anchor: str, alt: str) -> None:
    page = _page(f"<p><a href=/x>{inner}</a></p>")
    link = page.link(page.anchors[0])
    assert (link.anchor, link.alt) == (anchor, alt)


def test_the_sentence_around_a_link_has_about_two_hundred_signs() -> None:
    page = _page(f"<p>{'before ' * 80}<a href=/x>the guide</a>{' after' * 80}</p>")
    context = page.link(page.anchors[0]).context
    assert context.startswith("…")
    assert context.endswith("…")
    assert "before the guide after" in context
    assert 190 <= len(context) <= 204


@pytest.mark.parametrize(
    ("markup", "refresh"),
    [
        ('<meta http-equiv=refresh content="0;url=/n">', (0.0, "https://blog.example/n")),
        ("<meta http-equiv=Refresh content=\"5; URL='/n'\">", (5.0, "https://blog.example/n")),
        ('<meta http-equiv=refresh content="0, /n">', (0.0, "https://blog.example/n")),
        ('<meta http-equiv=refresh content="30">', None),
        ('<noscript><meta http-equiv=refresh content="0;url=/n"></noscript>', None),
        ('<meta name=refresh content="0;url=/n">', None),
    ],
)
def test_a_meta_refresh_is_seen(markup: str, refresh: tuple[float, str] | None) -> None:
    assert _page(markup).refresh == refresh


def test_links_to_other_hosts_are_counted() -> None:
    page = _page(
        "<a href=/a>1</a><a href=https://www.blog.example/>2</a><a href=https://x.example>3</a><a href=mailto:a@b.example>4</a>"
    )
    assert page.outbound == 1


def test_an_address_that_no_server_takes_is_no_link() -> None:
    page = _page(
        f'<a href="https://acme.example/{"x" * 100_000}">x</a><a href="https://acme.example/y">y</a>'
    )
    assert [anchor.url for anchor in page.anchors] == ["https://acme.example/y"]


def test_the_title_is_not_around_a_link() -> None:
    page = _page("<title>A title</title><b>see</b> <a href=/x>our x</a>")
    assert page.link(page.anchors[0]).context == "see our x"
