"""Links: the list, one link with its verdict and history, adding one, "check now", "I looked myself"."""

from __future__ import annotations

from functools import cache
from typing import Any

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue as Answer
from markupsafe import Markup

from outreach.db import session
from outreach.links import (
    actions,
    changes,
    evidence,
    exporting,
    ground_views,
    ladder,
    list_views,
    look_queries,
    placed_list,
    publication_views,
    queries,
    schedule_queries,
    schedule_views,
)
from outreach.links.codes import meaning
from outreach.links.door import bp
from outreach.links.forms import LinkForm, SeenForm
from outreach.links.models import LinkCheck, PlacedLink
from outreach.links.moves import SameLink
from outreach.links.rules import LinkState, Presence
from outreach.links.words import (
    AGE_NAMES,
    CODE_NAMES,
    GROUP_NAMES,
    STATE_NAMES,
    headline,
    history,
    parts,
    path_of,
    severity_tone,
    short,
    state_tag,
)  # fmt: skip
from outreach.pitches import queries as pitch_queries
from outreach.projects import queries as project_queries
from outreach.web import filters
from outreach.web.access import allow
from outreach.web.here import config, me, now
from outreach.web.pager import Cursor
from outreach.web.toasts import toast

ROWS = 20
"""Looks in the table of one page; older ones are a page further."""

__all__ = ["bp", "ground_views", "list_views", "publication_views", "schedule_views"]


@bp.context_processor
def words() -> dict[str, Any]:
    """What the templates of this room say of a link."""
    return {
        "short": short,
        "path_of": path_of,
        "state_tag": state_tag,
        "meaning": meaning,
        "severity_tone": severity_tone,
        "state_names": STATE_NAMES,
    }


@bp.get("/links")
@allow("viewer")
def index() -> Answer:
    """The list: tabs by state, filters in the address, newest first."""
    by = placed_list.read(me(), _filters())
    cursor = Cursor.unpack(request.args.get("at"))
    tabs = placed_list.tabs(me(), by)
    page = placed_list.page(me(), by, tabs, cursor)
    return render_template(
        "links/index.html", page=page, by=by, counts=tabs.numbers, cap=tabs.cap, groups=GROUP_NAMES,
        projects=project_queries.choices(me()), address=_address, of_code=cache(lambda code: _address(code=code)), codes=CODE_NAMES, ages=AGE_NAMES,
        link_path=url_for("links.show", link_id=1)[:-1],
    )  # fmt: skip


@bp.post("/links/export")
@allow("member")
def export_links() -> Answer:
    """All links that the filters let through. `format` is csv or xlsx."""
    return exporting.export(_filters())


def _filters() -> placed_list.Filters:
    return placed_list.Filters(
        filters.one_of("state", (*placed_list.GROUPS, placed_list.SOCIAL)), filters.number("project"), filters.words("q"),
        filters.words("code", 40), filters.words("site", 255), filters.one_of("age", placed_list.AGES), now(),
    )  # fmt: skip


def _address(**change: Any) -> str:
    """This list's address with other filters; None takes one away, and a page begins anew."""
    asked = {name: value for name, value in request.args.items() if name != "at"}
    wanted = {**asked, **change}
    kept = {name: value for name, value in wanted.items() if value not in (None, "")}
    return filters.asking(url_for("links.index"), kept)


@bp.route("/links/new", methods=["GET", "POST"])
@allow("member")
def new() -> Answer:
    """Watch a link, on a pitch or alone."""
    form = LinkForm()
    _offer(form)
    if request.method == "POST":
        if form.validate() and (answer := _place(form)) is not None:
            return answer
        return render_template("links/edit.html", form=form, link=None), 422
    return render_template("links/edit.html", form=form, link=None)


def _offer(form: LinkForm) -> None:
    """Set what may be chosen; a pitch in the address fills in what was agreed."""
    form.project_id.offer(project_queries.writable_choices(me()))
    form.importance.choices = ladder.choices(schedule_queries.schedule()[0])
    asked = request.args.get("pitch_id", "")
    pitch = pitch_queries.get_writable(me(), int(asked)) if asked.isdecimal() and len(asked) < 10 else None
    if pitch is not None and request.method != "POST":
        form.project_id.data, form.pitch_id.data = pitch.project_id, pitch.id
        form.page_url.data, form.target_url.data = pitch.page_url, pitch.target_url
        form.anchor.data, form.rel.data = pitch.anchor, pitch.expected_rel or "any"
        form.due_on.data, form.expires_on.data = pitch.due_on, pitch.expires_on
    project_id = pitch.project_id if pitch else form.project_id.data
    known = queries.pitches_of(me(), project_id) if project_id else []
    form.pitch_id.offer((key, f"{site}: {topic}" if topic else site) for key, site, topic in known)


def _place(form: LinkForm) -> Answer | None:
    """Place it; None when the form has a new error to show."""
    try:
        key = actions.place(me(), form.project_id.data, form.terms(), now=now(), pitch_id=form.pitch_id.data)
    except SameLink as same:
        known = Markup('This link is watched already: <a href="{}">look at it</a>.')
        form.page_url.errors = [known.format(url_for("links.show", link_id=same.key))]
        return None
    except actions.OwnSite:
        form.page_url.errors = ["This page is on a host of your own. Give the page on their site."]
        return None
    except actions.Gone:
        form.pitch_id.errors = ["This pitch is not there, or not yours to change."]
        return None
    toast("The link is watched. The first look is under way.")
    return redirect(url_for("links.show", link_id=key))


def _found(link_id: int, *, writable: bool = False) -> PlacedLink:
    link = (queries.get_writable if writable else queries.get)(me(), link_id)
    if link is None:
        abort(404, "There is no such link, or it is not in one of your projects.")
    return link


@bp.get("/links/<int:link_id>")
@allow("viewer")
def show(link_id: int) -> Answer:
    """One link: the verdict in words, the evidence, the history, the next look and why then."""
    link = _found(link_id)
    return render_template("links/show.html", **_facts(link), seen=SeenForm(formdata=None))


def _facts(link: PlacedLink) -> dict[str, Any]:
    looks = list(look_queries.checks(link))
    last = looks[0] if looks else None
    before = _compared_with(link, looks)
    older_than = filters.number("before")
    return {
        "link": link, "checks": looks, "last": last, "before": before, "changes": _changes(before, last),
        "rows": look_queries.checks(link, ROWS + 1, before=older_than) if older_than else looks[: ROWS + 1], "rows_shown": ROWS,
        "older_than": older_than, "headline": headline(link, now=now()), "parts": parts(link, now=now()), "history": history(looks),
        "may_write": pitch_queries.may_write(me(), link.project_id),
    }  # fmt: skip


def _changes(before: LinkCheck | None, last: LinkCheck | None) -> list[changes.Change]:
    return changes.between(_seen(before), _seen(last)) if before and last else []


def _seen(look: LinkCheck) -> changes.Seen:
    return changes.Seen(look.presence, look.status, look.found[0] if look.found else {}, look.page)


def _compared_with(link: PlacedLink, looks: list[LinkCheck]) -> LinkCheck | None:
    """The newest earlier look that saw the link otherwise than the last one did; else the newest that saw it.

    A link that turned nofollow weeks ago is compared with the day before it turned, not with yesterday; one
    that is gone with the last look that saw it, however long ago.
    """
    if not looks or looks[0].presence is Presence.UNREADABLE:
        return None
    if not looks[0].found:
        return look_queries.last_found(link, looks[0].id)
    earlier = [look for look in looks[1:] if look.found]
    now_seen = _as_seen(looks[0])
    return next((look for look in earlier if _as_seen(look) != now_seen), earlier[0] if earlier else None)


def _as_seen(look: LinkCheck) -> tuple[Any, ...]:
    """What of a found link makes a difference: where it leads, its words, its rel, whether it is hidden."""
    first = look.found[0]
    page = (bool(look.page.get("noindex")), bool(look.page.get("canonical_elsewhere")))
    return (
        first.get("href"),
        first.get("anchor"),
        sorted(first.get("rel") or ()),
        first.get("hidden") or "",
        page,
    )


@bp.get("/links/<int:link_id>/verdict")
@allow("viewer")
def verdict(link_id: int) -> Answer:
    """The verdict alone, for the page that waits for a look."""
    return render_template("links/_verdict.html", **_facts(_found(link_id)))


@bp.post("/links/<int:link_id>/checks")
@allow("member")
def check(link_id: int) -> Answer:
    """ "Check now": the worker looks within seconds."""
    _found(link_id, writable=True)
    actions.ask(me(), link_id, now=now())
    return redirect(url_for("links.show", link_id=link_id))


@bp.post("/links/<int:link_id>/sightings")
@allow("member")
def look_myself(link_id: int) -> Answer:
    """What a person saw, signed with their name."""
    link = _found(link_id, writable=True)
    form = SeenForm()
    if not form.validate():
        return render_template("links/show.html", **_facts(link), seen=form), 422
    actions.look_myself(me(), link_id, form.what.data, form.words.data or "", now=now())
    toast("Kept, with your name and the time.")
    return redirect(url_for("links.show", link_id=link_id))


@bp.route("/links/<int:link_id>/edit", methods=["GET", "POST"])
@allow("member")
def edit(link_id: int) -> Answer:
    """Other expectations of the link."""
    link = _found(link_id, writable=True)
    form = LinkForm(data=_as_form(link))
    form.project_id.offer([(link.project_id, link.project.name)])
    form.importance.choices = ladder.choices(schedule_queries.schedule()[0])
    form.pitch_id.offer(
        (key, f"{site}: {topic}" if topic else site)
        for key, site, topic in queries.pitches_of(me(), link.project_id)
    )
    if request.method != "POST":
        return render_template("links/edit.html", form=form, link=link)
    if form.validate():
        try:
            actions.change(me(), link_id, form.terms(), now=now())
        except SameLink:
            form.page_url.errors = ["Another watched link has this page and target."]
        else:
            toast("Saved. The next look is under way.")
            return redirect(url_for("links.show", link_id=link_id))
    return render_template("links/edit.html", form=form, link=link), 422


def _as_form(link: PlacedLink) -> dict[str, Any]:
    return {
        "project_id": link.project_id, "page_url": link.page_url, "target_url": link.target_url, "anchor": link.expected_anchor,
        "rel": link.expected_rel, "importance": str(link.importance), "due_on": link.due_on, "expires_on": link.expires_on, "is_social": link.is_social, "pitch_id": link.pitch_id,
    }  # fmt: skip


@bp.post("/links/<int:link_id>/state")
@allow("member")
def state(link_id: int) -> Answer:
    """A person puts the link away, says that its page is gone, or watches it again; with undo."""
    _found(link_id, writable=True)
    wanted = request.form.get("state") or request.args.get("state", "")
    if wanted not in (LinkState.ARCHIVED, LinkState.PAGE_GONE, LinkState.EXPECTED, LinkState.WRITTEN_OFF):
        abort(400, "A person sets archived, page_gone, written_off or expected; the rest is set by checks.")
    try:
        actions.set_state(me(), link_id, LinkState(wanted), now=now())
    except ValueError as error:
        toast(str(error), kind="warn")
    else:
        undo = (
            url_for("links.state", link_id=link_id, state=LinkState.EXPECTED.value)
            if wanted != LinkState.EXPECTED
            else None
        )
        toast(f"The link is {STATE_NAMES[LinkState(wanted)].lower()} now.", undo)
    return redirect(url_for("links.show", link_id=link_id))


@bp.get("/links/<int:link_id>/checks/<int:check_id>/page")
@allow("viewer")
def stored_page(link_id: int, check_id: int) -> Answer:
    """The page as it was fetched, as plain text: foreign markup is never rendered."""
    link = _found(link_id)
    look = session().get(LinkCheck, check_id)
    body = (
        evidence.read(config().instance, look.body_ref)
        if look is not None and look.link_id == link.id and not look.is_body_gone
        else None
    )
    if body is None:
        abort(404, "This page is no longer kept. What was seen on it stands in the link's history.")
    return body.decode("utf-8", "replace"), 200, {"Content-Type": "text/plain; charset=utf-8"}
