"""What the doors of projects can do. Each action is one commit; rights are those of the query that found the row."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.exc import IntegrityError

from outreach.accounts.models import User
from outreach.db import locked, write
from outreach.projects import moves, queries
from outreach.projects.models import Membership, OwnPage, Project
from outreach.projects.rules import MemberRole


class Taken(Exception):
    """The name, page or place is there already."""


class Changed(Exception):
    """Somebody else saved first, or the row is gone."""


class InUse(Exception):
    """Other rows lean on this one, so that it cannot go."""


def start(values: dict[str, Any], hosts: list[str], *, by: User, now: datetime) -> Project:
    """Raises Taken when another project has the name."""
    try:
        with write():
            if queries.is_name_taken(values["name"]):
                raise Taken
            return moves.start(values, hosts, by=by, now=now)
    except IntegrityError:
        raise Taken from None


def change(
    project: Project, values: dict[str, Any], hosts: list[str], version: int, *, by: User, now: datetime
) -> None:
    """Raises Taken, or Changed when the form was drawn from an older row."""
    try:
        with write():
            row = locked(Project, project.id)
            if row is None or row.version != version:
                raise Changed
            if queries.is_name_taken(values["name"], but=row.id):
                raise Taken
            moves.change(row, values, hosts, by=by, now=now)
    except IntegrityError:
        raise Taken from None


def put_away(project: Project, is_archived: bool, *, by: User, now: datetime) -> None:
    with write():
        row = locked(Project, project.id)
        if row is not None:
            moves.put_away(row, is_archived, by=by, now=now)


def add_member(project: Project, user_id: int, role: MemberRole, *, by: User, now: datetime) -> None:
    """Raises Taken when the user is in the project already."""
    try:
        with write():
            moves.add_member(project.id, user_id, role, by=by.id, now=now)
    except IntegrityError:
        raise Taken from None


def set_member_role(row: Membership, role: MemberRole, *, by: User, now: datetime) -> None:
    with write():
        found = locked(Membership, row.id)
        if found is not None:
            moves.set_member_role(found, role, by=by, now=now)


def remove_member(row: Membership, *, by: User, now: datetime) -> None:
    with write():
        found = locked(Membership, row.id)
        if found is not None:
            moves.remove_member(found, by=by, now=now)


def add_page(project: Project, values: dict[str, Any], *, by: User, now: datetime) -> OwnPage:
    """Raises Taken when the project lists the page already, in whatever spelling."""
    try:
        with write():
            return moves.add_page(project.id, values, by=by, now=now)
    except IntegrityError:
        raise Taken from None


def change_page(page: OwnPage, values: dict[str, Any], *, by: User, now: datetime) -> None:
    """Raises Taken, or Changed when the page was removed meanwhile."""
    try:
        with write():
            row = locked(OwnPage, page.id)
            if row is None:
                raise Changed
            moves.change_page(row, values, by=by, now=now)
    except IntegrityError:
        raise Taken from None


def remove_page(page: OwnPage, *, by: User, now: datetime) -> None:
    """Raises InUse when pitches offer it."""
    try:
        with write():
            row = locked(OwnPage, page.id)
            if row is not None:
                moves.remove_page(row, by=by, now=now)
    except IntegrityError:
        raise InUse from None
