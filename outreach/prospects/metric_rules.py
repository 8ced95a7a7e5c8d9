"""Numbers that other tools give a site: which there are, whose, and what may stand for one. Pure."""

from __future__ import annotations

import enum
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from outreach.kit.tables.columns import money_of


class Metric(enum.StrEnum):
    """A number of one tool, named as that tool names it."""

    AHREFS_DR = "ahrefs_dr"
    AHREFS_UR = "ahrefs_ur"
    AHREFS_TRAFFIC = "ahrefs_traffic"
    SEMRUSH_AS = "semrush_as"
    MAJESTIC_TF = "majestic_tf"
    MAJESTIC_CF = "majestic_cf"
    MOZ_DA = "moz_da"
    MOZ_PA = "moz_pa"
    MOZ_SPAM = "moz_spam"


@dataclass(frozen=True)
class Known:
    """`short` is what marketers call it, `most` the largest value there is (None: no end)."""

    source: str
    short: str
    words: str
    most: float | None = 100


KNOWN: dict[Metric, Known] = {
    Metric.AHREFS_DR: Known("Ahrefs", "DR", "Domain Rating"),
    Metric.AHREFS_UR: Known("Ahrefs", "UR", "URL Rating"),
    Metric.AHREFS_TRAFFIC: Known("Ahrefs", "Traffic", "Visits a month from searches", None),
    Metric.SEMRUSH_AS: Known("Semrush", "AS", "Authority Score"),
    Metric.MAJESTIC_TF: Known("Majestic", "TF", "Trust Flow"),
    Metric.MAJESTIC_CF: Known("Majestic", "CF", "Citation Flow"),
    Metric.MOZ_DA: Known("Moz", "DA", "Domain Authority"),
    Metric.MOZ_PA: Known("Moz", "PA", "Page Authority"),
    Metric.MOZ_SPAM: Known("Moz", "Spam", "Spam Score"),
}
"""In the order in which they are shown."""

_TIMES = {"k": 1_000, "m": 1_000_000}
"""How tools shorten a large number on their screens: "1.2K"."""
NOTHING = frozenset(("", "-", "–", "—", "n/a", "na", "none", "null", "nan"))


class NoNumber(ValueError):
    """A cell that is none; `str()` says so in words."""


def read_value(metric: Metric, cell: str) -> float | None:
    """The number of a cell as sheets write it ("1,240", "7,5", "3 %", "1.2K"), None for a blank. Raises NoNumber."""
    if not cell or cell.strip().casefold() in NOTHING:
        return None
    text = cell.strip()
    known = KNOWN[metric]
    if text.isascii() and text.isdigit() and len(text) < 10:
        value = float(text)
    else:
        times = _TIMES.get(text[-1].lower(), 1)
        found = money_of((text[:-1] if times > 1 else text.removesuffix("%")).strip())
        if found is None or found[1]:
            raise NoNumber(f"{known.short} “{text[:20]}” is no number, so it was not kept.")
        value = float(found[0]) * times
    if value < 0 or (known.most is not None and value > known.most):
        raise NoNumber(f"{known.short} {text[:20]} cannot be, so it was not kept.")
    return round(value, 2)


def shown(value: float) -> str:
    """As it is read: no ".0"; thousands apart."""
    return f"{value:,.0f}" if value == int(value) else f"{value:,.1f}"


class Number(Protocol):
    """A row that holds one."""

    @property
    def name(self) -> Metric: ...
    @property
    def value(self) -> float: ...
    @property
    def as_of(self) -> date: ...


@dataclass(frozen=True)
class Told:
    """A number as it is shown: "DR" "41" "Ahrefs" and the day it was brought; `words` say it in full."""

    name: Metric
    short: str
    value: str
    source: str
    words: str
    as_of: date


def told(rows: Iterable[Number]) -> list[Told]:
    """In the order in which they are shown."""
    places = list(KNOWN)
    return [
        Told(row.name, KNOWN[row.name].short, shown(row.value), KNOWN[row.name].source, KNOWN[row.name].words, row.as_of)
        for row in sorted(rows, key=lambda row: places.index(row.name))
    ]  # fmt: skip


TITLES = {metric.value: f"{known.short} ({known.source})" for metric, known in KNOWN.items()}
"""By the name of the metric, for heads of columns."""
