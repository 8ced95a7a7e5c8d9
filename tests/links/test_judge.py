from datetime import UTC, datetime

import pytest

from outreach.engines.fetch.answer import Fault, Fetched, Hop
from outreach.links.judge import Promise, Verdict, look, remembering
from outreach.links.rules import ExpectedRel, Presence, Value
from outreach.links.target import Target, variants
from outreach.page.headers import Headers
from outreach.page.state import PageState

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
PAGE, GUIDE = "https://blog.example/2026/post", "https://acme.example/guide"
WORDS = "Good tools make every season in the garden easier. " * 12


def _web(body: str, status: int = 200, **headers: str) -> dict[str, Fetched]:
    named = Headers(
        [
            ("content-type", "text/html; charset=utf-8"),
            *((n.replace("_", "-"), v) for n, v in headers.items()),
        ]
    )
    got = Fetched(PAGE, PAGE, (Hop(PAGE, status, named),), status, named, body.encode())
    return {PAGE: got, "https://blog.example/robots.txt": Fetched("", "", status=404)}


def _look(
    body: str, promise: Promise | None = None, target: str = GUIDE, status: int = 200, **headers: str
) -> Verdict:
    web = _web(body, status, **headers)
    return look(
        PAGE,
        Target.url(target),
        lambda url: web.get(url, Fetched(url, url, fault=Fault.DNS_ERROR)),
        now=NOW,
        promise=promise,
    )


def _article(link: str) -> str:
    return f"<title>Tools</title><main><article><p>{WORDS}{link} {WORDS}</p></article></main>"


def _a(rel: str = "", words: str = "pruning guide", href: str = GUIDE) -> str:
    return f'<a href="{href}"' + (f' rel="{rel}"' if rel else "") + f">{words}</a>"


def test_a_plain_link_passes_without_any_agreement() -> None:
    seen = _look(_article(_a()))
    assert (seen.presence, seen.value, seen.codes) == (Presence.FOUND, Value.PASSES, [])
    assert seen.sentence == "The link is there: “pruning guide” in the text, followed."


@pytest.mark.parametrize("rel", ["nofollow", "sponsored", "ugc"])
def test_without_an_agreement_any_rel_passes(rel: str) -> None:
    assert _look(_article(_a(rel))).value is Value.PASSES


@pytest.mark.parametrize(
    ("agreed", "rel", "value", "code"),
    [
        (ExpectedRel.FOLLOW, "", Value.PASSES, None),
        (ExpectedRel.FOLLOW, "nofollow", Value.WEAKENED, "REL_NOFOLLOW"),
        (ExpectedRel.FOLLOW, "sponsored", Value.WEAKENED, "REL_SPONSORED"),
        (ExpectedRel.FOLLOW, "ugc noopener", Value.WEAKENED, "REL_UGC"),
        (ExpectedRel.SPONSORED, "sponsored", Value.PASSES, "REL_DISCLOSED"),
        (ExpectedRel.SPONSORED, "sponsored nofollow", Value.PASSES, "REL_DISCLOSED"),
        (ExpectedRel.SPONSORED, "", Value.WEAKENED, "REL_CHANGED"),
        (ExpectedRel.NOFOLLOW, "nofollow", Value.PASSES, "REL_DISCLOSED"),
        (ExpectedRel.NOFOLLOW, "", Value.PASSES, None),
    ],
)
def test_the_rel_is_judged_by_what_was_agreed(
    agreed: ExpectedRel, rel: str, value: Value, code: str | None
) -> None:
    seen = _look(_article(_a(rel)), Promise(rel=agreed))
    assert (seen.value, code in seen.codes if code else not seen.codes) == (value, True)


def test_one_followed_link_among_others_is_enough() -> None:
    seen = _look(_article(_a("nofollow") + _a()), Promise(rel=ExpectedRel.FOLLOW))
    assert (seen.value, seen.count) == (Value.PASSES, 2)


def test_a_social_post_is_never_weakened_for_nofollow() -> None:
    seen = _look(_article(_a("nofollow")), Promise(rel=ExpectedRel.FOLLOW, is_social=True))
    assert (seen.presence, seen.value, seen.codes) == (Presence.FOUND, Value.NA, [])


def test_other_words_than_agreed_are_told_but_weaken_nothing() -> None:
    seen = _look(_article(_a(words="click here")), Promise(anchors=("pruning guide", "shears")))
    assert (seen.codes, seen.value) == (["ANCHOR_CHANGED"], Value.PASSES)
    assert _look(_article(_a(words="Pruning  Guide")), Promise(anchors=("pruning guide",))).codes == []


@pytest.mark.parametrize(
    "words",
    [
        "Ana’s guide – part 1",
        "Ana&#8217;s guide &ndash;&nbsp;part 1",
        "Ana's guide -<br>part 1",
        "Ana's gui&shy;de - part 1",
    ],
)
def test_the_same_words_in_the_spelling_of_a_page_are_no_other_words(words: str) -> None:
    assert _look(_article(_a(words=words)), Promise(anchors=("Ana's guide - part 1",))).codes == []


def test_a_link_without_words_is_told() -> None:
    assert _look(_article(_a(words=""))).codes == ["ANCHOR_EMPTY"]


@pytest.mark.parametrize(
    ("head", "headers", "code"),
    [
        ('<meta name="robots" content="noindex">', {}, "META_NOINDEX"),
        ('<meta name="robots" content="nofollow">', {}, "META_NOFOLLOW"),
        ("", {"x_robots_tag": "noindex"}, "XROBOTS_NOINDEX"),
        ('<link rel="canonical" href="/other">', {}, "CANON_OTHER"),
        ('<link rel="canonical" href="https://elsewhere.example/">', {}, "CANON_CROSS_HOST"),
        ('<meta name="robots" content="unavailable_after: 2020-01-01">', {}, "UNAVAILABLE_AFTER"),
    ],
)
def test_a_page_that_search_engines_leave_out_weakens_the_link(
    head: str, headers: dict[str, str], code: str
) -> None:
    seen = _look(f"<head>{head}</head>{_article(_a())}", Promise(rel=ExpectedRel.FOLLOW), **headers)
    assert code in seen.codes
    assert (seen.presence, seen.value) == (Presence.FOUND, Value.WEAKENED)


def test_a_hidden_link_is_found_and_weakened() -> None:
    seen = _look(_article(f'<span style="display:none">{_a()}</span>'))
    assert (seen.word, seen.value, seen.codes) == ("hidden", Value.WEAKENED, ["HIDDEN_CSS"])
    assert "readers cannot see it (display: none by its own style)" in seen.sentence


def test_a_link_to_another_page_of_ours_is_weakened_for_a_project_that_knows_its_hosts() -> None:
    body = _article(_a(href="https://www.acme.example/other"))
    assert _look(body).presence is Presence.NOT_FOUND
    seen = _look(body, Promise(own_hosts=("acme.example",)))
    assert (seen.presence, seen.value, "WRONG_PAGE" in seen.codes) == (Presence.FOUND, Value.WEAKENED, True)


def test_the_agreed_words_on_a_link_to_another_site_are_told() -> None:
    seen = _look(_article(_a(href="https://rival.example/")), Promise(anchors=("pruning guide",)))
    assert (seen.presence, seen.codes) == (Presence.NOT_FOUND, ["LINK_MISSING", "WRONG_HOST"])


def test_a_link_to_http_is_told_when_https_was_agreed() -> None:
    seen = _look(_article(_a(href="http://www.acme.example/guide/?utm_source=x")))
    assert seen.codes == ["HTTPS_DOWNGRADE"]
    assert seen.notes == [
        "links to http, we asked for https",
        "links to the host with www.",
        "has tracking parameters",
    ]


def test_a_link_in_the_footer_is_likely_on_every_page() -> None:
    assert "SITEWIDE" in _look(f"<main><p>{WORDS}</p></main><footer>{_a()}</footer>").codes


@pytest.mark.parametrize(
    ("status", "state", "presence", "code"),
    [
        (404, PageState.NOT_FOUND, Presence.NOT_FOUND, "HTTP_404"),
        (410, PageState.GONE, Presence.NOT_FOUND, "HTTP_410"),
        (401, PageState.LOGIN_WALL, Presence.UNREADABLE, "WALL"),
        (403, PageState.FORBIDDEN, Presence.UNREADABLE, "HTTP_403"),
        (429, PageState.RATE_LIMITED, Presence.UNREADABLE, "HTTP_429"),
        (500, PageState.SERVER_ERROR, Presence.UNREADABLE, "HTTP_500"),
        (503, PageState.SERVER_ERROR, Presence.UNREADABLE, "HTTP_503"),
        (418, PageState.FORBIDDEN, Presence.UNREADABLE, "HTTP_418"),
        (999, PageState.BLOCKED, Presence.UNREADABLE, "WALL"),
        (204, PageState.EMPTY, Presence.UNREADABLE, "EMPTY"),
    ],
)
def test_only_an_absent_page_is_a_miss(status: int, state: PageState, presence: Presence, code: str) -> None:
    seen = _look(_article(_a()), status=status)
    assert (seen.page_state, seen.presence, seen.codes) == (state, presence, [code])


@pytest.mark.parametrize("fault", [fault for fault in Fault if fault is not Fault.REFUSED])
def test_no_fault_of_the_network_is_a_miss(fault: Fault) -> None:
    seen = look(
        PAGE,
        Target.url(GUIDE),
        lambda url: Fetched(url, url, fault=fault, fault_detail="It failed."),
        now=NOW,
    )
    assert (seen.presence, seen.value) == (Presence.UNREADABLE, Value.NA)
    assert str(seen.page_state) == ("rate_limited" if fault is Fault.POSTPONED else str(fault))
    assert seen.sentence == "It failed. So nobody can say whether the link is there."


def test_a_page_cut_at_the_cap_is_no_miss() -> None:
    cut = Fetched(
        PAGE, PAGE, (), 200, Headers([("content-type", "text/html")]), _article("").encode(), cut=True
    )
    seen = look(PAGE, Target.url(GUIDE), lambda _: cut, now=NOW)
    assert (seen.page_state, seen.presence) == (PageState.TOO_COMPLEX, Presence.UNREADABLE)


def test_a_page_with_too_many_tags_is_not_even_parsed() -> None:
    seen = _look("<i>" * 300_000 + _a())
    assert (seen.page_state, seen.presence) == (PageState.TOO_COMPLEX, Presence.UNREADABLE)


def test_a_thousand_links_to_us_are_counted_and_few_described() -> None:
    seen = _look(_article(_a() * 1_000))
    assert (seen.count, len(seen.links)) == (1_000, 60)


def test_a_domain_target_takes_any_page_of_the_host() -> None:
    web = _web(_article(_a(href="https://shop.acme.example/x")))
    seen = look(
        PAGE, Target.domain("Acme.example"), lambda url: web.get(url, Fetched(url, url, status=404)), now=NOW
    )
    assert seen.presence is Presence.FOUND


def test_robots_txt_is_asked_for_once_a_host() -> None:
    asked: list[str] = []

    def get(url: str) -> Fetched:
        asked.append(url)
        return _web(_article(_a())).get(url, Fetched(url, url, status=404))

    kept = remembering(get)
    for _ in range(3):
        look(PAGE, Target.url(GUIDE), kept, now=NOW)
    assert asked.count("https://blog.example/robots.txt") == 1
    assert asked.count(PAGE) == 3


def test_variants_of_one_address_are_named() -> None:
    assert variants(GUIDE, GUIDE) == []
    assert variants(GUIDE, GUIDE + "#tools") == ["jumps to #tools"]


@pytest.mark.parametrize(("status", "codes"), [(200, ["ROBOTS_BLOCKED"]), (404, []), (503, []), (403, [])])
def test_a_robots_txt_that_only_failed_weakens_no_link(status: int, codes: list[str]) -> None:
    web = _web(_article(_a()))
    web["https://blog.example/robots.txt"] = Fetched(
        "", "", (), status, Headers(), b"User-agent: *\nDisallow: /"
    )
    seen = look(PAGE, Target.url(GUIDE), lambda url: web[url], now=NOW)
    assert (seen.codes, seen.indexable) == (codes, status in (403, 404))
