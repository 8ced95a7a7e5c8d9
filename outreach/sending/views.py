"""Screens of writing and sending: compose, outbox, one letter, captured letters, and the page on which people say no."""

from __future__ import annotations

import email
import email.policy
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from flask import Blueprint, abort, current_app, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from outreach.consent import opt_outs
from outreach.mail import queries as mail_queries
from outreach.mail.models import LetterTemplate, Mailbox, Message
from outreach.mail.rules import LetterKind, MessageState, without_one_time_links
from outreach.pitches.models import Pitch
from outreach.projects import queries as project_queries
from outreach.prospects.rules import ContactKind, ContactStatus
from outreach.sending import actions, carriers, letters, queries
from outreach.sending.actions import Looked, NotPossible, Queued
from outreach.sending.forms import ComposeForm
from outreach.sending.queries import Filter
from outreach.web import filters
from outreach.web.access import allow
from outreach.web.here import config, me, now
from outreach.web.jinja import reader_zone
from outreach.web.pager import Cursor
from outreach.web.toasts import toast

bp = Blueprint("sending", __name__)

Answer = str | Response | tuple[str, int]
KIND_NAMES = {
    LetterKind.FIRST: "First letter", LetterKind.FOLLOW_UP: "Follow-up", LetterKind.ANSWER: "Answer",
    LetterKind.SYSTEM: "System mail",
}  # fmt: skip
STATE_LOOKS: dict[MessageState, tuple[str, str, str]] = {
    MessageState.DRAFT: ("Draft", "", "pencil"),
    MessageState.QUEUED: ("Queued", "info", "clock"),
    MessageState.TAKEN: ("Leaving", "info", "send"),
    MessageState.SENDING: ("Leaving", "info", "send"),
    MessageState.SENT: ("Sent", "good", "check"),
    MessageState.FAILED: ("Failed", "bad", "alert-circle"),
    MessageState.UNKNOWN: ("May have left", "warn", "alert-triangle"),
    MessageState.CANCELLED: ("Cancelled", "", "x"),
    MessageState.HELD: ("Held", "warn", "shield-lock"),
    MessageState.RECEIVED: ("Received", "", "inbox"),
}
SHOWN_STATES = (
    MessageState.QUEUED, MessageState.HELD, MessageState.UNKNOWN, MessageState.FAILED, MessageState.SENT,
    MessageState.DRAFT, MessageState.CANCELLED,
)  # fmt: skip
CAPTURED_SHOWN = 100
FILE = re.compile(r"[A-Za-z0-9_-]{1,80}")


# Compose


@dataclass
class Desk:
    """What the compose screen of one pitch works with."""

    pitch: Pitch
    kind: LetterKind
    mailboxes: list[Mailbox]
    templates: list[LetterTemplate]
    addresses: list[tuple[str, str]]
    conversation: list[Message]


@bp.route("/pitches/<int:pitch_id>/letter", methods=["GET", "POST"])
@allow("member")
def compose(pitch_id: int) -> Answer:
    """Write the next letter of a pitch: first letter, follow-up or answer. Buttons: use, preview, queue."""
    desk = _desk(pitch_id)
    form = _form(desk)
    looked: Looked | None = None
    if request.method == "POST":
        if request.form.get("do") == "use":
            _start_from(form, desk)
        elif form.validate() and form.mailbox.data is not None:
            if request.form.get("do") == "queue":
                who = desk.pitch.person.name if desk.pitch.person else desk.pitch.site.key
                done = _queue(desk, form)
                if isinstance(done, Queued):
                    return _told(pitch_id, who, done)
                desk = _desk(pitch_id)
                looked = _look(desk, form)
            else:
                looked = _look(desk, form)
    elif (draft := _draft_of(desk)) is not None:
        _continue(form, draft)
    else:
        _start_from(form, desk)
    page = render_template(
        "sending/compose.html", desk=desk, form=form, looked=looked, kinds=KIND_NAMES, **_about()
    )
    return (
        (page, 422)
        if request.method == "POST" and (form.errors or looked) and request.form.get("do") == "queue"
        else page
    )


@bp.post("/pitches/<int:pitch_id>/letter/preview")
@allow("member")
def preview(pitch_id: int) -> Answer:
    """The letter as it would leave, for the part of the page that changes while one writes."""
    desk = _desk(pitch_id)
    form = _form(desk)
    looked = _look(desk, form) if form.mailbox.data is not None else None
    return render_template("sending/_preview.html", desk=desk, form=form, looked=looked, kinds=KIND_NAMES)


def _desk(pitch_id: int) -> Desk:
    pitch = queries.pitch_to_write(me(), pitch_id)
    if pitch is None:
        abort(404, "There is no such pitch to write for.")
    talk = mail_queries.conversation(pitch.id)
    kind = queries.kind_of(pitch, talk)
    boxes = mail_queries.usable_mailboxes(me(), pitch.project_id)
    if kind is LetterKind.FOLLOW_UP:
        boxes = _same_box(boxes, talk)
    templates = mail_queries.templates_for(me(), pitch.project_id, pitch.type, kind)
    return Desk(pitch, kind, boxes, templates, _addresses(pitch, talk), talk)


def _same_box(boxes: list[Mailbox], talk: list[Message]) -> list[Mailbox]:
    """A follow-up leaves from the mailbox of the first letter, when that is still there."""
    used = [message.mailbox_id for message in talk if message.mailbox_id]
    same = [box for box in boxes if used and box.id == used[0]]
    return same or boxes


def _addresses(pitch: Pitch, talk: list[Message]) -> list[tuple[str, str]]:
    """Where the person can be reached: who wrote last, then what is known, dead addresses left out."""
    known = [
        point.value
        for point in (pitch.person.contact_points if pitch.person else [])
        if point.kind is ContactKind.EMAIL
        and point.status not in (ContactStatus.BOUNCED, ContactStatus.INVALID)
    ]
    wrote = [
        message.from_address for message in reversed(talk) if message.received_at and message.from_address
    ]
    return [(address, address) for address in dict.fromkeys([*wrote[:1], *known])]


def _form(desk: Desk) -> ComposeForm:
    form = ComposeForm(request.form if request.method == "POST" else None)
    form.mailbox.offer((box.id, f"{box.from_name} <{box.address}>") for box in desk.mailboxes)
    form.to_address.choices = desk.addresses or [("", "no address is known")]
    form.template.offer((row.id, f"{row.name}, version {row.versions[0].number}") for row in desk.templates)
    if request.method != "POST":
        form.mailbox.data = desk.mailboxes[0].id if desk.mailboxes else None
        form.to_address.data = desk.addresses[0][0] if desk.addresses else ""
        form.template.data = desk.templates[0].id if desk.templates else None
    return form


def _start_from(form: ComposeForm, desk: Desk) -> None:
    """Put the chosen template's text into the form; the personal line stays."""
    chosen = next((row for row in desk.templates if row.id == form.template.data), None)
    version = chosen.versions[0] if chosen else None
    form.version.data = str(version.id) if version else ""
    form.subject.data = version.subject if version else ""
    form.body.data = version.body if version else "Hi {{ person.first_name|default('there') }},\n\n"


def _draft_of(desk: Desk) -> Message | None:
    """The letter that was taken back, named in the address."""
    wanted = filters.number("draft")
    found = mail_queries.message(me(), wanted) if wanted else None
    fits = found is not None and found.state is MessageState.DRAFT and found.pitch_id == desk.pitch.id
    return found if fits else None


def _continue(form: ComposeForm, draft: Message) -> None:
    form.draft.data, form.version.data = str(draft.id), str(draft.template_version_id or "")
    form.mailbox.data, form.to_address.data = draft.mailbox_id, draft.to_address
    form.subject.data, form.body.data = draft.subject, draft.body
    form.personal_line.data, form.personal_url.data = draft.personal_line, draft.personal_url


def _look(desk: Desk, form: ComposeForm) -> Looked | None:
    box = next((box for box in desk.mailboxes if box.id == form.mailbox.data), None)
    if box is None:
        return None
    return actions.look(
        desk.pitch, box, form.typed(), by=me(), now=now(), to_address=form.to_address.data or "",
        template_version_id=form.number("version"),
    )  # fmt: skip


def _queue(desk: Desk, form: ComposeForm) -> Queued | Looked:
    """Queue it; soft findings give way to the reason that was typed."""
    reason = (form.reason.data or "").strip()
    looked = _look(desk, form)
    overruled = {finding.rule.value: reason for finding in looked.soft} if looked and reason else {}
    try:
        return actions.queue(
            desk.pitch.id, form.mailbox.data or 0, form.typed(), by=me(), now=now(),
            to_address=form.to_address.data or "", undo=timedelta(seconds=config().mail_undo_seconds),
            template_version_id=form.number("version"), overruled=overruled, draft_id=form.number("draft"),
        )  # fmt: skip
    except NotPossible as error:
        abort(404, str(error))


def _told(pitch_id: int, who: str, done: Queued) -> Response:
    wait = done.due_at - now()
    when = (
        ""
        if wait < timedelta(minutes=1)
        else f", leaves from {done.due_at.astimezone(reader_zone()):%a %H:%M} on"
    )
    toast(f"The letter to {who} is queued{when}", url_for("sending.take_back", message_id=done.message_id))
    return redirect(_pitch_url(pitch_id))


def _about() -> dict[str, Any]:
    return {"undo_seconds": config().mail_undo_seconds}


# Outbox and one letter


@bp.get("/outbox")
@allow("viewer")
def outbox() -> Answer:
    """Letters of ours, newest first; `state` and `project` narrow the list."""
    text = request.args.get("state", "")
    state = MessageState(text) if text in set(SHOWN_STATES) else None
    project_id = filters.number("project")
    page = queries.outbox(me(), Filter(state, project_id), Cursor.unpack(request.args.get("at")))
    return render_template(
        "sending/outbox.html", page=page, state=state, project_id=project_id, looks=STATE_LOOKS, kinds=KIND_NAMES,
        counts=queries.outbox_counts(me(), project_id), states=SHOWN_STATES, projects=project_queries.choices(me()),
    )  # fmt: skip


@bp.get("/letters/<int:message_id>")
@allow("viewer")
def letter(message_id: int) -> Answer:
    """One letter: its words, its state with the reason, each try, and its bytes."""
    message = _found(message_id)
    tries = queries.attempts(message.id)
    may_act = message.project_id is None or message.project_id in dict(project_queries.writable_choices(me()))
    return render_template(
        "sending/letter.html", message=message, tries=tries, looks=STATE_LOOKS, kinds=KIND_NAMES, may_act=may_act,
        source=_source(message),
    )  # fmt: skip


@bp.get("/letters/<int:message_id>/raw")
@allow("viewer")
def raw(message_id: int) -> Answer:
    """The bytes of a letter as a file."""
    message = _found(message_id)
    answer = make_response(_bytes(message))
    answer.headers["Content-Type"] = "message/rfc822"
    answer.headers["Content-Disposition"] = f"attachment; filename=letter-{message.id}.eml"
    return answer


@bp.post("/letters/<int:message_id>/undo")
@allow("member")
def take_back(message_id: int) -> Answer:
    """The toast's Undo: the letter is a draft again, and its text is back on the compose screen."""
    _to_change(message_id)
    try:
        pitch_id = actions.take_back(message_id, by=me(), now=now())
    except NotPossible as error:
        toast(str(error), kind="warn")
        return redirect(url_for("sending.letter", message_id=message_id))
    toast("The letter was taken back; it waits here as a draft")
    if pitch_id is None:
        return redirect(url_for("sending.outbox"))
    return redirect(url_for("sending.compose", pitch_id=pitch_id, draft=message_id))


@bp.post("/letters/<int:message_id>/cancel")
@allow("member")
def cancel(message_id: int) -> Answer:
    """It shall not leave."""
    return _decided(
        message_id, lambda: actions.cancel(message_id, by=me(), now=now()), "The letter was cancelled"
    )


@bp.post("/letters/<int:message_id>/retry")
@allow("member")
def retry(message_id: int) -> Answer:
    """Try a held or failed letter again; what still stands against it is said."""

    def again() -> None:
        if findings := actions.release(message_id, by=me(), now=now()):
            raise NotPossible(findings[0].words)

    return _decided(message_id, again, "The letter is queued again")


@bp.post("/letters/<int:message_id>/settlement")
@allow("member")
def settle(message_id: int) -> Answer:
    """A person says what became of an unknown letter: `sent` 1 or 0."""
    was_sent = request.form.get("sent") == "1"
    return _decided(
        message_id,
        lambda: actions.settle_unknown(message_id, was_sent, by=me(), now=now()),
        "Marked as sent" if was_sent else "The letter goes again",
    )


def _decided(message_id: int, act: Any, words: str) -> Answer:
    _to_change(message_id)
    try:
        act()
        toast(words)
    except NotPossible as error:
        toast(str(error), kind="warn")
    return redirect(url_for("sending.letter", message_id=message_id))


def _found(message_id: int) -> Message:
    message = mail_queries.message(me(), message_id)
    if message is None:
        abort(404, "There is no such letter.")
    return message


def _to_change(message_id: int) -> Message:
    """A letter of a project that the user may write in, or their own."""
    message = _found(message_id)
    if message.project_id is not None and message.project_id not in dict(
        project_queries.writable_choices(me())
    ):
        abort(404, "There is no such letter.")
    return message


def _bytes(message: Message) -> bytes:
    """As it was sent; else as it would be now."""
    if message.raw:
        return message.raw
    mailbox = queries.mailbox_of(message)
    if mailbox is None:
        return b""
    try:
        return letters.bytes_of(message, mailbox, queries.workspace().base_url, at=now())
    except ValueError as error:
        return str(error).encode()


def _source(message: Message) -> str:
    return _bytes(message).decode("utf-8", "replace").replace("\r\n", "\n")


# Captured letters


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


# Saying no


@bp.get("/u/<token>")
@allow("public")
def opt_out(token: str) -> Answer:
    """The page on which somebody says no. Looking at it changes nothing."""
    row = opt_outs.known_by(token)
    if row is None:
        abort(404, "This address is not known. Copy all of it from the letter.")
    return render_template(
        "sending/opt_out.html", token=token, address=_half_hidden(row.address or ""),
        is_done=row.used_at is not None, workspace=queries.workspace(),
    )  # fmt: skip


@bp.post("/u/<token>")
@allow("public")
def one_click(token: str) -> Answer:
    """RFC 8058: form or multipart, no cookie, no log-in, no redirect; the second time is the same."""
    if not actions.opt_out(token, now=now()):
        abort(404, "This address is not known. Copy all of it from the letter.")
    row = opt_outs.known_by(token)
    return render_template(
        "sending/opt_out.html", token=token, address=_half_hidden(row.address or "" if row else ""), is_done=True,
        workspace=queries.workspace(),
    )  # fmt: skip


CSRF_EXEMPT = (one_click,)


def _half_hidden(address: str) -> str:
    """`b…@wild.example`: enough to know oneself by."""
    local, _, domain = address.rpartition("@")
    return f"{local[:1]}…@{domain}" if domain else ""


def _pitch_url(pitch_id: int) -> str:
    return address_of("desk.pitch", pitch_id=pitch_id) or url_for("sending.outbox")


@bp.context_processor
def _addresses_of_rooms() -> dict[str, Any]:
    return {"address_of": address_of}


def address_of(endpoint: str, **values: Any) -> str:
    """The address of a screen above this room, by name; empty when there is none."""
    return url_for(endpoint, **values) if endpoint in current_app.view_functions else ""
