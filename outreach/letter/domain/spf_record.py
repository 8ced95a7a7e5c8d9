"""The grammar of an SPF record (RFC 7208, sections 4.6 and 12)."""

import ipaddress
import re
from dataclasses import dataclass

from outreach.kit.patterns import late

MECHANISMS = ("all", "include", "a", "mx", "ptr", "ip4", "ip6", "exists")
WITH_LOOKUP = ("include", "a", "mx", "ptr", "exists")
_MODIFIER = late(r"([a-z][a-z0-9_.-]{0,60})=(.{0,1000})\Z", re.IGNORECASE | re.DOTALL)
_CIDR = late(r"(?:/(0|[1-9]\d?))?(?://(0|[1-9]\d{0,2}))?\Z")
_MACRO = late(r"%\{[slodiphcrtv](?:\d{1,3})?r?[.+,/_=-]{0,7}\}|%%|%_|%-", re.IGNORECASE)
_DOMAIN_MACRO = late(r"%\{[slodiphv](?:\d{1,3})?r?[.+,/_=-]{0,7}\}|%%|%_|%-", re.IGNORECASE)
_TOP = late(r"[a-z0-9-]{0,63}[a-z-][a-z0-9-]{0,63}\Z", re.IGNORECASE)
_QUALIFIERS = {"+": "pass", "-": "fail", "~": "softfail", "?": "neutral", "": "pass"}


class BadRecord(ValueError):
    """The record breaks the grammar; the text says where."""


@dataclass(frozen=True, slots=True)
class Mechanism:
    """One directive: `result` when it matches, `target` a domain with macros or an address, CIDR lengths or None."""

    result: str
    name: str
    target: str = ""
    cidr4: int = 32
    cidr6: int = 128


@dataclass(frozen=True, slots=True)
class Record:
    mechanisms: tuple[Mechanism, ...]
    redirect: str = ""
    explanation: str = ""


def is_spf(text: str) -> bool:
    """Is this TXT record one of ours to read? The version stands alone or before a blank."""
    return text[:6].lower() == "v=spf1" and (len(text) == 6 or text[6] == " ")


def parse(text: str) -> Record:
    """Read a whole record; raises BadRecord at any wrong term, wherever it stands."""
    if not text.isascii():
        raise BadRecord("holds signs that are not ASCII")
    mechanisms: list[Mechanism] = []
    modifiers: dict[str, str] = {}
    for term in text[6:].split(" "):
        if not term:
            continue
        name, value = _modifier(term)
        if not name:
            mechanisms.append(_mechanism(term))
        elif name in ("redirect", "exp") and name in modifiers:
            raise BadRecord(f"has {name}= twice")
        else:
            modifiers[name] = _checked(name, value, term)
    return Record(tuple(mechanisms), modifiers.get("redirect", ""), modifiers.get("exp", ""))


def _modifier(term: str) -> tuple[str, str]:
    match = _MODIFIER.match(term)
    return (match[1].lower(), match[2]) if match else ("", "")


def _checked(name: str, value: str, term: str) -> str:
    if name in ("redirect", "exp"):
        return _domain_spec(value, term)
    _macro_string(value, term, _MACRO)
    return value


def _mechanism(term: str) -> Mechanism:
    match = re.match(r"([+?~-]?)([a-z][a-z0-9_.-]{0,60})", term, re.IGNORECASE)
    if not match or match[2].lower() not in MECHANISMS:
        raise BadRecord(f"does not know {term!r}")
    result, name, rest = _QUALIFIERS[match[1]], match[2].lower(), term[match.end() :]
    match name:
        case "all":
            if rest:
                raise BadRecord(f"{term!r}: all takes nothing")
            return Mechanism(result, name)
        case "ip4" | "ip6":
            return _address(result, name, rest, term)
        case "include" | "exists":
            if not rest.startswith(":"):
                raise BadRecord(f"{term!r}: {name} needs a domain")
            return Mechanism(result, name, _domain_spec(rest[1:], term))
        case "ptr":
            return Mechanism(result, name, _optional_domain(rest, term))
        case _:
            return _with_cidr(result, name, rest, term)


def _optional_domain(rest: str, term: str) -> str:
    if not rest:
        return ""
    if not rest.startswith(":"):
        raise BadRecord(f"{term!r}: not understood after its name")
    return _domain_spec(rest[1:], term)


def _with_cidr(result: str, name: str, rest: str, term: str) -> Mechanism:
    """`a` and `mx`: the lengths stand last, and a domain may hold slashes within macros."""
    start = _cidr_start(rest)
    target, lengths = rest[:start], rest[start:]
    four, six = _lengths(lengths, term)
    return Mechanism(result, name, _optional_domain(target, term), four, six)


def _cidr_start(rest: str) -> int:
    match = re.search(r"(?:/[^/{}]{0,10})?(?://[^/{}]{0,10})?\Z", rest)
    return match.start() if match else len(rest)


def _lengths(text: str, term: str) -> tuple[int, int]:
    match = _CIDR.match(text)
    if not match:
        raise BadRecord(f"{term!r}: wrong length after the slash")
    four, six = int(match[1] or 32), int(match[2] or 128)
    if four > 32 or six > 128:
        raise BadRecord(f"{term!r}: length too large")
    return four, six


def _address(result: str, name: str, rest: str, term: str) -> Mechanism:
    if not rest.startswith(":"):
        raise BadRecord(f"{term!r}: {name} needs an address")
    text, slash, length = rest[1:].partition("/")
    most = 32 if name == "ip4" else 128
    if slash and (not re.fullmatch(r"0|[1-9]\d{0,2}", length) or int(length) > most):
        raise BadRecord(f"{term!r}: wrong length after the slash")
    try:
        address = ipaddress.IPv4Address(text) if name == "ip4" else ipaddress.IPv6Address(text)
    except ValueError as error:
        raise BadRecord(f"{term!r}: no address") from error
    bits = int(length) if slash else most
    return Mechanism(
        result, name, str(address), bits if name == "ip4" else 32, bits if name == "ip6" else 128
    )


def _domain_spec(value: str, term: str) -> str:
    """A domain, perhaps with macros, that ends in a top label or in a macro."""
    _macro_string(value, term, _DOMAIN_MACRO)
    if not re.search(r"%\{[^}]{1,12}\}\Z|%%\Z|%_\Z|%-\Z", value):
        top = value.removesuffix(".").rpartition(".")
        if not top[1] or not _TOP.match(top[2]) or top[2].startswith("-") or top[2].endswith("-"):
            raise BadRecord(f"{term!r}: no domain")
    return value


def _macro_string(value: str, term: str, macros: re.Pattern[str]) -> None:
    rest = macros.sub("", value)
    if "%" in rest or any(not "!" <= sign <= "~" for sign in rest):
        raise BadRecord(f"{term!r}: wrong macro or sign")
