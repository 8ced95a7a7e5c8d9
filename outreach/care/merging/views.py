"""Duplicates: the pairs that look alike, two side by side, what was merged, and taking it back."""

from __future__ import annotations

from typing import Any

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from outreach.care import rules as care_rules
from outreach.care.door import bp
from outreach.care.merging import actions, pair_list, pair_queries, past_merges, queries, rules
from outreach.care.merging.models import Merge
from outreach.care.merging.rules import Kind, PairState, Side
from outreach.db import session
from outreach.prospects import people_queries
from outreach.prospects import rules as prospect_rules
from outreach.web import filters
from outreach.web.access import allow
from outreach.web.here import me, now
from outreach.web.pager import Cursor, page_of
from outreach.web.toasts import toast

SHOWN_WAYS = 50
"""Ways to reach somebody that are drawn; all of them go over."""
GONE = "One of the two is not there any more, or not yours to change."
PAGES = {Kind.PERSON: ("desk.person", "person_id"), Kind.SITE: ("desk.site", "site_id")}


def page_of_one(kind: Kind, key: int) -> str:
    """The address of a person's or site's own page."""
    endpoint, name = PAGES[kind]
    values: dict[str, Any] = {name: key}
    return url_for(endpoint, **values)


def merge_page(kind: Kind, stays: int, goes: int | None = None) -> str:
    """The address of two side by side, or of the choice of the other one."""
    _, name = PAGES[kind]
    plural = "people" if kind is Kind.PERSON else "sites"
    values: dict[str, Any] = {name: stays}
    if goes is None:
        return url_for(f"care.choose_{plural}", **values)
    return url_for(f"care.merge_{plural}", other_id=goes, **values)


_SHOWN: dict[str, Any] = {
    "rules": rules, "Kind": Kind, "page_of_one": page_of_one, "merge_page": merge_page, "link": filters.address,
}  # fmt: skip


@bp.get("/duplicates")
@allow("member")
def duplicates() -> ResponseReturnValue:
    """One page of pairs that look alike, or of those that somebody called different."""
    kind = Kind(filters.one_of("kind", tuple(Kind), Kind.PERSON.value))
    state = PairState(filters.one_of("state", tuple(PairState), PairState.OPEN.value))
    page, counts = pair_list.shown(me(), kind, state, Cursor.unpack(request.args.get("after")))
    return render_template(
        "care/duplicates.html", page=page, rows=pair_queries.listed(page.rows, kind), kind=kind, state=state,
        counts=counts, states=PairState, **_SHOWN,
    )  # fmt: skip


@bp.post("/duplicates/<int:pair_id>/different")
@allow("member")
def call_different(pair_id: int) -> ResponseReturnValue:
    """These two are not the same: they are never asked about again."""
    try:
        pair = actions.call_different(pair_id, by=me(), now=now())
    except actions.Gone:
        abort(404, GONE)
    toast("They stay two, and are not asked about again.", url_for("care.ask_again", pair_id=pair_id))
    return redirect(filters.back(url_for("care.duplicates", kind=pair.kind.value)), 303)


@bp.post("/duplicates/<int:pair_id>/open")
@allow("member")
def ask_again(pair_id: int) -> ResponseReturnValue:
    """Take that back."""
    try:
        pair = actions.ask_again(pair_id, by=me(), now=now())
    except actions.Gone:
        abort(404, GONE)
    return redirect(filters.back(url_for("care.duplicates", kind=pair.kind.value)), 303)


@bp.get("/people/<int:person_id>/merge")
@allow("member")
def choose_people(person_id: int) -> ResponseReturnValue:
    """Who is the same person?"""
    return _choose(Kind.PERSON, person_id)


@bp.get("/sites/<int:site_id>/merge")
@allow("member")
def choose_sites(site_id: int) -> ResponseReturnValue:
    """Which is the same site?"""
    return _choose(Kind.SITE, site_id)


def _choose(kind: Kind, key: int) -> ResponseReturnValue:
    row: Any = queries.found(me(), kind, key) or abort(404, GONE)
    asked = filters.words("q")
    found = pair_queries.search(me(), kind, key, asked)
    return render_template(
        "care/merge_choose.html", row=row, kind=kind, asked=asked, found=found, alike=pair_queries.alike_to(me(), kind, key),
        name=row.name if kind is Kind.PERSON else row.key, **_SHOWN,
    )  # fmt: skip


@bp.route("/people/<int:person_id>/merge/<int:other_id>", methods=["GET", "POST"])
@allow("member")
def merge_people(person_id: int, other_id: int) -> ResponseReturnValue:
    """Two people side by side, field by field; the first of them stays."""
    return _merge(Kind.PERSON, person_id, other_id)


@bp.route("/sites/<int:site_id>/merge/<int:other_id>", methods=["GET", "POST"])
@allow("member")
def merge_sites(site_id: int, other_id: int) -> ResponseReturnValue:
    """Two sites side by side."""
    return _merge(Kind.SITE, site_id, other_id)


def _merge(kind: Kind, stays: int, goes: int) -> ResponseReturnValue:
    if request.method == "GET":
        return _side_by_side(kind, stays, goes)
    try:
        merge_id = actions.merge(kind, stays, goes, _choices(kind), _versions(), by=me(), now=now())
    except actions.Gone:
        abort(404, GONE)
    except actions.Overtaken:
        return _side_by_side(kind, stays, goes, problem="overtaken"), 409
    except actions.OpenTwice:
        return _side_by_side(kind, stays, goes), 409
    except actions.NotYours:
        return _side_by_side(kind, stays, goes), 403
    toast("Two are one now.", url_for("care.undo_merge", merge_id=merge_id))
    return redirect(url_for("care.show_merge", merge_id=merge_id), 303)


def _choices(kind: Kind) -> dict[str, Side]:
    given = {one.name: request.form.get(f"keep-{one.name}", "") for one in rules.FIELDS[kind]}
    given |= {name[5:]: side for name, side in request.form.items() if name.startswith("keep-field-")}
    return {name: Side(side) for name, side in given.items() if side in tuple(Side)}


def _versions() -> tuple[int, int]:
    given = [request.form.get(name, "") for name in ("version", "other_version")]
    stays, goes = (int(one) if one.isascii() and one.isdigit() and len(one) < 10 else 0 for one in given)
    return stays, goes


def _side_by_side(kind: Kind, stays_id: int, goes_id: int, problem: str = "") -> str:
    found = queries.both(me(), kind, (stays_id, goes_id)) if stays_id != goes_id else None
    if found is None:
        abort(404, GONE)
    two, may = found
    stays, goes = (_values(row) for row in two)
    is_person = kind is Kind.PERSON
    points = queries.reached_by([stays_id, goes_id]) if is_person else {}
    points = {key: rows[:SHOWN_WAYS] for key, rows in points.items()}
    places = people_queries.sites_of_people(me(), [stays_id, goes_id]) if is_person else {}
    no = (
        queries.no_of_people(points.get(stays_id, []), points.get(goes_id, []))
        if is_person
        else queries.no_of_sites([stays["key"], goes["key"]])
    )
    chosen = _choices(kind) if request.method == "POST" else {}
    differing = rules.differing(kind, stays, goes)
    return render_template(
        "care/merge.html", kind=kind, stays=stays, goes=goes, names=[_name(kind, stays), _name(kind, goes)], fields=differing,
        choice={one.name: chosen.get(one.name) or rules.usual(one, stays, goes) for one in differing}, may=may, no=no,
        twice=queries.open_twice(kind, stays_id, goes_id) if may else [], problem=problem, points=points, places=places, sides=Side,
        rows=queries.goes_over(kind, goes_id) if may else [], shared=queries.shared(me(), stays_id, goes_id) if may and not is_person else [],
        own=queries.own_fields(kind, stays_id, goes_id) if may else [], chosen=chosen, shown=_shown, prospect_rules=prospect_rules, **_SHOWN,
    )  # fmt: skip


def _values(row: Any) -> dict[str, Any]:
    return {column.name: getattr(row, column.name) for column in row.__table__.columns}


def _name(kind: Kind, row: dict[str, Any]) -> str:
    return str(row["name"] if kind is Kind.PERSON else row["key"])


def _shown(field: rules.Field, value: Any) -> str:
    """A value as people read it."""
    if isinstance(value, prospect_rules.SubscriberType):
        return prospect_rules.SUBSCRIBER_WORDS[value]
    if field.name == "referred_by_id" and value:
        person = people_queries.get_person(me(), value)
        return person.name if person else "Somebody of another project"
    return str(value) if value not in (None, "") else "–"


@bp.get("/merges")
@allow("member")
def merges() -> ResponseReturnValue:
    """One page of what was merged, newest first."""
    page = page_of(
        session(), past_merges.merges(me(), are_few=past_merges.has_few(me())), by=Merge.at, key=Merge.id, cursor=Cursor.unpack(request.args.get("after")),
        value_of=lambda row: (row.at, row.id),
    )  # fmt: skip
    return render_template(
        "care/merges.html", page=page, names=past_merges.names(page.rows), now=now(), **_SHOWN
    )


@bp.get("/merges/<int:merge_id>")
@allow("member")
def show_merge(merge_id: int) -> ResponseReturnValue:
    """What a merge did, and whether it can be taken back."""
    row = past_merges.merge_of(me(), merge_id) or abort(404, GONE)
    return render_template("care/merge_done.html", **_done(row))


def _done(row: Merge) -> dict[str, Any]:
    today, names = row.person_id or row.site_id or 0, past_merges.names([row])
    return {
        "row": row, "name": names.get((row.kind, today), ""), "came_back": names.get((row.kind, row.former_id), ""), "today": today, "told": rules.told(row.steps),
        "why_not": actions.why_not(row, now=now()), "until": row.at + rules.UNDO_FOR, "words_for": care_rules.words_for, **_SHOWN,
    }  # fmt: skip


@bp.post("/merges/<int:merge_id>/undo")
@allow("member")
def undo_merge(merge_id: int) -> ResponseReturnValue:
    """Two again of one."""
    try:
        actions.undo(merge_id, by=me(), now=now())
    except actions.Gone:
        abort(404, GONE)
    except actions.NotYours:
        return render_template("care/merge_done.html", problem="rights", **_done(_of(merge_id))), 403
    except actions.CannotUndo:
        return render_template("care/merge_done.html", **_done(_of(merge_id))), 409
    left = _of(merge_id).left
    stays = sum(one[1] for one in left if len(one) == 2)
    gone = sum(one[1] for one in left if len(one) > 2)
    said = [
        f"{stays} changed since and stay as they are." if stays else "",
        f"{gone} removed since and cannot come back." if gone else "",
    ]
    toast(" ".join(["They are two again.", *filter(None, said)]))
    return redirect(url_for("care.show_merge", merge_id=merge_id), 303)


def _of(merge_id: int) -> Merge:
    row: Merge = past_merges.merge_of(me(), merge_id) or abort(404, GONE)
    return row
