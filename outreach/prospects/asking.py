"""What the address of a list asks for: filters, sort, columns. From a request, a saved view, or a job of the worker alike. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from urllib.parse import parse_qs

from outreach.prospects.labels.rules import asks_of
from outreach.prospects.narrowing import Filters
from outreach.prospects.people_queries import PeopleFilters
from outreach.prospects.rules import ProspectState
from outreach.prospects.standings import Standing

Asked = Mapping[str, str]
YES_NO = ("yes", "no")


def of_query(query: str) -> dict[str, str]:
    """The arguments of a query, the first of each name."""
    return {name: values[0] for name, values in parse_qs(query, max_num_fields=200).items()}


def prospects(asked: Asked) -> Filters:
    """What a list of prospects is narrowed to; what cannot be read narrows nothing."""
    owner = words(asked, "owner")
    return Filters(
        q=words(asked, "q"), project=number(asked, "project"), state=one_of(asked, "state", tuple(ProspectState)),
        owner=owner if owner in ("me", "none") or number(asked, "owner") else "",
        person=one_of(asked, "person", YES_NO), contact=one_of(asked, "contact", YES_NO), standing=one_of(asked, "standing", tuple(Standing)), tag=number(asked, "tag"),
        fields=asks_of(asked),
    )  # fmt: skip


def people(asked: Asked) -> PeopleFilters:
    """What a list of people is narrowed to."""
    return PeopleFilters(
        q=words(asked, "q"), project=number(asked, "project"), contact=one_of(asked, "contact", YES_NO),
        closed=one_of(asked, "closed", YES_NO), standing=one_of(asked, "standing", tuple(Standing)), tag=number(asked, "tag"),
        fields=asks_of(asked),
    )  # fmt: skip


def one_of(asked: Asked, name: str, allowed: Iterable[str], default: str = "") -> str:
    value = asked.get(name, "")
    return value if value in allowed else default


def number(asked: Asked, name: str) -> int | None:
    value = asked.get(name, "")
    return int(value) if value.isascii() and value.isdigit() and len(value) < 10 else None


def words(asked: Asked, name: str, longest: int = 200) -> str:
    return asked.get(name, "").replace("\x00", "").strip()[:longest]
