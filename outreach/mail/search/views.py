"""Setting a mailbox up: one address, the servers that are found, both tried, added. More doors of the same blueprint."""

from __future__ import annotations

from datetime import time
from typing import Any

from flask import abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from outreach.mail import actions, vault
from outreach.mail.door import bp
from outreach.mail.models import MailboxSearch
from outreach.mail.rules import MailboxKind, ReadingKind, Security, SentCopy
from outreach.mail.search import actions as search_actions
from outreach.mail.search.forms import AddressForm, ServersForm
from outreach.web.access import allow
from outreach.web.here import config, me, now
from outreach.web.toasts import toast

Answer = str | Response | tuple[str, int]


@bp.route("/mailboxes/find", methods=["GET", "POST"])
@allow("member")
def find_mailbox() -> Answer:
    """Type the address; its servers are looked for."""
    form = AddressForm()
    if request.method == "POST" and form.validate():
        search_id = search_actions.begin(form.address.data or "", by=me(), now=now())
        return redirect(url_for("mail.search", search_id=search_id), 303)
    page = render_template("mail/find.html", form=form)
    return (page, 422) if form.errors else page


@bp.route("/mailboxes/find/<int:search_id>", methods=["GET", "POST"])
@allow("member")
def search(search_id: int) -> Answer:
    """What was found, to be corrected; `do` try tries both servers, `do` add adds the mailbox."""
    row = _found(search_id)
    form = _form(row)
    if request.method == "POST" and row.state not in search_actions.WAITING and form.validate():
        if request.form.get("do") == "add":
            return _add(row, form)
        search_actions.ask_to_try(
            row.id, form.servers(), form.password.data or "", key=config().key, by=me(), now=now()
        )
        return redirect(
            url_for("mail.search", search_id=row.id, name=form.from_name.data, kept=form.reading_kind.data),
            303,
        )
    page = render_template("mail/search_page.html", search=row, form=form)
    return (page, 422) if form.errors else page


@bp.get("/mailboxes/find/<int:search_id>/part")
@allow("member")
def search_part(search_id: int) -> Answer:
    """The changing part of the page, which asks until there is something to look at."""
    row = _found(search_id)
    return render_template("mail/_search.html", search=row, form=_form(row))


def _found(search_id: int) -> MailboxSearch:
    return search_actions.of(me(), search_id) or abort(
        404, "This set-up is over. Begin anew with the address."
    )


def _form(row: MailboxSearch) -> ServersForm:
    smtp, imap = row.servers.get("smtp", {}), row.servers.get("imap", {})
    kept = request.args.get("kept", "")
    begins: dict[str, Any] = {
        "smtp_host": smtp.get("host", ""), "smtp_port": smtp.get("port", 465), "smtp_security": smtp.get("security", "tls"),
        "imap_host": imap.get("host", ""), "imap_port": imap.get("port", 993), "imap_security": imap.get("security", "tls"),
        "username": smtp.get("username") or imap.get("username") or row.mailbox_name,
        "from_name": request.args.get("name", "")[:120] or me().name,
        "reading_kind": kept if kept in set(ReadingKind) else ReadingKind.PERSONAL.value,
    }  # fmt: skip
    form = ServersForm(**begins) if request.method == "POST" else ServersForm(formdata=None, **begins)
    form.plain_hosts = tuple(config().smtp_plain_hosts)
    return form


def _add(row: MailboxSearch, form: ServersForm) -> Answer:
    """The mailbox with these servers; the password that was tried stays with it."""
    password = form.password.data or vault.unseal(row.secret, config().key)
    if not password:
        form.password.errors = ["Type the password."]
        return render_template("mail/search_page.html", search=row, form=form), 422
    values = {
        "kind": MailboxKind.SMTP, "address": row.mailbox_name, "from_name": form.from_name.data, "reply_to": "", "project_id": None,
        "signature": "", "smtp_host": form.smtp_host.data, "smtp_port": form.smtp_port.data, "security": Security(form.smtp_security.data),
        "username": form.username.data, "imap_host": form.imap_host.data, "imap_port": form.imap_port.data,
        "imap_security": Security(form.imap_security.data), "imap_username": "", "reading_kind": ReadingKind(form.reading_kind.data),
        "timezone": me().timezone, "window_from": time(8), "window_to": time(18), "is_weekdays_only": True, "daily_cap": 50,
        "hourly_cap": 15, "gap_min": 60, "gap_max": 240, "is_ramping": True, "sent_copy": SentCopy.AUTO,
    }  # fmt: skip
    saved = actions.save_mailbox(None, values, password, key=config().key, by=me(), now=now())
    address, saved_id = saved.address, saved.id
    search_actions.done(row.id, by=me())
    toast(f"{address} is added; its mail is read now")
    return redirect(url_for("mail.mailbox", mailbox_id=saved_id), 303)
