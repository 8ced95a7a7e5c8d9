"""Answering a mail and filing it: stage, agreement and next action in one press."""

from __future__ import annotations

from datetime import timedelta

from flask import abort, url_for

from outreach.mail import queries as mail_queries
from outreach.mail.rules import Placing
from outreach.pitches import choices
from outreach.pitches import queries as pitch_queries
from outreach.pitches import rules as pitch_rules
from outreach.pitches.arrows import MoveRefused
from outreach.pitches.models import Pitch
from outreach.pitches.rules import Stage
from outreach.reading import inbox_actions
from outreach.reading.actions import NotPossible
from outreach.reading.door import Answer, bp
from outreach.reading.forms import FilingForm
from outreach.reading.inbox import Opened
from outreach.reading.inbox_actions import Changed, Filing, Stopped
from outreach.reading.mail_page import filing_form, onward, opened_mail, show
from outreach.web.access import allow
from outreach.web.here import config, me, now, today
from outreach.web.toasts import toast


@bp.post("/inbox/<int:mail_id>/filing")
@allow("member")
def file(mail_id: int) -> Answer:
    """Answer, stage, agreement and next action in one press."""
    opened = opened_mail(mail_id)
    pitch = pitch_queries.get_writable(me(), opened.mail.pitch_id) if opened.mail.pitch_id else None
    if pitch is None or opened.mail.placing is not Placing.MATCHED:
        abort(404, "This mail belongs to no pitch of yours.")
    colleagues = choices.colleagues(pitch.project_id)
    form = filing_form(pitch, opened.mail, mail_queries.usable_mailboxes(me(), pitch.project_id), colleagues)
    if not (form.validate() and form.forget_past(today())):
        return show(opened, form)
    try:
        done = inbox_actions.file(
            mail_id,
            _filing(form),
            by=me(),
            now=now(),
            today=today(),
            undo=timedelta(seconds=config().mail_undo_seconds),
        )
    except Stopped as stopped:
        return show(opened_mail(mail_id), form, looked=stopped.looked)
    except Changed:
        form.version.data = str(pitch_queries.get(me(), pitch.id).version)  # type: ignore[union-attr]
        said = (
            "Somebody has changed this pitch since. What you typed is still here; look, and save once more."
        )
        return show(opened_mail(mail_id), form, said=said)[0], 409  # type: ignore[index]
    except MoveRefused as refused:
        form.stage.errors = [str(refused)]
        return show(opened_mail(mail_id), form)
    except NotPossible as error:
        abort(404, str(error))
    return _told(opened, pitch, done)


def _told(opened: Opened, pitch: Pitch, done: inbox_actions.Filed) -> Answer:
    who = opened.person.name if opened.person else opened.mail.from_name or opened.mail.from_address
    words = f"filed under “{pitch_rules.stage_name(done.stage)}”"
    if done.queued is not None:
        toast(
            f"The answer to {who} is queued, {words}",
            url_for("sending.take_back", message_id=done.queued.message_id),
        )
    elif done.change_id is not None:
        toast(f"{who}: {words}", url_for("pitches.undo", pitch_id=done.pitch_id, change_id=done.change_id))
    else:
        toast(f"{who}: {words}", url_for("reading.handle", mail_id=opened.mail.id, done=0))
    return onward(opened)


def _filing(form: FilingForm) -> Filing:
    offered = {value for value, _ in form.target.choices}
    return Filing(
        version=form.version_seen(), stage=Stage(form.stage.data), body=(form.body.data or "").strip(), mailbox_id=form.mailbox.data,
        reason=form.reason.data or "", target_url=form.target.data if form.target.data in offered else "",
        expected_rel=form.expected_rel.data or "", due_on=form.due_on.data, next_kind=form.planned(), next_on=form.next_on.data,
        next_owner_id=form.next_owner.data, revisit_on=form.revisit_on.data, outcome=form.outcome.data or "",
    )  # fmt: skip
