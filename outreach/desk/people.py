"""The page of one person: where they are, how to reach them, what was offered and what happened."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import aliased, contains_eager, lazyload

from outreach.accounts.models import User
from outreach.care.merging.past_merges import merged_away
from outreach.care.merging.rules import Kind
from outreach.consent.rules import LIFT_WORDS, REASON_WORDS
from outreach.db import session
from outreach.desk import happenings, relationships
from outreach.desk.door import bp
from outreach.desk.relationship_rules import NAMES, TONES, Knower, Relationship
from outreach.desk.relationships import Whom
from outreach.desk.sites import contacts_of, pitches_to, suppressed
from outreach.projects.models import Project
from outreach.projects.queries import visible_to, writable_by
from outreach.prospects import people_queries, rules
from outreach.prospects.labels.loading import own_values
from outreach.prospects.labels.models import PersonTag, Tag
from outreach.prospects.models import Person, Prospect, SitePerson
from outreach.web import filters
from outreach.web.access import allow
from outreach.web.here import me, now


@bp.get("/people/<int:person_id>")
@allow("viewer")
def person(person_id: int) -> ResponseReturnValue:
    """The page of a person; the address of one who was merged leads on."""
    found, elsewhere_at, referrer, told = _found(me(), person_id)
    if (
        found is None
        and (moved := merged_away(Kind.PERSON, person_id))
        and people_queries.get_person(me(), moved.person_id or 0)
    ):
        return redirect(url_for("desk.person", person_id=moved.person_id))
    if found is None or told is None:
        abort(404, "There is no such person, or none of your projects knows them.")
    points = contacts_of(person_id)
    projects = projects_of(me(), person_id)
    only = filters.one_of("show", tuple(happenings.SHOWN))
    return render_template(
        "desk/person.html", relationship=told[0], best=told[1], standing_names=NAMES, standing_tones=TONES, person=found, elsewhere_at=elsewhere_at, referrer=referrer, points=points, places=people_queries.sites_of_people(me(), [person_id]).get(person_id, []),
        pitches=pitches_to(me(), person_id), only=only, shown=happenings.SHOWN, rules=rules, noting=projects,
        page=happenings.of(me(), person_id=person_id, only=only, after=request.args.get("after")),
        link=filters.address, tags=found.tags, own_values=found.own_values, address_of=happenings.address_of, blocked=suppressed({person_id: points}),
        reason_words=REASON_WORDS, lift_words=LIFT_WORDS, can_write=bool(projects), is_admin=me().is_admin,
    )  # fmt: skip


def _found(
    user: User, person_id: int
) -> tuple[Person | None, object, str, tuple[Relationship, Knower | None] | None]:
    """The person, when another project last wrote to them, who referred us to them, and the relationship; one statement."""
    other = aliased(Person)
    referrer = sa.select(other.name).where(other.id == Person.referred_by_id).scalar_subquery()
    query = (
        people_queries.people_of(user)
        .outerjoin(PersonTag, PersonTag.person_id == Person.id)
        .outerjoin(Tag, Tag.id == PersonTag.tag_id)
        .where(Person.id == person_id)
        .options(lazyload(Person.contact_points), contains_eager(Person.tags), own_values(Person, user))
        .order_by(Tag.key)
    )
    query = query.add_columns(
        happenings.written_elsewhere(user, person_id=person_id),
        referrer,
        *relationships.columns(Whom(person_id=person_id)),
    )
    row: Any = session().execute(query).unique().first()
    if row is None:
        return None, None, "", None
    told = relationships.read(row, is_do_not_contact=row[0].is_do_not_contact, now=now())
    return row[0], row[1], row[2] or "", told


def projects_of(user: User, person_id: int) -> list[tuple[int, str]]:
    """(id, name) of the projects in which `user` may write something down about a person."""
    query = (
        sa.select(Project.id, Project.name)
        .join(Prospect, Prospect.project_id == Project.id)
        .join(SitePerson, SitePerson.site_id == Prospect.site_id)
        .where(
            SitePerson.person_id == person_id,
            Project.id.in_(writable_by(user)),
            Project.id.in_(visible_to(user)),
        )
        .distinct()
        .order_by(Project.name)
    )
    return [(row.id, row.name) for row in session().execute(query)]
