"""The Inbox: its lists, one mail beside its thread and pitch, and what a person does with it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Blueprint, abort, make_response, redirect, render_template, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response

from outreach.kit.urls import BadAddress
from outreach.letter.intent import Intent, Suggestion, suggestion
from outreach.letter.kinds import Kind
from outreach.letter.quoting import fold
from outreach.letter.return_day import days_named
from outreach.letter.showing import has_remote_images, shown
from outreach.mail import keeping
from outreach.mail import queries as mail_queries
from outreach.mail.models import Message
from outreach.mail.rules import Placing
from outreach.pitches import arrows, choices
from outreach.pitches import queries as pitch_queries
from outreach.pitches import rules as pitch_rules
from outreach.pitches.arrows import MoveRefused
from outreach.pitches.models import Pitch
from outreach.pitches.rules import Stage
from outreach.projects import queries as project_queries
from outreach.reading import actions, inbox, inbox_actions, large, mail_parts, queries
from outreach.reading.actions import NotPossible
from outreach.reading.forms import DEFAULT_REL, FilingForm, PersonForm, StrayForm
from outreach.reading.inbox import Opened, Tab
from outreach.reading.inbox_actions import Changed, Filing, Stopped
from outreach.sending.answering import Looked
from outreach.web import filters
from outreach.web.access import allow
from outreach.web.forms import row_id
from outreach.web.here import config, me, now, today
from outreach.web.pager import Cursor
from outreach.web.toasts import toast
from outreach.web.words import counted

bp = Blueprint("reading", __name__)

Answer = str | Response | tuple[str, int]
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
FRAME_CSP = "default-src 'none'; style-src 'unsafe-inline'; img-src {images}; sandbox allow-popups allow-popups-to-escape-sandbox; frame-ancestors 'self'; form-action 'none'; base-uri 'none'"
FILE_CSP = "default-src 'none'; sandbox"
SHOWN_SIGNS = 60_000
QUOTED_LETTERS = 400


# Lists


@bp.get("/inbox", endpoint="inbox")
@allow("viewer")
def index() -> Answer:
    """People who wrote; `tab` shows the other kinds, `done` what was dealt with."""
    tab = Tab(filters.one_of("tab", tuple(Tab), Tab.PEOPLE.value))
    is_done = request.args.get("done") == "1" and tab in (Tab.PEOPLE, Tab.UNMATCHED)
    page = inbox.page(me(), tab, Cursor.unpack(request.args.get("at")), now=now(), is_done=is_done)
    return render_template(
        "reading/index.html", tab=tab, tabs=_tabs(tab), page=page, is_done=is_done, looks=KIND_LOOKS, link=filters.address,
        intents={row.id: found for row in page.rows if (found := _quick(row))}, intent_looks=INTENT_LOOKS, rules=pitch_rules,
        states=inbox.reading_states(me()), is_read=bool(page.rows) or inbox.is_any_read(me()), names=inbox.TAB_NAMES,
    )  # fmt: skip


def _tabs(tab: Tab) -> list[tuple[str, int | str, bool, str]]:
    numbers = inbox.counts(me(), now=now())
    return [
        (
            name,
            counted(numbers[one]),
            one is tab,
            url_for("reading.inbox", tab=one.value),
        )
        for one, name in inbox.TAB_NAMES.items()
    ]


def _quick(row: Any) -> Suggestion | None:
    """What a row of the list sounds like, from the beginning of its text."""
    return suggestion(row.text, sender=row.from_address) if row.what is Kind.HUMAN else None


# One mail


@bp.get("/inbox/<int:mail_id>")
@allow("viewer")
def mail(mail_id: int) -> Answer:
    """The mail beside its thread, site, person and pitch, with the form that answers and files."""
    return _show(_found(mail_id))


def _found(mail_id: int) -> Opened:
    found = queries.message(me(), mail_id)
    opened = inbox.opened(me(), mail_id, inbox.tab_of(found), now=now()) if found else None
    return opened or abort(404, "There is no such mail, or it is not yours to read.")


def _show(
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
        form = _form(pitch, mail, boxes, colleagues, fresh=True)
    wanted, wants_html = filters.words("q"), request.args.get("html") == "1" and mail.has_html
    page = render_template(
        "reading/mail.html", opened=opened, mail=mail, pitch=pitch, may_write=may_write, is_matched=is_matched, thread=talk,
        form=form, looked=looked, said=said, boxes=boxes, parts=_parts(mail, talk), sounds=sounds, intent_looks=INTENT_LOOKS,
        looks=KIND_LOOKS, kinds=[kind for kind in TO_BE if kind is not mail.what], rules=pitch_rules, tab=inbox.tab_of(mail),
        tab_names=inbox.TAB_NAMES, person_form=person or _person_form(sounds), stray=stray or (None if is_matched else _stray_form(mail)),
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


# Answer and file


@bp.post("/inbox/<int:mail_id>/filing")
@allow("member")
def file(mail_id: int) -> Answer:
    """Answer, stage, agreement and next action in one press."""
    opened = _found(mail_id)
    pitch = pitch_queries.get_writable(me(), opened.mail.pitch_id) if opened.mail.pitch_id else None
    if pitch is None or opened.mail.placing is not Placing.MATCHED:
        abort(404, "This mail belongs to no pitch of yours.")
    colleagues = choices.colleagues(pitch.project_id)
    form = _form(pitch, opened.mail, mail_queries.usable_mailboxes(me(), pitch.project_id), colleagues)
    if not (form.validate() and form.forget_past(today())):
        return _show(opened, form)
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
        return _show(_found(mail_id), form, looked=stopped.looked)
    except Changed:
        form.version.data = str(pitch_queries.get(me(), pitch.id).version)  # type: ignore[union-attr]
        said = (
            "Somebody has changed this pitch since. What you typed is still here; look, and save once more."
        )
        return _show(_found(mail_id), form, said=said)[0], 409  # type: ignore[index]
    except MoveRefused as refused:
        form.stage.errors = [str(refused)]
        return _show(_found(mail_id), form)
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
    return _onward(opened)


def _onward(opened: Opened) -> Response:
    """To the next mail of the tab; to the list when there is none."""
    follow = opened.older or opened.newer
    if follow:
        return redirect(url_for("reading.mail", mail_id=follow), 303)
    return redirect(url_for("reading.inbox", tab=inbox.tab_of(opened.mail).value), 303)


def _form(
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


def _filing(form: FilingForm) -> Filing:
    offered = {value for value, _ in form.target.choices}
    return Filing(
        version=form.version_seen(), stage=Stage(form.stage.data), body=(form.body.data or "").strip(), mailbox_id=form.mailbox.data,
        reason=form.reason.data or "", target_url=form.target.data if form.target.data in offered else "",
        expected_rel=form.expected_rel.data or "", due_on=form.due_on.data, next_kind=form.planned(), next_on=form.next_on.data,
        next_owner_id=form.next_owner.data, revisit_on=form.revisit_on.data, outcome=form.outcome.data or "",
    )  # fmt: skip


# What is said of a mail


@bp.post("/inbox/<int:mail_id>/handled")
@allow("member")
def handle(mail_id: int) -> Answer:
    """Nobody has to look at it any more (`done` 1), or again (0)."""
    opened = _found(mail_id)
    is_done = request.values.get("done", "1") == "1"
    _decide(lambda: actions.handle(mail_id, is_done, by=me(), now=now()))
    if not is_done:
        toast("It waits in the Inbox again", kind="info")
        return redirect(url_for("reading.mail", mail_id=mail_id), 303)
    toast("Done with this mail", url_for("reading.handle", mail_id=mail_id, done=0))
    back = request.form.get("back") == "list"
    return (
        redirect(url_for("reading.inbox", tab=inbox.tab_of(opened.mail).value), 303)
        if back
        else _onward(opened)
    )


@bp.post("/inbox/<int:mail_id>/kind")
@allow("member")
def correct(mail_id: int) -> Answer:
    """It is another kind of mail: what had followed is taken back, what follows from the right kind follows."""
    before = _found(mail_id).mail.what or Kind.HUMAN
    asked = request.values.get("kind", "")
    if asked not in set(Kind):
        abort(400, "There is no such kind of mail.")
    left = _decide(lambda: actions.correct(mail_id, Kind(asked), by=me(), now=now()))
    words = f"It counts as: {KIND_LOOKS[Kind(asked)][0].lower()}"
    undo = url_for("reading.correct", mail_id=mail_id, kind=before.value)
    toast(". ".join([words, *(one.rstrip(".") for one in left or [])]), undo, kind="warn" if left else "good")
    return redirect(url_for("reading.mail", mail_id=mail_id), 303)


@bp.post("/inbox/<int:mail_id>/pitch")
@allow("member")
def place(mail_id: int) -> Answer:
    """It belongs to this pitch; with `suppress`, its sender wants no more mail."""
    _found(mail_id)
    try:
        pitch_id = row_id(request.form.get("pitch", ""))
    except ValueError:
        abort(400, "Choose a pitch.")
    if request.form.get("suppress") == "1":
        _decide(lambda: actions.correct(mail_id, Kind.UNSUBSCRIBE, by=me(), now=now()))
    _decide(lambda: actions.place(mail_id, pitch_id, by=me(), now=now()))
    if request.form.get("suppress") == "1":
        toast("Matched; its sender gets no more mail")
    else:
        toast("Matched with its pitch", url_for("reading.refuse", mail_id=mail_id))
    return redirect(url_for("reading.mail", mail_id=mail_id), 303)


@bp.post("/inbox/<int:mail_id>/proposal")
@allow("member")
def refuse(mail_id: int) -> Answer:
    """No, it does not belong to the pitch that was proposed, or with which it was matched."""
    _found(mail_id)
    left = _decide(lambda: actions.refuse(mail_id, by=me(), now=now()))
    words = "It is nobody's now; what had followed is taken back"
    toast(". ".join([words, *(one.rstrip(".") for one in left)]), kind="warn" if left else "good")
    if queries.message(me(), mail_id) is None:  # a tray is its owner's and the admins'
        return redirect(url_for("reading.inbox"), 303)
    return redirect(url_for("reading.mail", mail_id=mail_id), 303)


@bp.post("/inbox/<int:mail_id>/referral")
@allow("member")
def refer(mail_id: int) -> Answer:
    """ "Wrong person, write to X": X becomes a person, and the pitch goes on with X."""
    opened = _found(mail_id)
    form = PersonForm()
    if not form.validate():
        return _show(opened, person=form)
    person_id = _decide(
        lambda: inbox_actions.refer(
            mail_id, form.name.data or "", form.address.data or "", by=me(), now=now()
        )
    )
    toast(f"The pitch goes on with {inbox_actions.name_of(person_id)}")
    return redirect(url_for("sending.compose", pitch_id=opened.mail.pitch_id), 303)


@bp.post("/inbox/<int:mail_id>/person")
@allow("member")
def know(mail_id: int) -> Answer:
    """Who wrote a stray mail becomes a person at a site of a project."""
    opened = _found(mail_id)
    form = _stray_form(opened.mail, posted=True)
    if form.validate():
        try:
            inbox_actions.know(
                mail_id, form.project.data or 0, form.site.data or "", form.name.data or "", form.address.data or "",
                by=me(), now=now(),
            )  # fmt: skip
        except BadAddress as bad:
            form.site.errors = [str(bad)]
        except NotPossible as error:
            abort(404, str(error))
        else:
            toast(f"{form.name.data} is known now")
            return redirect(url_for("reading.mail", mail_id=mail_id), 303)
    return _show(opened, stray=form)


def _decide(act: Any) -> Any:
    try:
        return act()
    except NotPossible as error:
        abort(404, str(error))


def _person_form(sounds: Suggestion | None) -> PersonForm:
    held = {"name": sounds.name, "address": sounds.address} if sounds else {}
    return PersonForm(formdata=None, **held)


def _stray_form(mail: Message, *, posted: bool = False) -> StrayForm:
    begins = {
        "name": mail.from_name,
        "address": mail.from_address,
        "site": mail.from_address.rpartition("@")[2],
    }
    form = StrayForm(**begins) if posted else StrayForm(formdata=None, **begins)
    form.project.offer(project_queries.writable_choices(me()))
    return form


# The mail itself


@bp.get("/inbox/<int:mail_id>/html")
@allow("viewer")
def html(mail_id: int) -> Answer:
    """Their HTML, cleaned, for the sandboxed frame alone; remote images only with `images=1`."""
    source = mail_parts.html_of(_raw(mail_id))
    with_images = request.args.get("images") == "1"
    cleaned = Markup(shown(source, with_images=with_images))  # what nh3 left of it
    page = render_template("reading/frame.html", body=cleaned)
    answer = make_response(page)
    answer.headers["Content-Security-Policy"] = FRAME_CSP.format(
        images="https: http: data:" if with_images else "data:"
    )
    return answer


@bp.get("/inbox/<int:mail_id>/files/<int:number>")
@allow("viewer")
def attachment(mail_id: int, number: int) -> Answer:
    """One attached file: always a download, never shown by the browser, under a name that is safe."""
    found = mail_parts.file_of(_raw(mail_id), number - 1)
    if found is None:
        abort(404, "There is no such file. Of a very large mail only the beginning is kept.")
    name, content = found
    answer = make_response(content)
    answer.headers["Content-Type"] = "application/octet-stream"
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    answer.headers["Content-Security-Policy"] = FILE_CSP
    return answer


@bp.post("/inbox/<int:mail_id>/whole")
@allow("member")
def fetch_whole(mail_id: int) -> Answer:
    """Have all of a very large mail fetched; its files can be opened then."""
    _found(mail_id)
    _decide(lambda: large.ask(mail_id, by=me(), now=now()))
    toast("The whole mail is being fetched. Open it again in a minute.", kind="info")
    return redirect(url_for("reading.mail", mail_id=mail_id), 303)


@bp.get("/inbox/<int:mail_id>/raw")
@allow("viewer")
def raw(mail_id: int) -> Answer:
    """The mail as it came, as a file."""
    answer = make_response(_raw(mail_id))
    answer.headers["Content-Type"] = "message/rfc822"
    answer.headers["Content-Disposition"] = f"attachment; filename=mail-{mail_id}.eml"
    answer.headers["Content-Security-Policy"] = FILE_CSP
    return answer


def _html(mail: Message) -> str:
    kept = keeping.read(config().instance, mail.raw_file) if mail.raw_file else None
    return mail_parts.html_of(kept) if kept is not None else ""


def _raw(mail_id: int) -> bytes:
    found = queries.message(me(), mail_id) or abort(404, "There is no such mail, or it is not yours to read.")
    kept = keeping.read(config().instance, found.raw_file) if found.raw_file else None
    return kept if kept is not None else abort(404, "The mail as it came is no longer kept.")
