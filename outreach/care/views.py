"""Erasing somebody with a receipt, and the copy that somebody may ask for. Managers and admins, for it reaches every project."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import NoReturn

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from outreach.accounts import queries as account_queries
from outreach.care import actions, bulk_views, copies, erasing, import_views, queries, rules
from outreach.care.door import bp
from outreach.care.forms import EraseAddressForm, ErasePersonForm
from outreach.care.merging import views as merging_views
from outreach.care.models import Erasure
from outreach.db import session
from outreach.prospects.models import Person
from outreach.web import filters
from outreach.web.access import allow
from outreach.web.downloads import download
from outreach.web.here import config, me, now
from outreach.web.pager import Cursor, page_of
from outreach.web.toasts import toast

__all__ = ["bp", "bulk_views", "import_views", "merging_views"]

SECONDS = 6.0
"""How long a screen looks through tables and files before it leaves the rest to the worker."""


@bp.get("/erasures")
@allow("manager")
def index() -> ResponseReturnValue:
    """One page of receipts, newest first."""
    page = page_of(
        session(), queries.erasures(), by=Erasure.asked_at, key=Erasure.id, cursor=Cursor.unpack(request.args.get("after")),
        value_of=lambda row: (row.asked_at, row.id),
    )  # fmt: skip
    return render_template(
        "care/index.html", page=page, names=account_queries.names(), rules=rules, link=filters.address
    )


@bp.route("/erasures/new", methods=["GET", "POST"])
@allow("manager")
def erase_address() -> ResponseReturnValue:
    """Erase by address: whose it is leads on to the person, one of nobody is erased here."""
    form = EraseAddressForm()
    found: dict[str, int] | None = None
    if form.validate_on_submit():
        person = queries.person_by_address(form.address.data or "")
        if person is not None:
            return redirect(url_for("care.erase_person", person_id=person.id), 303)
        if form.step.data == "erase":
            key = erasing.erase_address(
                form.address.data or "", config(), by=me(), now=now(), is_over=_budget()
            )
            return _told(key)
        found = queries.counted(queries.subject_of_address(form.address.data or ""))
        form.step.data = "erase"
    return render_template(
        "care/erase_address.html", form=form, found=found, rules=rules, config=config()
    ), 422 if form.errors else 200


@bp.route("/people/<int:person_id>/erasure", methods=["GET", "POST"])
@allow("manager")
def erase_person(person_id: int) -> ResponseReturnValue:
    """What goes and what stays; the name typed once more erases the person."""
    person = _person(person_id)
    subject = queries.subject_of(person)
    form = ErasePersonForm(person.name, also="\n".join(queries.other_addresses(person)))
    if form.validate_on_submit():
        try:
            key = erasing.erase(person_id, form.more(), config(), by=me(), now=now(), is_over=_budget())
        except erasing.Gone:
            _no_person()
        return _told(key)
    return render_template(
        "care/erase.html",
        form=form,
        person=person,
        subject=subject,
        found=queries.counted(subject),
        rules=rules,
        config=config(),
    ), 422 if form.errors else 200


@bp.get("/erasures/<int:erasure_id>")
@allow("manager")
def receipt(erasure_id: int) -> ResponseReturnValue:
    """The receipt: what was done, what is kept, how long backups hold it. No name and no address."""
    row = _erasure(erasure_id)
    return render_template(
        "care/receipt.html", row=row, rules=rules, config=config(), names=account_queries.names(),
        lines=rules.told(row.counts),
    )  # fmt: skip


@bp.get("/erasures/<int:erasure_id>/receipt.txt")
@allow("manager")
def receipt_file(erasure_id: int) -> ResponseReturnValue:
    """The same as a file, to be sent to whoever asked."""
    row = _erasure(erasure_id)
    text = rules.receipt_text(
        row.id, row.asked_at, row.done_at, row.hashes, row.counts, days=config().backup_days, legal_name=actions.legal_name(),
        problem=row.problem,
    )  # fmt: skip
    return download([text.encode()], f"erasure-{row.id}.txt", "text/plain; charset=utf-8")


@bp.get("/people/<int:person_id>/copy")
@allow("manager")
def copy(person_id: int) -> ResponseReturnValue:
    """What a copy of a person's data will hold."""
    person = _person(person_id)
    found = queries.counted(queries.subject_of(person))
    return render_template("care/copy.html", person=person, found=found, rules=rules)


@bp.post("/people/<int:person_id>/copy")
@allow("manager")
def download_copy(person_id: int) -> ResponseReturnValue:
    """The copy; the diary keeps that it was made."""
    if not actions.note_copy(person_id, by=me(), now=now()):
        _no_person()
    subject = queries.subject_of(_person(person_id))
    return download(copies.copy_of(subject, now=now()), f"person-{person_id}.zip", "application/zip")


def _person(person_id: int) -> Person:
    person = session().get(Person, person_id)
    return person if person is not None else _no_person()


def _no_person() -> NoReturn:
    abort(404, "There is no such person. Whoever was erased is not known here any more.")


def _erasure(erasure_id: int) -> Erasure:
    row = session().get(Erasure, erasure_id)
    if row is None:
        abort(404, "There is no such receipt.")
    return row


def _budget() -> Callable[[], bool]:
    end = time.monotonic() + SECONDS
    return lambda: time.monotonic() > end


def _told(erasure_id: int) -> ResponseReturnValue:
    row = _erasure(erasure_id)
    is_done = row.state is rules.ErasureState.DONE
    toast(
        "Erased. Here is the receipt." if is_done else "Erased; the rest is looked through by the worker.",
        kind="good",
    )
    return redirect(url_for("care.receipt", erasure_id=erasure_id), 303)
