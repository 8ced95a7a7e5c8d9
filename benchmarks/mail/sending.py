"""Compose, gate, claim and send 1,000 due letters to a server on this machine, quotas off: below 60 seconds.

Every letter is written from fields, judged when it is queued, when it is taken and in the commit of `sending`, and handed
over SMTP to another process. A round in which not exactly each letter arrived once has no time.
"""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from outreach import schema, settings
from outreach.app import create_app
from outreach.db import db, session
from outreach.kit import clock
from outreach.mail.models import Message
from outreach.mail.rules import MessageState
from outreach.sending import jobs
from tests.sending.letters_world import smtp
from tests.sending.many import people, queue_to
from tests.world import World

GOAL = 60.0
"""Seconds for 1,000 letters, composing included."""


@dataclass(frozen=True)
class Round:
    """Wall seconds of composing and of sending, CPU seconds of both in this process, and what arrived."""

    compose: float
    send: float
    cpu: float
    is_right: bool


def main(options: list[str]) -> None:
    letters, rounds = _option(options, "letters", 1_000), _option(options, "rounds", 5)
    done = [_round(letters, _named(options, "database")) for _ in range(rounds)]
    whole = [each.compose + each.send for each in done if each.is_right]
    if len(whole) < rounds:
        print(f"  {rounds - len(whole)} of {rounds} rounds have no time: not each letter arrived once")
    if not whole:
        return
    middle = statistics.median(whole) * 1_000 / letters
    print(
        f"  compose, gate, claim and send {letters} letters: {statistics.median(whole):.1f} s ({min(whole):.1f} to {max(whole):.1f}), "
        f"composing {statistics.median(each.compose for each in done):.1f} s, sending {statistics.median(each.send for each in done):.1f} s, "
        f"CPU {statistics.median(each.cpu for each in done):.1f} s, {rounds} rounds"
    )
    print(f"  {'ok    ' if middle < GOAL else 'MISSED'} {middle:.1f} s for 1,000 letters (goal {GOAL:.0f} s)")


def _round(letters: int, database: str) -> Round:
    with tempfile.TemporaryDirectory() as name:
        config = settings.load(
            Path(name), **({"database_url": database} if database else {}), log_level="error", smtp_plain_hosts=["127.0.0.1"]
        )  # fmt: skip
        server = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.mail.sink"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=os.environ | {"PYTHONPATH": str(Path.cwd())},
        )  # fmt: skip
        try:
            assert server.stdout is not None
            port = int(server.stdout.readline())
            app = create_app(config)
            with app.app_context():
                schema.upgrade()
                compose, send, cpu, sent = _measured(port, letters)
                db.session.remove()
                db.engine.dispose()
            came, whom = map(int, server.communicate(timeout=30)[0].split())
        finally:
            server.kill()
            server.wait()
    return Round(compose, send, cpu, sent == came == whom == letters)


def _measured(port: int, letters: int) -> tuple[float, float, float, int]:
    world, now = World.build(), clock.now()
    box = smtp(world, port)
    whom = people(world, ["Europe/Berlin"], letters, now)
    cpu, start = _cpu(), time.perf_counter()
    queue_to(world, whom, [box.id], now)
    composed = time.perf_counter()
    while jobs.send_due(clock.now()):
        pass
    ended = time.perf_counter()
    sent = session().scalar(sa.select(sa.func.count(Message.id)).where(Message.state == MessageState.SENT))
    return composed - start, ended - composed, _cpu() - cpu, sent or 0


def _cpu() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def _option(options: list[str], name: str, default: int) -> int:
    return int(_named(options, name) or default)


def _named(options: list[str], name: str) -> str:
    found = [one.partition("=")[2] for one in options if one.startswith(f"--{name}=")]
    return found[-1] if found else ""
