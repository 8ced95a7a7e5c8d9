"""Drafts and files of a pitch, kept by version: rows, and what is in them under `pitch-files/` of the instance.

The moves never commit; each writes one diary line.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from outreach.accounts.models import User
from outreach.db import session
from outreach.diary.moves import note
from outreach.engines import stored
from outreach.kit.papers import Judged
from outreach.pitches.models import Pitch
from outreach.pitches.production import rules
from outreach.pitches.production.models import PitchFile
from outreach.pitches.production.rules import Part
from outreach.projects.queries import visible_to, writable_by

FOLDER = "pitch-files"
UNDO = timedelta(days=1)
"""So long a removed version can be put back."""
LIES_AT_LEAST = 3600.0
"""Seconds that a file may lie without its row: its upload may still be under way."""
BATCH = 200
LONGEST_READ = 500_000
"""Bytes of a text that is shown on a page; a longer one is saved as a file."""


class TooMany(ValueError):
    """There is no room for another version."""


def of(pitch_id: int) -> Sequence[PitchFile]:
    """The versions of a pitch, newest first."""
    query = (
        sa.select(PitchFile)
        .where(PitchFile.pitch_id == pitch_id, PitchFile.removed_at.is_(None))
        .options(joinedload(PitchFile.created_by))
        .order_by(PitchFile.id.desc())
    )
    return session().scalars(query.limit(rules.MOST_FILES)).all()


def is_text(file: PitchFile) -> bool:
    """May it be read on a page? Plain text of a bearable length."""
    return not file.url and file.type == "text/plain" and file.size <= LONGEST_READ


def readable(user: User, key: int) -> PitchFile | None:
    """A version that is there, for one who may see its pitch."""
    return _one(key, visible_to(user), PitchFile.removed_at.is_(None))


def writable(user: User, key: int) -> PitchFile | None:
    """A version, removed or not, for one who may change its pitch."""
    return _one(key, writable_by(user))


def _one(key: int, projects: sa.Select[int], *more: sa.ColumnElement[bool]) -> PitchFile | None:
    query = sa.select(PitchFile).join(Pitch, Pitch.id == PitchFile.pitch_id)
    return session().scalar(query.where(PitchFile.id == key, Pitch.project_id.in_(projects), *more))


def same(pitch_id: int, content: bytes) -> PitchFile | None:
    """The version that is this very file already."""
    digest = hashlib.sha256(content).hexdigest()
    return next((one for one in of(pitch_id) if one.digest == digest), None)


def keep(instance: Path, content: bytes) -> str:
    """Write it to the disk; the reference for its row."""
    return stored.keep(instance / FOLDER, content)


def read(instance: Path, file: PitchFile) -> bytes | None:
    """What is in it; None when it is no longer on the disk."""
    return stored.read(instance / FOLDER, file.reference)


def remove_from_disk(instance: Path, references: Sequence[str]) -> None:
    """After their rows are gone."""
    stored.remove(instance / FOLDER, references)


# Moves


def add(
    pitch: Pitch, part: Part, brought: Judged | str, words: str, *, reference: str, by: User, now: datetime
) -> PitchFile:
    """The next version of a part: a judged file whose content is kept under `reference`, or an address. Raises TooMany."""
    here = sa.select(sa.func.count(), sa.func.max(PitchFile.number).filter(PitchFile.part == part))
    count, last = session().execute(here.where(PitchFile.pitch_id == pitch.id)).one()
    if count >= rules.MOST_FILES:
        raise TooMany(f"A pitch has room for {rules.MOST_FILES} versions. Take some away first.")
    row = PitchFile(
        pitch_id=pitch.id, part=part, number=(last or 0) + 1, note=words.strip()[:300], created_at=now, created_by_id=by.id
    )  # fmt: skip
    if isinstance(brought, str):
        row.url = brought
    else:
        row.name, row.type, row.size = brought.name, brought.type, len(brought.content)
        row.reference, row.digest = reference, hashlib.sha256(brought.content).hexdigest()
    session().add(row)
    session().flush()
    _note(pitch, row, "file.added", by=by, now=now)
    return row


def sent(pitch: Pitch, row: PitchFile, on: date | None, *, by: User, now: datetime) -> bool:
    """It went to them on that day; None: it did not. False when it stands so."""
    if row.sent_on == on:
        return False
    row.sent_on, row.sent_by_id = on, by.id if on else None
    _note(
        pitch,
        row,
        "file.sent" if on else "file.unsent",
        by=by,
        now=now,
        **({"on": on.isoformat()} if on else {}),
    )
    return True


def take_away(pitch: Pitch, row: PitchFile, is_away: bool, *, by: User, now: datetime) -> bool:
    """Away, or back. False when it stands so."""
    if (row.removed_at is not None) is is_away:
        return False
    row.removed_at = now if is_away else None
    _note(pitch, row, "file.removed" if is_away else "file.restored", by=by, now=now)
    return True


def _note(pitch: Pitch, row: PitchFile, kind: str, *, by: User, now: datetime, **more: Any) -> None:
    part = rules.PART_NAMES[row.part].lower()
    note(
        kind, by=by.id, now=now, project_id=pitch.project_id, site_id=pitch.site_id, person_id=pitch.person_id,
        pitch_id=pitch.id, subject=("file", row.id), part=part, number=row.number, **more,
    )  # fmt: skip


# Letting go


def gone(now: datetime, days: int) -> sa.Select[int]:
    """Ids of versions whose time to be put back is over; with `days`, also those of pitches that rest or ended so long ago."""
    edge = sa.and_(PitchFile.removed_at.is_not(None), PitchFile.removed_at <= now - UNDO)
    query = sa.select(PitchFile.id).join(Pitch, Pitch.id == PitchFile.pitch_id)
    if not days:
        return query.where(edge)
    ended = sa.and_(Pitch.is_open.is_(False), Pitch.stage_since <= now - timedelta(days=days))
    return query.where(sa.or_(edge, ended))


def let_go(now: datetime, days: int) -> tuple[int, list[str]]:
    """Forget a batch of them; how many, and the references of files to remove after the commit."""
    ids = session().scalars(gone(now, days).order_by(PitchFile.id).limit(BATCH)).all()
    query = sa.delete(PitchFile).where(PitchFile.id.in_(ids)).returning(PitchFile.reference)
    found = session().scalars(query).all()
    return len(found), [reference for reference in found if reference]


def orphans(instance: Path) -> list[Path]:
    """Files that no row names: what a crash, or a restored older database, left behind."""
    found = list(stored.old_ones(instance / FOLDER, older_than_s=LIES_AT_LEAST))
    known: set[str] = set()
    for start in range(0, len(found), 500):
        names = [path.name for path in found[start : start + 500]]
        known.update(session().scalars(sa.select(PitchFile.reference).where(PitchFile.reference.in_(names))))
    return [path for path in found if path.name not in known]
