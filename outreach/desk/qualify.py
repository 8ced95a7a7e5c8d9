"""The queue of sites to be kept or not, by keys alone: each answer brings the next one, without a reload where scripts run."""

from __future__ import annotations

from datetime import datetime

from flask import abort, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from outreach.consent.rules import REASON_WORDS
from outreach.desk import qualify_actions, qualifying
from outreach.desk.door import bp
from outreach.desk.happenings import address_of
from outreach.kit import clock
from outreach.prospects import look_rules, queries, queue_queries, rules
from outreach.prospects.models import Prospect
from outreach.prospects.queue_queries import Choice
from outreach.prospects.rules import ProspectState
from outreach.web import filters
from outreach.web.access import allow
from outreach.web.forms import stripped
from outreach.web.here import me, now, today


@bp.get("/prospects/qualify")
@allow("viewer")
def qualify() -> ResponseReturnValue:
    """The site that comes up next in a project; the first project with something to do unless one is named."""
    projects = queue_queries.choices(me())
    asked = filters.number("project")
    chosen = next((one for one in projects if one.id == asked), None) if asked else _first(projects)
    if asked and chosen is None:
        abort(404, "There is no such project, or none of yours.")
    if chosen is None:
        return render_template("desk/qualify.html", project=None, projects=projects)
    return render_template("desk/qualify.html", projects=projects, **_facts(chosen, filters.number("undo")))


def _first(projects: list[Choice]) -> Choice | None:
    """The first project with something to decide, or any."""
    mine = [one for one in projects if one.has_new and one.is_writable]
    return next(iter([*mine, *projects]), None)


def _facts(project: Choice, change_id: int | None) -> dict[str, object]:
    done = queue_queries.decided(me(), change_id) if change_id else None
    queue = qualifying.queue_of(me(), project.id, since=_since(), now=now())
    return {
        "project": project, "queue": queue, "card": queue.card, "counts": queue.counts, **_reading(queue.card), "can_write": project.is_writable,
        "done": done, "change_id": change_id if done else None, "rules": rules, "me_id": me().id, "reason_words": REASON_WORDS, "address_of": address_of,
    }  # fmt: skip


def _reading(card: qualifying.Card | None) -> dict[str, object]:
    """What the part about their page needs."""
    look = card.prospect.site.look if card else None
    return {"prospect": card and card.prospect, "look": look, "suspicion": look_rules.suspicion(look)}


def _since() -> datetime:
    return clock.start_of_day(today(), g.zone)


@bp.post("/prospects/qualify/<int:prospect_id>/decision")
@allow("member")
def decide(prospect_id: int) -> ResponseReturnValue:
    """Keep it, reject it with a reason, or put it off for a day."""
    _prospect(prospect_id)
    state, reason = _asked()
    try:
        found = qualify_actions.decide(
            prospect_id, request.form.get("seen", ""), state, reason, by=me(), now=now()
        )
    except qualify_actions.Gone:
        abort(404, "There is no such site in your projects.")
    change_id = found.change_id or queue_queries.decided_last(me(), prospect_id)
    is_told = found.change_id or (change_id and found.state is state)  # a key pressed twice is no news
    late = f"{found.key} was decided a moment before you: {rules.DONE_WORDS[found.state].lower()}."
    return _next(found.project_id, change_id, "" if is_told else late)


def _asked() -> tuple[ProspectState, str]:
    reason = stripped(request.form.get("reason", ""))[:200]
    if reason:
        return ProspectState.REJECTED, reason
    state = request.form.get("state", "")
    if state not in (ProspectState.KEPT, ProspectState.LATER, ProspectState.REJECTED):
        abort(400, "Say what to do with the site: keep it, reject it or put it off.")
    return ProspectState(state), ""


@bp.post("/prospects/qualify/changes/<int:change_id>/undo")
@allow("member")
def undo_decision(change_id: int) -> ResponseReturnValue:
    """The last decision back, and its site on top again; the one before it can be taken back next."""
    found = queue_queries.decided(me(), change_id)
    if found is None:
        abort(404, "There is nothing to take back.")
    project_id, key = found[0].project_id, found[1]
    taken = qualify_actions.take_back(change_id, by=me(), now=now())
    before = queue_queries.change_before(me(), change_id, project_id=project_id, since=_since())
    return _next(
        project_id, before, f"Taken back: {key}." if taken else f"{key} was changed since, so it stays."
    )


def _next(project_id: int, change_id: int | None, said: str = "") -> ResponseReturnValue:
    """The next card alone where htmx asked, else the whole page by its address."""
    if "HX-Request" not in request.headers:
        asked = {name: value for name, value in (("project", project_id), ("undo", change_id)) if value}
        return redirect(filters.asking(url_for("desk.qualify"), asked), 303)
    project = next((one for one in queue_queries.choices(me()) if one.id == project_id), None)
    if project is None:
        abort(404)
    return render_template("desk/_qualify.html", said=said, **_facts(project, change_id))


@bp.post("/prospects/qualify/<int:prospect_id>/look")
@allow("member")
def ask_for_look(prospect_id: int) -> ResponseReturnValue:
    """Have the page of this site read, and those that come up next."""
    try:
        qualify_actions.look(prospect_id, by=me(), now=now())
    except qualify_actions.Gone:
        abort(404, "There is no such site in your projects.")
    found = _prospect(prospect_id)
    if "HX-Request" not in request.headers:
        return redirect(url_for("desk.qualify", project=found.project_id), 303)
    return _look_of(found)


@bp.get("/prospects/qualify/<int:prospect_id>/look")
@allow("viewer")
def show_look(prospect_id: int) -> ResponseReturnValue:
    """What is known of the page by now, for the card that waits."""
    return _look_of(_prospect(prospect_id))


def _prospect(prospect_id: int) -> Prospect:
    return queue_queries.in_queue(me(), prospect_id) or abort(404, "There is no such site in your projects.")


def _look_of(found: Prospect) -> str:
    look = found.site.look
    return render_template(
        "desk/_look.html", prospect=found, look=look, suspicion=look_rules.suspicion(look),
        can_write=queries.may_write(me(), found.project_id),
    )  # fmt: skip
