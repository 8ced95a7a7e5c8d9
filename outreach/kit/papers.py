"""Files that people hand in: a name that can do no harm, and a type that is what is in the file. Pure.

UnfitFile   a file that is refused; its text says why, for who brought it
"""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass
from unicodedata import category, normalize

LONGEST_NAME = 100
"""Signs of a file's name, its ending among them."""
MOST_ENTRIES = 5_000
"""Entries of a document that is a zip; real ones have some dozens."""
MOST_SWELL, SMALL = 200, 50 * 2**20
"""How many times its size a document may say that it unpacks to, once that is more than SMALL bytes; a bomb is at 1,000."""

PDF, PNG, JPEG, GIF, WEBP = "PDF document", "PNG picture", "JPEG picture", "GIF picture", "WebP picture"
WORD, SHEET, SLIDES = "Word document", "Excel sheet", "PowerPoint file"
ODT, ODS, ODP, TEXT = "OpenDocument text", "OpenDocument sheet", "OpenDocument slides", "plain text"
CALENDAR = "calendar file"
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
    "ics": (CALENDAR, "text/calendar"),
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
_END_OF_ZIP = b"PK\x05\x06"
_PAGE = re.compile(rb"<(!doctype html|html|script|svg|body|iframe)[\s>/]", re.IGNORECASE)
_RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?$")


class UnfitFile(ValueError):
    """This file is refused; the text says why."""


@dataclass(frozen=True)
class Judged:
    """A file that was found fit: its clean name, and its type as in image/png."""

    name: str
    type: str
    content: bytes


def judge(name: str, content: bytes, *, most: int, whither: str) -> Judged:
    """The file with a clean name and its true type; `most` bytes, `whither` as in "letters carry". Raises UnfitFile."""
    clean = clean_name(name)
    ending = clean.rpartition(".")[2].lower()
    if ending not in ENDINGS:
        raise UnfitFile(
            f"“{clean}” is of no kind that {whither}. Documents, pictures and plain text may go along."
        )
    if not content:
        raise UnfitFile(f"“{clean}” is empty.")
    if len(content) > most:
        raise UnfitFile(f"“{clean}” is larger than {most // 2**20} MB. Send a link to it instead.")
    promised, kind = ENDINGS[ending]
    found = kind_of(content)
    if found != promised:
        raise UnfitFile(f"“{clean}” says that it is a {promised}, but it holds: {found}.")
    return Judged(clean, kind, content)


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
    for start, kind in _OTHERS:
        if content.startswith(start):
            return kind
    for start, kind in _STARTS:
        if content.startswith(start):
            return _unless_two(kind, content)
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return _unless_two(WEBP, content)
    if content.startswith(b"PK\x03\x04"):
        return _kind_of_zip(content)
    if not _is_text(content):
        return "file of another kind"
    return CALENDAR if content.removeprefix(b"\xef\xbb\xbf").startswith(b"BEGIN:VCALENDAR") else TEXT


def _unless_two(kind: str, content: bytes) -> str:
    """A picture or PDF that is a page or an archive as well is neither: which one it is depends on who opens it."""
    if _PAGE.search(content, 0, 1024):
        return f"{kind} that is a page as well"
    return f"{kind} that is an archive as well" if _END_OF_ZIP in content[-70_000:] else kind


def _kind_of_zip(content: bytes) -> str:
    end = content.rfind(_END_OF_ZIP)
    if end >= 0 and int.from_bytes(content[end + 10 : end + 12], "little") > MOST_ENTRIES:
        return "archive"
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as found:
            names = found.namelist()[:MOST_ENTRIES]
            if sum(one.file_size for one in found.infolist()) > max(SMALL, MOST_SWELL * len(content)):
                return "archive that swells without measure"
            if len(set(names)) < len(names):
                return "archive that names a part twice"
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
