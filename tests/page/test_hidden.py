import pytest

from outreach.page import cascade, css, media
from outreach.page.headers import Headers
from outreach.page.reading import read

URL = "https://blog.example/"


def _why(markup: str) -> str | None:
    page = read(markup.encode(), Headers([("content-type", "text/html; charset=utf-8")]), URL)
    anchor = next(anchor for anchor in page.anchors if anchor.url.endswith("/x"))
    return page.link(anchor).hidden


LINK = "<a href=/x>guide</a>"

HIDDEN = [
    f'<div style="display:none">{LINK}</div>',
    f'<div style="DISPLAY : NONE !important">{LINK}</div>',
    f'<p style="visibility:hidden">{LINK}</p>',
    f'<p style="visibility:collapse"><b>{LINK}</b></p>',
    f"<div hidden>{LINK}</div>",
    f"<dialog>{LINK}</dialog>",
    f"<div popover id=p>{LINK}</div>",
    f"<style>.q{{display:none}}</style><div class=q>{LINK}</div>",
    f"<style>#q{{visibility:hidden}}</style><div id=q>{LINK}</div>",
    f"<style>main .q > a[href]{{display:none}}</style><main><p class=q>{LINK}</p></main>",
    f"<style>.a,.q{{display:none}}</style><div class='z q'>{LINK}</div>",
    f"<style>@media screen and (min-width:600px){{.q{{display:none}}}}</style><div class=q>{LINK}</div>",
    f"<style>@supports (display:grid){{.q{{display:none}}}}</style><div class=q>{LINK}</div>",
    f"<style media=screen>.q{{display:none}}</style><div class=q>{LINK}</div>",
    f"<style>.q{{display:block}}.q{{display:none}}</style><div class=q>{LINK}</div>",
    f"<style>.q{{display:none!important}}.q{{display:block}}</style><div class=q>{LINK}</div>",
    f"<style>.q{{display:none!important}}</style><div class=q style='display:block'>{LINK}</div>",
    f"<style>div.q{{display:none}}.q{{display:block}}</style><div class=q>{LINK}</div>",
    f"<style>.md\\:q{{display:none}}</style><div class='md:q'>{LINK}</div>",
    f"<style>/* .q{{display:block}} */ .q{{display:none}}</style><div class=q>{LINK}</div>",
    f"<style>@layer base{{.q{{display:block}}}} .q{{display:none}}</style><div class=q>{LINK}</div>",
    f'<div style="width:0;height:0;overflow:hidden">{LINK}</div>',
    f'<div style="position:absolute;left:-9999px">{LINK}</div>',
    f'<div style="position:fixed;top:-5000px">{LINK}</div>',
    f'<div style="margin-left:-9999px">{LINK}</div>',
    f'<div style="position:absolute;clip:rect(0,0,0,0)">{LINK}</div>',
    f'<div style="clip-path:inset(100%)">{LINK}</div>',
    f'<div style="transform:scale(0)">{LINK}</div>',
    '<a href=/x style="font-size:0">guide</a>',
    f'<p style="font-size:0px">{LINK}</p>',
    '<a href=/x style="opacity:0">guide</a>',
    '<a href=/x style="text-indent:-9999px">guide</a>',
    '<p style="background:#fff"><a href=/x style="color:#ffffff">guide</a></p>',
    '<p style="background-color:white"><a href=/x style="color:rgb(255,255,255)">guide</a></p>',
    '<table><tr><td bgcolor=white><a href=/x style="color:white">guide</a></table>',
    '<div style="height:0;overflow:hidden">' + LINK + "</div>",
    '<body bgcolor=white><a href=/x><font color="#ffffff">guide</font></a>',
    '<p style="background:#fff"><a href=/x><b><span style="color:#fff">guide</span></b></a></p>',
    "<a href=/x><img src=a.gif width=1 height=1 alt=guide></a>",
]

VISIBLE = [
    LINK,
    f'<div style="visibility:hidden"><p style="visibility:visible">{LINK}</p></div>',
    f"<div aria-hidden=true>{LINK}</div>",
    f"<details><summary>more</summary>{LINK}</details>",
    f"<dialog open>{LINK}</dialog>",
    f"<div hidden=until-found>{LINK}</div>",
    f"<style>[hidden]{{display:block}}</style><div hidden>{LINK}</div>",
    f"<style>@media print{{.q{{display:none}}}}</style><div class=q>{LINK}</div>",
    f"<style>@media (max-width:600px){{.q{{display:none}}}}</style><div class=q>{LINK}</div>",
    f"<style media=print>.q{{display:none}}</style><div class=q>{LINK}</div>",
    f"<style type=text/less>.q{{display:none}}</style><div class=q>{LINK}</div>",
    f"<style>.q{{display:none}}.q{{display:block}}</style><div class=q>{LINK}</div>",
    f"<style>.q-hidden{{display:none}} .x .q{{color:red}}</style><div class=q>{LINK}</div>",
    f"<style>.q:hover{{display:none}}</style><div class=q>{LINK}</div>",
    f"<style>.q::before{{display:none}}</style><div class=q>{LINK}</div>",
    f"<style>.q{{display:none}}</style><div class=q style='display:block'>{LINK}</div>",
    f"<style>.q{{display:none}}#q{{display:flex}}</style><div class=q id=q>{LINK}</div>",
    f"<style><![CDATA[ .q{{display:none}} ]]></style><div class=q>{LINK}</div>",
    f"<style>.q{{display:none\\9}}</style><div class=q>{LINK}</div>",
    f"<template><style>.q{{display:none}}</style></template><div class=q>{LINK}</div>",
    f"<style>.q{{opacity:0}}</style><div class=q>{LINK}</div>",
    f"<style>.q{{height:0;overflow:hidden}}</style><div class=q>{LINK}</div>",
    '<p style="background:#fff"><a href=/x>the <span style="color:#fff">guide</span></a></p>',
    f'<div style="position:absolute;left:-300px">{LINK}</div>',
    f'<div style="left:-9999px">{LINK}</div>',
    '<a href=/x style="font-size:0"><img src=a.png alt=guide></a>',
    '<a href=/x style="text-indent:-9999px;background:url(a.png)">guide</a>',
    "<style>.i{font-size:0;width:30px;height:30px}</style><a class=i href=/x>guide</a>",
    "<style>.i{font-size:0}.i:before{content:'x'}</style><a class=i href=/x>guide</a>",
    '<p style="background:#fff"><a href=/x style="color:#000">guide</a></p>',
    '<p style="background:url(a.png) #fff"><a href=/x style="color:#fff">guide</a></p>',
    '<div style="background:#fff"><p style="background:var(--dark)"><a href=/x style="color:#fff">guide</a></p></div>',
    '<a href=/x style="color:#fff">guide</a>',
    '<p style="font-size:0"><a href=/x style="font-size:16px">guide</a></p>',
    "<a href=/x><img src=a.gif width=100 height=50 alt=guide></a>",
    "<a href=/x><i class=icon></i></a>",
]  # fmt: skip


@pytest.mark.parametrize("markup", HIDDEN)
def test_a_reader_does_not_see_this_link(markup: str) -> None:
    assert _why(markup)


@pytest.mark.parametrize("markup", VISIBLE)
def test_a_reader_sees_this_link(markup: str) -> None:
    assert _why(markup) is None


def test_the_reason_says_whose_style_it_is() -> None:
    assert _why(HIDDEN[0]) == "display: none by its own style"
    assert _why(HIDDEN[7]) == "display: none by a style sheet"
    assert _why(HIDDEN[4]) == "the hidden attribute"


def test_a_hostile_sheet_costs_no_more_than_the_cap() -> None:
    sheet = "".join(f"div p .e{n} div, div p a{{display:none}}" for n in range(30_000))
    page = read(f"<style>{sheet}</style>{'<div>' * 200}{LINK}".encode(), Headers(), URL)
    page.link(page.anchors[0])
    assert 10_000 < page.cascade.work <= cascade.WORK_CAP


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", True),
        ("screen", True),
        ("all", True),
        ("print", False),
        ("speech, screen", True),
        ("not print", True),
        ("not all and (min-width:1px)", False),
        ("only screen and (max-width: 60em)", False),
        ("(min-width: 48em) and (max-width: 90em)", True),
        ("(width >= 700px)", True),
        ("(400px <= width <= 700px)", False),
        ("(orientation: landscape)", True),
        ("(prefers-color-scheme: dark)", False),
        ("(hover: none)", False),
        ("not (hover: none)", True),
        ("(unheard-of: 3)", False),
        ("(((", False),
    ],
)
def test_a_media_query_is_judged_for_a_screen_of_1280_by_800(query: str, expected: bool) -> None:
    assert media.holds(query) is expected


@pytest.mark.parametrize(
    ("selector", "last"),
    [
        ("a", "a"),
        ("main .q > a.b", "a.b"),
        ("x:not(.y .z)", "x:not"),
        ("a[href='x y']", "a"),
        (".md\\:q", ".md\\:q"),
        ("a+b~c", "c"),
    ],
)
def test_a_selector_ends_with_its_last_compound(selector: str, last: str) -> None:
    assert css.last_compound(selector) == last


def test_a_quick_look_tells_whom_a_sheet_may_hide() -> None:
    assert not css.hint("p{margin:0}.x{color:red}")
    sheet = "p{margin:0} main .q > b.x, #y{display:none} .z::before{display:none}"
    assert css.hint(sheet).by_name == {".x": ["main .q > b.x"], "#y": ["#y"]}


@pytest.mark.parametrize(
    ("sheet", "selectors"),
    [
        ("/* } */ .x /* { */ {DISPLAY: None}", [".x"]),
        ("@media print{.x{color:red} .y{display:none}} .z{width:10px}", [".y"]),
        ("@media print{.x{visibility:hidden", [".x"]),
        (".x{display:none;.y{color:red}}", [".x"]),
        (".x{.y{color:red} display:none}", ["*"]),
        (".x{color:red;&.y{display:none}}", ["*"]),
        (".x{> .y{display:none}}", ["*"]),
        (".x{color:red;@media screen{display:none}}", ["*"]),
        (".a{left:-9999px}.b{left:-40px}.c{right: -1000px}.d{top:9990px}", [".a", ".c"]),
        (".a{height:0}.b{height:10px}.c{max-height:0;overflow:hidden}", [".a", ".c"]),
        (".a:is(.b,.c){opacity:0}.d{opacity:.5}", [".a:is(.b,.c)"]),
        ("@keyframes x{from{opacity:1}}@font-face{font:0/0 a}.İ .y{display:none}", [".İ .y"]),
    ],
)
def test_a_quick_look_finds_each_rule_that_may_hide(sheet: str, selectors: list[str]) -> None:
    assert css.hint(sheet).selectors == selectors
