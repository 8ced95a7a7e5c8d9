"""ZIP files, looked at before anything of them is unpacked."""

from __future__ import annotations

import struct
import tempfile
import zipfile
from collections.abc import Collection, Iterator
from typing import IO

from outreach.kit.tables.caps import BadTable, Caps, SeveralTables

_TAIL = 65_557
"""Bytes: the end record of a ZIP and its longest comment (APPNOTE 4.3.16)."""

_DOCUMENTS = {
    "word/document.xml": "a Word document",
    "ppt/presentation.xml": "a slide show",
    "xl/workbook.bin": "a binary Excel file (.xlsb)",
    "META-INF/MANIFEST.MF": "a program (JAR)",
    "mimetype": "an OpenDocument file or e-book",
    "Index/Document.iwa": "a file of Numbers, Pages or Keynote",
    "AndroidManifest.xml": "a program (APK)",
}  # fmt: skip
_TABLES = (".csv", ".tsv", ".tab", ".txt", ".xlsx")
_ON_DISK_FROM = 8 * 2**20


def opened(file: IO[bytes], caps: Caps) -> zipfile.ZipFile:
    """The archive, once its index promises nothing that may not be. Raises BadTable.

    The index is measured before it is read: a million entries would cost seconds.
    """
    _refuse_index(file, caps)
    try:
        archive = zipfile.ZipFile(file)
    except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError, struct.error, OSError):
        raise BadTable("This ZIP or XLSX file is broken. Save it anew and bring it again.") from None
    total = 0
    for info in archive.infolist():
        _refuse_entry(info, caps)
        total += info.file_size
    if total > caps.unpacked:
        raise BadTable(
            f"Unpacked, this file is larger than {caps.unpacked // 2**20} MB. Bring a smaller part of it."
        )
    return archive


def _refuse_index(file: IO[bytes], caps: Caps) -> None:
    file.seek(0, 2)
    size = file.tell()
    file.seek(max(0, size - _TAIL))
    tail = file.read(_TAIL)
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) - at < 22:
        raise BadTable("This ZIP or XLSX file ends too early. Bring the whole file.")
    entries, index_size = struct.unpack("<HL", tail[at + 10 : at + 16])
    if entries > caps.entries or index_size > caps.zip_index or tail.rfind(b"PK\x06\x07") >= 0:
        raise BadTable(f"This ZIP holds more than {caps.entries:,} files. Bring the table alone.")
    file.seek(0)


def _refuse_entry(info: zipfile.ZipInfo, caps: Caps) -> None:
    name = info.filename.replace("\\", "/")
    if name.startswith("/") or ".." in name.split("/") or ":" in name or "\x00" in info.orig_filename:
        raise BadTable("This ZIP holds a file whose name leads out of it. It is not opened.")
    if info.flag_bits & 0x1:
        raise BadTable("This file is locked by a password. Save it without one.")
    packed = max(info.compress_size, 1)
    if info.file_size > caps.ratio_counts_from and info.file_size > caps.ratio * packed:
        raise BadTable("This file unpacks to far more than its size, as a ZIP bomb does. It is not opened.")


def other_document(names: Collection[str]) -> str:
    """What else these entries make, in words; "" when they are files as any."""
    return next((what for name, what in _DOCUMENTS.items() if name in names), "")


def table_names(archive: zipfile.ZipFile) -> list[str]:
    """The files in a ZIP that may be tables, by their names."""
    return [info.filename for info in archive.infolist() if _is_table(info.filename)]


def one_table(archive: zipfile.ZipFile, wanted: str, caps: Caps) -> IO[bytes]:
    """The one table in a ZIP, as a file of its own. Raises BadTable, SeveralTables."""
    found = [archive.getinfo(name) for name in table_names(archive) if wanted in ("", name)]
    if not found:
        raise BadTable("There is no table in this ZIP: no CSV, TSV or XLSX file.")
    if len(found) > 1:
        raise SeveralTables([info.filename for info in found])
    return unpack(archive, found[0], caps)


def _is_table(name: str) -> bool:
    last = name.rpartition("/")[2]
    return last.lower().endswith(_TABLES) and not last.startswith(".") and not name.startswith("__MACOSX/")


def unpack(archive: zipfile.ZipFile, info: zipfile.ZipInfo, caps: Caps) -> IO[bytes]:
    """The entry's bytes, in memory or in a nameless file on disk that is gone when it is closed."""
    into = tempfile.SpooledTemporaryFile(max_size=_ON_DISK_FROM)  # noqa: SIM115  (the caller walks through it)
    left = caps.unpacked
    for part in parts(archive, info.filename):
        left -= len(part)
        if left < 0:
            raise BadTable(f"Unpacked, this file is larger than {caps.unpacked // 2**20} MB.")
        into.write(part)
    into.seek(0)
    return into


def parts(archive: zipfile.ZipFile, name: str, size: int = 64 * 1024) -> Iterator[bytes]:
    """The entry's bytes in parts; never more than its index says. Raises BadTable."""
    try:
        with archive.open(name) as stream:
            while part := stream.read(size):
                yield part
    except (
        zipfile.BadZipFile,
        zipfile.LargeZipFile,
        OSError,
        EOFError,
        NotImplementedError,
        RuntimeError,
        KeyError,
    ):
        raise BadTable("This ZIP or XLSX file is broken. Save it anew and bring it again.") from None
    except Exception as error:  # zlib.error and its kin of the other packers have no common parent
        if type(error).__module__ not in ("zlib", "bz2", "_lzma", "lzma"):
            raise
        raise BadTable("This ZIP or XLSX file is broken. Save it anew and bring it again.") from None
