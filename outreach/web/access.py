"""Every address says who may open it; one without a rule is refused at start.

A rule names the least standing: `public`, `viewer`, `member`, `manager` or `admin`. It is the first
fence only: which rows somebody may see is in the query. Whoever may not open an address gets 404.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask

Door = TypeVar("Door", bound=Callable[..., Any])

STANDINGS = ("public", "viewer", "member", "manager", "admin")


def allow(standing: str) -> Callable[[Door], Door]:
    """Mark a view with the least standing that may open it. Stands nearest to the function."""
    if standing not in STANDINGS:
        raise ValueError(f"{standing!r} is no standing; use one of {', '.join(STANDINGS)}")

    def mark(view: Door) -> Door:
        view.__dict__["standing"] = standing
        return view

    return mark


def standing_of(app: Flask, endpoint: str) -> str | None:
    """What an endpoint asks for, or None when nobody has said."""
    if endpoint == "static" or endpoint.endswith(".static"):
        return "public"
    return getattr(app.view_functions[endpoint], "standing", None)


def check_all(app: Flask) -> None:
    """Raises RuntimeError when an address has no rule: a new one cannot be forgotten."""
    open_doors = sorted(
        rule.endpoint for rule in app.url_map.iter_rules() if standing_of(app, rule.endpoint) is None
    )
    if open_doors:
        raise RuntimeError(f"No rule says who may open: {', '.join(open_doors)}. Add @allow(...).")
