"""What people and the worker do with files of sites and people: one commit each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import IO

from outreach.accounts.models import User
from outreach.care import import_columns, import_fields, import_moves, import_queries, import_tables
from outreach.care.import_models import ImportFile
from outreach.care.import_names import Field
from outreach.care.import_people import Newcomers
from outreach.care.import_rules import ImportState
from outreach.care.import_turns import Turns, seldom_collected
from outreach.consent.queries import rows_without_erased
from outreach.db import locked, session, write
from outreach.kit import tables
from outreach.kit.tables import BadTable, Row
from outreach.links import uploads
from outreach.projects import queries as project_queries
from outreach.projects.models import Project
from outreach.prospects import batch_moves, choices
from outreach.prospects import rules as prospect_rules
from outreach.prospects.labels.rules import About

CHUNK = 500
"""Rows a commit at most; fewer where they take long (`import_turns`)."""

FOLDER = "imports"


class Gone(LookupError):
    """The file is not there, or not for this user."""


class TooLate(ValueError):
    """The file stands otherwise by now; `str()` says how."""


def bring(
    user: User, project_id: int, name: str, file: IO[bytes], *, now: datetime, instance: Path, sheet: str = ""
) -> int:
    """Keep a file and guess what its columns are; its id. `sheet` names one of several tables. Raises Gone, BadTable."""
    chosen = import_tables.choose(file, sheet, _own_hosts(user, project_id))
    table, first = chosen.table, chosen.first
    file.seek(0)
    stored = uploads.keep(instance, file, folder=FOLDER)
    try:
        with write() as here:
            project = project_queries.get_writable(user, project_id)
            if project is None:
                raise Gone
            found = ImportFile(
                project_id=project.id, name=name[:200], stored=stored, format=table.format, part=chosen.part, notices=list(chosen.notices),
                created_at=now, created_by_id=user.id, **_guessed(user, project, first),
            )  # fmt: skip
            here.add(found)
            here.flush()
            return found.id
    except BaseException:
        uploads.remove(instance, stored, folder=FOLDER)
        raise


def _own_hosts(user: User, project_id: int) -> list[str]:
    project = project_queries.get_writable(user, project_id)
    hosts = [own.host for own in project.hosts] if project else []
    session().rollback()
    return hosts


def _guessed(user: User, project: Project, looked_at: Sequence[Row]) -> dict[str, object]:
    first = [row for row in looked_at if not row.problem]
    if not first:
        raise BadTable(f"No row of it can be read. Row {looked_at[0].number}: {looked_at[0].problem}")
    rows = rows_without_erased([row.cells[: import_tables.WIDTH] for row in first])
    at = import_columns.header_at(rows)
    header, body = (rows[at], rows[at + 1 :]) if at is not None else ([], rows)
    if at is not None and len(looked_at) == at + 1:
        raise BadTable("Only the names of its columns are in it, and no row below them.")
    mark = import_columns.fingerprint(header)
    before = import_queries.named_before(user, mark)
    where = {Field(name): column for name, column in before.items()} if before else None
    if where is None:
        where = import_columns.guess(header, body, [own.host for own in project.hosts])
        if column := import_columns.own_pages(header, body, where):
            raise BadTable(
                f"These are your own pages (“{column[:60]}”), which are no prospects. Bring the report that names the linking pages or sites."
            )
    return {
        "first": [[cell[:300] for cell in row] for row in body[:10]], "header": [cell[:200] for cell in header],
        "header_row": first[at].number if at is not None else 0, "fingerprint": mark,
        "columns": {field.value: column for field, column in where.items()},
        "own_columns": import_fields.guess(
            project.id, header, list(where.values()), About.PERSON if import_columns.names_people(where) else About.SITE
        ),
    }  # fmt: skip


def count(
    user: User, key: int, where: Mapping[Field, int], *, now: datetime, own: Mapping[int, int] | None = None
) -> None:
    """The columns are named, those of own fields by `own` (None: as they were guessed): say what would become of each row.

    Raises Gone, TooLate.
    """
    with write():
        found = _writable(user, key, ImportState.MAPPING, ImportState.COUNTED)
        found.columns = {field.value: at for field, at in where.items()}
        if own is not None:
            found.own_columns = {str(field_id): at for field_id, at in own.items()}
        found.counts, found.left_out, found.total, found.people = {}, [], 0, 0
        import_moves.stand(found, ImportState.COUNTING, now=now)


def choose_table(user: User, key: int, wanted: str, *, now: datetime, instance: Path) -> None:
    """Another table of the file: its columns are guessed anew. Raises Gone, TooLate, BadTable."""
    found = import_queries.get_writable(user, key)
    if found is None:
        raise Gone
    stored, project_id = found.stored, found.project_id
    session().rollback()
    try:
        with uploads.opened(instance, stored, folder=FOLDER) as file:
            chosen = import_tables.choose(file, wanted, _own_hosts(user, project_id))
    except FileNotFoundError:
        raise TooLate("Its file is gone. Bring it again.") from None
    with write() as here:
        found = _writable(user, key, ImportState.MAPPING)
        guessed = _guessed(user, here.get_one(Project, project_id), chosen.first)
        for name, value in {**guessed, "part": chosen.part, "notices": list(chosen.notices)}.items():
            setattr(found, name, value)
        found.format = chosen.table.format


def name_again(user: User, key: int, *, now: datetime) -> None:
    """Back to the columns. Raises Gone, TooLate."""
    with write():
        import_moves.stand(
            _writable(user, key, ImportState.COUNTED, ImportState.COUNTING), ImportState.MAPPING, now=now
        )


def begin(user: User, key: int, *, now: datetime) -> None:
    """Bring it in. Raises Gone, TooLate."""
    with write():
        import_moves.begin(_writable(user, key, ImportState.COUNTED), by=user, now=now)


def cancel(user: User, key: int, *, now: datetime, instance: Path, is_look: bool = False) -> None:
    """Do no more of it; what came in until now stays, and can be taken back. `is_look`: no more was wanted. Raises Gone, TooLate."""
    with write():
        found = _writable(
            user, key, ImportState.MAPPING, ImportState.COUNTING, ImportState.COUNTED, ImportState.WORKING
        )
        stored, found.stored = found.stored, ""
        import_moves.stand(found, ImportState.LOOKED if is_look else ImportState.CANCELLED, now=now)
    uploads.remove(instance, stored, folder=FOLDER)


def undo(user: User, key: int, *, now: datetime) -> None:
    """Take out what it brought in. Raises Gone, TooLate."""
    with write():
        found = _writable(user, key, ImportState.DONE, ImportState.CANCELLED, ImportState.FAILED)
        if found.batch_id is None:
            raise TooLate("Nothing of it came in, so there is nothing to undo.")
        import_moves.undo(found, by=user, now=now)


def _writable(user: User, key: int, *states: ImportState) -> ImportFile:
    if import_queries.get_writable(user, key) is None:
        raise Gone
    found = locked(ImportFile, key)
    if found is None:
        raise Gone
    if found.state not in states:
        raise TooLate("The file stands otherwise by now. Look at it again.")
    return found


# The worker


def take(*, now: datetime) -> list[tuple[int, int]]:
    with write():
        return import_moves.take(now)


def put_down(key: int, fence: int) -> None:
    """Leave it to whoever takes it next; what is not done is due still."""
    with write():
        found = locked(ImportFile, key)
        if found is not None and found.fence == fence:
            found.taken_until = None


def work(key: int, fence: int, *, now: datetime, instance: Path) -> None:
    """Do what a taken file waits for, some rows a commit; one that was cut off goes on where it stood."""
    found = session().get_one(ImportFile, key)
    state, stored, cursor, is_ours = found.state, found.stored, found.cursor, found.fence == fence
    session().rollback()
    if not is_ours:
        return
    if state is ImportState.UNDOING:
        turns = Turns(CHUNK)
        while _take_back(key, fence, turns, now=now):
            pass
        return
    try:
        with uploads.opened(instance, stored, folder=FOLDER) as file, seldom_collected():
            _walk(key, fence, state, file, cursor, now=now)
    except (BadTable, FileNotFoundError) as error:
        problem = str(error) if isinstance(error, BadTable) else "Its file is gone. Bring it again."
        _fail(key, fence, problem, now=now)
        uploads.remove(instance, stored, folder=FOLDER)
        return
    if _end(key, fence, state, now=now):
        uploads.remove(instance, stored, folder=FOLDER)


def _walk(key: int, fence: int, state: ImportState, file: IO[bytes], cursor: int, *, now: datetime) -> None:
    if state is ImportState.COUNTING and cursor:
        cursor = _count_anew(key, fence, now=now)
    own, seen = _before(key, state)
    header_row, where, project_id = _layout(key)
    turns, newcomers = Turns(CHUNK), Newcomers()
    for part in _parts(file, cursor, turns, _place(key)):
        rows = [row for row in part if row.number > header_row]
        brought = import_moves.as_brought(rows, where)
        lines = [one.line for one in brought]
        told = batch_moves.foresee(project_id, lines, own, seen) if state is ImportState.COUNTING else {}
        people = newcomers.count(brought, told) if told else 0
        with turns.one() as here:
            found = _ours(key, fence, now)
            if found is None:
                return
            if state is ImportState.COUNTING:
                import_moves.counted(found, lines, told)
                found.total += len(rows)
                found.people += people
            else:
                by = here.get_one(User, found.created_by_id)
                if project_queries.get_writable(by, found.project_id) is None:
                    raise BadTable("Whoever brought it may not change this project any more.")
                import_moves.take_in(found, brought, rows, own, seen, by=by.id, now=now)
            found.cursor = part[-1].number


def _count_anew(key: int, fence: int, *, now: datetime) -> int:
    """Counting was cut off: what rows had met is forgotten, so that it begins again; gives the cursor."""
    with write():
        found = _ours(key, fence, now)
        if found is not None:
            found.counts, found.left_out, found.total, found.people, found.cursor = {}, [], 0, 0, 0
    return 0


def _before(key: int, state: ImportState) -> tuple[dict[str, str], set[str]]:
    """Own hosts by site key, and the keys that rows of the batch have met."""
    found = session().get_one(ImportFile, key)
    user = session().get_one(User, found.created_by_id)
    own = prospect_rules.own_keys(choices.own_hosts(user))
    seen = (
        import_queries.keys_of(found.batch_id)
        if found.batch_id and state is ImportState.WORKING
        else set[str]()
    )
    session().rollback()
    return own, seen


def _layout(key: int) -> tuple[int, dict[Field, int], int]:
    """(row of the header, which column is what, project); who names the columns anew takes the file from us."""
    found = session().get_one(ImportFile, key)
    where = {Field(name): int(at) for name, at in found.columns.items()}
    layout = found.header_row, where, found.project_id
    session().rollback()
    return layout


def _place(key: int) -> tuple[str, str]:
    """Which table of the file is meant: (file of a ZIP or "", sheet of a workbook or "")."""
    part = session().get_one(ImportFile, key).part
    session().rollback()
    return part.get("entry", ""), part.get("sheet", "")


def _parts(file: IO[bytes], cursor: int, turns: Turns, place: tuple[str, str]) -> Iterator[list[Row]]:
    rows = (row for row in tables.read(file, entry=place[0], sheet=place[1]).rows() if row.number > cursor)
    while part := list(islice(rows, turns.rows)):
        yield part


def _ours(key: int, fence: int, now: datetime) -> ImportFile | None:
    """The file's row, locked, while nobody took it since; the lease begins anew."""
    found = locked(ImportFile, key)
    if found is None or found.fence != fence:
        return None
    found.taken_until = now + import_moves.TAKEN_FOR
    return found


def _fail(key: int, fence: int, problem: str, *, now: datetime) -> None:
    with write():
        found = _ours(key, fence, now)
        if found is not None:
            found.problem, found.stored = problem[:500], ""
            import_moves.stand(found, ImportState.FAILED, now=now)


def _end(key: int, fence: int, state: ImportState, *, now: datetime) -> bool:
    """Counted, or in; True when its file is not needed any more."""
    with write():
        found = _ours(key, fence, now)
        if found is None:
            return False
        if state is ImportState.COUNTING:
            import_moves.stand(found, ImportState.COUNTED, now=now)
            return False
        found.stored = ""
        import_moves.stand(found, ImportState.DONE, now=now)
        return True


def _take_back(key: int, fence: int, turns: Turns, *, now: datetime) -> bool:
    """Some rows of one part of the undoing; False when it is done with, or no longer ours."""
    with turns.one():
        found = _ours(key, fence, now)
        if found is None or found.state is not ImportState.UNDOING:
            return False
        rows = import_queries.rows_after(found.batch_id or 0, found.cursor, turns.rows)
        if rows:
            import_moves.take_back(found, rows, now=now)
            found.cursor = rows[-1].number
            return True
        found.cursor, found.phase = 0, found.phase + 1
        if found.phase < import_moves.PHASES:
            return True
        import_moves.undone(found, now=now)
        return False


def tidy(*, instance: Path) -> None:
    """Forget files that no import needs, left behind by a crash."""
    if uploads.is_empty(instance, folder=FOLDER):
        return
    needed = import_queries.stored_names()
    session().rollback()
    with suppress(OSError):
        uploads.sweep(instance, needed, older_than_s=86_400, folder=FOLDER)
