"""What time is it? The one place that asks the machine.

Rules, moves and actions take `now` as an argument; only doors (views, jobs, commands) call `now()`.
With a clock file (testing only) the moment written in it is the time, and it goes on running from
the file's last change, so that leases and delays still pass.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

_clock_file: Path | None = None


def use_file(path: Path | None) -> None:
    """Run at the time written in `path` (an ISO 8601 moment; one without a zone is UTC); None is the machine's time."""
    global _clock_file
    _clock_file = path


def now() -> datetime:
    """The present moment, aware, in UTC. Raises ValueError when the clock file holds no moment."""
    machine = datetime.now(UTC)
    if _clock_file is None:
        return machine
    try:
        written = datetime.fromisoformat(_clock_file.read_text().strip())
        since = machine - datetime.fromtimestamp(_clock_file.stat().st_mtime, UTC)
    except FileNotFoundError:
        return machine
    if written.tzinfo is None:
        written = written.replace(tzinfo=UTC)
    return written.astimezone(UTC) + max(since, timedelta(0))


def local_day(moment: datetime, zone: ZoneInfo) -> date:
    """The calendar day of `moment` where its owner lives."""
    return moment.astimezone(zone).date()


def start_of_day(day: date, zone: ZoneInfo) -> datetime:
    """The first moment of `day` in `zone`, in UTC; on a day whose midnight is skipped, the first that exists."""
    return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)
