"""Kept pages: gzipped files named by their SHA-256, in `evidence/` of the instance. The same page is kept once."""

from __future__ import annotations

import gzip
import hashlib
import os
from pathlib import Path


def keep(folder: Path, body: bytes) -> str:
    """Store a page; gives its reference, `ab/abcdef....gz`. Empty for an empty page."""
    if not body:
        return ""
    name = hashlib.sha256(body).hexdigest()
    reference = f"{name[:2]}/{name}.gz"
    path = folder / "evidence" / reference
    if not path.exists():
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
