"""What is in a column? By its header in several languages, else by what stands under it.  Pure.

`header_key` makes headers comparable, `looks_like` says what a cell is, `day_of` and `money_of` read what people
write in sheets.  Which headers mean what is the caller's table.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation

from outreach.kit.patterns import late

MONTHS = {
    name: number
    for number, names in enumerate(
        [
            "jan january januar janvier enero gennaio januari janeiro ene",
            "feb february februar fevrier febrero febbraio februari fevereiro fev",
            "mar march marz maerz mars marzo maart marco mrz",
            "apr april avril abril aprile avr abr",
            "may mai mayo maggio mei maio",
            "jun june juni juin junio giugno junho",
            "jul july juli juillet julio luglio julho",
            "aug august aout agosto augustus ago",
            "sep sept september septembre septiembre settembre setembro set",
            "oct october oktober octobre octubre ottobre outubro okt",
            "nov november novembre noviembre novembro",
            "dec december dezember decembre diciembre dicembre dezembro dez dic",
        ],
        1,
    )
    for name in names.split()
}
"""Names of months in the languages whose sheets we have met, without accents."""

_YEAR_FIRST = late(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ].*)?")
_YEAR_LAST = late(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}|\d{2})(?:[T, ].*)?")
_DAY_MONTH = late(r"(\d{1,2})(?:\.|st|nd|rd|th)?(?: de)? ([^\W\d_]+)\.?,?(?: de)? (\d{4})(?: .*)?")
_MONTH_DAY = late(r"([^\W\d_]+)\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})(?:,? .*)?")
_MONEY = late(r"([^\d\s.,'’-]{0,4}) ?(-?\d[\d.,'’ ]*) ?([^\d\s.,'’-]{0,4})")
_SIGNS = {"€": "EUR", "$": "USD", "US$": "USD", "£": "GBP", "¥": "JPY", "zł": "PLN", "kr": "SEK", "Fr.": "CHF", "₹": "INR"}  # fmt: skip
_CURRENCIES = frozenset(
    """AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF
    CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD
    HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD
    LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK
    PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SYP SZL THB TJS TMT
    TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VES VND VUV WST XAF XCD XOF XPF YER ZAR ZMW ZWG""".split()
)
"""ISO 4217: “Col 1” and “URL 2” are names of columns and no prices."""
_URL = late(r"(?:https?:)?//[^\s/]+\.[^\s]+|(?:www\.)?[^\s/@:]+\.[a-z]{2,24}/[^\s]*", re.IGNORECASE)
_HOST = late(r"(?:www\.)?(?:[\w-]+\.)+[a-z][a-z0-9-]{1,23}", re.IGNORECASE)
_MAIL = late(r"[^\s@<>]+@[^\s@<>]+\.[^\s@<>]+|.{0,100}<[^\s@<>]+@[^\s@<>]+>")
_MAILS = late(r"[^\s@<>,;|]+@[^\s@<>,;|]+\.[^\s@<>,;|]+")
_NUMBER = late(r"-?\d+(?:[.,]\d+)?(?:%| ?[kKmM])?")


def header_key(text: str) -> str:
    """A header for comparing: lower case, without accents, punctuation and spaces. "Référence URL:" is "referenceurl"."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in plain if sign.isalnum())


def looks_like(cell: str) -> str:
    """One of "url", "mail", "day", "host", "number", "money" or "text"; "" for nothing."""
    text = cell.strip()
    if not text:
        return ""
    if _URL.fullmatch(text):
        return "url"
    if _MAIL.fullmatch(text) or (text.count("@") > 1 and len(mails_of(text)) == text.count("@")):
        return "mail"
    if day_of(text) or day_of(text, is_day_first=False):
        return "day"
    if _HOST.fullmatch(text):
        return "host"
    if _NUMBER.fullmatch(text):
        return "number"
    return "money" if money_of(text) is not None else "text"


def mails_of(text: str) -> list[str]:
    """The mail addresses of a cell, which may hold several, and links to them (RFC 6068); a text with one or none as it is."""
    text = text.strip(" ;,|")
    if text.count("@") > 1:
        text = re.sub("mailto:", " ", text, flags=re.IGNORECASE)
        return [one.strip("()[]\"'.") for one in _MAILS.findall(text)] or [text]
    if text[:7].lower() == "mailto:":
        return [text[7:].partition("?")[0].strip()]
    return [text] if text else []


def kinds(rows: Iterable[Sequence[str]], width: int) -> list[str]:
    """What most cells of each column look like; "" for a column with nothing in it."""
    counts: list[Counter[str]] = [Counter() for _ in range(width)]
    for row in rows:
        for count, cell in zip(counts, row, strict=False):
            count[looks_like(cell)] += 1
    for count in counts:
        count.pop("", None)
    return [count.most_common(1)[0][0] if count else "" for count in counts]


def has_header(rows: Sequence[Sequence[str]]) -> bool:
    """Does the first row name the columns? Its cells are words where those below are addresses, days or numbers."""
    if not rows:
        return False
    first = [looks_like(cell) for cell in rows[0]]
    if any(kind in ("url", "mail", "day", "money") for kind in first):
        return False
    below = kinds(rows[1:], len(rows[0]))
    return any(top == "text" and kind not in ("", "text") for top, kind in zip(first, below, strict=True))


def is_day_first(cells: Iterable[str]) -> bool:
    """Does 3/4/2026 mean the third of April in this column? Yes, unless a day in the second place says otherwise."""
    for cell in cells:
        match = _YEAR_LAST.fullmatch(cell.strip())
        if match and int(match[1]) > 12:
            return True
        if match and int(match[2]) > 12:
            return False
    return True


def day_of(text: str, *, is_day_first: bool = True) -> date | None:
    """The day that is written here, by number or by a month's name; None when it is none."""
    text = text.strip()
    try:
        if match := _YEAR_FIRST.fullmatch(text):
            return date(int(match[1]), int(match[2]), int(match[3]))
        if match := _YEAR_LAST.fullmatch(text):
            a, b = int(match[1]), int(match[2])
            day, month = (a, b) if is_day_first or "." in match[0][:6] else (b, a)
            return date(_year(match[3]), month, day)
        if match := _DAY_MONTH.fullmatch(text):
            return date(int(match[3]), _month(match[2]), int(match[1]))
        if match := _MONTH_DAY.fullmatch(text):
            return date(int(match[3]), _month(match[1]), int(match[2]))
    except (ValueError, KeyError):
        return None
    return None


def _year(text: str) -> int:
    return int(text) if len(text) == 4 else 2000 + int(text)


def _month(name: str) -> int:
    return MONTHS[header_key(name)]


def money_of(text: str) -> tuple[Decimal, str] | None:
    """(amount, ISO 4217 code or "") of a price as people write it: "€ 1.200,50", "120 EUR", "$1,200"; None when it is none."""
    match = _MONEY.fullmatch(text.strip().replace("\xa0", " ").replace("\u202f", " "))
    if match is None:
        return None
    currency = _currency(match[1], match[3])
    amount = _amount(match[2].strip())
    return None if currency is None or amount is None else (amount, currency)


def _currency(before: str, after: str) -> str | None:
    """The code of what stands before or after the number; None when that is no currency."""
    word = before or after
    if not word:
        return ""
    if before and after:
        return None
    if word in _SIGNS:
        return _SIGNS[word]
    return word.upper() if word.upper() in _CURRENCIES else None


def _amount(text: str) -> Decimal | None:
    digits = re.sub(r"[ '’]", "", text).rstrip(".,")
    last = max(digits.rfind("."), digits.rfind(","))
    whole, rest = (digits[:last], digits[last + 1 :]) if _is_decimal(digits, last) else (digits, "")
    try:
        found = Decimal(re.sub(r"[.,]", "", whole) + (f".{rest}" if rest else ""))
    except InvalidOperation:
        return None
    return found if abs(found) < Decimal(10) ** 10 else None


def _is_decimal(digits: str, last: int) -> bool:
    """Is the last dot or comma the decimal one? It parts thousands when it stands there twice, or alone before three digits."""
    if last < 0 or digits[last] in digits[:last]:
        return False
    if {".", ","} <= set(digits):
        return True
    return len(digits) - last != 4 or digits[:last].strip("-") in ("", "0")
