"""A page of links, found by projects and states, is that of the plain query; and the ages of watched links are what counting says."""

import random
from collections import Counter
from datetime import timedelta
from itertools import product
from typing import Any

import pytest
import sqlalchemy as sa

from outreach.accounts.models import User
from outreach.db import session, write
from outreach.links import by_words, placed_list, schedule_queries
from outreach.links.ladder import Ladder
from outreach.links.models import SINCE, PlacedLink
from outreach.links.placed_list import GROUPS, SOCIAL, Filters, Tabs
from outreach.links.rules import LinkState
from outreach.projects.models import Membership
from outreach.projects.rules import MemberRole
from outreach.search import commonness
from outreach.web.pager import Cursor
from tests.world import NOW, World, project

STATES = (LinkState.LIVE, LinkState.LOST, LinkState.PAGE_GONE, LinkState.EXPECTED)


@pytest.fixture
def placed(world: World) -> list[User]:
    """Links of three projects, of all ages; who sees all, two projects, and one."""
    dice = random.Random(3)
    with write() as here:
        third = project("Moss", "moss.example")
        here.add(third)
        here.flush()
        here.add(Membership(project_id=third.id, user_id=world.otto.id, role=MemberRole.MEMBER))
        for number in range(90):
            where = dice.choice([world.seed, world.other, third])
            url, state, at = f"https://oak{number}.example/x", dice.choice(STATES), NOW - timedelta(days=dice.choice([3, 14, 40, 365, 900]))  # fmt: skip
            here.add(
                PlacedLink(
                    project_id=where.id, site_id=world.site.id, page_url=url, page_url_norm=url, target_url="https://seed.example/", state=state,
                    known_state=state, state_since=at, is_social=dice.random() < 0.1, importance=dice.randrange(1, 4), created_at=at,
                    first_seen_at=at if number % 2 else None, next_check_at=NOW if number % 7 else None,
                    codes=dice.choice([[], ["WALL"], ["WALL", "REL_UGC"]]),
                )
            )  # fmt: skip
    return [world.max, world.otto, world.ana]


def _walked(user: User, by: Filters, packed: str | None = None, tabs: Tabs | None = None) -> list[int]:
    found, is_back = [], packed is not None
    many = tabs or Tabs(dict.fromkeys((*GROUPS, SOCIAL, "")), 0)
    while True:
        page = placed_list.page(user, by, many, Cursor.unpack(packed), 4)
        found += [link.id for link in (reversed(page.rows) if is_back else page.rows)]
        packed = page.newer if is_back else page.older
        if packed is None:
            return found


def _plain(user: User, by: Filters, order: Any) -> list[PlacedLink]:
    those = PlacedLink.id.in_(placed_list.in_order(user, by).query)
    return list(
        session().scalars(sa.select(PlacedLink).where(those).order_by(order.desc(), PlacedLink.id.desc()))
    )


def test_pages_there_and_back_are_those_of_the_plain_query(world: World, placed: list[User]) -> None:
    every = product(
        placed, ("", "lost", "live", SOCIAL), (None, world.seed.id), ("", "grown"), ("", "REL_UGC")
    )
    for user, group, where, age, code in random.Random(8).sample(list(every), 48):
        by = Filters(group, where, age=age, now=NOW, code=code)
        order = SINCE if age else PlacedLink.id
        links = _plain(user, by, order)
        wanted = [link.id for link in links]
        assert _walked(user, by) == wanted
        assert placed_list.tabs(user, by).numbers[group] == len(wanted)
        few = placed_list.page(user, by, placed_list.tabs(user, by), None, 4)
        assert [link.id for link in few.rows] == wanted[:4]
        if wanted:
            last = links[-1].first_seen_at or links[-1].created_at if age else wanted[-1]
            assert _walked(user, by, Cursor(last, wanted[-1], True).pack()) == wanted[:-1][::-1]


@pytest.mark.parametrize("narrow", [1, 20])
def test_pages_by_words_that_many_hold_are_those_of_the_plain_query(
    world: World, placed: list[User], monkeypatch: pytest.MonkeyPatch, narrow: int
) -> None:
    monkeypatch.setattr(commonness, "RARE", 3)
    monkeypatch.setattr(by_words, "NARROW", narrow)
    monkeypatch.setattr(by_words, "MET", 300 if narrow == 1 else 0)
    monkeypatch.setattr(placed_list, "FEW", 0)
    every = product(placed, ("", "lost", "live", SOCIAL), (None, world.seed.id), ("", "grown"), ("", "REL_UGC"), ("oak1", "oak example"))  # fmt: skip
    several = 0
    for user, group, where, age, code, text in random.Random(narrow).sample(list(every), 40):
        by = Filters(group, where, text, code, age=age, now=NOW)
        order = SINCE if age else PlacedLink.id
        links = _plain(user, by, order)
        wanted, tabs = [link.id for link in links], placed_list.tabs(user, by)
        assert _walked(user, by, tabs=tabs) == wanted
        assert tabs.numbers[group] == min(len(wanted), tabs.cap)
        several += len(wanted) > 4
        if wanted:
            last = links[-1].first_seen_at or links[-1].created_at if age else wanted[-1]
            assert _walked(user, by, Cursor(last, wanted[-1], True).pack(), tabs) == wanted[:-1][::-1]
    assert several > 5


def test_the_ages_of_watched_links_are_what_counting_says(placed: list[User]) -> None:
    steps = Ladder()
    counted: Counter[tuple[int, int]] = Counter()
    for link in session().scalars(sa.select(PlacedLink).where(PlacedLink.next_check_at.is_not(None))):
        since = link.first_seen_at or link.created_at
        rung = 0 if since > NOW - steps.young_for else 1 if since > NOW - steps.grown_until else 2
        counted[rung, link.importance] += 1
    assert {(rung, rank): number for rung, rank, number in schedule_queries.ages(NOW, steps)} == counted
