"""What the newest rows tell of how common some words are."""

from outreach.search.commonness import COMMON, Share

NEWEST = {"first": 998_001, "last": 1_000_000}
"""Two thousand of a million."""


def test_a_floor_leaves_room_for_half_as_many_again_as_are_wanted() -> None:
    assert Share(held=20, fit=20, **NEWEST).floor(100) == 1_000_000 - 150 * 100
    assert Share(held=20, fit=5, **NEWEST).floor(100) == 1_000_000 - 150 * 400
    assert Share(held=20, fit=0, **NEWEST).floor(100) == 0, "nothing tells how far to go"
    assert Share(held=1_000, fit=1_000, first=-999, last=1_000).floor(900) == 0, "there are not so many"


def test_what_few_hold_has_no_floor_for_it_would_be_asked_twice() -> None:
    assert Share(held=4, fit=4, **NEWEST).floor(100) == 0
    assert Share(held=5, fit=5, **NEWEST).floor(100) > 0
    assert Share(held=4, fit=4, first=9_998_001, last=10_000_000).floor(100) > 0, (
        "in ten millions four are many"
    )


def test_what_many_of_the_newest_hold_is_common() -> None:
    assert Share(held=COMMON, fit=0, **NEWEST).is_common
    assert not Share(held=COMMON - 1, fit=0, **NEWEST).is_common
