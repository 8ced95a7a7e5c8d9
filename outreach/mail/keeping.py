"""The bytes of incoming mails: gzipped files in `mails/` of the instance, one for each message.

Files and not a column: a year of mail with its attachments is gigabytes, which would swell every backup of the rows,
every `VACUUM` and every list that forgets to leave the column out; and erasing somebody means removing a file. A file is
written before the row that names it is committed, so a row never names a file that is not there.
"""

from __future__ import annotations

import gzip
import os
import re
from pathlib import Path

from outreach.kit.ids import token

FOLDER = "mails"
_NAME = re.compile(r"[0-9a-z]{2}/[A-Za-z0-9_-]{10,60}\.eml\.gz")


def keep(instance: Path, raw: bytes) -> str:
    """Store a mail; gives its reference for `Message.raw_file`."""
    name = token()
    reference = f"{name[:2].lower().replace('-', '0').replace('_', '1')}/{name}.eml.gz"
    path = instance / FOLDER / reference
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    half = path.with_suffix(f".{os.getpid()}")
    half.write_bytes(gzip.compress(raw, 3, mtime=0))
    half.replace(path)
    return reference


def read(instance: Path, reference: str) -> bytes | None:
    """The stored mail; None when it is not kept (any more)."""
    path = _path(instance, reference)
    return gzip.decompress(path.read_bytes()) if path else None


def forget(instance: Path, reference: str) -> None:
    """Remove a stored mail, once the row that names it is gone or blank."""
    if path := _path(instance, reference):
        path.unlink(missing_ok=True)


def _path(instance: Path, reference: str) -> Path | None:
    path = instance / FOLDER / reference
    return path if _NAME.fullmatch(reference) and path.is_file() else None
