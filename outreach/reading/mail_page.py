"""One mail beside its thread, site, person and pitch, as a page; with the forms that answer, file and place it."""

from __future__ import annotations

from typing import Any

from flask import abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from outreach.letter.intent import Intent, Suggestion, suggestion
from outreach.letter.kinds import Kind
from outreach.letter.quoting import fold
from outreach.letter.return_day import days_named
from outreach.letter.showing import has_remote_images
from outreach.mail import keeping
from outreach.mail import queries as mail_queries
from outreach.mail.models import Message
from outreach.mail.rules import Placing
from outreach.pitches import arrows, choices
from outreach.pitches import queries as pitch_queries
from outreach.pitches import rules as pitch_rules
from outreach.pitches.models import Pitch
from outreach.projects import queries as project_queries
from outreach.reading import inbox, mail_parts, queries
from outreach.reading.actions import NotPossible
from outreach.reading.door import Answer, bp
from outreach.reading.forms import DEFAULT_REL, FilingForm, PersonForm, StrayForm
from outreach.reading.inbox import Opened
from outreach.sending.answering import Looked
from outreach.web import filters
from outreach.web.access import allow
from outreach.web.here import config, me, now, today

KIND_LOOKS: dict[Kind, tuple[str, str, str]] = {
    Kind.HUMAN: ("A person", "", "user"),
    Kind.AUTO_REPLY: ("Automatic answer", "info", "robot"),
    Kind.BOUNCE: ("Came back", "bad", "alert-circle"),
    Kind.DELAYED: ("Delayed", "warn", "clock"),
    Kind.DELIVERED: ("Delivered", "good", "check"),
    Kind.COMPLAINT: ("Complaint", "bad", "ban"),
    Kind.UNSUBSCRIBE: ("Wants no more mail", "bad", "ban"),
    Kind.CHALLENGE: ("Asks for a proof", "warn", "shield-lock"),
    Kind.UNPARSED: ("Cannot be read", "warn", "alert-triangle"),
    Kind.OURS: ("Ours", "", "send"),
}
TO_BE = (Kind.HUMAN, Kind.AUTO_REPLY, Kind.BOUNCE, Kind.UNSUBSCRIBE, Kind.COMPLAINT, Kind.DELAYED)
"""What a mail can be said to be by hand."""
INTENT_LOOKS: dict[Intent, tuple[str, str]] = {
    Intent.YES: ("Sounds like a yes", "good"),
    Intent.NO: ("Sounds like a no", "bad"),
    Intent.NOT_NOW: ("Not now", "warn"),
    Intent.PRICE: ("Speaks of money", "warn"),
    Intent.WRONG_PERSON: ("Wrong person", "info"),
}
SHOWN_SIGNS = 60_000


@bp.get("/inbox/<int:mail_id>")
@allow("viewer")
def mail(mail_id: int) -> Answer:
    """The mail beside its thread, site, person and pitch, with the form that answers and files."""
    return show(opened_mail(mail_id))


def opened_mail(mail_id: int) -> Opened:
    found = queries.message(me(), mail_id)
    opened = inbox.opened(me(), mail_id, inbox.tab_of(found), now=now()) if found else None
    return opened or abort(404, "There is no such mail, or it is not yours to read.")


def show(
    opened: Opened, form: FilingForm | None = None, *, person: PersonForm | None = None, stray: StrayForm | None = None,
    looked: Looked | None = None, said: str = "",
) -> Answer:  # fmt: skip
    mail = opened.mail
    pitch_id = inbox.pitch_near(me(), mail)
    pitch = pitch_queries.get(me(), pitch_id) if pitch_id else None
    colleagues = choices.colleagues(pitch.project_id) if pitch else []
    may_write = any(one.id == me().id and one.may_own for one in colleagues) if pitch else True
    talk = inbox.thread(me(), mail)
    is_matched = mail.placing is Placing.MATCHED
    boxes = (
        mail_queries.usable_mailboxes(me(), pitch.project_id) if pitch and may_write and is_matched else []
    )
    sounds = suggestion(mail.reply_text, sender=mail.from_address) if mail.what is Kind.HUMAN else None
    if form is None and pitch and may_write and is_matched:
        form = filing_form(pitch, mail, boxes, colleagues, fresh=True)
    wanted, wants_html = filters.words("q"), request.args.get("html") == "1" and mail.has_html
    page = render_template(
        "reading/mail.html", opened=opened, mail=mail, pitch=pitch, may_write=may_write, is_matched=is_matched, thread=talk,
        form=form, looked=looked, said=said, boxes=boxes, parts=_parts(mail, talk), sounds=sounds, intent_looks=INTENT_LOOKS,
        looks=KIND_LOOKS, kinds=[kind for kind in TO_BE if kind is not mail.what], rules=pitch_rules, tab=inbox.tab_of(mail),
        tab_names=inbox.TAB_NAMES, person_form=person or _person_form(sounds), stray=stray or (None if is_matched else stray_form(mail)),
        candidates=[] if is_matched or pitch else inbox.candidates(me(), mail, wanted), wanted=wanted,
        names={one.id: one.name for one in colleagues}, days=_days(mail),
        has_images=wants_html and has_remote_images(_html(mail)), wants_html=wants_html, wants_images=request.args.get("images") == "1",
    )  # fmt: skip
    return (page, 422) if request.method == "POST" else page


def _parts(mail: Message, talk: list[Message]) -> tuple[str, str]:
    """(their own words, what they quote); the whole is the two together."""
    ours = tuple(one.body for one in talk if one.direction == "out" and one.body)[-8:]
    folded = fold(mail.body[:SHOWN_SIGNS], ours)
    own = mail.reply_text or folded.own or mail.body
    return own[:SHOWN_SIGNS], folded.quoted if own != mail.body else ""


def _days(mail: Message) -> list[Any]:
    """Days ahead that they name."""
    at = mail.received_at
    named = days_named(mail.reply_text or "", at.date() if at else None) if mail.what is Kind.HUMAN else []
    return [day for day in named if day >= today()][:2]


def onward(opened: Opened) -> Response:
    """To the next mail of the tab; to the list when there is none."""
    follow = opened.older or opened.newer
    if follow:
        return redirect(url_for("reading.mail", mail_id=follow), 303)
    return redirect(url_for("reading.inbox", tab=inbox.tab_of(opened.mail).value), 303)


def filing_form(
    pitch: Pitch, mail: Message, boxes: list[Any], colleagues: list[Any], *, fresh: bool = False
) -> FilingForm:
    """The form as it begins: the stage it stands at, what is agreed or was offered, the mailbox they wrote to."""
    own = boxes[0].id if boxes else None
    begins: dict[str, Any] = {
        "version": str(pitch.version), "stage": pitch.stage, "target": pitch.target_url or (pitch.own_page.url if pitch.own_page else ""),
        "expected_rel": pitch.expected_rel or DEFAULT_REL, "due_on": pitch.due_on, "next_owner": pitch.next_owner_id or pitch.owner_id,
        "mailbox": mail.mailbox_id if any(box.id == mail.mailbox_id for box in boxes) else own,
    }  # fmt: skip
    form = FilingForm(formdata=None, **begins) if fresh else FilingForm(**begins)
    goals = [stage for stage in arrows.targets(pitch.standing()) if stage not in pitch_rules.SUCCESS]
    form.offer_stages(goals, pitch.stage)
    pages = [(page.url, page.title or page.url) for page in choices.own_pages(pitch.project_id)]
    known = (
        [(pitch.target_url, pitch.target_url)]
        if pitch.target_url and pitch.target_url not in dict(pages)
        else []
    )
    form.target.choices = [("", "Not agreed yet"), *known, *pages]
    form.mailbox.offer((box.id, f"{box.from_name} <{box.address}>") for box in boxes)
    form.next_owner.offer(
        (one.id, one.name) for one in colleagues if one.may_own or one.id == pitch.next_owner_id
    )
    return form


def decide(act: Any) -> Any:
    try:
        return act()
    except NotPossible as error:
        abort(404, str(error))


def _person_form(sounds: Suggestion | None) -> PersonForm:
    held = {"name": sounds.name, "address": sounds.address} if sounds else {}
    return PersonForm(formdata=None, **held)


def stray_form(mail: Message, *, posted: bool = False) -> StrayForm:
    begins = {
        "name": mail.from_name,
        "address": mail.from_address,
        "site": mail.from_address.rpartition("@")[2],
    }
    form = StrayForm(**begins) if posted else StrayForm(formdata=None, **begins)
    form.project.offer(project_queries.writable_choices(me()))
    return form


def _html(mail: Message) -> str:
    kept = keeping.read(config().instance, mail.raw_file) if mail.raw_file else None
    return mail_parts.html_of(kept) if kept is not None else ""
