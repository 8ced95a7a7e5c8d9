"""The views above a list: what the address at hand shows, and by which view.

A list that has views begins with them, and gives its shelf to the macro `lists.views`:

    shelf = shelf_of(me(), "links")
    if first := opening(shelf):
        return redirect(first)
    render_template(..., shelf=shelf)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import request

from outreach.accounts.models import User
from outreach.projects.saved import queries, rules
from outreach.projects.saved.queries import Shelved
from outreach.web import filters


@dataclass(frozen=True)
class Shelf:
    """`query` is the list at hand (`rules.kept`); `current` the view it was opened by, which it may have left since."""

    list: str
    path: str
    query: str
    views: Sequence[Shelved]
    current: Shelved | None

    @property
    def is_changed(self) -> bool:
        return self.current is not None and self.current.query != self.query

    def address(self, view: Shelved) -> str:
        """The list as a view shows it."""
        return f"{self.path}?{view.query}&saved={view.id}" if view.query else f"{self.path}?saved={view.id}"


def shelf_of(user: User, name: str) -> Shelf:
    """The views of the list `name`, and which of them the address at hand is."""
    views = queries.shelf(user, name)
    asked = filters.number("saved")
    query = rules.shown(request.query_string.decode("utf-8", "replace"))
    current = next((view for view in views if view.id == asked), None)
    if current is None and query:
        current = next((view for view in views if view.query == query), None)
    return Shelf(name, request.path, query, views, current)


def opening(shelf: Shelf) -> str | None:
    """Where a list that is asked for by its bare address opens, when its reader has chosen a view for that."""
    first = next((view for view in shelf.views if view.is_first), None)
    return shelf.address(first) if first and not request.args else None
