"""Which files may go with a letter: a name that can do no harm, and a type that is what is in the file. Pure.

UnfitFile   a file that is refused; its text says why, for the writer
"""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass
from unicodedata import category, normalize

MOST_BYTES = 10 * 2**20
"""Of all files of a letter together."""
MOST_FILES = 10
LONGEST_NAME = 100
"""Signs of a file's name, its ending among them."""
MOST_ENTRIES = 5_000
"""Entries of a document that is a zip; real ones have some dozens."""

PDF, PNG, JPEG, GIF, WEBP = "PDF document", "PNG picture", "JPEG picture", "GIF picture", "WebP picture"
WORD, SHEET, SLIDES = "Word document", "Excel sheet", "PowerPoint file"
ODT, ODS, ODP, TEXT = "OpenDocument text", "OpenDocument sheet", "OpenDocument slides", "plain text"
OFFICE = "application/vnd.openxmlformats-officedocument"
OPEN = "application/vnd.oasis.opendocument"

ENDINGS: dict[str, tuple[str, str]] = {
    "pdf": (PDF, "application/pdf"),
    "png": (PNG, "image/png"),
    "jpg": (JPEG, "image/jpeg"),
    "jpeg": (JPEG, "image/jpeg"),
    "gif": (GIF, "image/gif"),
    "webp": (WEBP, "image/webp"),
    "docx": (WORD, f"{OFFICE}.wordprocessingml.document"),
    "xlsx": (SHEET, f"{OFFICE}.spreadsheetml.sheet"),
    "pptx": (SLIDES, f"{OFFICE}.presentationml.presentation"),
    "odt": (ODT, f"{OPEN}.text"),
    "ods": (ODS, f"{OPEN}.spreadsheet"),
    "odp": (ODP, f"{OPEN}.presentation"),
    "txt": (TEXT, "text/plain"),
    "md": (TEXT, "text/plain"),
    "csv": (TEXT, "text/csv"),
}
"""Ending: what it promises in words, and the type that is told to the reader's program."""

ACCEPTED = ", ".join(f".{ending}" for ending in ENDINGS)
"""For the `accept` of a file field."""

_STARTS = (
    (b"%PDF-", PDF),
    (b"\x89PNG\r\n\x1a\n", PNG),
    (b"\xff\xd8\xff", JPEG),
    (b"GIF87a", GIF),
    (b"GIF89a", GIF),
)
_OTHERS = (
    (b"MZ", "program"),
    (b"\x7fELF", "program"),
    (b"#!", "script"),
    (b"Rar!", "archive"),
    (b"\x1f\x8b", "archive"),
)
_PARTS = (("word/", WORD), ("xl/", SHEET), ("ppt/", SLIDES))
_OPEN = {f"{OPEN}.text": ODT, f"{OPEN}.spreadsheet": ODS, f"{OPEN}.presentation": ODP}
_RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?$")


class UnfitFile(ValueError):
    """This file cannot go with a letter; the text says why."""


@dataclass(frozen=True)
class Judged:
    """A file that may go along: its clean name, and its type as in image/png."""

    name: str
    type: str
    content: bytes


def judge(name: str, content: bytes) -> Judged:
    """The file with a clean name and its true type. Raises UnfitFile."""
    clean = clean_name(name)
    ending = clean.rpartition(".")[2].lower()
    if ending not in ENDINGS:
        raise UnfitFile(
            f"“{clean}” is of no kind that letters carry. Documents, pictures and plain text may go along."
        )
    if not content:
        raise UnfitFile(f"“{clean}” is empty.")
    if len(content) > MOST_BYTES:
        raise UnfitFile(f"“{clean}” is larger than 10 MB. Send a link to it instead.")
    promised, kind = ENDINGS[ending]
    found = kind_of(content)
    if found != promised:
        raise UnfitFile(f"“{clean}” says that it is a {promised}, but it holds: {found}.")
    return Judged(clean, kind, content)


def refuse_too_many(sizes: list[int]) -> None:
    """Raises UnfitFile when so many files, or so many bytes, cannot go with one letter."""
    if len(sizes) > MOST_FILES:
        raise UnfitFile(f"At most {MOST_FILES} files go with one letter.")
    if sum(sizes) > MOST_BYTES:
        raise UnfitFile("The files of a letter are at most 10 MB in all. Send a link to the largest instead.")


def clean_name(name: str) -> str:
    """A name without folders, control and direction signs, dots and spaces at its ends; never empty, never reserved."""
    last = re.split(r"[/\\]", normalize("NFC", name))[-1]
    kept = "".join(
        sign
        for sign in last
        if category(sign) not in ("Cc", "Cf", "Cs", "Zl", "Zp") and sign not in '"<>:|?*;'
    )
    kept = " ".join(kept.split()).rstrip(". ")
    stem, dot, ending = kept.rpartition(".")
    if not dot:
        return kept.strip()[:LONGEST_NAME] or "file"
    stem = stem.strip(". ") or "file"
    stem = f"file-{stem}" if _RESERVED.match(stem) else stem
    return f"{stem[: LONGEST_NAME - 1 - len(ending[:10])]}.{ending[:10]}"


def kind_of(content: bytes) -> str:
    """What is in the file, in words: by its first bytes, and in a zip by what it holds."""
    for start, kind in (*_STARTS, *_OTHERS):
        if content.startswith(start):
            return kind
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return WEBP
    if content.startswith(b"PK\x03\x04"):
        return _kind_of_zip(content)
    return TEXT if _is_text(content) else "file of another kind"


def _kind_of_zip(content: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as found:
            names = found.namelist()[:MOST_ENTRIES]
            if any(name.lower().endswith("vbaproject.bin") for name in names):
                return "document with macros"
            if "mimetype" in names and found.getinfo("mimetype").file_size < 200:
                return _OPEN.get(found.read("mimetype").decode("ascii", "replace").strip(), "archive")
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, ValueError, OSError):
        return "broken archive"
    if "[Content_Types].xml" in names:
        return next(
            (kind for part, kind in _PARTS if any(name.startswith(part) for name in names)), "archive"
        )
    return "archive"


def _is_text(content: bytes) -> bool:
    """UTF-8 without control signs, and no page or picture that could run something when it is opened."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return False
    if any(ord(sign) < 32 and sign not in "\t\r\n\f" for sign in text[:100_000]):
        return False
    return not re.match(r"\s*<(!doctype|html|svg|\?xml|script)", text[:200], re.IGNORECASE)
