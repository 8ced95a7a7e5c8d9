"""The morning's letter: the same lines as Today, ten a section, as text and as HTML."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from flask import current_app

from outreach.accounts.models import User, Workspace
from outreach.db import session, write
from outreach.desk import acting, agenda, rules
from outreach.desk.models import DigestLog
from outreach.desk.rules import ICONS, TITLES, Line, Section
from outreach.diary.moves import note
from outreach.mail import moves as mail_moves
from outreach.web import words

_PATHS = {
    "link": "/links",
    "placement": "/links",
    "message": "/letters",
    "mailbox": "/mailboxes",
    "mail": "/inbox",
}
EACH = 10
"""Lines a section; the rest is "n more"."""


@dataclass(frozen=True)
class Digest:
    """A digest ready to send; `html` is the twin of `text`."""

    subject: str
    text: str
    html: str


def due(now: datetime) -> list[tuple[int, date]]:
    """(user id, local day) of everybody whose morning has come and who has no row for that day."""
    found = []
    for user in session().scalars(sa.select(User).where(User.is_active, User.is_digest_on).order_by(User.id)):
        day = rules.digest_day(
            now, ZoneInfo(user.timezone), user.digest_hour, is_weekdays_only=user.is_weekdays_only
        )
        if day is not None:
            found.append((user.id, day))
    done = set(
        session().execute(
            sa.select(DigestLog.user_id, DigestLog.local_on).where(
                DigestLog.local_on.in_({day for _, day in found})
            )
        )
    )
    session().rollback()
    return [pair for pair in found if pair not in done]


def send(user_id: int, day: date, *, now: datetime) -> bool:
    """Queue one user's digest; the row of that day is in the same commit, so a second one cannot be.

    True when a letter was queued. A day on which nothing is due has its row, too, without a letter.
    """
    try:
        with write() as here:
            log = DigestLog(user_id=user_id, local_on=day, created_at=now)
            here.add(log)
            here.flush()
            user = here.get_one(User, user_id)
            counts = agenda.counts(user, day)
            log.rows = sum(counts.values())
            if not rules.is_worth_sending(counts):
                return False
            letter = compose(user, day, counts, now=now)
            message = mail_moves.queue_system(
                user.email,
                letter.subject,
                letter.text,
                html=letter.html,
                to_name=user.name,
                for_user_id=user.id,
                now=now,
            )
            log.message_id = message.id if message else None
            note(
                "digest.queued" if message else "digest.kept",
                by=None,
                now=now,
                subject=("user", user.id),
                rows=log.rows,
            )
            return message is not None
    except sa.exc.IntegrityError:  # another worker was first
        return False


def compose(user: User, day: date, counts: dict[Section, int], *, now: datetime) -> Digest:
    """The letter of `day` to `user`."""
    workspace = session().get_one(Workspace, 1)
    facts = {
        "user": user, "first_name": user.name.split()[0], "workspace": workspace, "day": words.exact_day(day),
        "headline": rules.headline(counts), "things": rules.things(sum(counts.values())), "titles": TITLES, "icons": ICONS,
        "counts": counts, "sections": agenda.lines(user, day, each=EACH), "base": workspace.base_url, "path_of": path_of,
        "acts": lambda line: acting.addresses(user, line, now=now) if workspace.base_url else {},
        "hour": f"{user.digest_hour:02d}:00", "days": "on workdays" if user.is_weekdays_only else "every day",
    }  # fmt: skip
    return Digest(
        _render("emails/digest/subject.txt", **facts).strip(),
        _render("emails/digest/body.txt", **facts),
        _render("emails/digest/body.html", **facts),
    )


def _render(name: str, **facts: Any) -> str:
    """A letter's template, without what stands around a page."""
    return current_app.jinja_env.get_template(name).render(**facts)


def path_of(line: Line) -> str:
    """Where a line leads, from the workspace's base URL; a GET there changes nothing."""
    if line.about and line.about[0] in _PATHS:
        return f"{_PATHS[line.about[0]]}/{line.about[1]}"
    return f"/pitches/{line.pitch_id}" if line.pitch_id else f"/today#{line.section.value}"
