"""Words of a project. Pure."""

from __future__ import annotations

import enum


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
