"""What a stored mail holds, taken from its bytes when somebody asks: its HTML, its files. Pure."""

from __future__ import annotations

import re

from outreach.letter.mail import file_at, read_mail

_UNSAFE = re.compile(r"[^\w .,()\[\]+-]")


def html_of(raw: bytes) -> str:
    """The HTML part as it came, not yet cleaned; empty when there is none."""
    parts = [part for part in read_mail(raw).parts if part.kind == "text/html" and not part.is_returned]
    return next((part.text for part in parts if not part.filename), "")


def file_of(raw: bytes, number: int) -> tuple[str, bytes] | None:
    """(a name that is safe on any disk, the bytes) of the attachment at this place of the list, from 0 on."""
    found = file_at(raw, number)
    return (safe_name(found[0]), found[1]) if found else None


def safe_name(name: str) -> str:
    """A file name without paths, marks of direction or control signs; never hidden, never empty."""
    bare = name.replace("\\", "/").rsplit("/", 1)[-1]
    clean = " ".join(_UNSAFE.sub("_", bare).split()).strip(" .")
    return clean[-120:].strip(" .") or "file"
