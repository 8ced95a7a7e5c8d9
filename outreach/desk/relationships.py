"""The relationship to a site or person: its facts as columns of a page's own statement, who knows them best, the override.

It is computed for the one page that shows it: so it can never be behind, and no list and no write pays for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from outreach.accounts.models import User
from outreach.db import session, write
from outreach.desk import relationship_rules as rules
from outreach.desk.relationship_models import RelationshipOverride
from outreach.desk.relationship_rules import Facts, Knower, Relationship, Standing
from outreach.diary.moves import note
from outreach.letter.kinds import Kind
from outreach.links.models import PlacedLink
from outreach.links.rules import LinkState
from outreach.mail.models import Message
from outreach.mail.rules import Direction, LetterKind, MessageState
from outreach.pitches.models import Pitch
from outreach.pitches.rules import PATHS, SUCCESS, PitchType, Stage
from outreach.projects.models import Project
from outreach.projects.queries import visible_to
from outreach.prospects.labels.rules import About
from outreach.prospects.models import ContactPoint, Person, Prospect, Site, SitePerson
from outreach.prospects.rules import ProspectState

SEEN = (LinkState.LIVE, LinkState.LIVE_WEAKENED)
YES = frozenset(
    stage for path in PATHS.values() if Stage.AGREED in path for stage in path[path.index(Stage.AGREED) :]
)
"""From the yes on."""


@dataclass(frozen=True)
class Whom:
    """A site, or a person."""

    site_id: int | None = None
    person_id: int | None = None

    @property
    def pitches(self) -> sa.ColumnElement[bool]:
        """Pitches to them, of all projects: a relationship is the house's, and only its facts are told."""
        return (
            Pitch.site_id == self.site_id if self.site_id is not None else Pitch.person_id == self.person_id
        )

    @property
    def key(self) -> dict[str, int | None]:
        return {"site_id": self.site_id} if self.site_id is not None else {"person_id": self.person_id}


def columns(about: Whom, prefix: str = "rel") -> list[sa.Label[Any]]:
    """Scalar subqueries for a page's statement; `read` makes the relationship of them."""
    found: dict[str, Any] = {
        **_of_pitches(about), **_of_links(about), "is_researched": _researched(about), **_override(about),
        **_best(about),
    }  # fmt: skip
    return [value.label(f"{prefix}_{name}") for name, value in found.items()]


def _of_pitches(about: Whom) -> dict[str, Any]:
    wanted = {
        "last_out_at": sa.func.max(Pitch.last_out_at),
        "last_in_at": sa.func.max(Pitch.last_in_at),
        "agreed": sa.func.sum(sa.case((_said_yes(), 1), else_=0)),
        "won": sa.func.sum(sa.case((sa.and_(*_is_won()), 1), else_=0)),
        "yes_at": sa.func.max(sa.case((Pitch.stage.in_(YES), Pitch.stage_since))),
        "declined_at": sa.func.max(sa.case((Pitch.stage == Stage.DECLINED, Pitch.stage_since))),
        "nurture_until": sa.func.min(sa.case((Pitch.stage == Stage.NURTURE, Pitch.revisit_on))),
    }
    return {name: sa.select(column).where(about.pitches).scalar_subquery() for name, column in wanted.items()}


def _said_yes() -> sa.ColumnElement[bool]:
    """They said yes, whatever became of it."""
    return sa.or_(Pitch.stage.in_(YES), Pitch.rested_from.in_([stage.value for stage in YES]))


def _is_won() -> list[sa.ColumnElement[bool]]:
    return [Pitch.stage.in_(SUCCESS), Pitch.type != PitchType.LINK_REMOVAL]


def _of_links(about: Whom) -> dict[str, Any]:
    """Links that were seen; several of one pitch count one by one."""
    theirs = PlacedLink.site_id == about.site_id
    if about.site_id is None:
        theirs = PlacedLink.pitch_id.in_(sa.select(Pitch.id).where(about.pitches))
    return {"links": _seen_where(theirs)}


def _seen_where(theirs: sa.ColumnElement[bool]) -> sa.ScalarSelect[int]:
    """How many of these few links were seen."""
    state = sa.func.coalesce(
        PlacedLink.state, ""
    )  # no index of states: it would go through all that are live
    query = sa.select(sa.func.count()).select_from(PlacedLink)
    return query.where(theirs, state.in_([one.value for one in SEEN])).scalar_subquery()


def _researched(about: Whom) -> Any:
    """Somebody has looked: kept it, or found who is there and how to reach them."""
    if about.site_id is not None:
        kept = sa.exists().where(Prospect.site_id == about.site_id, Prospect.state == ProspectState.KEPT)
        return sa.or_(kept, sa.exists().where(SitePerson.site_id == about.site_id))
    return sa.exists().where(ContactPoint.person_id == about.person_id)


def _override(about: Whom) -> dict[str, Any]:
    mine = [getattr(RelationshipOverride, name) == value for name, value in about.key.items()]
    return {
        name: sa.select(getattr(RelationshipOverride, name)).where(*mine).scalar_subquery()
        for name in ("standing", "reason")
    }


def _best(about: Whom) -> dict[str, Any]:
    ranked = _ranked(about).limit(1).subquery()
    return {
        f"best_{name}": sa.select(ranked.c[name]).scalar_subquery() for name in ("name", "out", "came", "won")
    }


def _ranked(about: Whom) -> Any:
    """(name, out, came, won) of colleagues, who knows them best first."""
    at = sa.and_(about.pitches, Message.pitch_id == Pitch.id)
    state = sa.func.coalesce(Message.state, "")  # no index of states: the few mails of a pitch are meant
    wrote = sa.and_(
        Message.direction == Direction.OUT,
        state == MessageState.SENT.value,
        Message.kind != LetterKind.SYSTEM,
    )
    human = sa.or_(Message.what.is_(None), Message.what == Kind.HUMAN)
    came = sa.and_(Message.direction == Direction.IN, human)
    rows = sa.union_all(
        _row(Message.author_id, "out", Message).join(Pitch, at).where(wrote, Message.author_id.is_not(None)),
        _row(Pitch.owner_id, "came", Message).join(Pitch, at).where(came, Pitch.owner_id.is_not(None)),
        _row(Pitch.owner_id, "won", Pitch).where(about.pitches, *_is_won(), Pitch.owner_id.is_not(None)),
    ).subquery()
    total = {name: sa.func.sum(rows.c[name]) for name in ("out", "came", "won")}
    weight = (
        total["out"] * rules.OUT_WEIGHS + total["came"] * rules.IN_WEIGHS + total["won"] * rules.WON_WEIGHS
    )
    return (
        sa.select(User.name.label("name"), *(column.label(name) for name, column in total.items()))
        .join(rows, rows.c.user_id == User.id)
        .where(User.is_active)
        .group_by(User.id, User.name)
        .order_by(weight.desc(), User.id)
    )


def _row(user: Any, counts: str, of: Any) -> sa.Select[Any]:
    """A row a happening: whose it is, and a one in the column that it counts in."""
    ones: list[Any] = [
        sa.literal_column("1" if name == counts else "0").label(name) for name in ("out", "came", "won")
    ]
    return sa.select(user.label("user_id"), *ones).select_from(of)


def read(
    row: Any, *, is_do_not_contact: bool, now: datetime, prefix: str = "rel"
) -> tuple[Relationship, Knower | None]:
    """The relationship and who knows them best, of a row with `columns`."""
    held = {
        name.removeprefix(f"{prefix}_"): value
        for name, value in row._mapping.items()
        if str(name).startswith(f"{prefix}_")
    }
    facts = Facts(
        is_researched=bool(held["is_researched"]), last_out_at=held["last_out_at"], last_in_at=held["last_in_at"],
        has_agreed=bool(held["agreed"]), won=max(held["won"] or 0, held["links"] or 0), yes_at=held["yes_at"],
        declined_at=held["declined_at"], nurture_until=held["nurture_until"], is_do_not_contact=is_do_not_contact,
        said=held["standing"], why=held["reason"] or "",
    )  # fmt: skip
    best = None
    if held["best_name"]:
        best = Knower(held["best_name"], int(held["best_out"]), int(held["best_came"]), int(held["best_won"]))
    return rules.derive(facts, now=now), best


def standing_is(about: About, key: Any, standing: Standing) -> sa.ColumnElement[bool]:
    """Has the relationship to the site or person in the column `key` come just so far? As `rules.derive` says it.

    Each row is asked by indexes for the few pitches, links and people of its own: sets of all that happened would be gathered
    for each page, and PostgreSQL goes through one that does not fit into its memory for each row once more.
    """
    mine = RelationshipOverride.site_id if about is About.SITE else RelationshipOverride.person_id
    said = _of_row(sa.select(RelationshipOverride.standing).where(mine == key), key)
    by_events = sa.case((_is_come_to(about, key, standing), standing.value), else_="")
    return sa.func.coalesce(sa.cast(said, sa.String()), by_events) == standing.value


def _is_come_to(about: About, key: Any, standing: Standing) -> sa.ColumnElement[bool]:
    """By what happened alone."""
    far, links = _how_far(about, key), _links_seen(about, key)
    if standing is Standing.PARTNER:
        return sa.or_(far >= 2 * WON, links >= 2)
    if standing is Standing.COLLABORATOR:
        return sa.and_(sa.or_(far >= WON, links == 1), far < 2 * WON, links < 2)
    if standing in _STEPS:
        return sa.and_(far == _STEPS[standing], links == 0)
    found = _was_researched(about, key)
    return sa.and_(~found if standing is Standing.UNKNOWN else found, far == 0, links == 0)


_STEPS = {Standing.APPROACHED: 1, Standing.IN_CONTACT: 2, Standing.AGREED_ONCE: 3}
WON = 4
"""In `_how_far`, what one that was won counts: more than all steps."""


def _how_far(about: About, key: Any) -> Any:
    """WON for each pitch that was won, and the furthest step of all pitches; 0 without any."""
    whose = Pitch.site_id if about is About.SITE else Pitch.person_id
    step = sa.case(
        (_said_yes(), _STEPS[Standing.AGREED_ONCE]),
        (Pitch.last_in_at.is_not(None), _STEPS[Standing.IN_CONTACT]),
        (Pitch.last_out_at.is_not(None), _STEPS[Standing.APPROACHED]),
        else_=0,
    )
    won = sa.func.sum(sa.case((sa.and_(*_is_won()), WON), else_=0))
    return sa.func.coalesce(_of_row(sa.select(won + sa.func.max(step)).where(whose == key), key), 0)


def _links_seen(about: About, key: Any) -> Any:
    """How many links were seen; of a person, those of their pitches."""
    state = sa.func.coalesce(PlacedLink.state, "")  # as in `_seen_where`
    query = sa.select(sa.func.count()).select_from(PlacedLink).where(state.in_([one.value for one in SEEN]))
    if about is About.SITE:
        return _of_row(query.where(PlacedLink.site_id == key), key)
    return _of_row(query.join(Pitch, Pitch.id == PlacedLink.pitch_id).where(Pitch.person_id == key), key)


def _was_researched(about: About, key: Any) -> sa.ColumnElement[bool]:
    """As `_researched`."""
    one = sa.select(sa.literal(1)).limit(1)
    if about is About.PERSON:
        return sa.and_(_of_row(one.where(ContactPoint.person_id == key), key).is_not(None))
    there = _of_row(one.where(SitePerson.site_id == key), key)
    kept = _of_row(one.where(Prospect.site_id == key, Prospect.state == ProspectState.KEPT), key)
    return sa.or_(there.is_not(None), kept.is_not(None))


def _of_row(query: sa.Select[Any], key: Any) -> Any:
    """Asked of each row of `key` by itself."""
    return query.correlate(key.table).scalar_subquery()


@dataclass(frozen=True)
class InProject:
    """How far it has come in one project alone; `name` is the project's."""

    name: str
    relationship: Relationship


def by_project(about: Whom, reader: User, *, is_do_not_contact: bool, now: datetime) -> list[InProject]:
    """The relationship project by project, of those that the reader sees and that have a pitch to them; the fullest first. One statement."""
    seen = _seen_where(PlacedLink.pitch_id == Pitch.id)
    facts = (
        sa.func.max(Pitch.last_out_at).label("last_out_at"), sa.func.max(Pitch.last_in_at).label("last_in_at"),
        sa.func.sum(sa.case((_said_yes(), 1), else_=0)).label("agreed"), sa.func.sum(sa.case((sa.and_(*_is_won()), 1), else_=0)).label("won"),
        sa.func.sum(seen).label("links"), sa.func.max(sa.case((Pitch.stage.in_(YES), Pitch.stage_since))).label("yes_at"),
        sa.func.max(sa.case((Pitch.stage == Stage.DECLINED, Pitch.stage_since))).label("declined_at"),
        sa.func.min(sa.case((Pitch.stage == Stage.NURTURE, Pitch.revisit_on))).label("nurture_until"),
    )  # fmt: skip
    query = (
        sa.select(Project.name, *facts)
        .select_from(Pitch)
        .join(Project, Project.id == Pitch.project_id)
        .where(about.pitches, Pitch.project_id.in_(visible_to(reader)))
        .group_by(Project.id, Project.name)
    )
    found = []
    for row in session().execute(query):
        held = Facts(
            is_researched=True, last_out_at=row.last_out_at, last_in_at=row.last_in_at, has_agreed=bool(row.agreed),
            won=max(row.won or 0, row.links or 0), yes_at=row.yes_at, declined_at=row.declined_at, nurture_until=row.nurture_until,
            is_do_not_contact=is_do_not_contact,
        )  # fmt: skip
        found.append(InProject(row.name, rules.derive(held, now=now)))
    order = list(Standing)
    return sorted(found, key=lambda one: (-order.index(one.relationship.standing), one.name))


def of(about: Whom, *, now: datetime) -> tuple[Relationship, Knower | None]:
    """The same with a statement of its own; the site or person is there."""
    told = Site if about.site_id is not None else Person
    key = about.site_id if about.site_id is not None else about.person_id
    query = sa.select(told.is_do_not_contact.label("is_stopped"), *columns(about)).where(told.id == key)
    row = session().execute(query).one()
    return read(row, is_do_not_contact=row.is_stopped, now=now)


def knowers(about: Whom) -> Sequence[Knower]:
    """Who of the team knows them, best first."""
    rows = session().execute(_ranked(about).limit(8)).all()
    return [Knower(row.name, int(row.out), int(row.came), int(row.won)) for row in rows]


def set_by_hand(
    about: Whom, standing: Standing | None, reason: str, *, by: User, now: datetime
) -> tuple[str, str]:
    """Somebody sees it otherwise than the rule; None: the rule decides again. Gives what was set before, for the undo."""
    with write() as here:
        mine = [getattr(RelationshipOverride, name) == value for name, value in about.key.items()]
        row = here.scalar(sa.select(RelationshipOverride).where(*mine).with_for_update())
        before = (row.standing.value, row.reason) if row else ("", "")
        if standing is None:
            if row is not None:
                here.delete(row)
        elif row is None:
            here.add(
                RelationshipOverride(
                    **about.key, standing=standing, reason=reason[:300], set_at=now, set_by_id=by.id
                )
            )
        else:
            row.standing, row.reason, row.set_at, row.set_by_id = standing, reason[:300], now, by.id
        note(
            "relationship.set" if standing else "relationship.cleared", by=by.id, now=now, site_id=about.site_id,
            person_id=about.person_id, to=standing.value if standing else "",
        )  # fmt: skip
        return before
