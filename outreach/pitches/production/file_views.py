"""The doors to drafts and files: keep a version, take it along, say that it was sent, take it away."""

from __future__ import annotations

import io

from flask import abort, redirect, render_template, request, send_file, url_for
from werkzeug.wrappers import Response

from outreach.kit import marked, papers
from outreach.kit.papers import Judged, UnfitFile
from outreach.pitches import queries
from outreach.pitches.answers import Answer, found
from outreach.pitches.door import bp
from outreach.pitches.models import Pitch
from outreach.pitches.production import actions, files, rules
from outreach.pitches.production.files import TooMany
from outreach.pitches.production.forms import FileForm, SentForm
from outreach.pitches.production.models import PitchFile
from outreach.pitches.rules import stage_name
from outreach.web.access import allow
from outreach.web.here import config, me, now, today
from outreach.web.toasts import toast


@bp.route("/pitches/<int:pitch_id>/files", methods=["GET", "POST"])
@allow("viewer")
def pitch_files(pitch_id: int) -> Answer:
    """All versions of what was handed in, newest first; with the form for another one."""
    pitch = found_to_read(pitch_id)
    if request.method != "POST":
        return _draw(pitch, _form(pitch))
    form = _form(found(pitch_id))
    if form.validate() and (kept := _keep(pitch, form)) is not None:
        toast(f"{named(kept)} kept", url_for("pitches.take_file", pitch_file_id=kept.id))
        return _home(pitch_id)
    return _draw(pitch, form), 422


def found_to_read(pitch_id: int) -> Pitch:
    """The pitch, for one who may see it."""
    return queries.get(me(), pitch_id) or abort(404)


def _form(pitch: Pitch) -> FileForm:
    form = FileForm()
    form.offer(pitch.type)
    return form


def _draw(pitch: Pitch, form: FileForm) -> str:
    return render_template(
        "pitches/files.html", pitch=pitch, form=form, rows=files.of(pitch.id), parts=rules.PART_NAMES, accepted=papers.ACCEPTED,
        most=config().pitch_file_mb, may_write=queries.may_write(me(), pitch.project_id), today=today(),
    )  # fmt: skip


def _keep(pitch: Pitch, form: FileForm) -> PitchFile | None:
    """Keep it; None when the form has a new error to show."""
    brought = _brought(pitch, form)
    if brought is None:
        return None
    try:
        return actions.keep_file(
            me(),
            pitch.id,
            form.part.data,
            brought,
            form.note.data or "",
            instance=config().instance,
            now=now(),
        )
    except TooMany as full:
        form.part.errors = [str(full)]
    return None


def _brought(pitch: Pitch, form: FileForm) -> Judged | str | None:
    """The file that was judged fit, or the address; None with the error beside its field."""
    given = form.file.data
    if not given or not given.filename:
        if not form.url.data:
            form.file.errors = ["Choose a file, or give a link to one."]
            return None
        return str(form.url.data)
    most = config().pitch_file_mb * 2**20
    try:
        judged = papers.judge(given.filename, given.read(most + 1), most=most, whither="is kept here")
    except UnfitFile as unfit:
        form.file.errors = [str(unfit)]
        return None
    if (twin := files.same(pitch.id, judged.content)) is not None:
        form.file.errors = [f"This is the same file as {named(twin)}. Nothing is new in it."]
        return None
    return judged


def named(row: PitchFile) -> str:
    """A version in words: "Draft, version 3"."""
    return f"{rules.PART_NAMES[row.part]}, version {row.number}"


@bp.get("/pitch-files/<int:pitch_file_id>")
@allow("viewer")
def pitch_file(pitch_file_id: int) -> Response:
    """A version to be saved, never to be run or shown in a page of ours."""
    row = files.readable(me(), pitch_file_id) or abort(404)
    if row.url:
        abort(404, "This version is a link; open it from the list.")
    content = files.read(config().instance, row)
    if content is None:
        abort(404, "This file is no longer on the disk of the server.")
    answer = send_file(io.BytesIO(content), row.type, as_attachment=True, download_name=row.name)
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return answer


@bp.get("/pitch-files/<int:pitch_file_id>/text")
@allow("viewer")
def read_pitch_file(pitch_file_id: int) -> str:
    """A version that is plain text, to be read here; Markdown as it is meant."""
    row = files.readable(me(), pitch_file_id) or abort(404)
    content = files.read(config().instance, row) if files.is_text(row) else None
    if content is None:
        abort(404, "This version cannot be read here; open it from the list.")
    text = content.decode("utf-8-sig", "replace")
    return render_template(
        "pitches/file_text.html", row=row, pitch=found_to_read(row.pitch_id), name=named(row), text=text,
        html=marked.html_of(text) if row.name.lower().endswith(".md") else "",
    )  # fmt: skip


@bp.route("/pitch-files/<int:pitch_file_id>/sent", methods=["GET", "POST"])
@allow("member")
def send_pitch_file(pitch_file_id: int) -> Answer:
    """It went to them, on the day that is given; a draft that is sent takes the pitch along."""
    row = _writable(pitch_file_id)
    pitch = found(row.pitch_id)
    form = SentForm(on=row.sent_on or today())
    if request.method != "POST" or not form.validate() or _is_ahead(form):
        page = render_template("pitches/file_sent.html", pitch=pitch, form=form, name=named(row))
        return page, 422 if form.errors else 200
    done = actions.send_file(me(), row.pitch_id, row.id, form.on.data, now=now(), today=today())
    _tell_sent(row, done)
    return _home(row.pitch_id)


def _is_ahead(form: SentForm) -> bool:
    if form.on.data <= today():
        return False
    form.on.errors = ["This day is still to come."]
    return True


def _tell_sent(row: PitchFile, done: actions.Sent) -> None:
    if done.stage and done.change_id:
        undo = url_for("pitches.undo", pitch_id=row.pitch_id, change_id=done.change_id)
        toast(f"{named(row)} sent; moved to “{stage_name(done.stage)}”", undo)
        return
    toast(f"{named(row)} sent", url_for("pitches.unsend_file", pitch_file_id=row.id))
    if done.refused:
        toast(f"The pitch stays where it is: {done.refused}", kind="warn")


@bp.post("/pitch-files/<int:pitch_file_id>/unsent")
@allow("member")
def unsend_file(pitch_file_id: int) -> Answer:
    """It was not sent after all."""
    row = _writable(pitch_file_id)
    actions.send_file(me(), row.pitch_id, row.id, None, now=now(), today=today())
    toast(f"{named(row)}: not sent", kind="info")
    return _home(row.pitch_id)


@bp.post("/pitch-files/<int:pitch_file_id>/removal")
@allow("member")
def take_file(pitch_file_id: int) -> Answer:
    """Take a version away; for a day it can be put back."""
    row = _writable(pitch_file_id)
    actions.take_file(me(), row.pitch_id, row.id, True, now=now())
    toast(f"{named(row)} taken away", url_for("pitches.restore_file", pitch_file_id=row.id))
    return _home(row.pitch_id)


@bp.post("/pitch-files/<int:pitch_file_id>/restoration")
@allow("member")
def restore_file(pitch_file_id: int) -> Answer:
    """Put it back."""
    row = _writable(pitch_file_id)
    actions.take_file(me(), row.pitch_id, row.id, False, now=now())
    toast(f"{named(row)} is back", kind="info")
    return _home(row.pitch_id)


def _writable(key: int) -> PitchFile:
    return files.writable(me(), key) or abort(404)


def _home(pitch_id: int) -> Response:
    return redirect(url_for("pitches.pitch_files", pitch_id=pitch_id), 303)
