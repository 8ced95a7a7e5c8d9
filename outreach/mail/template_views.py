"""Screens of templates."""

from __future__ import annotations

from itertools import groupby
from typing import Any

import sqlalchemy as sa
from flask import abort, make_response, redirect, render_template, request, url_for
from sqlalchemy.orm import joinedload

from outreach.accounts.models import Workspace
from outreach.db import session
from outreach.mail import actions, formatted, language, merge, queries, refusals, snippets
from outreach.mail.actions import Gone, NameTaken
from outreach.mail.door import Answer, bp
from outreach.mail.forms import LETTER_NAMES, TemplateForm
from outreach.mail.models import LetterTemplate, Mailbox
from outreach.mail.rules import LetterKind
from outreach.pitches.models import Pitch
from outreach.pitches.rules import TYPE_NAMES, Column, PitchType
from outreach.projects import queries as project_queries
from outreach.web.access import allow
from outreach.web.forms import row_id
from outreach.web.here import me, now
from outreach.web.toasts import toast

PREVIEWS = 20


@bp.get("/templates")
@allow("viewer")
def templates() -> Answer:
    """All templates by type; `type` shows one, `archived` those that were put away."""
    chosen = _known_type(request.args.get("type"))
    is_archived = request.args.get("archived") == "1"
    found = queries.templates(me(), kind=chosen, is_archived=is_archived)
    groups = [(TYPE_NAMES[kind], list(rows)) for kind, rows in groupby(found, key=lambda row: row.type)]
    return render_template(
        "mail/templates.html", groups=groups, chosen=chosen, is_archived=is_archived,
        types=TYPE_NAMES, kinds=LETTER_NAMES, projects=dict(project_queries.choices(me())),
    )  # fmt: skip


@bp.route("/templates/new", methods=["GET", "POST"])
@allow("member")
def new_template() -> Answer:
    """Write a template; `type` and `kind` of the address are chosen beforehand."""
    form = TemplateForm(request.form if request.method == "POST" else None, **_given())
    return _edit(form, None)


@bp.route("/templates/<int:template_id>", methods=["GET", "POST"])
@allow("viewer")
def template(template_id: int) -> Answer:
    """The editor: saving a changed text makes a new version. Readers see it without the button."""
    found = queries.template(me(), template_id, to_change=request.method == "POST")
    if found is None:
        abort(404, "There is no such template.")
    last = found.versions[0]
    form = TemplateForm(
        request.form if request.method == "POST" else None, name=found.name, type=found.type.value,
        kind=found.kind.value, project_id=found.project_id, subject=last.subject, body=last.body, html=last.body_html,
    )  # fmt: skip
    return _edit(form, found)


@bp.post("/templates/preview")
@allow("viewer")
def preview_template() -> Answer:
    """The letter as the typed text would read, for the part of the page that changes while one writes."""
    form = TemplateForm(request.form)
    return render_template("mail/_template_preview.html", **_seen(form))


@bp.get("/templates/<int:template_id>/html")
@allow("viewer")
def template_page(template_id: int) -> Answer:
    """The formatted part of the newest version as an example reads it, for a frame in which nothing runs."""
    found = queries.template(me(), template_id)
    if found is None or not found.versions[0].body_html:
        abort(404, "This template has no formatted part.")
    try:
        answer = make_response(
            formatted.page(_filled(found.versions[0].body_html, merge.EXAMPLE, as_html=True)[0])
        )
    except refusals.LetterError as error:
        abort(404, str(error))
    answer.headers["Content-Security-Policy"] = formatted.FRAMED
    return answer


@bp.post("/templates/<int:template_id>/archive")
@allow("member")
def archive_template(template_id: int) -> Answer:
    """Put a template away (`archived` 1) or take it back (0)."""
    is_archived = request.values.get("archived", "1") == "1"
    try:
        actions.archive_template(template_id, is_archived, by=me(), now=now())
    except Gone:
        abort(404, "There is no such template.")
    undo = url_for("mail.archive_template", template_id=template_id, archived=0) if is_archived else None
    toast("The template is put away" if is_archived else "The template is back", undo)
    return redirect(url_for("mail.templates"))


def _edit(form: TemplateForm, found: LetterTemplate | None) -> Answer:
    form.project_id.offer(project_queries.writable_choices(me()))
    may_save = found is None or queries.may_change(me(), found)
    do = request.form.get("do", "")
    if do.startswith("snippet-"):
        form.body.data = snippets.put_in(do, form.body.data or "", by=me())
    elif do:
        form.html.data = formatted.of_text(form.body.data or "") if do == "format" else ""
    wants_preview = "preview" in request.form or bool(do)
    if request.method == "POST" and not wants_preview and form.validate():
        try:
            saved = actions.save_template(found.id if found else None, form.data, by=me(), now=now())
        except NameTaken:
            form.name.errors = ["Another template has this name. Choose one that tells them apart."]
        except Gone:
            abort(404, "There is no such template.")
        else:
            toast(f"Saved {saved.name}")
            return redirect(url_for("mail.template", template_id=saved.id))
    page = render_template(
        "mail/template.html", form=form, template=found, may_save=may_save, fields=language.FIELDS,
        allowed=refusals.ALLOWED, results=_results(found), pitches=_pitches(form), snippets=snippets.readable(me()), **_seen(form),
    )  # fmt: skip
    return (page, 422) if form.errors else page


def _results(found: LetterTemplate | None) -> queries.Results | None:
    """What came of its letters; None when they are many, and counted while the page is there already."""
    if found is None:
        return {}
    return queries.results(found.id, most=None if "counted" in request.args else queries.MUCH_USED)


@bp.get("/templates/<int:template_id>/results")
@allow("viewer")
def template_results(template_id: int) -> str:
    """Its versions with what came of their letters, for the page that is there before many are counted."""
    found = queries.template(me(), template_id) or abort(404, "There is no such template.")
    return render_template("mail/_versions.html", template=found, results=queries.results(template_id))


def _given() -> dict[str, str]:
    chosen = _known_type(request.args.get("type"))
    return {"type": chosen.value} if chosen else {}


def _known_type(text: str | None) -> PitchType | None:
    return PitchType(text) if text in set(PitchType) else None


def _pitches(form: TemplateForm) -> list[tuple[str, str]]:
    """As whom the letter can be looked at: people of the newest pitches of this type."""
    query = (
        sa.select(Pitch)
        .where(project_queries.is_seen(Pitch.project_id, me()), Pitch.person_id.is_not(None))
        .options(joinedload(Pitch.person), joinedload(Pitch.site))
    )
    if chosen := _known_type(form.type.data):
        query = query.where(Pitch.id.in_(_newest_of(chosen)))
    rows = (
        session().scalars(query.order_by(Pitch.updated_at.desc(), Pitch.id.desc()).limit(PREVIEWS)).unique()
    )
    return [
        ("", "an example"),
        *((str(row.id), f"{row.person.name}, {row.site.key}") for row in rows if row.person),
    ]


def _newest_of(kind: PitchType) -> sa.CompoundSelect[int]:
    """Ids of the newest pitches of a type in each column of the board, for so its index has them in order."""
    seen = (project_queries.is_seen(Pitch.project_id, me()), Pitch.person_id.is_not(None), Pitch.type == kind)
    parts = [
        sa.select(Pitch.id).where(*seen, Pitch.board_column == column).order_by(Pitch.updated_at.desc(), Pitch.id.desc()).limit(PREVIEWS).subquery()
        for column in Column
    ]  # fmt: skip
    return sa.union_all(*(sa.select(part.c.id) for part in parts))


def _seen(form: TemplateForm) -> dict[str, Any]:
    """The letter in words, or what is wrong with it, as one chosen person."""
    values, as_whom = _values()
    kind = LetterKind(form.kind.data) if form.kind.data in set(LETTER_NAMES) else LetterKind.FIRST
    seen: dict[str, Any] = {
        "problems": [],
        "missing": [],
        "subject": "",
        "text": "",
        "as_whom": as_whom,
        "values": values,
    }
    body = merge.newlines(form.body.data or "")
    for source in (form.subject.data or "", body):
        seen["problems"] += [str(problem) for problem in language.check(source, language.FIELDS)]
    if seen["problems"]:
        return seen
    try:
        source = merge.with_personal_line(body, "") if kind is LetterKind.FIRST and body.strip() else body
        seen["subject"], missing = _filled(form.subject.data or "", values)
        seen["text"], more = _filled(source, values)
        seen["missing"] = list(dict.fromkeys([*missing, *more]))
        seen["text"] = merge.with_end(seen["text"], kind, values) if body.strip() else ""
    except refusals.LetterError as error:
        seen["problems"] = [str(error)]
    return seen


def _filled(source: str, values: dict[str, str], *, as_html: bool = False) -> tuple[str, list[str]]:
    """The text, with the names of missing fields standing in their places, and these names."""
    try:
        return language.render(source, merge.nested(values), as_html=as_html), []
    except refusals.MissingField as error:
        shown = values | {name: f"[{name}]" for name in error.names}
        return language.render(source, merge.nested(shown), as_html=as_html), error.names


def _values() -> tuple[dict[str, str], str]:
    """What the fields hold: those of the chosen pitch, or an example."""
    wanted = request.values.get("as_pitch", type=row_id)
    if wanted is None:
        return merge.EXAMPLE, f"{merge.EXAMPLE['person.name']} (an example)"
    pitch = session().scalar(
        sa.select(Pitch)
        .where(Pitch.id == wanted, Pitch.project_id.in_(project_queries.visible_to(me())))
        .options(
            joinedload(Pitch.project),
            joinedload(Pitch.person),
            joinedload(Pitch.site),
            joinedload(Pitch.own_page),
        )
    )
    if pitch is None:
        abort(404, "There is no such pitch.")
    boxes = queries.usable_mailboxes(me(), pitch.project_id)
    box = boxes[0] if boxes else Mailbox(from_name=me().name, signature="", address=me().email)
    line = {name: merge.EXAMPLE[name] for name in ("personal_line", "personal_url", "unsubscribe_url")}
    draft = merge.Draft("", "", line["personal_line"], line["personal_url"])
    values = merge.merge_values(pitch, box, session().get_one(Workspace, 1), draft, line["unsubscribe_url"])
    return values, pitch.person.name if pitch.person else pitch.site.key
