"""Sites, people and prospects that somebody may see or change. Rights are in each query.

A user sees a site or person when one of their projects holds it; managers and admins see all. Who may change
something is asked the same way, with `writable_*`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import sqlalchemy as sa

from outreach.accounts.models import User
from outreach.db import is_in, session
from outreach.projects.models import Project
from outreach.projects.queries import visible_to, writable_by
from outreach.prospects.models import Person, Prospect, ProspectChange, Site, SiteAlias, SitePerson

Projects = Callable[[User], sa.Select[Any]]


# --- sites ------------------------------------------------------------------------------------------


def sites_of(user: User, projects: Projects = visible_to) -> sa.Select[Site]:
    """The sites that `user` may see (or change, with `projects=writable_by`), to be narrowed further."""
    query = sa.select(Site)
    return query if user.is_manager else query.where(is_held_in(Site.id, projects(user)))


def reaches_site(user: User, site_id: Any, projects: Projects = visible_to) -> sa.ColumnElement[bool]:
    """A condition on a row that names a site: `user` may see (or change) that site. Asked for each row, for all sites are many."""
    if user.is_manager:
        return sa.and_(site_id.is_not(None))
    return is_held_in(site_id, projects(user))


def get_site(user: User, site_id: int) -> Site | None:
    """The site when `user` may see it."""
    return session().scalar(sites_of(user).where(Site.id == site_id))


def writable_site(user: User, site_id: int) -> Site | None:
    """The site when `user` may change it: a viewer may not."""
    return session().scalar(sites_of(user, writable_by).where(Site.id == site_id))


def writable_site_by_key(user: User, key: str) -> Site | None:
    """The site of this key (`kit.urls.site_key`) when `user` may change it."""
    return session().scalar(sites_of(user, writable_by).where(has_key(key)))


def site_in_project(key: str, project_id: int) -> Site | None:
    """The site of this key when the project holds it; the caller has asked for the right to the project."""
    return session().scalar(
        sa.select(Site)
        .join(Prospect, Prospect.site_id == Site.id)
        .where(has_key(key), Prospect.project_id == project_id)
    )


def has_key(key: str) -> sa.ColumnElement[bool]:
    """A condition on Site: this is its key, or that of a site that was merged into it."""
    alias = sa.select(SiteAlias.site_id).where(SiteAlias.key == key).scalar_subquery()
    return sa.or_(Site.key == key, Site.id == alias)


def merged_keys(keys: Iterable[str]) -> dict[str, int]:
    """`{key: site id}` of those keys whose sites were merged into others."""
    rows = session().execute(sa.select(SiteAlias.key, SiteAlias.site_id).where(is_in(SiteAlias.key, keys)))
    return {row.key: row.site_id for row in rows}


def is_held_in(site_id: Any, projects: sa.Select[Any]) -> sa.ColumnElement[bool]:
    return sa.exists().where(Prospect.site_id == site_id, Prospect.project_id.in_(projects))


# --- prospects --------------------------------------------------------------------------------------


def writable_prospects(user: User, ids: Sequence[int]) -> list[Prospect]:
    """Those of `ids` that `user` may change, locked for the write that asks."""
    query = sa.select(Prospect).where(Prospect.id.in_(ids), Prospect.project_id.in_(writable_by(user)))
    locked = (
        query.order_by(Prospect.id).with_for_update(of=Prospect).execution_options(populate_existing=True)
    )
    return list(session().scalars(locked))


def prospect_of(project_id: int, site_id: int) -> Prospect | None:
    """The row project x site, whoever asks: for the moves and gates of rooms above."""
    return session().scalar(
        sa.select(Prospect).where(Prospect.project_id == project_id, Prospect.site_id == site_id)
    )


def claimed_by(project_id: int, site_id: int, by_id: int) -> str:
    """The colleague who has claimed the site for the project (B4); "" when nobody has, or `by_id` has."""
    query = sa.select(User.name).join(Prospect, Prospect.owner_id == User.id)
    whose = (Prospect.project_id == project_id, Prospect.site_id == site_id, User.id != by_id)
    return session().scalar(query.where(*whose)) or ""


def names_at(site_ids: Sequence[int]) -> dict[int, list[str]]:
    """`{site id: names of its people}` for a page of sites, oldest first."""
    rows = session().execute(
        sa.select(SitePerson.site_id, Person.name)
        .join(Person, Person.id == SitePerson.person_id)
        .where(SitePerson.site_id.in_(site_ids), ~SitePerson.is_former)
        .order_by(SitePerson.id)
    )
    found: dict[int, list[str]] = {}
    for site_id, name in rows:
        found.setdefault(site_id, []).append(name)
    return found


def change_of(user: User, change_id: int) -> ProspectChange | None:
    """A change of the user's own that was not taken back yet."""
    return session().scalar(
        sa.select(ProspectChange).where(
            ProspectChange.id == change_id,
            ProspectChange.by_id == user.id,
            ProspectChange.undone_at.is_(None),
        )
    )


# --- what moves ask, whoever is asking --------------------------------------------------------------


def may_write(user: User, project_id: int) -> bool:
    """May `user` change things in this project?"""
    query = sa.select(Project.id).where(Project.id == project_id, Project.id.in_(writable_by(user)))
    return session().scalar(query) is not None


def is_held_by(project_id: int, *, site_id: int | None = None, person_id: int | None = None) -> bool:
    """Does the project hold this site, or a site where this person is?"""
    query = sa.select(sa.literal(1)).select_from(Prospect).where(Prospect.project_id == project_id)
    if site_id is not None:
        query = query.where(Prospect.site_id == site_id)
    if person_id is not None:
        query = query.join(SitePerson, SitePerson.site_id == Prospect.site_id).where(
            SitePerson.person_id == person_id
        )
    return session().scalar(query.limit(1)) is not None
