"""When may this mailbox send its next letter? Caps, gaps, window and ramp, counted from what it has sent. Pure.

Nothing is remembered between two questions, so a restart resets nothing, and after a downtime there is no burst.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from outreach.mail import ramp

HOUR = timedelta(hours=1)
LONGEST_LOOK = 60
"""Days ahead that are tried; a mailbox whose caps are above zero always finds a moment before."""


@dataclass(frozen=True)
class Pace:
    """A mailbox's manners. Caps are letters, gaps seconds; the window is local time, `window_to` not included.

    `zone` is the mailbox's, in which its days are counted. `ramp_from` is its first day, None without a ramp.
    """

    zone: ZoneInfo
    daily_cap: int = 50
    hourly_cap: int = 15
    gap_min: int = 60
    gap_max: int = 240
    window_from: time = time(8)
    window_to: time = time(18)
    is_weekdays_only: bool = True
    ramp_from: date | None = None


def next_moment(
    pace: Pace,
    sent: Sequence[datetime],
    *,
    now: datetime,
    jitter: float = 0.0,
    person_zone: ZoneInfo | None = None,
    gap_only: bool = False,
) -> datetime | None:
    """The first moment from `now` on at which a letter may leave, in UTC; None when no day within LONGEST_LOOK has room.

    `sent` are the moments of this mailbox's letters of the last two days or more, in any order. `jitter` from 0 to 1
    spreads the gap between its limits. The window is in the person's zone when it is known. An answer keeps
    the gap only; it counts all the same.
    """
    at = max(now, _after_gap(pace, sent, jitter) or now).astimezone(UTC)
    if gap_only:
        return at
    for _ in range(LONGEST_LOOK * 4):
        later = max(
            _in_window(pace, at, person_zone or pace.zone),
            _under_hourly(pace, sent, at),
            _under_daily(pace, sent, at),
        )
        if later == at:
            return at
        at = later
        if at > now + timedelta(days=LONGEST_LOOK):
            break
    return None


def cap_on(pace: Pace, day: date) -> int:
    """How many letters may leave on this day: ten on a ramping mailbox's first, five more each working day."""
    return ramp.cap_on(pace.daily_cap, pace.ramp_from, day)


def sent_on(pace: Pace, sent: Sequence[datetime], day: date) -> int:
    """How many of these left on this day of the mailbox."""
    return sum(moment.astimezone(pace.zone).date() == day for moment in sent)


def _after_gap(pace: Pace, sent: Sequence[datetime], jitter: float) -> datetime | None:
    if not sent:
        return None
    spread = max(pace.gap_max - pace.gap_min, 0)
    return max(sent) + timedelta(seconds=pace.gap_min + spread * min(max(jitter, 0.0), 1.0))


def _in_window(pace: Pace, at: datetime, zone: ZoneInfo) -> datetime:
    """The moment itself when the window is open, else the next opening."""
    local = at.astimezone(zone)
    for days in range(9):
        day = local.date() + timedelta(days=days)
        if pace.is_weekdays_only and day.weekday() >= 5:
            continue
        closes = _closing(pace, day, zone)
        for opens in (_moment(day, pace.window_from, zone), _moment(day, pace.window_from, zone, again=True)):
            start = max(at, opens)
            if start < closes and _is_open(pace, start.astimezone(zone).time()):
                return start
    return at


def _is_open(pace: Pace, clock: time) -> bool:
    """By what the clock on the wall says: on the night it is changed, a window may be short, cut in two, or missing."""
    return pace.window_from <= clock and (clock < pace.window_to or pace.window_to <= pace.window_from)


def _closing(pace: Pace, day: date, zone: ZoneInfo) -> datetime:
    """Midnight as the end means the whole evening."""
    if pace.window_to <= pace.window_from:
        return _moment(day + timedelta(days=1), time(0), zone)
    return _moment(day, pace.window_to, zone)


def _under_hourly(pace: Pace, sent: Sequence[datetime], at: datetime) -> datetime:
    last_hour = sorted(moment for moment in sent if moment > at - HOUR)
    if pace.hourly_cap < 1 or len(last_hour) < pace.hourly_cap:
        return at
    return max(at, last_hour[-pace.hourly_cap] + HOUR).astimezone(UTC)


def _under_daily(pace: Pace, sent: Sequence[datetime], at: datetime) -> datetime:
    day = at.astimezone(pace.zone).date()
    if sent_on(pace, sent, day) < cap_on(pace, day):
        return at
    return _moment(day + timedelta(days=1), time(0), pace.zone)


def _moment(day: date, clock: time, zone: ZoneInfo, *, again: bool = False) -> datetime:
    """A local time as a moment; one that the clocks skip becomes the moment after the skip.

    One that they show twice is the first of the two, or with `again` the second.
    """
    return datetime.combine(day, clock.replace(fold=int(again)), tzinfo=zone).astimezone(UTC)
