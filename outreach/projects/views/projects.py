"""Projects: list, page, start, change, put away."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from outreach.accounts import queries as account_queries
from outreach.diary import queries as diary
from outreach.projects import actions, queries
from outreach.projects.forms import MemberForm, ProjectForm
from outreach.projects.models import Project
from outreach.projects.views.blueprint import bp, seen
from outreach.web.access import allow
from outreach.web.here import me, now
from outreach.web.pager import Cursor
from outreach.web.toasts import toast

NAME_TAKEN = "Another project has this name."


@bp.get("/projects")
@allow("viewer")
def index() -> str:
    """The reader's projects."""
    return render_template(
        "projects/index.html",
        projects=queries.seen_by(me()),
        sizes=queries.sizes(),
        roles=queries.roles_of(me()),
    )


@bp.get("/projects/<int:project_id>")
@allow("viewer")
def show(project_id: int) -> str:
    """One project: pages, hosts, members, what happened."""
    project = seen(project_id)
    return render_template("projects/show.html", project=project, **_around(project))


def _around(project: Project) -> dict[str, object]:
    user, only_assets = me(), request.args.get("assets") == "1"
    form = MemberForm(formdata=None)
    form.user_id.offer(queries.outsiders_of(project.id) if user.is_manager else [])
    role = queries.roles_of(user).get(project.id)
    return {
        "pages": queries.pages_of(
            project.id, cursor=Cursor.unpack(request.args.get("at")), only_assets=only_assets
        ),
        "only_assets": only_assets,
        "members": queries.members_of(project.id),
        "may_write": user.is_manager or role == "member",
        "form": form,
        "entries": diary.timeline(project_id=project.id, limit=12),
        "names": account_queries.names(),
    }


@bp.get("/projects/new")
@allow("manager")
def new() -> str:
    return render_template("projects/edit.html", form=ProjectForm.of(_usual()), project=None)


def _usual() -> Project:
    """The usual days of a new project."""
    return Project(
        follow_up_days=4,
        max_followups=2,
        cooldown_same_days=30,
        cooldown_other_days=100,
        brand_terms=[],
        legal_basis="",
    )


@bp.post("/projects")
@allow("manager")
def create() -> Response | tuple[str, int]:
    form = ProjectForm()
    if form.validate():
        try:
            project = actions.start(form.values(), form.own_hosts(), by=me(), now=now())
        except actions.Taken:
            form.name.errors = [NAME_TAKEN]
        else:
            toast(f"{project.name} is started. Add the pages that are worth linking to.")
            return redirect(url_for("projects.show", project_id=project.id))
    return render_template("projects/edit.html", form=form, project=None), 422


@bp.get("/projects/<int:project_id>/edit")
@allow("manager")
def edit(project_id: int) -> str:
    project = seen(project_id)
    return render_template("projects/edit.html", form=ProjectForm.of(project), project=project)


@bp.post("/projects/<int:project_id>")
@allow("manager")
def save(project_id: int) -> Response | tuple[str, int]:
    """Save it; 409 with what differs when somebody else saved first."""
    project, form = seen(project_id), ProjectForm()
    if not form.validate():
        return render_template("projects/edit.html", form=form, project=project), 422
    try:
        actions.change(
            project, form.values(), form.own_hosts(), int(form.version.data or 0), by=me(), now=now()
        )  # fmt: skip
    except actions.Taken:
        form.name.errors = [NAME_TAKEN]
        return render_template("projects/edit.html", form=form, project=project), 422
    except (actions.Changed, ValueError):
        return _changed(form, project)
    toast(f"{project.name} is saved.")
    return redirect(url_for("projects.show", project_id=project_id))


def _changed(form: ProjectForm, project: Project) -> tuple[str, int]:
    """What was typed stays; what differs on the row is named, and saving again overrules it."""
    stored = ProjectForm.of(project)
    differs = [
        (field.label.text, field.data) for field in stored if field.name != "csrf_token" and field.data != form[field.name].data
    ]  # fmt: skip
    form.version.data = project.version
    differs = [pair for pair in differs if pair[0] != "Version"]
    return render_template("projects/edit.html", form=form, project=project, differs=differs), 409


@bp.post("/projects/<int:project_id>/archive")
@allow("manager")
def archive(project_id: int) -> Response:
    project = seen(project_id)
    actions.put_away(project, True, by=me(), now=now())
    toast(f"{project.name} is put away.", url_for("projects.restore", project_id=project_id))
    return redirect(url_for("projects.index"))


@bp.post("/projects/<int:project_id>/restore")
@allow("manager")
def restore(project_id: int) -> Response:
    project = seen(project_id)
    actions.put_away(project, False, by=me(), now=now())
    toast(f"{project.name} is taken up again.")
    return redirect(url_for("projects.show", project_id=project_id))
