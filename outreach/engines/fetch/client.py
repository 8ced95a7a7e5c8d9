"""Fetching pages by pycurl: every hop listed, every socket vetted, everything capped.

    one = fetch("https://example.com/", guard=Guard())           -> Fetched
    for job, got in fetch_many(jobs, guard=Guard(), parallel=32): ...

A fetch never raises for what a server or a name does: it ends with a status, or with a `Fault` and a
sentence.  Redirects are followed by hand, so that the guard judges each hop and the caller sees it.
Only this file imports pycurl.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import certifi
import pycurl
from ada_url import join_url

from outreach.engines.fetch.answer import Fault, Fetched, Hop, Known, retry_after
from outreach.engines.fetch.decode import BadCoding, decode
from outreach.engines.fetch.guard import Guard, Refused
from outreach.engines.fetch.limits import AGENT, Limits
from outreach.page.headers import Headers

REDIRECTS = frozenset({301, 302, 303, 307, 308})

_TLS = frozenset(
    getattr(pycurl, name)
    for name in [
        "E_SSL_CONNECT_ERROR",
        "E_PEER_FAILED_VERIFICATION",
        "E_SSL_CERTPROBLEM",
        "E_SSL_CIPHER",
        "E_SSL_CACERT",
        "E_SSL_CACERT_BADFILE",
        "E_SSL_CRL_BADFILE",
        "E_SSL_ISSUER_ERROR",
        "E_SSL_INVALIDCERTSTATUS",
        "E_SSL_PINNEDPUBKEYNOTMATCH",
        "E_SSL_ENGINE_INITFAILED",
        "E_USE_SSL_FAILED",
    ]
    if hasattr(pycurl, name)
)
_TLS_WORDS = (
    ("has expired", "the certificate has expired"),
    ("not yet valid", "the certificate is not valid yet"),
    ("self-signed", "the certificate is self-signed"),
    ("self signed", "the certificate is self-signed"),
    ("subject name", "the certificate is for another host"),
    ("does not match", "the certificate is for another host"),
    ("unable to get local issuer", "nobody we trust has signed the certificate"),
    ("revoked", "the certificate was revoked"),
)


class _Trip:
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
            self._fail(Fault.REFUSED, str(why))

    # --- what curl calls while a transfer runs

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

    def on_open(self, purpose: int, address: tuple[int, int, int, tuple[str, int]]) -> socket.socket | int:
        family, kind, protocol, place = address
        try:
            self.guard.check_address(place[0], place[1])
        except Refused as why:
            self.refusal = str(why)
            return int(pycurl.SOCKET_BAD)
        except (ValueError, TypeError, IndexError):
            self.refusal = "The address is of a kind that we do not open."
            return int(pycurl.SOCKET_BAD)
        return socket.socket(family, kind, protocol)

    # --- between transfers

    def prepare(self, easy: pycurl.Curl) -> None:
        """Set what differs from transfer to transfer."""
        left = max(0.05, self.limits.total_s - (time.monotonic() - self.began))
        easy.setopt(pycurl.URL, self.at)
        easy.setopt(pycurl.HEADERFUNCTION, self.on_header)
        easy.setopt(pycurl.WRITEFUNCTION, self.on_body)
        easy.setopt(pycurl.OPENSOCKETFUNCTION, self.on_open)
        easy.setopt(pycurl.TIMEOUT_MS, int(left * 1000))
        easy.setopt(pycurl.HTTPHEADER, self._request_headers())

    def _request_headers(self) -> list[str]:
        headers = ["Accept: text/html,application/xhtml+xml,*/*;q=0.5", "Accept-Encoding: gzip"]
        if self.known is not None and self.known.url == self.at:
            if self.known.etag:
                headers.append(f"If-None-Match: {_one_line(self.known.etag)}")
            if self.known.last_modified:
                headers.append(f"If-Modified-Since: {_one_line(self.known.last_modified)}")
        return headers

    def postpone(self, seconds: float) -> None:
        """Give up before asking: the host wants to be left alone."""
        self._fail(Fault.POSTPONED, "The site asked us to wait.", wait_s=max(1, round(seconds)))

    def after(self, easy: pycurl.Curl, errno: int, message: str) -> None:
        """Read what the transfer brought: the trip is done, or `at` is the next address."""
        try:
            self._after(easy, errno, message)
        except Exception:  # whatever an answer can be, it ends this trip and no other
            self._fail(Fault.CONNECTION_ERROR, "The answer could not be read.")

    def _after(self, easy: pycurl.Curl, errno: int, message: str) -> None:
        self.wire += self.size + self.header_bytes
        if errno and not self.cut:
            self._fail(*self._fault(errno, message))
            return
        status = int(easy.getinfo(pycurl.RESPONSE_CODE))
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
            return self._fail(Fault.CONNECTION_ERROR, "The page redirects to something that is no address.")
        target = target.partition("#")[0]
        seen = sum(hop.url == target for hop in self.hops)
        if seen and (seen > 1 or "set-cookie" not in headers):
            return self._fail(Fault.REDIRECT_LOOP, "The page redirects in a circle.")
        if len(self.hops) > self.limits.hops:
            return self._fail(
                Fault.TOO_MANY_REDIRECTS, f"The page redirects more than {self.limits.hops} times."
            )
        if time.monotonic() - self.began >= self.limits.total_s:
            return self._fail(Fault.TIMEOUT, self._too_slow())
        self._clear(target)
        return self._approve(target)

    def _arrive(self, status: int, headers: Headers) -> None:
        try:
            body, cut = decode(
                b"".join(self.chunks), headers.get("content-encoding"), cap=self.limits.decoded_bytes
            )
        except BadCoding:
            return self._fail(Fault.CONNECTION_ERROR, "The page came in a compression that cannot be undone.")
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

    def _fault(self, errno: int, message: str) -> tuple[Fault, str]:
        if self.refusal:
            return Fault.REFUSED, self.refusal
        if self.too_many_headers:
            return Fault.CONNECTION_ERROR, "The server sent more headers than we read."
        if errno == pycurl.E_COULDNT_RESOLVE_HOST:
            return Fault.DNS_ERROR, "The host's name is not known."
        if errno == pycurl.E_OPERATION_TIMEDOUT:
            return Fault.TIMEOUT, self._too_slow()
        if errno in _TLS:
            lower = message.lower()
            words = next(
                (words for sign, words in _TLS_WORDS if sign in lower), "no secure connection came about"
            )
            return Fault.TLS_ERROR, words[0].upper() + words[1:] + "."
        if errno == pycurl.E_COULDNT_CONNECT:
            return Fault.CONNECTION_ERROR, "The server does not answer."
        if errno == pycurl.E_PARTIAL_FILE:
            return Fault.CONNECTION_ERROR, "The connection broke off before the page was complete."
        return Fault.CONNECTION_ERROR, "The server broke off or did not speak HTTP."

    def _too_slow(self) -> str:
        return f"The page did not come within {self.limits.total_s:.0f} seconds, or it came too slowly."

    def _fail(self, fault: Fault, detail: str, *, wait_s: int = 0) -> None:
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


def _handle(*, agent: str, limits: Limits, resolve: Sequence[str], ca_file: str | None) -> pycurl.Curl:
    """A curl handle with all that never changes: no proxy, no cookies kept, http and https only."""
    easy = pycurl.Curl()
    easy.setopt(pycurl.NOSIGNAL, 1)
    easy.setopt(pycurl.PROXY, "")
    easy.setopt(pycurl.PROTOCOLS, pycurl.PROTO_HTTP | pycurl.PROTO_HTTPS)
    easy.setopt(pycurl.FOLLOWLOCATION, 0)
    easy.setopt(pycurl.HTTP09_ALLOWED, 0)
    easy.setopt(pycurl.USERAGENT, agent)
    easy.setopt(pycurl.CONNECTTIMEOUT_MS, int(limits.connect_s * 1000))
    easy.setopt(pycurl.LOW_SPEED_LIMIT, limits.slow_bytes_per_s)
    easy.setopt(pycurl.LOW_SPEED_TIME, limits.slow_for_s)
    easy.setopt(pycurl.BUFFERSIZE, 64 * 1024)
    easy.setopt(pycurl.CAINFO, ca_file or certifi.where())
    easy.setopt(pycurl.COOKIEFILE, "")
    if resolve:
        easy.setopt(pycurl.RESOLVE, list(resolve))
    return easy


def fetch(
    url: str,
    *,
    guard: Guard,
    resolve: Sequence[str] = (),
    known: Known | None = None,
    agent: str = AGENT,
    limits: Limits | None = None,
    ca_file: str | None = None,
) -> Fetched:
    """One page, waited for.  `resolve` has `HOST:PORT:ADDR` lines as curl's option of that name."""
    limits = limits or Limits()
    trip = _Trip(url, guard=guard, limits=limits, known=known)
    if trip.done:
        return trip.done
    easy = _handle(agent=agent, limits=limits, resolve=resolve, ca_file=ca_file)
    try:
        while trip.done is None:
            trip.prepare(easy)
            errno, message = _perform(easy)
            trip.after(easy, errno, message)
    finally:
        easy.close()
    return trip.done


def _perform(easy: pycurl.Curl) -> tuple[int, str]:
    try:
        easy.perform()
    except pycurl.error as error:
        code, message = (*error.args, "")[:2]
        return int(code), str(message)
    return 0, ""


@dataclass(frozen=True, slots=True)
class Job:
    """One page of many; `tag` is the caller's own, handed back untouched."""

    url: str
    tag: object = None
    known: Known | None = None


class Turns(Protocol):
    """Who may be asked when; `outreach.engines.fetch.pace.Pace` is one."""

    def hold(self, host: str) -> float:
        """Seconds to wait yet; 0 takes the host."""

    def end(self, host: str, *, status: int, retry_after_s: int | None) -> None:
        """The host is free again."""


@dataclass(slots=True)
class _Waiting:
    """A trip that waits for its host's turn; one that is under way keeps its handle, and with it its cookies."""

    job: Job
    trip: _Trip
    easy: pycurl.Curl | None = None
    since: float = field(default_factory=time.monotonic)


PATIENCE_S = 20.0
"""So long a job waits for a host that wants to be left alone; then it is postponed."""


class Crowd:
    """Many fetches at once in one thread.

    Handles and connections are kept; `parallel` bounds memory, not the number of jobs.  `add` while
    `free`, then `wait` for what has ended.  With `turns` each hop to another host waits for that host.
    """

    def __init__(
        self,
        *,
        guard: Guard,
        parallel: int = 32,
        resolve: Sequence[str] = (),
        agent: str = AGENT,
        limits: Limits | None = None,
        ca_file: str | None = None,
        turns: Turns | None = None,
    ) -> None:
        self.guard, self.limits, self.turns = guard, limits or Limits(), turns
        self.depth = parallel * 8 if turns else 1
        self.multi = pycurl.CurlMulti()
        self.multi.setopt(pycurl.M_MAXCONNECTS, parallel * 2)
        self.idle = [
            _handle(agent=agent, limits=self.limits, resolve=resolve, ca_file=ca_file)
            for _ in range(parallel)
        ]
        self.busy: dict[pycurl.Curl, tuple[Job, _Trip]] = {}
        self.waiting: list[_Waiting] = []
        self.ended: list[tuple[Job, Fetched]] = []

    @property
    def free(self) -> bool:
        """Whether another job may be added."""
        return len(self.waiting) < self.depth and (self.turns is not None or bool(self.idle))

    @property
    def has_work(self) -> bool:
        return bool(self.busy or self.waiting or self.ended)

    def add(self, job: Job) -> None:
        trip = _Trip(job.url, guard=self.guard, limits=self.limits, known=job.known)
        if trip.done:
            self.ended.append((job, trip.done))
            return
        self.waiting.append(_Waiting(job, trip))
        self._start()

    def _start(self) -> None:
        """Send off those whose host's turn it is."""
        self.waiting = [
            one for one in self.waiting if (one.easy is None and not self.idle) or not self._may_go(one)
        ]

    def _may_go(self, one: _Waiting) -> bool:
        """Start it, or end it when its host asks for too much patience; False when it has to wait."""
        wait = self.turns.hold(one.trip.host) if self.turns else 0.0
        if wait > PATIENCE_S:
            one.trip.postpone(wait)
            self._finish(one.easy, one.job, one.trip)
        elif wait <= 0:
            easy = one.easy or self._fresh()
            one.trip.began += time.monotonic() - one.since
            self._send(easy, one.job, one.trip)
        return wait <= 0 or wait > PATIENCE_S

    def _fresh(self) -> pycurl.Curl:
        easy = self.idle.pop()
        easy.setopt(pycurl.COOKIELIST, "ALL")
        return easy

    def _send(self, easy: pycurl.Curl, job: Job, trip: _Trip) -> None:
        trip.prepare(easy)
        self.busy[easy] = (job, trip)
        self.multi.add_handle(easy)

    def wait(self, seconds: float = 1.0) -> list[tuple[Job, Fetched]]:
        """What has ended; waits at most so long for the first of them."""
        self._start()
        if not self.ended and self.busy:
            self.multi.perform()
            self._collect()
            if not self.ended:
                self.multi.select(min(seconds, 0.05) if self.waiting else seconds)
                self.multi.perform()
                self._collect()
        elif not self.ended and self.waiting:
            time.sleep(min(seconds, 0.05))
        ended, self.ended = self.ended, []
        return ended

    def _collect(self) -> None:
        left = 1
        while left:
            left, good, bad = self.multi.info_read()
            for easy in good:
                self._end(easy, 0, "")
            for easy, errno, message in bad:
                self._end(easy, errno, message)

    def _end(self, easy: pycurl.Curl, errno: int, message: str) -> None:
        job, trip = self.busy.pop(easy)
        self.multi.remove_handle(easy)
        host, hops = trip.host, len(trip.hops)
        trip.after(easy, errno, message)
        if trip.done is None and (self.turns is None or trip.host == host):
            self._send(easy, job, trip)
            return
        self._give_back(host, trip.hops[-1] if len(trip.hops) > hops else None)
        if trip.done is None:
            self.waiting.insert(0, _Waiting(job, trip, easy))
        else:
            self._finish(easy, job, trip)

    def _give_back(self, host: str, last: Hop | None) -> None:
        if self.turns:
            asked = retry_after(last.headers.get("retry-after")) if last else None
            self.turns.end(host, status=last.status if last else 0, retry_after_s=asked)

    def _finish(self, easy: pycurl.Curl | None, job: Job, trip: _Trip) -> None:
        if easy is not None:
            self.idle.append(easy)
        if trip.done is not None:
            self.ended.append((job, trip.done))

    def close(self) -> None:
        for easy in self.busy:
            self.multi.remove_handle(easy)
        for easy in [*self.idle, *self.busy, *(one.easy for one in self.waiting if one.easy)]:
            easy.close()
        self.multi.close()


def fetch_many(
    jobs: Iterable[Job],
    *,
    guard: Guard,
    parallel: int = 32,
    resolve: Sequence[str] = (),
    agent: str = AGENT,
    limits: Limits | None = None,
    ca_file: str | None = None,
    turns: Turns | None = None,
) -> Iterator[tuple[Job, Fetched]]:
    """Every job with its end, as they come.  Takes jobs only as fast as it can serve them."""
    crowd = Crowd(
        guard=guard, parallel=parallel, resolve=resolve, agent=agent, limits=limits, ca_file=ca_file, turns=turns,
    )  # fmt: skip
    source = iter(jobs)
    more = True
    try:
        while more or crowd.has_work:
            while more and crowd.free:
                job = next(source, None)
                more = job is not None
                if job is not None:
                    crowd.add(job)
            yield from crowd.wait()
    finally:
        crowd.close()


def _host(url: str) -> str:
    """The host of an address that the guard let through, without its port."""
    place = url.partition("://")[2].partition("/")[0].partition("?")[0].partition("#")[0]
    return place.partition("]")[0] if place.startswith("[") else place.partition(":")[0]
