"""What a member sees of few rows, which are gathered, is what they see of many, which are gone through."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import Flask

from outreach import app as house
from outreach.care.merging import pair_queries, past_merges
from outreach.care.merging.models import Merge, Pair
from outreach.care.merging.rules import Kind, PairState
from outreach.db import session, write
from outreach.links import placed_list
from outreach.links.models import PlacedLink
from outreach.mail import queries as mail
from outreach.mail.models import Message
from outreach.projects import queries
from outreach.prospects.models import Prospect
from outreach.reading import inbox
from outreach.sending import listing
from outreach.sending.listing import Filter
from tests.rows import Rows
from tests.world import NOW, World


def seen(user, are_few: bool) -> dict[str, set[int]]:  # type: ignore[no-untyped-def]
    """`{list: ids}` of all that comes one way or the other."""
    asked = {
        f"inbox {tab} {done}": inbox.listed(user, tab, now=NOW, is_done=done, are_few=are_few)
        for tab in inbox.Tab
        for done in (False, True)
    }
    asked |= {
        f"outbox {state}": listing.listed(user, Filter(state, None, ""), are_few=are_few).with_only_columns(
            Message.id
        )
        for state in (None, *listing.OURS)
    }
    asked |= {
        f"pairs {kind} {state}": pair_queries.pairs(user, kind, state, are_few=are_few).with_only_columns(
            Pair.id
        )
        for kind in Kind
        for state in PairState
    }
    for group in (*placed_list.GROUPS, placed_list.SOCIAL, ""):
        by = placed_list.Filters(group=group)
        tabs = placed_list.Tabs({}, 1, has_few=are_few)
        asked[f"links {group}"] = placed_list.listed(user, by, tabs).with_only_columns(PlacedLink.id)
    asked["merges"] = past_merges.merges(user, are_few=are_few).with_only_columns(Merge.id)
    return {name: set(session().scalars(query)) for name, query in asked.items()}


@pytest.mark.parametrize("who", ["ana", "vic", "otto"])
def test_few_rows_are_those_of_many(app: Flask, world: World, who: str) -> None:
    Rows.build(world)
    bo, site = world.bo.id, world.site.id
    with write() as here:
        here.add_all([
            Merge(kind=Kind.PERSON, survivor_id=bo, former_id=9_001, person_id=bo, former_name="Bob", at=NOW),
            Merge(kind=Kind.SITE, survivor_id=site, former_id=9_002, site_id=site, former_name="Old", at=NOW),
        ])  # fmt: skip
    user = getattr(world, who)
    house.standing(user)
    assert mail.has_few(user)
    assert past_merges.has_few(user)
    few = seen(user, True)
    assert few == seen(user, False)
    assert bool(few["merges"]) is (who == "ana")
    assert bool(few["outbox None"]) is (who != "otto")
    tabs = placed_list.tabs(user, placed_list.Filters())
    assert tabs.has_few
    assert tabs.numbers == {
        group: len(few[f"links {group}"]) for group in (*placed_list.GROUPS, placed_list.SOCIAL, "")
    }
    counts = listing.outbox_counts(user, None)
    assert {state: counts[state] for state in listing.OURS} == {
        state: len(few[f"outbox {state}"]) for state in listing.OURS
    }


def test_many_is_told_from_few(app: Flask, world: World) -> None:
    house.standing(world.ana)
    assert queries.has_few(world.ana, Prospect.project_id, most=1)
    assert not queries.has_few(world.ana, Prospect.project_id, most=0)
    assert not queries.has_few(world.max, Prospect.project_id)
    assert session().scalar(sa.select(sa.func.count()).select_from(Prospect)) == 1
