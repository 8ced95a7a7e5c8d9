"""Tables of text: CSV, TSV and their kin, whatever they are encoded in and separated by."""

from __future__ import annotations

import codecs
import csv
import io
from collections import Counter, deque
from collections.abc import Iterator
from typing import IO

from outreach.kit.patterns import late
from outreach.kit.tables.caps import BadTable, Caps, Row, Table
from outreach.kit.tables.charsets import old_encoding
from outreach.kit.tables.safety import unsafe

DELIMITERS = "\t,;|"
_BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"), (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"),
)  # fmt: skip
_SEP = late(r'^"?sep=(.)"?$')
_SAMPLE = 64 * 1024
_SAMPLE_LINES = 400
_SAMPLE_BAD = 50
"""Rows that cannot be read, after which a sign is given up."""
_NOT_UTF8 = (
    "Not all of it was UTF-8; those signs were read as Windows-1252. Look at the letters with accents."
)
_SHOWN = 200
_TELLING = 4 * 2**20
"""Bytes of a file by which an old encoding is told."""


def _as_windows(error: UnicodeError) -> tuple[str, int]:
    """Bytes that are no UTF-8, as browsers read Windows-1252 (the five holes of it are control signs)."""
    assert isinstance(error, UnicodeDecodeError)
    wrong = error.object[error.start : error.end]
    text = "".join(bytes([byte]).decode("cp1252", "ignore") or "\ufffd" for byte in wrong)
    return text, error.end


codecs.register_error("outreach.windows", _as_windows)


def table(file: IO[bytes], caps: Caps) -> Table:
    """The table in a file of text. Raises BadTable."""
    encoding, notices = _encoding(file)
    sample = _sample(file, encoding)
    named = _SEP.match(sample.splitlines()[0].strip()) if sample.strip() else None
    delimiter = named[1] if named else sniff(sample)

    def walk() -> Iterator[Row]:
        file.seek(0)
        text = io.TextIOWrapper(file, encoding=encoding, errors=_errors(encoding), newline="")
        try:
            if named:
                text.readline(caps.line)
            yield from _rows(text, delimiter, caps)
        except UnicodeError:
            raise BadTable("The file ends within a sign, or mixes encodings. Save it as UTF-8.") from None
        finally:
            text.detach()

    return Table("csv", walk, caps, encoding, delimiter, notices=notices)


def _errors(encoding: str) -> str:
    if encoding.startswith("utf-"):
        return "outreach.windows" if encoding.startswith("utf-8") else "strict"
    return "replace"


def _encoding(file: IO[bytes]) -> tuple[str, tuple[str, ...]]:
    file.seek(0)
    head = file.read(4096)
    for bom, name in _BOMS:
        if head.startswith(bom):
            return name, () if name != "utf-8-sig" or _is_utf8(file) else (_NOT_UTF8,)
    if name := utf16_of(head):
        return name, ()
    if _is_utf8(file):
        return "utf-8", ()
    file.seek(0)
    old, name = old_encoding(file.read(_TELLING))
    told = f"It is no UTF-8; it was read as {name}. Look at its letters." if old else _NOT_UTF8
    return old or "utf-8", (told,)


def utf16_of(head: bytes) -> str:
    """The kind of UTF-16 that these first bytes are, "" when they are none: half of their bytes are NUL."""
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    even, odd = head[:2000:2], head[1:2000:2]
    if len(odd) < 4:
        return ""
    if odd.count(0) * 10 > len(odd) * 7 and even.count(0) * 10 < len(even):
        return "utf-16-le"
    return "utf-16-be" if even.count(0) * 10 > len(even) * 7 and odd.count(0) * 10 < len(odd) else ""


def _is_utf8(file: IO[bytes]) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    file.seek(0)
    try:
        while part := file.read(2**20):
            decoder.decode(part)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _sample(file: IO[bytes], encoding: str) -> str:
    file.seek(0)
    decoder = codecs.getincrementaldecoder(encoding)(
        _errors(encoding) if encoding.startswith("utf-8") else "replace"
    )
    return decoder.decode(file.read(_SAMPLE))


def sniff(sample: str) -> str:
    """The sign between the cells: the one by which most lines are of rows of the same width, and then the widest; "" when it is a plain list."""
    lines = [line for line in sample.splitlines()[:_SAMPLE_LINES] if line.strip()]
    if len(sample) >= _SAMPLE // 4 and len(lines) > 1:
        lines.pop()  # it was cut
    best, found = (0, 0), ""
    for is_strict in (True, False):  # where no row can be read, the sign is told all the same
        for delimiter in DELIMITERS:
            score = _score(lines, delimiter, is_strict)
            if score > best:
                best, found = score, delimiter
        if found:
            break
    return found


def _score(lines: list[str], delimiter: str, is_strict: bool) -> tuple[int, int]:
    """(lines of rows of the usual width, that width); a width of one counts for nothing.

    Lines and not rows: a quoted cell of several lines, as the contexts of Ahrefs have, is one row by the right sign, and torn by a wrong one.
    """
    if not any(delimiter in line for line in lines):
        return 0, 0
    widths: Counter[int] = Counter()
    for cells, eaten in _sample_rows(lines, delimiter, is_strict):
        widths[len(cells)] += eaten
    widths.pop(1, None)
    if not widths:
        return 0, 0
    width, covered = max(widths.items(), key=lambda item: (item[1], item[0]))
    return covered, width


def _sample_rows(lines: list[str], delimiter: str, is_strict: bool) -> Iterator[tuple[list[str], int]]:
    """(cells, how many lines they stand in) of each row that can be read; one that cannot is passed by its first line."""
    at = tries = 0
    while at < len(lines) and tries < _SAMPLE_BAD:
        reader = csv.reader(lines[at:], delimiter=delimiter, strict=is_strict)
        done = 0
        try:
            for cells in reader:
                yield cells, reader.line_num - done
                done = reader.line_num
        except csv.Error:
            done += 1
            tries += 1
        at += done


class _Lines:
    """Lines of a text, given to the CSV reader one by one; what the present row has eaten can be given back."""

    def __init__(self, text: io.TextIOWrapper, caps: Caps) -> None:
        self._text, self._caps = text, caps
        self._waiting: deque[str] = deque()
        self.eaten: list[str] = []
        self.signs = 0
        self.is_cut = self.is_long = False

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        if len(self.eaten) >= self._caps.lines_in_a_row or self.signs > self._caps.line:
            self.is_cut = True
            raise StopIteration
        line = self._waiting.popleft() if self._waiting else self._read()
        if not line:
            raise StopIteration
        self.eaten.append(line)
        self.signs += len(line)
        return line

    def _read(self) -> str:
        line = self._text.readline(self._caps.line)
        if len(line) < self._caps.line or line.endswith(("\n", "\r")):
            return line
        self.is_long = True
        while (rest := self._text.readline(self._caps.line)) and not rest.endswith(("\n", "\r")):
            pass
        return line

    def begin(self) -> None:
        """A new row begins."""
        self.eaten, self.signs, self.is_cut, self.is_long = [], 0, False, False

    def give_back(self) -> str:
        """All lines of this row but its first wait again; gives the first."""
        first = self.eaten[0]
        self._waiting.extendleft(reversed(self.eaten[1:]))
        return first


def _rows(text: io.TextIOWrapper, delimiter: str, caps: Caps) -> Iterator[Row]:
    if not delimiter:
        yield from _plain(text, caps)
        return
    lines = _Lines(text, caps)
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    number = bad = 0
    while True:
        lines.begin()
        number += 1
        problem, cells = "", list[str]()
        try:
            cells = next(reader)
        except StopIteration:
            if not lines.eaten:
                return
        except csv.Error as error:
            problem = _words(error, lines)
        if lines.is_long:
            problem = f"The line is longer than {caps.line:,} signs."
        elif lines.is_cut and not problem:
            problem = "A quote is opened in it that never ends."
        if not problem:
            yield Row(number, tuple([unsafe(cell) if cell[:1] == "'" else cell for cell in cells]))
            continue
        if not lines.eaten:
            return
        bad += 1
        yield Row(number, (lines.give_back().strip("\r\n")[:_SHOWN].replace("\x00", ""),), problem)
        if bad >= caps.bad_quotes:
            raise BadTable(
                f"{bad} rows up to row {number} cannot be read, the last for this: {problem} Save the table anew as CSV."
            )
        reader = csv.reader(lines, delimiter=delimiter, strict=True)


def _words(error: csv.Error, lines: _Lines) -> str:
    """Why the reader gave up, for people. The reader tells its errors apart by their texts alone."""
    said = str(error)
    if "field larger" in said:
        return f"A cell of it is longer than {csv.field_size_limit():,} signs."
    if len(lines.eaten) > 1 or "unexpected end" in said:
        return "A quote is opened in it that never ends."
    if "expected after" in said:
        return "A quote stands in the middle of a cell. Quotes within a quoted cell are written twice."
    return "It is no row of a table."


def _plain(text: io.TextIOWrapper, caps: Caps) -> Iterator[Row]:
    """One cell a line."""
    lines = _Lines(text, caps)
    for number, line in enumerate(iter(lines._read, ""), 1):
        bare = line.strip("\r\n")
        if lines.is_long:
            yield Row(number, (bare[:_SHOWN],), f"The line is longer than {caps.line:,} signs.")
            lines.is_long = False
            continue
        if len(bare) > 1 and bare[0] == bare[-1] == '"':
            bare = bare[1:-1].replace('""', '"')
        yield Row(number, (unsafe(bare),))
