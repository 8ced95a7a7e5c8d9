"""Finding what production knows. Rights: a pitch is found first, by `pitches.queries`; lists take the user."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, joinedload

from outreach.accounts.models import User
from outreach.db import session
from outreach.pitches.models import Pitch
from outreach.pitches.production.models import Contributor, PitchFile, Production, ProductionStep
from outreach.pitches.production.rules import GAVE, MOST_CONTRIBUTORS, MOST_STEPS, ContributorState
from outreach.projects.queries import is_seen, writable_by
from outreach.prospects.models import Person


@dataclass(frozen=True)
class Overview:
    """The check list, what is written down beside it, and of the contributors: who gave, who takes part, who linked; the newest version of a file."""

    steps: list[ProductionStep] = field(default_factory=list)
    row: Production | None = None
    gave: int = 0
    invited: int = 0
    linked: int = 0
    newest: PitchFile | None = None


def of(pitch_id: int) -> Production | None:
    """What is written down beside the check list; None before the first thing is."""
    return session().scalar(sa.select(Production).where(Production.pitch_id == pitch_id))


def overview(pitch_id: int) -> Overview:
    """What a pitch's page shows of its production; one statement."""
    here = Contributor.pitch_id == pitch_id
    takes_part = Contributor.state != ContributorState.OUT
    numbers = (
        sa.select(sa.func.count()).where(here, Contributor.state.in_(GAVE)),
        sa.select(sa.func.count()).where(here, takes_part),
        sa.select(sa.func.count(Contributor.link_seen_at)).where(here, takes_part),
    )
    newest = sa.select(sa.func.max(PitchFile.id)).where(
        PitchFile.pitch_id == pitch_id, PitchFile.removed_at.is_(None)
    )
    query = (
        sa.select(ProductionStep, Production, *(number.scalar_subquery() for number in numbers), PitchFile)
        .select_from(Pitch)
        .outerjoin(ProductionStep, ProductionStep.pitch_id == Pitch.id)
        .outerjoin(Production, Production.pitch_id == Pitch.id)
        .outerjoin(PitchFile, PitchFile.id == newest.scalar_subquery())
        .where(Pitch.id == pitch_id)
        .options(joinedload(ProductionStep.owner))
        .order_by(ProductionStep.place, ProductionStep.id)
    )
    rows = session().execute(query.limit(MOST_STEPS)).all()
    steps = [row[0] for row in rows if row[0] is not None]
    return Overview(steps, *rows[0][1:]) if rows else Overview()


def steps_of(pitch_id: int) -> Sequence[ProductionStep]:
    """The check list in its order."""
    query = (
        sa.select(ProductionStep)
        .where(ProductionStep.pitch_id == pitch_id)
        .options(joinedload(ProductionStep.owner))
        .order_by(ProductionStep.place, ProductionStep.id)
    )
    return session().scalars(query.limit(MOST_STEPS)).all()


def step(pitch_id: int, key: int) -> ProductionStep | None:
    """One line of this pitch's list."""
    return session().scalar(
        sa.select(ProductionStep).where(ProductionStep.id == key, ProductionStep.pitch_id == pitch_id)
    )


def writable_step(user: User, key: int) -> ProductionStep | None:
    """A line of a list, for one who may change its pitch."""
    return session().scalar(
        sa.select(ProductionStep)
        .join(Pitch, Pitch.id == ProductionStep.pitch_id)
        .where(ProductionStep.id == key, Pitch.project_id.in_(writable_by(user)))
    )


def writable_contributor(user: User, key: int) -> Contributor | None:
    """A contributor, for one who may change the pitch."""
    return session().scalar(
        sa.select(Contributor)
        .join(Pitch, Pitch.id == Contributor.pitch_id)
        .where(Contributor.id == key, Pitch.project_id.in_(writable_by(user)))
    )


def contributors_of(pitch_id: int) -> Sequence[Contributor]:
    """Who gives something to it, in the order of asking."""
    query = (
        sa.select(Contributor)
        .where(Contributor.pitch_id == pitch_id)
        .options(joinedload(Contributor.person).lazyload(Person.contact_points), joinedload(Contributor.site))
        .order_by(Contributor.id)
    )
    return session().scalars(query.limit(MOST_CONTRIBUTORS)).all()


def contributor(pitch_id: int, key: int) -> Contributor | None:
    """One of this pitch's contributors."""
    return session().scalar(
        sa.select(Contributor).where(Contributor.id == key, Contributor.pitch_id == pitch_id)
    )


def due(user: User, until: date) -> sa.Select[ProductionStep]:
    """The user's undone steps due by `until` (a day of theirs) on open pitches; Today and the digest use it.

    A step without an owner is the pitch's owner's.
    """
    mine = sa.func.coalesce(ProductionStep.owner_id, Pitch.owner_id) == user.id
    waiting = sa.and_(ProductionStep.done_at.is_(None), ProductionStep.due_on <= until)
    may_be = sa.union_all(  # each by the index of what is due
        *(
            sa.select(ProductionStep.id).where(whose, waiting)
            for whose in (ProductionStep.owner_id == user.id, ProductionStep.owner_id.is_(None))
        )
    )
    return (
        sa.select(ProductionStep)
        .join(Pitch, Pitch.id == ProductionStep.pitch_id)
        .where(
            ProductionStep.id.in_(may_be),
            mine,
            Pitch.is_open,
            is_seen(Pitch.project_id, user),
        )
    )


def told() -> tuple[Any, ...]:
    """Loader options for lines of Today: the pitch and its site."""
    return (contains_eager(ProductionStep.pitch).joinedload(Pitch.site),)


def linked_count(pitch_id: int) -> tuple[int, int]:
    """(contributors whose link a check has seen, contributors that take part)."""
    query = sa.select(sa.func.count(Contributor.link_seen_at), sa.func.count()).where(
        Contributor.pitch_id == pitch_id, Contributor.state != ContributorState.OUT
    )
    seen, invited = session().execute(query).one()
    return seen, invited
