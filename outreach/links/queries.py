"""Finding placed links. Rights are in each query."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, joinedload, lazyload

from outreach.accounts.models import User
from outreach.db import session
from outreach.links import ladder, news
from outreach.links.codes import Severity, meaning
from outreach.links.ladder import Ladder
from outreach.links.models import LinkAlert, LinkCheck, LinkSchedule, PlacedLink
from outreach.links.rules import MISS_APART, Confidence, LinkState, Presence, Value
from outreach.pitches.models import Pitch
from outreach.projects.heads import Run, among_heads
from outreach.projects.models import Project
from outreach.projects.queries import has_few, is_among, is_seen, visible_to, writable_by
from outreach.prospects.models import Site
from outreach.reminders.models import Reminder
from outreach.reminders.rules import ReminderState
from outreach.search.queries import among, are_common
from outreach.search.rules import terms_of
from outreach.web.pager import COUNT_CAP, FOUND_CAP, Cursor, Page, page_of

GONE = (LinkState.LOST, LinkState.RECLAIMING)
ASKED_ABOUT = (Severity.CRITICAL, Severity.HIGH, Severity.MEDIUM)
"""What is wrong with a link that is so severe may be written about."""
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

    @cached_property
    def terms(self) -> list[str]:
        """The words that the page's address has to hold."""
        return terms_of(self.text)

    @cached_property
    def is_common(self) -> bool:
        """Do many pages hold them? Asked once."""
        return are_common(self.terms, "placed_links")["placed_links"]


def get(user: User, key: int) -> PlacedLink | None:
    """The link with its project, site, pitch and owner, or None; one statement."""
    return _one(key, visible_to(user))


def get_writable(user: User, key: int) -> PlacedLink | None:
    """The same, for a user who may change it."""
    return _one(key, writable_by(user))


def _one(key: int, projects: sa.Select[int]) -> PlacedLink | None:
    return session().scalar(
        sa.select(PlacedLink)
        .where(PlacedLink.id == key, PlacedLink.project_id.in_(projects))
        .options(*shown())
    )


def shown() -> tuple[Any, ...]:
    """Loader options: what a screen names of a link's neighbours."""
    return (
        joinedload(PlacedLink.project).options(lazyload(Project.hosts)),
        joinedload(PlacedLink.site),
        joinedload(PlacedLink.owner),
        joinedload(PlacedLink.person).lazyload("*"),
        joinedload(PlacedLink.reclaim),
        joinedload(PlacedLink.pitch).options(joinedload(Pitch.person).lazyload("*")),
    )


@dataclass(frozen=True)
class Tabs:
    """How many links stand in each tab (GROUPS, SOCIAL, and "" for all but those), none counted further than `cap`; None: not counted.

    `has_few`: all projects of the user have few links; then those are gathered, and narrowed and sorted after that.
    """

    numbers: dict[str, int | None]
    cap: int
    has_few: bool = False

    def are_few(self, group: str) -> bool:
        """Are there so few in a tab that they are gathered sooner than come upon?"""
        number = self.numbers.get(group)
        return bool(group) and number is not None and number < self.cap and not self.has_few


def page(user: User, by: Filters, tabs: Tabs, cursor: Cursor | None, size: int = 50) -> Page[PlacedLink]:
    """A page of the list, newest first."""
    query = listed(user, by, tabs=tabs)
    if (not user.is_manager or by.project is not None) and not (tabs.has_few or tabs.are_few(by.group)):
        query = query.where(_at_head(user, by, cursor, size + 1))
    return page_of(
        session(), query, by=PlacedLink.id, key=PlacedLink.id, cursor=cursor, value_of=lambda link: (link.id, link.id), size=size
    )  # fmt: skip


def _at_head(user: User, by: Filters, cursor: Cursor | None, size: int) -> sa.ColumnElement[bool]:
    """The link is among the next ones of its project, in a tab of its project and state."""
    is_back = cursor is not None and cursor.is_back
    where = [PlacedLink.is_social.is_(by.group == SOCIAL), *_rest(user, by)[1:]]
    if cursor is not None:
        where.append(PlacedLink.id > cursor.id if is_back else PlacedLink.id < cursor.id)
    states = GROUPS.get(by.group, ())
    run = Run(PlacedLink.id, PlacedLink.project_id, (PlacedLink.id,), not is_back, size, PlacedLink.state if states else None, states)  # fmt: skip
    return among_heads(user, run, where, by.project)


def listed(user: User, by: Filters, *, tabs: Tabs | None = None) -> sa.Select[Any]:
    """The rows of the list, unsorted. Of a tab with few rows, as `tabs` says, they are gathered by their state; else the list's own order is kept to."""
    are_few = tabs is not None and tabs.has_few
    where = [
        *_rest(user, by, are_few=are_few),
        *_in_tab(user, by, is_few=tabs is not None and tabs.are_few(by.group)),
    ]
    return (
        sa.select(PlacedLink)
        .where(*where)
        .options(joinedload(PlacedLink.project).lazyload(Project.hosts), joinedload(PlacedLink.site))
    )


def _in_tab(user: User, by: Filters, *, is_few: bool) -> list[sa.ColumnElement[bool]]:
    states = GROUPS.get(by.group)
    is_social = PlacedLink.is_social.is_(by.group == SOCIAL)
    if is_few:
        these = sa.select(PlacedLink.id).where(PlacedLink.state.in_(states or tuple(LinkState)), is_social)
        if by.project is not None:
            these = these.where(PlacedLink.project_id == by.project)
        return [PlacedLink.id.in_(these if user.is_manager else these.where(_is_of_theirs(user)))]
    if states is None:
        return [is_social]
    state = sa.func.coalesce(PlacedLink.state, "")  # no index: SQLite would gather every row of the state
    return [is_social, state.in_([one.value for one in states])]


def _rest(user: User, by: Filters, *, are_few: bool = False) -> list[sa.ColumnElement[bool]]:
    """All filters but the tab."""
    where: list[sa.ColumnElement[bool]] = [is_seen(PlacedLink.project_id, user)]
    if are_few:
        where = [PlacedLink.id.in_(sa.select(PlacedLink.id).where(is_among(PlacedLink.project_id, user)))]
    if by.project is not None:
        where.append(PlacedLink.project_id == by.project)
    if by.terms:
        where.append(among("placed_links", by.terms, by.is_common or are_few))
    if by.code:
        where.append(sa.cast(PlacedLink.codes, sa.Text).contains(f'"{by.code}"', autoescape=True))
    if by.site:
        where.append(PlacedLink.site_id.in_(sa.select(Site.id).where(Site.key == by.site)))
    if by.age in AGES and by.now is not None:
        least, most = AGES[by.age]
        since = sa.func.coalesce(PlacedLink.first_seen_at, PlacedLink.created_at)
        where += [since <= by.now - timedelta(days=least), since > by.now - timedelta(days=most)]
    return where


def _unordered(user: User, by: Filters) -> list[sa.ColumnElement[bool]]:
    """The same where no order is wanted: rows are come upon by their project and state, not by the state alone."""
    _, *others = _rest(user, by)
    return [is_seen(PlacedLink.project_id, user) if user.is_manager else _is_of_theirs(user), *others]


def _is_of_theirs(user: User) -> sa.ColumnElement[bool]:
    return PlacedLink.project_id.in_(visible_to(user))


def tabs(user: User, by: Filters) -> Tabs:
    """How many links stand in each tab under the other filters; one statement. Of words that many pages hold, in the tab that is shown."""
    if has_few(user, PlacedLink.project_id):
        return Tabs(_summed(_counted(user, by, are_few=True)), COUNT_CAP, has_few=True)
    if by.site or (by.terms and not by.is_common):
        return Tabs(_summed(_counted(user, by)), COUNT_CAP)
    if by.terms:
        query = sa.select(PlacedLink.id).where(*_unordered(user, by), *_in_tab(user, by, is_few=False))
        query = query.limit(FOUND_CAP)
        found = session().scalar(sa.select(sa.func.count()).select_from(query.subquery())) or 0
        return Tabs({**dict.fromkeys((*GROUPS, SOCIAL, "")), by.group: found}, FOUND_CAP)
    where = _unordered(user, by)
    ways = {group: (PlacedLink.state.in_(states), False) for group, states in GROUPS.items()}
    ways[SOCIAL] = (PlacedLink.state.in_(tuple(LinkState)), True)
    columns = [
        sa.select(sa.func.count())
        .select_from(sa.select(PlacedLink.id).where(*where, state, PlacedLink.is_social.is_(social)).limit(COUNT_CAP).subquery())
        .scalar_subquery()
        for state, social in ways.values()
    ]  # fmt: skip
    row = session().execute(sa.select(*columns)).one()
    return Tabs(_summed(dict(zip(ways, row, strict=True))), COUNT_CAP)


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


def checks(link: PlacedLink, limit: int = 60, *, before: int | None = None) -> Sequence[LinkCheck]:
    """The last looks at a link (or those before the look `before`), newest first."""
    query = sa.select(LinkCheck).where(LinkCheck.link_id == link.id).options(joinedload(LinkCheck.by))
    if before is not None:
        query = query.where(LinkCheck.id < before)
    return session().scalars(query.order_by(LinkCheck.id.desc()).limit(limit)).all()


def last_found(link: PlacedLink, before: int) -> LinkCheck | None:
    """The last look before the look `before` that found the link."""
    found = (LinkCheck.link_id == link.id, LinkCheck.id < before, LinkCheck.presence == Presence.FOUND)
    return session().scalar(sa.select(LinkCheck).where(*found).order_by(LinkCheck.id.desc()).limit(1))


def last_good(link: PlacedLink) -> LinkCheck | None:
    """The last look that saw the link as agreed."""
    good = (
        LinkCheck.link_id == link.id,
        LinkCheck.presence == Presence.FOUND,
        LinkCheck.value != Value.WEAKENED,
    )
    return session().scalar(sa.select(LinkCheck).where(*good).order_by(LinkCheck.id.desc()).limit(1))


def is_wrong_twice(link: PlacedLink) -> bool:
    """Is it lost, or did two looks at least `MISS_APART` apart, and all between, find the same wrong with it? What a person saw needs no second look."""
    if link.state in GONE:
        return True
    columns = (LinkCheck.at, LinkCheck.codes, LinkCheck.value, LinkCheck.confidence)
    found = (LinkCheck.link_id == link.id, LinkCheck.presence != Presence.UNREADABLE)
    looks = session().execute(sa.select(*columns).where(*found).order_by(LinkCheck.id.desc()).limit(60)).all()
    same: frozenset[str] | None = None
    for look in looks:
        wrong = _wrong(look.codes, look.value)
        same = wrong if same is None else same & wrong
        if not same:
            return False
        if look.confidence is Confidence.HUMAN or looks[0].at - look.at >= MISS_APART:
            return True
    return False


def _wrong(codes: Collection[str], value: Value) -> frozenset[str]:
    """The codes that one may ask the editor about; a weakened link without any has one of its own."""
    told = frozenset(code for code in codes if meaning(code).severity in ASKED_ABOUT)
    return told or (frozenset([news.BY_EYE]) if value is Value.WEAKENED else told)


def check_count(link: PlacedLink) -> int:
    return (
        session().scalar(
            sa.select(sa.func.count()).select_from(LinkCheck).where(LinkCheck.link_id == link.id)
        )
        or 0
    )


def of_pitch(pitch_id: int) -> Sequence[PlacedLink]:
    """The links of one pitch, which was loaded by its own rights."""
    return (
        session()
        .scalars(sa.select(PlacedLink).where(PlacedLink.pitch_id == pitch_id).order_by(PlacedLink.id))
        .all()
    )


def due(now: datetime) -> sa.Select[int]:
    """The ids of links to look at: their moment has come and nobody holds them."""
    return sa.select(PlacedLink.id).where(
        PlacedLink.next_check_at <= now,
        sa.or_(PlacedLink.taken_until.is_(None), PlacedLink.taken_until <= now),
    )


A_SITE = 4
"""So many links of one site are taken at once; the rest waits, as a site is asked one thing at a time."""


def next_due(now: datetime, limit: int) -> sa.Select[int]:
    """The ids of the links to look at next: who was asked for first, few of a site, none of a site that somebody is at."""
    order = (PlacedLink.asked_at.is_(None), PlacedLink.next_check_at, PlacedLink.id)
    held = sa.select(PlacedLink.site_id).where(PlacedLink.taken_until > now)
    place = sa.func.row_number().over(partition_by=PlacedLink.site_id, order_by=order).label("place")
    ours = (
        due(now)
        .add_columns(place, PlacedLink.asked_at, PlacedLink.next_check_at)
        .where(PlacedLink.site_id.not_in(held))
        .subquery()
    )
    return (
        sa.select(ours.c.id)
        .where(ours.c.place <= A_SITE)
        .order_by(ours.c.asked_at.is_(None), ours.c.next_check_at, ours.c.id)
        .limit(limit)
    )


def last_looks(links: Sequence[PlacedLink]) -> dict[int, LinkCheck]:
    """By link: the look of its last whole read, where it may still stand."""
    wanted = {
        int(link.last_read["check"]): link.id
        for link in links
        if link.last_read.get("check") and link.asked_at is None
    }
    rows = session().scalars(sa.select(LinkCheck).where(LinkCheck.id.in_(wanted))) if wanted else ()
    return {wanted[row.id]: row for row in rows}


def pitches_of(user: User, project_id: int, site_id: int | None = None) -> Sequence[tuple[int, str, str]]:
    """(id, site, topic) of pitches that a new link may belong to, newest first."""
    query = (
        sa.select(Pitch.id, Site.key, Pitch.topic)
        .join(Site, Site.id == Pitch.site_id)
        .where(Pitch.project_id == project_id, Pitch.project_id.in_(writable_by(user)))
    )
    if site_id is not None:
        query = query.where(Pitch.site_id == site_id)
    newest = query.order_by(Pitch.updated_at.desc()).limit(200)
    return [(id_, site, topic) for id_, site, topic in session().execute(newest)]


def same(project_id: int, page_norm: str, target_url: str) -> int | None:
    """The id of the link that stands for this page and target already."""
    return session().scalar(
        sa.select(PlacedLink.id).where(
            PlacedLink.project_id == project_id,
            PlacedLink.page_url_norm == page_norm,
            PlacedLink.target_url == target_url,
        )
    )


def last_told(link: PlacedLink) -> frozenset[str] | None:
    """The telling codes of the last look that found the link, None when none did."""
    last = (
        session()
        .execute(
            sa.select(LinkCheck.codes, LinkCheck.value, LinkCheck.confidence)
            .where(LinkCheck.link_id == link.id, LinkCheck.presence == Presence.FOUND)
            .order_by(LinkCheck.id.desc())
            .limit(1)
        )
        .first()
    )
    if last is None:
        return None
    return news.telling(last.codes, last.value, by_person=last.confidence is Confidence.HUMAN)


def alerted_users(now: datetime, limit: int) -> Sequence[int]:
    """Whose alerts have been gathered long enough."""
    return (
        session()
        .scalars(
            sa.select(LinkAlert.user_id)
            .where(LinkAlert.due_at <= now)
            .group_by(LinkAlert.user_id)
            .order_by(sa.func.min(LinkAlert.due_at))
            .limit(limit)
        )
        .all()
    )


def still_news(user: User, keys: Sequence[int], *, since: datetime) -> Sequence[LinkAlert]:
    """Of these alerts those that the user may see, has not dealt with, and that came after `since`; the worst first."""
    return (
        session()
        .scalars(
            sa.select(LinkAlert)
            .join(LinkAlert.link)
            .join(LinkAlert.reminder)
            .where(
                LinkAlert.id.in_(keys), LinkAlert.at > since, Reminder.state == ReminderState.OPEN,
                Reminder.owner_id == user.id, PlacedLink.project_id.in_(visible_to(user)),
            )
            .options(contains_eager(LinkAlert.link).options(*shown()), contains_eager(LinkAlert.reminder).lazyload("*"))
            .order_by(LinkAlert.code != "LINK_MISSING", LinkAlert.id)
        )
        .all()
    )  # fmt: skip


def schedule() -> tuple[Ladder, int]:
    """The ladder in force and its version; the product's own one is version 0."""
    row = session().get(LinkSchedule, 1)
    if row is None:
        return Ladder(), 0
    return ladder.of({name: getattr(row, name) for name in ladder.UNITS}), row.version


def off_schedule(version: int, limit: int) -> sa.Select[int]:
    """The ids of links whose next look an older schedule said; those that are just looked at take the new one by themselves."""
    return (
        sa.select(PlacedLink.id)
        .where(PlacedLink.schedule_version < version, PlacedLink.next_check_at.is_not(None))
        .order_by(PlacedLink.id)
        .limit(limit)
    )


MOST_TOLD = 10_001
"""Watched links of one age and importance are counted up to here."""


def ages(now: datetime, steps: Ladder) -> Sequence[tuple[int, int, int]]:
    """(rung, importance, how many, up to MOST_TOLD) of all watched links: rung 0 young, 1 grown, 2 old. One statement."""
    since = sa.func.coalesce(PlacedLink.first_seen_at, PlacedLink.created_at)
    young, grown = now - steps.young_for, now - steps.grown_until
    rungs = ([since > young], [since <= young, since > grown], [since <= min(young, grown)])
    cells = [(rung, importance) for rung in range(len(rungs)) for importance in (1, 2, 3)]
    numbers = []
    for rung, importance in cells:
        watched = (PlacedLink.next_check_at.is_not(None), PlacedLink.importance == importance, *rungs[rung])
        some = sa.select(sa.literal(1)).select_from(PlacedLink).where(*watched)
        some = some.order_by(PlacedLink.importance, since).limit(MOST_TOLD)  # or PostgreSQL reads the table
        numbers.append(sa.select(sa.func.count()).select_from(some.subquery()).scalar_subquery())
    row = session().execute(sa.select(*numbers)).one()
    return [(*cell, number) for cell, number in zip(cells, row, strict=True) if number]
