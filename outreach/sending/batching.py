"""Screens of a batch: choose to whom, write one line each, look at the whole, queue it in one go."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from flask import abort, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict

from outreach.mail import files, language, refusals, snippets
from outreach.mail import queries as mail_queries
from outreach.mail.attachments import ACCEPTED
from outreach.mail.models import LetterBatch, LetterTemplate, Message
from outreach.mail.rules import MessageState
from outreach.pitches.models import Pitch
from outreach.pitches.rules import TYPE_NAMES, PitchType
from outreach.prospects.models import Prospect
from outreach.sending import batch_actions, batch_queries, composing, writing_desk
from outreach.sending.actions import NotPossible
from outreach.sending.batch_actions import Started
from outreach.sending.batch_queries import MOST, Line
from outreach.sending.door import KIND_NAMES, STATE_LOOKS, Answer, bp
from outreach.sending.forms import BatchForm, ComposeForm
from outreach.sending.writing import Looked
from outreach.sending.writing_desk import Desk
from outreach.web import filters
from outreach.web.access import allow
from outreach.web.forms import row_id
from outreach.web.here import config, me, now, today
from outreach.web.pager import Cursor
from outreach.web.toasts import toast

# Choosing


@bp.get("/batches")
@allow("member")
def batches() -> Answer:
    """Batches of the projects that the user writes in, newest first."""
    page = batch_queries.batches(me(), Cursor.unpack(request.args.get("after")))
    return render_template("sending/batches.html", page=page)


@bp.post("/batches/of-prospects")
@allow("member")
def pick_prospects() -> Answer:
    """From the ticked rows of the prospects to the screen that starts a batch of them."""
    ids = _ids(request.form, "row")
    return redirect(filters.asking(url_for("sending.new_batch"), {"prospects": ",".join(map(str, ids))}))


@bp.route("/batches/new", methods=["GET", "POST"])
@allow("member")
def new_batch() -> Answer:
    """Start a batch of the pitches `row`, or of `prospects`: which template, from which mailbox."""
    prospect_ids, pitch_ids = _listed(request.args.get("prospects", "")), _ids(request.args, "row")
    rows: Sequence[Pitch | Prospect]
    rows = batch_queries.prospects(me(), prospect_ids[:MOST]) if prospect_ids else _to_write(pitch_ids)
    if not rows:
        return render_template("sending/batch_new.html", rows=[])
    project = rows[0].project
    rows = [row for row in rows if row.project_id == project.id]
    by_type = batch_queries.templates(me(), project.id)
    form = _start_form(project.id, by_type, is_of_prospects=bool(prospect_ids))
    kinds = list(dict.fromkeys(row.type for row in rows if isinstance(row, Pitch)))
    left_out = len(prospect_ids or pitch_ids) - len(rows)
    if request.method == "POST" and form.validate():
        try:
            started = _start(form, rows, prospect_ids)
        except NotPossible as error:
            toast(str(error), kind="warn")
            return redirect(url_for("sending.batches"))
        else:
            left_out += started.left_out
            if left_out > 0:
                toast(
                    f"{left_out} left out: written to already, in another batch, or of another project",
                    kind="info",
                )
            return redirect(
                url_for("sending.batch_letter", letter_batch_id=started.batch_id, draft_id=started.first_id)
            )
    page = render_template(
        "sending/batch_new.html", form=form, rows=rows, project=project, kinds=kinds, by_type=by_type, type_names=TYPE_NAMES,
        offers={kind: [(row.id, f"{row.name}, version {row.versions[0].number}") for row in by_type.get(kind, [])] for kind in kinds},
        left_out=left_out, is_of_prospects=bool(prospect_ids), here=request.full_path, chosen=request.form,
    )  # fmt: skip
    return (page, 422) if form.errors else page


def _to_write(pitch_ids: list[int]) -> list[Pitch]:
    found = batch_queries.pitches(me(), pitch_ids[:MOST])
    taken = batch_queries.written_for([pitch.id for pitch in found])
    return [pitch for pitch in found if batch_queries.is_to_write(pitch, taken)]


def _start_form(
    project_id: int, by_type: dict[PitchType, list[LetterTemplate]], *, is_of_prospects: bool
) -> BatchForm:
    form = BatchForm(request.form if request.method == "POST" else None)
    boxes = mail_queries.usable_mailboxes(me(), project_id)
    form.mailbox.offer((box.id, f"{box.from_name} <{box.address}>") for box in boxes)
    if not is_of_prospects:
        del form.template, form.own_page, form.topic
        return form
    form.template.offer(
        (row.id, f"{TYPE_NAMES[kind]}: {row.name}") for kind, rows in by_type.items() for row in rows
    )
    form.own_page.offer((page.id, page.title or page.url) for page in batch_queries.own_pages(project_id))
    return form


def _start(form: BatchForm, rows: Sequence[Any], prospect_ids: list[int]) -> Started:
    ids, box = [row.id for row in rows], form.mailbox.data
    if prospect_ids:
        return batch_actions.start_from_prospects(
            ids, box, form.template.data or 0, own_page_id=form.own_page.data, topic=form.topic.data or "", by=me(), now=now(), today=today()
        )  # fmt: skip
    names = [f"template-{kind.value}" for kind in PitchType]
    chosen = [key for name in names if (key := request.form.get(name, type=row_id))]
    return batch_actions.start(ids, box, chosen, by=me(), now=now())


# The whole batch


@bp.get("/batches/<int:letter_batch_id>")
@allow("member")
def batch(letter_batch_id: int) -> Answer:
    """Every letter of a batch with what stands against it, and the one button that queues those that are ready."""
    found, lines = _batch(letter_batch_id)
    return render_template(
        "sending/batch.html", batch=found, lines=lines, looks=STATE_LOOKS, ready=sum(line.is_ready for line in lines),
        left=[line for line in lines if line.is_open], undo_seconds=config().mail_undo_seconds,
    )  # fmt: skip


@bp.post("/batches/<int:letter_batch_id>/queue")
@allow("member")
def queue_batch(letter_batch_id: int) -> Answer:
    """Queue all that is ready."""
    _batch(letter_batch_id)
    undo = timedelta(seconds=config().mail_undo_seconds)
    queued, refused = batch_actions.queue_ready(letter_batch_id, by=me(), now=now(), undo=undo)
    here = url_for("sending.batch", letter_batch_id=letter_batch_id)
    if queued:
        words = f"{queued} {'letter is' if queued == 1 else 'letters are'} queued"
        toast(words, url_for("sending.take_batch_back", letter_batch_id=letter_batch_id))
    if refused:
        toast(f"{refused} could not be queued; the list says why", kind="warn")
    return redirect(here)


@bp.post("/batches/<int:letter_batch_id>/undo")
@allow("member")
def take_batch_back(letter_batch_id: int) -> Answer:
    """The toast's Undo: every letter of the last queueing that has not left is a draft again."""
    try:
        back, gone = batch_actions.take_back(letter_batch_id, by=me(), now=now())
    except NotPossible:
        abort(404, "There is no such batch.")
    words = f"{back} {'letter was' if back == 1 else 'letters were'} taken back"
    toast(f"{words}; {gone} had left already" if gone else words, kind="warn" if gone else "good")
    return redirect(url_for("sending.batch", letter_batch_id=letter_batch_id))


# One letter after the other


@bp.route("/batches/<int:letter_batch_id>/letters/<int:draft_id>", methods=["GET", "POST"])
@allow("member")
def batch_letter(letter_batch_id: int, draft_id: int) -> Answer:
    """One letter of a batch. Buttons: next, later, skip, previous, and those of compose."""
    both = batch_queries.with_letter(me(), letter_batch_id, draft_id)
    if both is None or (pitch_id := both[1].pitch_id) is None:
        abort(404, "There is no such letter in this batch.")
    (found, draft), lines = both, batch_queries.lines(letter_batch_id)
    if draft.state is not MessageState.DRAFT:
        return redirect(url_for("sending.letter", message_id=draft_id))
    if request.method != "POST":
        desk = writing_desk.desk_of(pitch_id, with_templates=False, with_talk=False)
        form = writing_desk.form_of(desk)
        writing_desk.take_up(form, draft)
        return _letter_page(found, lines, draft, desk, form, None)
    return _answered(found, lines, draft, writing_desk.desk_of(pitch_id))


def _answered(found: LetterBatch, lines: list[Line], draft: Message, desk: Desk) -> Answer:
    """What a button of the screen does: what was typed is kept whichever it is."""
    message_id, do = draft.id, request.form.get("do", "")
    form = writing_desk.form_of(desk)
    form.draft.data = str(message_id)
    if writing_desk.is_filling(do):
        writing_desk.fill(do, form, desk)
        return _letter_page(found, lines, draft, desk, form, None)
    is_right = form.validate() and form.mailbox.data is not None
    if form.may_be_kept():
        writing_desk.keep(desk, form, do)
    looked = writing_desk.look(writing_desk.desk_of(desk.pitch.id), form, message_id) if is_right else None
    is_ready = bool(looked) and _judge(found.id, message_id, looked, form)
    if do == "skip":
        batch_actions.set_aside(found.id, message_id, True, by=me())
    if (
        form.files.errors
        or do not in ("next", "later", "skip", "previous")
        or (do == "next" and not is_ready)
    ):
        draft = batch_queries.letter(found.id, message_id) or draft
        desk = writing_desk.desk_of(desk.pitch.id)
        page = _letter_page(found, batch_queries.lines(found.id), draft, desk, form, looked)
        return (page, 422) if do == "next" or form.errors else page
    return redirect(_neighbour(found.id, lines, message_id, -1 if do == "previous" else 1))


def _judge(batch_id: int, message_id: int, looked: Looked | None, form: ComposeForm) -> bool:
    """Ready when nothing stands against it, or only what gives way to the reason that was typed."""
    assert looked is not None
    reason = (form.reason.data or "").strip()
    overruled = {finding.rule.value: reason for finding in looked.soft} if reason else {}
    if overruled:
        looked = Looked(
            looked.message, looked.written, looked.hard, looked.raw, looked.leaves_at, looked.attached
        )
    return batch_actions.judge(batch_id, message_id, looked, overruled, by=me())


@bp.post("/batches/<int:letter_batch_id>/letters/<int:draft_id>/preview")
@allow("member")
def preview_in_batch(letter_batch_id: int, draft_id: int) -> Answer:
    """The letter as it would leave, while one writes; what was typed is kept."""
    both = batch_queries.with_letter(me(), letter_batch_id, draft_id)
    if both is None or both[1].pitch_id is None or both[1].state is not MessageState.DRAFT:
        abort(404, "There is no such letter in this batch.")
    return composing.previewed(both[1].pitch_id, draft_id)


def _letter_page(
    found: LetterBatch,
    lines: list[Line],
    draft: Message,
    desk: Desk,
    form: ComposeForm,
    looked: Looked | None,
) -> str:
    number = next((place for place, line in enumerate(lines, 1) if line.id == draft.id), 1)
    if not form.reason.data and draft.overruled:
        form.reason.data = next(iter(draft.overruled.values()))
    return render_template(
        "sending/batch_letter.html", batch=found, lines=lines, draft=draft, desk=desk, form=form, looked=looked, number=number,
        kinds=KIND_NAMES, draft_id=draft.id, attached=files.of(draft.id), accepted=ACCEPTED, stamp=composing.stamp(looked),
        fields=language.FIELDS, allowed=refusals.ALLOWED, written=sum(line.is_ready for line in lines),
        snippets=snippets.readable(me(), desk.pitch.project_id), skipped=sum(line.is_skipped for line in lines), previous=_neighbour(found.id, lines, draft.id, -1),
    )  # fmt: skip


def _neighbour(batch_id: int, lines: list[Line], message_id: int, step: int) -> str:
    """The address of the letter before or after this one that is still a draft; past the ends, of the whole batch."""
    order = [line.id for line in lines if line.state is MessageState.DRAFT or line.id == message_id]
    place = order.index(message_id) + step if message_id in order else -1
    if 0 <= place < len(order):
        return url_for("sending.batch_letter", letter_batch_id=batch_id, draft_id=order[place])
    return url_for("sending.batch", letter_batch_id=batch_id)


def _batch(batch_id: int) -> tuple[LetterBatch, list[Line]]:
    found = batch_queries.batch(me(), batch_id)
    if found is None:
        abort(404, "There is no such batch.")
    return found, batch_queries.lines(found.id)


def _ids(args: MultiDict[str, str], name: str) -> list[int]:
    """The ids that were ticked, each once; what is no id is left out."""
    return _listed(",".join(args.getlist(name)))


def _listed(text: str) -> list[int]:
    found = [
        int(part) for part in text[:4_000].split(",") if part.isascii() and part.isdigit() and len(part) < 10
    ]
    return list(dict.fromkeys(found))[: MOST * 2]
