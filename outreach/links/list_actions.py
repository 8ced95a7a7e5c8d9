"""What people and the worker do with lists of links: one commit each, no network inside."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import IO

import sqlalchemy as sa

from outreach.accounts.models import User
from outreach.db import locked, session, write
from outreach.kit import tables
from outreach.kit.tables import BadTable, Row, columns
from outreach.links import list_moves, list_queries, list_rules, list_undo, uploads
from outreach.links.list_models import LinkList, LinkListRow
from outreach.links.list_rules import Field, ListState, Purpose, RowState, Wish
from outreach.links.looks import Look
from outreach.projects import queries as project_queries
from outreach.projects.models import Project
from outreach.projects.queries import writable_by

FIRST_ROWS = 50
"""Rows that the guess of the columns rests on; ten of them are shown."""

CHUNK = 100
"""Rows a commit, so that the writer's lock is never held for long."""


class Gone(LookupError):
    """The list is not there, or not for this user."""


class TooLate(ValueError):
    """The list stands otherwise by now; `str()` says how."""


def bring(user: User, project_id: int, name: str, file: IO[bytes], *, now: datetime, instance: Path) -> int:
    """Keep a file and guess what its columns are; the id of the list. Raises Gone, BadTable."""
    table = tables.read(file)
    first = list(islice(table.rows(), FIRST_ROWS))
    if not first:
        raise BadTable("There is no row in it.")
    file.seek(0)
    stored = uploads.keep(instance, file)
    try:
        with write() as here:
            project = project_queries.get_writable(user, project_id)
            if project is None:
                raise Gone
            found = LinkList(
                project_id=project.id, name=name[:200], stored=stored, format=table.format, notices=list(table.notices),
                created_at=now, created_by_id=user.id, **_guessed(project, [row for row in first if not row.problem]),
            )  # fmt: skip
            here.add(found)
            here.flush()
            return found.id
    except BaseException:
        uploads.remove(instance, stored)
        raise


def _guessed(project: Project, first: Sequence[Row]) -> dict[str, object]:
    rows = list_moves.covered([row.cells for row in first])
    has_header = columns.has_header(rows) or _names_columns(rows)
    header, body = (rows[0], rows[1:]) if has_header and rows else ([], rows)
    where = list_rules.guess(header, body, [own.host for own in project.hosts])
    day = where.get(Field.DAY)
    return {
        "first": [[cell[:300] for cell in row] for row in rows[:11]], "has_header": has_header,
        "header": [cell[:200] for cell in header], "columns": {name.value: at for name, at in where.items()},
        "is_day_first": day is None or columns.is_day_first(row[day] for row in body if day < len(row)),
    }  # fmt: skip


def _names_columns(rows: Sequence[Sequence[str]]) -> bool:
    """Two names that we know make a header, even over nothing; one does when there is one column."""
    cells = [cell for cell in rows[0] if cell.strip()] if rows else []
    return bool(cells) and len(list_rules.guess(cells, [], [])) >= min(2, len(cells))


def begin(
    user: User,
    key: int,
    purpose: Purpose,
    where: dict[Field, int],
    *,
    has_header: bool,
    target: str,
    is_day_first: bool,
    now: datetime,
) -> None:
    """The columns are named: check these, or watch these. Raises Gone, TooLate."""
    with write():
        found = _writable(user, key, ListState.MAPPING)
        found.purpose, found.target, found.is_day_first = purpose, target, is_day_first
        found.columns = {name.value: at for name, at in where.items()}
        found.has_header = has_header
        found.header = found.first[0] if has_header and found.first else []
        list_moves.begin(found, by=user, now=now)


def cancel(user: User, key: int, *, now: datetime, instance: Path) -> None:
    """Do no more of it. Raises Gone, TooLate."""
    with write():
        found = _writable(user, key, ListState.MAPPING, ListState.READING, ListState.WORKING)
        stored, found.stored = found.stored, ""
        list_moves.cancel(found, by=user, now=now)
    uploads.remove(instance, stored)


def undo(user: User, key: int, *, now: datetime) -> None:
    """Take out what a watched list brought in. Raises Gone, TooLate."""
    with write():
        found = _writable(user, key, ListState.DONE, ListState.CANCELLED)
        if found.purpose is not Purpose.WATCH:
            raise TooLate("Looking at a list changes nothing, so there is nothing to undo.")
        list_moves.undo(found, by=user, now=now)


def _writable(user: User, key: int, *states: ListState) -> LinkList:
    if list_queries.get_writable(user, key) is None:
        raise Gone
    found = locked(LinkList, key)
    if found is None:
        raise Gone
    if found.state not in states:
        raise TooLate("The list stands otherwise by now. Look at it again.")
    return found


# The worker


def take(limit: int, *, now: datetime) -> list[tuple[int, int]]:
    with write():
        return list_moves.take(limit, now=now)


def take_rows(limit: int, *, now: datetime) -> list[tuple[int, int]]:
    with write():
        return list_moves.take_rows(limit, now=now)


def step(key: int, fence: int, *, now: datetime, instance: Path) -> int:
    """Do the next part of a taken list; how many rows that were. 0: it is done with, or no longer ours."""
    state = session().scalar(sa.select(LinkList.state).where(LinkList.id == key, LinkList.fence == fence))
    session().rollback()
    if state is ListState.READING:
        return _read(key, fence, now=now, instance=instance)
    if state is ListState.WORKING:
        return _watch(key, fence, now=now)
    return _undo(key, fence, now=now) if state is ListState.UNDOING else 0


def put_down(key: int, fence: int) -> None:
    """Leave a list to whoever takes it next; what is not done is due still."""
    with write():
        found = locked(LinkList, key)
        if found is not None and found.fence == fence:
            found.taken_until = None


def _read(key: int, fence: int, *, now: datetime, instance: Path) -> int:
    """Read the whole file into rows, some a commit; one that was cut off goes on where it stood."""
    stored = session().scalars(sa.select(LinkList.stored).where(LinkList.id == key)).one()
    read = 0
    try:
        with uploads.opened(instance, stored) as file:
            for part in _parts(file, _skipped(key)):
                with write():
                    found = _ours(key, fence, now)
                    if found is None:
                        return 0
                    list_moves.take_in(found, part)
                read += len(part)
    except (BadTable, FileNotFoundError) as error:
        problem = str(error) if isinstance(error, BadTable) else "Its file is gone. Bring it again."
        _end_reading(key, fence, now, problem)
    else:
        _end_reading(key, fence, now, "")
    uploads.remove(instance, stored)
    return max(read, 1)


def _skipped(key: int) -> int:
    """The number of the last row that is in already, or of the header."""
    found = session().get_one(LinkList, key)
    header = 1 if found.has_header else 0
    last = max(list_queries.last_number(key), header)
    session().rollback()
    return last


def _parts(file: IO[bytes], skipped: int) -> Iterator[list[Row]]:
    rows = tables.read(file).rows()
    if skipped == 1:
        next(rows, None)  # the header may stand below empty rows
    wanted = (row for row in rows if row.number > skipped)
    while part := list(islice(wanted, CHUNK)):
        yield part


def _end_reading(key: int, fence: int, now: datetime, problem: str) -> None:
    with write():
        found = _ours(key, fence, now)
        if found is None:
            return
        found.stored = ""
        if problem or not found.total:
            list_moves.fail(found, problem or "There is no row in it below the header.", now=now)
        else:
            list_moves.work_on(found, now=now)


def _ours(key: int, fence: int, now: datetime) -> LinkList | None:
    """The list, locked, while nobody took it since; the lease begins anew."""
    found = locked(LinkList, key)
    if found is None or found.fence != fence:
        return None
    found.taken_until = now + list_moves.TAKEN_FOR
    return found


def _watch(key: int, fence: int, *, now: datetime) -> int:
    with write() as here:
        found = _ours(key, fence, now)
        if found is None:
            return 0
        rows = list_queries.rows_after(key, found.cursor, CHUNK)
        if not rows:
            list_moves.finish(found, now=now)
            return 0
        by = here.get_one(User, found.created_by_id)
        waiting = [row for row in rows if row.state is RowState.WAITING]
        list_moves.watch(waiting, list_moves.Watching(found, by, now, _projects(by, found)))
        found.cursor = rows[-1].number
        return len(rows)


def _projects(by: User, found: LinkList) -> dict[str, Project]:
    """`{name in lower case: project}` of those that `by` may change now; "" is the list's own."""
    rows = session().scalars(sa.select(Project).where(Project.id.in_(writable_by(by)), ~Project.is_archived))
    projects = {project.name.casefold(): project for project in rows.unique()}
    own = next((project for project in projects.values() if project.id == found.project_id), None)
    return projects | ({"": own} if own else {})


def _undo(key: int, fence: int, *, now: datetime) -> int:
    with write():
        found = _ours(key, fence, now)
        if found is None:
            return 0
        rows = list_queries.rows_after(key, found.cursor, CHUNK)
        if rows:
            list_undo.take_back(found.phase, rows, since=found.created_at, by=found.created_by_id, now=now)
            found.cursor = rows[-1].number
            return len(rows)
        found.cursor, found.phase = 0, found.phase + 1
        if found.phase < list_undo.PHASES:
            return 1
        list_moves.undone(found, now=now)
        return 0


def record(key: int, fence: int, wish: Wish, look: Look, *, now: datetime) -> bool:
    """Keep what was seen for a row; False when somebody else has taken it since, or it was cancelled."""
    with write():
        row = locked(LinkListRow, key)
        if row is None or row.fence != fence or row.state is not RowState.WAITING:
            return False
        list_moves.tell_look(row, wish, look, now=now)
        return True


def put_off(key: int, fence: int, wait_s: int, *, now: datetime) -> None:
    """Its site asked us to wait: the row is due later."""
    with write():
        row = locked(LinkListRow, key)
        if row is not None and row.fence == fence and row.state is RowState.WAITING:
            row.taken_until = now + timedelta(seconds=wait_s)


def refuse(key: int, fence: int, reason: str) -> None:
    """A row that cannot be looked at."""
    with write():
        row = locked(LinkListRow, key)
        if row is not None and row.fence == fence and row.state is RowState.WAITING:
            list_moves.refuse(row, reason)


def finish_checked(list_ids: set[int], *, now: datetime) -> None:
    """Those of the lists whose last row was looked at are done."""
    for key in list_ids:
        with write():
            found = locked(LinkList, key)
            if found and found.state is ListState.WORKING and not list_queries.are_waiting(key):
                list_moves.finish(found, now=now)


def tidy(*, instance: Path) -> None:
    """Forget files that no list needs."""
    if uploads.is_empty(instance):
        return
    needed = list_queries.stored_names()
    session().rollback()
    with suppress(OSError):
        uploads.sweep(instance, needed, older_than_s=86_400)
