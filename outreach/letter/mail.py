"""A mail taken apart: headers, parts, and the message that a bounce gives back. Never raises."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message
from email.policy import compat32
from functools import cached_property
from typing import cast

from outreach.kit.patterns import late
from outreach.letter.charsets import decode_header, decode_text, decode_transfer
from outreach.letter.lines import html_text

Headers = tuple[tuple[str, str], ...]
MAX_DEPTH = 30
MAX_PARTS = 500
MAX_HEADER = 100_000
# Nested multiparts cost the standard parser (boundaries x lines); above this the mail is read flat.
MAX_WORK = 2_000_000
_FIELD = late(r"([!-9;-~]{1,80})[ \t]{0,10}:(.*)", re.DOTALL)
_PARAM = late(r";\s{0,20}([\w-]{1,40})\*?\d?\*?\s{0,5}=\s{0,5}(?:\"([^\"]{0,500})\"|([^\s;]{1,500}))")
# Of all message/* only these enclose a mail; the others (delivery-status, feedback-report) are fields.
_ENCLOSING = ("message/rfc822", "message/global", "message/news")


@dataclass(frozen=True, slots=True)
class Part:
    """One leaf. `text` is empty for what is not text; `size` counts decoded bytes."""

    kind: str
    text: str
    filename: str = ""
    size: int = 0
    is_returned: bool = False


@dataclass(frozen=True)
class Mail:
    """A mail as read; `problem` says what could not be, else it is empty."""

    headers: Headers
    parts: tuple[Part, ...] = ()
    returned: Headers = ()
    report_type: str = ""
    problem: str = ""
    _index: dict[str, str] = field(default_factory=dict, repr=False, compare=False)

    def get(self, name: str) -> str:
        """The first header of this name, decoded, on one line; empty when there is none."""
        return first(self.headers, name)

    @cached_property
    def text(self) -> str:
        """The plain text before anything given back, else the HTML's words."""
        own = [part for part in self.parts if not part.is_returned and not part.filename]
        plain = "\n".join(part.text for part in own if part.kind == "text/plain").strip()
        if len(plain) > 20:
            return plain
        return self.html_words or plain

    @cached_property
    def html_words(self) -> str:
        own = [part for part in self.parts if not part.is_returned and part.kind == "text/html"]
        return "\n".join(html_text(part.text, quote=True) for part in own).strip()

    def texts(self, *kinds: str) -> list[str]:
        """The texts of all parts of these kinds, given back or not."""
        return [part.text for part in self.parts if part.kind in kinds]


def first(headers: Headers, name: str) -> str:
    wanted = name.lower()
    return next((value for key, value in headers if key == wanted), "")


def read_mail(raw: bytes) -> Mail:
    """Take a mail apart, whatever it is; line ends may be LF, CRLF or CR."""
    data = raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n").lstrip(b"\n\xef\xbb\xbf")
    if not data.strip():
        return Mail((), problem="empty")
    if _is_too_nested(data):
        return _read_flat(data, "too deeply nested: read as one text")
    try:
        return _read_tree(message_from_bytes(data, policy=compat32))
    except (RecursionError, ValueError, TypeError, LookupError, AttributeError, AssertionError) as error:
        return _read_flat(data, f"read as one text: {type(error).__name__}")


def _is_too_nested(data: bytes) -> bool:
    boundaries = data.lower().count(b"boundary")
    return boundaries > 20 and boundaries * data.count(b"\n") > MAX_WORK


def _read_flat(data: bytes, problem: str) -> Mail:
    head, _, body = data.partition(b"\n\n")
    text = decode_text(body[:1_000_000])
    part = Part("text/plain", text, size=len(body))
    return Mail(parse_headers(decode_text(head[:MAX_HEADER])), (part,), problem=problem)


def parse_headers(text: str) -> Headers:
    """The header block at the start of `text`, names in lower case, values decoded and unfolded."""
    found: list[tuple[str, str]] = []
    for line in text[:MAX_HEADER].split("\n"):
        if not line.strip():
            if found:
                break
            continue
        if line[0] in " \t" and found:
            found[-1] = (found[-1][0], found[-1][1] + " " + line.strip())
        elif match := _FIELD.match(line):
            found.append((match[1].lower(), match[2]))
    return tuple((key, decode_header(value)) for key, value in found)


def _headers(message: Message) -> Headers:
    return tuple((key.lower(), decode_header(str(value)[:MAX_HEADER])) for key, value in message.raw_items())


def _read_tree(root: Message) -> Mail:
    headers = _headers(root)
    parts: list[Part] = []
    returned: Headers = ()
    for message, is_returned in _walk(root):
        if _is_enclosed(message):
            returned = returned or _headers(_enclosed(message))
        elif len(parts) < MAX_PARTS:
            parts.append(_leaf(message, is_returned))
    returned = returned or _given_back(parts)
    report = parameter(first(headers, "content-type"), "report-type").lower()
    return Mail(headers, tuple(parts), returned, report)


def _walk(root: Message) -> Iterator[tuple[Message, bool]]:
    """Leaves and enclosed messages in reading order, each with: is it inside an enclosed message?"""
    stack = [(root, False, 0)]
    while stack:
        message, is_returned, depth = stack.pop()
        inner = message.get_payload() if message.is_multipart() and not _is_fields(message) else None
        if not isinstance(inner, list) or depth > MAX_DEPTH:
            yield message, is_returned
            continue
        enclosed = _is_enclosed(message)
        if enclosed:
            yield message, is_returned
        stack += [(cast(Message, part), is_returned or enclosed, depth + 1) for part in reversed(inner)]


def _enclosed(message: Message) -> Message:
    payload = message.get_payload()
    return payload[0] if isinstance(payload, list) and isinstance(payload[0], Message) else Message()


def _is_enclosed(message: Message) -> bool:
    return message.get_content_type() in _ENCLOSING and message.is_multipart()


def _is_fields(message: Message) -> bool:
    return message.get_content_maintype() == "message" and message.get_content_type() not in _ENCLOSING


def _leaf(message: Message, is_returned: bool) -> Part:
    kind = (message.get_content_type().split() or ["text/plain"])[0]
    described = _raw(message, "content-type")
    disposed = _raw(message, "content-disposition")
    filename = decode_header(parameter(disposed, "filename") or parameter(described, "name"))
    if _is_fields(message):
        return Part(kind, _fields_text(message), is_returned=is_returned)
    encoding = _raw(message, "content-transfer-encoding")
    raw = decode_transfer(_payload_bytes(message), encoding)
    is_text = message.get_content_maintype() in ("text", "message", "multipart")
    text = decode_text(raw[:2_000_000], parameter(described, "charset")) if is_text else ""
    shown = "text/plain" if kind.startswith("multipart/") else kind
    is_file = disposed.lower().lstrip().startswith("attachment") or (filename and not is_text)
    name = (filename or "unnamed") if is_file else ""
    return Part(shown, text.replace("\r\n", "\n").replace("\r", "\n"), name, len(raw), is_returned)


def _raw(message: Message, name: str) -> str:
    """A header's text; the standard parser gives an object for 8-bit ones."""
    return next((str(value) for key, value in message.raw_items() if key.lower() == name), "")


def parameter(value: str, name: str) -> str:
    """A parameter of a structured header, such as the charset of a Content-Type; empty when missing."""
    wanted = name.lower()
    return next((a or b for key, a, b in _PARAM.findall(value[:5_000]) if key.lower() == wanted), "")


def _payload_bytes(message: Message) -> bytes:
    """The bytes as they came; without its encoding's name the standard parser hands them out untouched."""
    del message["content-transfer-encoding"]
    payload = message.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _fields_text(message: Message) -> str:
    """A report's fields as text, also when a strange server has them in base64."""
    encoding = _raw(message, "content-transfer-encoding")
    payload = message.get_payload()
    listed = payload if isinstance(payload, list) else [message]
    blocks = [block for block in listed if isinstance(block, Message)]
    raw = b"\n\n".join(_block_bytes(block, is_root=block is message) for block in blocks)
    return decode_text(decode_transfer(raw, encoding)[:500_000]).replace("\r\n", "\n")


def _block_bytes(block: Message, *, is_root: bool) -> bytes:
    """The standard parser reads each block as a message: its fields are the headers."""
    fields = [] if is_root else [f"{key}: {value}" for key, value in block.raw_items()]
    lines = "\n".join(fields).encode("utf-8", "surrogateescape")
    return lines + b"\n\n" + _payload_bytes(block)


def _given_back(parts: list[Part]) -> Headers:
    kinds = ("text/rfc822-headers", "message/global-headers", "text/rfc822", "message/rfc822")
    return next((parse_headers(part.text) for part in parts if part.kind in kinds and part.text.strip()), ())


def file_at(raw: bytes, number: int) -> tuple[str, bytes] | None:
    """(name, bytes) of the file at this place among those of a mail, from 0 on, as `Mail.parts` counts them."""
    try:
        root = message_from_bytes(raw.replace(b"\r\n", b"\n"), policy=compat32)
        leaves = [(one, is_returned) for one, is_returned in _walk(root) if not _is_enclosed(one)][:MAX_PARTS]
        for message, is_returned in leaves:
            encoding = _raw(message, "content-transfer-encoding")
            part = _leaf(message, is_returned)
            if not part.filename or is_returned:
                continue
            if number == 0:
                return part.filename, decode_transfer(_payload_bytes(message), encoding)
            number -= 1
    except (RecursionError, ValueError, TypeError, LookupError, AttributeError, AssertionError):
        return None
    return None
