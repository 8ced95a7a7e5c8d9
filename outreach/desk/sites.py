"""The page of one site: whose it is, who is there, what was offered and won, and what happened."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import contains_eager, joinedload

from outreach.accounts.models import User
from outreach.care.merging.past_merges import merged_away
from outreach.care.merging.rules import Kind
from outreach.consent.queries import suppressed_among
from outreach.consent.rules import LIFT_WORDS, REASON_WORDS
from outreach.db import session
from outreach.desk import happenings, relationships
from outreach.desk.door import bp
from outreach.desk.relationship_rules import NAMES, TONES, Knower, Relationship
from outreach.desk.relationships import Whom
from outreach.links.models import PlacedLink
from outreach.pitches.models import Pitch
from outreach.projects.models import Project
from outreach.projects.queries import visible_to, writable_by
from outreach.prospects import look_rules, metric_rules, people_queries, queries, rules
from outreach.prospects.labels.loading import own_values
from outreach.prospects.labels.models import SiteTag, Tag
from outreach.prospects.models import ContactPoint, Prospect, Site, SitePerson
from outreach.prospects.rules import ContactKind
from outreach.research.models import SiteSearch
from outreach.web import filters
from outreach.web.access import allow
from outreach.web.here import me, now


@dataclass(frozen=True)
class Place:
    """A site as one user sees it. `hidden` counts the projects of others that hold it: the fact, not their names."""

    site: Site
    held: list[Prospect]
    writable: set[int]
    hidden: int
    written_elsewhere: datetime | None
    relationship: Relationship
    best: Knower | None
    search: SiteSearch | None = None


@bp.get("/sites/<int:site_id>")
@allow("viewer")
def site(site_id: int) -> ResponseReturnValue:
    """The page of a site; the address of one that was merged leads on."""
    place = place_of(me(), site_id)
    if (
        place is None
        and (moved := merged_away(Kind.SITE, site_id))
        and queries.get_site(me(), moved.site_id or 0)
    ):
        return redirect(url_for("desk.site", site_id=moved.site_id))
    if place is None:
        abort(404, "There is no such site, or none of your projects holds it.")
    people = people_queries.people_of_site(site_id, with_contacts=False)
    points = contacts_at(site_id)
    noting = [(row.project_id, row.project.name) for row in place.held if row.project_id in place.writable]
    only = filters.one_of("show", tuple(happenings.SHOWN))
    return render_template(
        "desk/site.html", relationship=place.relationship, best=place.best, standing_names=NAMES, standing_tones=TONES, place=place, site=place.site, people=people, points=points, pitches=pitches_at(me(), site_id),
        links=links_at(me(), site_id), page=happenings.of(me(), site_id=site_id, only=only, after=request.args.get("after")),
        only=only, shown=happenings.SHOWN, rules=rules, numbers=metric_rules.told(place.site.metrics), suspicion=look_rules.suspicion(place.site.look), noting=noting, link=filters.address, address_of=happenings.address_of,
        tags=place.site.tags, own_values=place.site.own_values, blocked=suppressed(points), reason_words=REASON_WORDS, lift_words=LIFT_WORDS, me_id=me().id,
        can_write=bool(place.writable), is_manager=me().is_manager, is_admin=me().is_admin,
    )  # fmt: skip


def place_of(user: User, site_id: int) -> Place | None:
    """The site with all its claims, in one statement; None when `user` may not see it."""
    seen = Prospect.project_id.in_(visible_to(user))
    rows = session().execute(
        sa.select(
            Site, Prospect, SiteSearch, seen.label("is_seen"), Prospect.project_id.in_(writable_by(user)).label("is_writable"),
            happenings.written_elsewhere(user, site_id=site_id).label("elsewhere_at"),
            *relationships.columns(Whom(site_id=site_id)),
        )
        .outerjoin(Prospect, Prospect.site_id == Site.id)
        .outerjoin(SiteSearch, SiteSearch.site_id == Site.id)
        .outerjoin(SiteTag, SiteTag.site_id == Site.id)
        .outerjoin(Tag, Tag.id == SiteTag.tag_id)
        .options(joinedload(Prospect.project).lazyload(Project.hosts), joinedload(Prospect.owner), contains_eager(Prospect.site),
                 joinedload(Site.metrics), joinedload(Site.look), contains_eager(Site.tags), own_values(Site, user))
        .where(Site.id == site_id)
        .order_by(Prospect.id, Tag.key)
    ).unique().all()  # fmt: skip
    held = [row.Prospect for row in rows if row.Prospect and row.is_seen]
    if not rows or not (held or user.is_manager):
        return None
    hidden = sum(1 for row in rows if row.Prospect and not row.is_seen)
    writable = {row.Prospect.project_id for row in rows if row.Prospect and row.is_writable}
    told = relationships.read(rows[0], is_do_not_contact=rows[0].Site.is_do_not_contact, now=now())
    return Place(rows[0].Site, held, writable, hidden, rows[0].elsewhere_at, *told, rows[0].SiteSearch)


def contacts_at(site_id: int) -> dict[int | None, list[tuple[ContactPoint, str]]]:
    """`{person id, or None for the site itself: [(contact point, who found it)]}`; one statement."""
    here = sa.select(SitePerson.person_id).where(SitePerson.site_id == site_id)
    own = sa.select(ContactPoint.id).where(ContactPoint.site_id == site_id, ContactPoint.person_id.is_(None))
    theirs = sa.select(ContactPoint.id).where(ContactPoint.person_id.in_(here))
    return _grouped(ContactPoint.id.in_(sa.union_all(own, theirs)))  # each by its index


def contacts_of(person_id: int) -> list[tuple[ContactPoint, str]]:
    """The ways to reach a person, each with who found it; one statement."""
    return _grouped(ContactPoint.person_id == person_id).get(person_id, [])


def _grouped(condition: Any) -> dict[int | None, list[tuple[ContactPoint, str]]]:
    query = (
        sa.select(ContactPoint, User.name)
        .outerjoin(User, User.id == ContactPoint.found_by_id)
        .where(condition)
        .order_by(ContactPoint.is_role, ContactPoint.id)
    )
    found: dict[int | None, list[tuple[ContactPoint, str]]] = {}
    for point, who in session().execute(query):
        found.setdefault(point.person_id, []).append((point, who or ""))
    return found


def suppressed(points: dict[int | None, list[tuple[ContactPoint, str]]]) -> dict[str, Any]:
    """`{address: its suppression}` of those that get no mail."""
    return suppressed_among(
        point.value for rows in points.values() for point, _ in rows if point.kind is ContactKind.EMAIL
    )


def pitches_at(user: User, site_id: int) -> list[Pitch]:
    """The newest pitches to a site, of projects that `user` may see."""
    return _pitches(Pitch.site_id == site_id, user)


def pitches_to(user: User, person_id: int) -> list[Pitch]:
    """The newest pitches to a person, of projects that `user` may see."""
    return _pitches(Pitch.person_id == person_id, user)


def _pitches(condition: sa.ColumnElement[bool], user: User) -> list[Pitch]:
    query = (
        sa.select(Pitch)
        .options(
            joinedload(Pitch.project).lazyload(Project.hosts), joinedload(Pitch.owner), joinedload(Pitch.site)
        )
        .where(condition, Pitch.project_id.in_(visible_to(user)))
        .order_by(Pitch.is_open.desc(), Pitch.updated_at.desc())
        .limit(20)
    )
    return list(session().scalars(query))


def links_at(user: User, site_id: int) -> list[PlacedLink]:
    """The newest placed links on a site, of projects that `user` may see."""
    query = (
        sa.select(PlacedLink)
        .where(PlacedLink.site_id == site_id, PlacedLink.project_id.in_(visible_to(user)))
        .order_by(PlacedLink.id.desc())
        .limit(20)
    )
    return list(session().scalars(query))
