"""The list of placed links: its tabs, its filters, its pages. Rights are in each query."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from outreach.accounts.models import User
from outreach.db import is_in, kept_statement, session
from outreach.links import by_words
from outreach.links.codes import CODES
from outreach.links.in_order import ITSELF, OF_CODE, Places
from outreach.links.models import SINCE, PlacedLink
from outreach.links.rules import LinkState
from outreach.projects.heads import Run, among_heads, is_one_of
from outreach.projects.models import Project
from outreach.projects.queries import has_few, is_among, is_foreign, is_seen, visible_to
from outreach.prospects.models import Site
from outreach.search.commonness import how_often, known, most_named
from outreach.search.queries import among, holds
from outreach.search.rules import are_short, terms_of
from outreach.web.pager import COUNT_CAP, FOUND_CAP, Cursor, Page, Part, beyond, page_of

GROUPS: dict[str, tuple[LinkState, ...]] = {
    "live": (LinkState.LIVE,),
    "weakened": (LinkState.LIVE_WEAKENED,),
    "suspect": (LinkState.SUSPECT,),
    "lost": (LinkState.LOST, LinkState.RECLAIMING, LinkState.PAGE_GONE),
    "eyes": (LinkState.BLOCKED,),
    "expected": (LinkState.EXPECTED, LinkState.AWAITING_PUBLICATION),
    "ended": (LinkState.REPLACED, LinkState.WRITTEN_OFF, LinkState.ARCHIVED, LinkState.UNWANTED,
              LinkState.REMOVAL_ASKED, LinkState.REMOVED, LinkState.DISAVOWED),
}  # fmt: skip
"""The tabs of the list; each state stands in exactly one."""
SOCIAL = "social"
"""The tab of posts and mentions."""
AGES: dict[str, tuple[int, int]] = {"young": (0, 14), "grown": (14, 365), "old": (365, 100_000)}
"""Days from and to."""
LOOKED = 300
"""Of so many links the pages' addresses are read for words that are too short for an index."""
FEW = 500
"""All links of a member's projects, when they are no more, are gathered and sorted."""


@dataclass(frozen=True)
class Filters:
    """What the list shows; empty means all. They stand in the address.

    Posts and mentions (F12) are a group of their own, whatever their state, and in no other.
    `age` is one of AGES, counted from when the link was first seen (else entered) to `now`.
    """

    group: str = ""
    project: int | None = None
    text: str = ""
    code: str = ""
    site: str = ""
    age: str = ""
    now: datetime | None = None
    these: tuple[int, ...] | None = None
    """The links that hold words too short for an index, where they were `read`."""
    is_kept: bool = False
    """Is it of a statement that is kept? Then the moments of its age come with the execution, as `given` names them."""

    @property
    def is_aged(self) -> bool:
        """Is one age asked for? Then links are in its order."""
        return self.age in AGES and (self.now is not None or self.is_kept)

    @property
    def kept(self) -> Filters | None:
        """The same for a statement that is kept; None where one would be of what somebody typed."""
        is_typed = self.text or self.site or (self.code and self.code not in CODES)
        return None if is_typed else replace(self, now=None, is_kept=True)

    @property
    def given(self) -> dict[str, datetime]:
        """The last and the first moment (this one not within) of the age that is asked for."""
        if not self.is_aged or self.now is None:
            return {}
        least, most = AGES[self.age]
        return {"until": self.now - timedelta(days=least), "after": self.now - timedelta(days=most)}

    @cached_property
    def terms(self) -> list[str]:
        """The words that the page's address has to hold."""
        return terms_of(self.text)

    @cached_property
    def is_common(self) -> bool:
        """Do many pages hold them?"""
        return self.often > 0

    @cached_property
    def often(self) -> int:
        """How common they are. Asked once."""
        return how_often(self.terms, "placed_links")

    @property
    def is_met(self) -> bool:
        """Are common words looked for by PostgreSQL's indexes?"""
        return by_words.is_met(self.often) and not self.code

    @cached_property
    def known(self) -> list[int] | None:
        """Of one age, the links that the index names for common words, when they are not too many to be named. Asked once."""
        if not self.is_aged or not self.is_common or not by_words.is_led(self.terms):
            return None
        return known(self.terms, {"placed_links": most_named()})["placed_links"]

    @cached_property
    def are_few(self) -> bool:
        """Is a site asked for, or words that few pages hold? Then those links are gathered, and narrowed and sorted after that."""
        return bool(self.site or self.is_short or (self.terms and not self.is_common))

    @property
    def is_short(self) -> bool:
        """Are the words too short for an index? Then the newest LOOKED that fit otherwise are read for them."""
        return are_short(self.terms)

    @property
    def places(self) -> Places:
        """Where many links are gone through in order."""
        return OF_CODE if self.code and not self.are_few else ITSELF


@dataclass(frozen=True)
class Tabs:
    """How many links stand in each tab (GROUPS, SOCIAL, and "" for all but those), none counted further than `cap`; None: not counted.

    `has_few`: all projects of the user have few links; then those are gathered, and narrowed and sorted after that. `is_narrow`: so it is of
    common words where all else leaves few. `newest`: the ids of the newest that hold common words, so many as are counted.
    """

    numbers: dict[str, int | None]
    cap: int
    has_few: bool = False
    is_narrow: bool = False
    newest: list[int] | None = None

    def are_few(self, group: str) -> bool:
        """Are there so few in a tab that they are gathered sooner than come upon?"""
        number = self.numbers.get(group)
        return bool(group) and number is not None and number < self.cap and not self.has_few


def read(user: User, by: Filters) -> Filters:
    """The same, with those that hold words too short for an index: each is read for them, once for numbers and rows."""
    if not by.is_short or by.site:
        return by
    return replace(by, these=tuple(session().scalars(sa.select(PlacedLink.id).where(*_rest(user, by)))))


def page(user: User, by: Filters, tabs: Tabs, cursor: Cursor | None, size: int = 50) -> Page[Any]:
    """A page of the list, newest first: who was entered last, or of one age who was first seen last. Rows have what a row shows, `site` is its key."""
    ids: sa.ColumnElement[bool] | None = None
    if tabs.is_narrow:
        ids = PlacedLink.id.in_(_narrowed(user, by))
    elif tabs.newest is not None and cursor is None:
        ids = PlacedLink.id.in_(tabs.newest[: size + 1])
    elif tabs.newest is not None and cursor and not cursor.is_back and not _is_at_head(by):
        ids = PlacedLink.id.in_(_by_words(user, by, cursor, size + 1))
    elif not tabs.has_few and _is_in_runs(user, by, tabs):
        if cursor is None and (kept := by.kept):
            query = kept_statement(lambda: _first(user, kept, size), user.sight, "first links", kept, size)
            return _paged(query, by, None, size, given=by.given)
        ids = _at_head(user, by, cursor, size + 1)
    if ids is None:
        query = listed(user, by, tabs)
    elif tabs.is_narrow:
        query = _drawn([*_shown(user, by, None), ids])
    else:  # these fit all filters
        query = _drawn([is_seen(PlacedLink.project_id, user), ids])
    return _paged(query, by, cursor, size)


def _first(user: User, by: Filters, size: int) -> sa.Select[*tuple[Any, ...]]:
    """What fits all filters, of the links at the head of their runs."""
    return _drawn([is_seen(PlacedLink.project_id, user), _at_head(user, by, None, size + 1)])


def _paged(
    query: sa.Select[*tuple[Any, ...]],
    by: Filters,
    cursor: Cursor | None,
    size: int,
    given: Mapping[str, Any] | None = None,
) -> Page[Any]:
    order = SINCE if by.is_aged else PlacedLink.id
    return page_of(
        session(), query, by=order, key=PlacedLink.id, cursor=cursor, value_of=_since if by.is_aged else _entered, size=size, given=given
    )  # fmt: skip


def _is_in_runs(user: User, by: Filters, tabs: Tabs) -> bool:
    if by.places is OF_CODE:
        return True
    is_of_some = by.is_aged or not user.is_manager or by.project is not None
    return is_of_some and not (by.are_few or tabs.are_few(by.group))


def _by_words(user: User, by: Filters, cursor: Cursor | None, size: int) -> list[int]:
    """The ids of the newest, of those after the cursor, that hold common words."""
    return by_words.newest(_fitting(user, by), by.terms, cursor=cursor, limit=size, is_aged=by.is_aged)


def _is_at_head(by: Filters) -> bool:
    """Are links of a code with common words come upon in their order? Where the index of words is in none."""
    return by.places is OF_CODE and not by.is_aged and not by.is_met and not by_words.is_led(by.terms)


def _fitting(user: User, by: Filters) -> list[sa.ColumnElement[bool]]:
    """All filters but the words, asked of a link itself: on SQLite no index shall lead."""
    if by.is_met:
        wordless = replace(by, text="")
        return [*_unordered(user, wordless), *_of_tab(wordless, ITSELF)]
    where = [*_rest(user, replace(by, text="", project=None)), *_in_tab(user, by, is_few=False)]
    return where if by.project is None else [*where, PlacedLink.project_id + 0 == by.project]


def _narrowed(user: User, by: Filters) -> sa.Select[int]:
    """The ids of what all filters but the words let through, in no order."""
    at, wordless = by.places, replace(by, text="")
    return sa.select(at.id).where(*_unordered(user, wordless), *_of_tab(by, at))


def _counting_narrowed(user: User, by: Filters) -> sa.Select[int]:
    """How many they are; kept, but for links of one age, which are other ones in a moment."""
    if by.is_aged:
        return by_words.counting(_narrowed(user, by))
    wordless = replace(by, text="", now=None, these=None)
    return kept_statement(
        lambda: by_words.counting(_narrowed(user, by)), user.sight, "links without words", wordless
    )


def _since(link: Any) -> tuple[datetime, int]:
    return link.first_seen_at or link.created_at, link.id


def _entered(link: Any) -> tuple[int, int]:
    return link.id, link.id


def _at_head(user: User, by: Filters, cursor: Cursor | None, size: int) -> sa.ColumnElement[bool]:
    """The link is among the next ones of its project, in a tab or of an age of its project and state; a manager's, of its state."""
    at = by.places
    order = (at.since, at.id) if by.is_aged else (at.id,)
    past = beyond(order[0], at.id, cursor)
    where = [at.is_social.is_(by.group == SOCIAL), *_rest(user, by, at)[1:], *past]
    states = GROUPS.get(by.group, tuple(LinkState) if by.is_aged else ())
    is_of_all, is_down = user.is_manager and by.project is None, not (past and cursor and cursor.is_back)
    if not states and (is_of_all or by.project is not None):
        ids = (
            sa.select(at.id)
            .where(_may_see(user, by, at), *where)
            .order_by(at.id.desc() if is_down else at.id.asc())
            .limit(size)
        )
        return is_one_of(PlacedLink.id, ids)
    run = Run(
        at.id, None if is_of_all else at.project_id, order, is_down, size, at.state if states else None, states, of=PlacedLink.id, is_sole=by.is_aged
    )  # fmt: skip
    return among_heads(user, run, where, by.project)


def _newest_at_heads(user: User, by: Filters) -> list[int]:
    """The ids of the newest, FOUND_CAP at most. The runs of a member of few projects are merged: none is read further than its links are wanted."""
    at, each = by.places, user.own_project_ids if by.project is None and by.group not in GROUPS else ()
    if not each:
        newest = sa.select(PlacedLink.id).where(_at_head(user, by, None, FOUND_CAP))
        return list(session().scalars(newest.order_by(PlacedLink.id.desc()).limit(FOUND_CAP)))
    wordless = _rest(user, replace(by, text=""), at)[1:]
    words = sa.select(sa.literal(1)).where(PlacedLink.id == at.id, holds("placed_links", by.terms))
    # asked of each row by itself: PostgreSQL would go through all links, to merge them with those of the code
    is_held = words.limit(1).correlate(at.id.table).scalar_subquery().is_not(None)
    run = sa.select(at.id.label("id")).where(at.is_social.is_(by.group == SOCIAL), *wordless, is_held)
    runs = [run.where(at.project_id == key, sa.literal(key).in_(visible_to(user))) for key in each]
    heads = [one.order_by(at.id.desc()).limit(FOUND_CAP).subquery() for one in runs]
    merged = sa.union_all(*(sa.select(one.c.id) for one in heads)).subquery("heads")
    return list(session().scalars(sa.select(merged.c.id).order_by(merged.c.id.desc()).limit(FOUND_CAP)))


def in_order(user: User, by: Filters) -> Part:
    """All of the list in its order."""
    order = (SINCE, PlacedLink.id) if by.is_aged else (PlacedLink.id,)
    return Part(sa.select(PlacedLink.id).where(*_shown(user, by, None)), order, is_descending=True)


def listed(user: User, by: Filters, tabs: Tabs | None = None) -> sa.Select[*tuple[Any, ...]]:
    """The rows of the list, unsorted. Of a tab with few rows, as `tabs` says, they are gathered by their state; else the list's own order is kept to."""
    return _drawn(_shown(user, by, tabs))


def _drawn(where: list[sa.ColumnElement[bool]]) -> sa.Select[*tuple[Any, ...]]:
    """What a row of the list shows, unsorted."""
    return (
        sa.select(
            PlacedLink.id, PlacedLink.page_url, PlacedLink.state, PlacedLink.is_social, PlacedLink.codes, PlacedLink.sentence, PlacedLink.asked_at,
            PlacedLink.last_check_at, PlacedLink.next_check_at, PlacedLink.next_check_why, PlacedLink.first_seen_at, PlacedLink.created_at, Site.key.label("site"),
        )
        .outerjoin(PlacedLink.site)
        .where(*where)
    )  # fmt: skip


def seen(user: User) -> sa.Select[Any]:
    """All links that `user` may see, with their project, site and owner."""
    project = joinedload(PlacedLink.project).lazyload(Project.hosts)
    rows = sa.select(PlacedLink).where(is_seen(PlacedLink.project_id, user))
    return rows.options(project, joinedload(PlacedLink.site), joinedload(PlacedLink.owner))


def _shown(user: User, by: Filters, tabs: Tabs | None) -> list[sa.ColumnElement[bool]]:
    are_few = tabs is not None and tabs.has_few
    is_few = tabs is not None and tabs.are_few(by.group) and not by.are_few
    return [*_rest(user, by, are_few=are_few), *_in_tab(user, by, is_few=is_few)]


def _in_tab(user: User, by: Filters, *, is_few: bool) -> list[sa.ColumnElement[bool]]:
    states = GROUPS.get(by.group)
    is_social = PlacedLink.is_social.is_(by.group == SOCIAL)
    if is_few:
        these = sa.select(PlacedLink.id).where(PlacedLink.state.in_(states or tuple(LinkState)), is_social)
        these = these.where(*_aged(by))
        if by.project is not None:
            these = these.where(PlacedLink.project_id == by.project)
        return [PlacedLink.id.in_(these if user.is_manager else these.where(_is_of_theirs(user)))]
    if states is None:
        return [is_social]
    state = sa.func.coalesce(PlacedLink.state, "")  # no index: SQLite would gather every row of the state
    return [is_social, state.in_([one.value for one in states])]


def _of_tab(by: Filters, at: Places) -> list[sa.ColumnElement[bool]]:
    """The tab, for rows that no order is wanted of; those of one age are come upon by their states."""
    states = GROUPS.get(by.group, tuple(LinkState) if by.is_aged or by.group == SOCIAL else ())
    return [at.is_social.is_(by.group == SOCIAL), *([at.state.in_(states)] if states else [])]


def _rest(
    user: User, by: Filters, at: Places = ITSELF, *, are_few: bool = False
) -> list[sa.ColumnElement[bool]]:
    """All filters but the tab."""
    where: list[sa.ColumnElement[bool]] = [is_seen(at.project_id, user)]
    if are_few:
        where = [PlacedLink.id.in_(sa.select(PlacedLink.id).where(is_among(PlacedLink.project_id, user)))]
    if by.project is not None:
        where.append(at.project_id == by.project if not is_foreign(user, by.project) else sa.false())
    if by.code:
        where.append(at.seen(by.code))
    if by.site:
        where.append(PlacedLink.site_id.in_(sa.select(Site.id).where(Site.key == by.site)))
    where += _aged(by, at)
    if by.these is not None:
        return [*where, is_in(PlacedLink.id, by.these)]
    if by.is_short and not by.site:
        wordless = replace(by, text="", group="")
        where.append(
            sa.or_(
                *(_at_head(user, one, None, LOOKED) for one in (wordless, replace(wordless, group=SOCIAL)))
            )
        )
    if by.terms and by.known is not None:
        where.append(is_in(at.id + 0, by.known))  # no index: each run would be gone through for all of them
    if by.terms:  # last: texts are read of those that fit otherwise
        where.append(at.whose(among("placed_links", by.terms, by.is_common or are_few)))
    return where


def _aged(by: Filters, at: Places = ITSELF) -> list[sa.ColumnElement[bool]]:
    if not by.is_aged:
        return []
    told = by.given
    until, after = (
        sa.bindparam(name, type_=SINCE.type) if by.is_kept else sa.literal(told[name], SINCE.type)
        for name in ("until", "after")
    )
    return [until >= at.since, after < at.since]


def _unordered(user: User, by: Filters) -> list[sa.ColumnElement[bool]]:
    """The same where no order is wanted: rows are come upon by their project and state, not by the state alone."""
    at = by.places
    _, *others = _rest(user, by, at)
    return [_may_see(user, by, at), *others]


def _may_see(user: User, by: Filters, at: Places) -> sa.ColumnElement[bool]:
    """The right to see a row, where no order is wanted; of one project it is asked for once, not of each row."""
    if user.is_manager:
        return is_seen(at.project_id, user)
    if by.project is not None:
        return sa.literal(by.project).in_(visible_to(user))
    return _is_of_theirs(user, at)


def _is_of_theirs(user: User, at: Places = ITSELF) -> sa.ColumnElement[bool]:
    return sa.and_(at.project_id.in_(visible_to(user)))


def tabs(user: User, by: Filters) -> Tabs:
    """How many links stand in each tab under the other filters; one statement. Of words that many pages hold, in the tab that is shown; two."""
    if has_few(user, PlacedLink.project_id, most=FEW):
        return Tabs(_summed(_counted(user, by, are_few=True)), COUNT_CAP, has_few=True)
    if by.are_few:
        return Tabs(_summed(_counted(user, by)), COUNT_CAP)
    if by.terms:
        return _tab_of_words(user, by)
    if kept := by.kept:
        query = kept_statement(lambda: _each_counted(user, kept), user.sight, "links in tabs", kept)
        row = session().execute(query, by.given).one()
    else:
        row = session().execute(_each_counted(user, by)).one()
    return Tabs(_summed(dict(zip((*GROUPS, SOCIAL), row, strict=True))), COUNT_CAP)


def _each_counted(user: User, by: Filters) -> sa.Select[*tuple[Any, ...]]:
    """The numbers of all tabs, in a row: of each, links are come upon by their state."""
    at, where = by.places, _unordered(user, by)
    ways = [(at.state.in_(states), False) for states in GROUPS.values()]
    columns = [
        sa.select(sa.func.count())
        .select_from(sa.select(at.id).where(*where, state, at.is_social.is_(social)).limit(COUNT_CAP).subquery())
        .scalar_subquery()
        for state, social in (*ways, (at.state.in_(tuple(LinkState)), True))
    ]  # fmt: skip
    return sa.select(*columns)


def _tab_of_words(user: User, by: Filters) -> Tabs:
    at, newest = by.places, None
    is_narrow = not by.is_met and by_words.are_few(_counting_narrowed(user, by))
    if not is_narrow and _is_at_head(by):  # once for the number and the rows
        newest = _newest_at_heads(user, by)
        found = len(newest)
    elif not by.is_met and (is_narrow or by.is_aged or not by_words.is_led(by.terms)):
        query = sa.select(at.id).where(*_unordered(user, by), *_of_tab(by, at)).limit(FOUND_CAP)
        found = session().scalar(sa.select(sa.func.count()).select_from(query.subquery())) or 0
    else:
        newest = _by_words(user, by, None, FOUND_CAP)
        found = len(newest)
    numbers = {**dict.fromkeys((*GROUPS, SOCIAL, "")), by.group: found}
    return Tabs(numbers, FOUND_CAP, is_narrow=is_narrow, newest=newest)


def _summed(numbers: dict[str, int]) -> dict[str, int | None]:
    return {**numbers, "": sum(numbers.values()) - numbers[SOCIAL]}


def _counted(user: User, by: Filters, *, are_few: bool = False) -> dict[str, int]:
    """The numbers where a filter leaves few rows: each is looked at once."""
    rows = session().execute(
        sa.select(PlacedLink.state, PlacedLink.is_social, sa.func.count().label("number"))
        .where(*_rest(user, by, are_few=are_few))
        .group_by(PlacedLink.state, PlacedLink.is_social)
    )
    by_state: dict[LinkState, int] = {}
    social = 0
    for state, is_social, number in rows:
        if is_social:
            social += number
        else:
            by_state[state] = number
    groups = {group: sum(by_state.get(state, 0) for state in states) for group, states in GROUPS.items()}
    return {**groups, SOCIAL: social}
