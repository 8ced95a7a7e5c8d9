"""Situations beyond the two hundred: each says what a person would, of pages made for the weak spots of readers."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from outreach.links.replay import answer

NOW = datetime(2026, 11, 25, tzinfo=UTC)
PAGE = "https://blog.example/2026/dry-summer"
GUIDE = "https://acme.example/guide"
LINK = f'<a href="{GUIDE}">the guide</a>'
RAIN = "It rained for eleven days, then not at all for seven weeks, and the meadow showed it. "
TEXT = RAIN * 14


def post(inner: str = LINK, *, head: str = "", title: str = "A dry summer", words: str = TEXT) -> str:
    return (
        f'<!doctype html><html lang="en"><head><title>{title}</title>{head}</head><body><nav><a href="/">Home</a> <a href="/about">About</a></nav>'
        f'<article><h1>{title}</h1><p>{words} {inner} {words}</p></article><footer><a href="/imprint">Imprint</a></footer></body></html>'
    )


def notice(said: str, *, title: str = "", more: str = "") -> str:
    """A small page with one thing to say."""
    return f"<!doctype html><html><head><title>{title or said}</title></head><body><h1>{said}</h1><p>{more}</p><a href='/'>Home</a></body></html>"


def judged(
    body: str | bytes,
    *,
    status: int = 200,
    target: str = GUIDE,
    headers: dict[str, str] | None = None,
    others: dict[str, Any] | None = None,
    **first: Any,
) -> dict[str, Any]:
    raw = body.decode("latin-1") if isinstance(body, bytes) else body
    served = {
        "status": status,
        "headers": {"Content-Type": "text/html; charset=utf-8"} | (headers or {}),
        "body": raw,
    } | first
    if isinstance(body, bytes):
        import base64

        served |= {"body_b64": base64.b64encode(body).decode()}
        del served["body"]
    case = {
        "id": "1",
        "page_url": PAGE,
        "target": {"match": "url", "value": target},
        "responses": {PAGE: served} | (others or {}),
    }
    return answer(case, root=Path(), now=NOW)


@pytest.mark.parametrize(
    "href",
    [
        "https://acme.example./guide",
        "https:\\\\acme.example\\guide",
        "https://ac\nme.exam\tple/guide",
        "  https://acme.example/guide  ",
        "//acme.example/guide",
        "HTTPS://ACME.EXAMPLE/guide",
        "https://acme.example:443/guide",
        "http://acme.example:80/guide",
        "https://acme.example/guide#:~:text=rain",
        "https://acme.example/%67uide",
        "https://acme.example/guide?utm_source=x&amp;UTM_Medium=y",
        "https://acme.example/guide?fbclid=1",
        "https://acme.example/guide?",
        "https://acme.example/x/../guide",
        "https://acme.example/./guide/",
    ],
)
def test_one_address_has_many_spellings(href: str) -> None:
    assert judged(post(f'<a href="{href}">the guide</a>'))["verdict"] == "live_follow"


@pytest.mark.parametrize(
    "href",
    [
        "https://acme.example/Guide",
        "https://acme.example/guide?page=2",
        "https://acme.example/guide.html",
        "https://acme.example/guide/part-2",
        "https://acme.example:8443/guide",
        "https://shop.acme.example/guide",
        "https://acme.example.evil.example/guide",
        "https://notacme.example/guide",
        "https://acme.example%2fguide/",
        "https://acme.example/guide%2F",
        "mailto:ana@acme.example",
        "javascript:location='https://acme.example/guide'",
    ],
)
def test_another_address_is_another_address(href: str) -> None:
    assert judged(post(f'<a href="{href}">the guide</a>'))["found"] is False


@pytest.mark.parametrize(
    ("target", "href"),
    [
        ("https://bücher.example/führer", "https://xn--bcher-kva.example/f%C3%BChrer"),
        ("https://acme.example/guide?a=1&b=2", "https://acme.example/guide?a=1&b=2&gclid=9"),
        ("https://acme.example/guide?copy=1&lang=de", "https://acme.example/guide?copy=1&lang=de"),
        ("https://acme.example/", "https://www.acme.example"),
        ("https://acme.example/a b", "https://acme.example/a%20b"),
    ],
)
def test_a_target_is_met_in_another_spelling(target: str, href: str) -> None:
    assert judged(post(f'<a href="{href}">the guide</a>'), target=target)["found"] is True


@pytest.mark.parametrize(
    ("markup", "verdict"),
    [
        (f"<map name=m><area shape=rect coords=0,0,9,9 alt=guide href='{GUIDE}'></map><img usemap=#m src=x>", "live_follow"),
        (f"<button>{LINK}</button>", "live_follow"),
        (f"<details><summary>More</summary>{LINK}</details>", "live_follow"),
        (f"<table><tr><td><table><tr><td>{LINK}</table></table>", "live_follow"),
        (f"<a href='{GUIDE}'><img src=x alt='the guide'></a>", "live_follow"),
        (f"<object data=x.swf>{LINK}</object>", "live_follow"),
        (f"<a href='{GUIDE}' rel='NoFollow,SPONSORED'>x</a>", "live_nofollow"),
        (f"<a href='{GUIDE}' rel='&#110;ofollow'>x</a>", "live_nofollow"),
        (f"<a href='{GUIDE}' rel=noopener\tugc>x</a>", "live_follow"),
        (f"<a href='{GUIDE}' rel='nofollow'>x</a> and {LINK}", "live_follow"),
        (f"<noscript>{LINK}</noscript>", "noscript_only"),
        (f"<!-- {LINK} -->", "not_a_link"),
        (f"<template shadowrootmode=open>{LINK}</template>", "missing"),
        (f"<textarea>{LINK}</textarea>", "not_a_link"),
        (f'<script type="application/ld+json">{{"url": "{GUIDE}"}}</script>', "not_a_link"),
        (f"<span data-href='{GUIDE}'>the guide</span>", "not_a_link"),
        (f"See {GUIDE} for more.", "not_a_link"),
        (f"<iframe srcdoc=\"<a href='{GUIDE}'>x</a>\"></iframe>", "iframe_only"),
        (f"<svg><a href='{GUIDE}'><text>x</text></a></svg>", "not_a_link"),
        (f"<video>{LINK}</video>", "not_a_link"),
        ("Nothing of it here.", "missing"),
        (f"<a href='https://www.facebook.com/sharer/sharer.php?u={GUIDE}'>share</a>", "missing"),
        (f"<a href='https://web.archive.org/web/2020/{GUIDE}'>archived</a>", "missing"),
    ],
)  # fmt: skip
def test_what_counts_as_a_link(markup: str, verdict: str) -> None:
    assert judged(post(markup))["verdict"] == verdict


@pytest.mark.parametrize(
    ("head", "markup", "hidden"),
    [
        ("<style>@media print{a{display:none}}</style>", LINK, False),
        ("<style media=print>a{display:none}</style>", LINK, False),
        ("<style>@media (max-width:600px){article a{display:none}}</style>", LINK, False),
        ("<style>@media (min-width:1000px){article a{display:none}}</style>", LINK, True),
        ("<style>.x{display:none}.x{display:block}</style>", f"<div class=x>{LINK}</div>", False),
        ("<style>.x{display:none!important}.x{display:block}</style>", f"<div class=x>{LINK}</div>", True),
        ("<style>.x{visibility:hidden}.x a{visibility:visible}</style>", f"<div class=x>{LINK}</div>", False),
        ("<style>/* a{display:none} */</style>", LINK, False),
        ("<style>a:hover{display:none}</style>", LINK, False),
        ("<style>.menu a{display:none}</style>", LINK, False),
        ("<style>article > p > a{position:absolute;left:-9999px}</style>", LINK, True),
        ("<style>.c{clip-path:inset(100%)}</style>", f"<span class=c>{LINK}</span>", True),
        ("<style>.s{font-size:0}</style>", f"<span class=s>{LINK}</span>", True),
        ("<style>.s{font-size:0}.s a{font-size:16px}</style>", f"<span class=s>{LINK}</span>", False),
        ("<style>.w{color:#fff;background:#fff}</style>", f"<a class=w href='{GUIDE}'>x</a>", True),
        ("<style>.w{color:#fff;background:#000}</style>", f"<a class=w href='{GUIDE}'>x</a>", False),
        ("", f"<div style='max-height:0;overflow:hidden'>{LINK}</div>", True),
        ("", f"<div style='height:0'>{LINK}</div>", False),
        ("", f"<div hidden>{LINK}</div>", True),
        ("", f"<div hidden=until-found>{LINK}</div>", False),
        ("", f"<div aria-hidden=true>{LINK}</div>", False),
        ("", f"<dialog>{LINK}</dialog>", True),
        ("", f"<dialog open>{LINK}</dialog>", False),
        ("", f"<div style='display: NONE'>{LINK}</div>", True),
        ("", f"<div style='display:none;display:block'>{LINK}</div>", False),
        ("<style>@supports (display:grid){.g{display:none}}</style>", f"<div class=g>{LINK}</div>", True),
        ("<style>@layer a{.g{display:none}}.g{display:block}</style>", f"<div class=g>{LINK}</div>", False),
        ("<style>@layer a{.g{display:block!important}}.g{display:none!important}</style>", f"<div class=g>{LINK}</div>", False),
        ("<style>@layer b,a;@layer a{.g{display:none}}@layer b{.g{display:block}}</style>", f"<div class=g>{LINK}</div>", True),
        ("<style>.g{position:absolute;left:-1500px}</style>", f"<div class=g>{LINK}</div>", True),
        ("<style>.g{position:absolute;top: -200vh}</style>", f"<div class=g>{LINK}</div>", True),
        ("<style>.g{position:absolute;left:-150px}</style>", f"<div class=g>{LINK}</div>", False),
        ("<style>@layer a,b;@layer b{.g{display:block}}@layer a{div.g.g{display:none}}</style>", f"<div class=g>{LINK}</div>", False),
        ("<style>@supports (-moz-appearance:none){.g{display:none}}</style>", f"<div class=g>{LINK}</div>", False),
        ("<style>@supports not (-moz-appearance:none){.g{display:none}}</style>", f"<div class=g>{LINK}</div>", True),
        ("<style>@supports (display:grid) and (not (display:flex)){.g{display:none}}</style>", f"<div class=g>{LINK}</div>", False),
        ("<style>@supports ((display:grid) or (-ms-x:y)){.g{display:none}}</style>", f"<div class=g>{LINK}</div>", True),
        ("<style>.g, .g::-moz-selection{display:none}</style>", f"<div class=g>{LINK}</div>", False),
        ("<style>.w{color:red;.g{display:none}}</style>", f"<div class=w><b class=g>{LINK}</b></div>", True),
        ("<style>.w{.g{display:none}}</style>", f"<div class=g>{LINK}</div>", False),
        ("<style>.w{color:red;@media print{.g{display:none}}}</style>", f"<div class=w><b class=g>{LINK}</b></div>", False),
        ("<style>@media (min-aspect-ratio:1/1){.g{display:none}}</style>", f"<div class=g>{LINK}</div>", True),
        ("<style>@media ((max-width:600px)){.g{display:none}}</style>", f"<div class=g>{LINK}</div>", False),
        ("<style>.v{visibility:hidden}.v b{visibility:visible}</style>", f"<a class=v href='{GUIDE}'><b>x</b></a>", False),
        ("", f"<a href='{GUIDE}'><span style='display:none'>x</span></a>", True),
        ("", f"<a href='{GUIDE}'><span style='display:none'>x</span> y</a>", False),
        ("", f"<a href='{GUIDE}' class=icon><span style='display:none'>x</span></a>", False),
    ],
)  # fmt: skip
def test_what_a_reader_sees(head: str, markup: str, hidden: bool) -> None:
    said = judged(post(markup, head=head))
    assert (said["verdict"] == "hidden") is hidden, said["sentence"]


NOT_THERE = [
    "Page not found", "404", "Error 404", "This post has been deleted by its author", "Seite nicht gefunden", "Page introuvable", "Página no encontrada", "Pagina non trovata", "Página não encontrada",
    "Pagina niet gevonden", "Nie znaleziono strony", "Strona nie istnieje", "Stránka nebyla nalezena", "Az oldal nem található", "Sayfa bulunamadı",
    "Страница не найдена", "Сторінку не знайдено", "ページが見つかりません", "페이지를 찾을 수 없습니다", "找不到页面", "页面不存在", "Sidan kunde inte hittas",
    "Siden blev ikke fundet", "Siden ble ikke funnet", "Sivua ei löytynyt", "Η σελίδα δεν βρέθηκε", "Pagina nu a fost găsită", "الصفحة غير موجودة",
    "הדף לא נמצא", "Halaman tidak ditemukan", "Không tìm thấy trang", "ไม่พบหน้านี้", "Oops! That page can’t be found.", "This post is no longer available",
]  # fmt: skip


@pytest.mark.parametrize("said", NOT_THERE)
def test_a_page_that_says_it_is_not_there_says_so_in_many_languages(said: str) -> None:
    assert judged(notice(said))["page_state"] == "soft_404"


@pytest.mark.parametrize(
    "title",
    [
        "How to design a 404 page that people like",
        "Why “page not found” costs you readers",
        "Error 404: the history of a number",
        "Log in to your garden: five gates we like",
        "Not found: the lost apples of the valley",
        "Just a moment of rain",
        "Domains for sale and other tales",
    ],
)
def test_an_article_about_such_things_is_an_article(title: str) -> None:
    said = judged(post(title=title, words=TEXT * 2))
    assert (said["page_state"], said["verdict"]) == ("ok", "live_follow")


def test_a_short_article_with_our_link_is_no_parked_page_whatever_its_title() -> None:
    title = "Domain for sale: what a name is worth"
    assert judged(post(title=title, words=RAIN * 10))["verdict"] == "live_follow"
    assert judged(post("", title=title, words=RAIN * 8))["page_state"] == "parked"


@pytest.mark.parametrize(
    "said",
    [
        "This domain is for sale",
        "Buy this domain",
        "Diese Domain steht zum Verkauf",
        "Hier entsteht eine neue Internetpräsenz",
        "Doména je na prodej",
        "blog.example may be available for sale",
        "Ce nom de domaine est à vendre",
        "Este dominio está en venta",
        "Questo dominio è in vendita",
        "Этот домен продается",
        "このドメインは売り出し中です",
    ],
)
def test_a_domain_for_sale_is_parked_in_many_languages(said: str) -> None:
    assert judged(notice(said))["page_state"] == "parked"


@pytest.mark.parametrize(
    "said",
    [
        "Please log in to continue",
        "Bitte melden Sie sich an",
        "Veuillez vous connecter",
        "Inicia sesión para continuar",
        "Accedi per continuare",
        "Faça login para continuar",
        "Войдите, чтобы продолжить",
        "ログインしてください",
    ],
)
def test_a_log_in_page_is_a_wall_in_many_languages(said: str) -> None:
    body = notice(said, more="<form><input name=u><input type=password name=p><button>OK</button></form>")
    assert judged(body)["page_state"] == "login_wall"


@pytest.mark.parametrize(
    "status", [401, 403, 407, 408, 425, 429, 451, 500, 502, 503, 504, 520, 521, 522, 525, 530, 999]
)
@pytest.mark.parametrize(
    "body",
    [post(), post("no link at all"), notice("Page not found"), notice("This domain is for sale"), ""],
    ids=["link", "no link", "404", "sale", "empty"],
)
def test_no_wall_and_no_trouble_of_a_server_says_anything_of_the_link(status: int, body: str) -> None:
    said = judged(body, status=status)
    assert (said["presence"], said["value"]) == ("unreadable", "n/a")


@pytest.mark.parametrize(
    "said",
    [
        "Checking your browser before accessing blog.example",
        "Verify you are human",
        "Are you a robot?",
        "Attention Required!",
        "Access denied",
        "Pardon Our Interruption",
        "Please enable cookies and reload the page",
        "You have been blocked",
        "Unusual traffic from your network",
        "Bestätigen Sie, dass Sie ein Mensch sind",
        "Vérification que vous êtes humain",
        "Verifica que eres humano",
        "Подтвердите, что вы не робот",
        "Подтвердите, что запросы отправляли вы, а не робот",
        "ロボットではないことを確認してください",
        "Nur einen Moment…",
        "The requested URL was rejected. Please consult with your administrator.",
        "Are you over 18?",
        "Bitte warten, Ihr Browser wird überprüft",
        "Comprobando tu navegador antes de acceder",
        "403 Forbidden",
        "Altersprüfung",
        "451: Unavailable due to legal reasons",
    ],
)
def test_a_challenge_says_nothing_of_the_link(said: str) -> None:
    assert judged(notice(said))["presence"] == "unreadable"


@pytest.mark.parametrize(
    "said",
    [
        "We are currently under maintenance",
        "Site under maintenance",
        "We’ll be right back",
        "Down for maintenance",
        "Scheduled maintenance",
        "502 Bad Gateway",
        "504 Gateway Time-out",
        "There has been a critical error on this website.",
        "Fatal error: Uncaught Error: Call to undefined function",
        "Resource Limit Is Reached",
        "Сайт временно недоступен",
        "Wartungsarbeiten",
        "Wir sind gleich zurück",
        "Site en maintenance",
        "Sitio en mantenimiento",
        "Sito in manutenzione",
        "Site em manutenção",
        "Сайт на техническом обслуживании",
        "メンテナンス中です",
        "Error establishing a database connection",
        "Service temporarily unavailable",
        "Briefly unavailable for scheduled maintenance. Check back in a minute.",
    ],
)
def test_a_site_that_is_being_worked_on_says_nothing_of_the_link(said: str) -> None:
    found = judged(notice(said))
    assert found["presence"] == "unreadable", found["page_state"]
    assert "200" not in found["sentence"]


@pytest.mark.parametrize(
    "said",
    [
        "This content is not available in your region",
        "Not available in your country",
        "Dieser Inhalt ist in Ihrem Land nicht verfügbar",
        "Ce contenu n’est pas disponible dans votre pays",
    ],
)
def test_a_page_kept_from_our_country_says_nothing_of_the_link(said: str) -> None:
    assert judged(notice(said))["presence"] == "unreadable"


@pytest.mark.parametrize(
    ("headers", "head", "blockers"),
    [
        ({"X-Robots-Tag": "noindex"}, "", ["x_robots_noindex"]),
        ({"X-Robots-Tag": "otherbot: noindex"}, "", []),
        ({"X-Robots-Tag": "googlebot: noindex, nofollow"}, "", ["x_robots_noindex"]),
        ({}, "<meta name=GoogleBot content='NOINDEX'>", ["meta_noindex"]),
        ({}, "<meta name=robots content='none'>", ["meta_noindex"]),
        ({}, "<meta name=robots content='max-snippet:-1, index'>", []),
        ({}, "<meta name=robots content='noimageindex'>", []),
        ({}, "<meta name=bingbot content='noindex'>", []),
        ({}, "<meta name=robots content='unavailable_after: 2020-01-01'>", ["unavailable_after"]),
        ({}, "<meta name=robots content='unavailable_after: 2090-01-01'>", []),
        ({}, f"<link rel=canonical href='{PAGE}?utm_source=x'>", []),
        ({}, "<link rel=canonical href='/2026/dry-summer/'>", []),
        ({}, "<link rel=canonical href='/2026/another'>", ["canonical_elsewhere"]),
        ({}, "<link rel='CANONICAL' href='https://other.example/'>", ["canonical_elsewhere"]),
        ({"Link": "<https://other.example/x>; rel=\"canonical\""}, "", ["canonical_elsewhere"]),
        ({"Link": "<https://other.example/x>; rel=\"preload\""}, "", []),
    ],
)  # fmt: skip
def test_what_search_engines_are_told(headers: dict[str, str], head: str, blockers: list[str]) -> None:
    assert judged(post(head=head), headers=headers)["blockers"] == blockers


@pytest.mark.parametrize(
    ("encoding", "label", "word"),
    [
        ("shift_jis", "shift_jis", "庭の道具"),
        ("gb18030", "gb2312", "花园工具"),
        ("windows-1251", "windows-1251", "садовый нож"),
        ("euc-kr", "euc-kr", "정원 도구"),
        ("iso-8859-2", "iso-8859-2", "ogród zielony"),
        ("utf-16", "utf-8", "garden’s tool"),
    ],
)
def test_a_page_is_read_in_its_own_letters(encoding: str, label: str, word: str) -> None:
    body = post(f'<a href="{GUIDE}">{word}</a>', head=f'<meta charset="{label}">').encode(encoding, "replace")
    said = judged(body, headers={"Content-Type": "text/html"})
    assert said["links"][0]["anchor"] == word


@pytest.mark.parametrize(
    ("location", "lands", "presence"),
    [
        ("https://blog.example/", post("no link", title="Blog"), "not_found"),
        ("https://blog.example/login?next=/2026", notice("Log in"), "unreadable"),
        ("https://consent.blog.example/wall", notice("Cookies"), "unreadable"),
        ("https://m.blog.example/2026/dry-summer", post(), "found"),
        ("https://blog.example/2026/11/dry-summer/", post(), "found"),
        ("https://casino.example/play", post("no link"), "not_found"),
        ("https://blog.example/404", notice("Oh no"), "not_found"),
    ],
)
def test_where_a_page_went_tells_what_became_of_the_link(location: str, lands: str, presence: str) -> None:
    there = {location: {"status": 200, "headers": {"Content-Type": "text/html"}, "body": lands}}
    said = judged("", status=301, headers={"Location": location}, others=there)
    assert said["presence"] == presence, said["page_state"]


SHORT = "https://bit.ly/3abcdef"
SENT = {"status": 302, "headers": {"Location": GUIDE}}


@pytest.mark.parametrize(
    "fault",
    [{"status": 403}, {"status": 429}, {"status": 503}, {"fault": "delay", "delay_s": 60}, {"fault": "close"}, {"fault": "tls"}],
    ids=str,
)  # fmt: skip
def test_a_short_link_that_gives_no_answer_says_nothing_of_the_link(fault: dict[str, Any]) -> None:
    said = judged(post(f"<a href={SHORT}>the guide</a>"), others={SHORT: fault})
    assert (said["presence"], said["page_state"], said["codes"][0]["code"]) == (
        "unreadable",
        "ok",
        "REDIRECTOR_SILENT",
    )


def test_a_short_link_that_leads_elsewhere_is_not_ours() -> None:
    said = judged(
        post(f"<a href={SHORT}>x</a>"),
        others={SHORT: {"status": 302, "headers": {"Location": "https://x.example/"}}},
    )
    assert said["verdict"] == "missing"


def test_among_many_short_links_the_one_with_our_name_is_followed_first() -> None:
    many = "".join(f"<a href=/go/partner-{n}>x</a> " for n in range(40))
    others = {f"https://blog.example/go/partner-{n}": {"status": 404} for n in range(40)}
    said = judged(
        post(many + "<a href=/go/acme>the guide</a>"), others=others | {"https://blog.example/go/acme": SENT}
    )
    assert said["verdict"] == "wrapped"


@pytest.mark.parametrize(
    "answer_",
    [
        {"status": 200, "headers": {"Content-Type": "text/html", "Refresh": f"0; url={GUIDE}"}, "body": "<p>One moment"},
        {"status": 200, "headers": {"Content-Type": "text/html"}, "body": f"<script>window.location.replace('{GUIDE}')</script>"},
        {"status": 200, "headers": {"Content-Type": "text/html"}, "body": f'<script>location.href = "{GUIDE}";</script>'},
    ],
    ids=["header", "replace", "href"],
)  # fmt: skip
def test_an_interstitial_is_followed_as_a_reader_would_be(answer_: dict[str, Any]) -> None:
    said = judged(post("<a href=/out/7>the guide</a>"), others={"https://blog.example/out/7": answer_})
    assert said["verdict"] == "wrapped"


@pytest.mark.parametrize(
    ("base", "verdict"),
    [
        ("<template><base href='https://acme.example/'></template>", "missing"),
        ("<svg><base href='https://acme.example/'></svg>", "missing"),
        ("<base href='https://acme.example/'>", "live_follow"),
    ],
)
def test_only_a_base_of_the_page_itself_counts(base: str, verdict: str) -> None:
    assert judged(post("<a href=guide>the guide</a>", head=base))["verdict"] == verdict


def test_a_page_that_breaks_off_says_nothing_of_what_comes_after() -> None:
    import gzip

    packed = gzip.compress(post("".join(f"<p>{n * 7_919}" for n in range(5_000)) + LINK).encode())
    gzipped = {"Content-Encoding": "gzip"}
    assert judged(packed, headers=gzipped)["presence"] == "found"
    assert judged(packed[:-3_000], headers=gzipped)["presence"] == "unreadable"
    assert judged(packed)["page_state"] == "not_html", "compressed, and nobody says so"


@pytest.mark.parametrize(
    "title",
    ["Access denied, a poem", "Under maintenance", "Are you human? A quiz about plants", "502 Bad Gateway"],
)
def test_no_wall_links_to_us(title: str) -> None:
    assert judged(notice(title, more=f"See {LINK}."))["verdict"] == "live_follow"
    assert judged(notice(title))["presence"] == "unreadable"
    assert judged(notice(title, more=f"<span hidden>{LINK}</span>"))["presence"] == "unreadable"
    own = judged(
        notice(title, more="<a href='https://blog.example/'>back</a>"), target="https://blog.example/"
    )
    assert own["presence"] == "unreadable", "a wall may well link to its own site"


PAID = '<script type="application/ld+json">{"@type":"NewsArticle","isAccessibleForFree":false}</script>'


def test_a_teaser_for_subscribers_says_nothing_of_the_link() -> None:
    teaser = "<h2>Subscribe to continue reading</h2><p>Already a subscriber? <a href=/login>Log in</a></p>"
    said = judged(post(teaser, head=PAID))
    assert (said["presence"], said["page_state"], said["codes"][0]["code"]) == ("unreadable", "ok", "PAYWALL")
    assert "subscribers only" in said["sentence"]
    assert judged(post(LINK + teaser, head=PAID))["verdict"] == "live_follow"
    assert judged(post(teaser))["verdict"] == "missing", "nothing says that it is not free"
    assert judged(post("", head=PAID))["verdict"] == "missing", "it is shown as a whole"
