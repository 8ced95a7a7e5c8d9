"""Screens of captured letters: those that a capturing mailbox kept as files, which managers may read."""

from __future__ import annotations

import email
import email.policy
import re
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

from flask import abort, render_template

from outreach.mail.rules import without_one_time_links
from outreach.sending import carriers
from outreach.sending.door import Answer, bp
from outreach.web.access import allow
from outreach.web.here import config, me

CAPTURED_SHOWN = 100
FILE = re.compile(r"[A-Za-z0-9_-]{1,80}")


@bp.get("/captured")
@allow("manager")
def captured() -> Answer:
    """Letters that were kept as files instead of leaving, newest first."""
    folder = config().instance / carriers.CAPTURED
    files = (
        sorted(folder.glob("*.eml"), key=lambda file: file.stat().st_mtime, reverse=True)
        if folder.is_dir()
        else []
    )
    shown = [
        (file.stem, mail, _written(file))
        for file in files[:CAPTURED_SHOWN]
        if _may_read(mail := _parsed(file))
    ]
    return render_template("sending/captured.html", shown=shown, total=len(files))


@bp.get("/captured/<name>")
@allow("manager")
def captured_letter(name: str) -> Answer:
    """One captured letter: as it reads, and its bytes."""
    file = config().instance / carriers.CAPTURED / f"{name}.eml"
    mail = _parsed(file) if FILE.fullmatch(name) and file.is_file() else None
    if mail is None or not _may_read(mail):
        abort(404, "There is no such captured letter.")
    return render_template(
        "sending/captured_letter.html", name=name, mail=mail, at=_written(file),
        text=_text(mail), source=file.read_bytes().decode("utf-8", "replace").replace("\r\n", "\n"),
    )  # fmt: skip


def _may_read(mail: EmailMessage) -> bool:
    """A letter with a link that opens an account is for admins: it would make a manager an admin."""
    text = _text(mail)
    return me().is_admin or without_one_time_links(text) == text


def _parsed(file: Path) -> EmailMessage:
    return email.message_from_bytes(file.read_bytes(), policy=email.policy.default)


def _text(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    return str(body.get_content()).replace("\r\n", "\n") if body else ""


def _written(file: Path) -> datetime:
    return datetime.fromtimestamp(file.stat().st_mtime, UTC)
