"""Pitches of all types at all stages, each with what brought it there."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from outreach.accounts.models import User
from outreach.db import session, write
from outreach.kit import clock
from outreach.pitches import fact_moves, letter_moves, next_days, rules
from outreach.pitches import moves as pitch_moves
from outreach.pitches.agreement import Agreement
from outreach.pitches.models import Pitch
from outreach.pitches.rules import MAINTENANCE, PitchType, Stage
from outreach.projects.models import OwnPage, Project
from outreach.prospects.models import Prospect
from outreach.server.demo import letters, names, production
from outreach.server.demo.build import Build

WEIGHTS: tuple[tuple[PitchType, int], ...] = (
    (PitchType.GUEST_POST, 16), (PitchType.RESOURCE_LINK, 10), (PitchType.BROKEN_LINK, 8), (PitchType.INTERVIEW, 8),
    (PitchType.CO_CREATED, 6), (PitchType.UNLINKED_MENTION, 6), (PitchType.LINK_REMOVAL, 2), (PitchType.LINK_RECLAIM, 2), (PitchType.LINK_CORRECTION, 2),
)  # fmt: skip


def bring(build: Build) -> None:
    """Pitches of all types at all stages, each with the letters and answers that brought it there."""
    kinds = _kinds(build)
    taken: set[tuple[int, int]] = set()
    for start in range(0, build.pitch_count, 200):
        with write():
            for number in range(start, min(start + 200, build.pitch_count)):
                site_id, project_id, key = _free_site(build, taken, wins=number % 6 == 0)
                taken.add((site_id, project_id))
                _pitch(build, kinds[number], number, site_id, project_id, key)
    with write() as here:
        _claim(here)
        written = [message for messages in build.letters.values() for message in messages]
        written.sort(key=lambda message: message.created_at)
        here.add_all(written)


def _claim(here: Session) -> None:
    """Whoever pitches a site has claimed it; of one in ten a colleague has."""
    owner = (
        sa.select(Pitch.owner_id)
        .where(Pitch.site_id == Prospect.site_id, Pitch.project_id == Prospect.project_id, Pitch.id % 10 != 0)
        .order_by(Pitch.id)
        .limit(1)
        .scalar_subquery()
    )
    pitched = Prospect.site_id.in_(sa.select(Pitch.site_id))
    here.execute(
        sa.update(Prospect).where(pitched).values(owner_id=sa.func.coalesce(owner, Prospect.owner_id))
    )


def _free_site(build: Build, taken: set[tuple[int, int]], *, wins: bool) -> tuple[int, int, str]:
    """The next site without a pitch; for one that wins, a site of this machine while there are any, so that its link can be looked at."""
    free = [row for row in build.cast.sites if (row[0], row[1]) not in taken]
    here = (row for row in free if row[2].endswith(".localhost"))
    return next(here, free[0]) if wins else free[0]


def _kinds(build: Build) -> list[PitchType]:
    """One of each type first, then by weight."""
    chosen = build.chance.choices(
        [kind for kind, _ in WEIGHTS], [weight for _, weight in WEIGHTS], k=build.pitch_count
    )
    return [*PitchType, *chosen][: build.pitch_count]


def _pitch(build: Build, kind: PitchType, number: int, site_id: int, project_id: int, key: str) -> None:
    here, owner = session(), build.owner()
    project = here.get_one(Project, project_id)
    page = build.chance.choice(build.cast.pages[project_id])
    path = rules.PATHS[kind]
    goal = path[number * 7 % (len(path) - 1)] if number % 6 else path[-1]
    reached = path.index(goal)
    age = min(110.0, 6.0 + reached * build.chance.uniform(3, 9))
    days = [age * (1 - step / (reached + 1)) for step in range(reached + 1)]
    pitch = pitch_moves.start(
        project, kind, site_id, by=owner, now=build.ago(age), today=build.today - timedelta(days=int(age)),
        person_id=build.cast.people.get(site_id), own_page_id=page.id, topic=build.chance.choice(names.TITLES),
        subject_page_url=f"{build.address(key)}/{build.slug()}" if kind in MAINTENANCE or kind is PitchType.BROKEN_LINK else "",
    )  # fmt: skip
    here.get_one(
        Prospect, here.query(Prospect.id).filter_by(project_id=project_id, site_id=site_id).scalar()
    ).owner_id = owner.id
    for step, stage in enumerate(path[1 : reached + 1], 1):
        advance(build, pitch, project, page, key, stage, owner, build.ago(days[step]))
    if pitch.stage is Stage.CONTACTED and number % 5 == 1 and pitch.id in build.letters:
        letters.by_form(build, pitch, key)
    if pitch.is_open and number % 9 == 8:
        _end(build, pitch, owner, number)
    elif pitch.is_open:
        _settle_next(build, pitch, number)
        production.keep(build, pitch, owner, number)


def advance(
    build: Build,
    pitch: Pitch,
    project: Project,
    page: OwnPage,
    key: str,
    stage: Stage,
    owner: User,
    at: datetime,
) -> None:
    """One step along the path, with what belongs to it."""
    today = clock.local_day(at, build.zone)
    if stage is Stage.CONTACTED:
        pitch.is_ground_ok = (
            True if pitch.type in MAINTENANCE or pitch.type is PitchType.BROKEN_LINK else None
        )
        letters.write_first(build, pitch, page, owner, at)
        letter_moves.contacted(
            pitch, now=at, today=today, follow_up_days=project.follow_up_days, is_follow_up=False
        )
    elif stage is Stage.TALKING:
        letters.answer(build, pitch, at)
        letter_moves.talking(pitch, now=at, today=today)
    else:
        if stage is Stage.AGREED:
            fact_moves.agree(pitch, _terms(build, page, today), by=owner, now=at)
        if stage in (Stage.PUBLISHED_CLAIMED, Stage.WON) and not pitch.page_url:
            pitch.page_url = f"{build.address(key)}/{build.slug()}"
        pitch_moves.move(
            pitch,
            stage,
            by=None if stage in rules.SUCCESS else owner,
            now=at,
            today=today,
            verified=stage in rules.SUCCESS,
        )


def _terms(build: Build, page: OwnPage, today: Any) -> Agreement:
    paid = build.chance.random() < 0.1
    return Agreement(
        target_url=page.url, anchor=build.chance.choice(names.ANCHORS), expected_rel="follow",
        due_on=today + timedelta(days=build.chance.randrange(14, 40)), is_goods=paid,
    )  # fmt: skip


def _end(build: Build, pitch: Pitch, owner: User, number: int) -> None:
    at = build.ago(number % 5 + 1)
    today = clock.local_day(at, build.zone)
    if number % 2:
        pitch_moves.move(
            pitch,
            Stage.NURTURE,
            by=owner,
            now=at,
            today=today,
            reason="“ask me again in spring”",
            revisit_on=build.today + timedelta(days=40),
        )
    else:
        pitch_moves.move(
            pitch, Stage.DECLINED, by=owner, now=at, today=today, reason="No outside authors this year"
        )


def _settle_next(build: Build, pitch: Pitch, number: int) -> None:
    """Days around today, so that some are overdue, some due today, and most later."""
    if pitch.stage is Stage.TALKING:
        pitch.next_on = build.today
        return
    shift = (-3, 0, 4, 1, 2, -1, 7, 0)[number % 8]
    pitch.next_on = (
        next_days.add_working_days(build.today, shift) if shift > 0 else build.today + timedelta(days=shift)
    )
