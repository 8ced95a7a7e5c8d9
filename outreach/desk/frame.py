"""What stands around every page: side bar with its counts, phone tabs, projects, the reader's menu, palette commands.

What leads to an address that the reader may not open, or that does not exist yet, is left out. Everything is gathered only when a template asks for it (a
partial does not), once a request, with two statements: all counts together, and the projects.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, overload

from flask import current_app, g, request, url_for
from flask_login import current_user

from outreach.accounts.models import User
from outreach.accounts.rules import Standing, suffices
from outreach.desk import counts
from outreach.projects import queries as project_queries
from outreach.web import access, words
from outreach.web.here import me

Item = TypeVar("Item")

PROJECTS_SHOWN = 12
PHONE_TABS = ("Today", "Inbox", "Pipeline", "Links")


@dataclass(frozen=True)
class Entry:
    """One line of the side bar. `count` is what is counted in desk.counts; `waiting` marks what waits for the reader."""

    name: str
    icon: str
    endpoint: str
    key: str = ""
    count: str = ""
    waiting: bool = False


@dataclass(frozen=True)
class Link:
    """One line of the settings, of the reader's menu or of the palette."""

    label: str
    icon: str
    endpoint: str
    post: bool = False


ENTRIES = (
    Entry("Today", "home", "desk.show_today", "t", "today", waiting=True),
    Entry("Inbox", "inbox", "reading.inbox", "i", "inbox", waiting=True),
    Entry("Pipeline", "layout-kanban", "pitches.board", "p", "pipeline"),
    Entry("Prospects", "world", "prospects.index", "r", "prospects"),
    Entry("People", "users", "prospects.people", "e", "people"),
    Entry("Templates", "template", "mail.templates", "m"),
    Entry("Links", "link", "links.index", "l", "links"),
    Entry("Outbox", "send", "sending.outbox", "o", "outbox"),
    Entry("Reports", "chart-bar", "reports.index", "a"),
)

SETTINGS = (
    Link("Workspace", "settings", "accounts.workspace"),
    Link("Users", "users", "projects.users"),
    Link("Projects", "folder", "projects.index"),
    Link("Mailboxes", "mail", "mail.mailboxes"),
    Link("Link schedule", "calendar", "links.schedule"),
    Link("Tags and fields", "tags", "prospects.label_settings"),
    Link("Suppression", "ban", "consent.index"),
    Link("Erased", "shield-lock", "care.index"),
    Link("Diary", "history", "desk.diary"),
)

OWN = (
    Link("Your profile", "user", "accounts.profile"),
    Link("Calendar", "calendar-event", "desk.calendar"),
    Link("Log out", "logout", "accounts.log_out", post=True),
)

COMMANDS = (
    Link("Add sites", "plus", "prospects.add"),
    Link("Qualify prospects", "list-check", "desk.qualify"),
    Link("Start a pitch", "send", "pitches.new"),
    Link("Add a person", "user-plus", "prospects.add_person"),
    Link("Watch a link", "link", "links.new"),
    Link("Set a reminder", "bell", "reminders.new"),
    Link("Write a template", "template", "mail.new_template"),
    Link("Start a project", "folder", "projects.new"),
    Link("Invite a user", "user-plus", "projects.invite"),
    Link("Add a mailbox", "mail", "mail.new_mailbox"),
    Link("Suppress an address", "ban", "consent.add"),
)


class Late(Sequence[Item], Generic[Item]):
    """A list that is gathered when it is first looked at."""

    def __init__(self, gather: Callable[[], list[Item]]) -> None:
        self._gather = gather
        self._rows: list[Item] | None = None

    @property
    def rows(self) -> list[Item]:
        if self._rows is None:
            self._rows = self._gather()
        return self._rows

    @overload
    def __getitem__(self, index: int) -> Item: ...
    @overload
    def __getitem__(self, index: slice) -> list[Item]: ...
    def __getitem__(self, index: int | slice) -> Item | list[Item]:
        return self.rows[index]

    def __iter__(self) -> Iterator[Item]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)


def context() -> dict[str, Any]:
    """What base.html shows; empty for readers who are not logged in."""
    if not current_user.is_authenticated:
        return {}
    if "frame" not in g:
        user = me()
        nav = Late(lambda: _nav(user))
        g.frame = {
            "me": user,
            "nav": nav,
            "phone_nav": Late(lambda: [entry for entry in nav if entry["name"] in PHONE_TABS]),
            "nav_projects": Late(lambda: _projects(user)),
            "account_links": Late(lambda: _links((*SETTINGS, *OWN))),
            "settings_links": Late(_tabs),
            "commands": Late(lambda: _links(COMMANDS)),
        }
    frame: dict[str, Any] = g.frame
    return frame


def _opens(endpoint: str) -> bool:
    """Is there such an address, and may the reader open it?"""
    if endpoint not in current_app.view_functions:
        return False
    asked = Standing(access.standing_of(current_app, endpoint) or Standing.ADMIN)
    return suffices(g.get("standing", Standing.VIEWER), asked)


def _nav(user: User) -> list[dict[str, Any]]:
    entries = [entry for entry in ENTRIES if _opens(entry.endpoint)]
    counted = counts.of(user, [entry.count for entry in entries if entry.count])
    return [
        {
            "name": entry.name, "icon": entry.icon, "href": url_for(entry.endpoint), "key": entry.key,
            "count": counts.in_words(counted.get(entry.count, 0)), "waiting": entry.waiting,
        }
        for entry in entries
    ]  # fmt: skip


def _projects(user: User) -> list[tuple[str, str, int]]:
    """(name, address, hue) of the projects in the side bar; a screen that has asked for them already leaves them in `g.projects_seen`."""
    seen = g.get("projects_seen")
    chosen = project_queries.choices(user, limit=PROJECTS_SHOWN) if seen is None else seen[:PROJECTS_SHOWN]
    return [(name, url_for("projects.show", project_id=key), words.hue(name)) for key, name in chosen]


def _links(links: Sequence[Link]) -> list[dict[str, Any]]:
    return [
        {"label": link.label, "icon": link.icon, "href": url_for(link.endpoint), "key": "", "post": link.post}
        for link in links
        if _opens(link.endpoint)
    ]


def _tabs() -> list[tuple[str, str, bool, str]]:
    """(text, count, is it the open one, address) for `ui.tabs`."""
    here = request.path
    return [
        (link["label"], "", here == link["href"] or here.startswith(link["href"] + "/"), link["href"])
        for link in _links(SETTINGS)
    ]
