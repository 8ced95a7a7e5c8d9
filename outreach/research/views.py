"""Finding contacts at a site: ask for it, watch it, take over what is right."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue as Answer

from outreach.consent.rules import REASON_WORDS, ErasedAddress
from outreach.prospects import rules as prospect_rules
from outreach.research import actions, queries
from outreach.research.actions import Closed, Elsewhere, Gone
from outreach.research.forms import TakeForm
from outreach.research.rules import KIND_WORDS, VIA_WORDS, FindState
from outreach.web import filters
from outreach.web.access import allow
from outreach.web.here import me, now
from outreach.web.toasts import toast

bp = Blueprint("research", __name__)

NO_SITE = "There is no such site, or it is not yours to change."
NO_FIND = "There is no such proposal, or somebody has decided on it already."


@bp.get("/sites/<int:site_id>/contacts")
@allow("viewer")
def show(site_id: int) -> Answer:
    """What was found at a site, and on which pages."""
    return render_template("research/site.html", **_facts(site_id))


@bp.get("/sites/<int:site_id>/contacts/progress")
@allow("viewer")
def progress(site_id: int) -> Answer:
    """The finds alone, for the page that waits."""
    return render_template("research/_finds.html", **_facts(site_id))


def _facts(site_id: int) -> dict[str, Any]:
    found = queries.seen_site(me(), site_id)
    if found is None:
        abort(404, "There is no such site, or none of your projects holds it.")
    site, may_write, search = found
    proposals = queries.proposals(me(), site_id)
    names = {one.find.name.lower() for one in proposals}
    return {
        "site": site, "search": search, "may_write": may_write, "is_closed": site.is_no_pitch or site.is_do_not_contact,
        "open": [one for one in proposals if one.find.state is FindState.OPEN], "taken": [one for one in proposals if one.find.state is FindState.TAKEN],
        "dismissed": [one for one in proposals if one.find.state is FindState.DISMISSED],
        "authors": [one for one in (search.authors if search else []) if one["name"].lower() not in names],
        "rules": prospect_rules, "kinds": KIND_WORDS, "vias": VIA_WORDS, "reasons": REASON_WORDS, "address_of": filters.address,
    }  # fmt: skip


@bp.post("/sites/<int:site_id>/contacts/searches")
@allow("member")
def ask(site_id: int) -> Answer:
    """Look through the site; the worker begins within seconds."""
    try:
        actions.ask(me(), site_id, now=now())
    except Gone:
        abort(404, NO_SITE)
    return _page(site_id)


@bp.post("/sites/<int:site_id>/contacts/cancel")
@allow("member")
def cancel(site_id: int) -> Answer:
    """Look no further."""
    try:
        actions.cancel(me(), site_id, now=now())
    except Gone:
        abort(404, NO_SITE)
    toast("Cancelled. What was found until now stays.", kind="info")
    return _page(site_id)


@bp.post("/sites/<int:site_id>/no-pitches")
@allow("member")
def no_pitches(site_id: int) -> Answer:
    """The site says that it takes no pitches, and a person agrees."""
    try:
        actions.say_no_pitches(me(), site_id, now=now())
    except Gone:
        abort(404, NO_SITE)
    toast("No letter leaves to this site while this stands.")
    return redirect(url_for("desk.site", site_id=site_id), 303)


@bp.post("/finds/<int:find_id>/person")
@allow("member")
def take_person(find_id: int) -> Answer:
    """This is a person there."""
    form = TakeForm()
    if not form.validate_on_submit():
        abort(400, "A name has at most 200 signs.")
    try:
        taken = actions.take_person(me(), find_id, form.name.data or "", now=now())
    except (Gone, Closed, Elsewhere, ErasedAddress) as error:
        return _refused(error)
    also = f" {taken.more} more of theirs came along." if taken.more else ""
    toast(
        (
            f"{taken.name} added, with where it was found."
            if taken.is_new
            else f"{taken.name} was known, and has it now."
        )
        + also
    )
    return redirect(filters.back(url_for("desk.person", person_id=taken.person_id)), 303)


@bp.post("/finds/<int:find_id>/site")
@allow("member")
def take_for_site(find_id: int) -> Answer:
    """It is a way to reach the site itself."""
    try:
        site_id = actions.take_for_site(me(), find_id, now=now())
    except (Gone, Closed, Elsewhere, ErasedAddress) as error:
        return _refused(error)
    toast("Kept as the site's own, with where it was found.")
    return _page(site_id)


@bp.post("/finds/<int:find_id>/dismissal")
@allow("member")
def dismiss(find_id: int) -> Answer:
    """Nothing for us."""
    try:
        site_id = actions.dismiss(me(), find_id, now=now())
    except Gone:
        abort(404, NO_FIND)
    toast("It is not proposed again.", url_for("research.propose_again", find_id=find_id), kind="info")
    return _page(site_id)


@bp.post("/finds/<int:find_id>/open")
@allow("member")
def propose_again(find_id: int) -> Answer:
    """Take a dismissal back."""
    try:
        return _page(actions.propose_again(me(), find_id, now=now()))
    except Gone:
        abort(404, NO_FIND)


def _page(site_id: int) -> Answer:
    return redirect(url_for("research.show", site_id=site_id), 303)


def _refused(error: Exception) -> Answer:
    """Say why, where the person stands."""
    if isinstance(error, Gone):
        abort(404, NO_FIND)
    toast(_WHY[type(error)], kind="bad")
    return redirect(filters.back(request.referrer or url_for("prospects.index")), 303)


_WHY: dict[type[Exception], str] = {
    Closed: "This site takes no pitches, so nobody is taken over from it while that stands.",
    Elsewhere: "It belongs to a person or site of another project already.",
    ErasedAddress: "Its owner asked us to forget this address; it is not kept again.",
}
"""What stands against taking a proposal over."""
