"""What time it is, by the machine or by a file."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from outreach.kit import clock


@pytest.fixture
def file(tmp_path: Path) -> Iterator[Path]:
    path = tmp_path / "clock"
    clock.use_file(path)
    yield path
    clock.use_file(None)


def test_without_a_file_it_is_the_machines_time(file: Path) -> None:
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(seconds=5)


def test_the_moment_in_the_file_is_the_time_and_runs_on(file: Path) -> None:
    file.write_text("2027-01-05T08:00:00+01:00\n")
    assert timedelta(0) <= clock.now() - datetime(2027, 1, 5, 7, tzinfo=UTC) < timedelta(seconds=5)
    an_hour_ago = file.stat().st_mtime - 3600
    os.utime(file, (an_hour_ago, an_hour_ago))
    assert clock.now() >= datetime(2027, 1, 5, 8, tzinfo=UTC)


def test_a_moment_without_a_zone_is_utc(file: Path) -> None:
    file.write_text("2027-01-05 08:00")
    assert clock.now().replace(second=0, microsecond=0) == datetime(2027, 1, 5, 8, tzinfo=UTC)


def test_the_day_of_a_moment_is_its_owners(file: Path) -> None:
    late = datetime(2026, 11, 24, 23, 30, tzinfo=UTC)
    assert clock.local_day(late, ZoneInfo("Asia/Kathmandu")) == date(2026, 11, 25)
    assert clock.local_day(late, ZoneInfo("America/New_York")) == date(2026, 11, 24)


def test_a_day_begins_at_its_own_midnight_also_when_clocks_change() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    spring, after = (clock.start_of_day(date(2026, 3, day), berlin) for day in (29, 30))
    assert after - spring == timedelta(hours=23)
