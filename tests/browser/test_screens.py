"""Every screen over the demo, and over an empty workspace: readable by all, in both themes, on a phone, without scripts.

A new address is opened here without being named; one with a parameter that nobody can fill fails (tests/screens.py).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page

from outreach import schema, settings
from outreach.accounts import moves as account_moves
from outreach.accounts.models import User
from outreach.accounts.rules import UserRole
from outreach.app import create_app
from outreach.db import db, session, write
from outreach.kit import clock
from outreach.server.demo import story
from outreach.server.demo.build import Build
from tests.browser.looks import (
    PHONE,
    complaints,
    is_wider_than_its_window,
    keep_picture,
    log_in,
    served,
    violations,
)
from tests.screens import Addresses, is_public, rare_rows, screens

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

DESK = {"width": 1280, "height": 800}
SIZE = 30
"""Sites of the demo: enough for a pitch of each type, links in each state, and letters of each kind."""
READ = """() => {
    const seen = (it) => it.checkVisibility({visibilityProperty: true});
    const wrong = [];
    if (![...document.querySelectorAll('h1')].some(seen)) wrong.push('no h1');
    if (document.querySelector('main').innerText.trim().length < 20) wrong.push('nothing in main');
    for (const it of document.querySelectorAll('.only-js')) if (seen(it)) wrong.push(`only for scripts: ${it.textContent.trim()}`);
    for (const form of document.forms) {
        const sends = [...form.elements].some((it) => it.type === 'submit');
        if (!sends && !form.querySelector('[type=search]')) wrong.push(`no button sends ${form.action}`);
    }
    return wrong;
}"""
"""What somebody misses who reads a page without scripts. A search box sends itself by Enter."""


@dataclass
class Served:
    """An app on this machine, and the address of each of its screens as (who asks, path)."""

    app: Flask
    address: str
    admin: User
    given: dict[str, object] = field(default_factory=dict)

    def visits(self, *, public: bool) -> list[str]:
        addresses = Addresses(self.app, self.given)
        wanted = [rule for rule in screens(self.app) if is_public(self.app, rule) is public]
        return [
            path for rule in wanted if rule.endpoint != "accounts.setup" for path in addresses.variants(rule)
        ]

    def plain_visits(self) -> list[str]:
        """Screens whose address names no row."""
        rules = [rule for rule in screens(self.app) if not rule.arguments and not is_public(self.app, rule)]
        return [Addresses(self.app, {}).of(rule) for rule in rules]


def _made(instance: Any, **more: object) -> Flask:
    app = create_app(settings.load(instance, testing=True, log_level="error", **more))
    with app.app_context():
        schema.upgrade()
    return app


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The demo, small, with the rare rows; Mara is its admin."""
    app = _made(tmp_path_factory.mktemp("demo"))
    with app.app_context():
        build = Build(7, SIZE, clock.now(), 8123)
        story.tell(build)
        given = rare_rows(app, by=build.admin, project_id=build.cast.projects[0].id, now=clock.now())
        admin = session().get_one(User, build.admin.id)
        with served(app) as address:
            yield Served(app, address, admin, given)
        db.session.remove()
        db.engine.dispose()


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Flask, str]]:
    """An instance that nobody has set up."""
    app = _made(tmp_path_factory.mktemp("empty"))
    with app.app_context():
        with served(app) as address:
            yield app, address
        db.session.remove()
        db.engine.dispose()


def set_up() -> User:
    """The workspace and its first admin, as the set-up page makes them."""
    now = clock.now()
    with write():
        account_moves.add_workspace(
            name="Hazel & Loam", legal_name="Hazel & Loam Ltd", postal_address="1 Garden Row", base_url="",
            timezone="UTC", now=now,
        )  # fmt: skip
        return account_moves.add_user(
            "ada@hazel.example",
            "Ada Hazel",
            UserRole.ADMIN,
            "a long sentence for tests",
            timezone="UTC",
            now=now,
        )


@dataclass
class Eyes:
    """One page that goes from screen to screen and collects what is wrong, by path."""

    page: Page
    address: str
    wrong: dict[str, list[str]] = field(default_factory=dict)
    name: str = "screen"

    def __post_init__(self) -> None:
        self.said = complaints(self.page)
        self.abroad: list[str] = []
        self.page.on("request", lambda request: self._asked(request.url))

    def _asked(self, url: str) -> None:
        if not url.startswith((self.address, "data:", "blob:")):
            self.abroad.append(f"asked {url}")

    def open(self, path: str) -> list[str]:
        """Go there; what is wrong with the answer."""
        self.said.clear()
        self.abroad.clear()
        answer = self.page.goto(self.address + path)
        assert answer is not None
        found = [] if answer.status == 200 else [f"status {answer.status}"]
        here = urlsplit(self.page.url)
        return (
            found
            if path.startswith(here.path) and path.partition("?")[0] == here.path
            else [*found, f"led to {here.path}"]
        )

    def look(self, path: str) -> None:
        """Open it and look in light, in the dark, and on a phone."""
        self.page.set_viewport_size(DESK)  # type: ignore[arg-type]
        self.page.emulate_media(color_scheme="light")
        found = self.open(path)
        self._picture(path, "light")
        found += violations(self.page)
        self.page.emulate_media(color_scheme="dark")
        self._picture(path, "dark")
        found += [f"dark: {one}" for one in violations(self.page, "color-contrast")]
        self.page.set_viewport_size(PHONE)  # type: ignore[arg-type]
        self._picture(path, "phone")
        found += [
            f"phone: {one}" for one in violations(self.page, "target-size", "scrollable-region-focusable")
        ]
        if is_wider_than_its_window(self.page):
            found.append("wider than a phone")
        self.note(path, [*found, *self.said, *self.abroad])

    def read(self, path: str) -> None:
        """Open it and read, without scripts."""
        self.note(path, [*self.open(path), *self.page.evaluate(READ), *self.said, *self.abroad])

    def note(self, path: str, found: list[str]) -> None:
        if found:
            self.wrong[path] = found

    def _picture(self, path: str, look: str) -> None:
        keep_picture(self.page, f"{self.name}{path.replace('/', '_').replace('?', '-')}-{look}")


@pytest.fixture
def scriptless(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(java_script_enabled=False, viewport=DESK)  # type: ignore[arg-type]
    yield context
    context.close()


def test_every_screen_is_sound_in_light_in_the_dark_and_on_a_phone(
    demo: Served, context: BrowserContext
) -> None:
    outside = Eyes(context.new_page(), demo.address)
    for path in demo.visits(public=True):
        outside.look(path)
    log_in(demo.app, context, demo.address, demo.admin)
    inside = Eyes(outside.page, demo.address)
    for path in demo.visits(public=False):
        inside.look(path)
    assert outside.wrong | inside.wrong == {}


def test_every_screen_is_read_without_scripts(demo: Served, scriptless: BrowserContext) -> None:
    outside = Eyes(scriptless.new_page(), demo.address)
    for path in demo.visits(public=True):
        outside.read(path)
    log_in(demo.app, scriptless, demo.address, demo.admin)
    inside = Eyes(outside.page, demo.address)
    for path in demo.visits(public=False):
        inside.read(path)
    assert outside.wrong | inside.wrong == {}


def test_every_entry_of_the_side_bar_opens_with_data(demo: Served, context: BrowserContext) -> None:
    log_in(demo.app, context, demo.address, demo.admin)
    page = context.new_page()
    page.goto(f"{demo.address}/today")
    bare = [name for name, path in entries(page).items() if not has_rows(page, demo.address + path)]
    assert bare == []


def test_an_empty_workspace_says_on_each_screen_what_comes_next(
    empty: tuple[Flask, str], context: BrowserContext
) -> None:
    app, address = empty
    eyes = Eyes(context.new_page(), address, name="empty")
    eyes.look("/setup")
    admin = set_up()
    log_in(app, context, address, admin)
    for path in Served(app, address, admin).plain_visits():
        eyes.look(path)
    for name, path in entries(eyes.page).items():
        eyes.page.goto(address + path)
        if not eyes.page.locator("main .empty").count():
            eyes.note(name, ["has no empty state"])
    assert eyes.wrong == {}


def entries(page: Page) -> dict[str, str]:
    """{name: path} of the side bar's entries, projects left out."""
    found: dict[str, str] = page.evaluate(
        "Object.fromEntries([...document.querySelectorAll('.shell > .sidebar > a[data-jump]')]"
        ".map((it) => [it.firstElementChild.nextSibling.textContent.trim(), it.getAttribute('href')]))"
    )
    assert len(found) >= 7
    return found


def has_rows(page: Page, url: str) -> bool:
    """Whether the screen lists something."""
    page.goto(url)
    return page.locator("main :is(tbody tr, .item, .board-card, .person)").count() > 0
