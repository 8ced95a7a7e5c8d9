"""The files that go with letters: rows in the database, and what is in them under `letter-files/` of the instance.

Each row has a file of its own, named by a hash that nobody can guess, so that removing one never takes another's.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa

from outreach.db import session
from outreach.engines import stored
from outreach.mail.attachments import Judged
from outreach.mail.envelope import Attachment, HeaderRefused
from outreach.mail.models import LetterFile, Message

FOLDER = "letter-files"


def of(message_id: int | None) -> list[LetterFile]:
    """The files of a message, in the order they were added."""
    if message_id is None:
        return []
    query = sa.select(LetterFile).where(LetterFile.message_id == message_id)
    return list(session().scalars(query.order_by(LetterFile.id)))


def one(message_id: int, file_id: int) -> LetterFile | None:
    """A file of this message; whether the message may be seen was asked before."""
    return session().scalar(
        sa.select(LetterFile).where(LetterFile.id == file_id, LetterFile.message_id == message_id)
    )


def has_any(message_id: int | None) -> bool:
    """Does a file go with this message?"""
    if message_id is None:
        return False
    query = sa.select(LetterFile.id).where(LetterFile.message_id == message_id)
    return session().scalar(query.limit(1)) is not None


def keep(instance: Path, content: bytes) -> str:
    """Write what is in a file to the disk, whole or not at all; gives the reference for its row."""
    return stored.keep(instance / FOLDER, content)


def read(instance: Path, file: LetterFile) -> bytes | None:
    """What is in it; None when it is no longer on the disk."""
    return stored.read(instance / FOLDER, file.reference)


def remove(instance: Path, references: Iterable[str]) -> None:
    """Take files from the disk, after their rows are gone."""
    stored.remove(instance / FOLDER, references)


def parts(instance: Path, files: Sequence[LetterFile]) -> tuple[Attachment, ...]:
    """As the envelope takes them. Raises HeaderRefused when one is no longer there: a letter never leaves without it."""
    found = []
    for file in files:
        content = read(instance, file)
        if content is None:
            raise HeaderRefused(f"The file “{file.name}” is no longer there. Attach it again.")
        found.append(Attachment(file.name, file.type, content))
    return tuple(found)


# Moves: they never commit.


def add(message: Message, judged: Sequence[Judged], references: Sequence[str], *, now: datetime) -> None:
    """Rows for files that were kept already."""
    session().add_all(
        LetterFile(
            message_id=message.id, name=file.name, type=file.type, size=len(file.content), reference=reference, created_at=now
        )
        for file, reference in zip(judged, references, strict=True)
    )  # fmt: skip
    session().flush()


def drop(message_id: int, file_ids: Sequence[int] | None = None) -> list[str]:
    """Forget files of a message, all or some; gives the references to `remove` after the commit."""
    query = sa.delete(LetterFile).where(LetterFile.message_id == message_id)
    if file_ids is not None:
        query = query.where(LetterFile.id.in_(file_ids))
    return list(session().scalars(query.returning(LetterFile.reference)))
