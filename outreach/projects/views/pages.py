"""Own pages of a project, and which of them are worth linking to."""

from __future__ import annotations

from flask import abort, redirect, render_template, url_for
from werkzeug.wrappers import Response

from outreach.projects import actions, queries
from outreach.projects.forms import PageForm
from outreach.projects.models import OwnPage, Project
from outreach.projects.views.blueprint import bp, writable
from outreach.web.access import allow
from outreach.web.here import me, now
from outreach.web.toasts import toast

LISTED = "The project lists this page already."


@bp.get("/projects/<int:project_id>/pages/new")
@allow("member")
def new_page(project_id: int) -> str:
    project = writable(project_id)
    form = PageForm(formdata=None, is_asset=True, asset_owner_id=me().id)
    return _page(_ready(form, project), project)


@bp.post("/projects/<int:project_id>/pages")
@allow("member")
def add_page(project_id: int) -> Response | tuple[str, int]:
    project = writable(project_id)
    form = _ready(PageForm(), project)
    if form.validate():
        try:
            actions.add_page(project, form.values(), by=me(), now=now())
        except actions.Taken:
            form.url.errors = [LISTED]
        else:
            toast("The page is added.")
            return redirect(url_for("projects.show", project_id=project_id))
    return _page(form, project), 422


@bp.get("/projects/<int:project_id>/pages/<int:page_id>/edit")
@allow("member")
def edit_page(project_id: int, page_id: int) -> str:
    project, page = writable(project_id), _own(project_id, page_id)
    return _page(_ready(PageForm(formdata=None, obj=page), project), project, page)


@bp.post("/projects/<int:project_id>/pages/<int:page_id>")
@allow("member")
def save_page(project_id: int, page_id: int) -> Response | tuple[str, int]:
    project, page = writable(project_id), _own(project_id, page_id)
    form = _ready(PageForm(), project)
    if form.validate():
        try:
            actions.change_page(page, form.values(), by=me(), now=now())
        except actions.Taken:
            form.url.errors = [LISTED]
        except actions.Changed:
            abort(404)
        else:
            toast("The page is saved.")
            return redirect(url_for("projects.show", project_id=project_id))
    return _page(form, project, page), 422


@bp.post("/projects/<int:project_id>/pages/<int:page_id>/removal")
@allow("member")
def remove_page(project_id: int, page_id: int) -> Response:
    """Take a page off the list, unless pitches offer it."""
    writable(project_id)
    try:
        actions.remove_page(_own(project_id, page_id), by=me(), now=now())
    except actions.InUse:
        toast("The page stays: pitches offer it. You can take its asset mark off.", kind="warn")
    else:
        toast("The page is off the list.")
    return redirect(url_for("projects.show", project_id=project_id))


def _own(project_id: int, page_id: int) -> OwnPage:
    return queries.page(project_id, page_id) or abort(404, "There is no such page in this project.")


def _ready(form: PageForm, project: Project) -> PageForm:
    form.hosts = [own.host for own in project.hosts]
    form.asset_owner_id.offer(queries.owners_of(project.id))
    return form


def _page(form: PageForm, project: Project, page: OwnPage | None = None) -> str:
    return render_template("projects/page.html", form=form, project=project, page=page)
