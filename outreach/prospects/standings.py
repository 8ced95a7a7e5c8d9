"""How far a relationship has come, as a filter of the lists of sites and people. What knows it lies above; the app puts it in."""

from __future__ import annotations

import enum
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from flask import Flask, current_app

from outreach.prospects.labels.rules import About


class Standing(enum.StrEnum):
    """How far it has come; each is more than the one before (`product.md` 2.5)."""

    UNKNOWN = "unknown"
    RESEARCHED = "researched"
    APPROACHED = "approached"
    IN_CONTACT = "in_contact"
    AGREED_ONCE = "agreed_once"
    COLLABORATOR = "collaborator"
    PARTNER = "partner"


NAMES: dict[Standing, str] = {
    Standing.UNKNOWN: "Unknown", Standing.RESEARCHED: "Researched", Standing.APPROACHED: "Approached",
    Standing.IN_CONTACT: "In contact", Standing.AGREED_ONCE: "Agreed once", Standing.COLLABORATOR: "Collaborator",
    Standing.PARTNER: "Partner",
}  # fmt: skip

Condition = Callable[[About, Any, Standing], sa.ColumnElement[bool]]
"""(of a site or person, the column with its id, how far) -> is it just so far?"""

KEY = "outreach.standings"


def use(app: Flask, condition: Condition) -> None:
    """From now on `condition` says."""
    app.extensions[KEY] = condition


def is_at(about: About, key: Any, standing: str) -> sa.ColumnElement[bool]:
    """Has the relationship to the site or person with this id come just so far?"""
    condition: Condition = current_app.extensions[KEY]
    return condition(about, key, Standing(standing))
