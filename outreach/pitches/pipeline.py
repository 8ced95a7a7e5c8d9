"""The pipeline: all pitches as a board or as a table. What is filtered and sorted stands in the address."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from flask import abort, redirect, render_template, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response

from outreach.pitches import arrows, cards, choices, moving_many, rules, table_rows
from outreach.pitches.answers import Answer, age_words
from outreach.pitches.door import bp
from outreach.pitches.filtering import Filters
from outreach.pitches.rules import Column, PitchType, Stage
from outreach.pitches.table_rows import SORTS
from outreach.projects.models import Project
from outreach.projects.saved.shelf import opening, shelf_of
from outreach.web import filters
from outreach.web.access import allow
from outreach.web.here import me, today
from outreach.web.pager import Cursor

HINTS: dict[Column, str] = {
    Column.TO_DO: "Ideas to decide on, people to find, first letters to write.",
    Column.CONTACTED: "A letter is out and nobody has answered yet.",
    Column.TALKING: "Somebody answered.",
    Column.AGREED: "They said yes; target and rel are written down.",
    Column.PRODUCTION: "Being written, edited, recorded or put in place.",
    Column.PUBLISHED: "Said to be online; the next check of the page decides.",
    Column.WON: "The link was seen on the page. A check puts a card here.",
    Column.CLOSED: "Resting until a day, or ended with its reason.",
}


@bp.get("/pitches")
@allow("viewer")
def board() -> Answer:
    """The board, or `?view=table`. Filters: project, owner, type, column, q; the table's sort: updated, next, stage."""
    shelf = shelf_of(me(), "pitches")
    if first := opening(shelf):
        return redirect(first)
    by = asked_filters()
    projects, writable = choices.visible_projects(me())
    shared = {
        "by": by, "rules": rules, "choices": _choices(by, projects), "goals": moving_many.goals(), "limits": _limits(by, projects),
        "is_manager": me().is_manager, "shelf": shelf, "here": _here, "today": today(), "age": age_words, "may_write": writable,
    }  # fmt: skip
    return _table(by, shared) if request.args.get("view") == "table" else _board(by, shared)


def _board(by: Filters, shared: dict[str, Any]) -> str:
    return render_template(
        "pitches/board.html", board=cards.board(me(), by), cap=cards.cap_of(by), columns=rules.COLUMN_NAMES, hints=HINTS,
        stamp=_stamp(by), stamp_url=_here_at(url_for("pitches.board_stamp")), **_for_cards(_here()), **shared,
    )  # fmt: skip


def _for_cards(back: str) -> dict[str, Any]:
    """What the template of a card needs; `back` is the board that it stands on."""
    return {
        "menus": MENUS, "address": url_for("pitches.board"), "back": back, "back_quoted": quote(back, safe=""),
        "after": _after,
    }  # fmt: skip


def _after(column: Column, cursor: str) -> str:
    """Where the cards after these come from."""
    return _here_at(url_for("pitches.more_cards"), column=column.value, after=cursor)


def _stamp(by: Filters) -> str:
    newest = cards.last_change(me(), by)
    return newest.isoformat() if newest else ""


@bp.get("/pitches/stamp")
@allow("viewer")
def board_stamp() -> Answer:
    """When the newest change on the board was made, for a page that asks whether it is old."""
    return Response(_stamp(asked_filters()), mimetype="text/plain")


@bp.get("/pitches/cards")
@allow("viewer")
def more_cards() -> Answer:
    """The next cards of a column (`?column=`), after a cursor; the board's filters hold."""
    by = asked_filters()
    column = by.column or abort(400, "Say which column.")
    page = cards.cards_of(me(), by, column, Cursor.unpack(request.args.get("after")))
    return render_template(
        "pitches/_cards.html", cards=page.rows, column=column, older=page.older, by=by, rules=rules, today=today(), age=age_words,
        may_write=choices.writable_ids(me()), **_for_cards(_here(column=None)),
    )  # fmt: skip


def _table(by: Filters, shared: dict[str, Any]) -> str:
    sort = asked_sort()
    page = table_rows.table_page(me(), by, sort, Cursor.unpack(request.args.get("after")))
    return render_template(
        "pitches/table.html",
        page=page,
        sort=sort,
        stages=STAGES,
        address=url_for("pitches.board"),
        **shared,
    )


def asked_sort() -> str:
    """The order in the address, a name in SORTS."""
    sort = request.args.get("sort", "")
    return sort if sort in SORTS else "updated"


def asked_filters() -> Filters:
    """The filters in the address; what is no filter is left out."""
    args = request.args
    return Filters(
        project=_number(args.get("project")),
        owner=me().id if args.get("owner") == "me" else _number(args.get("owner")),
        type=PitchType(args["type"]) if args.get("type") in set(PitchType) else None,
        column=Column(args["column"]) if args.get("column") in set(Column) else None,
        text=args.get("q", "").replace("\x00", "").strip()[:100],
        reader=me(),
    )


def _limits(by: Filters, projects: Sequence[Project]) -> dict[str, int]:
    """How many cards a column should hold: on the board of one project."""
    one = projects[0] if len(projects) == 1 else next((it for it in projects if it.id == by.project), None)
    return one.column_limits if one else {}


def _choices(by: Filters, projects: Sequence[Project]) -> dict[str, list[tuple[Any, str]]]:
    """What each filter offers."""
    people = [
        one for one in choices.colleagues(by.project) if one.may_own or one.id == by.owner or not by.project
    ]
    return {
        "project": [("", "All projects"), *((one.id, one.name) for one in projects)],
        "owner": [("", "Anyone"), *((one.id, one.name) for one in people)],
        "type": [("", "All types"), *rules.TYPE_NAMES.items()],
        "column": [("", "All stages"), *rules.COLUMN_NAMES.items()],
    }


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isdecimal() and len(text) < 10 else None


def _here(**changes: Any) -> str:
    """This address with some of its arguments changed; None takes one out. A change of filter leaves the page."""
    return _here_at(url_for("pitches.board"), **changes)


def _here_at(path: str, **changes: Any) -> str:
    kept: dict[str, Any] = {name: value for name, value in request.args.items() if name != "after" and value}
    kept.update(changes)
    return filters.asking(path, {name: value for name, value in kept.items() if value is not None})


class _Menus(dict[tuple[PitchType, Stage, str | None], Markup]):
    """The lines of a card's menu, drawn once for each (type, stage, stage rested from): all cards share them."""

    def __missing__(self, key: tuple[PitchType, Stage, str | None]) -> Markup:
        kind, stage, rested_from = key
        standing = arrows.Standing(
            type=kind, stage=stage, rested_from=Stage(rested_from) if rested_from else None
        )
        stages = [to for to in arrows.targets(standing) if rules.is_open(to) or stage in rules.CLOSED]
        line = Markup('<button name="stage" value="{}">{}</button>')
        self[key] = Markup("").join(line.format(to.value, rules.stage_name(to)) for to in stages)
        return self[key]


class _Stages(dict[Stage, Markup]):
    """A stage as a row of the table shows it, drawn once for all rows."""

    def __missing__(self, stage: Stage) -> Markup:
        tone = rules.tone_of(stage)
        line = Markup('<span class="tag {}">{}</span>')
        self[stage] = line.format(f"tag-{tone}" if tone else "", rules.stage_name(stage))
        return self[stage]


MENUS, STAGES = _Menus(), _Stages()
