"""Writing one letter of a pitch. What was typed is kept as a draft, so that a closed window loses nothing."""

from __future__ import annotations

from datetime import timedelta
from zlib import crc32

from flask import abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from outreach.mail import files, language, refusals, snippets
from outreach.mail.attachments import ACCEPTED
from outreach.mail.models import Message
from outreach.sending import actions, gathering, queries
from outreach.sending.actions import NotPossible, Queued
from outreach.sending.door import KIND_NAMES, Answer, bp, pitch_url
from outreach.sending.forms import ComposeForm
from outreach.sending.gate import ABOUT_WHOM, gate
from outreach.sending.rules import Finding
from outreach.sending.writing import Looked
from outreach.sending.writing_desk import (
    Desk,
    desk_of,
    fill,
    form_of,
    is_filling,
    keep,
    look,
    take_up,
    uploads,
)
from outreach.web import filters
from outreach.web.access import allow
from outreach.web.here import config, me, now
from outreach.web.jinja import reader_zone
from outreach.web.toasts import toast


@bp.route("/pitches/<int:pitch_id>/letter", methods=["GET", "POST"])
@allow("member")
def compose(pitch_id: int) -> Answer:
    """Write the next letter of a pitch: first letter, follow-up or answer. Buttons: use, preview, queue, and those of files."""
    desk = desk_of(pitch_id)
    form = form_of(desk)
    if request.method != "POST":
        return _page(desk, form, None, _begin(desk, form))
    do = request.form.get("do", "")
    draft = queries.draft_of(me(), pitch_id, form.number("draft"))
    draft_id = draft.id if draft else None
    if is_filling(do):
        fill(do, form, desk)
        return _page(desk, form, None, draft)
    is_right = form.validate() and form.mailbox.data is not None
    if (do != "queue" or uploads()) and form.may_be_kept():
        draft_id = keep(desk, form, do)
    if not is_right:
        return _page(desk, form, None, queries.draft_of(me(), pitch_id, draft_id))
    if do == "queue" and not form.errors:
        who = desk.pitch.person.name if desk.pitch.person else desk.pitch.site.key
        if isinstance(done := _queue(desk, form, draft_id), Queued):
            return _told(pitch_id, who, done)
    desk = desk_of(pitch_id)
    return _page(desk, form, look(desk, form, draft_id), queries.draft_of(me(), pitch_id, draft_id))


@bp.post("/pitches/<int:pitch_id>/letter/preview")
@allow("member")
def preview(pitch_id: int) -> Answer:
    """The letter as it would leave, for the part of the page that changes while one writes; it is kept as a draft."""
    return previewed(pitch_id, None)


def previewed(pitch_id: int, of_draft: int | None) -> str:
    """The part of the page that shows the letter; what was typed is kept in the draft that is named, or the user's own."""
    desk = desk_of(pitch_id)
    form = form_of(desk)
    draft_id = looked = None
    if of_draft is not None:
        form.draft.data = str(of_draft)
    if form.mailbox.data is not None:
        is_right = form.validate()
        draft_id = keep(desk, form, "", is_by_itself=True) if form.may_be_kept() else form.number("draft")
        looked = look(desk_of(pitch_id), form, draft_id) if is_right or draft_id else None
    return render_template(
        "sending/_preview.html", desk=desk, form=form, looked=looked, kinds=KIND_NAMES, draft_id=draft_id, stamp=stamp(looked)
    )  # fmt: skip


def _page(desk: Desk, form: ComposeForm, looked: Looked | None, draft: Message | None) -> Answer:
    if draft is not None:
        form.draft.data = str(draft.id)
    page = render_template(
        "sending/compose.html", desk=desk, form=form, looked=looked, against=[] if looked or draft else _against(desk), kinds=KIND_NAMES, draft_id=draft.id if draft else None,
        attached=files.of(draft.id) if draft else [], accepted=ACCEPTED, undo_seconds=config().mail_undo_seconds,
        stamp=stamp(looked), fields=language.FIELDS, allowed=refusals.ALLOWED,
        snippets=snippets.readable(me(), desk.pitch.project_id),
    )  # fmt: skip
    is_refused = bool(form.errors) or (looked is not None and request.form.get("do") == "queue")
    return (page, 422) if request.method == "POST" and is_refused else page


def _against(desk: Desk) -> list[Finding]:
    """What stands against writing to them at all, told before a word is written; of a draft its preview tells it."""
    facts = gathering.known_of(desk.pitch, desk.kind, me(), now=now())
    return [finding for finding in gate(facts) if finding.rule in ABOUT_WHOM]


def stamp(looked: Looked | None) -> str:
    """Makes the frame load again when the formatted part has changed."""
    return f"{crc32(looked.message.body_html.encode()):x}" if looked and looked.message.body_html else ""


def _begin(desk: Desk, form: ComposeForm) -> Message | None:
    """Go on with the draft that the address names, or the user's last one of this pitch; else start from the first template."""
    named = filters.number("draft")
    draft = queries.draft_of(me(), desk.pitch.id, named) if named else desk.draft
    if draft is None:
        fill("use", form, desk)
    else:
        take_up(form, draft)
    return draft


def _queue(desk: Desk, form: ComposeForm, draft_id: int | None) -> Queued | Looked:
    """Queue it; soft findings give way to the reason that was typed."""
    reason = (form.reason.data or "").strip()
    looked = look(desk, form, draft_id)
    overruled = {finding.rule.value: reason for finding in looked.soft} if looked and reason else {}
    try:
        return actions.queue(
            desk.pitch.id, form.mailbox.data or 0, form.typed(), by=me(), now=now(),
            to_address=form.to_address.data or "", undo=timedelta(seconds=config().mail_undo_seconds),
            template_version_id=form.number("version"), overruled=overruled, draft_id=draft_id,
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
    return redirect(pitch_url(pitch_id))
