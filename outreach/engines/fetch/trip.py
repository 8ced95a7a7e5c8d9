"""The way of one fetch, from its first address to its end: what it may open, how much it takes, where it is sent on.

It knows nothing of who carries it: `outreach.engines.fetch.client` tells it what came and asks what to do.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Sequence

from ada_url import join_url

from outreach.engines.fetch.answer import Fault, Fetched, Hop, Known
from outreach.engines.fetch.decode import BadCoding, decode
from outreach.engines.fetch.guard import Guard, Refused
from outreach.engines.fetch.limits import Limits
from outreach.page.headers import Headers

REDIRECTS = frozenset({301, 302, 303, 307, 308})


class Trip:
    """One fetch from its first address to its end: at most one transfer at a time."""

    def __init__(self, url: str, *, guard: Guard, limits: Limits, known: Known | None) -> None:
        self.url = url
        self.guard, self.limits, self.known = guard, limits, known
        self.hops: list[Hop] = []
        self.began = time.monotonic()
        self.wire = 0
        self.done: Fetched | None = None
        self._clear(url)
        self._approve(url)

    @property
    def host(self) -> str:
        """Whose turn it needs: the host of the address it is at."""
        return _host(self.at)

    def _clear(self, url: str) -> None:
        self.at = url
        self.header_bytes = 0
        self.lines: list[bytes] = []
        self.chunks: list[bytes] = []
        self.size = 0
        self.cut = False
        self.too_many_headers = False
        self.refusal = ""

    def _approve(self, url: str) -> None:
        try:
            self.at = self.guard.check_url(url)
        except Refused as why:
            self.fail(Fault.REFUSED, str(why))

    # --- what comes while a transfer runs

    def on_header(self, line: bytes) -> int | None:
        self.header_bytes += len(line)
        if self.header_bytes > self.limits.header_bytes:
            self.too_many_headers = True
            return 0
        if line.startswith(b"HTTP/"):
            self.lines = []  # what came before was an interim answer (1xx)
        self.lines.append(line)
        return None

    def on_body(self, chunk: bytes) -> int | None:
        self.size += len(chunk)
        self.chunks.append(chunk)
        if self.size > self.limits.wire_bytes:
            self.cut = True
            return 0
        return None

    def on_open(self, address: tuple[int, int, int, tuple[str, int]]) -> socket.socket | None:
        """A socket for this address; None where the guard refuses it."""
        family, kind, protocol, place = address
        try:
            self.guard.check_address(place[0], place[1])
        except Refused as why:
            self.refusal = str(why)
            return None
        except (ValueError, TypeError, IndexError):
            self.refusal = "The address is of a kind that we do not open."
            return None
        return socket.socket(family, kind, protocol)

    # --- between transfers

    @property
    def left_s(self) -> float:
        """Seconds that the next transfer may take."""
        return max(0.05, self.limits.total_s - (time.monotonic() - self.began))

    def request_headers(self) -> list[str]:
        headers = ["Accept: text/html,application/xhtml+xml,*/*;q=0.5", "Accept-Encoding: gzip"]
        if self.known is not None and self.known.url == self.at:
            if self.known.etag:
                headers.append(f"If-None-Match: {_one_line(self.known.etag)}")
            if self.known.last_modified:
                headers.append(f"If-Modified-Since: {_one_line(self.known.last_modified)}")
        return headers

    def postpone(self, seconds: float) -> None:
        """Give up before asking: the host wants to be left alone."""
        self.fail(Fault.POSTPONED, "The site asked us to wait.", wait_s=max(1, round(seconds)))

    def weigh(self) -> None:
        """Count what the transfer brought; bytes as they came."""
        self.wire += self.size + self.header_bytes

    def answered(self, status: int) -> None:
        """Read what the transfer brought: the trip is done, or `at` is the next address."""
        headers = _headers(self.lines)
        self.hops.append(Hop(self.at, status, headers))
        location = headers.get("location").strip()
        if status in REDIRECTS and location:
            self._follow(location, headers)
        else:
            self._arrive(status, headers)

    def _follow(self, location: str, headers: Headers) -> None:
        try:
            target = join_url(self.at, as_text(location))
        except ValueError:
            return self.fail(Fault.CONNECTION_ERROR, "The page redirects to something that is no address.")
        target = target.partition("#")[0]
        seen = sum(hop.url == target for hop in self.hops)
        if seen and (seen > 1 or "set-cookie" not in headers):
            return self.fail(Fault.REDIRECT_LOOP, "The page redirects in a circle.")
        if len(self.hops) > self.limits.hops:
            return self.fail(
                Fault.TOO_MANY_REDIRECTS, f"The page redirects more than {self.limits.hops} times."
            )
        if time.monotonic() - self.began >= self.limits.total_s:
            return self.fail(Fault.TIMEOUT, self.too_slow())
        self._clear(target)
        return self._approve(target)

    def _arrive(self, status: int, headers: Headers) -> None:
        try:
            body, cut = decode(
                b"".join(self.chunks), headers.get("content-encoding"), cap=self.limits.decoded_bytes
            )
        except BadCoding:
            return self.fail(Fault.CONNECTION_ERROR, "The page came in a compression that cannot be undone.")
        self.done = Fetched(
            url=self.url,
            final_url=self.at,
            hops=tuple(self.hops),
            status=status,
            headers=headers,
            body=body,
            cut=cut or self.cut,
            elapsed_ms=self._elapsed(),
            wire_bytes=self.wire,
        )
        return None

    def too_slow(self) -> str:
        return f"The page did not come within {self.limits.total_s:.0f} seconds, or it came too slowly."

    def fail(self, fault: Fault, detail: str, *, wait_s: int = 0) -> None:
        self.done = Fetched(
            url=self.url,
            final_url=self.at,
            hops=tuple(self.hops),
            fault=fault,
            fault_detail=detail,
            refused_reason=detail if fault is Fault.REFUSED else "",
            elapsed_ms=self._elapsed(),
            wire_bytes=self.wire,
            wait_s=wait_s,
        )

    def _elapsed(self) -> int:
        return int((time.monotonic() - self.began) * 1000)


def as_text(location: str) -> str:
    """A header came as Latin-1; an address in it is UTF-8 where it can be."""
    try:
        return location.encode("latin-1").decode("utf-8")
    except (UnicodeDecodeError, UnicodeEncodeError):
        return location


def _one_line(text: str) -> str:
    return text.replace("\r", "").replace("\n", "")


def _headers(lines: Sequence[bytes]) -> Headers:
    pairs = []
    for line in lines[1:]:
        name, colon, value = line.partition(b":")
        if colon:
            pairs.append((name.strip().decode("latin-1"), value.strip().decode("latin-1")))
    return Headers(pairs)


def _host(url: str) -> str:
    """The host of an address that the guard let through, without its port."""
    place = url.partition("://")[2].partition("/")[0].partition("?")[0].partition("#")[0]
    return place.partition("]")[0] if place.startswith("[") else place.partition(":")[0]
