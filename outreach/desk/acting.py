"""Acting from the digest: an address opens a page that says what will happen, and only its button does it.

No log-in is asked: the address went to the reader's own mailbox, is good for one thing on one row, and for a week.
Looking at it (GET, HEAD), as scanners do, changes nothing; pressed twice, it does nothing the second time.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from flask import abort, render_template, request, url_for

from outreach.accounts.models import User
from outreach.consent.queries import hash_key
from outreach.db import session
from outreach.desk import agenda, dealing, tickets
from outreach.desk.door import bp
from outreach.desk.rules import Line
from outreach.desk.tickets import GOOD_FOR, Ticket, Verb
from outreach.kit.clock import local_day
from outreach.pitches.arrows import MoveRefused
from outreach.web.access import allow
from outreach.web.here import now
from outreach.web.words import day_words

OFFERED = {"pitch": (Verb.DONE, Verb.LATER), "reminder": (Verb.DONE, Verb.LATER), "step": (Verb.LATER,)}
"""A step that is done may move its pitch: that is done on the screen, where one sees it."""
DAYS = ((1, "Until tomorrow"), (3, "3 days"), (7, "A week"))


@dataclass(frozen=True)
class Asked:
    """Who asks for what; `line` is the row as Today shows it, None when it is no longer to be done."""

    ticket: Ticket
    user: User
    today: date
    line: Line | None
    facts: tuple[object, ...] = ()


def addresses(user: User, line: Line, *, now: datetime) -> dict[str, str]:
    """`{verb: path}` of what the user may do to a line from the mail."""
    row = dealing.find(user, line.source, line.id) if line.source in OFFERED else None
    if row is None:
        return {}
    stamp, until = tickets.stamp_of(*dealing.facts_of(row)), tickets.minute(now + GOOD_FOR)
    return {
        verb.value: "/act/"
        + tickets.seal(
            Ticket(user.id, line.source, line.id, verb, stamp, until), hash_key(), user.session_token
        )
        for verb in OFFERED[line.source]
    }


def _asked(token: str) -> Asked:
    """What a token asks for, or 404: the same for one that was changed, is too old, or is of somebody who left."""
    opened = tickets.opened(token)
    user = session().get(User, opened[0].user_id) if opened else None
    if opened is None or user is None or not user.is_active:
        abort(404, "This address is not known, or too old. Open Today instead.")
    ticket, signature = opened
    if not tickets.is_genuine(ticket, signature, hash_key(), user.session_token, now=now()):
        abort(404, "This address is not known, or too old. Open Today instead.")
    today = local_day(now(), ZoneInfo(user.timezone))
    row = dealing.find(user, ticket.source, ticket.row_id)
    facts = dealing.facts_of(row) if row is not None else ()
    if row is None or tickets.stamp_of(*facts) != ticket.stamp:
        return Asked(ticket, user, today, None)
    return Asked(ticket, user, today, agenda.line(user, today, ticket.source, ticket.row_id), facts)


@bp.get("/act/<token>")
@allow("public")
def act(token: str) -> str:
    """What will happen; nothing does yet."""
    return _page(_asked(token), token)


@bp.post("/act/<token>")
@allow("public")
def do_act(token: str) -> str:
    """Do it, once."""
    asked = _asked(token)
    if asked.line is None:
        return _page(asked, token)
    try:
        said = _do(asked)
    except (dealing.Gone, MoveRefused):
        return _page(Asked(asked.ticket, asked.user, asked.today, None), token)
    return _page(asked, token, said)


def _do(asked: Asked) -> str:
    ticket = asked.ticket
    if ticket.verb is Verb.DONE:
        after = dealing.done(
            asked.user, ticket.source, ticket.row_id, was=asked.facts, now=now(), today=asked.today
        )
        return f"Done. {after}".strip()
    days = {str(days): days for days, _ in DAYS}.get(request.form.get("days", ""), 1)
    day = dealing.put_off(
        asked.user, ticket.source, ticket.row_id, days, was=asked.facts, now=now(), today=asked.today
    )
    return f"Put off until {day_words(day, asked.today, is_within=True)}."


def _page(asked: Asked, token: str, said: str = "") -> str:
    return render_template(
        "desk/act.html", line=asked.line, verb=asked.ticket.verb, user=asked.user, said=said, token=token, days=DAYS,
        open_today=url_for("desk.show_today"),
    )  # fmt: skip
