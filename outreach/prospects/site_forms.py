"""Changing a site: its facts, notes, the ways to reach it, and that nobody writes to it again."""

from __future__ import annotations

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from outreach.consent.rules import LIFT_WORDS, LiftReason
from outreach.projects.queries import writable_by
from outreach.prospects import choices, people_actions, queries, rules
from outreach.prospects.door import bp
from outreach.prospects.forms import ContactForm, NoteForm, SiteForm, StopForm
from outreach.prospects.models import Site
from outreach.prospects.people_actions import Gone, Overtaken, Reach, Taken
from outreach.prospects.rules import ContactKind
from outreach.web.access import allow
from outreach.web.here import me, now
from outreach.web.toasts import toast

NO_SITE = "There is no such site, or it is not yours to change."


def _site(site_id: int) -> Site:
    site = queries.writable_site(me(), site_id)
    if site is None:
        abort(404, NO_SITE)
    return site


def _page(site: Site | int) -> ResponseReturnValue:
    return redirect(url_for("desk.site", site_id=site if isinstance(site, int) else site.id), 303)


@bp.route("/sites/<int:site_id>/edit", methods=["GET", "POST"])
@allow("member")
def edit_site(site_id: int) -> ResponseReturnValue:
    """The facts of a site. When somebody else was first, 409 and what stands now beside what was typed."""
    site = _site(site_id)
    form = SiteForm(obj=site, key=site.key)
    status, overtaken = 200, False
    if form.validate_on_submit():
        values = {name: form[name].data for name in ("title", "url", "language", "notes", "is_no_pitch")}
        try:
            people_actions.edit(Site, site_id, int(form.version.data or 0), values, by=me(), now=now())
        except (Overtaken, ValueError):
            status, overtaken = 409, True
            form.version.data = str(site.version)
        except Gone:
            abort(404, NO_SITE)
        else:
            toast("Saved.")
            return _page(site_id)
    elif form.errors:
        status = 422
    return render_template("prospects/site_edit.html", site=site, form=form, overtaken=overtaken), status


@bp.post("/sites/<int:site_id>/notes")
@allow("member")
def add_site_note(site_id: int) -> ResponseReturnValue:
    """A note about a site, for one project that holds it."""
    site = _site(site_id)
    form = NoteForm()
    form.project_id.offer(choices.project_names(me(), writable_by))
    if not form.validate_on_submit():
        return render_template(
            "prospects/note.html",
            form=form,
            title=site.key,
            section="Prospects",
            back=url_for("desk.site", site_id=site.id),
        ), 422
    try:
        people_actions.add_note(
            form.project_id.data, form.text.data or "", by=me(), now=now(), site_id=site_id
        )
    except Gone:
        abort(404, "This project does not hold the site.")
    toast("Note added.")
    return _page(site_id)


@bp.route("/sites/<int:site_id>/stop", methods=["GET", "POST"])
@allow("member")
def stop_site(site_id: int) -> ResponseReturnValue:
    """Never write to this site again, and why; only an admin lets it be written to again."""
    site = _site(site_id)
    form = StopForm()
    if form.validate_on_submit():
        people_actions.stop(Site, site_id, form.reason.data or "", by=me(), now=now())
        toast("Nobody writes to this site any more.")
        return _page(site_id)
    back = url_for("desk.site", site_id=site_id)
    return render_template(
        "prospects/stop.html", form=form, row=site, name=site.key, section="Prospects", back=back
    ), 422 if form.errors else 200


@bp.post("/sites/<int:site_id>/allow")
@allow("admin")
def allow_site(site_id: int) -> ResponseReturnValue:
    """Let a site be written to again, with the reason that is chosen."""
    people_actions.allow_again(Site, _site(site_id).id, lift_reason(), by=me(), now=now())
    toast("It may be written to again.")
    return _page(site_id)


def lift_reason() -> LiftReason:
    """The chosen reason; 400 when there is none."""
    if (why := request.form.get("why", "")) not in tuple(LiftReason):
        abort(400, f"Say why: {'; '.join(LIFT_WORDS.values())}.")
    return LiftReason(why)


@bp.route("/sites/<int:site_id>/contacts/new", methods=["GET", "POST"])
@allow("member")
def add_site_contact(site_id: int) -> ResponseReturnValue:
    """A way to reach the site itself: its desk's address or its contact form."""
    site = _site(site_id)
    form = ContactForm()
    taken: Taken | None = None
    if form.validate_on_submit():
        try:
            people_actions.add_contact(reach_of(form), by=me(), now=now(), site_id=site_id)
        except Taken as error:
            taken = error
            form.value.errors = [words_of(error)]
        else:
            toast("Added.")
            return _page(site_id)
    return render_template(
        "prospects/contact.html", form=form, taken=taken, name=site.key, section="Prospects", rules=rules,
        back=url_for("desk.site", site_id=site_id),
    ), 422 if form.errors else 200  # fmt: skip


def reach_of(form: ContactForm) -> Reach:
    """The contact point of a form that was found right."""
    return Reach(ContactKind(form.kind.data), form.clean, form.norm, form.source_url.data or "")


def words_of(taken: Taken) -> str:
    """Who has the address already, as far as the reader may know."""
    whose = taken.person or taken.site
    return (
        f"{whose} has this address already."
        if whose
        else "Somebody in another project has this address already."
    )
