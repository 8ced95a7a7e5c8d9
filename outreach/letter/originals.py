"""Which of our mails came back? The original's Message-ID, in a part, or in the text below the report."""

import re

from outreach.kit.patterns import late
from outreach.letter.lines import cut_lines
from outreach.letter.mail import Mail, first

_MESSAGE_ID = late(r"<[^<>\s]{1,500}>")
_ID_LINE = late(
    r"^[>\s|*]{0,8}(?:x-original-|original-|x-)?message[- ]?id[ \t]{0,5}:[ \t]{0,5}(.{0,600})", re.IGNORECASE
)
_HEADER = late(r"^[>\s]{0,4}([A-Za-z][\w-]{1,60}):(?:\s|$)")
_TELLING = (
    "received",
    "message-id",
    "return-path",
    "mime-version",
    "x-received",
    "dkim-signature",
    "x-mailer",
    "delivered-to",
)
_MARK = late(
    r"^\W{0,40}(?:(?:this is|below|following is) .{0,30}copy of|.{0,20}original message(?! (?:was|could|has|is|to))|message headers? follow"
    r"|.{0,20}undelivered message follows|the header of the original|.{0,10}unsent message|.{0,20}message follows|your message reads|original headers"
    r"|.{0,20}returned message|mensaje original|message d'origine|urspr\w{1,3}ngliche nachricht)",
    re.IGNORECASE,
)


def split_returned(text: str) -> tuple[list[str], list[str]]:
    """The report's own lines, and the lines of the mail given back below it."""
    lines = cut_lines(text)
    for at, line in enumerate(lines):
        if (at and _MARK.match(line) and _has_headers(lines[at : at + 12])) or _is_header_block(
            lines[at : at + 14]
        ):
            return lines[:at], lines[at:]
    return lines, []


def _has_headers(lines: list[str]) -> bool:
    return sum(1 for line in lines if _HEADER.match(line)) >= 2


def _is_header_block(lines: list[str]) -> bool:
    """Three header lines in a row, one of them of a kind that only a mail's head has."""
    names: list[str] = []
    for line in lines:
        if match := _HEADER.match(line):
            names.append(match[1].lower())
        elif not names or not line.strip("> ") or line.lstrip(">")[:1] not in " \t":
            break
    return len(names) >= 3 and any(name in _TELLING for name in names)


def original_message_id(mail: Mail) -> str:
    """The Message-ID of the mail this one is about, with its angle brackets; never its own; empty when unknown."""
    own = _bracketed(mail.get("message-id"))
    for candidate in _candidates(mail):
        if candidate and candidate != own:
            return candidate
    return ""


def _candidates(mail: Mail) -> list[str]:
    found = [_bracketed(first(mail.returned, "message-id"))]
    for part in mail.parts:
        if part.text and "essage" in part.text:
            above, below = split_returned(part.text)
            found += [_in_line(line, after) for lines in (below, above) for line, after in _pairs(lines)]
    found += [_bracketed(mail.get(name)) for name in ("x-original-message-id", "in-reply-to", "references")]
    return found


def _pairs(lines: list[str]) -> list[tuple[str, str]]:
    return [
        (line, after)
        for line, after in zip(lines, [*lines[1:], ""], strict=False)
        if "essage" in line or "MESSAGE" in line
    ]


def _in_line(line: str, after: str) -> str:
    match = _ID_LINE.match(line)
    if not match:
        return ""
    value = match[1].strip() or after.strip("> \t")
    return _bracketed(value) or (f"<{value.split()[0]}>" if "@" in value.split(" ")[0] else "")


def _bracketed(value: str) -> str:
    """The first `<...>` of a header; a folded id may have blanks inside, which are taken out."""
    match = _MESSAGE_ID.search(value[:2_000])
    if match:
        return match.group()
    squeezed = "".join(value[:600].split())
    whole = _MESSAGE_ID.fullmatch(squeezed)
    return whole.group() if whole else ""
