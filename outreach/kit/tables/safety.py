"""Cells that a spreadsheet would run as formulas, made harmless so that they can be read back as they were.

OWASP, CSV Injection: a cell that begins with `= + - @`, TAB or CR may be run.  Beyond that: their full-width
twins, dashes that spreadsheets turn into a minus, whatever stands before them that is dropped on opening
(spaces, a byte order mark, quotes), and one after a semicolon or TAB inside the cell, because a spreadsheet
of another country splits there.  Such a cell gets an apostrophe before it (and one more at each such split);
numbers that are numbers are never touched.  `unsafe(safe(text)) == text` for every text.
"""

from __future__ import annotations

from outreach.kit.patterns import late

_LEAD = r"[\s\x00-\x20\x7f-\xa0\xad\u180e\u200b-\u200f\u2028-\u202f\u2060\ufeff\"'“”„«`´‘’]*"
_SIGN = r"[=+\-@\uff1d\uff0b\uff0d\uff20\u2010-\u2015\u2212\ufe62\ufe63\ufe66\ufe6b]"
_BEGINS = late(rf"{_LEAD}{_SIGN}|'*[\t\r]")
_WAS_SPLIT = late(rf"([;\t])'(?={_LEAD}{_SIGN})")
_SPLITS = late(rf"([;\t])(?={_LEAD}{_SIGN})")


def safe(text: str) -> str:
    """The text as a cell that no spreadsheet runs."""
    splits = _SPLITS.search(text) is not None if (";" in text or "\t" in text) else False
    if not splits and not _BEGINS.match(text):
        return text
    return "'" + (_SPLITS.sub(r"\1'", text) if splits else text)


def unsafe(text: str) -> str:
    """What `safe` was given; a cell that it has not made is left as it is."""
    if not text.startswith("'"):
        return text
    before = _WAS_SPLIT.sub(r"\1", text[1:])
    return before if safe(before) == text else text
