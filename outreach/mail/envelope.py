"""An outgoing letter as bytes on the wire.

The header lines are written here and not by the standard library's policies: those turn a long Message-ID or a
List-Unsubscribe address into `=?utf-8?q?...?=` and fold inside it. Each line below is folded at white space only.
The same `Letter`, date and Message-ID give the same bytes, so a preview is what will be sent.
"""

import hashlib
import re
import secrets
from base64 import b32encode
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email.header import Header
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, quote
from unicodedata import category

from outreach.mail.address import clean_address, sender_domain
from outreach.mail.refusals import FORBIDDEN

LINE = 76
"""Signs in a header line that is folded, where white space allows it."""
MAX_LINE = 998
"""Octets in any line, without its CRLF (RFC 5322, 2.1.1)."""
MAX_NAME = 200
"""Signs in a display name or a file name."""
MAX_SUBJECT = 400
MAX_MESSAGE_ID = 70
LAST_REFERENCES = 19
GMAIL_CLIPS_AT = 102_400
"""Octets of HTML after which Gmail hides the rest."""

MIME = SMTP.clone(cte_type="7bit", max_line_length=LINE)


class HeaderRefused(ValueError):
    """A value cannot stand in a header; the text names the header and says why."""


@dataclass(frozen=True)
class Party:
    """A name and an address, as in From and To."""

    address: str
    name: str = ""


@dataclass(frozen=True)
class Attachment:
    """A file that goes with the letter; `type` as in image/png."""

    filename: str
    type: str
    content: bytes


@dataclass(frozen=True)
class Letter:
    """All that goes into the bytes but the date and the Message-ID.

    `unsubscribe_url` counts for the header only when it is https; else `unsubscribe_mailto` stands there.
    `in_reply_to` and `references` are Message-IDs with their angle brackets, oldest first.
    """

    sender: Party
    to: Party
    subject: str
    text: str
    html: str = ""
    reply_to: str = ""
    outreach_id: str = ""
    unsubscribe_url: str = ""
    unsubscribe_mailto: str = ""
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    is_system: bool = False
    smtputf8: bool = False


def new_message_id(address: str) -> str:
    """`<128 random bits@domain of the sender>`, at most 70 signs."""
    token = b32encode(secrets.token_bytes(16)).decode().rstrip("=").lower()
    labels = sender_domain(address).split(".")
    while len(token) + len(".".join(labels)) + 3 > MAX_MESSAGE_ID and len(labels) > 1:
        labels.pop(0)
    return f"<{token}@{'.'.join(labels)}>"


def new_token() -> str:
    """An opaque token of 128 bits in 22 signs, for addresses that outsiders get."""
    return secrets.token_urlsafe(16)


def build(letter: Letter, *, message_id: str, date: datetime) -> bytes:
    """The message, CRLF only, no line over 998 octets. `date` is aware.

    Raises HeaderRefused, and BadAddress for an address that cannot be written to.
    """
    head = "".join(f"{line}\r\n" for line in _head(letter, message_id, date))
    return head.encode("utf-8" if letter.smtputf8 else "ascii") + _body(letter, message_id)


def _head(letter: Letter, message_id: str, date: datetime) -> Iterator[str]:
    yield f"Date: {format_datetime(date)}"
    yield from _party("From", letter.sender, letter.smtputf8)
    yield from _party("To", letter.to, letter.smtputf8)
    if letter.reply_to:
        yield from _party("Reply-To", Party(letter.reply_to), letter.smtputf8)
    yield from _text("Subject", letter.subject)
    yield from _tokens("Message-ID", [message_id])
    yield from _threading(letter)
    if letter.outreach_id:
        yield from _tokens("X-Outreach-Id", [letter.outreach_id])
    yield from _unsubscribing(letter)
    if letter.is_system:
        yield "Auto-Submitted: auto-generated"


def _threading(letter: Letter) -> Iterator[str]:
    """The root and the last 19 are kept, so that the line of a long thread stays bounded."""
    if letter.in_reply_to:
        yield from _tokens("In-Reply-To", [letter.in_reply_to])
    if letter.references:
        root, rest = letter.references[0], letter.references[1:]
        yield from _tokens("References", [root, *rest[-LAST_REFERENCES:]])


def _unsubscribing(letter: Letter) -> Iterator[str]:
    """One-click (RFC 8058) asks for https; without it the mailbox itself takes the request."""
    if letter.unsubscribe_url.startswith("https://"):
        yield from _tokens("List-Unsubscribe", [f"<{letter.unsubscribe_url}>"])
        yield "List-Unsubscribe-Post: List-Unsubscribe=One-Click"
    elif letter.unsubscribe_mailto:
        yield from _tokens("List-Unsubscribe", [f"<{letter.unsubscribe_mailto}>"])


# Header lines


def _plain(header: str, value: str, limit: int) -> str:
    """The value, when nothing in it can end a line or a header."""
    if any(sign in FORBIDDEN or category(sign) == "Cs" for sign in value):
        raise HeaderRefused(f"{header} holds a line break or a control sign.")
    if len(value) > limit:
        raise HeaderRefused(f"{header} is longer than {limit} signs.")
    return value.strip()


def _text(header: str, value: str) -> Iterator[str]:
    value = _plain(header, value, MAX_SUBJECT)
    if _reads_as_itself(value):
        yield from _folded(header, value.split(" "))
    else:
        yield f"{header}: {_encoded(header, value)}"


def _reads_as_itself(value: str) -> bool:
    """ASCII without what a reader would decode, in words short enough to fold between."""
    return value.isascii() and "=?" not in value and all(len(word) <= LINE - 10 for word in value.split(" "))


def _encoded(header: str, value: str) -> str:
    return Header(value, "utf-8", maxlinelen=LINE, header_name=header).encode(linesep="\r\n")


def _party(header: str, party: Party, smtputf8: bool) -> Iterator[str]:
    address = clean_address(party.address, smtputf8=smtputf8)
    name = _plain(f"The name in {header}", party.name, MAX_NAME)
    if not name:
        yield from _folded(header, [address])
    elif _reads_as_itself(name):
        phrase = name if re.fullmatch(r"[A-Za-z0-9 !#$&'*+/=?^_`{|}~-]+", name) else f'"{quote(name)}"'
        yield from _folded(header, [*phrase.split(" "), f"<{address}>"])
    else:
        yield f"{header}: {_encoded(header, name)}"
        yield f" <{address}>"


def is_token(text: str) -> bool:
    """Whether a header can hold it as it is."""
    return re.fullmatch(r"[\x21-\x7e]{1,900}", text) is not None


def _tokens(header: str, tokens: list[str]) -> Iterator[str]:
    """Tokens that readers compare sign by sign: never encoded, never folded inside."""
    for token in tokens:
        if not is_token(token):
            raise HeaderRefused(f"{header} holds something else than plain signs: {token[:40]!r}.")
    yield from _folded(header, tokens)


def _folded(header: str, words: list[str]) -> Iterator[str]:
    line = f"{header}:"
    for word in words:
        if len(line) + 1 + len(word) > LINE and line.strip() and not line.endswith(":"):
            yield line
            line = ""
        line = f"{line} {word}"
    yield line


# The body


def _body(letter: Letter, message_id: str) -> bytes:
    message = EmailMessage(policy=MIME)
    text = _lines(letter.text)
    message.set_content(text, charset="utf-8", cte=_transfer(text))
    if letter.html:
        page = _lines(letter.html)
        message.add_alternative(page, subtype="html", charset="utf-8", cte=_transfer(page))
    for attachment in letter.attachments:
        _attach(message, attachment)
    _settle(message, letter.outreach_id or message_id)
    return message.as_bytes(policy=MIME)


def _lines(text: str) -> str:
    """Line ends of all kinds become one, so that a bare CR can never start a second message."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if "\0" in text or any(category(sign) == "Cs" for sign in text):
        raise HeaderRefused("The text holds a sign that no mail can carry.")
    return text if text.endswith("\n") else f"{text}\n"


def _transfer(text: str) -> str:
    """Plain when it fits; else quoted-printable: filters trust a text in base64 less."""
    fits = text.isascii() and all(len(line) <= LINE for line in text.split("\n"))
    return "7bit" if fits else "quoted-printable"


def _attach(message: EmailMessage, attachment: Attachment) -> None:
    name = _plain("A file's name", attachment.filename, MAX_NAME)
    kind, _, subtype = attachment.type.partition("/")
    if not re.fullmatch(r"[a-z]{1,20}/[a-z0-9.+-]{1,80}", attachment.type) or kind in {
        "multipart",
        "message",
    }:
        raise HeaderRefused(f"{attachment.type[:40]!r} is not a type that a file can have.")
    message.add_attachment(attachment.content, maintype=kind, subtype=subtype, filename=name)


def _settle(message: EmailMessage, seed: str) -> None:
    """One MIME-Version, and boundaries from what preview and letter share, so that both give the same bytes."""
    for number, part in enumerate(message.walk()):
        if number:
            del part["MIME-Version"]
        if part.is_multipart():
            part.set_boundary("=_" + hashlib.sha256(f"{number} {seed}".encode()).hexdigest()[:32])


def clips_in_gmail(html: str) -> bool:
    """Is the HTML so long that Gmail hides its end, the line to unsubscribe among it?"""
    return len(html.encode()) > GMAIL_CLIPS_AT
