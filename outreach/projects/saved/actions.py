"""What the screens of views do: one commit each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from outreach.accounts.models import User
from outreach.db import write
from outreach.projects.saved import moves, queries, rules
from outreach.projects.saved.models import SavedView


class Gone(LookupError):
    """The view is not there, or not theirs to change."""


class NotKept(ValueError):
    """Why a view cannot be kept, as a sentence."""


@dataclass(frozen=True)
class Wish:
    """What a form asks of a view. `query` None leaves it as it is."""

    name: str
    project_id: int | None
    is_first: bool
    query: str | None = None


def keep(name: str, wish: Wish, *, by: User, now: datetime) -> int:
    """Keep a list under a name; the id of the view. Raises NotKept."""
    query = _kept(wish.query or "")
    with write():
        _may_share(wish, by)
        if queries.count(by, name) >= rules.MOST:
            raise NotKept(f"You have {rules.MOST} views of this list. Remove one first.")
        view = moves.keep(name, wish.name, query, owner_id=by.id, project_id=wish.project_id, now=now)
        if wish.is_first:
            moves.open_with(by.id, name, view.id)
        return view.id


def change(view_id: int, wish: Wish, *, by: User) -> SavedView:
    """Rename or share it, give it other filters. Raises Gone, NotKept."""
    with write():
        view = queries.writable(by, view_id) or _gone()
        if wish.project_id != view.project_id:
            _may_share(wish, by)
        view.name, view.project_id = wish.name, wish.project_id
        if wish.query is not None:
            view.query = _kept(wish.query)
        if wish.is_first or queries.is_first(by, view_id):
            moves.open_with(by.id, view.list, view_id if wish.is_first else None)
        return view


def open_with(view_id: int, is_first: bool, *, by: User) -> SavedView:
    """The reader's list opens with it from now on, or no longer. Raises Gone."""
    with write():
        view = queries.get(by, view_id) or _gone()
        moves.open_with(by.id, view.list, view_id if is_first else None)
        return view


def remove(view_id: int, *, by: User, now: datetime) -> SavedView:
    """Take it off the list; it can be taken back. Raises Gone."""
    with write():
        view = queries.writable(by, view_id) or _gone()
        view.removed_at = now
        return view


def take_back(view_id: int, *, by: User) -> SavedView:
    """A view that was removed is there again. Raises Gone."""
    with write():
        view = queries.writable(by, view_id, removed=True) or _gone()
        view.removed_at = None
        return view


def _gone() -> SavedView:
    raise Gone


def _kept(query: str) -> str:
    try:
        return rules.kept(query)
    except ValueError as error:
        raise NotKept(str(error)) from None


def _may_share(wish: Wish, by: User) -> None:
    if wish.project_id is not None and wish.project_id not in dict(queries.may_share(by)):
        raise NotKept("You may share a view with a project in which you write.")
