"""What came of a fetch, as values: whoever only speaks of pages does not carry what fetches them."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from outreach.page.headers import Headers


class Fault(StrEnum):
    """Why there is no answer to read.  The words are page states, but for `refused`."""

    TIMEOUT = "timeout"
    CONNECTION_ERROR = "connection_error"
    DNS_ERROR = "dns_error"
    TLS_ERROR = "tls_error"
    REDIRECT_LOOP = "redirect_loop"
    TOO_MANY_REDIRECTS = "too_many_redirects"
    REFUSED = "refused"
    POSTPONED = "postponed"
    """Nothing was asked: the host wants to be left alone for longer than we wait; `wait_s` says how long."""


@dataclass(frozen=True, slots=True)
class Known:
    """What we hold of an address, for a conditional GET of exactly that address."""

    url: str
    etag: str = ""
    last_modified: str = ""


@dataclass(frozen=True, slots=True)
class Hop:
    url: str
    status: int
    headers: Headers

    def __reduce__(self) -> tuple[type[Hop], tuple[Any, ...]]:
        return Hop, (self.url, self.status, self.headers)


@dataclass(frozen=True, slots=True)
class Fetched:
    """How a fetch ended.  `body` is decoded; `cut` says that it was longer than a limit."""

    url: str
    final_url: str
    hops: tuple[Hop, ...] = ()
    status: int = 0
    headers: Headers = field(default_factory=Headers)
    body: bytes = b""
    fault: Fault | None = None
    fault_detail: str = ""
    refused_reason: str = ""
    cut: bool = False
    elapsed_ms: int = 0
    wire_bytes: int = 0
    wait_s: int = 0

    def __reduce__(self) -> tuple[type[Fetched], tuple[Any, ...]]:
        """Plainly, as each page goes to another process: what dataclasses do by themselves costs four times as much."""
        return Fetched, (
            self.url, self.final_url, self.hops, self.status, self.headers, self.body, self.fault, self.fault_detail,
            self.refused_reason, self.cut, self.elapsed_ms, self.wire_bytes, self.wait_s,
        )  # fmt: skip

    @property
    def retry_after_s(self) -> int | None:
        """Seconds that the server asks us to wait; its date form counts from now."""
        return self.wait_s or retry_after(self.headers.get("retry-after"))


def retry_after(text: str, *, now: float | None = None) -> int | None:
    text = text.strip()
    if text.isdigit():
        return min(int(text), 30 * 86_400)
    when = _http_date(text) if text else None
    return None if when is None else max(0, int(when - (time.time() if now is None else now)))


def _http_date(text: str) -> float | None:
    from email.utils import parsedate_to_datetime

    try:
        return parsedate_to_datetime(text).timestamp()
    except (ValueError, TypeError, OverflowError):
        return None
