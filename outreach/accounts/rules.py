"""Roles, and what a password has to be. Pure."""

from __future__ import annotations

import enum


class UserRole(enum.StrEnum):
    """A user's role in the workspace. A plain user can do what their projects allow."""

    ADMIN = "admin"
    MANAGER = "manager"
    USER = "user"


class Standing(enum.StrEnum):
    """What an address asks of whom opens it, from least to most; `product.md`, "Who sees what"."""

    PUBLIC = "public"
    VIEWER = "viewer"
    MEMBER = "member"
    MANAGER = "manager"
    ADMIN = "admin"


RANK = {standing: place for place, standing in enumerate(Standing)}

SHORTEST_PASSWORD = 12


def suffices(own: Standing, asked: Standing) -> bool:
    """May somebody of standing `own` open what asks for `asked`?"""
    return RANK[own] >= RANK[asked]


def roles_for(asked: Standing) -> list[str]:
    """The roles that may open an address, for `outreach routes --json`."""
    if asked is Standing.PUBLIC:
        return [Standing.PUBLIC.value]
    return [
        standing.value
        for standing in Standing
        if standing is not Standing.PUBLIC and suffices(standing, asked)
    ]


def password_problem(password: str, email: str) -> str | None:
    """Why this password is refused, in words; None when it is good (NIST SP 800-63B 5.1.1.2: length, not classes)."""
    if len(password) < SHORTEST_PASSWORD:
        return f"Use at least {SHORTEST_PASSWORD} signs; a short sentence is easy to keep in mind."
    if len(password) > 256:
        return "Use at most 256 signs."
    if len(set(password)) < 5:
        return "Use more different signs."
    if email and email.split("@")[0].lower() in password.lower() and len(password) < 20:
        return "Leave your mail address out of it."
    return None
