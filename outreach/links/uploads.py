"""Files that people bring, kept until they are read: in a folder of the instance by random names, whatever theirs is."""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from outreach.kit.ids import token

FOLDER = "uploads"
_NAME = re.compile(r"[A-Za-z0-9_-]{16,64}")


def keep(instance: Path, file: IO[bytes], *, folder: str = FOLDER) -> str:
    """Store what is in `file`; the name to find it by."""
    place = instance / folder
    place.mkdir(mode=0o700, exist_ok=True)
    name = token()
    with (place / name).open("xb") as into:
        shutil.copyfileobj(file, into, 2**20)
    return name


@contextmanager
def opened(instance: Path, name: str, *, folder: str = FOLDER) -> Iterator[IO[bytes]]:
    """The stored file. Raises FileNotFoundError, also for what is no name of ours."""
    if not _NAME.fullmatch(name):
        raise FileNotFoundError(name)
    with (instance / folder / name).open("rb") as file:
        yield file


def remove(instance: Path, name: str, *, folder: str = FOLDER) -> None:
    """It is not needed any more."""
    if _NAME.fullmatch(name):
        (instance / folder / name).unlink(missing_ok=True)


def is_empty(instance: Path, *, folder: str = FOLDER) -> bool:
    place = instance / folder
    return not place.is_dir() or next(place.iterdir(), None) is None


def sweep(instance: Path, needed: set[str], *, older_than_s: float, folder: str = FOLDER) -> int:
    """Remove what nobody needs and was left behind by a crash; how many files that were."""
    place = instance / folder
    gone = [
        path for path in place.iterdir() if path.name not in needed and time.time() - path.stat().st_mtime > older_than_s
    ]  # fmt: skip
    for path in gone:
        path.unlink(missing_ok=True)
    return len(gone)
