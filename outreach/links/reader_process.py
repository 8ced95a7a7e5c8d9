"""The process that reads pages: a question in, an answer out, over its two pipes.

A page is foreign code's best chance to eat a machine, and a parser in C cannot be interrupted.  So pages
are judged here, in a process that has `CPU_MOST_S` of processor time for each and `MEMORY_MOST` of address
space, that can write no file, and that knows no setting of the instance.  The kernel ends it when it takes
more; `outreach.links.reader` says then that the page is too complex, and begins another.

It never asks the network: when a verdict hangs on an address that the question does not answer yet, it says so
(`{"need": url, "token": ...}`) and is told with `More`; a question that was put aside for too long is put again.
"""

from __future__ import annotations

import contextlib
import fcntl
import gc
import json
import os
import pickle
import resource
import signal
import struct
import sys
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, BinaryIO, Protocol

from outreach.engines.fetch.answer import Fetched
from outreach.kit import patterns
from outreach.links import judge
from outreach.links.rules import Presence
from outreach.links.target import Target
from outreach.links.verdict import Promise, Verdict

CPU_MOST_S = 1.0
"""Seconds of processor time for one page."""
MEMORY_MOST = 512 * 2**20
GROWN_MOST = 48 * 2**20
"""A reader that holds so much more than at its start is exchanged for a fresh one."""
LENGTH = struct.Struct(">I")
PIPE_BYTES = 2**20
"""So much goes into the pipe before the writer waits: most pages at once."""


class Asked(Protocol):
    """A question that carries all it needs, and knows how to answer it: `Listing`, `Glance`, and those of rooms above."""

    def answer(self) -> dict[str, Any]:
        """The answer, in plain values."""


@dataclass(frozen=True)
class Question:
    """`answers` are what was fetched so far, by the address that was asked for; the page's own is among them."""

    page_url: str
    target: Target
    promise: Promise
    now: datetime
    answers: dict[str, Fetched] = field(default_factory=dict)


@dataclass(frozen=True)
class More:
    """An answer that the open question with this token was waiting for."""

    token: int
    url: str
    got: Fetched


@dataclass(slots=True)
class Open:
    """A question that waits for an address, with what its page has told so far."""

    question: Question
    draft: judge.Draft = field(default_factory=judge.Draft)


OPEN_MOST, OPEN_BYTES = 16, 3 * 2**20
"""So many questions are kept open, and so many bytes of their pages; others have to be put again as a whole."""


class Missing(Exception):
    """An address has to be fetched first."""


def answer(question: Question, draft: judge.Draft | None = None) -> dict[str, Any]:
    """What a look is made of, as plain values; or `{"need": url}`."""
    asked: set[str] = set()

    def get(url: str) -> Fetched:
        asked.add(url)
        if url not in question.answers:
            raise Missing(url)
        return question.answers[url]

    first = question.answers[question.page_url]
    try:
        verdict = judge.look(
            question.page_url, question.target, get, now=question.now, promise=question.promise, first=first, draft=draft,
        )  # fmt: skip
    except Missing as missing:
        return {"need": str(missing)}
    alone = all(url.endswith("/robots.txt") for url in asked)
    return plain(verdict, question) | {
        "is_settled": alone and verdict.is_timeless and verdict.presence is Presence.FOUND
    }


_FACTS = (
    "title", "noindex", "page_nofollow", "canonical", "canonical_elsewhere", "indexable", "blockers", "notes", "outbound", "final_url",
)  # fmt: skip


def plain(verdict: Verdict, question: Question) -> dict[str, Any]:
    """The fields of a `Look`, but for its body: `body_of` is the address that it came from."""
    told = verdict.to_json()
    return {
        "presence": str(verdict.presence), "value": str(verdict.value), "confidence": str(verdict.confidence),
        "sentence": verdict.sentence, "page_state": str(verdict.page_state), "advice": verdict.advice, "codes": verdict.codes,
        "status": verdict.status or None, "hops": told["hops"], "page": {name: told[name] for name in _FACTS},
        "found": [{**link, "hidden": link.get("hidden_by") or ""} for link in told["links"][:10]],
        "elapsed_ms": verdict.elapsed_ms, "retry_after_s": verdict.retry_after_s,
        "body_of": next((url for url, got in question.answers.items() if got.body is verdict.body), ""),
    }  # fmt: skip


# --- the pipes


def receive(source: BinaryIO) -> bytes | None:
    """One message, None at the end."""
    head = source.read(LENGTH.size)
    return source.read(LENGTH.unpack(head)[0]) if len(head) == LENGTH.size else None


def send(sink: BinaryIO, message: bytes) -> None:
    sink.write(LENGTH.pack(len(message)) + message)
    sink.flush()


def held() -> int:
    """Bytes of memory at the most so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def confine() -> None:
    """Take away what a reader of pages does not need."""
    limits = [(resource.RLIMIT_AS, MEMORY_MOST), (resource.RLIMIT_FSIZE, 0), (resource.RLIMIT_CORE, 0)]
    for what, most in limits:
        hard = resource.getrlimit(what)[1]
        wanted = most if hard == resource.RLIM_INFINITY else min(most, hard)
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(what, (wanted, wanted))
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)


class Desk:
    """The questions that are open, oldest first."""

    def __init__(self) -> None:
        self.open: OrderedDict[int, Open] = OrderedDict()
        self.number = 0

    def answer(self, message: Question | More | Asked) -> dict[str, Any]:
        """The answer; `{"need": url, "token": ...}` when it has to wait, `{"gone": true}` for a question no longer open."""
        if not isinstance(message, (Question, More)):
            return message.answer()
        if isinstance(message, More):
            one = self.open.pop(message.token, None)
            if one is None:
                return {"gone": True}
            one.question.answers[message.url] = message.got
        else:
            one = Open(message)
        said = answer(one.question, one.draft)
        return said | {"token": self._keep(one)} if "need" in said else said

    def _keep(self, one: Open) -> int:
        self.number += 1
        self.open[self.number] = one
        while len(self.open) > OPEN_MOST or self._bytes() > OPEN_BYTES:
            self.open.popitem(last=False)
        return self.number

    def _bytes(self) -> int:
        return sum(len(got.body) for one in self.open.values() for got in one.question.answers.values())


def reply(message: bytes, desk: Desk) -> bytes:
    """The answer to one message, within its share of the processor."""
    try:
        # What comes in is the worker's own; what goes back is plain JSON, so a page can never speak pickle.
        asked = pickle.loads(message)  # noqa: S301
        if prepare := getattr(asked, "prepare", None):
            prepare()
        patterns.compile_all()  # of what came with the question
        signal.setitimer(signal.ITIMER_PROF, CPU_MOST_S)
        said = desk.answer(asked)
    except MemoryError:
        said = {"error": "memory"}
    except Exception as error:
        said = {"error": f"{type(error).__name__}: {error}"[:500]}
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
    return json.dumps(said).encode()


def main() -> None:
    source, sink = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    with contextlib.suppress(OSError):
        fcntl.fcntl(source, fcntl.F_SETPIPE_SZ, PIPE_BYTES)
    _warm_up()
    confine()
    gc.freeze()  # what is loaded stays; nobody need look through it again
    gc.enable()
    start, desk = held(), Desk()
    while (message := receive(source)) is not None:
        send(sink, reply(message, desk))
        if held() > start + GROWN_MOST:
            break


def _warm_up() -> None:
    """Load and compile what is so at first use, while files can be opened and time is not counted."""
    patterns.compile_all()
    page = Fetched(
        "http://a.example/", "http://a.example/", status=200, body=b"<p><a href=https://b.example/x>x</a>"
    )
    robots = Fetched("http://a.example/robots.txt", "http://a.example/robots.txt", status=404)
    answers = {page.url: page, robots.url: robots}
    answer(
        Question(
            page.url,
            Target.url("https://b.example/x"),
            Promise(own_hosts=("b.example",)),
            datetime.now(UTC),
            answers,
        )
    )
