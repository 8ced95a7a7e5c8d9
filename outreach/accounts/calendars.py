"""Public holidays by country, of a maintained library. Pure: it carries its tables and asks nobody."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from functools import cache

FIRST_YEAR, LAST_YEAR = 1990, 2100


@cache
def countries() -> tuple[tuple[str, str], ...]:
    """(ISO 3166 code, name) of the countries whose holidays are known, by name."""
    from holidays import registry  # half a second and some memory, which few processes need

    named = ((codes[1], _spaced(codes[0])) for codes in registry.COUNTRIES.values())
    return tuple(sorted(named, key=lambda pair: pair[1]))


def _spaced(name: str) -> str:
    """ "UnitedStates" is "United States"."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)


@cache
def holidays_of(country: str) -> Callable[[date], str]:
    """Gives the name of a day's public holiday in `country` (an ISO 3166 code), or "". No country: none."""
    if country not in dict(countries()):
        return lambda _day: ""
    from holidays import country_holidays

    known = country_holidays(country)

    def name(day: date) -> str:
        return str(known.get(day) or "") if FIRST_YEAR <= day.year <= LAST_YEAR else ""

    return name
