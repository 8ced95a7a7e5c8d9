"""The doors to letters that a person sends: the words prepared for a form, a message or a call, and "I sent it"."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask import abort, redirect, render_template, request, url_for
from wtforms import HiddenField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from outreach.mail import language, refusals
from outreach.mail import queries as mail_queries
from outreach.mail.checks import in_the_language, one_line
from outreach.mail.merge import Draft, newlines
from outreach.mail.models import LetterTemplate, Message
from outreach.mail.rules import Channel, LetterKind, MessageState
from outreach.pitches.models import Pitch
from outreach.prospects.rules import BadContact, clean_contact
from outreach.sending import by_hand, draft_actions, queries
from outreach.sending.actions import NotPossible
from outreach.sending.by_hand import KINDS, WAY_NAMES, Logged
from outreach.sending.door import KIND_NAMES, Answer, bp, pitch_url
from outreach.sending.writing import Looked
from outreach.web.access import allow
from outreach.web.forms import A_DAY, DayField, Form, IdField, row_id
from outreach.web.here import me, now, today
from outreach.web.toasts import toast

WHERE_WORDS = {Channel.FORM: "Page with the form", Channel.SOCIAL: "Profile", Channel.PHONE: "Number"}
BODY_WORDS = {Channel.FORM: "Message", Channel.SOCIAL: "Message", Channel.PHONE: "What you will say"}


class ByHandForm(Form):
    """The words of a letter that is not mail, and the day on which it was sent."""

    where = SelectField("Where", validate_choice=False)
    other = StringField("Or another one", [Length(max=254, message="Use at most 254 signs."), one_line])
    template = IdField("Start from", empty="an empty letter")
    version = HiddenField()
    draft = HiddenField()
    subject = StringField("Subject", [Length(max=400), one_line, in_the_language])
    personal_line = TextAreaField(
        "What you read on their page",
        [Length(max=2_000)],
        description="A line of your own. It stands after the greeting.",
    )
    personal_url = StringField("Its address", [Length(max=2_000), one_line])
    body = TextAreaField("Message", [Length(max=20_000), in_the_language])
    reason = StringField(
        "Send it all the same, because",
        [Optional(), Length(max=300), one_line],
        description="Only where something amber stands against it. The reason is kept.",
    )
    on = DayField("Sent on", [InputRequired(A_DAY)])

    def typed(self) -> Draft:
        """What was written."""
        return Draft(
            self.subject.data or "", newlines(self.body.data or ""), newlines(self.personal_line.data or ""),
            self.personal_url.data or "",
        )  # fmt: skip

    def number(self, name: str) -> int | None:
        """A hidden id; None when it is empty or no number."""
        try:
            return row_id(self[name].data)
        except (TypeError, ValueError):
            return None


@dataclass
class Desk:
    """What the screen works with."""

    pitch: Pitch
    way: Channel
    kind: LetterKind
    talk: list[Message]
    templates: list[LetterTemplate]
    draft: Message | None


@bp.route("/pitches/<int:pitch_id>/letter/<way>", methods=["GET", "POST"])
@allow("member")
def compose_by_hand(pitch_id: int, way: str) -> Answer:
    """Prepare the words for a form, a social message or a call. Buttons: use, preview, sent."""
    desk = _desk(pitch_id, way)
    form = _form(desk)
    if request.method != "POST":
        _begin(form, desk)
        return _page(desk, form, None)
    do = request.form.get("do", "")
    if do == "use":
        _use(form, desk)
        return _page(desk, form, None)
    if not form.validate():
        return _page(desk, form, None), 422
    _keep(desk, form)
    if do == "sent" and _is_right(form, desk) and isinstance(done := _log(desk, form), Logged):
        who = desk.pitch.person.name if desk.pitch.person else desk.pitch.site.key
        toast(
            f"Written to {who}: {WAY_NAMES[desk.way].lower()}",
            url_for("sending.undo_by_hand", message_id=done.message_id),
        )
        return redirect(pitch_url(pitch_id))
    looked = _look(_desk(pitch_id, way), form)
    return _page(desk, form, looked), 422 if do == "sent" or form.errors else 200


@bp.post("/pitches/<int:pitch_id>/letter/<way>/preview")
@allow("member")
def preview_by_hand(pitch_id: int, way: str) -> Answer:
    """The words as they would be sent, for the part of the page that changes while one writes; they are kept as a draft."""
    desk = _desk(pitch_id, way)
    form = _form(desk)
    looked = None
    if form.validate():
        _keep(desk, form)
        looked = _look(_desk(pitch_id, way), form)
    return render_template("sending/_by_hand.html", desk=desk, form=form, looked=looked, where=_where(form))


@bp.post("/letters/<int:message_id>/unsent")
@allow("member")
def undo_by_hand(message_id: int) -> Answer:
    """The toast's Undo: it was not sent after all."""
    letter = mail_queries.message(me(), message_id) or abort(404, "There is no such letter.")
    way = letter.channel
    try:
        pitch_id = by_hand.undo(message_id, by=me(), now=now())
    except NotPossible as error:
        toast(str(error), kind="warn")
        return redirect(url_for("sending.letter", message_id=message_id))
    toast("Undone; the words wait here as a draft", kind="info")
    return redirect(url_for("sending.compose_by_hand", pitch_id=pitch_id, way=way.value))


def _desk(pitch_id: int, way: str) -> Desk:
    channel = next((one for one in WAY_NAMES if one.value == way), None) or abort(
        404, "There is no such way to write."
    )
    pitch = queries.pitch_to_write(me(), pitch_id) or abort(404, "There is no such pitch to write for.")
    found = mail_queries.conversation(pitch.id, drafts_of=me().id)
    talk = [message for message in found if message.state is not MessageState.DRAFT]
    own = max((one for one in found if one.state is MessageState.DRAFT), key=lambda one: one.id, default=None)
    kind = queries.kind_of(pitch, talk)
    templates = mail_queries.templates_for(me(), pitch.project_id, pitch.type, kind)
    return Desk(pitch, channel, kind, talk, templates, own)


def _form(desk: Desk) -> ByHandForm:
    form = ByHandForm(request.form if request.method == "POST" else None)
    known = by_hand.places(desk.pitch, desk.way)
    form.where.choices = [(value, value) for value in known] or [("", "none is known yet")]
    form.where.label.text, form.body.label.text = WHERE_WORDS[desk.way], BODY_WORDS[desk.way]
    form.template.offer((row.id, f"{row.name}, version {row.versions[0].number}") for row in desk.templates)
    if form.where.data and form.where.data not in known:
        form.where.data = ""
    return form


def _begin(form: ByHandForm, desk: Desk) -> None:
    """Go on with the user's draft of this pitch; else start from the first template."""
    form.on.data = today()
    form.where.data = form.where.choices[0][0]
    form.template.data = desk.templates[0].id if desk.templates else None
    if desk.draft is None:
        _use(form, desk)
        return
    texts = desk.draft.typed or {"subject": desk.draft.subject, "body": desk.draft.body}
    form.draft.data, form.version.data = str(desk.draft.id), str(desk.draft.template_version_id or "")
    form.subject.data, form.body.data = texts["subject"], texts["body"]
    form.personal_line.data, form.personal_url.data = desk.draft.personal_line, desk.draft.personal_url


def _use(form: ByHandForm, desk: Desk) -> None:
    """Put the chosen template's words into the form; the personal line stays."""
    chosen = next((row for row in desk.templates if row.id == form.template.data), None)
    version = chosen.versions[0] if chosen else None
    form.version.data = str(version.id) if version else ""
    form.subject.data = version.subject if version else ""
    form.body.data = version.body if version else "Hi {{ person.first_name|default('there') }},\n\n"


def _keep(desk: Desk, form: ByHandForm) -> None:
    """Nothing that was typed is lost: it is the user's draft of this pitch, whichever way it goes."""
    draft_id, _turn = draft_actions.save(
        desk.pitch.id, None, form.typed(), by=me(), now=now(), to_address="",
        template_version_id=form.number("version"), draft_id=form.number("draft"),
    )  # fmt: skip
    form.draft.data = str(draft_id)


def _where(form: ByHandForm) -> str:
    return (form.other.data or "").strip() or form.where.data or ""


def _look(desk: Desk, form: ByHandForm) -> Looked:
    return by_hand.look(
        desk.pitch, desk.way, form.typed(), by=me(), now=now(), where=_where(form), talk=desk.talk
    )


def _is_right(form: ByHandForm, desk: Desk) -> bool:
    """Also that the day is none to come, and that a typed address is one."""
    on: date = form.on.data
    if on > today():
        form.on.errors = ["This day is still to come."]
    elif on < desk.pitch.created_at.date():
        form.on.errors = ["The pitch did not exist yet on this day."]
    if form.other.data:
        try:
            form.other.data, _norm = clean_contact(KINDS[desk.way], form.other.data)
        except BadContact as bad:
            form.other.errors = [str(bad)]
    return not form.errors


def _log(desk: Desk, form: ByHandForm) -> Logged | Looked:
    reason = (form.reason.data or "").strip()
    looked = _look(desk, form)
    overruled = {finding.rule.value: reason for finding in looked.soft} if reason else {}
    try:
        return by_hand.log(
            desk.pitch.id, desk.way, form.typed(), form.on.data, by=me(), now=now(), today=today(), where=_where(form),
            template_version_id=form.number("version"), overruled=overruled, draft_id=form.number("draft"),
            is_new_place=bool(form.other.data),
        )  # fmt: skip
    except NotPossible as error:
        abort(404, str(error))


def _page(desk: Desk, form: ByHandForm, looked: Looked | None) -> str:
    return render_template(
        "sending/by_hand.html", desk=desk, form=form, looked=looked, kinds=KIND_NAMES, ways=WAY_NAMES, where=_where(form),
        fields=language.FIELDS, allowed=refusals.ALLOWED,
    )  # fmt: skip
