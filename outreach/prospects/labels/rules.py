"""Tags and own fields: names, kinds, what a value may be, and by what it is sorted. Pure."""

from __future__ import annotations

import enum
import re
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from outreach.kit import urls

TONES = ("info", "violet", "good", "warn", "outline")
"""The looks of `ui.tag` that a tag may have; which one follows from its name, so that all see the same."""
LONGEST_TAG = 40
MOST_TAGS = 500
MOST_AT_ONCE = 20
MOST_FIELDS = 30
LONGEST_FIELD = 60
LONGEST_VALUE = 2000
SORTED_BY = 100
MOST_CHOICES = 50


class BadLabel(ValueError):
    """A tag or a value that cannot be kept; `str()` is a sentence for who typed it."""


class About(enum.StrEnum):
    """What carries a label."""

    SITE = "site"
    PERSON = "person"


ABOUT_WORDS = {About.SITE: "Sites", About.PERSON: "People"}


class FieldKind(enum.StrEnum):
    TEXT = "text"
    NUMBER = "number"
    DAY = "day"
    LIST = "list"
    YES_NO = "yes_no"
    URL = "url"


KIND_WORDS = {
    FieldKind.TEXT: "Text", FieldKind.NUMBER: "Number", FieldKind.DAY: "Day", FieldKind.LIST: "One of a list",
    FieldKind.YES_NO: "Yes or no", FieldKind.URL: "Web address",
}  # fmt: skip
RANGED = (FieldKind.NUMBER, FieldKind.DAY)
"""Kinds that a list is narrowed by from and to."""


NONE = "-"
"""As a filter: those that have nothing in the field."""


@dataclass(frozen=True)
class FieldAsk:
    """A filter by an own field, as it was typed: this value, or from `low` to `high`."""

    field_id: int
    value: str = ""
    low: str = ""
    high: str = ""


def asks_of(asked: Mapping[str, str]) -> tuple[FieldAsk, ...]:
    """The filters by own fields in an address: `f12=x`, `f12-from=1`, `f12-to=5`."""
    found: dict[int, dict[str, str]] = {}
    for name, value in asked.items():
        match = re.fullmatch(r"f(\d{1,9})(-from|-to)?", name)
        if match and value.strip():
            part = {"-from": "low", "-to": "high", None: "value"}[match[2]]
            found.setdefault(int(match[1]), {})[part] = value.replace("\x00", "").strip()[:200]
    return tuple(FieldAsk(key, **parts) for key, parts in list(found.items())[:MOST_FIELDS])


# --- names ------------------------------------------------------------------------------------------


def tidy(name: str) -> str:
    """A name as it is kept: one space between words, none around it."""
    return " ".join(name.replace("\x00", "").split())


def key_of(name: str) -> str:
    """A name as it is compared: Press, press and PRESS are one tag."""
    return tidy(name).casefold()


def tag_names(text: str, most: int = MOST_AT_ONCE) -> dict[str, str]:
    """`{key: name}` of what was typed, separated by commas or lines. Raises BadLabel."""
    found: dict[str, str] = {}
    for part in re.split(r"[,;\n]", text):
        name = tidy(part.strip().removeprefix("#"))
        if len(name) > LONGEST_TAG:
            raise BadLabel(f"A tag has at most {LONGEST_TAG} signs: “{name[:20]}…” is longer.")
        if name:
            found.setdefault(key_of(name), name)
    if len(found) > most:
        raise BadLabel(f"At most {most} tags at once.")
    return found


def tone_of(key: str) -> str:
    """The looks of a tag."""
    return TONES[zlib.crc32(key.encode()) % len(TONES)]


# --- values -----------------------------------------------------------------------------------------

_YES = frozenset("yes y true 1 x ja oui si sí sim tak да".split())
_NO = frozenset("no n false 0 nein non não nie нет".split())
_HALF = Decimal(10) ** 15
_PLACES = Decimal(10) ** 6


def choices_of(text: str) -> list[str]:
    """The choices of a list, one a line. Raises BadLabel."""
    names = list(dict.fromkeys(name for line in text.splitlines() if (name := tidy(line))))
    if not names:
        raise BadLabel("Write down what may be chosen, one a line.")
    if len(names) > MOST_CHOICES:
        raise BadLabel(f"At most {MOST_CHOICES} choices.")
    if any(len(name) > SORTED_BY for name in names):
        raise BadLabel(f"A choice has at most {SORTED_BY} signs.")
    return names


def clean(kind: FieldKind, choices: Sequence[str], typed: str) -> tuple[str, str]:
    """(value as kept, text it is sorted and found by) of what was typed; ("", "") for nothing. Raises BadLabel."""
    typed = typed.replace("\x00", "").strip()
    if not typed:
        return "", ""
    if kind is FieldKind.NUMBER:
        number = number_of(typed)
        return format(number.normalize(), "f"), number_key(number)
    if kind is FieldKind.DAY:
        day = day_of(typed)
        return day.isoformat(), day.isoformat()
    if kind is FieldKind.YES_NO:
        answer = _yes_or_no(typed)
        return answer, answer
    if kind is FieldKind.LIST:
        chosen = next((one for one in choices if key_of(one) == key_of(typed)), None)
        if chosen is None:
            raise BadLabel(f"Choose one of: {', '.join(choices)}.")
        return chosen, sort_key(chosen)
    if kind is FieldKind.URL:
        try:
            url = urls.tidy(typed)
        except urls.BadAddress as error:
            raise BadLabel(str(error)) from None
        return url, sort_key(urls.normalise(url))
    if len(typed) > LONGEST_VALUE:
        raise BadLabel(f"Keep it under {LONGEST_VALUE:,} signs.")
    return typed, sort_key(typed)


def bounds_of(ask: FieldAsk, kind: FieldKind) -> tuple[str, str, str] | None:
    """(from, to, the value itself) that is asked of a field of this kind, as it is sorted by; None when what was typed is none of its kind."""
    try:
        low, high, same = (clean(kind, (), typed)[1] for typed in (ask.low, ask.high, ask.value))
    except BadLabel:
        return None
    return low, high, same


def clean_kept(kind: FieldKind, value: str) -> tuple[str, str]:
    """The same of a value that was kept once, though its choice may be gone by now."""
    try:
        return clean(kind, [value], value)
    except BadLabel:
        return value, sort_key(value)


def sort_key(text: str) -> str:
    """What a text is sorted and found by."""
    return key_of(text)[:SORTED_BY]


def number_of(typed: str) -> Decimal:
    """A number as people write it: 1,200 and 1 200 and 3.5 and 3,5. Raises BadLabel."""
    text = re.sub(r"[\s\u00a0\u202f_']", "", typed)
    if re.fullmatch(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?", text):
        text = text.replace(",", "")
    elif re.fullmatch(r"[+-]?\d{1,3}(\.\d{3})+,\d+|[+-]?\d+,\d+", text):
        text = text.replace(".", "").replace(",", ".")
    try:
        number = Decimal(text) if re.fullmatch(r"[+-]?(\d+(\.\d*)?|\.\d+)", text) else None
    except InvalidOperation:
        number = None
    if number is None:
        raise BadLabel("Enter a number, such as 12 or 3.5.")
    if abs(number) >= _HALF:
        raise BadLabel("A number has at most 15 digits before the point.")
    if number != round(number, 6):
        raise BadLabel("A number has at most 6 digits behind the point.")
    return number


def number_key(number: Decimal) -> str:
    """Digits that are sorted as the numbers are, in every database and language."""
    return f"{int((number + _HALF) * _PLACES):022d}"


def day_of(typed: str) -> date:
    """A day. Raises BadLabel."""
    try:
        day = date.fromisoformat(typed[:10])
    except ValueError:
        raise BadLabel("Enter a day as year-month-day, such as 2026-03-31.") from None
    if len(typed) > 10 and typed[10] not in "T ":
        raise BadLabel("Enter a day as year-month-day, such as 2026-03-31.")
    return day


def _yes_or_no(typed: str) -> str:
    word = typed.casefold()
    if word in _YES:
        return "yes"
    if word in _NO:
        return "no"
    raise BadLabel("Enter yes or no.")
