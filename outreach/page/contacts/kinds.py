"""What is found on a page."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Kind(StrEnum):
    EMAIL = "email"
    FORM = "form"
    SOCIAL = "social"
    PHONE = "phone"


@dataclass(frozen=True, slots=True)
class Contact:
    """One way to reach somebody. `via` says how it is written: `mailto`, `text`, `spelled`, `json-ld`, `hcard` ...

    `name` and `role` are "" where the page does not tell them; `quote` are the words around it; `page` is where it stands.
    """

    kind: Kind
    value: str
    page: str
    via: str
    name: str = ""
    role: str = ""
    quote: str = ""
    is_role: bool = False


@dataclass(frozen=True, slots=True)
class Author:
    """Who wrote a page or runs a site; `url` is their own page there, "" without one."""

    name: str
    role: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """All of one page. `links` are (kind of page, address), the likeliest first."""

    title: str = ""
    contacts: list[Contact] = field(default_factory=list)
    authors: list[Author] = field(default_factory=list)
    links: list[tuple[str, str]] = field(default_factory=list)
    refusal: str = ""
