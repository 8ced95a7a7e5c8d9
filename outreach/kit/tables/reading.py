"""What kind of file is it? Decided by its bytes, never by its name."""

from __future__ import annotations

import io
import struct
from typing import IO

from outreach.kit.patterns import late
from outreach.kit.tables import archives, sheets, texts
from outreach.kit.tables.caps import CAPS, BadTable, Caps, Table

_OTHERS: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG", "a picture (PNG)"),
    (b"\xff\xd8\xff", "a picture (JPEG)"),
    (b"GIF8", "a picture (GIF)"),
    (b"BM", "a picture (BMP)"),
    (b"RIFF", "a picture, sound or film"),
    (b"%PDF", "a PDF"),
    (b"%!PS", "a print file (PostScript)"),
    (b"\x1f\x8b", "a file packed with gzip"),
    (b"BZh", "a file packed with bzip2"),
    (b"\xfd7zXZ", "a file packed with xz"),
    (b"7z\xbc\xaf", "a 7-Zip archive"),
    (b"Rar!", "a RAR archive"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a program"),
    (b"SQLite format 3\x00", "a database"),
    (b"{\\rtf", "a text of a word processor (RTF)"),
)  # fmt: skip
_OLD_EXCEL = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_HEAD = 64 * 1024
_MARKUP = (b"<!doctype", b"<html", b"<?xml", b"<table", b"<svg", b"<head")
_JSON = late(rb"[\xef\xbb\xbf\s]*(?:\[\s*)?(?:\{\s*\"|\[\s*\")")
_CONTROL = bytes(set(range(32)) - {9, 10, 12, 13, 27})


def read(
    file: IO[bytes], *, sheet: str = "", entry: str = "", caps: Caps = CAPS, is_inside: bool = False
) -> Table:
    """The table in a seekable binary file, which must stay open while its rows are walked through.

    `sheet` picks a sheet of a workbook by name (else the first that is shown), `entry` a file of a ZIP;
    `is_inside` says that it came out of one, so that no ZIP within a ZIP is opened. Raises BadTable.
    """
    file.seek(0)
    head = file.read(_HEAD)
    if not head.strip(b" \t\r\n\x00\xef\xbb\xbf\xff\xfe"):
        raise BadTable("The file is empty.")
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _unpacked(file, sheet, entry, caps, is_inside)
    if head.startswith(_OLD_EXCEL) and _is_locked(file, head):
        raise BadTable("This file is locked by a password. Save it without one.")
    _refuse(head)
    return texts.table(file, caps)


def places(file: IO[bytes], *, caps: Caps = CAPS, entry: str = "") -> list[tuple[str, str]]:
    """(file of a ZIP or "", sheet of a workbook or "") of each table in a file, as `read` takes them. Raises BadTable."""
    file.seek(0)
    if not file.read(4).startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return [(entry, "")]
    archive = archives.opened(file, caps)
    if sheets.is_workbook(archive.namelist()):
        return [(entry, name) for name in sheets.names(archive)]
    if entry or archives.other_document(archive.namelist()):
        return [(entry, "")]
    names = archives.table_names(archive)[: caps.tables + 1]
    if len(names) > caps.tables:
        raise BadTable(f"This ZIP holds more than {caps.tables} tables. Bring the one you mean.")
    return [
        place
        for name in names
        for place in places(archives.one_table(archive, name, caps), caps=caps, entry=name)
    ]


def pasted(text: str, *, caps: Caps = CAPS) -> Table:
    """The table in a text that somebody pasted. Raises BadTable."""
    if not text.strip("\ufeff \t\r\n\x00"):
        raise BadTable("Nothing was pasted.")
    return texts.table(io.BytesIO(text.encode("utf-8", "replace")), caps)


def _unpacked(file: IO[bytes], sheet: str, entry: str, caps: Caps, is_inside: bool) -> Table:
    archive = archives.opened(file, caps)
    names = set(archive.namelist())
    if sheets.is_workbook(names):
        return sheets.table(archive, sheet, caps)
    if other := archives.other_document(names):
        raise BadTable(f"This is {other}, no table that can be read. Save it as XLSX or CSV.")
    if is_inside:
        raise BadTable("There is a ZIP within the ZIP. Unpack it and bring the table alone.")
    return read(archives.one_table(archive, entry, caps), sheet=sheet, caps=caps, is_inside=True)


def _is_locked(file: IO[bytes], head: bytes) -> bool:
    """Is it a workbook behind a password: a compound file whose directory names an encrypted package (MS-OFFCRYPTO 2.3.4.4)?"""
    shift, first = struct.unpack_from("<H16xI", head, 30) if len(head) >= 512 else (9, 0)
    file.seek((first + 1) << min(shift, 16))
    return _ENCRYPTED in head or _ENCRYPTED in file.read(_HEAD)


def _refuse(head: bytes) -> None:
    """Raise BadTable when these bytes begin something else than text."""
    if head.startswith(_OLD_EXCEL):
        raise BadTable("This is a file of an old Excel (.xls) or Word. Save it as XLSX or CSV.")
    for magic, what in _OTHERS:
        if head.startswith(magic) and not (len(magic) == 2 and _looks_like_text(head)):
            raise BadTable(f"This is {what}, whatever its name says, and no table. Bring a CSV, TSV or XLSX.")
    if head.lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(_MARKUP):
        raise BadTable(
            "This is a web page or XML, no table. Open it in a spreadsheet and save it as XLSX or CSV."
        )
    if _JSON.match(head):
        raise BadTable(
            "This is JSON, as programs give it to each other, and no table. Save it as CSV or XLSX."
        )
    if not _looks_like_text(head):
        raise BadTable("This is no text: it may be a picture or a program. Bring a CSV, TSV or XLSX.")


def _looks_like_text(head: bytes) -> bool:
    """Not more than one control sign in a hundred; UTF-16 is text although every second byte of it is NUL."""
    if texts.utf16_of(head):
        return True
    odd = len(head) - len(head.translate(None, _CONTROL))
    return odd * 100 <= len(head) or (odd <= 2 and len(head) > 20)
