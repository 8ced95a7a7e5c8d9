"""Moving many cards at once: each by its own gates, in its own commit; what may not move stays and is named, and all that moved goes back by one undo."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from outreach.kit import urls
from outreach.pitches import actions, arrows, queries, rules
from outreach.pitches.actions import MovedMany
from outreach.pitches.answers import Answer
from outreach.pitches.door import bp
from outreach.pitches.forms import ManyForm
from outreach.pitches.rules import Column, Stage
from outreach.web import filters
from outreach.web.access import allow
from outreach.web.addresses import local_path
from outreach.web.here import me, now, today
from outreach.web.toasts import toast

MOST = 100
"""Cards of one press: each is a commit of its own, and the undo names them all."""
ENDS = (Stage.NURTURE, Stage.DECLINED, Stage.NO_RESPONSE, Stage.DISQUALIFIED, Stage.WITHDRAWN)
"""What many pitches of any type may come to at once; other ends are of one type, and are said on the pitch."""
COLUMNS = tuple(column for column in Column if column not in (Column.WON, Column.CLOSED))
ROW = re.compile(r"(\d{1,9})(?:-(\d{1,9}))?")


def goals() -> list[tuple[str, str]]:
    """(value, words) of where many may go."""
    return [
        *((f"column-{column}", rules.COLUMN_NAMES[column]) for column in COLUMNS),
        *((f"stage-{stage}", rules.stage_name(stage)) for stage in ENDS),
    ]


@dataclass(frozen=True)
class Asked:
    """What the form says: (pitch, version that was seen) of the cards, and where they shall go."""

    rows: list[tuple[int, int | None]]
    goal: Column | Stage | None

    @property
    def asks(self) -> set[str]:
        """What has to be said before: a reason, a day."""
        return arrows.asks(Stage.IDEA, self.goal) if isinstance(self.goal, Stage) else set()


def _asked() -> Asked:
    found = dict.fromkeys(
        match.groups() for row in request.form.getlist("row") if (match := ROW.fullmatch(row))
    )
    rows = [(int(key), int(version) if version else None) for key, version in found]
    kind, _, name = request.form.get("to", "").partition("-")
    column = next((one for one in COLUMNS if kind == "column" and one.value == name), None)
    return Asked(rows, column or next((one for one in ENDS if kind == "stage" and one.value == name), None))


@bp.post("/pitches/moves")
@allow("member")
def move_many() -> Answer:
    """Move the ticked cards; `do=write` leads on to a batch of letters instead."""
    asked = _asked()
    if request.form.get("do") == "write":
        keys = "&".join(f"row={key}" for key, _version in asked.rows[:200])
        return redirect(f"{url_for('sending.new_batch')}?{keys}", 303)
    if not asked.rows or asked.goal is None or len(asked.rows) > MOST:
        toast(_why_not(asked), kind="warn")
        return _back()
    form = ManyForm()
    is_said = not asked.asks or "said" in request.form
    if not is_said or not form.validate() or not _is_right(form, asked):
        return _ask(asked, form, is_said)
    done = actions.move_many(
        me(),
        asked.rows,
        asked.goal,
        now=now(),
        today=today(),
        reason=form.reason.data or "",
        revisit_on=form.revisit_on.data,
    )
    return _told(done, asked)


def _why_not(asked: Asked) -> str:
    if not asked.rows:
        return "No card was ticked."
    return "Say where the cards shall go." if asked.goal is None else f"At most {MOST} cards move at once."


def _is_right(form: ManyForm, asked: Asked) -> bool:
    if "revisit_on" in asked.asks and (form.revisit_on.data is None or form.revisit_on.data <= today()):
        form.revisit_on.errors = ["Give a day after today."]
    if asked.goal is Stage.DISQUALIFIED and not form.reason.data:
        form.reason.errors = ["Say why they do not fit."]
    return not form.errors


def _ask(asked: Asked, form: ManyForm, is_said: bool) -> Answer:
    if not is_said:
        form = ManyForm(formdata=None)
    page = render_template(
        "pitches/move_many.html", form=form, rows=request.form.getlist("row")[:MOST], count=len(asked.rows), to=request.form["to"],
        goal=dict(goals())[request.form["to"]], asks=asked.asks, back=request.form.get("back", ""),
    )  # fmt: skip
    return page, 422 if form.errors else 200


def _told(done: MovedMany, asked: Asked) -> Answer:
    words = dict(goals())[request.form["to"]]
    if done.moved:
        pairs = "_".join(f"{one.pitch_id}.{one.change_id}" for one in done.moved)
        count = "1 card" if len(done.moved) == 1 else f"{len(done.moved)} cards"
        toast(f"{count} moved to “{words}”", filters.asking(url_for("pitches.undo_many"), {"of": pairs}))
    if not done.stayed:
        return _back()
    names = queries.names_of(me(), [one.pitch_id for one in done.stayed])
    stayed = [(one, urls.show_host(names[one.pitch_id])) for one in done.stayed if one.pitch_id in names]
    page = render_template(
        "pitches/moved_many.html", stayed=stayed, moved=len(done.moved), goal=words, back=local_path(request.form.get("back")),
    )  # fmt: skip
    return page, 200 if done.moved else 422


@bp.post("/pitches/moves/undone")
@allow("member")
def undo_many() -> Answer:
    """Take all of them back; those that have changed since stay where they are."""
    pairs = [part.split(".") for part in request.args.get("of", "").split("_")[:MOST]]
    keys = [
        (int(pair[0]), int(pair[1]))
        for pair in pairs
        if len(pair) == 2 and all(_is_id(part) for part in pair)
    ]
    back, left = actions.undo_many(me(), keys, now=now())
    words = f"{back} moved back" if back else "Nothing was moved back"
    toast(f"{words}; {left} changed since and stay" if left else words, kind="info")
    return redirect(filters.back(url_for("pitches.board")), 303)


def _is_id(text: str) -> bool:
    return text.isdecimal() and len(text) < 10


def _back() -> Response:
    asked: Any = local_path(request.form.get("back"))
    return redirect(asked or url_for("pitches.board"), 303)
