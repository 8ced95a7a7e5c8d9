"""Screens of snippets."""

from __future__ import annotations

from flask import abort, redirect, render_template, request, url_for
from wtforms.fields.choices import SelectChoice

from outreach.mail import actions, language, refusals, snippets
from outreach.mail.actions import Gone, NameTaken
from outreach.mail.door import Answer, bp
from outreach.mail.forms import SnippetForm
from outreach.mail.models import Snippet
from outreach.projects import queries as project_queries
from outreach.web.access import allow
from outreach.web.here import me, now
from outreach.web.toasts import toast


@bp.get("/snippets")
@allow("viewer")
def all_snippets() -> Answer:
    """The snippets that the user may put into a letter."""
    return render_template(
        "mail/snippets.html", rows=snippets.readable(me()), projects=dict(project_queries.choices(me()))
    )


@bp.route("/snippets/new", methods=["GET", "POST"])
@allow("member")
def new_snippet() -> Answer:
    """Write a snippet."""
    return _edit(SnippetForm(request.form if request.method == "POST" else None, scope=snippets.OWN), None)


@bp.route("/snippets/<int:snippet_id>", methods=["GET", "POST"])
@allow("viewer")
def snippet(snippet_id: int) -> Answer:
    """Change a snippet; readers see it without the button."""
    row = snippets.snippet(me(), snippet_id, to_change=request.method == "POST")
    if row is None:
        abort(404, "There is no such snippet.")
    typed = request.form if request.method == "POST" else None
    return _edit(SnippetForm(typed, name=row.name, body=row.body, scope=snippets.scope_of(row)), row)


@bp.post("/snippets/<int:snippet_id>/removal")
@allow("member")
def remove_snippet(snippet_id: int) -> Answer:
    """Take it away; letters that hold its words keep them."""
    try:
        actions.remove_snippet(snippet_id, by=me(), now=now())
    except Gone:
        abort(404, "There is no such snippet.")
    toast("The snippet is removed")
    return redirect(url_for("mail.all_snippets"))


def _edit(form: SnippetForm, row: Snippet | None) -> Answer:
    projects = project_queries.writable_choices(me())
    offered = [(snippets.OWN, "Only me"), (snippets.EVERYBODY, "Everybody in the workspace"), *((str(key), name) for key, name in projects)]  # fmt: skip
    if form.scope.data not in dict(offered) and row is not None:
        offered.append((form.scope.data, "Its project"))
    form.scope.choices = [SelectChoice(value, words) for value, words in offered]
    may_save = row is None or snippets.snippet(me(), row.id, to_change=True) is not None
    if request.method == "POST" and form.validate():
        try:
            saved = actions.save_snippet(row.id if row else None, form.data, by=me(), now=now())
        except NameTaken:
            form.name.errors = ["Another snippet has this name."]
        except Gone:
            abort(404, "There is no such snippet.")
        else:
            toast(f"Saved {saved.name}")
            return redirect(url_for("mail.all_snippets"))
    page = render_template(
        "mail/snippet.html", form=form, snippet=row, may_save=may_save, fields=language.FIELDS, allowed=refusals.ALLOWED
    )  # fmt: skip
    return (page, 422) if form.errors else page
