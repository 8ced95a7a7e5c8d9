"""Taking an address out of the files of an instance: captured letters, kept pages, uploads, logs.

The database, the key and backups are left alone. A kept page is named by what is in it: a masked one gets its new
name, and the rows that name it follow. A log stays open in other processes: it is masked in place.
"""

from __future__ import annotations

import gzip
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from outreach.care import columns
from outreach.db import session
from outreach.kit.masks import Mask
from outreach.links import evidence
from outreach.sending.carriers import CAPTURED
from outreach.settings import Settings

NO_WORD = re.compile(rb"[^,;\t\r\n]+")
NOT_LOOKED_AT = {"run", "backups", "key", "settings.toml"}
EVIDENCE = "evidence"
BROUGHT = {"imports", "uploads"}
"""Folders of tables that people brought and that wait to come in."""
AT_ONCE = 4 * 2**20
"""Bytes of a log or a huge file that are looked at together, to the end of a line."""
HUGE = 64 * 2**20


def of(config: Settings) -> list[Path]:
    """All files that are looked through, sorted; the log, wherever it is, comes last."""
    found = list(_below(config.instance, _database_files(config)))
    log = config.log_file.absolute() if config.log_file else None
    if log and log.is_file() and log not in found:
        found.append(log)
    return found


def _database_files(config: Settings) -> set[str]:
    name = Path(sa.make_url(config.database).database or "").name if config.is_sqlite else ""
    return {name + end for end in ("", "-wal", "-shm", "-journal")} if name else set()


def _below(folder: Path, database: set[str]) -> Iterator[Path]:
    for top in sorted(folder.iterdir()):
        if top.name in NOT_LOOKED_AT | database or top.is_symlink():
            continue
        if top.is_file():
            yield top
            continue
        for here, folders, names in os.walk(top):
            folders.sort()
            for name in sorted(names):
                path = Path(here, name)
                if path.is_file() and not path.is_symlink():
                    yield path


@dataclass(frozen=True)
class Masked:
    """What was done to one file: `fate` is masked, deleted or nothing (""). A kept page has a `new` name beside the `old` one, whose file is still there."""

    fate: str
    old: str = ""
    new: str = ""


def mask_file(path: Path, mask: Mask, config: Settings) -> Masked:
    """Take the addresses out of one file. Whoever calls lets the rows follow a page's new name, then drops the old file."""
    inside = path.relative_to(config.instance).parts if path.is_relative_to(config.instance) else ()
    try:
        if not inside or _is_log(path) or path.stat().st_size > HUGE:
            return Masked("masked" if _mask_in_place(path, mask) else "")
        data = path.read_bytes()
        if inside[0] == CAPTURED and mask.is_in(_head(data)):
            path.unlink()
            return Masked("deleted")
        masked = mask.raw(_without_lines(data, mask) if inside[0] in BROUGHT else data)
        if masked == data:
            return Masked("")
        if inside[0] == EVIDENCE and path.suffix == ".gz":
            old = path.relative_to(config.instance / EVIDENCE).as_posix()
            return Masked("masked", old, evidence.keep(config.instance, gzip.decompress(masked)))
        _write(path, masked)
    except FileNotFoundError:
        return Masked("")
    return Masked("masked")


def _without_lines(table: bytes, mask: Mask) -> bytes:
    """A CSV without its lines about them, for the rest of such a line names the same person; what splits its cells stays."""
    if table.startswith((b"\xff\xfe", b"\xfe\xff")):
        plain = table.decode("utf-16", "replace").encode()
        kept = _without_lines(plain, mask)
        return table if kept is plain else kept.decode().encode("utf-16")
    if table.startswith((b"PK\x03\x04", b"\x1f\x8b")) or not mask.is_in(table):
        return table
    lines = table.splitlines(keepends=True)
    return b"".join(NO_WORD.sub(b"", line) if mask.is_in(line) else line for line in lines)


def remove(named: str, config: Settings) -> bool:
    """Remove a file by its path in the instance; False when it is not there."""
    path = config.instance / named
    if ".." in path.parts or not path.is_relative_to(config.instance) or not path.is_file():
        return False
    path.unlink()
    return True


def _is_log(path: Path) -> bool:
    return path.name == "log" or ".log" in path.suffixes


def _head(mail: bytes) -> bytes:
    """The headers of a mail: who is named there is who it went to."""
    return mail.replace(b"\r\n", b"\n").partition(b"\n\n")[0]


def _mask_in_place(path: Path, mask: Mask) -> bool:
    changed = False
    with path.open("r+b") as file:
        while lines := file.readlines(AT_ONCE):
            held = b"".join(lines)
            masked = mask.raw(held, depth=99)  # only what is as long as before
            if masked != held:
                end = file.tell()
                file.seek(end - len(held))
                file.write(masked)
                file.seek(end)
                changed = True
    return changed


def rename_page(old: str, new: str) -> None:
    """Every row that names the kept page `old` names `new` instead. A move: never commits."""
    for table in columns.tables():
        for column in table.columns:
            if column.name.endswith("_ref") and isinstance(column.type, sa.String):
                session().execute(sa.update(table).where(column == old).values({column.name: new}))


def drop_page(old: str, config: Settings) -> None:
    """Remove the file of a page that has a new name."""
    (config.instance / EVIDENCE / old).unlink(missing_ok=True)


def _write(path: Path, data: bytes) -> None:
    """Whole or not at all, as old as before."""
    before = path.stat()
    half = path.with_name(f".{path.name}.{os.getpid()}")
    half.touch(mode=before.st_mode & 0o777)
    half.write_bytes(data)
    os.utime(half, ns=(before.st_atime_ns, before.st_mtime_ns))
    half.replace(path)


def is_in_database_file(mask: Mask, config: Settings) -> bool:
    """Does an address still stand in the bytes of the SQLite file or its log, in rows or in what rows left behind?"""
    file = Path(sa.make_url(config.database).database or "")
    return any(_stands_in(file.with_name(name), mask) for name in _database_files(config))


def _stands_in(path: Path, mask: Mask) -> bool:
    if not path.is_file():
        return False
    tail = b""
    with path.open("rb") as file:
        while held := file.read(AT_ONCE):
            if mask.is_in(tail + held):
                return True
            tail = held[-1000:]
    return False
