"""What is kept day by day says what the rows say, whatever happens to them, and whenever days are counted anew."""

from __future__ import annotations

import random
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from flask import Flask

from outreach.accounts.models import User
from outreach.db import db, session, write
from outreach.links.models import PlacedLink
from outreach.links.rules import LinkState
from outreach.mail.models import LetterTemplate, Message, TemplateVersion
from outreach.mail.rules import Direction, LetterKind, MessageState
from outreach.pitches.models import Pitch, StageChange
from outreach.pitches.rules import PitchType, Stage, column_of, is_open
from outreach.reports import cohorts, jobs, kept, queries, rules
from outreach.reports.kept import Parts
from outreach.reports.rules import Asked, Group, Milestone
from outreach.search import days
from tests.world import NOW, TODAY, World, project, site

ZONES = [ZoneInfo(name) for name in ("UTC", "Asia/Kathmandu", "America/St_Johns")]
STAGES = [Stage.WON, Stage.CONTACTED, Stage.TALKING, Stage.AGREED, Stage.WON, Stage.DECLINED, Stage.IDEA]


class Team:
    """Twenty-four pitches of two projects over sixty days; `happens` does something to one of them."""

    def __init__(self, world: World, chance: random.Random) -> None:
        self.world, self.chance = world, chance
        with write() as here:
            other = project("Kept", "kept.example")
            template = LetterTemplate(name="First", type=PitchType.GUEST_POST, created_at=NOW, updated_at=NOW)
            here.add_all([other, template])
            here.flush()
            versions = [
                TemplateVersion(template_id=template.id, number=one, subject="a", body="b", created_at=NOW)
                for one in (1, 2)
            ]
            here.add_all(versions)
            here.flush()
            self.versions = [one.id for one in versions]
            self.projects = [world.seed.id, other.id]
            self.pitches = [self._pitch(number) for number in range(24)]

    def _pitch(self, number: int) -> int:
        here = session()
        place = site(f"kept{number}.example")
        here.add(place)
        here.flush()
        pitch = Pitch(
            project_id=self.projects[number % 2], type=PitchType.LINK_RECLAIM, site_id=place.id, owner_id=self.world.ana.id,
            stage=Stage.WON, is_open=False, board_column=column_of(Stage.WON), stage_since=NOW, created_at=NOW, updated_at=NOW,
        )  # fmt: skip
        here.add(pitch)
        here.flush()
        self._move(pitch.id, Stage.IDEA)
        return pitch.id

    def _move(self, pitch_id: int, to: Stage) -> None:
        at = NOW - timedelta(hours=self.chance.randrange(24 * 60))
        session().add(StageChange(pitch_id=pitch_id, at=at, to_stage=to.value, version=1))

    def happens(self) -> None:
        here, chance = session(), self.chance
        pitch = here.get(Pitch, chance.choice(self.pitches))
        if pitch is None:
            return
        moves = here.scalars(sa.select(StageChange).where(StageChange.pitch_id == pitch.id)).all()
        match chance.randrange(10):
            case 0 | 1 | 2:
                self._move(pitch.id, chance.choice(STAGES))
            case 3 if moves:
                move = chance.choice(moves)
                move.undone_at = None if move.undone_at else NOW
                move.at += timedelta(hours=chance.randrange(-30, 30))
            case 4:
                pitch.stage = chance.choice([Stage.DECLINED, Stage.NO_RESPONSE, Stage.WON])
                pitch.board_column, pitch.is_open = column_of(pitch.stage), is_open(pitch.stage)
                pitch.outcome_reason = chance.choice(["", "Full", "Too dear"])
            case 5:
                pitch.project_id = chance.choice(self.projects)
                pitch.owner_id = chance.choice([None, self.world.ana.id, self.world.max.id])
                pitch.type = chance.choice([PitchType.LINK_RECLAIM, PitchType.LINK_CORRECTION])
            case 6:
                self._letter(pitch)
            case 7 | 8:
                self._link(pitch)
            case _ if chance.random() < 0.2:
                here.execute(sa.delete(Message).where(Message.pitch_id == pitch.id))
                here.execute(sa.delete(PlacedLink).where(PlacedLink.pitch_id == pitch.id))
                here.execute(sa.delete(Pitch).where(Pitch.id == pitch.id))

    def _letter(self, pitch: Pitch) -> None:
        here, chance = session(), self.chance
        if letter := here.scalar(sa.select(Message).where(Message.pitch_id == pitch.id).limit(1)):
            letter.state = chance.choice([MessageState.SENT, MessageState.HELD])
            return
        here.add(Message(
            direction=Direction.OUT, kind=LetterKind.FIRST, state=chance.choice([MessageState.SENT, MessageState.QUEUED]), project_id=pitch.project_id,
            pitch_id=pitch.id, template_version_id=chance.choice(self.versions), created_at=NOW, sent_at=NOW,
        ))  # fmt: skip

    def _link(self, pitch: Pitch) -> None:
        here = session()
        if link := here.scalar(sa.select(PlacedLink).where(PlacedLink.pitch_id == pitch.id)):
            link.state = LinkState.LOST if link.state is LinkState.LIVE else LinkState.LIVE
            return
        here.add(PlacedLink(
            project_id=pitch.project_id, site_id=pitch.site_id, pitch_id=pitch.id, page_url="https://w.example/x", page_url_norm=f"w.example/{pitch.id}",
            target_url="https://hazel.example/", state=LinkState.LIVE, state_since=NOW, created_at=NOW,
        ))  # fmt: skip

    def asks(self) -> tuple[User, Asked, ZoneInfo]:
        chance = self.chance
        if chance.random() < 0.5:
            return self.world.max, Asked(TODAY - timedelta(days=70), TODAY), chance.choice(ZONES)
        first = TODAY - timedelta(days=chance.randrange(5, 80))
        asked = Asked(
            first, first + timedelta(days=chance.randrange(70)), project=chance.choice([None, None, self.projects[1]]),
            owner=chance.choice([None, None, 0, self.world.ana.id]), version=chance.choice([None, None, None, 0, self.versions[0]]),
            type=chance.choice([None, PitchType.LINK_RECLAIM]),
        )  # fmt: skip
        return chance.choice([self.world.max, self.world.ana]), asked, chance.choice(ZONES)


def _told(user: User, asked: Asked, zone: ZoneInfo, how: Parts) -> list[object]:
    stays = queries.times(user, asked, zone, how)
    return [
        *(sorted(queries.funnel(user, asked, group, zone, how), key=str) for group in Group),
        queries.losses(user, asked, zone, how),
        {stage: (many, round(seconds, 3)) for stage, (many, seconds) in stays.items()},
    ]


@pytest.mark.parametrize("seed", [1])
def test_what_is_kept_is_what_the_rows_say(world: World, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "MANY", 0)
    team = Team(world, chance := random.Random(seed))
    is_kept = is_counted = told = 0
    for _ in range(14):
        with write():
            for _ in range(chance.randrange(1, 9)):
                team.happens()
                session().flush()
        for _ in range(chance.choice([0, 1, 3, 20])):
            jobs.recount(NOW)
        user, asked, zone = team.asks()
        how = kept.parts(asked, zone)
        is_kept, is_counted = is_kept + bool(how.kept), is_counted + bool(how.kept and how.pieces)
        by_rows = _told(user, asked, zone, Parts((), (cohorts.moments(asked, zone),)))
        told += bool(by_rows[0])
        assert _told(user, asked, zone, how) == by_rows
    assert is_kept > 5
    assert is_counted > 2
    assert told > 3
    while jobs.recount(NOW):
        pass
    assert jobs.count_stale(NOW) == 0
    assert session().scalar(sa.select(sa.func.sum(kept.CELLS.c.many)).where(kept.CELLS.c.kind < 5))


def test_what_changes_nothing_of_a_report_makes_no_day_stale(world: World) -> None:
    team = Team(world, random.Random(3))
    with write() as here:
        team._move(team.pitches[0], Stage.CONTACTED)
        here.add(letter := Message(
            direction=Direction.OUT, kind=LetterKind.FIRST, state=MessageState.QUEUED, project_id=world.seed.id,
            pitch_id=team.pitches[0], template_version_id=team.versions[0], created_at=NOW,
        ))  # fmt: skip
    assert jobs.recount(NOW) == 1
    with write() as here:
        pitch = here.get_one(Pitch, team.pitches[0])
        pitch.topic, pitch.last_out_at = "Seeds", NOW
        letter.state = MessageState.HELD
    assert jobs.count_stale(NOW) == 0
    with write():
        letter.state = MessageState.SENT
    assert jobs.recount(NOW) == 1
    for is_stale in (True, True, False, False):  # it is live, it is lost, it expires, it is gone
        with write() as here:
            pitch = here.get_one(Pitch, team.pitches[0])
            link = here.scalar(sa.select(PlacedLink).where(PlacedLink.pitch_id == pitch.id))
            if link is not None and link.state is LinkState.EXPECTED:
                here.delete(link)
            elif link is not None and link.state is LinkState.LOST:
                link.state = LinkState.EXPECTED
            else:
                team._link(pitch)
        assert jobs.recount(NOW) == is_stale


def test_the_stages_of_the_pitched_are_those_of_the_report(app: Flask) -> None:
    assert set(days.PITCHED) == set(rules.STAGES[Milestone.PITCHED])


def test_an_older_table_is_made_anew_and_counted(world: World) -> None:
    team = Team(world, random.Random(4))
    with write():
        team._move(team.pitches[0], Stage.TALKING)
    with db.engine.connect() as plain:
        connection = plain.execution_options(outreach_write=True)
        days.drop(connection)
        assert days.ensure(connection)
        assert not days.ensure(connection)
        connection.commit()
    assert jobs.recount(NOW) == 1
