"""Numbers of other tools as sheets write them."""

from __future__ import annotations

import pytest

from outreach.prospects.metric_rules import KNOWN, Metric, NoNumber, read_value, shown


@pytest.mark.parametrize(
    ("cell", "value"),
    [("41", 41), (" 41.0 ", 41), ("7,5", 7.5), ("3 %", 3), ("1,240", 1240), ("4.800", 4800), ("", None), ("n/a", None), ("–", None), ("0", 0)],
)  # fmt: skip
def test_a_cell_is_read_as_people_write_numbers(cell: str, value: float | None) -> None:
    assert read_value(Metric.AHREFS_TRAFFIC, cell) == value


@pytest.mark.parametrize("cell", ["101", "-3", "high", "41 EUR", "1e400", "=41"])
def test_what_is_no_score_is_not_kept(cell: str) -> None:
    with pytest.raises(NoNumber, match=r"so it was not kept\.$"):
        read_value(Metric.AHREFS_DR, cell)


def test_every_number_has_a_tool_and_a_name() -> None:
    assert list(KNOWN) == list(Metric)
    assert (shown(41.0), shown(7.5), shown(48123)) == ("41", "7.5", "48,123")
