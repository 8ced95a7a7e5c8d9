"""The Inbox: its lists; the doors to one mail are collected here."""

from __future__ import annotations

from typing import Any

from flask import render_template, request, url_for

from outreach.letter.intent import Suggestion, suggestion
from outreach.letter.kinds import Kind
from outreach.pitches import rules as pitch_rules
from outreach.reading import filing, inbox, judging, source_views
from outreach.reading.door import Answer, bp
from outreach.reading.inbox import Tab
from outreach.reading.mail_page import INTENT_LOOKS, KIND_LOOKS
from outreach.web import filters
from outreach.web.access import allow
from outreach.web.here import me, now
from outreach.web.pager import Cursor
from outreach.web.words import counted

__all__ = ["bp", "filing", "judging", "source_views"]


@bp.get("/inbox", endpoint="inbox")
@allow("viewer")
def index() -> Answer:
    """People who wrote; `tab` shows the other kinds, `done` what was dealt with."""
    tab = Tab(filters.one_of("tab", tuple(Tab), Tab.PEOPLE.value))
    is_done = request.args.get("done") == "1" and tab in (Tab.PEOPLE, Tab.UNMATCHED)
    page = inbox.page(me(), tab, Cursor.unpack(request.args.get("at")), now=now(), is_done=is_done)
    return render_template(
        "reading/index.html", tab=tab, tabs=_tabs(tab), page=page, is_done=is_done, looks=KIND_LOOKS, link=filters.address,
        intents={row.id: found for row in page.rows if (found := _quick(row))}, intent_looks=INTENT_LOOKS, rules=pitch_rules,
        mail_path=url_for("reading.mail", mail_id=1)[:-1], states=inbox.reading_states(me()), is_read=bool(page.rows) or inbox.is_any_read(me()), names=inbox.TAB_NAMES,
    )  # fmt: skip


def _tabs(tab: Tab) -> list[tuple[str, int | str, bool, str]]:
    numbers = inbox.counts(me(), now=now())
    return [
        (
            name,
            counted(numbers[one]),
            one is tab,
            url_for("reading.inbox", tab=one.value),
        )
        for one, name in inbox.TAB_NAMES.items()
    ]


def _quick(row: Any) -> Suggestion | None:
    """What a row of the list sounds like, from the beginning of its text."""
    return suggestion(row.text, sender=row.from_address) if row.what is Kind.HUMAN else None
