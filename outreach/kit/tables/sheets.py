"""Workbooks of Excel and its kin (XLSX, ECMA-376): the values of one sheet, row by row; no formula is evaluated.

The parts are read as a stream of tags, so that memory does not grow with the sheet whatever is in it: a tree of
the tags, as openpyxl makes one a row, takes thirty times its file.  A document type is refused at once, and with
it every entity of a file's own.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Collection, Iterator
from typing import Any
from xml.parsers import expat

from outreach.kit.patterns import late
from outreach.kit.tables.archives import parts
from outreach.kit.tables.caps import BadTable, Caps, Row, Table

_BROKEN = "This XLSX file is broken. Save it anew in your spreadsheet and bring it again."
_QUIET = 2**20
"""Bytes without a single tag or text: no honest file has so long a tag."""

_LAST_ROW = 1_048_576
_DATES = frozenset([*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)])
"""Number formats of ECMA-376 18.8.30 that are days or times."""

_NO_DATE = late(r'"[^"]*"|\\.|_.|\[(?!h+\]|m+\]|s+\])[^\]]*\]|General', re.IGNORECASE)
_WHOLE = late(r"-?\d{1,15}")
_REF = late(r"([A-Z]{1,3})\d*")
_ESCAPED = late(r"_x([0-9A-Fa-f]{4})_")

Attributes = dict[str, str]


def is_workbook(names: Collection[str]) -> bool:
    return "xl/workbook.xml" in names


def table(archive: zipfile.ZipFile, wanted: str, caps: Caps) -> Table:
    """The sheet `wanted`, or the first one that is shown. Raises BadTable."""
    found = _sheets(archive)
    if not found:
        raise BadTable("There is no sheet in this workbook.")
    names = tuple(found)
    if wanted and wanted not in found:
        raise BadTable(
            f"There is no sheet “{wanted[:40]}” in this workbook. It has: {', '.join(names[:10])}."
        )
    name = wanted or names[0]
    part, is_1904 = found[name]
    notices = (f"The workbook has {len(names)} sheets; this is “{name}”.",) if len(names) > 1 else ()

    def walk() -> Iterator[Row]:
        strings = _strings(archive, caps)
        yield from _Sheet(strings, _date_styles(archive), is_1904, caps).rows(archive, part)

    return Table("xlsx", walk, caps, sheet=name, sheets=names, notices=notices)


def names(archive: zipfile.ZipFile) -> list[str]:
    """The sheets that are shown, in their order."""
    return list(_sheets(archive))


def _tags(
    archive: zipfile.ZipFile,
    name: str,
    start: Callable[[str, Attributes], None],
    end: Callable[[str], None] | None = None,
    text: Callable[[str], None] | None = None,
) -> Iterator[None]:
    """Walk through a part; control comes back after each piece of it. Tags come without their name space."""
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    quiet = 0

    def began(tag: str, attributes: Attributes) -> None:
        nonlocal quiet
        quiet = 0
        start(tag.rpartition(" ")[2], attributes)

    def said(words: str) -> None:
        nonlocal quiet
        quiet = 0
        if text:
            text(words)

    parser.StartElementHandler = began
    parser.CharacterDataHandler = said
    parser.StartDoctypeDeclHandler = _refuse
    if end:
        parser.EndElementHandler = lambda tag: end(tag.rpartition(" ")[2])
    try:
        for piece in parts(archive, name):
            parser.Parse(piece, False)
            quiet += len(piece)
            if quiet > _QUIET:
                raise BadTable(_BROKEN)
            yield
        parser.Parse(b"", True)
        yield
    except (expat.ExpatError, ValueError, IndexError) as error:
        raise error if isinstance(error, BadTable) else BadTable(_BROKEN) from None


def _refuse(*_: Any) -> None:
    raise BadTable("This XLSX file holds a document type, which no spreadsheet writes. It is not opened.")


def _through(walk: Iterator[None]) -> None:
    for _ in walk:
        pass


def _sheets(archive: zipfile.ZipFile) -> dict[str, tuple[str, bool]]:
    """{name: (part, whether its days count from 1904)} of the sheets that are shown, in their order."""
    named: list[tuple[str, str]] = []
    is_1904 = False

    def start(tag: str, has: Attributes) -> None:
        nonlocal is_1904
        if tag == "workbookPr":
            is_1904 = has.get("date1904", "0") in ("1", "true")
        elif tag == "sheet" and has.get("state", "visible") == "visible" and len(named) < 500:
            key = next((value for name, value in has.items() if name.endswith(" id")), "")
            named.append((has.get("name", "")[:100], key))

    _through(_tags(archive, "xl/workbook.xml", start))
    where = _relations(archive)
    known = set(archive.namelist())
    return {name: (where[key], is_1904) for name, key in named if where.get(key) in known}


def _relations(archive: zipfile.ZipFile) -> dict[str, str]:
    found: dict[str, str] = {}

    def start(tag: str, has: Attributes) -> None:
        if tag == "Relationship" and has.get("Type", "").endswith("/worksheet") and len(found) < 1000:
            target = has.get("Target", "")
            found[has.get("Id", "")] = target.lstrip("/") if target.startswith("/") else f"xl/{target}"

    _through(_tags(archive, "xl/_rels/workbook.xml.rels", start))
    return found


def _strings(archive: zipfile.ZipFile, caps: Caps) -> list[str]:
    """The texts that cells name by their number."""
    if "xl/sharedStrings.xml" not in archive.namelist():
        return []
    found: list[str] = []
    held: list[str] = []
    inside = skipped = 0
    room = caps.strings

    def start(tag: str, _: Attributes) -> None:
        nonlocal inside, skipped
        if tag == "t":
            inside += 1
        elif tag == "rPh":
            skipped += 1

    def end(tag: str) -> None:
        nonlocal inside, skipped, room
        if tag == "t":
            inside -= 1
        elif tag == "rPh":
            skipped -= 1
        elif tag == "si":
            found.append(_plain("".join(held)))
            room -= len(found[-1]) + 32
            held.clear()
            if room < 0:
                raise BadTable("The texts of this workbook are too long together. Save its sheet as CSV.")

    def text(words: str) -> None:
        nonlocal room
        if inside and not skipped:
            held.append(words)
            if len(words) > room:
                raise BadTable("The texts of this workbook are too long together. Save its sheet as CSV.")

    _through(_tags(archive, "xl/sharedStrings.xml", start, end, text))
    return found


def _plain(text: str) -> str:
    """A text without the escapes of signs that XML has no place for (ECMA-376 22.9.2.19)."""
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text) if "_x" in text else text


def _date_styles(archive: zipfile.ZipFile) -> frozenset[int]:
    """The numbers of the cell styles that make a number a day."""
    if "xl/styles.xml" not in archive.namelist():
        return frozenset()
    own: dict[int, bool] = {}
    styles: list[int] = []
    inside = False

    def start(tag: str, has: Attributes) -> None:
        nonlocal inside
        if tag == "numFmt" and len(own) < 5_000:
            own[int(has.get("numFmtId", "0"))] = _is_date(has.get("formatCode", ""))
        elif tag == "cellXfs":
            inside = True
        elif tag == "xf" and inside and len(styles) < 70_000:
            styles.append(int(has.get("numFmtId", "0")))

    def end(tag: str) -> None:
        nonlocal inside
        inside = inside and tag != "cellXfs"

    _through(_tags(archive, "xl/styles.xml", start, end))
    return frozenset(place for place, key in enumerate(styles) if (own.get(key, key in _DATES)))


def _is_date(code: str) -> bool:
    return re.search(r"[dmyhs]", _NO_DATE.sub("", code.partition(";")[0]), re.IGNORECASE) is not None


class _Sheet:
    """One walk through a sheet."""

    def __init__(self, strings: list[str], dates: frozenset[int], is_1904: bool, caps: Caps) -> None:
        self._strings, self._dates, self._is_1904, self._caps = strings, dates, is_1904, caps
        self._done: list[Row] = []
        self._number = self._column = 0
        self._cells: list[str] = []
        self._wide = 0
        self._kind, self._style = "n", 0
        self._text: list[str] = []
        self._signs = 0
        self._inside = ""

    def rows(self, archive: zipfile.ZipFile, part: str) -> Iterator[Row]:
        for _ in _tags(archive, part, self._start, self._end, self._said):
            yield from self._done
            self._done.clear()

    def _start(self, tag: str, has: Attributes) -> None:
        if tag == "c":
            self._kind, self._style = has.get("t", "n"), int(has.get("s", 0))
            self._column = _column(has["r"]) if "r" in has else self._column + 1
            self._text, self._signs = [], 0
        elif tag in ("v", "t", "f", "rPh"):
            if self._inside not in ("f", "rPh"):
                self._inside = tag
        elif tag == "row":
            self._number = int(has.get("r", self._number + 1))
            if not 0 < self._number <= _LAST_ROW:
                raise BadTable(_BROKEN)
            self._cells, self._column, self._wide = [], 0, 0

    def _said(self, words: str) -> None:
        if self._inside in ("v", "t") and self._signs <= self._caps.cell:
            self._text.append(words)
            self._signs += len(words)

    def _end(self, tag: str) -> None:
        if tag == self._inside:
            self._inside = ""
        elif tag == "c":
            self._put(self._value("".join(self._text)))
        elif tag == "row":
            self._done.append(self._row())

    def _put(self, value: str) -> None:
        if not value:
            return
        if self._column > self._caps.columns:
            self._wide = max(self._wide, self._column)
            return
        gap = self._column - len(self._cells)
        if gap > 0:
            self._cells.extend([""] * gap)
        self._cells[self._column - 1] = value

    def _row(self) -> Row:
        if self._wide:
            words = f"It has {self._wide:,} columns; at most {self._caps.columns} can be read."
            return Row(self._number, tuple(cell[:200] for cell in self._cells[:20]), words)
        return Row(self._number, tuple(self._cells))

    def _value(self, text: str) -> str:
        if not text:
            return ""
        if self._kind == "s":
            return self._strings[int(text)]
        if self._kind == "b":
            return "true" if text == "1" else "false"
        if self._kind == "n":
            return self._number_of(text)
        return _plain(text)

    def _number_of(self, text: str) -> str:
        if self._style in self._dates:
            return _day(float(text), self._is_1904)
        if _WHOLE.fullmatch(text):
            return text
        return format(float(text), ".15g")


def _column(reference: str) -> int:
    """The number of a column from its letters: "C7" is 3."""
    match = _REF.fullmatch(reference)
    if match is None:
        raise BadTable(_BROKEN)
    number = 0
    for letter in match[1]:
        number = number * 26 + ord(letter) - 64
    return number


def _day(serial: float, is_1904: bool) -> str:
    """A serial number as ISO 8601: a day, a moment, or a time of day; the number itself when it is none."""
    from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900, from_excel

    try:
        found = from_excel(serial, CALENDAR_MAC_1904 if is_1904 else CALENDAR_WINDOWS_1900)
    except (OverflowError, ValueError):
        return format(serial, ".15g")
    words = str(found.isoformat(" ") if hasattr(found, "date") else found.isoformat())
    return words.removesuffix(" 00:00:00")
