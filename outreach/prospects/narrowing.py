"""What a list of prospects shows: rights first, then what is asked for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, joinedload

from outreach.accounts.models import User
from outreach.projects.models import Project
from outreach.projects.queries import is_seen, visible_to
from outreach.prospects import marking, placing, standings
from outreach.prospects.labels import queries as labels
from outreach.prospects.labels.rules import About, FieldAsk
from outreach.prospects.models import ContactPoint, Prospect, Site, SitePerson
from outreach.prospects.queries import Projects
from outreach.search import marks
from outreach.search.commonness import are_common
from outreach.search.queries import among
from outreach.search.rules import terms_for


def site_matches(text: str) -> sa.ColumnElement[bool]:
    """A condition on Site: its key, title or notes hold all words of `text`; a word of less than three letters begins one of theirs."""
    terms = terms_for("sites", text)
    return among("sites", terms, are_common(terms, "sites")["sites"])


@dataclass(frozen=True)
class Filters:
    """What a list of prospects shows; the empty value of each does not narrow. `owner`: me, none or a user's id."""

    q: str = ""
    project: int | None = None
    state: str = ""
    owner: str = ""
    person: str = ""
    contact: str = ""
    standing: str = ""
    tag: int | None = None
    fields: tuple[FieldAsk, ...] = ()

    @cached_property
    def matches(self) -> sa.ColumnElement[bool]:
        """What `q` asks of a site; how common its words are is looked up once for a page's rows and their number."""
        return site_matches(self.q)


def listed(user: User, filters: Filters, *, by_site: bool = False) -> sa.Select[Prospect]:
    """The prospects that `user` may see and `filters` let through, joined with their sites; see `with_rows`.

    `by_site`: for a list in the order of the sites. `+ 0` keeps SQLite from gathering a whole project to sort it.
    """
    project_id = Prospect.project_id + 0 if by_site else Prospect.project_id
    query = sa.select(Prospect).join(Prospect.site).where(is_seen(project_id, user))
    if filters.project is not None:
        query = query.where(project_id == filters.project)
    for condition in _conditions(user, filters):
        query = query.where(condition)
    return query


def in_cells(
    user: User, filters: Filters, projects: Projects = visible_to, asked: marking.Asked | None = None
) -> sa.CTE | None:
    """The cells of a list (`prospects.placing`), which a tag or an own field may narrow, too; `asked` is what is asked of the field, when that is known already.

    None when it is narrowed by anything else (words, a standing, parts of a text, two labels), or by nothing at all.
    """
    else_ = replace(filters, project=None, state="", owner="", person="", contact="", tag=None, fields=())
    if else_ != Filters() or (user.is_manager and filters == Filters()):
        return None
    carried = None
    if filters.fields:
        if filters.tag is not None or len(filters.fields) > 1:
            return None
        asked = asked or marking.asked(user, filters.fields)
        if asked is None or asked.span is None:
            return None
        carried = marking.between(asked.span)
    elif filters.tag is not None:
        carried = marking.these([marks.tag(filters.tag)])
    return placing.cells(
        user, project=filters.project, state=filters.state, owner=filters.owner, person=filters.person, contact=filters.contact, carried=carried,
        projects_of=projects,
    )  # fmt: skip


def of_ids(ids: sa.Select[int] | Sequence[int]) -> sa.Select[Prospect]:
    """The prospects of these ids, which the caller chose by the user's rights, joined with their sites; see `with_rows`."""
    return sa.select(Prospect).join(Prospect.site).where(Prospect.id.in_(ids))


SHOWN = (
    Prospect.id, Prospect.site_id, Prospect.state, Prospect.reject_reason, Prospect.created_at, Prospect.updated_at,
    Site.key, Site.title, Site.language, Site.is_no_pitch, Site.is_do_not_contact, Project.name.label("project"), User.name.label("owner"),
)  # fmt: skip
"""What a list shows of a row: to load it whole, with its site, project and owner, costs several times as much."""


def as_shown(query: sa.Select[Prospect]) -> sa.Select[*tuple[Any, ...]]:
    """The rows of `listed` or `of_ids` as the columns SHOWN."""
    rows = query.outerjoin(Project, Project.id == Prospect.project_id)
    rows = rows.outerjoin(User, User.id == Prospect.owner_id)
    return rows.with_only_columns(*SHOWN, maintain_column_froms=True)


def with_rows(query: sa.Select[Prospect]) -> sa.Select[Prospect]:
    """Load site, project and owner along with the rows of `listed`."""
    project = joinedload(Prospect.project).lazyload(Project.hosts)
    return query.options(contains_eager(Prospect.site), project, joinedload(Prospect.owner))


def _conditions(user: User, filters: Filters) -> Iterable[sa.ColumnElement[bool]]:
    if filters.q:
        yield filters.matches
    if filters.state:
        yield Prospect.state == filters.state
    if filters.owner:
        yield _owned(user, filters.owner)
    if filters.person:
        yield yes_or_no(filters.person, _has_person())
    if filters.contact:
        yield yes_or_no(filters.contact, _has_contact())
    if filters.standing:
        yield standings.is_at(About.SITE, Prospect.site_id, filters.standing)
    if filters.tag is not None:
        yield labels.has_tag(About.SITE, Prospect.site_id, filters.tag)
    yield from labels.conditions(user, About.SITE, Prospect.site_id, filters.fields)


def _owned(user: User, owner: str) -> sa.ColumnElement[bool]:
    if owner == "none":
        return Prospect.owner_id.is_(None)
    return Prospect.owner_id == (user.id if owner == "me" else int(owner))


def yes_or_no(wanted: str, condition: Any) -> Any:
    return condition if wanted == "yes" else ~condition


def _has_person() -> sa.ColumnElement[bool]:
    return sa.exists().where(SitePerson.site_id == Prospect.site_id, ~SitePerson.is_former)


def _has_contact() -> sa.ColumnElement[bool]:
    at_site = sa.exists().where(ContactPoint.site_id == Prospect.site_id)
    of_person = sa.exists().where(
        SitePerson.site_id == Prospect.site_id,
        ~SitePerson.is_former,
        ContactPoint.person_id == SitePerson.person_id,
    )
    return sa.or_(at_site, of_person)
