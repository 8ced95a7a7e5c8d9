"""Words of a project. Pure."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from outreach.kit import urls


class MemberRole(enum.StrEnum):
    """A user's role in one project."""

    MEMBER = "member"
    VIEWER = "viewer"


class AssetType(enum.StrEnum):
    """What kind of own page is worth linking to (H2)."""

    GUIDE = "guide"
    TOOL = "tool"
    STUDY = "study"
    DATA = "data"
    GRAPHIC = "graphic"
    STORY = "story"
    OTHER = "other"


def own_hosts(text: str) -> list[str]:
    """The hosts in what somebody typed, one a line: lower case, ASCII, without www, each once.

    Whole addresses are taken by their host. Raises urls.BadAddress with a sentence about the first bad line.
    """
    found: dict[str, None] = {}
    for line in text.splitlines():
        if line.strip():
            found[urls.host_of(urls.tidy(line)).removeprefix("www.")] = None
    return list(found)


def brand_terms(text: str) -> list[str]:
    """The names in what somebody typed, one a line or divided by commas, each once, as typed."""
    terms = [" ".join(term.split()) for line in text.splitlines() for term in line.split(",")]
    return list({term.casefold(): term for term in terms if term}.values())


@dataclass(frozen=True)
class Grant:
    """A place in a project that an invitation brings along."""

    project_id: int
    role: MemberRole

    def pack(self) -> str:
        return f"{self.project_id}:{self.role.value}"

    @classmethod
    def unpack(cls, text: str) -> Grant:
        project_id, _, role = text.partition(":")
        return cls(int(project_id), MemberRole(role))
