"""Starting a pitch."""

from __future__ import annotations

from typing import Any

from flask import redirect, render_template, request, url_for

from outreach.kit import urls
from outreach.pitches import actions, choices, queries, rules
from outreach.pitches.answers import Answer, said_of
from outreach.pitches.arrows import ClaimTaken
from outreach.pitches.door import bp
from outreach.pitches.forms import SiteForm, StartForm
from outreach.pitches.rules import PitchDirection
from outreach.projects.models import Project
from outreach.prospects.models import Site
from outreach.prospects.queries import claimed_by
from outreach.web.access import allow
from outreach.web.here import me, now, today
from outreach.web.toasts import toast


@bp.route("/pitches/new", methods=["GET", "POST"])
@allow("member")
def new() -> Answer:
    """Start a pitch: first for what and to whom (`?project=&site=`), then what is offered."""
    asked = SiteForm(request.args)
    site = _asked_site(asked)
    projects = choices.projects_with(me(), site.id if site else None)
    asked.project.offer((project.id, project.name) for project in projects)
    project = _asked_project(asked, projects) if site else None
    if site is None or project is None:
        return _ask_site(asked, site)
    return _start(project, site)


def _asked_site(asked: SiteForm) -> Site | None:
    typed = (asked.site.data or "").strip()
    if not typed:
        return None
    try:
        key = typed if typed.isdecimal() else urls.site_key(typed)
    except urls.BadAddress as bad:
        asked.site.errors = [str(bad)]
        return None
    site = choices.site_to_pitch(me(), key)
    if site is None:
        asked.site.errors = [
            f"{urls.show_host(key)} is no prospect of a project you write for. Add it to one first."
        ]
    else:
        asked.site.data = site.key
    return site


def _asked_project(asked: SiteForm, projects: Any) -> Project | None:
    if len(projects) == 1 and asked.project.data is None:
        return projects[0]  # type: ignore[no-any-return]
    chosen = next((project for project in projects if project.id == asked.project.data), None)
    if chosen is None and "project" in request.args and asked.project.data is not None:
        asked.project.errors = ["The site is no prospect of this project. Choose another, or add it there."]
    return chosen


def _ask_site(asked: SiteForm, site: Site | None) -> Answer:
    if site is None:
        asked.project.offer((project.id, project.name) for project in choices.projects_with(me()))
    keys = choices.keys_to_pitch(me())
    status = 422 if asked.site.errors or asked.project.errors else 200
    return render_template("pitches/new_site.html", form=asked, keys=keys, site=site), status


def _likely_person(known: list[int]) -> int | None:
    """Who is asked for in the address, else the only one there is."""
    asked = request.args.get("person", "")
    if asked.isdecimal() and len(asked) < 10 and int(asked) in known:
        return int(asked)
    return known[0] if len(known) == 1 else None


def _start(project: Project, site: Site) -> Answer:
    form = StartForm(owner=me().id)
    colleagues = choices.colleagues(project.id)
    people = choices.people_of(site.id)
    form.offer(people, choices.own_pages(project.id))
    if request.method == "GET":
        form.person.data = _likely_person([key for key, _, _ in people])
    form.owner.offer((one.id, one.name) for one in colleagues if one.may_own)
    other = queries.open_at_site(project.id, site.id)
    if form.validate_on_submit():
        facts = form.facts() | {"owner_id": form.owner.data, "stage": form.stage.data}
        facts["direction"] = PitchDirection.IN if form.is_inbound.data else PitchDirection.OUT
        try:
            key = actions.start(me(), project.id, site.id, now=now(), today=today(), **facts)
        except ClaimTaken as taken:
            other = taken.pitch_id
            form.type.errors = [said_of(taken)]
        else:
            toast(f"Pitch to {urls.show_host(site.key)} started")
            return redirect(url_for("desk.pitch", pitch_id=key), 303)
    status = 422 if form.errors else 200
    page = render_template(
        "pitches/new.html",
        form=form,
        project=project,
        site=site,
        other=other,
        claimed_by=claimed_by(project.id, site.id, me().id),
        written=queries.written_elsewhere(project.id, site.id),
        subject_pages=rules.SUBJECT_PAGES,
    )
    return page, status
