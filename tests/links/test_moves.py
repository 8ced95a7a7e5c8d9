"""Placing links, and putting them away."""

import pytest
from flask import Flask

from outreach.db import write
from outreach.links import moves
from outreach.links.models import PlacedLink
from outreach.links.moves import SameLink, Terms
from outreach.links.rules import LinkState
from tests.world import NOW, World

TERMS = Terms("https://wild.example/post", "https://hazel.example/seed-trial", rel="follow")


@pytest.fixture
def link(app: Flask, world: World) -> PlacedLink:
    with write():
        return moves.place(world.seed, world.site, TERMS, by=world.ana, now=NOW, pitch=world.pitch)


def test_a_new_link_is_due_at_once(link: PlacedLink) -> None:
    assert (link.state, link.next_check_at) == (LinkState.EXPECTED, NOW)


def test_a_link_stands_once_in_the_list(link: PlacedLink, world: World) -> None:
    with pytest.raises(SameLink), write():
        moves.place(world.seed, world.site, TERMS, by=world.ana, now=NOW)


def test_a_link_put_away_is_no_longer_looked_at_until_a_person_says_so(
    link: PlacedLink, world: World
) -> None:
    with write():
        moves.set_state(link, LinkState.ARCHIVED, by=world.ana, now=NOW)
    assert link.next_check_at is None
    with write():
        moves.set_state(link, LinkState.EXPECTED, by=world.ana, now=NOW)
    assert link.next_check_at == NOW
