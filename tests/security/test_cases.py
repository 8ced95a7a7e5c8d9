"""Known attack inputs, put in where the product takes text: ways back, paths, searches, names."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from html import unescape
from html.parser import HTMLParser
from urllib.parse import quote

import pytest
from ada_url import URL
from flask.testing import FlaskClient

from outreach.accounts.rules import clean_email
from outreach.consent import rules as consent_rules
from outreach.consent.rules import SuppressionKind
from outreach.db import write
from outreach.kit import clock, urls
from outreach.letter import quoting
from outreach.letter.thread import root_subject
from outreach.links import evidence
from outreach.mail import language
from outreach.pitches.models import Pitch
from outreach.projects.models import OwnPage, Project
from outreach.prospects.models import Person, Site
from outreach.web.addresses import local_path
from tests.conftest import Place
from tests.effort import A_SECOND, turns
from tests.world import World, log_in

ELSEWHERE = [
    "\\\\evil.example", "http:www.allowed.example@472.314.470.462", "http:www.allowed.example@0xd83ad6ce", "////evil.example/",
    "http:XY>.7d8T\\205pZM@3627734734", "http://www.allowed.example@3627734734", "http:0xd83ad6ce", "/\u3035evil.example",
    "http:XY>.7d8T\\205pZM@0xd8.0x3a.0xd6.0xce", "/login?next=/login?next=//evil.example", "//evil%E3%80%82example",
    "//www.allowed.example@evil.example/", "///evil.example/", "///evil.example//", "http://3H6k7lIAiqjfNeN@0xd83ad6ce",
    "//evil.example@127.0.0.1", "/https://evil.example/%2f%2e%2e", "<>javascript:alert(1);", "//%E3%80%82evil.example",
    "//javascript:alert(1);", "////www.allowed.example@evil.example/%2f..", "///www.allowed.example@evil.example/",
    "/https://www.allowed.example@evil.example/", "http://www.allowed.example@00330.0x3a.54990", "http:3H6k7lIAiqjfNeN@00330.3856078",
    "/%5cevil.example", "/https://evil.example/%2e%2e", "/\\evil.example", "/\t/evil.example", "/\r\n/evil.example", "//[", "javascript:alert(1)",
]  # fmt: skip
OURS = ["/", "/pitches/5#notes", "/people?q=bo&sort=name"]
HEADERS = [
    "/%0d%0aSet-Cookie:crlf=injection", "/%25%30aSet-Cookie:crlf=injection", "/%25%30%61Set-Cookie:crlf=injection",
    "/%250aSet-Cookie:crlf=injection", "/%2F..%0d%0aSet-Cookie:crlf=injection", "/%3f%0dSet-Cookie:crlf=injection",
    "/%23%0d%0aSet-Cookie:crlf=injection", "/%0dSet-Cookie:crlf=injection", "/%2f%2e%2e%0d%0aSet-Cookie:crlf=injection",
    "/%23%0aSet-Cookie:crlf=injection",
]  # fmt: skip
PATHS = [
    "~root", "/proc/self/environ", "..;/admin", "\u2025/x", "../../etc/passwd", "a/../../x", "..%2f..%2fetc%2fpasswd",
    "..%252f..%252fetc%252fpasswd", "..\\..\\x", 'attachment; filename="x".exe', "%c0%ae%c0%ae/", "../key", "../outreach.db", "..%2fkey",
]  # fmt: skip
LONG = {
    "signature marks": "-- \n" * 20_000, "faces": "\U0001f600" * 30_000, "slashes": "//" * 40_000, "spaces": " " * 100_000 + "x",
    "answers": "Re: " * 20_000, "letters": "a" * 50_000 + "!", "a domain": "x@" + "a" * 50_000, "quotes": "> " * 50_000,
    "an attribution": "On " + "x " * 5_000 + "wrote:", "percents": "%" * 50_000, "dots": "a." * 50_000, "brackets": "{{" * 30_000,
}  # fmt: skip
MARKUP = [
    "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "</title><script>alert(1)</script>", "</textarea><script>alert(1)</script>",
    "</script><script>alert(1)</script>", "javascript:alert(1)", "&lt;script&gt;", "\\u003cscript\\u003e", "]]>", "\u202egnp.exe",
    "' onmouseover=alert(1) x='", "{{7*7}}", "<a hx-get=/x hx-trigger=load>x</a>",
]  # fmt: skip
BAD_LINKS = ["vbscript:x", "javascript:alert(1)", "data:text/html,<script>alert(1)</script>", "//evil.example", 'https://ok.example/"onmouseover=alert(1)']  # fmt: skip


def leads_to(location: str) -> str:
    """The host a browser would go to."""
    return URL(location, "http://localhost/x/y").host


# Ways back


@pytest.mark.parametrize("target", ELSEWHERE)
def test_no_way_back_leads_elsewhere(client: FlaskClient, world: World, target: str) -> None:
    log_in(client, world.ana)
    soon = (clock.now() + timedelta(days=9)).date().isoformat()
    answers = [
        client.get("/login", query_string={"next": target}),
        client.post("/prospects/changes", data={"back": target}),
        client.post(f"/pitches/{world.pitch.id}/next/done", data={"back": target, "version": ""}),
        client.post("/reminders/new", data={"back": target, "kind": "other", "words": "x", "due_on": soon, "owner": world.ana.id}),
        client.post("/prospects/changes", headers={"Referer": "http://localhost" + target} if target.isascii() and target.isprintable() else {}),
    ]  # fmt: skip
    assert [answer.status_code for answer in answers] == [302, 303, 303, 303, 303]
    assert {leads_to(answer.location) for answer in answers} == {"localhost"}


@pytest.mark.parametrize("target", OURS)
def test_a_page_of_ours_is_gone_to(client: FlaskClient, world: World, target: str) -> None:
    log_in(client, world.ana)
    assert client.get("/login", query_string={"next": target}).location == target


@pytest.mark.parametrize("path", HEADERS)
def test_no_path_adds_a_header(client: FlaskClient, world: World, path: str) -> None:
    for who in (None, world.ana):
        if who:
            log_in(client, who)
        for address in (path, f"/login?next={path}", f"/u{path}", f"/static{path}"):
            answer = client.get(address)
            assert answer.status_code in (200, 302, 308, 400, 404), address
            assert leads_to(answer.location or "/") == "localhost"
            assert not any("crlf=" in value for value in answer.headers.getlist("Set-Cookie"))
            assert "\n" not in str(answer.location)


@pytest.mark.parametrize("path", PATHS)
def test_no_path_leaves_its_folder(client: FlaskClient, world: World, place: Place, path: str) -> None:
    (place.instance / "captured").mkdir()
    (place.instance / "evidence").mkdir()
    (place.instance / "key").write_bytes(b"secret")
    log_in(client, world.ada)
    for address in (
        f"/captured/{quote(path)}",
        f"/captured/{path}",
        f"/static/{quote(path)}",
        f"/static/{path}",
    ):
        assert client.get(address, follow_redirects=True).status_code == 404, address
    assert evidence.read(place.instance, path) is None


# Long texts


@pytest.mark.parametrize("text", LONG.values(), ids=LONG.keys())
def test_no_text_keeps_a_rule_busy(text: str) -> None:
    """Each within a second of one core."""
    rules: list[Callable[[str], object]] = [
        clean_email, urls.tidy, urls.site_key, quoting.own_text, root_subject, local_path,
        lambda value: consent_rules.key_of(SuppressionKind.EMAIL, value), lambda value: language.check(value, language.FIELDS),
    ]  # fmt: skip
    for rule in rules:
        assert turns(partial(_tried, rule, text)) < A_SECOND, rule


def _tried(rule: Callable[[str], object], text: str) -> None:
    with contextlib.suppress(ValueError):
        rule(text)


@pytest.mark.parametrize("text", LONG.values(), ids=LONG.keys())
def test_no_text_keeps_a_search_or_a_form_busy(client: FlaskClient, world: World, text: str) -> None:
    log_in(client, world.ada)
    asked = [
        lambda: client.get("/prospects", query_string={"q": text}),
        lambda: client.get("/palette", query_string={"q": text}),
        lambda: client.post("/login", data={"email": text, "password": text}),
        lambda: client.post("/suppressions/new", data={"kind": "email", "value": text}),
        lambda: client.post(
            "/prospects/new", data={"project": world.seed.id, "addresses": text, "text": text}
        ),
        lambda: client.post(f"/projects/{world.seed.id}/pages", data={"url": text, "title": text}),
    ]
    for ask in asked:
        assert ask().status_code < 500
        assert turns(ask) < 1.5 * A_SECOND


# Names


class Danger(HTMLParser):
    """What in a page would run."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: (value or "").strip().lower() for name, value in attrs}
        if tag == "script" and not given.get("src", "").startswith("/static/"):
            self.found.append("script")
        self.found += [name for name in given if name.startswith("on")]
        self.found += [given["hx-get"] for _ in "x" if given.get("hx-get") == "/x"]
        addresses = [given[name] for name in ("href", "src", "action", "formaction") if name in given]
        self.found += [
            address for address in addresses if address.startswith(("javascript:", "data:", "vbscript:"))
        ]
        self.found += [
            address for address in addresses if "evil.example" in address and address.startswith("//")
        ]


def screens(world: World) -> list[str]:
    return [
        "/today", "/prospects", "/people", "/pitches", "/pitches?view=table", "/palette?q=al", "/palette?q=sc", f"/people/{world.bo.id}", f"/sites/{world.site.id}",
        f"/pitches/{world.pitch.id}", f"/projects/{world.seed.id}", "/projects", f"/pitches/{world.pitch.id}/letter", f"/pitches/{world.pitch.id}/edit",
        f"/people/{world.bo.id}/edit", f"/reminders/new?pitch={world.pitch.id}", "/templates/new",
    ]  # fmt: skip


@pytest.mark.parametrize("text", MARKUP)
def test_a_name_is_text_on_every_screen(client: FlaskClient, world: World, text: str) -> None:
    with write() as here:
        here.get_one(Person, world.bo.id).name = text
        here.get_one(Site, world.site.id).title = text
        here.get_one(Pitch, world.pitch.id).topic = text
        here.get_one(OwnPage, world.page.id).title = text
        here.get_one(Project, world.seed.id).name = text
    log_in(client, world.ada)
    shown = 0
    for path in screens(world):
        answer = client.get(path)
        assert answer.status_code == 200, path
        assert Danger(answer.text).found == [], path
        shown += text in unescape(answer.text)
    assert shown > 5


@pytest.mark.parametrize("text", MARKUP)
def test_what_was_typed_wrongly_comes_back_as_text(client: FlaskClient, world: World, text: str) -> None:
    log_in(client, world.ada)
    asked = {
        "name": text,
        "url": text,
        "title": text,
        "q": text,
        "words": text,
        "value": text,
        "email": text,
        "kind": "email",
    }
    for path in (
        "/people/new",
        "/suppressions/new",
        f"/projects/{world.seed.id}/pages",
        "/prospects/new",
        "/templates/new",
        "/invitations",
    ):
        assert Danger(client.post(path, data=asked).text).found == [], path
    for path in ("/people", "/prospects", "/links", "/pitches", "/suppressions", "/diary"):
        assert Danger(client.get(path, query_string=asked).text).found == [], path


@pytest.mark.parametrize("address", BAD_LINKS)
def test_an_address_that_runs_never_becomes_a_link(client: FlaskClient, world: World, address: str) -> None:
    log_in(client, world.ana)
    client.post(f"/projects/{world.seed.id}/pages", data={"url": address, "title": "x", "is_asset": "y"})
    client.post(
        "/links/new",
        data={
            "project_id": world.seed.id,
            "page_url": address,
            "target_url": address,
            "rel": "any",
            "importance": "1",
        },
    )
    client.post(f"/people/{world.bo.id}/contacts/new", data={"kind": "form", "value": address})
    client.post(f"/sites/{world.site.id}/contacts/new", data={"kind": "form", "value": address})
    for path in [*screens(world)[:-1], "/links", "/links/1"]:
        assert Danger(client.get(path).text).found == [], path
