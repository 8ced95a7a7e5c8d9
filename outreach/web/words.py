"""Moments, days and numbers in words a reader takes in at a glance. Pure: `now` and `zone` come in."""

from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from outreach.web.pager import COUNT_CAP

MINUTE = 60
HOUR = 60 * MINUTE
DAY_MONTH = "{0.day} {0:%b}"
NONE = "–"


def moment_words(moment: datetime, now: datetime, zone: ZoneInfo) -> str:
    """How far an aware moment is from `now`, told in the days of `zone`: "14 min ago", "Tomorrow 08:10"."""
    seconds = (moment - now).total_seconds()
    local, today = moment.astimezone(zone), now.astimezone(zone).date()
    if abs(seconds) < HOUR:
        return _minutes(seconds)
    if local.date() == today:
        return _hours(seconds)
    if local.date() - today == timedelta(days=-1):
        return f"Yesterday {local:%H:%M}" if seconds < -12 * HOUR else _hours(seconds)
    if local.date() - today == timedelta(days=1):
        return f"Tomorrow {local:%H:%M}"
    return day_words(local.date(), today)


def _minutes(seconds: float) -> str:
    minutes = int(abs(seconds) // MINUTE)
    if minutes == 0:
        return "just now" if seconds <= 0 else "in a moment"
    return f"{minutes} min ago" if seconds < 0 else f"in {minutes} min"


def _hours(seconds: float) -> str:
    hours = int(abs(seconds) // HOUR)
    return f"{hours} h ago" if seconds < 0 else f"in {hours} h"


@lru_cache(maxsize=1024)
def day_words(day: date, today: date, *, is_within: bool = False) -> str:
    """A day as one says it: "Yesterday", "Fri 27 Nov" within a week, "8 Dec", "3 Oct 2025"; "yesterday" within a sentence."""
    distance = (day - today).days
    near = {-1: "Yesterday", 0: "Today", 1: "Tomorrow"}
    if distance in near:
        return near[distance].lower() if is_within else near[distance]
    words = DAY_MONTH.format(day)
    if abs(distance) < 7:
        return f"{day:%a} {words}"
    return words if day.year == today.year else f"{words} {day.year}"


def exact_moment(moment: datetime, zone: ZoneInfo) -> str:
    """The moment to the minute, with its zone: "Tue 24 Nov 2026 08:26 UTC"."""
    local = moment.astimezone(zone)
    return f"{local:%a} {local.day} {local:%b %Y %H:%M} {local.tzname()}"


def exact_day(day: date) -> str:
    """The day in full: "Tuesday 24 November 2026"."""
    return f"{day:%A} {day.day} {day:%B %Y}"


def counted(number: int, cap: int = COUNT_CAP) -> str:
    """A count of `web.pager.capped_count`, as it is shown."""
    return f"{cap - 1:,}+" if number >= cap else f"{number:,}"


def number_words(number: int | float | None) -> str:
    """Thousands with commas, at most one decimal; a dash where there is no number."""
    if number is None:
        return NONE
    if isinstance(number, int) or float(number).is_integer():
        return f"{int(number):,}"
    return f"{number:,.1f}"


def url_words(url: str) -> str:
    """An address as one reads it: without the scheme and the slash at its end."""
    return url.partition("://")[2].removesuffix("/") or url


@lru_cache(maxsize=1024)
def initials(name: str) -> str:
    """The first letters of the first two words; a question mark for a name without any."""
    return "".join(word[0] for word in name.split()[:2]).upper() or "?"


@lru_cache(maxsize=1024)
def hue(text: str) -> int:
    """One of eight hues (1 to 8), always the same for the same text. It means nothing."""
    return sum(map(ord, text)) * 47 % 8 + 1
