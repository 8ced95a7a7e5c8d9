"""Screens of mailboxes."""

from __future__ import annotations

from datetime import time

from flask import abort, redirect, render_template, request, url_for

from outreach.mail import actions, queries, ramp
from outreach.mail.actions import Gone, PasswordNeeded
from outreach.mail.door import Answer, bp
from outreach.mail.forms import MailboxForm
from outreach.mail.models import Mailbox
from outreach.projects import queries as project_queries
from outreach.web import filters
from outreach.web.access import allow
from outreach.web.here import config, me, now
from outreach.web.toasts import toast


@bp.get("/mailboxes")
@allow("member")
def mailboxes() -> Answer:
    """The mailboxes that the user may write from or set."""
    found = queries.seen_mailboxes(me())
    return render_template(
        "mail/mailboxes.html", mailboxes=found, today=queries.today_of(found, now=now()), projects=dict(project_queries.choices(me())),
        system=next((box for box in found if box.is_system), None), now=now(), caps={box.id: ramp.cap_today(box, now()) for box in found},
        advice={box.id: ramp.advice(box, now()) for box in found},
    )  # fmt: skip


@bp.route("/mailboxes/new", methods=["GET", "POST"])
@allow("member")
def new_mailbox() -> Answer:
    """Add a mailbox of one's own."""
    fresh = Mailbox(
        kind="smtp", address="", from_name=me().name, timezone=me().timezone, smtp_port=587, security="starttls", imap_port=993, imap_security="tls", reading_kind="personal", imap_host="", imap_username="",
        sent_copy="auto", is_weekdays_only=True, window_from=time(8), window_to=time(18), daily_cap=50, hourly_cap=15, gap_min=60, gap_max=240, is_ramping=True,
    )  # fmt: skip
    return _set_up(None, fresh)


@bp.route("/mailboxes/<int:mailbox_id>", methods=["GET", "POST"])
@allow("member")
def mailbox(mailbox_id: int) -> Answer:
    """One mailbox: how it stands today, its limits, its server."""
    found = queries.mailbox(me(), mailbox_id)
    if found is None:
        abort(404, "There is no such mailbox.")
    return _set_up(found, found)


@bp.post("/mailboxes/<int:mailbox_id>/state")
@allow("member")
def mailbox_state(mailbox_id: int) -> Answer:
    """Pause it (`paused` 1): letters wait, nothing is lost. Or start it again (0)."""
    is_paused = request.values.get("paused") == "1"
    try:
        found = actions.set_state(mailbox_id, is_paused, by=me(), now=now())
    except Gone:
        abort(404, "There is no such mailbox.")
    undo = url_for("mail.mailbox_state", mailbox_id=mailbox_id, paused=0 if is_paused else 1)
    toast(f"{found.address} {'is paused; its letters wait' if is_paused else 'sends again'}", undo)
    return redirect(filters.back(url_for("mail.mailbox", mailbox_id=mailbox_id)))


@bp.post("/mailboxes/<int:mailbox_id>/first")
@allow("member")
def write_first_from(mailbox_id: int) -> Answer:
    """In the projects of `project` one writes from this mailbox first; in the others not."""
    try:
        found = actions.write_first_from(
            mailbox_id, set(request.form.getlist("project", type=int)), by=me(), now=now()
        )
    except Gone:
        abort(404, "There is no such mailbox.")
    toast(f"Saved where you write from {found.address} first")
    return redirect(url_for("mail.mailbox", mailbox_id=mailbox_id), 303)


@bp.post("/mailboxes/<int:mailbox_id>/test")
@allow("member")
def test_letter(mailbox_id: int) -> Answer:
    """Queue a letter to oneself; the mailbox's page shows what came of it."""
    try:
        message_id = actions.queue_test(mailbox_id, by=me(), now=now())
    except Gone:
        abort(404, "There is no such mailbox.")
    toast(f"A test letter goes to {me().email}")
    return redirect(url_for("mail.mailbox", mailbox_id=mailbox_id, test=message_id))


@bp.post("/mailboxes/<int:mailbox_id>/system")
@allow("admin")
def choose_system(mailbox_id: int) -> Answer:
    """Invitations, resets and the digest leave from here from now on; `off` names none."""
    is_off = request.form.get("off") == "1"
    try:
        actions.choose_system(None if is_off else mailbox_id, by=me(), now=now())
    except Gone:
        abort(404, "There is no such mailbox.")
    toast("No mailbox sends the system's mail now" if is_off else "The system's mail leaves from here now")
    return redirect(url_for("mail.mailbox", mailbox_id=mailbox_id))


@bp.get("/mailboxes/<int:mailbox_id>/test/<int:message_id>")
@allow("member")
def test_state(mailbox_id: int, message_id: int) -> Answer:
    """What came of a test letter, for the part of the page that asks until it is known."""
    message = queries.message(me(), message_id)
    if message is None or message.mailbox_id != mailbox_id:
        abort(404, "There is no such letter.")
    return render_template("mail/_test.html", message=message, mailbox_id=mailbox_id)


@bp.get("/mailboxes/<int:mailbox_id>/reading")
@allow("member")
def read_state(mailbox_id: int) -> Answer:
    """How its reading goes, for the part of the page that asks until the first sync is over."""
    found = queries.mailbox(me(), mailbox_id)
    if found is None:
        abort(404, "There is no such mailbox.")
    return render_template("mail/_read_state.html", mailbox=found)


def _set_up(found: Mailbox | None, shown: Mailbox) -> Answer:
    form = MailboxForm.of(shown)
    form.plain_hosts = tuple(config().smtp_plain_hosts)
    form.project_id.offer(project_queries.writable_choices(me()))
    if request.method == "POST" and form.validate():
        try:
            saved = actions.save_mailbox(
                found.id if found else None, form.values(), form.password.data or "",
                key=config().key, by=me(), now=now(), imap_password=form.imap_password.data or "",
            )  # fmt: skip
        except Gone:
            abort(404, "There is no such mailbox.")
        except PasswordNeeded:
            form.password.errors = [
                "The stored password is for the server and user name until now. Type it again."
            ]
        else:
            toast(f"Saved {saved.address}")
            return redirect(url_for("mail.mailbox", mailbox_id=saved.id))
    test_id = filters.number("test")
    tested = queries.message(me(), test_id) if test_id else None
    today = queries.today_of([found], now=now())[found.id] if found else (0, 0)
    page = render_template(
        "mail/mailbox.html", form=form, mailbox=found, tested=tested, today=today, now=now(),
        firsts=queries.first_in(me(), found.id) if found else set(), projects=project_queries.writable_choices(me()) if found else [],
        cap=ramp.cap_today(found, now()) if found else 0, advice=ramp.advice(found, now()) if found else "",
    )  # fmt: skip
    return (page, 422) if form.errors else page
