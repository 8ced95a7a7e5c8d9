"""What a person says of a mail: dealt with, of another kind, whose it is, and who wrote."""

from __future__ import annotations

from flask import abort, redirect, request, url_for

from outreach.kit.urls import BadAddress
from outreach.letter.kinds import Kind
from outreach.reading import actions, inbox, inbox_actions, queries
from outreach.reading.actions import NotPossible
from outreach.reading.door import Answer, bp
from outreach.reading.forms import PersonForm
from outreach.reading.mail_page import KIND_LOOKS, decide, onward, opened_mail, show, stray_form
from outreach.web.access import allow
from outreach.web.forms import row_id
from outreach.web.here import me, now
from outreach.web.toasts import toast


@bp.post("/inbox/<int:mail_id>/handled")
@allow("member")
def handle(mail_id: int) -> Answer:
    """Nobody has to look at it any more (`done` 1), or again (0)."""
    opened = opened_mail(mail_id)
    is_done = request.values.get("done", "1") == "1"
    decide(lambda: actions.handle(mail_id, is_done, by=me(), now=now()))
    back = "list" if request.values.get("back") == "list" else None
    its_list = url_for("reading.inbox", tab=inbox.tab_of(opened.mail).value)
    if not is_done:
        toast("It waits in the Inbox again", kind="info")
        return redirect(its_list if back else url_for("reading.mail", mail_id=mail_id), 303)
    toast("Done with this mail", url_for("reading.handle", mail_id=mail_id, done=0, back=back))
    return redirect(its_list, 303) if back else onward(opened)


@bp.post("/inbox/<int:mail_id>/kind")
@allow("member")
def correct(mail_id: int) -> Answer:
    """It is another kind of mail: what had followed is taken back, what follows from the right kind follows."""
    before = opened_mail(mail_id).mail.what or Kind.HUMAN
    asked = request.values.get("kind", "")
    if asked not in set(Kind):
        abort(400, "There is no such kind of mail.")
    left = decide(lambda: actions.correct(mail_id, Kind(asked), by=me(), now=now()))
    words = f"It counts as: {KIND_LOOKS[Kind(asked)][0].lower()}"
    undo = url_for("reading.correct", mail_id=mail_id, kind=before.value)
    toast(". ".join([words, *(one.rstrip(".") for one in left or [])]), undo, kind="warn" if left else "good")
    return redirect(url_for("reading.mail", mail_id=mail_id), 303)


@bp.post("/inbox/<int:mail_id>/pitch")
@allow("member")
def place(mail_id: int) -> Answer:
    """It belongs to this pitch; with `suppress`, its sender wants no more mail."""
    opened_mail(mail_id)
    try:
        pitch_id = row_id(request.form.get("pitch", ""))
    except ValueError:
        abort(400, "Choose a pitch.")
    if request.form.get("suppress") == "1":
        decide(lambda: actions.correct(mail_id, Kind.UNSUBSCRIBE, by=me(), now=now()))
    decide(lambda: actions.place(mail_id, pitch_id, by=me(), now=now()))
    if request.form.get("suppress") == "1":
        toast("Matched; its sender gets no more mail")
    else:
        toast("Matched with its pitch", url_for("reading.refuse", mail_id=mail_id))
    return redirect(url_for("reading.mail", mail_id=mail_id), 303)


@bp.post("/inbox/<int:mail_id>/proposal")
@allow("member")
def refuse(mail_id: int) -> Answer:
    """No, it does not belong to the pitch that was proposed, or with which it was matched."""
    opened_mail(mail_id)
    left = decide(lambda: actions.refuse(mail_id, by=me(), now=now()))
    words = "It is nobody's now; what had followed is taken back"
    toast(". ".join([words, *(one.rstrip(".") for one in left)]), kind="warn" if left else "good")
    if queries.message(me(), mail_id) is None:  # a tray is its owner's and the admins'
        return redirect(url_for("reading.inbox"), 303)
    return redirect(url_for("reading.mail", mail_id=mail_id), 303)


@bp.post("/inbox/<int:mail_id>/referral")
@allow("member")
def refer(mail_id: int) -> Answer:
    """ "Wrong person, write to X": X becomes a person, and the pitch goes on with X."""
    opened = opened_mail(mail_id)
    form = PersonForm()
    if not form.validate():
        return show(opened, person=form)
    person_id = decide(
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
    opened = opened_mail(mail_id)
    form = stray_form(opened.mail, posted=True)
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
    return show(opened, stray=form)
