"""Files of an instance that rows name by a reference: 64 signs that nobody can guess, in a folder of their kind.

Each row has a file of its own, so that removing one never takes another's.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import time
from collections.abc import Iterable, Iterator
from pathlib import Path


def keep(folder: Path, content: bytes) -> str:
    """Write it to the disk, whole or not at all; the reference for its row."""
    reference = hashlib.sha256(secrets.token_bytes(32) + content).hexdigest()
    path = place(folder, reference)
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_suffix(".half")
    with half.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    half.replace(path)
    return reference


def read(folder: Path, reference: str) -> bytes | None:
    """What is in it; None when it is no longer on the disk."""
    try:
        return place(folder, reference).read_bytes()
    except FileNotFoundError:
        return None


def remove(folder: Path, references: Iterable[str]) -> None:
    """Take files from the disk, after their rows are gone."""
    for reference in references:
        place(folder, reference).unlink(missing_ok=True)


def old_ones(folder: Path, *, older_than_s: float) -> Iterator[Path]:
    """All files that have lain there so long, half written ones among them."""
    edge = time.time() - older_than_s
    for path in folder.glob("??/*"):
        try:
            if path.is_file() and path.stat().st_mtime < edge:
                yield path
        except FileNotFoundError:
            continue


def place(folder: Path, reference: str) -> Path:
    """Only what looks like a reference of ours names a file. Raises ValueError."""
    if len(reference) != 64 or not (reference.isascii() and reference.isalnum()):
        raise ValueError("this is no reference of a file")
    return folder / reference[:2] / reference
