"""Which stored pages stay when they grow old."""

from __future__ import annotations

from datetime import timedelta

from outreach.links.retention import Stored, judge, stay
from outreach.links.rules import Presence, Value
from tests.world import NOW

GOOD = (Presence.FOUND, Value.PASSES, ())
WEAK = (Presence.FOUND, Value.WEAKENED, ("REL_NOFOLLOW",))
GONE = (Presence.NOT_FOUND, Value.NONE, ("LINK_MISSING",))
WALL = (Presence.UNREADABLE, Value.NA, ("WALL",))

Said = tuple[Presence, Value, tuple[str, ...]]


def looks(*said: Said) -> list[Stored]:
    """One look a day, each with a page of its own: p0, p1 …"""
    return [
        Stored(number, NOW + timedelta(days=number), *what, ref=f"p{number}")
        for number, what in enumerate(said)
    ]


def test_the_first_and_the_last_good_page_stay() -> None:
    assert stay(looks(GOOD, GOOD, GOOD, GOOD)) == {"p0", "p3"}


def test_the_pages_before_and_after_each_change_stay() -> None:
    assert stay(looks(GOOD, GOOD, GOOD, WEAK, WEAK, WEAK, GONE, GONE)) == {"p0", "p2", "p3", "p5", "p6"}


def test_a_page_that_could_not_be_read_is_no_change() -> None:
    assert stay(looks(GOOD, WALL, GOOD, WALL, GOOD)) == {"p0", "p4"}


def test_young_pages_are_not_judged_and_protect_the_same_page_of_older_checks() -> None:
    seen = looks(GOOD, GOOD, GOOD, GOOD, GOOD)
    seen[1] = Stored(1, seen[1].at, *GOOD, ref="p4")
    assert judge(seen, before=NOW + timedelta(days=3)) == ([0, 1], [2])


def test_nothing_stored_is_nothing_to_judge() -> None:
    bare = [Stored(1, NOW, *GOOD, ref="")]
    assert (stay(bare), judge(bare, before=NOW + timedelta(days=9))) == (frozenset(), ([], []))
