"""A page of pitches, found in a few runs of an index, is that of the plain query: whoever looks, however it is narrowed and sorted."""

import random
from datetime import timedelta
from itertools import product
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from outreach.accounts.models import User
from outreach.db import db, session, write
from outreach.pitches import cards, filtering, placing, table_rows
from outreach.pitches.cards import CARDS
from outreach.pitches.filtering import Filters
from outreach.pitches.models import Pitch
from outreach.pitches.placing import NEVER, RESTING
from outreach.pitches.rules import AT_REST, Column, PitchType, Stage, column_of
from outreach.pitches.table_rows import SORTS
from outreach.projects.models import Membership, Project
from outreach.projects.rules import MemberRole
from outreach.search import cells, commonness
from outreach.search import queries as search_queries
from outreach.web.pager import Cursor
from tests.world import NOW, TODAY, World, project, site

STAGES = (Stage.IDEA, Stage.CONTACTED, Stage.TALKING, Stage.WON, Stage.DECLINED, Stage.NURTURE)
TYPES = (PitchType.GUEST_POST, PitchType.INTERVIEW, PitchType.LINK_REMOVAL)
WORDS = ("", "moss", "moss fern", "zz")


@pytest.fixture
def crowd(world: World) -> tuple[list[User], list[Project]]:
    """Some hundred pitches in four projects, many of one moment, some nobody's; who sees all, some, one, and no project."""
    dice = random.Random(7)
    with write() as here:
        more = [project("Moss", "moss.example"), project("Fern", "fern.example")]
        here.add_all(more)
        here.flush()
        for one in more:
            here.add(Membership(project_id=one.id, user_id=world.otto.id, role=MemberRole.MEMBER))
        projects = [world.seed, world.other, *more]
        places = [site(f"{word}{number:03}.example") for number in range(180) for word in [dice.choice(["oak", "mossfern", "moss"])]]  # fmt: skip
        here.add_all(places)
        here.flush()
        here.execute(sa.insert(Pitch), [_pitch(dice, world, dice.choice(projects), place.id) for place in places])  # fmt: skip
    return [world.max, world.otto, world.ana, world.vic], projects


def _pitch(dice: random.Random, world: World, where: Project, place: int) -> dict[str, Any]:
    stage, owner = dice.choice(STAGES), dice.choice([world.ana, world.max, None])
    is_open = stage not in AT_REST
    at = NOW - timedelta(days=dice.randrange(5))
    return {
        "project_id": where.id, "site_id": place, "type": dice.choice(TYPES), "stage": stage, "is_open": is_open, "board_column": column_of(stage),
        "owner_id": owner.id if owner else None, "topic": dice.choice(["", "On moss"]), "outcome_reason": "no", "revisit_on": TODAY + timedelta(days=9),
        "next_kind": "follow_up" if is_open else None, "next_on": TODAY + timedelta(days=dice.randrange(4)) if is_open else None,
        "next_owner_id": world.ana.id if is_open else None, "stage_since": NOW - timedelta(days=dice.randrange(5)), "created_at": at, "updated_at": at,
    }  # fmt: skip


def _plain(user: User, by: Filters) -> list[Pitch]:
    return list(session().scalars(table_rows.table(user, by)))


def _sorted(rows: list[Pitch], sort: str) -> list[int]:
    keys = {"updated": lambda row: row.updated_at, "next": lambda row: row.next_on or NEVER, "stage": lambda row: row.stage_since}  # fmt: skip
    rows = sorted(rows, key=lambda row: (keys[sort](row), row.id), reverse=sort == "updated")
    return [row.id for row in rows]


def _walked(user: User, by: Filters, sort: str, packed: str | None, size: int) -> list[int]:
    found, is_back = [], packed is not None
    while True:
        page = table_rows.table_page(user, by, sort, Cursor.unpack(packed), size)
        found += [row.id for row in (reversed(page.rows) if is_back else page.rows)]
        packed = page.newer if is_back else page.older
        if packed is None:
            return found


def _asked(world: World, projects: list[Project]) -> list[Filters]:
    narrowed = product(
        (None, projects[0].id, projects[2].id), (None, world.ana.id), (None, TYPES[0]), (None, Column.TALKING, Column.CLOSED)
    )  # fmt: skip
    plain = [Filters(*one) for one in narrowed]
    return plain + [Filters(one.project, one.owner, None, one.column, word) for one in plain[::3] for word in WORDS[1:]]  # fmt: skip


def test_pages_there_and_back_and_boards_are_those_of_the_plain_query(
    world: World, crowd: tuple[list[User], list[Project]]
) -> None:
    users, projects = crowd
    dice = random.Random(9)
    for user, by in dice.sample(list(product(users, _asked(world, projects))), 24):
        rows = _plain(user, by)
        _check_board(user, by, rows)
        for sort in SORTS if dice.random() < 0.4 else ():
            wanted = _sorted(rows, sort)
            size = max(len(rows) // 2, 5)
            assert _walked(user, by, sort, None, size) == wanted, (user.name, by, sort)
            if wanted:
                last = session().get_one(Pitch, wanted[-1])
                value, key = table_rows.sort_value(sort, last)
                back = Cursor(value, key, True).pack()
                assert _walked(user, by, sort, back, size) == wanted[:-1][::-1], (user.name, by, sort)


def _check_board(user: User, by: Filters, rows: list[Pitch]) -> None:
    board = cards.board(user, by)
    assert cards.last_change(user, by) == max((row.updated_at for row in rows), default=None)
    for column in Column:
        here = [row for row in rows if row.board_column is column]
        assert board.counts[column] == min(len(here), cards.cap_of(by)), (user.name, by, column)
        wanted = _sorted(here, "updated" if column in RESTING else "next")
        assert [card.id for card in board.cards[column]] == wanted[:CARDS], (user.name, by, column)
        if wanted[CARDS:]:
            more = cards.cards_of(user, by, column, Cursor.unpack(board.older(column)))
            assert [card.id for card in more.rows] == wanted[CARDS:][: cards.MORE_CARDS]


def test_a_board_of_common_words_reads_each_row_once_and_shows_what_one_of_rare_words_shows(
    world: World, crowd: tuple[list[User], list[Project]], monkeypatch: pytest.MonkeyPatch
) -> None:
    users, projects = crowd
    monkeypatch.setattr(commonness, "OFTEN", search_queries.RUNS * search_queries.RUN + 1)
    said: list[str] = []

    def keep(*told: Any) -> None:
        said.append(told[2])

    for user, where, word in product(users[:2], (None, projects[2].id), WORDS[1:3]):
        by, again = (Filters(project=where, text=word) for _ in range(2))
        assert by.found is not None
        rare = cards.board(user, by)
        with monkeypatch.context() as here:
            here.setattr(commonness, "RARE", 1)
            here.setattr(commonness, "NAMED", 1)
            assert again.found is None
            said.clear()
            sa.event.listen(db.engine, "before_cursor_execute", keep)
            common = cards.board(user, again)
            sa.event.remove(db.engine, "before_cursor_execute", keep)
        assert ["search_fold" in one or "search_text" in one for one in said] == [True, False]
        assert common.counts == rare.counts and sum(common.counts.values()) > 5
        assert [[card.id for card in cards] for cards in common.cards.values()] == [[card.id for card in cards] for cards in rare.cards.values()]  # fmt: skip


def test_an_owner_that_nobody_can_be_is_not_taken_for_another_project(
    world: World, crowd: tuple[list[User], list[Project]]
) -> None:
    owner = world.ana.id + (1 << (cells.PROJECT - cells.OWNER))
    assert sum(cards.board(world.max, Filters(crowd[1][0].id, owner)).counts.values()) == 0
    assert table_rows.table_page(world.max, Filters(crowd[1][0].id, owner), "stage", None).rows == []


def test_each_type_and_column_has_its_number() -> None:
    assert set(cells.TYPES) == set(PitchType)
    assert set(cells.COLUMNS) == set(Column)
    assert len(cells.TYPES) <= 1 << (cells.OWNER - cells.TYPE)
    assert len(cells.COLUMNS) <= 1 << cells.TYPE


def test_the_indexes_of_the_board_are_made_where_they_are_missing(app: Flask) -> None:
    with db.engine.connect() as connection:
        assert not cells.ensure(connection)
        cells.drop(connection)
        assert cells.ensure(connection)
        assert not cells.ensure(connection)
        connection.commit()


def test_words_that_many_hold_are_found_in_the_merged_runs_of_a_members_projects(
    world: World, crowd: tuple[list[User], list[Project]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commonness, "RARE", 1)
    monkeypatch.setattr(commonness, "NAMED", 1)
    otto = crowd[0][1]
    rows = _plain(otto, Filters(text="moss"))
    otto.own_project_ids = tuple(
        session().scalars(sa.select(Membership.project_id).where(Membership.user_id == otto.id))
    )
    assert len(otto.own_project_ids) > 1
    _check_board(otto, Filters(text="moss"), rows)
    for sort in SORTS:
        assert _walked(otto, Filters(text="moss"), sort, None, 7) == _sorted(rows, sort)


def test_who_left_a_project_since_the_door_looked_finds_none_of_its_pitches(
    world: World, crowd: tuple[list[User], list[Project]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commonness, "RARE", 1)
    monkeypatch.setattr(commonness, "NAMED", 1)
    otto, projects = crowd[0][1], crowd[1]
    otto.own_project_ids = (world.seed.id, projects[2].id, projects[3].id)
    with write() as here:
        here.execute(sa.delete(Membership).where(Membership.project_id == projects[2].id))
    found = table_rows.table_page(otto, Filters(text="moss"), "updated", None, 200).rows
    assert projects[3].id in {row.project_id for row in found}
    assert not {world.seed.id, projects[2].id} & {row.project_id for row in found}


def test_pitches_at_rest_are_not_read_for_a_page_that_open_ones_fill(
    world: World, crowd: tuple[list[User], list[Project]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commonness, "RARE", 1)
    monkeypatch.setattr(commonness, "NAMED", 1)
    otto = crowd[0][1]
    otto.own_project_ids = tuple(one.id for one in crowd[1])
    plan = _plan(placing.ids(Filters(text="moss").asked(otto), "next", None, 5))
    if db.engine.dialect.name == "sqlite":
        assert plan.count("MERGE (UNION ALL)") >= 2
        assert "TEMP B-TREE" not in plan
    else:
        assert "never executed" in plan


def _plan(query: sa.Select[int]) -> str:
    """What the database does for a query; PostgreSQL does it, too."""
    asked = "EXPLAIN QUERY PLAN" if db.engine.dialect.name == "sqlite" else "EXPLAIN (ANALYZE)"
    compiled = query.compile(db.engine, compile_kwargs={"literal_binds": True})
    with db.engine.connect() as connection:
        return "\n".join(str(row[-1]) for row in connection.exec_driver_sql(f"{asked} {compiled}"))


def test_one_sign_is_looked_for_among_the_pitches_that_changed_last(
    crowd: tuple[list[User], list[Project]], monkeypatch: pytest.MonkeyPatch
) -> None:
    team, projects = crowd
    for who, sign, where in product(team, ("m", "o", "z", "1"), (None, projects[0].id)):
        asked = Filters(project=where, text=sign, reader=who)
        plain = set(
            session().scalars(
                table_rows.table(who, Filters(project=where, text=sign)).with_only_columns(Pitch.id)
            )
        )
        for sort in SORTS:
            rows = table_rows.table_page(who, asked, sort, None, 200).rows
            assert {row.id for row in rows} == plain, (who.name, asked)
        _check_board(who, asked, _plain(who, Filters(project=where, text=sign)))
    monkeypatch.setattr(filtering, "LOOKED", 9)
    for who in team[:3]:
        every = table_rows.table(who, Filters()).order_by(Pitch.updated_at.desc(), Pitch.id.desc())
        last = [row.id for row in session().scalars(every.limit(9))]
        found = table_rows.table_page(who, Filters(text="m", reader=who), "updated", None).rows
        held = {row.id for row in session().scalars(table_rows.table(who, Filters(text="m")))}
        assert [row.id for row in found] == [key for key in last if key in held]
