"""The mail about links: what gathered for one user, once. Texts in templates/emails/link_alert/."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from outreach.accounts.models import User, Workspace
from outreach.db import session, write
from outreach.diary.moves import note
from outreach.links import queries
from outreach.links.models import LinkAlert
from outreach.links.words import short
from outreach.mail import moves as mail_moves
from outreach.web.jinja import render_alone

STALE = timedelta(days=1)
"""What is older (the worker was down) stands on Today and in the digest by now."""
EACH = 20
"""Lines of one mail; the rest is "n more"."""


@dataclass(frozen=True)
class Line:
    """One link of the mail: what happened, why we are sure, where to read and where to act (paths)."""

    name: str
    words: str
    why: str
    project: str
    path: str
    repair_path: str = ""


@dataclass(frozen=True)
class Letter:
    """`html` is the twin of `text`."""

    subject: str
    text: str
    html: str


def send(user_id: int, *, now: datetime) -> bool:
    """Queue one mail with all that waits for the user; the rows are settled in the same commit, so a second one cannot be.

    True when a mail was queued: not when the user wants none, has dealt with it all, or no mailbox is named for the system's mail.
    """
    with write() as here:
        keys = _take(user_id, now=now)
        user = here.get_one(User, user_id)
        if not keys or not user.is_active or not user.is_alert_mail_on:
            return False
        alerts = queries.still_news(user, keys, since=now - STALE)
        if not alerts:
            return False
        letter = compose(user, alerts)
        message = mail_moves.queue_system(
            user.email, letter.subject, letter.text, html=letter.html, to_name=user.name, for_user_id=user.id, now=now
        )  # fmt: skip
        if message is None:
            return False
        for alert in alerts:
            alert.message_id = message.id
        note("alert.queued", by=None, now=now, subject=("user", user.id), rows=len(alerts))
        return True


def _take(user_id: int, *, now: datetime) -> list[int]:
    """All alerts of the user, once the first of them has waited long enough; who asks second gets none."""
    first = sa.select(sa.func.min(LinkAlert.due_at)).where(LinkAlert.user_id == user_id).scalar_subquery()
    taken = session().scalars(
        sa.update(LinkAlert)
        .where(LinkAlert.user_id == user_id, LinkAlert.due_at.is_not(None), first <= now)
        .values(due_at=None)
        .returning(LinkAlert.id)
        .execution_options(synchronize_session=False)
    )
    return list(taken)


def compose(user: User, alerts: Sequence[LinkAlert]) -> Letter:
    """The mail to `user` about these alerts, the worst first."""
    workspace = session().get_one(Workspace, 1)
    facts: dict[str, Any] = {
        "user": user, "first_name": user.name.split()[0], "workspace": workspace, "base": workspace.base_url,
        "headline": headline(alerts), "lines": [_line(alert) for alert in alerts[:EACH]], "more": max(0, len(alerts) - EACH),
    }  # fmt: skip
    subject, text, html = (
        render_alone(f"emails/link_alert/{part}", **facts)
        for part in ("subject.txt", "body.txt", "body.html")
    )
    return Letter(subject.strip(), text, html)


def headline(alerts: Sequence[LinkAlert]) -> str:
    """ "1 link lost, 2 links changed"; one alone says where: "The link on wild.example/post is gone"."""
    if len(alerts) == 1:
        return alerts[0].reminder.words
    lost = sum(alert.code == "LINK_MISSING" for alert in alerts)
    counted = ((lost, "lost"), (len(alerts) - lost, "changed"))
    return ", ".join(f"{n} {'link' if n == 1 else 'links'} {what}" for n, what in counted if n)


def _line(alert: LinkAlert) -> Line:
    link = alert.link
    repair = f"/pitches/{link.reclaim_pitch_id}" if link.reclaim_pitch_id else ""
    return Line(
        short(link.page_url), alert.reminder.words, alert.reminder.reason, link.project.name, f"/links/{link.id}", repair
    )  # fmt: skip
