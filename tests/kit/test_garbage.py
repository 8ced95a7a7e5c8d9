"""What a process reads at its start is kept, and nobody looks through it for garbage."""

from __future__ import annotations

import gc

import pytest

from outreach.kit.garbage import all_kept


def test_nobody_looks_for_garbage_inside_and_somebody_does_after() -> None:
    with all_kept():
        assert not gc.isenabled()
    assert gc.isenabled()


def test_what_was_read_inside_is_not_looked_through_again() -> None:
    before = gc.get_freeze_count()
    with all_kept():
        read = [[] for _ in range(5_000)]
    assert gc.get_freeze_count() >= before + len(read)


def test_an_error_inside_leaves_the_collector_on() -> None:
    with pytest.raises(ValueError), all_kept():
        raise ValueError
    assert gc.isenabled()
