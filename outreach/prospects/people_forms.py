"""Adding and changing people: who they are, where, and how to reach them."""

from __future__ import annotations

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from outreach.projects.queries import writable_by
from outreach.prospects import alike, choices, people_actions, people_queries, queries, rules
from outreach.prospects.door import bp
from outreach.prospects.forms import (
    ContactForm,
    EditContactForm,
    NewPersonForm,
    NoteForm,
    PersonForm,
    PlaceForm,
    StopForm,
)
from outreach.prospects.models import Person, Site
from outreach.prospects.people_actions import Gone, Overtaken, Taken
from outreach.prospects.rules import BadContact, ContactKind, ContactStatus, SubscriberType
from outreach.prospects.site_forms import lift_reason, reach_of, words_of
from outreach.web import filters
from outreach.web.access import allow
from outreach.web.forms import stripped
from outreach.web.here import me, now
from outreach.web.toasts import toast

NO_PERSON = "There is no such person, or they are not yours to change."
FACTS = ("name", "language", "timezone", "notes")


def _person(person_id: int) -> Person:
    person = people_queries.writable_person(me(), person_id)
    if person is None:
        abort(404, NO_PERSON)
    return person


def _page(person_id: int) -> ResponseReturnValue:
    return redirect(url_for("desk.person", person_id=person_id), 303)


def _values(form: PersonForm) -> dict[str, object]:
    return {name: form[name].data or "" for name in FACTS} | {
        "subscriber_type": SubscriberType(form.subscriber_type.data)
    }


@bp.route("/people/new", methods=["GET", "POST"])
@allow("member")
def add_person() -> ResponseReturnValue:
    """A new person at a site. Whose address it is already is told, and that person can be put here instead."""
    at = queries.writable_site(me(), filters.number("site") or 0)
    form = NewPersonForm(
        site=at.key if at else "", name=filters.words("name"), subscriber_type=SubscriberType.UNKNOWN.value
    )
    taken: Taken | None = None
    looks: list[alike.Alike] = []
    if form.validate_on_submit() and (site := _site_of(form)):
        try:
            reach = reach_of(form) if form.value.data else None
            if looks := _alike(site, form, reach):
                return render_template(
                    "prospects/person_new.html",
                    form=form,
                    taken=None,
                    at=at,
                    looks=looks,
                    reasons=alike.REASONS,
                ), 422
            person_id = people_actions.add_person(
                site.id, _values(form), form.role.data or "", reach, by=me(), now=now()
            )
        except Taken as error:
            taken = error
            form.value.errors = [words_of(error)]
        else:
            toast(f"{form.name.data} added.")
            return _page(person_id)
    return render_template(
        "prospects/person_new.html", form=form, taken=taken, at=at, looks=looks, reasons=alike.REASONS
    ), 422 if form.errors else 200


def _alike(site: Site, form: NewPersonForm, reach: people_actions.Reach | None) -> list[alike.Alike]:
    """Who may be this person already; nobody once they are to be added anyway, or when the address says who has it."""
    if request.form.get("anyway") == "1" or (reach and people_queries.contact_point(reach.kind, reach.norm)):
        return []
    mail = reach.norm if reach and reach.kind is ContactKind.EMAIL else ""
    return alike.people(me(), site.id, form.name.data or "", mail)


def _site_of(form: NewPersonForm | PlaceForm) -> Site | None:
    site = queries.writable_site_by_key(me(), form.site_key)
    if site is None:
        form.site.errors = [f"{form.site_key} is in none of your projects. Add the site first."]
    return site


@bp.post("/people/known")
@allow("member")
def place_known() -> ResponseReturnValue:
    """Put the person who has an address at a site, too. The address is what finds them, never a number."""
    form = PlaceForm()
    site = _site_of(form) if form.validate_on_submit() else None
    try:
        _, norm = rules.clean_contact(
            ContactKind(request.form.get("kind", "")), request.form.get("value", "")
        )
        if site is None:
            raise Gone
        person_id = people_actions.place_known(
            site.id, ContactKind(request.form["kind"]), norm, form.role.data or "", by=me(), now=now()
        )
    except (BadContact, ValueError, Gone):
        abort(404, "Nobody has this address, or the site is not yours to change.")
    toast("They are at this site, too.")
    return _page(person_id)


@bp.route("/people/<int:person_id>/edit", methods=["GET", "POST"])
@allow("member")
def edit_person(person_id: int) -> ResponseReturnValue:
    """The facts of a person. When somebody else was first, 409 and what stands now beside what was typed."""
    person = _person(person_id)
    form = PersonForm(obj=person)
    status, overtaken = 200, False
    if form.validate_on_submit():
        try:
            people_actions.edit(
                Person, person_id, int(form.version.data or 0), _values(form), by=me(), now=now()
            )
        except (Overtaken, ValueError):
            status, overtaken = 409, True
            form.version.data = str(person.version)
        except Gone:
            abort(404, NO_PERSON)
        else:
            toast("Saved.")
            return _page(person_id)
    elif form.errors:
        status = 422
    return render_template(
        "prospects/person_edit.html", person=person, form=form, overtaken=overtaken
    ), status


@bp.post("/people/<int:person_id>/notes")
@allow("member")
def add_person_note(person_id: int) -> ResponseReturnValue:
    """A note about a person, for one project that knows them."""
    person = _person(person_id)
    form = NoteForm()
    form.project_id.offer(choices.project_names(me(), writable_by))
    if not form.validate_on_submit():
        back = url_for("desk.person", person_id=person_id)
        return render_template(
            "prospects/note.html", form=form, title=person.name, section="People", back=back
        ), 422
    try:
        people_actions.add_note(
            form.project_id.data, form.text.data or "", by=me(), now=now(), person_id=person_id
        )
    except Gone:
        abort(404, "This project does not know the person.")
    toast("Note added.")
    return _page(person_id)


@bp.route("/people/<int:person_id>/stop", methods=["GET", "POST"])
@allow("member")
def stop_person(person_id: int) -> ResponseReturnValue:
    """Never write to this person again, and why; only an admin lets them be written to again."""
    person = _person(person_id)
    form = StopForm()
    if form.validate_on_submit():
        people_actions.stop(Person, person_id, form.reason.data or "", by=me(), now=now())
        toast(f"Nobody writes to {person.name} any more.")
        return _page(person_id)
    back = url_for("desk.person", person_id=person_id)
    return render_template(
        "prospects/stop.html", form=form, row=person, name=person.name, section="People", back=back
    ), 422 if form.errors else 200


@bp.post("/people/<int:person_id>/allow")
@allow("admin")
def allow_person(person_id: int) -> ResponseReturnValue:
    """Let a person be written to again, with the reason that is chosen."""
    people_actions.allow_again(Person, _person(person_id).id, lift_reason(), by=me(), now=now())
    toast("They may be written to again.")
    return _page(person_id)


@bp.route("/people/<int:person_id>/contacts/new", methods=["GET", "POST"])
@allow("member")
def add_contact(person_id: int) -> ResponseReturnValue:
    """One more way to reach a person."""
    person = _person(person_id)
    form = ContactForm()
    taken: Taken | None = None
    if form.validate_on_submit():
        try:
            people_actions.add_contact(reach_of(form), by=me(), now=now(), person_id=person_id)
        except Taken as error:
            taken = error
            form.value.errors = [words_of(error)]
        else:
            toast("Added.")
            return _page(person_id)
    return render_template(
        "prospects/contact.html", form=form, taken=taken, name=person.name, section="People", rules=rules,
        back=url_for("desk.person", person_id=person_id),
    ), 422 if form.errors else 200  # fmt: skip


@bp.route("/contacts/<int:contact_id>/edit", methods=["GET", "POST"])
@allow("member")
def edit_contact(contact_id: int) -> ResponseReturnValue:
    """Correct a contact point, or say what is known of it."""
    point = people_queries.writable_contact(me(), contact_id)
    if point is None:
        abort(404, "There is no such address, or it is not yours to change.")
    back = _home_of(point.person_id, point.site_id)
    form = EditContactForm(obj=point)
    taken: Taken | None = None
    if form.validate_on_submit():
        try:
            people_actions.edit_contact(
                contact_id, reach_of(form), ContactStatus(form.status.data), by=me(), now=now()
            )
        except Taken as error:
            taken = error
            form.value.errors = [words_of(error)]
        else:
            toast("Saved.")
            return redirect(back, 303)
    return render_template(
        "prospects/contact.html", form=form, taken=taken, name=point.value, point=point, rules=rules, back=back,
        section="People" if point.person_id else "Prospects",
    ), 422 if form.errors else 200  # fmt: skip


@bp.post("/contacts/<int:contact_id>/removal")
@allow("member")
def remove_contact(contact_id: int) -> ResponseReturnValue:
    """Forget a contact point."""
    try:
        whose = people_actions.remove_contact(contact_id, by=me(), now=now())
    except Gone:
        abort(404, "There is no such address, or it is not yours to change.")
    toast("Removed.", kind="info")
    return redirect(_home_of(*whose), 303)


def _home_of(person_id: int | None, site_id: int | None) -> str:
    return url_for("desk.person", person_id=person_id) if person_id else url_for("desk.site", site_id=site_id)


@bp.route("/people/<int:person_id>/sites/new", methods=["GET", "POST"])
@allow("member")
def place_person(person_id: int) -> ResponseReturnValue:
    """A person's role at one more site."""
    person = _person(person_id)
    form = PlaceForm()
    if form.validate_on_submit() and (site := _site_of(form)):
        people_actions.place(site.id, person_id, form.role.data or "", by=me(), now=now())
        toast(f"{person.name} is at {site.key}, too.")
        return _page(person_id)
    return render_template("prospects/place.html", form=form, person=person), 422 if form.errors else 200


@bp.post("/people/roles/<int:row_id>")
@allow("member")
def set_role(row_id: int) -> ResponseReturnValue:
    """What somebody does at a site, or that they left it."""
    try:
        row = people_actions.set_role(
            row_id,
            stripped(request.form.get("role", ""))[:120],
            request.form.get("is_former") == "1",
            by=me(),
            now=now(),
        )
    except Gone:
        abort(404, NO_PERSON)
    toast("They are marked as gone from there." if row.is_former else "Saved.")
    return redirect(filters.back(url_for("desk.person", person_id=row.person_id)), 303)
