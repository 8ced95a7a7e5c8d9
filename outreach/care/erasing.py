"""Erasing somebody: at once what is known to be theirs, then every other place, step by step.

1. One commit: suppressed by hash, letters cancelled, rows emptied or deleted, and the job that remembers what to look for.
2. Table by table: the address is masked in all text and bytes.
3. File by file: captured letters, kept pages, uploads, logs.
4. The database itself: what changed rows left behind in its file is overwritten.

The web does as much as fits into a few seconds, the worker what is left; a step that is cut off is done again.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import sqlalchemy as sa
import structlog

from outreach.accounts.models import User
from outreach.care import columns, files, moves, queries
from outreach.care.models import Erasure
from outreach.care.queries import Subject
from outreach.care.rules import ErasureState
from outreach.consent.queries import hash_of
from outreach.db import db, locked, session, write
from outreach.diary.moves import note
from outreach.kit import clock
from outreach.kit.masks import Mask
from outreach.mail.vault import KeyLost, seal, unseal
from outreach.prospects.models import Person
from outreach.search import index
from outreach.settings import Settings

log = structlog.get_logger("outreach.care")
LEASE = timedelta(minutes=5)
ROWS = 10_000
"""Ids of one table that are looked through in one commit."""
REMEMBERED = "erasures.jsonl"
"""The keyed hashes of everybody who was erased, a line an erasure: what a restored backup is held against."""
FILES = 200
"""Files that are looked through between two commits."""
LOST = "The instance's key has changed, so that the addresses to look for cannot be read. Erase the person again."


class Gone(LookupError):
    """There is nobody to erase."""


def erase(
    person_id: int,
    also: list[str],
    config: Settings,
    *,
    by: User | None,
    now: datetime,
    is_over: Callable[[], bool],
) -> int:
    """Erase a person with all addresses of theirs; the id of the receipt. Raises Gone."""
    with write():
        person = locked(Person, person_id)
        if person is None:
            raise Gone
        erasure_id = _begin(queries.subject_of(person, also), config, by=by, now=now)
    _end(erasure_id, config, now=now, is_over=is_over)
    return erasure_id


def erase_address(
    address: str, config: Settings, *, by: User | None, now: datetime, is_over: Callable[[], bool]
) -> int:
    """The same for an address that no person is known by. Raises kit.address.BadAddress."""
    with write():
        erasure_id = _begin(queries.subject_of_address(address), config, by=by, now=now)
    _end(erasure_id, config, now=now, is_over=is_over)
    return erasure_id


def _begin(subject: Subject, config: Settings, *, by: User | None, now: datetime) -> int:
    paths = moves.files_of(subject)
    counts = moves.forget(subject, by=by.id if by else None, now=now, today=now.date())
    row = Erasure(
        hashes=[hash_of(address) for address in subject.addresses], sealed=seal(json.dumps([subject.addresses, paths]), config.key),
        counts=counts, asked_at=now, asked_by_id=by.id if by else None, taken_until=now + LEASE, fence=1, step="", cursor="",
    )  # fmt: skip
    session().add(row)
    session().flush()
    note(
        "care.erased",
        by=by.id if by else None,
        now=now,
        person_id=subject.person_id,
        subject=("erasure", row.id),
    )
    return row.id


def _end(erasure_id: int, config: Settings, *, now: datetime, is_over: Callable[[], bool]) -> None:
    """Tell the file that outlives the database, and look as far as there is time."""
    remember(config, session().get_one(Erasure, erasure_id).hashes, now=now)
    session().rollback()
    go_on(erasure_id, 1, config, is_over=is_over)


def remember(config: Settings, hashes: Iterable[str], *, now: datetime) -> None:
    """Add one erasure to the file by which a restored backup is erased again; on the disk before this returns."""
    path = config.instance / REMEMBERED
    with path.open("a") as file:
        path.chmod(0o600)
        file.write(json.dumps({"at": now.isoformat(), "hashes": list(hashes)}) + "\n")
        file.flush()
        os.fsync(file.fileno())


def take(now: datetime) -> tuple[int, int] | None:
    """(id, fence) of an erasure that nobody is at, taken; None when there is none."""
    with write() as here:
        free = sa.or_(Erasure.taken_until.is_(None), Erasure.taken_until <= now)
        due = (
            sa.select(Erasure.id)
            .where(Erasure.state == ErasureState.RUNNING, free)
            .order_by(Erasure.id)
            .limit(1)
        )
        taken = here.execute(
            sa.update(Erasure)
            .where(Erasure.id.in_(due), Erasure.state == ErasureState.RUNNING, free)
            .values(taken_until=now + LEASE, fence=Erasure.fence + 1)
            .returning(Erasure.id, Erasure.fence)
            .execution_options(synchronize_session=False)
        ).first()
        return (taken[0], taken[1]) if taken else None


def go_on(erasure_id: int, fence: int, config: Settings, *, is_over: Callable[[], bool]) -> bool:
    """Look further until nothing is left (True) or `is_over`; what is left is for the worker."""
    row = session().get_one(Erasure, erasure_id)
    steps, at, cursor = _steps(), row.step, row.cursor
    try:
        addresses, paths = json.loads(unseal(row.sealed, config.key) or "[[], []]")
    except KeyLost:
        with write():
            _save(erasure_id, fence, problem=LOST, state=ErasureState.DONE, sealed="")
        return True
    finally:
        session().rollback()
    _remove(paths, erasure_id, fence, config)
    mask = Mask(addresses)
    todo = steps[steps.index(at) :] if at in steps else steps
    for step in todo:
        for reached in _do(step, cursor if step == at else "", erasure_id, fence, mask, config):
            if is_over() and reached is not None:
                _leave(erasure_id, fence, step, reached)
                return False
    return True


def _remove(paths: list[str], erasure_id: int, fence: int, config: Settings) -> None:
    """Files that went with rows of theirs; those that are gone already are not counted again."""
    gone = [path for path in paths if files.remove(path, config)]
    with write():
        _save(erasure_id, fence, ("files of theirs", "deleted", len(gone)))


def _steps() -> list[str]:
    return [*(f"table {table.name}" for table in columns.to_mask()), "files", "database"]


def _do(
    step: str, cursor: str, erasure_id: int, fence: int, mask: Mask, config: Settings
) -> Iterator[str | None]:
    """Do one step; yields how far it is after each commit."""
    if step == "files":
        return _files(cursor, erasure_id, fence, mask, config)
    if step == "database":
        return _database(erasure_id, fence, mask, config)
    return _table(step.removeprefix("table "), cursor, erasure_id, fence, mask)


def _table(name: str, cursor: str, erasure_id: int, fence: int, mask: Mask) -> Iterator[str]:
    table = columns.named(name)
    newest = session().scalar(sa.select(sa.func.max(table.c.id))) or 0
    session().rollback()
    for first in range(int(cursor or 0) + 1, newest + 1, ROWS):
        last = first + ROWS - 1
        with write():
            masked = moves.mask_table(table, mask, first, last)
            _save(erasure_id, fence, (name, "masked", masked), step=f"table {name}", cursor=str(last))
        yield str(last)


def _files(cursor: str, erasure_id: int, fence: int, mask: Mask, config: Settings) -> Iterator[str]:
    found = [path for path in files.of(config) if not cursor or str(path) > cursor or path == config.log_file]
    for start in range(0, len(found), FILES):
        part = found[start : start + FILES]
        done = [(path, files.mask_file(path, mask, config)) for path in part]
        pages = [(one.old, one.new) for _, one in done if one.old]
        with write():
            for old, new in pages:
                files.rename_page(old, new)
            for path, one in done:
                _save(erasure_id, fence, (_kind_of(path, config), one.fate, 1 if one.fate else 0))
            _save(erasure_id, fence, step="files", cursor=str(part[-1]))
        for old, _ in pages:
            files.drop_page(old, config)
        yield str(part[-1])


def _kind_of(path: Path, config: Settings) -> str:
    inside = path.relative_to(config.instance).parts if path.is_relative_to(config.instance) else ()
    return f"files in {inside[0]}" if len(inside) > 1 else "log"


def _database(erasure_id: int, fence: int, mask: Mask, config: Settings) -> Iterator[None]:
    """Overwrite what changed rows left behind, look whether that is so, and write the receipt."""
    with write() as here:
        _save(erasure_id, fence, step="database", cursor="", sealed="")
        changed = [*here.get_one(Erasure, erasure_id).counts, "suppressions", "erasures"]
    problem = (
        ""
        if _clean(mask, config, [table.name for table in columns.tables() if table.name in changed])
        else "Something else was reading the database; its old pages go with its next restart."
    )
    with write() as here:
        _save(
            erasure_id, fence, state=ErasureState.DONE, done_at=clock.now(), taken_until=None, step="", problem=problem
        )  # fmt: skip
        row = here.get_one(Erasure, erasure_id)
        note("care.erased_all", by=None, now=clock.now(), subject=("erasure", row.id))
    if config.is_sqlite:
        _checkpoint()
    yield None


def _clean(mask: Mask, config: Settings, changed: list[str]) -> bool:
    """Is nothing left in the database's own files? PostgreSQL's are not ours to read: dead rows of what changed are vacuumed."""
    if not config.is_sqlite:
        return _vacuum(changed)
    index.tidy()
    if _checkpoint() and not files.is_in_database_file(mask, config):
        return True
    _look_at_all_bytes(mask)
    return _vacuum([]) and _checkpoint() and not files.is_in_database_file(mask, config)


def _look_at_all_bytes(mask: Mask) -> None:
    """It stands in the file, though no text holds it: so bytes are looked through that say nothing else than their row."""
    for table in columns.to_mask():
        if columns.blobs(table):
            newest = session().scalar(sa.select(sa.func.max(table.c.id))) or 0
            session().rollback()
            for first in range(1, newest + 1, ROWS):
                with write():
                    moves.mask_table(table, mask, first, first + ROWS - 1, all_bytes=True)


def _checkpoint() -> bool:
    """Move SQLite's log into the database and empty it; False when a reader is in the way."""
    with db.engine.connect() as connection:
        raw = connection.connection.driver_connection
        assert raw is not None
        raw.execute("PRAGMA busy_timeout=3000")
        busy = raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        raw.execute("PRAGMA busy_timeout=30000")
    return not busy


def _vacuum(names: list[str]) -> bool:
    """Write SQLite's file anew, or vacuum these tables of PostgreSQL; False when that was not possible."""
    try:
        with db.engine.connect() as connection:
            if connection.dialect.name == "sqlite":
                raw = connection.connection.driver_connection
                assert raw is not None
                raw.execute("VACUUM")
            else:
                connection.execution_options(isolation_level="AUTOCOMMIT").exec_driver_sql(
                    f"VACUUM {', '.join(names)}"
                )
    except sa.exc.DBAPIError as error:
        log.warning("vacuum failed", kind=type(error).__name__)
        return False
    return True


def _save(erasure_id: int, fence: int, counted: tuple[str, str, int] | None = None, **values: object) -> None:
    """Write down how far it is. Part of a commit; raises Gone when somebody else has taken the job over."""
    row = locked(Erasure, erasure_id)
    if row is None or row.fence != fence:
        raise Gone
    if counted:
        counts = {table: dict(fates) for table, fates in row.counts.items()}
        moves.add_up(counts, *counted)
        row.counts = counts
    for name, value in values.items():
        setattr(row, name, value)
    session().flush()


def _leave(erasure_id: int, fence: int, step: str, cursor: str) -> None:
    with write():
        _save(erasure_id, fence, step=step, cursor=cursor, taken_until=None)
