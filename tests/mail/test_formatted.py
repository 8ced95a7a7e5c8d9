import pytest

from outreach.mail import formatted, language
from outreach.mail.refusals import TemplateRefused, TooLong

STYLED = "<style>p { color: red } @import url(https://e.example/x.css);</style><p>Hi <b>Bo</b></p>"


def test_style_is_put_into_the_lines_and_the_sheet_is_gone() -> None:
    page = formatted.page(STYLED)
    assert '<p style="color:red">Hi <b>Bo</b></p>' in page
    assert "<style" not in page
    assert "import" not in page


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        '<p onclick="x()">Hi</p>',
        '<a href="javascript:x()">Hi</a>',
        '<iframe src="https://e.example/"></iframe>',
        '<form action="https://e.example/"><input name="a"></form>',
        '<link rel="stylesheet" href="https://e.example/a.css">',
        '<link rel="stylesheet" href="file:///etc/hostname">',
        '<meta http-equiv="refresh" content="0;url=https://e.example/">',
        '<p style="background-image:url(https://e.example/p.gif)">Hi</p>',
        '<p style="color:red;list-style:url(https://e.example/p.gif)">Hi</p>',
        '<p style="width:expression(alert(1))">Hi</p>',
        '<p style="position:fixed;top:0">Hi</p>',
        '<object data="https://e.example/"></object>',
        '<svg onload="x()"></svg>',
        '<base href="https://e.example/">',
        '<img src="cid:x" onerror="x()">',
        '<video src="https://e.example/v"></video>',
        "<!--[if mso]><p>https://e.example</p><![endif]-->",
    ],
)
def test_nothing_that_runs_or_loads_is_left(hostile: str) -> None:
    page = formatted.page(f"<p>Hi</p>{hostile}")
    for gone in (
        "e.example",
        "script",
        "onclick",
        "onload",
        "onerror",
        "file:",
        "position",
        "expression",
        "<form",
        "<input",
    ):
        assert gone not in page


@pytest.mark.parametrize(
    "pixel",
    [
        '<img src="https://t.example/p.gif" width="1" height="1">',
        "<img src='https://t.example/p.gif' width=0>",
        '<img style="width:1px;height:1px" src="https://t.example/p.gif">',
    ],
)
def test_a_pixel_does_not_go_along(pixel: str) -> None:
    assert "t.example" not in formatted.page(f"<p>Hi</p>{pixel}")


def test_a_picture_that_the_writer_put_there_stays_and_is_counted() -> None:
    page = formatted.page('<p>Hi</p><img src="https://hazel.example/garden.png" alt="A garden" width="400">')
    assert 'src="https://hazel.example/garden.png"' in page
    assert formatted.pictures(page) == 1
    assert formatted.text_of(page) == "Hi\n\nA garden\n"


def test_cleaning_twice_changes_nothing() -> None:
    page = formatted.page(f'{STYLED}<table bgcolor="red"><tr><td>a</td></tr></table>')
    assert formatted.page(page) == page


def test_the_text_is_made_from_the_html() -> None:
    page = formatted.page(
        '<h1>Seeds</h1><p>Hi Bo,<br>see <a href="https://hazel.example/a?b=1&amp;c=2">our page</a> &amp; more.</p>'
        '<ul><li>one<li>two</ul><p><a href="https://hazel.example/">https://hazel.example</a></p>'
    )
    assert formatted.text_of(page) == (
        "Seeds\n\nHi Bo,\nsee our page (https://hazel.example/a?b=1&c=2) & more.\n\n- one\n- two\n\nhttps://hazel.example\n"
    )


def test_the_html_is_made_from_the_text() -> None:
    source = "Hi {{ person.first_name|default('there') }},\n\nsee {{ asset.url }} & https://a.example/b?c=1&d=2.\nBye\n\n- one\n- two"
    made = formatted.of_text(source)
    assert language.check(made, language.FIELDS) == []
    assert "<p>Hi {{ person.first_name|default('there') }},</p>" in made
    assert '<a href="{{ asset.url }}">{{ asset.url }}</a> &amp; ' in made
    assert '<a href="https://a.example/b?c=1&amp;d=2">https://a.example/b?c=1&amp;d=2</a>.<br>\nBye' in made
    assert "<ul><li>one</li><li>two</li></ul>" in made


def test_the_personal_line_comes_after_the_greeting() -> None:
    assert (
        formatted.with_personal_line("<p>Hi,</p><p>more</p>", "x")
        == "<p>Hi,</p>\n<p>{{ personal_line }}</p>\n<p>more</p>"
    )
    assert formatted.with_personal_line("<p>{{ personal_line }}</p>", "x") == "<p>{{ personal_line }}</p>"
    assert formatted.with_personal_line("bare", "x").startswith("<p>{{ personal_line }}</p>")


def test_what_the_letter_says_already_is_not_said_again_at_its_end() -> None:
    footer = [
        ("Hazel Ltd, 1 Row", ("Hazel Ltd", "1 Row")),
        ("No more: https://o.example/u/t", ("https://o.example/u/t",)),
    ]
    plain = formatted.with_end("<p>Hi</p>", "Ana", footer)
    assert plain.count("Hazel Ltd") == 1
    assert '<a href="https://o.example/u/t">' in plain
    own = '<p>Hi, Ana</p><p>Hazel Ltd in 1 Row, <a href="https://o.example/u/t">no more</a></p>'
    assert formatted.with_end(own, "Ana", footer) == own


def test_a_page_that_is_nested_too_deep_or_too_long_is_refused() -> None:
    with pytest.raises(TemplateRefused, match="nested too deep"):
        formatted.page("<div>" * 20_000)
    with pytest.raises(TooLong):
        formatted.page("<p>" + "x" * 200_001)
