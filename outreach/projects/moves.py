"""Changing projects, who is in them, and their own pages. Never commits; each change writes its diary line."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from outreach.accounts.models import User
from outreach.db import session
from outreach.diary.moves import note
from outreach.kit import urls
from outreach.projects.models import Membership, OwnHost, OwnPage, Project
from outreach.projects.rules import MemberRole


def start(values: dict[str, Any], hosts: list[str], *, by: User, now: datetime) -> Project:
    """A new project. `values` are columns of the row."""
    project = Project(
        **values, created_at=now, created_by_id=by.id, hosts=[OwnHost(host=host) for host in hosts]
    )
    session().add(project)
    session().flush()
    note("project.created", by=by.id, now=now, project_id=project.id)
    return project


def change(project: Project, values: dict[str, Any], hosts: list[str], *, by: User, now: datetime) -> None:
    """Set what differs and count the change; hosts that are no longer named go."""
    changed = [name for name, value in values.items() if getattr(project, name) != value]
    for name in changed:
        setattr(project, name, values[name])
    if sorted(own.host for own in project.hosts) != sorted(hosts):
        _set_hosts(project, hosts)
        changed.append("hosts")
    if changed:
        project.version += 1
        note("project.changed", by=by.id, now=now, project_id=project.id, fields=changed)


def _set_hosts(project: Project, hosts: list[str]) -> None:
    kept = [own for own in project.hosts if own.host in hosts]
    known = {own.host for own in kept}
    project.hosts = [*kept, *(OwnHost(host=host) for host in hosts if host not in known)]


def put_away(project: Project, is_archived: bool, *, by: User, now: datetime) -> None:
    """Archive a project or take it up again."""
    if project.is_archived == is_archived:
        return
    project.is_archived = is_archived
    project.version += 1
    kind = "project.archived" if is_archived else "project.restored"
    note(kind, by=by.id, now=now, project_id=project.id)


def add_member(
    project_id: int, user_id: int, role: MemberRole, *, by: int | None, now: datetime
) -> Membership:
    row = Membership(project_id=project_id, user_id=user_id, role=role)
    session().add(row)
    session().flush()
    note(
        "project.member_added", by=by, now=now, project_id=project_id, subject=("user", user_id), role=role.value
    )  # fmt: skip
    return row


def set_member_role(row: Membership, role: MemberRole, *, by: User, now: datetime) -> None:
    if row.role is role:
        return
    note(
        "project.member_role", by=by.id, now=now, project_id=row.project_id, subject=("user", row.user_id),
        before=row.role.value, after=role.value,
    )  # fmt: skip
    row.role = role


def remove_member(row: Membership, *, by: User, now: datetime) -> None:
    note(
        "project.member_removed", by=by.id, now=now, project_id=row.project_id, subject=("user", row.user_id)
    )
    session().delete(row)


def add_page(project_id: int, values: dict[str, Any], *, by: User, now: datetime) -> OwnPage:
    """`values` are columns of the row; `url_norm` follows from `url`."""
    page = OwnPage(project_id=project_id, url_norm=urls.normalise(values["url"]), created_at=now, **values)
    session().add(page)
    session().flush()
    note("page.added", by=by.id, now=now, project_id=project_id, subject=("page", page.id))
    return page


def change_page(page: OwnPage, values: dict[str, Any], *, by: User, now: datetime) -> None:
    changed = [name for name, value in values.items() if getattr(page, name) != value]
    for name in changed:
        setattr(page, name, values[name])
    if changed:
        page.url_norm = urls.normalise(page.url)
        note(
            "page.changed", by=by.id, now=now, project_id=page.project_id, subject=("page", page.id), fields=changed
        )  # fmt: skip


def remove_page(page: OwnPage, *, by: User, now: datetime) -> None:
    note("page.removed", by=by.id, now=now, project_id=page.project_id, subject=("page", page.id))
    session().delete(page)
    session().flush()
