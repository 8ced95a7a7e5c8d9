import pytest

from outreach.page import traces
from outreach.page.headers import Headers
from outreach.page.reading import read
from outreach.page.traces import Trace

KEY = "acme.example/guide"

TRACES = [
    ("<p>nothing here", Trace.NONE),
    ("<p>Read https://acme.example/guide today", Trace.TEXT),
    ("<!-- <a href=https://www.acme.example/guide>x</a> -->", Trace.COMMENT),
    ("<template><a href=https://acme.example/guide>x</a></template>", Trace.TEMPLATE),
    ("<script>var u = 'https://acme.example/guide'</script>", Trace.SCRIPT),
    ('<script type="application/ld+json">{"url": "https:\\/\\/acme.example\\/guide"}</script>', Trace.SCRIPT),
    (
        "<script>a = document.createElement('a'); a.href = 'https://acme.example/guide'</script>",
        Trace.BUILT_BY_SCRIPT,
    ),
    ("<script>document.write('<a href=\"https://acme.example/guide\">x')</script>", Trace.BUILT_BY_SCRIPT),
    ("<img src=https://acme.example/guide>", Trace.RESOURCE),
    ("<span data-href=https://acme.example/guide>x</span>", Trace.RESOURCE),
    ("<a href=\"javascript:open('https://acme.example/guide')\">x</a>", Trace.RESOURCE),
    ("<a href=https://share.example/?u=https%3A%2F%2Facme.example%2Fguide>x</a>", Trace.NONE),
    ("<a href=https://acme.example/guidebook>x</a><p>https://acme.example/guidebook", Trace.NONE),
    ("<p>https://notacme.example/guide", Trace.NONE),
]


@pytest.mark.parametrize(("markup", "trace"), TRACES)
def test_an_address_leaves_its_trace(markup: str, trace: Trace) -> None:
    page = read(markup.encode(), Headers(), "https://blog.example/")
    assert traces.find(page, traces.needle(KEY, domain=False)) is trace


@pytest.mark.parametrize(
    ("script", "removed"),
    [
        ("document.getElementById('k').remove()", True),
        ('document.querySelector("#k").remove()', True),
        ("$('#k').remove()", True),
        ("document.querySelectorAll('p > a').forEach(a => a.remove())", True),
        ("document.getElementsByClassName('c')[0].remove()", True),
        ("document.getElementById('k').style.display = 'none'", False),
        ("document.getElementById('other').remove()", False),
        ("document.getElementById('k').focus()", False),
    ],
)
def test_a_script_that_takes_the_link_away_is_seen(script: str, removed: bool) -> None:
    page = read(
        f"<p id=k class=c><a href=/x>x</a></p><script>{script}</script>".encode(),
        Headers(),
        "https://blog.example/",
    )
    assert traces.removed_by_script(page, page.anchors[0].element) is removed
