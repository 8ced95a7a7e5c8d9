"""Fetching pages by pycurl: every hop listed, every socket vetted, everything capped.

    one = fetch("https://example.com/", guard=Guard())           -> Fetched
    for job, got in fetch_many(jobs, guard=Guard(), parallel=32): ...

A fetch never raises for what a server or a name does: it ends with a status, or with a `Fault` and a
sentence.  Redirects are followed by hand, so that the guard judges each hop and the caller sees it.
Only this file imports pycurl.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import certifi
import pycurl

from outreach.engines.fetch.answer import Fault, Fetched, Hop, Known, retry_after
from outreach.engines.fetch.guard import Guard
from outreach.engines.fetch.limits import AGENT, Limits
from outreach.engines.fetch.trip import Trip

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


def _prepare(easy: pycurl.Curl, trip: Trip) -> None:
    """Set what differs from transfer to transfer."""
    easy.setopt(pycurl.URL, trip.at)
    easy.setopt(pycurl.HEADERFUNCTION, trip.on_header)
    easy.setopt(pycurl.WRITEFUNCTION, trip.on_body)
    easy.setopt(pycurl.OPENSOCKETFUNCTION, lambda _, address: trip.on_open(address) or pycurl.SOCKET_BAD)
    easy.setopt(pycurl.TIMEOUT_MS, int(trip.left_s * 1000))
    easy.setopt(pycurl.HTTPHEADER, trip.request_headers())


def _after(easy: pycurl.Curl, trip: Trip, errno: int, message: str) -> None:
    """Tell the trip what the transfer brought: it is done, or `at` is the next address."""
    try:
        trip.weigh()
        if errno and not trip.cut:
            trip.fail(*_fault(trip, errno, message))
        else:
            trip.answered(int(easy.getinfo(pycurl.RESPONSE_CODE)))
    except Exception:  # whatever an answer can be, it ends this trip and no other
        trip.fail(Fault.CONNECTION_ERROR, "The answer could not be read.")


def _fault(trip: Trip, errno: int, message: str) -> tuple[Fault, str]:
    if trip.refusal:
        return Fault.REFUSED, trip.refusal
    if trip.too_many_headers:
        return Fault.CONNECTION_ERROR, "The server sent more headers than we read."
    if errno == pycurl.E_COULDNT_RESOLVE_HOST:
        return Fault.DNS_ERROR, "The host's name is not known."
    if errno == pycurl.E_OPERATION_TIMEDOUT:
        return Fault.TIMEOUT, trip.too_slow()
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
    trip = Trip(url, guard=guard, limits=limits, known=known)
    if trip.done:
        return trip.done
    easy = _handle(agent=agent, limits=limits, resolve=resolve, ca_file=ca_file)
    try:
        while trip.done is None:
            _prepare(easy, trip)
            errno, message = _perform(easy)
            _after(easy, trip, errno, message)
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
    trip: Trip
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
        self.busy: dict[pycurl.Curl, tuple[Job, Trip]] = {}
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
        trip = Trip(job.url, guard=self.guard, limits=self.limits, known=job.known)
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

    def _send(self, easy: pycurl.Curl, job: Job, trip: Trip) -> None:
        _prepare(easy, trip)
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
        _after(easy, trip, errno, message)
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

    def _finish(self, easy: pycurl.Curl | None, job: Job, trip: Trip) -> None:
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
