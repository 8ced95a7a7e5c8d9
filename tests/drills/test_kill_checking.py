"""kill -9 while thousands of links are looked at: each has one result a round, none is stuck, nobody is alarmed for nothing.

The worker is the real one (`outreach worker`); the hosts are another process that counts what each was asked at once. A few
hundred links in `make test`; 10,000 on 3,000 hosts and ten kills in `make drills`.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from outreach.db import session, write
from outreach.links.models import LinkCheck, PlacedLink
from outreach.links.rules import LinkState, Presence, Value
from outreach.pitches.models import Pitch
from outreach.pitches.rules import PitchType
from outreach.prospects.models import Site
from outreach.reminders.models import Reminder
from tests.conftest import Place
from tests.world import NOW, World, site

FULL = os.environ.get("OUTREACH_DRILLS") == "full"
LINKS, HOSTS, KILLS = (10_000, 3_000, 10) if FULL else (150, 55, 2)
WINDOW = timedelta(hours=4)
"""The ladder looks every 20 to 24 hours: whatever is due must be seen within four."""
MEGABYTES = 150
ROOT = Path(__file__).parents[2]

pytestmark = [pytest.mark.drill, pytest.mark.timeout(3600 if FULL else 240)]

KINDS = ("live",) * 90 + ("missing",) * 4 + ("forbidden", "limited", "broken", "challenge", "missing", "live")
"""What a link's page is, by its number."""


def host_of(number: int) -> str:
    """Sites that ask to be left alone are sites of their own here, or all their links would wait for minutes."""
    walled = KINDS[number % len(KINDS)] in ("limited", "challenge")
    return f"w{number}.example" if walled else f"h{number % HOSTS}.example"


@pytest.fixture
def hosts() -> Iterator[int]:
    """The port of the process that is all hosts."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.drills.hosts"], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    yield int(process.stdout.readline())
    process.kill()
    process.wait(10)
    process.stdout.close()


class Drill:
    """Links that are due, and the worker that looks at them."""

    def __init__(self, place: Place, world: World, port: int) -> None:
        self.place, self.port, self.at = place, port, NOW
        self.peak = Counter[str]()
        self.tell_time(NOW)
        with write() as here:
            sites = {name: site(name) for name in dict.fromkeys(map(host_of, range(LINKS)))}
            here.add_all(sites.values())
            here.flush()
            rows = [self._row(world, number, sites[host_of(number)]) for number in range(LINKS)]
            here.execute(sa.insert(PlacedLink), rows)

    def _row(self, world: World, number: int, place: Site) -> dict[str, Any]:
        """A link that was there yesterday."""
        url = f"http://{place.key}:{self.port}/links/{KINDS[number % len(KINDS)]}/{number}"
        return {
            "project_id": world.seed.id, "site_id": place.id, "page_url": url, "page_url_norm": url.partition("://")[2],
            "target_url": f"http://hazel.example:{self.port}/seed-trial", "expected_rel": "follow", "state": LinkState.LIVE,
            "known_state": "live", "presence": Presence.FOUND, "value": Value.PASSES, "codes": [], "state_since": NOW,
            "first_seen_at": NOW - timedelta(days=1), "next_check_at": NOW, "owner_id": world.ana.id, "created_at": NOW - timedelta(days=2),
            "last_read": {},
        }  # fmt: skip

    def tell_time(self, at: datetime) -> None:
        self.at = at
        fresh = self.place.instance / "clock.new"
        fresh.write_text(at.isoformat())
        fresh.replace(self.place.instance / "clock")

    def start(self) -> subprocess.Popen[bytes]:
        settings = {
            "instance": self.place.instance, "database_url": self.place.url, "testing": "true", "clock_file": self.place.instance / "clock",
            "fetch_allow_networks": "127.0.0.0/8", "fetch_resolve": f"*:{self.port}:127.0.0.1", "log_level": "error",
        }  # fmt: skip
        names = {f"OUTREACH_{name.upper()}": str(value) for name, value in settings.items()}
        return subprocess.Popen(
            [sys.executable, "-m", "outreach.cli", "worker"], cwd=ROOT, env=os.environ | names
        )

    def looked_at(self) -> int:
        session().rollback()
        return session().scalar(sa.select(sa.func.count()).select_from(LinkCheck)) or 0

    def due(self) -> int:
        """How many wait for their look of this round."""
        session().rollback()
        waits = (
            sa.select(sa.func.count())
            .select_from(PlacedLink)
            .where(PlacedLink.next_check_at <= self.at + WINDOW)
        )
        return session().scalar(waits) or 0

    def kill_when(self, worker: subprocess.Popen[bytes], looks: int) -> None:
        """kill -9 in the midst of it, and wait until its leases are over."""
        self.wait_until(worker, lambda: self.looked_at() >= looks or not self.due())
        readers = readers_of(worker.pid)
        worker.send_signal(signal.SIGKILL)
        worker.wait(10)
        for pid in readers:
            wait_for(lambda pid=pid: not alive(pid))  # type: ignore[misc]
        self.tell_time(self.at + timedelta(minutes=6))

    def finish(self) -> None:
        """Let a worker run until nothing of this round waits, and end it kindly."""
        worker = self.start()
        try:
            self.wait_until(worker, lambda: self.due() == 0)
        finally:
            worker.terminate()
            worker.wait(60)

    def wait_until(self, worker: subprocess.Popen[bytes], what: Any) -> None:
        deadline = time.monotonic() + (3000 if FULL else 200)
        while not what():
            assert worker.poll() is None, "the worker ended by itself"
            assert time.monotonic() < deadline, "it did not happen in time"
            self.weigh(worker)
            time.sleep(0.2)
        self.weigh(worker)

    def weigh(self, worker: subprocess.Popen[bytes]) -> None:
        """Remember the largest memory in MB: the worker's, its reader's, and what both take of the machine (what they share counts once)."""
        readers = readers_of(worker.pid)
        now = {
            "worker": memory(worker.pid, "status", "VmHWM:"), "reader": max((memory(pid, "status", "VmHWM:") for pid in readers), default=0),
            "both": sum(memory(pid, "smaps_rollup", "Pss:") for pid in [worker.pid, *readers]),
        }  # fmt: skip
        self.peak |= Counter(now)

    def report(self) -> dict[str, int]:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/report", timeout=10) as answer:
            found: dict[str, int] = json.load(answer)
            return found


def readers_of(pid: int) -> list[int]:
    """Its children that read pages, and no half-begun copy of itself."""
    with suppress(OSError):
        return [
            int(word)
            for task in Path(f"/proc/{pid}/task").iterdir()
            for word in (task / "children").read_text().split()
            if b"reader_process" in Path(f"/proc/{word}/cmdline").read_bytes()
        ]
    return []


def memory(pid: int, file: str, line: str) -> int:
    """A line of /proc in MB; 0 when the process is gone."""
    with suppress(OSError):
        for text in Path(f"/proc/{pid}/{file}").read_text().splitlines():
            if text.startswith(line):
                return int(text.split()[1]) // 1024
    return 0


def alive(pid: int) -> bool:
    with suppress(OSError):
        return ") Z " not in Path(f"/proc/{pid}/stat").read_text()
    return False


def wait_for(what: Any, seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)


def test_every_link_has_one_result_a_round_though_the_worker_is_killed(
    app: Flask, place: Place, world: World, hosts: int, capsys: pytest.CaptureFixture[str]
) -> None:
    chance, began = random.Random(20261125), time.monotonic()
    drill = Drill(place, world, hosts)
    for kill in range(KILLS):
        worker = drill.start()
        looks = LINKS * (kill + chance.random()) / (KILLS + 2)
        drill.kill_when(worker, int(looks))
    drill.finish()
    judge_round(drill, number=1)
    assert states() == expected_states(LinkState.SUSPECT)
    assert reminders() == 0, "one miss, a wall or a kill alarms nobody"

    drill.tell_time(NOW + timedelta(hours=26))
    drill.finish()
    judge_round(drill, number=2)
    assert states() == expected_states(LinkState.LOST)
    assert reminders() == reclaims() == expected_states(LinkState.LOST)[LinkState.LOST]

    seen = drill.report()
    assert seen["most"] == 1, "a host was asked twice at once"
    assert seen["304"] > LINKS * 0.8, "what did not change is not read again"
    assert max(drill.peak["worker"], drill.peak["both"]) <= MEGABYTES, drill.peak
    with capsys.disabled():
        print(
            f"\n  {LINKS} links, {seen['hosts']} hosts, {KILLS} kills, {time.monotonic() - began:.0f} s: {dict(drill.peak)} MB, served {seen}"
        )


def judge_round(drill: Drill, *, number: int) -> None:
    """Exactly one check a link and round, each in the window, nobody holds a link any more."""
    session().rollback()
    rows = session().execute(sa.select(LinkCheck.link_id, sa.func.count()).group_by(LinkCheck.link_id)).all()
    assert Counter(row[1] for row in rows) == {number: LINKS}
    first, last = (
        session()
        .execute(sa.select(sa.func.min(PlacedLink.last_check_at), sa.func.max(PlacedLink.last_check_at)))
        .one()
    )
    due = NOW if number == 1 else NOW + timedelta(hours=26)
    assert due <= first <= last <= due + WINDOW
    held = sa.select(sa.func.count()).select_from(PlacedLink).where(PlacedLink.taken_until.is_not(None))
    assert session().scalar(held) == 0


def states() -> Counter[LinkState]:
    rows = session().execute(sa.select(PlacedLink.state, sa.func.count()).group_by(PlacedLink.state))
    return Counter({row[0]: row[1] for row in rows})


def expected_states(missing: LinkState) -> Counter[LinkState]:
    return Counter(
        missing if KINDS[number % len(KINDS)] == "missing" else LinkState.LIVE for number in range(LINKS)
    )


def reminders() -> int:
    return session().scalar(sa.select(sa.func.count()).select_from(Reminder)) or 0


def reclaims() -> int:
    query = sa.select(sa.func.count()).select_from(Pitch).where(Pitch.type == PitchType.LINK_RECLAIM)
    return session().scalar(query) or 0
