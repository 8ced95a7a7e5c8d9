"""The product's main job, once and whole: from an empty instance to a won link, its loss, and the morning's digest.

Both processes run as `outreach serve` runs them; mail goes to a real server with STARTTLS and log-in; the
page that carries the link answers on loopback. The chain is walked with a mouse, with the keyboard alone, and without
JavaScript.
"""

from __future__ import annotations

import email
import email.policy
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser

from tests.browser.hands import Hands, KeyboardHands
from tests.conftest import Place
from tests.servers.certificates import Authority
from tests.servers.product import answers, eventually, served
from tests.servers.smtp_sink import Received, SmtpSink

BERLIN = ZoneInfo("Europe/Berlin")
MONDAY = datetime(2026, 11, 23, 9, 30, tzinfo=BERLIN)
TARGET = "https://hazel.example/seed-trial"
PASSWORD = "forty seeds in one row"
WORDS = "It rained for eleven days, then not at all for seven weeks. " * 10


@dataclass
class Publisher:
    """Bo's site: one page, with or without our link."""

    port: int = 0
    has_link: bool = True
    asked: list[str] = field(default_factory=list)

    def html(self) -> str:
        link = f'<a href="{TARGET}">seed mix trial</a>' if self.has_link else "seed mix trial"
        return f'<!doctype html><html lang="en"><title>Seeds</title><body><main><article><h1>Seeds</h1><p>{WORDS}{link} {WORDS}</p></article></main></body></html>'


@pytest.fixture
def publisher() -> Iterator[Publisher]:
    publisher = Publisher()

    class Door(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            publisher.asked.append(self.path)
            is_page = self.path == "/seeds"
            self.send_response(200 if is_page else 404)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(publisher.html().encode() if is_page else b"")

        def log_message(self, format: str, *arguments: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    publisher.port = server.server_address[1]
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield publisher
    server.shutdown()
    server.server_close()


@dataclass
class Clock:
    """The time at which web and worker run."""

    file: Path

    def set(self, moment: datetime) -> None:
        half = self.file.with_suffix(".half")
        half.write_text(moment.isoformat())
        half.replace(self.file)


@dataclass
class Chain:
    """Everything that one walk needs."""

    hands: Hands
    sink: SmtpSink
    publisher: Publisher
    clock: Clock
    console: list[str] = field(default_factory=list)

    def letters(self) -> list[EmailMessage]:
        """What has arrived for Bo."""
        return [_parsed(one) for one in self.sink.received if one.recipients == ["bo@wild.example"]]

    def digests(self) -> list[EmailMessage]:
        return [_parsed(one) for one in self.sink.received if one.recipients == ["ana@hazel.example"]]


def _parsed(one: Received) -> EmailMessage:
    message = email.message_from_bytes(one.content, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    return message


@pytest.fixture(params=["mouse", "keyboard", "no scripts"])
def way(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def kind(way: str) -> str:
    """The mouse walks on PostgreSQL, the others on SQLite."""
    return "postgres" if way == "mouse" else "sqlite"


@pytest.fixture
def chain(place: Place, way: str, browser: Browser, publisher: Publisher, tmp_path: Path) -> Iterator[Chain]:
    authority = Authority(tmp_path)
    clock = Clock(tmp_path / "clock")
    clock.set(MONDAY)
    settings = {
        "OUTREACH_TESTING": "true", "OUTREACH_CLOCK_FILE": str(clock.file), "OUTREACH_MAIL_UNDO_SECONDS": "1",
        "OUTREACH_LOG_FILE": str(tmp_path / "log"), "OUTREACH_SMTP_CA_FILE": str(authority.cafile), "OUTREACH_FETCH_ALLOW_ENDPOINTS": f"127.0.0.1:{publisher.port}",
    }  # fmt: skip
    with (
        SmtpSink(users={"ana": "sink password"}, cert=authority.issue("127.0.0.1")) as sink,
        served(place, **settings) as (_, base),
    ):
        eventually(lambda: answers(base))
        context = browser.new_context(
            java_script_enabled=way != "no scripts", viewport={"width": 1280, "height": 900}, locale="en-US"
        )
        page = context.new_page()
        page.set_default_timeout(15_000)
        walk = Chain(
            (KeyboardHands if way == "keyboard" else Hands)(page, base.rstrip("/")), sink, publisher, clock
        )
        page.on(
            "console", lambda message: walk.console.append(message.text) if message.type == "error" else None
        )
        yield walk
        context.close()
    unforeseen = [line for line in (tmp_path / "log").read_text().splitlines() if '"error"' in line]
    assert unforeseen == []


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.timeout(600)
def test_one_pitch_from_prospect_to_verified_link(chain: Chain) -> None:
    set_up(chain.hands)
    add_project(chain.hands)
    add_site_and_person(chain)
    pitch = start_pitch(chain.hands)
    add_mailbox(chain)
    write_template(chain.hands)
    send_letter(chain, pitch)
    follow_up_stands_on_today(chain)
    agree(chain, pitch)
    place_link(chain, pitch)
    lose_link(chain)
    digest_arrives_once(chain)
    assert chain.console == []


def set_up(hands: Hands) -> None:
    hands.go("/")
    assert hands.page.url.endswith("/setup")
    for name, text in (
        ("workspace", "Hazel & Loam"), ("legal_name", "Hazel & Loam Ltd"), ("postal_address", "1 Garden Row, Growtown"),
        ("base_url", "https://outreach.example"), ("name", "Ana Hazel"), ("email", "ana@hazel.example"), ("password", PASSWORD),
    ):  # fmt: skip
        hands.fill(name, text)
    hands.choose("timezone", "Europe/Berlin")
    hands.press("Set up Outreach")
    assert "setup" not in hands.page.url


def add_project(hands: Hands) -> None:
    hands.go("/projects/new")
    hands.fill("name", "Seed trial")
    hands.fill("hosts", "hazel.example")
    hands.press("Start")
    hands.must_see("Seed trial")


def add_site_and_person(chain: Chain) -> None:
    hands = chain.hands
    hands.go("/prospects/new")
    hands.fill("addresses", f"http://wild.localhost:{chain.publisher.port}/")
    hands.press("Add the sites")
    hands.must_see("wild.localhost")
    hands.go("/people/new")
    hands.fill("name", "Bo Berg")
    hands.fill("site", "wild.localhost")
    hands.fill("value", "bo@wild.example")
    hands.fill("source_url", "https://wild.example/about")
    hands.choose("subscriber_type", "A company, or somebody at one")
    hands.press("Add")
    hands.must_see("bo@wild.example")


def start_pitch(hands: Hands) -> str:
    hands.press("Start a pitch", "link")
    if hands.page.locator("#project").count():
        hands.choose("project", "Seed trial")
    hands.choose("type", "Guest post")
    hands.fill("topic", "Forty seed mixes, one dry August")
    hands.must_see("Bo Berg")
    hands.press("Start pitch")
    hands.must_see("Forty seed mixes")
    return hands.page.url.partition("?")[0].rpartition("/")[2]


def add_mailbox(chain: Chain) -> None:
    hands = chain.hands
    hands.go("/mailboxes/new")
    hands.fill("address", "ana@hazel.example")
    hands.fill("from_name", "Ana Hazel")
    hands.pick("kind-0")
    hands.fill("smtp_host", "127.0.0.1")
    hands.fill("smtp_port", str(chain.sink.port))
    hands.fill("username", "ana")
    hands.fill("password", "sink password")
    hands.fill("gap_min", "0")
    hands.fill("gap_max", "0")
    hands.press("Add mailbox")
    hands.must_see("ana@hazel.example")
    hands.go("/mailboxes/new")
    hands.fill("address", "outreach@hazel.example")
    hands.pick("kind-0")
    hands.fill("smtp_host", "127.0.0.1")
    hands.fill("smtp_port", str(chain.sink.port))
    hands.fill("username", "ana")
    hands.fill("password", "sink password")
    hands.press("Add mailbox")
    if hands.page.get_by_role("button", name="Send system mail from here").count() == 0:
        hands.press("outreach@hazel.example", "link")
    hands.press("Send system mail from here")


def write_template(hands: Hands) -> None:
    hands.go("/templates/new")
    hands.fill("name", "Guest post, with data")
    hands.choose("type", "Guest post")
    hands.fill("subject", "A trial for {{ site.name }}?")
    hands.fill(
        "body",
        "Hi {{ person.first_name | default('there') }},\n\n{{ personal_line }}\n\nWould this fit: {{ pitch.topic }}?",
    )
    hands.press("Save")
    hands.must_see("Guest post, with data")


def send_letter(chain: Chain, pitch: str) -> None:
    hands = chain.hands
    hands.go(f"/pitches/{pitch}/letter")
    hands.choose("template", "Guest post, with data")
    hands.press("Use it")
    hands.fill("personal_line", "Your notes on seven dry weeks made me measure mine.")
    hands.fill("personal_url", "https://wild.example/dry-weeks")
    hands.press("Preview")
    hands.must_see("Your notes on seven dry weeks made me measure mine.")
    hands.must_see("1 Garden Row, Growtown")
    assert chain.letters() == []
    hands.press("Queue letter")
    hands.must_see("Undo")
    (letter,) = eventually(chain.letters, why=lambda: _text(hands, "/outbox") + _text(hands, "/mailboxes"))
    assert_headers(letter, chain.sink)
    eventually(lambda: _shows(hands, f"/pitches/{pitch}", "Contacted"))
    assert len(chain.letters()) == 1


def assert_headers(letter: EmailMessage, sink: SmtpSink) -> None:
    """The numbered points of an outgoing message (RFC 5322, RFC 8058)."""
    for name in (
        "Date",
        "From",
        "To",
        "Subject",
        "Message-ID",
        "MIME-Version",
        "List-Unsubscribe",
        "List-Unsubscribe-Post",
        "X-Outreach-Id",
    ):
        assert len(letter.get_all(name, [])) == 1, name
    assert letter["Subject"] == "A trial for wild.localhost?"
    assert letter["From"] == "Ana Hazel <ana@hazel.example>"
    assert letter["Message-ID"].endswith("@hazel.example>")
    assert letter["List-Unsubscribe"].startswith("<https://outreach.example/u/")
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    for name in ("Auto-Submitted", "Precedence", "Bcc"):
        assert name not in letter
    raw = next(one for one in sink.received if one.recipients == ["bo@wild.example"])
    assert (raw.was_private, raw.user, raw.sender) == (True, "ana", "ana@hazel.example")
    assert max(len(line) for line in raw.content.split(b"\r\n")) <= 998


def follow_up_stands_on_today(chain: Chain) -> None:
    assert not _shows(chain.hands, "/today", "Follow up")
    chain.clock.set(MONDAY + timedelta(days=4))
    assert _shows(chain.hands, "/today", "Follow up")
    chain.hands.must_see("No answer since our letter")


def agree(chain: Chain, pitch: str) -> None:
    hands = chain.hands
    hands.go(f"/pitches/{pitch}/agreement")
    hands.fill("target_url", TARGET)
    hands.choose("expected_rel", "Followed")
    hands.fill("page_url", f"http://wild.localhost:{chain.publisher.port}/seeds")
    hands.press("Save")
    hands.must_see(TARGET.removeprefix("https://"))


def place_link(chain: Chain, pitch: str) -> None:
    hands = chain.hands
    hands.go(f"/links/new?pitch_id={pitch}")
    assert hands.page.locator("#page_url").input_value().endswith("/seeds")
    hands.press("Watch this link")
    address = hands.page.url.partition("?")[0].removeprefix(hands.base)
    eventually(lambda: _shows(hands, address, "The link is there and passes."))
    assert _shows(hands, f"/pitches/{pitch}", "Won")


def lose_link(chain: Chain) -> None:
    hands = chain.hands
    chain.publisher.has_link = False
    hands.go("/links")
    hands.press("wild.localhost", "link")
    address = hands.page.url.partition("?")[0].removeprefix(hands.base)
    chain.clock.set(MONDAY + timedelta(days=7))
    eventually(lambda: _shows(hands, address, "We did not find the link, once."))
    assert not hands.sees("The link is gone")
    chain.clock.set(MONDAY + timedelta(days=7, hours=19))
    assert not _shows(hands, address, "The link is gone")
    chain.clock.set(MONDAY + timedelta(days=8, hours=1))
    eventually(lambda: _shows(hands, address, "The link is gone"))
    assert _shows(hands, "/today", "is gone")


def digest_arrives_once(chain: Chain) -> None:
    chain.clock.set(MONDAY + timedelta(days=9))
    today = (MONDAY + timedelta(days=9)).date()

    def of_today() -> list[EmailMessage]:
        return [one for one in chain.digests() if one["Date"].datetime.astimezone(BERLIN).date() == today]

    eventually(of_today)
    for minutes in (30, 60, 600):
        chain.clock.set(MONDAY + timedelta(days=9, minutes=minutes))
        eventually(lambda: answers(chain.hands.base + "/"))
    (digest,) = of_today()
    assert digest["Auto-Submitted"] == "auto-generated"
    assert digest["From"].addresses[0].addr_spec == "outreach@hazel.example"
    assert "link changed" in digest["Subject"]
    days = [one["Date"].datetime.astimezone(BERLIN).date() for one in chain.digests()]
    assert len(days) == len(set(days))


def _shows(hands: Hands, path: str, words: str) -> bool:
    hands.go(path)
    return hands.sees(words)


def _text(hands: Hands, path: str) -> str:
    hands.go(path)
    return hands.page.locator("body").inner_text()
