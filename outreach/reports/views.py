"""`/reports`: the funnel, the rows behind each number, and all of it as a file."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from flask import Blueprint, Response, g, render_template, request, stream_with_context, url_for

from outreach.db import write
from outreach.diary.moves import note
from outreach.kit.tables.writing import Cell, csv_parts
from outreach.pitches import choices
from outreach.pitches import rules as pitch_rules
from outreach.pitches.rules import PitchType, Stage
from outreach.reports import kept, queries, rules
from outreach.reports.kept import Parts
from outreach.reports.rules import Asked, Group, Milestone
from outreach.web import filters
from outreach.web.access import allow
from outreach.web.downloads import list_download
from outreach.web.here import me, now, today
from outreach.web.pager import Cursor

bp = Blueprint("reports", __name__)

RANGES = ((30, "30 days"), (90, "90 days"), (365, "A year"))

_ASKED_AS = {Group.PROJECT: "project", Group.TYPE: "type", Group.OWNER: "owner", Group.TEMPLATE: "version"}
"""How a group's key stands in an address."""


@bp.get("/reports")
@allow("viewer")
def index() -> str:
    """The funnel of the pitches that were first written to in a range of days, told apart by `group`."""
    asked, wrong = _asked()
    how = kept.parts(asked, g.zone)
    is_much = "counted" not in request.args and how.is_much
    numbers = {"counting": _address(url_for("reports.numbers"))} if is_much else _numbers(asked, how)
    return render_template(
        "reports/funnel.html", wrong=wrong, choices=_choices(asked), most=kept.MANY, **{**_words(asked), **numbers}
    )  # fmt: skip


@bp.get("/reports/numbers")
@allow("viewer")
def numbers() -> str:
    """The numbers of the same, for the page that is there before many pitches are counted."""
    asked, _wrong = _asked()
    return render_template(
        "reports/_numbers.html", **_words(asked), **_numbers(asked, kept.parts(asked, g.zone))
    )


def _group() -> Group:
    return Group(request.args["group"]) if request.args.get("group") in set(Group) else Group.TYPE


def _words(asked: Asked) -> dict[str, Any]:
    """What the report is called and leads to."""
    return {
        "asked": asked, "group": _group(), "groups": rules.GROUP_NAMES, "here": _here, "ranges": _ranges(),
    }  # fmt: skip


def _numbers(asked: Asked, how: Parts) -> dict[str, Any]:
    """All that is counted."""
    rows = queries.funnel(me(), asked, _group(), g.zone, how)
    numbers = rules.total([row.numbers for row in rows])
    return {
        "rows": rows, "numbers": numbers, "names": rules.NAMES, "steps": _steps(numbers, asked), "finding": rules.finding(numbers), "opened": _opened,
        "losses": queries.losses(me(), asked, g.zone, how), "times": _times(queries.times(me(), asked, g.zone, how)), "by_key": _ASKED_AS[_group()],
        "here_export": _address(url_for("reports.export"), group=None), "milestones": list(Milestone),
        "stage_name": lambda stage: pitch_rules.stage_name(Stage(stage)),
    }  # fmt: skip


@bp.get("/reports/pitches")
@allow("viewer")
def pitches() -> str:
    """The rows behind a number: `reached`, and `stage` for what ended there."""
    asked, _wrong = _asked()
    reached = (
        Milestone(request.args["reached"])
        if request.args.get("reached") in set(Milestone)
        else Milestone.PITCHED
    )
    stage = request.args["stage"] if request.args.get("stage") in set(Stage) else ""
    page = queries.page(
        me(), asked, reached, g.zone, Cursor.unpack(request.args.get("after")), stage=stage, reason=_reason()
    )
    said = pitch_rules.stage_name(Stage(stage)) if stage else rules.NAMES[reached]
    return render_template(
        "reports/pitches.html", page=page, asked=asked, said=said, rules=pitch_rules, tone=pitch_rules.tone_of, here=_here,
        here_rows=lambda cursor: _address(url_for("reports.pitches"), after=cursor),
    )  # fmt: skip


def _reason() -> str | None:
    """The reason that is asked for; "" for those without one, None for all."""
    reason = request.args.get("reason")
    return reason and reason.replace("\x00", "")


@bp.post("/reports/export")
@allow("viewer")
def export() -> Response:
    """The same as a CSV or XLSX (`format`), with a line in the diary."""
    asked, _wrong = _asked()
    with write():
        note("reports.exported", by=me().id, now=now())
    rows = _csv(asked)
    return list_download([str(title) for title in next(rows)], rows, "funnel")


@bp.get("/reports/funnel.csv")
@allow("viewer")
def as_csv() -> Response:
    """One row a pitch, with the day on which it came how far."""
    asked, _wrong = _asked()
    name = f"funnel-{asked.first}-{asked.last}.csv"
    return Response(
        stream_with_context(csv_parts(_csv(asked))), mimetype="text/csv",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )  # fmt: skip


def _csv(asked: Asked) -> Iterator[list[Cell]]:
    yield ["Pitch", "Site", "Project", "Type", "Person", "Topic", "Stage", *rules.NAMES.values()]
    for row in queries.csv_rows(me(), asked, g.zone):
        days: list[Cell] = [_day(row._mapping[one.value]) for one in Milestone if one is not Milestone.LIVE]
        kind, stage = pitch_rules.TYPE_NAMES[row.type], pitch_rules.stage_name(row.stage)
        yield [row.id, row.key, row.project, kind, row.owner or "", row.topic, stage, *days, bool(row.live)]


def _day(moment: Any) -> str:
    return moment.astimezone(g.zone).date().isoformat() if moment else ""


# ------------------------------------------------------------------ what is asked, and how it is said


def _asked() -> tuple[Asked, str]:
    """What the address asks, and what is wrong with it in words; a broken part is left out."""
    args = request.args
    wrong = ""
    days: list[date | None] = []
    for name in ("from", "to"):
        try:
            days.append(date.fromisoformat(args[name]) if args.get(name) else None)
        except ValueError:
            days.append(None)
            wrong = "Give days as 2026-12-31."
    first, last = rules.range_of(days[0], days[1], today())
    return Asked(
        first, last, _number(args.get("project")), PitchType(args["type"]) if args.get("type") in set(PitchType) else None,
        _number(args.get("owner")), _number(args.get("version")),
    ), wrong  # fmt: skip


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isdecimal() and len(text) < 10 else None


def _here(**changes: Any) -> str:
    return _address(url_for("reports.index"), **changes)


def _opened(reached: Milestone, **changes: Any) -> str:
    """The rows behind a number of this report."""
    return _address(url_for("reports.pitches"), reached=reached.value, group=None, **changes)


def _address(path: str, **changes: Any) -> str:
    """`path` with what this address asks, changed; None takes one out."""
    kept: dict[str, Any] = {
        name: value
        for name, value in request.args.items()
        if name not in ("after", "counted") and (value or name == "reason")
    }
    kept.update(changes)
    return filters.asking(path, {name: value for name, value in kept.items() if value is not None})


def _steps(numbers: dict[Milestone, int], asked: Asked) -> list[tuple[str, int, str, str]]:
    return [(rules.NAMES[one], numbers[one], rules.share(numbers, one), _opened(one)) for one in Milestone]


def _times(times: dict[str, tuple[int, float]]) -> list[tuple[str, int, str]]:
    """(stage, visits, average stay), in the order of the stages."""
    return [
        (pitch_rules.stage_name(stage), times[stage.value][0], rules.days_words(times[stage.value][1]))
        for stage in Stage
        if stage.value in times
    ]


def _ranges() -> list[tuple[str, str]]:
    return [
        (words, _here(**{"from": rules.range_of(None, None, today(), days=days)[0].isoformat(), "to": None}))
        for days, words in RANGES
    ]


def _choices(asked: Asked) -> dict[str, list[tuple[Any, str]]]:
    """What each filter offers."""
    return {
        "project": [("", "All projects"), *((one.id, one.name) for one in choices.visible_projects(me())[0])],
        "owner": [("", "Anyone"), *((one.id, one.name) for one in choices.colleagues(asked.project))],
        "type": [("", "All types"), *pitch_rules.TYPE_NAMES.items()],
        "version": [("", "All templates"), *queries.versions(me())],
        "group": list(rules.GROUP_NAMES.items()),
    }  # fmt: skip
