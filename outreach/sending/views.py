"""Screens of sending: the outbox, and one letter with its files; the other doors of the room are collected here."""

from __future__ import annotations

import io
from typing import Any

from flask import abort, make_response, redirect, render_template, request, send_file, url_for

from outreach.mail import files
from outreach.mail import queries as mail_queries
from outreach.mail.formatted import FRAMED
from outreach.mail.models import Message
from outreach.mail.rules import MessageState
from outreach.projects import queries as project_queries
from outreach.sending import (
    actions,
    batching,
    by_hand_views,
    captured_views,
    composing,
    exporting,
    letters,
    listing,
    queries,
    writing_desk,
)
from outreach.sending.actions import NotPossible
from outreach.sending.by_hand import WAY_NAMES
from outreach.sending.door import KIND_NAMES, SHOWN_STATES, STATE_LOOKS, Answer, bp
from outreach.sending.follow_ups import views as follow_ups
from outreach.sending.listing import Filter
from outreach.sending.opt_out_views import one_click
from outreach.sending.rules import Rule
from outreach.web import filters
from outreach.web.access import allow
from outreach.web.addresses import local_path
from outreach.web.here import config, me, now
from outreach.web.pager import Cursor
from outreach.web.toasts import toast

__all__ = ["batching", "bp", "by_hand_views", "captured_views", "composing", "follow_ups"]


@bp.get("/outbox")
@allow("viewer")
def outbox() -> Answer:
    """Letters of ours, newest first; `state`, `project` and, of the held ones, the `rule` narrow the list."""
    shown = _shown()
    state, project_id, rule = shown.state, shown.project_id, shown.rule
    page = listing.outbox(me(), shown, Cursor.unpack(request.args.get("at")))
    return render_template(
        "sending/outbox.html", reads=listing.as_drafts_read(page.rows), page=page, state=state, project_id=project_id, looks=STATE_LOOKS, kinds=KIND_NAMES,
        rule=rule, held=listing.held_by(me(), project_id) if state is MessageState.HELD else {},
        counts=listing.outbox_counts(me(), project_id), states=SHOWN_STATES, projects=project_queries.choices(me()),
    )  # fmt: skip


def _shown() -> Filter:
    text = request.args.get("state", "")
    state = MessageState(text) if text in set(SHOWN_STATES) else None
    rule = request.args.get("rule", "") if state is MessageState.HELD else ""
    return Filter(state, filters.number("project"), rule if rule in set(Rule) else "")


@bp.post("/outbox/export")
@allow("member")
def export_outbox() -> Answer:
    """All letters that the filters let through. `format` is csv or xlsx."""
    return exporting.export(_shown())


@bp.get("/letters/<int:message_id>")
@allow("viewer")
def letter(message_id: int) -> Answer:
    """One letter: its words, its state with the reason, each try, and its bytes."""
    message = _found(message_id)
    tries = queries.attempts(message.id)
    may_act = message.project_id is None or message.project_id in dict(project_queries.writable_choices(me()))
    reads = listing.as_drafts_read([message]) if message.state is MessageState.DRAFT else {}
    return render_template(
        "sending/letter.html", reads=reads.get(message.id, (message.subject, message.body)), message=message, tries=tries, looks=STATE_LOOKS, kinds=KIND_NAMES, may_act=may_act,
        source=_source(message), attached=files.of(message.id), ways=WAY_NAMES,
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


@bp.get("/letters/<int:message_id>/files/<int:file_id>")
@allow("viewer")
def file(message_id: int, file_id: int) -> Answer:
    """A file that goes with a letter: to be saved, never to be run or shown in a page of ours."""
    found = files.one(_found(message_id).id, file_id)
    content = files.read(config().instance, found) if found else None
    if found is None or content is None:
        abort(404, "There is no such file.")
    answer = send_file(io.BytesIO(content), found.type, as_attachment=True, download_name=found.name)
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return answer


@bp.get("/letters/<int:message_id>/html")
@allow("viewer")
def page(message_id: int) -> Answer:
    """The formatted part of a letter alone, for a frame in which nothing runs and nothing is loaded."""
    message = _found(message_id)
    page = writing_desk.page_of_draft(message) if message.state is MessageState.DRAFT else message.body_html
    if not page:
        abort(404, "This letter has no formatted part.")
    answer = make_response(page)
    answer.headers["Content-Security-Policy"] = FRAMED
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
    if back := local_path(request.args.get("back")):
        toast("The letter was taken back", kind="info")
        return redirect(back)
    toast("The letter was taken back; it waits here as a draft")
    if pitch_id is None:
        return redirect(url_for("sending.outbox"))
    return redirect(url_for("sending.compose", pitch_id=pitch_id, draft=message_id))


@bp.post("/letters/<int:message_id>/cancel")
@allow("member")
def cancel(message_id: int) -> Answer:
    """It shall not leave."""

    def stop() -> None:
        files.remove(config().instance, actions.cancel(message_id, by=me(), now=now()))

    return _decided(message_id, stop, "The letter was cancelled")


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


CSRF_EXEMPT = (one_click,)
