"""A restored backup may hold people who were erased after it was made: they are erased again.

Who that is, is known by keyed hashes only. They stand in `erasures.jsonl` of the instance, a line an erasure, and in
the manifest of every backup; so a newer backup beside the restored one tells, too.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa

from outreach.care import backup, columns, erasing, queries
from outreach.care.models import Erasure
from outreach.care.rules import Fate, manner_of
from outreach.consent.queries import hash_key
from outreach.db import session
from outreach.kit.address import MAIL_ADDRESS
from outreach.kit.ids import keyed_hash
from outreach.settings import Settings

AT_ONCE = 1000


def hashes_in(file: Path) -> set[str]:
    """All hashes of an `erasures.jsonl`; a line that was cut off by a crash is passed over."""
    found: set[str] = set()
    for line in file.read_text().splitlines():
        try:
            found.update(str(one) for one in json.loads(line)["hashes"])
        except (ValueError, KeyError, TypeError):
            continue
    return found


def hashes_after(restored: Path, more: Iterable[Path] = ()) -> set[str]:
    """Whom to look for: from files that were named, from the instance whose own backup it is, from newer backups beside it."""
    own = restored.absolute().parent.parent / erasing.REMEMBERED
    found = {one for file in [*more, *([own] if own.is_file() else [])] for one in hashes_in(file)}
    made_at = backup.read_manifest(restored)["made_at"]
    for other in sorted(restored.absolute().parent.glob("*.gz")):
        try:
            manifest = backup.read_manifest(other)
        except backup.BackupFailed:
            continue
        if manifest["made_at"] >= made_at:
            found |= set(manifest.get("erased", []))
    return found


def erased_so_far() -> list[str]:
    """Hashes of everybody who was erased in this database, for a backup's manifest."""
    rows = session().scalars(sa.select(Erasure.hashes).order_by(Erasure.id))
    return sorted({one for hashes in rows for one in hashes})


def erase_again(hashes: set[str], config: Settings, *, now: datetime) -> int:
    """Erase all whose address has one of these hashes; how many addresses were found."""
    wanted = hashes - set(erased_so_far())
    secret = hash_key()
    found = [address for address in _addresses() if keyed_hash(address, secret) in wanted] if wanted else []
    session().rollback()
    for address in found:
        person = queries.person_by_address(address)
        if person is not None:
            erasing.erase(person.id, [address], config, by=None, now=now, is_over=lambda: False)
        else:
            erasing.erase_address(address, config, by=None, now=now, is_over=lambda: False)
    return len(found)


def _addresses() -> Iterator[str]:
    """Every mail address in the text of any row, each once, in lower case."""
    seen: set[str] = set()
    for table in columns.tables():
        if manner_of(table.name).fate is Fate.KEEP:
            continue
        for column in columns.texts(table):
            for value in session().scalars(sa.select(column).execution_options(yield_per=AT_ONCE)):
                for address in MAIL_ADDRESS.findall(value if isinstance(value, str) else json.dumps(value)):
                    if (key := address.lower()) not in seen:
                        seen.add(key)
                        yield key
