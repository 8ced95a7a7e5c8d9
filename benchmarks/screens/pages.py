"""The pages that grow with the rows, and what one request of each costs."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from outreach.accounts.models import User
from outreach.db import db
from outreach.prospects.standings import Standing
from outreach.web.pager import Cursor


def pages(size: int) -> dict[str, str]:
    """`{name: address}` over a workspace of `benchmarks.screens.rows`; "middle" is a page half way down."""
    half = size // 2
    middle, back, last, known = (
        Cursor("m", half).pack(),
        Cursor("m", half, True).pack(),
        Cursor("asterb", half).pack(),
        Cursor("Leo", half, True).pack(),
    )
    when = Cursor(_half_way(size), half).pack()
    return {
        "list": "/prospects", "list sorted and filtered": "/prospects?sort=site&state=kept&owner=me", "list sorted by state": "/prospects?sort=state",
        "list of one project": "/prospects?project=3", "list in the middle": f"/prospects?sort=site&after={middle}", "list without a person": "/prospects?person=no",
        "list with a contact": "/prospects?contact=yes", "list, search rare": f"/prospects?q=fern{half}", "list, search common": "/prospects?q=fern",
        "list, search nothing": "/prospects?q=zzqqx", "list, search two letters": "/prospects?q=fe",
        "list, nobody's": "/prospects?owner=none&sort=site", "list, put off": "/prospects?state=later&sort=-site", "list, mine without a person": "/prospects?person=no&owner=me&sort=state",
        "list, state in the middle": f"/prospects?state=new&after={when}", "list, a page back": f"/prospects?sort=site&state=kept&after={back}",
        "list, last page": f"/prospects?sort=-site&project=2&after={last}", "list of a small project": "/prospects?project=11&sort=site&state=kept",
        "list by a tag": "/prospects?tag=1", "list by a rare tag": "/prospects?tag=2&sort=site", "list by tag and state": "/prospects?tag=2&state=kept&owner=me", "list by tag and project": "/prospects?tag=2&project=3",
        "list by a number": "/prospects?f1-from=90&state=kept", "list by a narrow number": "/prospects?f1=97&sort=site", "list by a choice": "/prospects?f2=garden&owner=me", "list by a text": "/prospects?f3=fern",
        "list without a value": "/prospects?f1=-&state=new", "list sorted by a number": "/prospects?sort=-f1&state=kept&owner=me", "list sorted by a number, in a project": "/prospects?sort=f1&project=3",
        "list by tag and words": "/prospects?tag=2&q=fern", "list by words in a project": "/prospects?q=fern&project=3&state=new&sort=site", "list by words that few hold": "/prospects?q=fernoak&sort=-site", "list by words, small project": "/prospects?project=11&q=fern",
        "list by words, a page back": f"/prospects?q=fern&after={Cursor(_half_way(size), half, True).pack()}", "list by words and owner": "/prospects?owner=me&q=fern&sort=-site", "list by words, in the middle": f"/prospects?q=fern&sort=site&state=kept&after={middle}",
        "list by short words": "/prospects?q=1+2+3&sort=site", "list by two words": "/prospects?q=fern+moss&project=3&sort=site", "list by words, by state": "/prospects?q=moss&state=new&sort=-state", "list by a tag and a number": "/prospects?tag=1&f1-from=50", "list by a rare tag and a choice": "/prospects?tag=2&f2=garden&sort=site",
        "list by two fields": "/prospects?f1=97&f2=garden", "list by a number and words": "/prospects?f1-from=90&q=fern&sort=site", "list by a text in a project": "/prospects?f3=fern&project=3&sort=site", "list by a text, nothing": "/prospects?f3=zzqqx", "list by a text that most hold": "/prospects?f3=e&sort=site",
        "list by much": "/prospects?project=3&state=kept&owner=me&contact=yes&tag=1&q=fern&sort=-site", "list without a value, by words": "/prospects?f2=-&q=fern", "list without a value, in a project": "/prospects?f1=-&project=3&sort=site",
        "people": "/people", "people by name": "/people?sort=name", "people in the middle": f"/people?sort=name&after={middle}", "people of one project": "/people?project=3",
        "people, search rare": f"/people?q=ana.{half}", "people, search common": "/people?q=maria", "people, search nothing": "/people?q=zzqqx", "people never": "/people?closed=yes", "people reached in a project": "/people?project=3&contact=yes&sort=name", "people out of reach": "/people?contact=no", "people of a small project": "/people?project=11&sort=name",
        "people by words in a project": "/people?q=maria&project=3", "people whom one may write to": "/people?closed=no&sort=-name",
        "people by a tag": "/people?tag=1", "people by tag and project": "/people?tag=2&project=3&sort=name", "people never, in a project": "/people?closed=yes&project=3", "people out of reach, in a project": "/people?contact=no&project=3&sort=-name",
        "people by tag and words": "/people?tag=2&q=maria", "people by words and name": "/people?q=maria&sort=name", "people by words, open, by name": "/people?q=maria&closed=no&sort=-name", "people by words, small project": "/people?project=11&q=fern",
        "people by two words": "/people?q=ana+fern", "people by a sign that nobody has": "/people?q=%E6%9D%B1", "people by short words, by name": "/people?q=1+2+3&sort=name", "people by a common word and a rare one": f"/people?q=example+{half}", "people by two words, a page": "/people?q=ana+example", "people by a domain": "/people?q=fernoak", "people, two letters": "/people?q=an", "people by an address": f"/people?q=ana.{half}%40",
        "people of a project, a page back": f"/people?project=3&sort=name&after={known}",
        **{f"{name}, {standing}": f"{path}?standing={standing}" for name, path in (("list", "/prospects"), ("people", "/people")) for standing in Standing},
        "list, approached in a project": "/prospects?standing=approached&project=3&sort=site", "list, in contact, mine": "/prospects?standing=in_contact&owner=me&sort=state", "list, agreed once by words": "/prospects?standing=agreed_once&q=fern",
        "people, approached in a project": "/people?standing=approached&project=3&sort=name", "people, partner by tag": "/people?standing=partner&tag=1", "people, unknown and out of reach": "/people?standing=unknown&contact=no&sort=-name",
        "people, in contact, in the middle": f"/people?standing=in_contact&sort=name&after={middle}",
        "search rare": f"/search?q=fern{half}", "search common": "/search?q=fern", "search two words": "/search?q=fern+maria", "search nothing": "/search?q=zzqqx",
        "search mails": "/search?q=moss+fern&kind=mails", "search phrase": "/search?q=%22fern+and%22", "search a common word and a rare one": f"/search?q=example+{half}", "palette, a common word and a rare one": f"/palette?q=example+{half}", "palette": "/palette?q=oak", "palette nothing": "/palette?q=zzqqx",
        "board": "/pitches", "board of one project": "/pitches?project=3", "board, search": "/pitches?q=fern", "pitches as a table": "/pitches?view=table",
        "pitches by next action": "/pitches?view=table&sort=next", "pitches, search rare": f"/pitches?view=table&q=fern{half}",
        "pitches by stage": "/pitches?view=table&sort=stage", "pitches of a column": "/pitches?view=table&column=talking&sort=next", "pitches of somebody": "/pitches?view=table&owner=2&project=3&sort=stage",
        "pitches, closed, by next action": "/pitches?view=table&sort=next&column=closed", "pitches, search common": "/pitches?view=table&q=fern&sort=next", "board of somebody": "/pitches?owner=2", "board of a type": "/pitches?type=interview",
        "board of a small project": "/pitches?project=11", "board, search in a project": "/pitches?project=3&q=fern", "board, two words": "/pitches?q=fern+maria", "board, one sign": "/pitches?q=%E6%9D%B1", "board, one digit": "/pitches?q=1", "table, one sign": "/pitches?q=%E6%9D%B1&view=table&sort=stage", "board, a word of all": "/pitches?q=example", "today": "/", "inbox": "/inbox",
        "inbox, done": "/inbox?done=1", "outbox": "/outbox", "links": "/links", "templates": "/templates",
        **_narrowed(size), **_details(half, size // 10), **_kept(size // 10), **_settings(),
    }  # fmt: skip


def _half_way(size: int) -> str:
    """When the row in the middle was changed."""
    return (datetime(2025, 1, 1, tzinfo=UTC) + timedelta(seconds=20 * size)).isoformat()


def _narrowed(size: int) -> dict[str, str]:
    """The board and its table, narrowed by two things and more, in the middle, and backwards."""
    at, pitch = (datetime(2025, 1, 1, tzinfo=UTC) + timedelta(seconds=4 * size)).isoformat(), size // 10
    middle, back = Cursor(at, pitch).pack(), Cursor(at, pitch, True).pack()
    return {
        "pitches of a type and owner": "/pitches?view=table&type=guest_post&owner=2&sort=next", "pitches of owner and column": "/pitches?view=table&owner=1&column=closed&sort=stage",
        "pitches of owner, project and column": "/pitches?view=table&owner=2&project=3&column=talking", "pitches of a type in the middle": f"/pitches?view=table&type=guest_post&sort=stage&after={middle}",
        "pitches of somebody, a page back": f"/pitches?view=table&owner=1&after={back}", "board of somebody in a project": "/pitches?owner=2&project=2", "board of somebody's type": "/pitches?owner=2&type=guest_post",
        "board of somebody, stamp": "/pitches/stamp?owner=2", "links lost in a project": "/links?state=lost&project=2",
    }  # fmt: skip


def _details(site: int, pitch: int) -> dict[str, str]:
    """One of each thing that a team has as many of as of sites, and the forms that show it."""
    mail, letter = 2 * pitch, 2 * pitch - 1
    return {
        "site": f"/sites/{site}", "site with a pitch": f"/sites/{pitch}", "site, its mails": f"/sites/{pitch}?only=mail", "site, edit": f"/sites/{pitch}/edit",
        "site, contacts": f"/sites/{pitch}/contacts", "site, labels": f"/sites/{pitch}/labels", "site, relationship": f"/sites/{pitch}/relationship",
        "site, stop": f"/sites/{pitch}/stop", "site, merge": f"/sites/{pitch}/merge?q=fern", "sites, merge": f"/sites/{pitch}/merge/{pitch + 1}", "site, merge by two words": f"/sites/{pitch}/merge?q=oak+moss", "person, merge by one sign": f"/people/{pitch}/merge?q=%E6%9D%B1",
        "person": f"/people/{site}", "person with a pitch": f"/people/{pitch}", "person, edit": f"/people/{pitch}/edit", "person, labels": f"/people/{pitch}/labels",
        "person, merge": f"/people/{pitch}/merge?q=ana", "people, merge": f"/people/{pitch}/merge/{pitch + 1}", "person, stop": f"/people/{pitch}/stop",
        "person, erasure": f"/people/{pitch}/erasure", "person, a site": f"/people/{pitch}/sites/new?site=fern", "contact": f"/contacts/{pitch}/edit",
        "pitch": f"/pitches/{pitch}", "pitch, edit": f"/pitches/{pitch}/edit", "pitch, agreement": f"/pitches/{pitch}/agreement", "pitch, production": f"/pitches/{pitch}/production",
        "pitch, letter": f"/pitches/{pitch}/letter", "pitch, stage": f"/pitches/{pitch}/stage", "pitch, next": f"/pitches/{pitch}/next", "pitch, files": f"/pitches/{pitch}/files",
        "pitch, new": f"/pitches/new?prospect={site}", "mail": f"/inbox/{mail}", "letter": f"/letters/{letter}",
        "link": f"/links/{pitch}", "link, edit": f"/links/{pitch}/edit", "reminder": f"/reminders/{max(pitch // 20 * 20, 20)}/snooze", "step": "/steps/1",
    }  # fmt: skip


def _kept(some: int) -> dict[str, str]:
    """Lists of what came in, went out and happened, and the pages of one of them."""
    return {
        "links lost": "/links?state=lost", "links, search": "/links?q=seeds", "links, one sign": "/links?q=%E6%9D%B1", "links, one digit, lost": "/links?q=1&state=lost", "links, search rare": "/links?q=fernmoss", "links of one project": "/links?project=3", "links young": "/links?age=young", "links grown, lost": "/links?age=grown&state=lost", "links old of a project": "/links?age=old&project=2", "links by a code": "/links?code=REL_NOFOLLOW", "links by a rare code": "/links?code=WRONG_HOST", "links by a code, lost": "/links?code=REL_NOFOLLOW&state=lost", "links by a code, of a project": "/links?code=REL_NOFOLLOW&project=3&state=live", "links by a rare code, of a project": "/links?code=WRONG_HOST&project=2", "links by a code, grown": "/links?code=REL_NOFOLLOW&age=grown", "links by a code nobody has": "/links?code=JS_ONLY", "links by words, lost": "/links?q=fern&state=lost", "links by words, of a project": "/links?q=fern&project=2", "links by rare words, live": "/links?q=fernmoss&state=live", "links by words, ended": "/links?q=seeds&state=ended", "links by a code and words": "/links?code=REL_NOFOLLOW&q=fern", "links by check": "/links?sort=checked", "links, posts": "/links?what=posts",
        "inbox, automatic": "/inbox?tab=automatic", "inbox, bounces": "/inbox?tab=bounces", "inbox, unmatched": "/inbox?tab=unmatched", "follow-ups": "/follow-ups",
        "outbox, sent": "/outbox?tab=sent", "batches": "/batches", "batch": "/batches/2", "batch, new": "/batches/new?project=3", "calendar": "/calendar",
        "duplicates": "/duplicates", "duplicates, sites": "/duplicates?kind=site", "duplicates, different": "/duplicates?state=different", "merges": "/merges", "merge": f"/merges/{max(some // 10, 1)}",
        "suppressions": "/suppressions", "suppressions, search": "/suppressions?q=no5", "suppressions, batch": "/suppressions/imports/1", "imports": "/imports", "import": "/imports/1",
        "import, batch": "/prospects/batches/1", "link lists": "/links/lists", "link list": "/links/lists/1", "bulk": "/bulk", "bulk run": "/bulk/1", "bulk by words that few hold": "/bulk/new?list=prospects&all=1&query=q%3Dzzqqx%26state%3Dkept", "bulk, new": "/bulk/new?list=prospects&all=1&query=state%3Dkept",
        "qualify": "/prospects/qualify", "qualify one project": "/prospects/qualify?project=3", "reports": "/reports", "reports of a year": "/reports?from=2025-11-25&to=2026-11-24", "report's pitches": "/reports/pitches?from=2025-01-01", "report's pitches, won": "/reports/pitches?from=2025-01-01&reached=won", "report's pitches by a loss": f"/reports/pitches?from={'2026-05-01&to=2026-05-01' if some > 10_000 else '2025-01-01'}&stage=declined", "report's pitches of somebody": "/reports/pitches?from=2025-01-01&owner=2",
        "erasures": "/erasures", "board, more cards": "/pitches/cards?column=contacted", "board, stamp": "/pitches/stamp",
    }  # fmt: skip


def _settings() -> dict[str, str]:
    """What a team sets up by hand, with what leans on it."""
    return {
        "projects": "/projects", "project": "/projects/3", "project, edit": "/projects/3/edit", "project, limits": "/projects/3/limits", "profile": "/profile",
        "mailboxes": "/mailboxes", "mailbox": "/mailboxes/1", "template": "/templates/5", "snippets": "/snippets", "labels": "/labels", "tag": "/labels/tags/1", "field": "/labels/fields/1",
        "links, schedule": "/links/schedule", "link, new": "/links/new", "prospects, add": "/prospects/new", "person, new": "/people/new", "reminder, new": "/reminders/new", "lists, setup": "/lists/setup?list=prospects&query=state%3Dkept",
    }  # fmt: skip


def admin_pages(size: int) -> dict[str, str]:
    """What only an admin may open."""
    return {
        "mail nobody knows": "/inbox/18", "suppression": f"/suppressions/{size // 10}/removal", "diary": "/diary", "users": "/users", "workspace": "/workspace",
        "erasure": "/erasures/3", "captured": "/captured",
    }  # fmt: skip


@dataclass(frozen=True)
class Cost:
    """One request: CPU seconds (median of some), statements, bytes as sent."""

    cpu: float
    statements: int
    size: int
    status: int


def log_in(client: FlaskClient, user: User) -> None:
    """Give the client a session of `user`."""
    with client.session_transaction() as session:
        session["_user_id"], session["_fresh"] = user.session_token, True


def cost(app: Flask, client: FlaskClient, path: str, *, rounds: int = 5, spent: Callable[[], float] = time.process_time) -> Cost:  # fmt: skip
    """What a GET costs once everything is warm; without rounds, only its statements."""
    statements = 0

    def count(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        nonlocal statements
        statements += not statement.startswith("BEGIN")

    with app.app_context():
        engine = db.engine
    if rounds:
        client.get(path, follow_redirects=True)
    event.listen(engine, "before_cursor_execute", count)
    answer = client.get(path, follow_redirects=True)
    event.remove(engine, "before_cursor_execute", count)
    if rounds:
        gc.collect()
    gc.disable()
    try:
        found = [once(client, path, spent) for _ in range(rounds)]
    finally:
        gc.enable()
    return Cost(statistics.median(found or [0.0]), statements, len(answer.data), answer.status_code)


def once(client: FlaskClient, path: str, spent: Callable[[], float]) -> float:
    """CPU seconds of one GET."""
    before = spent()
    client.get(path, follow_redirects=True)
    return spent() - before


def biggest(table: str) -> int:
    """The last id of a table."""
    with db.engine.connect() as connection:
        return connection.scalar(sa.text(f"SELECT max(id) FROM {table}")) or 0
