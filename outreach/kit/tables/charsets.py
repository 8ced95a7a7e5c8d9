"""In which of the old encodings is a text that is no UTF-8?  By the shape of its words.  Pure.

A spreadsheet saves “CSV” as its computer's country has it: Windows-1252 in the west of Europe, 1251 in Russia,
Shift_JIS in Japan (WHATWG Encoding, section 4.2, has their labels).  Read as the right one, signs beyond ASCII make words of
one script; read as a wrong one they fall apart.  Western words are the other way round: single signs among ASCII.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

from outreach.kit.patterns import late

_LOOKED_AT = 16 * 1024
"""Bytes of lines with signs beyond ASCII; more tell nothing new."""
_SEQUENCE = late(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_CENTRAL = late(
    rb"[A-Za-z\xc0-\xff][\x8d\x8f\x9d\xa3\xa5\xaf\xb3\xb9\xbc\xbe\xbf][a-z\xc0-\xff]|(?<![A-Za-z\x80-\xff])[\xa3\xaf\x8f][a-z\xe0-\xff]"
)
"""Letters of Windows-1250 that are no letters in 1252 (ł is ³, ż is ¿), within or before a word."""
_NEUTRAL = frozenset("\xa0«»‘’“”„–—…•·№©®™°€")
_WHOLE = r"(?<![^\W_])(?:{})(?![^\W_])"


def _words(pattern: str) -> Callable[[str], int]:
    """Counts the signs of whole words of this shape."""
    find = re.compile(_WHOLE.format(pattern)).finditer
    return lambda text: sum(len(match[0]) for match in find(text))


def _pairs(encoding: str, common: Callable[[bytes], bool]) -> Callable[[str], int]:
    """Counts the signs in runs of two and more that are common ones of an encoding of two bytes a sign."""

    def count(text: str) -> int:
        runs = re.findall(r"[^\x00-\x7f]{2,}", text)
        return sum(common(sign.encode(encoding, "replace")) for run in runs for sign in run)

    return count


_EAST = ""
_OLD: tuple[tuple[str, str, Callable[[str], int], str], ...] = (
    ("cp1255", "Hebrew (Windows-1255)", _words("[א-ת]{3,}"), "יוהלאתמרבנשד"),
    ("cp1253", "Greek (Windows-1253)", _words("[Ά-Ϋ]?[ά-ία-ρσ-ώ]+[ά-ία-ώ]|[Ά-Ϋ]{3,}"), "αοιετνσρηκπςόάίήέώύ"),
    ("cp1251", "Cyrillic (Windows-1251)", _words("[Ѐ-Я]?[а-џґ]{2,}|[Ѐ-ЯҐ]{3,}"), "оеаинтсрвлкмді"),
    ("cp1256", "Arabic (Windows-1256)", _words("[ء-ےً-ْـ]{3,}"), "اليمنوترعبدحة"),
    ("cp874", "Thai (Windows-874)", _words("(?:[เ-ไ]?[ก-ฮ][ัำิ-ฺ็-๎]{0,3}[ะาๅๆฯ]?){2,}"), "านรกอยเมตลสงวดทชใไ่้ัิี์"),
    ("cp932", "Japanese (Shift_JIS)", _pairs("cp932", lambda code: len(code) == 2 and code[0] <= 0x97), _EAST),
    ("cp949", "Korean (EUC-KR)", _pairs("cp949", lambda code: 0xB0 <= code[0] <= 0xC8 and code[-1] >= 0xA1), _EAST),
    ("gb18030", "Chinese (GBK)", _pairs("gb18030", lambda code: len(code) == 2 and (0xB0 <= code[0] <= 0xD7 or code[0] in (0xA1, 0xA3)) and code[1] >= 0xA1), _EAST),
    ("big5", "Chinese (Big5)", _pairs("big5", lambda code: 0xA1 <= code[0] <= 0xC6), _EAST),
)  # fmt: skip
"""(encoding, its name for people, how many signs of a text are as they would be in it, its commonest letters); of those alike the first counts."""
_COMMON_IN_THE_EAST = 0.45
"""Less than a text of few letters has of its commonest, more than another one read as it."""
_RARE = 0.3
_ENOUGH = 0.6


def old_encoding(data: bytes) -> tuple[str, str]:
    """(encoding, its name for people) of bytes that are no UTF-8; ("", "") for Windows-1252, also where it is one of both."""
    lines = _telling(data)
    sample = b"\n".join(lines)
    beyond = len(sample) - len(sample.translate(None, bytes(range(128, 256))))
    if not beyond or sum(len(match[0]) for match in _SEQUENCE.finditer(sample)) * 2 >= beyond:
        return "", ""
    scores = [_score(lines, *one) for one in _OLD]
    if max(scores) > 0:
        encoding, name, *_ = _OLD[scores.index(max(scores))]
        return encoding, name
    return ("cp1250", "Central European (Windows-1250)") if _CENTRAL.search(sample) else ("", "")


def _telling(data: bytes) -> list[bytes]:
    """The first lines with signs beyond ASCII. No byte of a line's end is part of a sign in any of these encodings."""
    found, size = [], 0
    for line in re.split(rb"[\r\n]+", data):
        if not line.isascii() and size + len(line) <= _LOOKED_AT:
            found.append(line)
            size += len(line)
    return found


def _score(lines: Sequence[bytes], encoding: str, _: str, count: Callable[[str], int], common: str) -> float:
    """How well these lines are read so: 0 where too much falls apart, or the commonest letters are rare."""
    share = _share(lines, encoding, count)
    if share < _ENOUGH:
        return 0
    text = "".join(line.decode(encoding, "ignore") for line in lines).lower()
    letters = [sign for sign in text if sign > "\x7f" and sign not in _NEUTRAL]
    often = sum(sign in common for sign in letters) / len(letters) if common else _COMMON_IN_THE_EAST
    return share + often if often >= _RARE else 0


def _share(lines: Iterable[bytes], encoding: str, count: Callable[[str], int]) -> float:
    """How much of what is beyond ASCII is as it should be, from 0 to 1; a line that cannot be read in it counts against it."""
    usual = whole = 0
    for line in lines:
        try:
            text = line.decode(encoding)
        except UnicodeDecodeError:
            whole += len(line) - len(line.translate(None, bytes(range(128, 256))))
            continue
        usual += count(text)
        whole += sum(sign > "\x7f" and sign not in _NEUTRAL for sign in text)
    return usual / max(whole, usual, 1)
