"""How often links are looked at: everybody may read it, managers change it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue as Answer

from outreach.db import session
from outreach.links import ladder, schedule_queries, scheduling
from outreach.links.door import bp
from outreach.links.ladder import DAY, Ladder
from outreach.links.schedule_forms import ScheduleForm
from outreach.web.access import allow
from outreach.web.here import me, now
from outreach.web.toasts import toast


@bp.get("/links/schedule")
@allow("viewer")
def schedule() -> Answer:
    """The schedule with what it comes to; a form for who may change it."""
    steps, version = schedule_queries.schedule()
    form = ScheduleForm(formdata=None, data={**ladder.numbers(steps), "version": version})
    return render_template("links/schedule.html", form=form, **_facts(steps, version))


@bp.post("/links/schedule")
@allow("manager")
def schedule_post() -> Answer:
    """Save it; 409 when somebody saved another one first, with what was typed kept."""
    form = ScheduleForm()
    if not form.validate():
        return render_template("links/schedule.html", form=form, **_facts(*schedule_queries.schedule())), 422
    return _saved(form, form.numbers())


@bp.post("/links/schedule/usual")
@allow("manager")
def schedule_usual() -> Answer:
    """Back to the product's own ladder."""
    return _saved(ScheduleForm(), ladder.numbers(Ladder()))


def _saved(form: ScheduleForm, numbers: dict[str, int]) -> Answer:
    version = form.version.data or ""
    try:
        changed = scheduling.save(numbers, int(version) if version.isdecimal() else -1, by=me(), now=now())
    except scheduling.Changed:
        facts = _facts(*schedule_queries.schedule())
        return render_template("links/schedule.html", form=form, is_overtaken=True, **facts), 409
    toast("Saved. The links move to the new pace within minutes." if changed else "Nothing was changed.")
    return redirect(url_for("links.schedule"))


@bp.post("/links/schedule/preview")
@allow("manager")
def schedule_preview() -> Answer:
    """What the typed numbers come to, while one types."""
    form = ScheduleForm()
    steps = ladder.of(form.numbers()) if form.validate() else None
    return render_template("links/_schedule_examples.html", **_examples(steps))


def _facts(steps: Ladder, version: int) -> dict[str, Any]:
    return {
        **_examples(steps), "is_usual": steps == Ladder(), "version": version, "may_change": me().is_manager,
        "waiting": _waiting(version),
    }  # fmt: skip


def _examples(steps: Ladder | None) -> dict[str, Any]:
    """The examples and the looks a day that a schedule comes to; none for one that is refused."""
    if steps is None:
        return {"examples": None}
    ages = schedule_queries.ages(now(), steps)
    links, looks = load(ages, steps)
    is_more = any(number >= schedule_queries.MOST_TOLD for _, _, number in ages)
    return {"examples": ladder.examples(steps), "links": links, "looks": looks, "is_more": is_more}


def load(ages: Sequence[tuple[int, int, int]], steps: Ladder) -> tuple[int, int]:
    """(watched links, looks a day that they come to) of `queries.ages`."""
    typical = (timedelta(0), steps.young_for, steps.grown_until)
    looks = sum(count * (DAY / steps.every(typical[rung], rank)[0]) for rung, rank, count in ages)
    return sum(count for _, _, count in ages), round(looks)


def _waiting(version: int) -> bool:
    """Are there links that an older schedule speaks of still?"""
    return session().scalar(schedule_queries.off_schedule(version, 1).order_by(None)) is not None
