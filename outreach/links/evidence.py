"""Kept pages: gzipped files named by their SHA-256, in `evidence/` of the instance. The same page is kept once."""

from __future__ import annotations

import gzip
import hashlib
import os
import time
from pathlib import Path

FRESH_S = 3600.0
"""So long, by the file's own clock, a kept page may wait for the commit that names it."""


def keep(folder: Path, body: bytes) -> str:
    """Store a page; gives its reference, `ab/abcdef....gz`. Empty for an empty page."""
    if not body:
        return ""
    name = hashlib.sha256(body).hexdigest()
    reference = f"{name[:2]}/{name}.gz"
    path = folder / "evidence" / reference
    if not _touched(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        half = path.with_suffix(f".{os.getpid()}")
        half.write_bytes(gzip.compress(body, 6, mtime=0))
        half.replace(path)
    return reference


def read(folder: Path, reference: str) -> bytes | None:
    """The stored page, None when it is no longer kept."""
    path = (folder / "evidence" / reference).resolve()
    if not reference or not path.is_relative_to((folder / "evidence").resolve()) or not path.is_file():
        return None
    return gzip.decompress(path.read_bytes())


def drop(folder: Path, reference: str, *, fresh_s: float = FRESH_S) -> bool:
    """Remove a stored page that no row needs any more; False when there is none, or somebody has just kept the same one again.

    It is moved aside first: who keeps it again meanwhile either touched it before, and it is moved back, or writes it anew.
    """
    path = folder / "evidence" / reference
    aside = path.with_suffix(".gone")
    try:
        path.replace(aside)
    except FileNotFoundError:
        return False
    if time.time() - aside.stat().st_mtime < fresh_s:
        aside.replace(path)
        return False
    aside.unlink()
    return True


def _touched(path: Path) -> bool:
    """Whether the file is there; it counts as fresh from now on."""
    try:
        os.utime(path)
    except FileNotFoundError:
        return False
    return True
