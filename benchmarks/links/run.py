"""`python -m benchmarks links [--pages=400] [--rounds=5] [--seed=1]`: the first table of ratios.

Each contender is a process of its own (`os.wait4`: its CPU and that of its children), the server is
another; A B A B, at least five rounds, median with minimum and maximum.  A contender's start-up, measured
with an empty list, is taken off.  A rival whose answers differ from ours has no time.
"""

from __future__ import annotations

import importlib.metadata
import json
import os
import resource
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.links import pages

ROOT = Path(__file__).parents[2]
RIVALS = ROOT / ".tools" / "rivals"
RIVAL_PACKAGES = ["requests", "beautifulsoup4", "lxml", "scrapy"]


@dataclass
class Contender:
    name: str
    command: list[str]
    goal: str = ""
    """What our figure should be against this one's."""
    seconds: list[float] = field(default_factory=list)
    megabytes: float = 0.0
    answers: dict[str, str] = field(default_factory=dict)
    trouble: str = ""

    def run(self, *, keep: bool = True) -> float:
        """CPU seconds of one run, its children's included."""
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            process = subprocess.Popen(
                self.command, stdout=out, stderr=err, cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)}
            )
            _, status, usage = os.wait4(process.pid, 0)
            out.seek(0)
            err.seek(0)
            if status:
                self.trouble = err.read().decode("utf-8", "replace").strip()[-300:] or f"status {status}"
            lines = out.read().decode().splitlines()
        if keep:
            self.answers = dict(line.split(" ", 1) for line in lines if " " in line)
            self.megabytes = max(self.megabytes, usage.ru_maxrss / 1024)
        return usage.ru_utime + usage.ru_stime


def main(options: list[str]) -> None:
    count, rounds, seed = (_option(options, *pair) for pair in (("pages", 400), ("rounds", 5), ("seed", 1)))
    with tempfile.TemporaryDirectory() as name:
        folder, empty = Path(name) / "pages", Path(name) / "empty"
        folder.mkdir()
        empty.mkdir()
        made = pages.make(folder, count, seed)
        (empty / "list.json").write_text("[]")
        with serving(folder) as port:
            contenders = _contenders(folder, port)
            _measure(contenders, empty, folder, rounds)
            _measure_apart(Path(name), port, count, seed, rounds)
    _report(contenders, made, rounds)


def _measure_apart(place: Path, port: int, count: int, seed: int, rounds: int) -> None:
    """Pages with over 50 KB of inline CSS, and the memory of ten times as many links."""
    heavy = place / "heavy"
    heavy.mkdir()
    made = pages.make(heavy, max(100, count // 2), seed + 1, heavy_css=True)
    with serving(heavy) as own_port:
        ours, bound = _contenders(heavy, own_port, alone=True)[:2]
        _measure([ours, bound], place / "empty", heavy, rounds)
    if not (ours.trouble or bound.trouble):
        ratio = statistics.median(ours.seconds) / statistics.median(bound.seconds)
        print(f"{len(made)} pages with over 50 KB of inline CSS: ours is {ratio:.2f} x the lower bound")
    for links in (1_000, 10_000):
        many = place / f"many-{links}"
        many.mkdir()
        listed = json.loads((place / "pages" / "list.json").read_text())
        (many / "list.json").write_text(json.dumps([listed[n % len(listed)] for n in range(links)]))
        one = _contenders(many, port, alone=True)[0]
        one.run()
        print(f"memory at {links:6d} links: {one.megabytes:.0f} MB {one.trouble}")


@contextmanager
def serving(folder: Path) -> Iterator[int]:
    """The port of a server of these pages."""
    port = _free_port()
    server = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.links.server", str(folder), str(port)],
        stdout=subprocess.PIPE,
        cwd=ROOT,
    )
    try:
        assert server.stdout is not None
        server.stdout.readline()
        yield port
    finally:
        server.terminate()
        server.wait()


def _option(options: list[str], name: str, default: int) -> int:
    found = [int(one.partition("=")[2]) for one in options if one.startswith(f"--{name}=")]
    return found[-1] if found else default


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _contenders(folder: Path, port: int, *, alone: bool = False) -> list[Contender]:
    def module(python: str, name: str, *more: str) -> list[str]:
        return [python, "-m", f"benchmarks.links.{name}", str(folder), str(port), *more]

    contenders = [
        Contender("ours, full report", module(sys.executable, "ours")),
        Contender("lower bound", module(sys.executable, "lower_bound"), "ours <= 2.5 x"),
        Contender(
            "ours, re-check by 304", module(sys.executable, "ours", "--again"), "<= 1/10 of a full check"
        ),
    ]
    rivals = None if alone else _rivals()
    if rivals:
        contenders += [
            Contender(
                "requests + BeautifulSoup(lxml), 32 threads",
                module(rivals, "rival_requests"),
                "ours >= 15 x less",
            ),
            Contender("Scrapy, minimal spider", module(rivals, "rival_scrapy"), "ours >= 4 x less"),
        ]
    return contenders


def _rivals() -> str | None:
    """A Python with the rivals in it, in an environment of their own."""
    python = RIVALS / "bin" / "python"
    if not python.exists():
        try:
            venv.create(RIVALS, with_pip=False)
            uv = (
                shutil.which("uv", path=f"{ROOT / '.tools' / 'uv' / 'bin'}:{os.environ.get('PATH', '')}")
                or "uv"
            )
            subprocess.run([uv, "pip", "install", "-q", "--python", str(python), *RIVAL_PACKAGES], check=True)
        except (OSError, subprocess.CalledProcessError) as error:
            shutil.rmtree(RIVALS, ignore_errors=True)
            print(f"the rivals cannot be installed ({error}); only the lower bound is measured")
            return None
    return str(python)


def _measure(contenders: list[Contender], empty: Path, folder: Path, rounds: int) -> None:
    """In each round a contender's start-up is measured right before its run, as a busy machine makes both dearer."""
    for _ in range(rounds):
        for one in contenders:
            if not one.trouble:
                real = one.command
                one.command = [str(empty) if part == str(folder) else part for part in real]
                start_up = one.run(keep=False)
                one.command = real
                one.seconds.append(one.run() - start_up)


def _report(contenders: list[Contender], made: list[pages.Made], rounds: int) -> None:
    ours = contenders[0]
    truth = {one.path: str(one.found) for one in made}
    versions = {name: importlib.metadata.version(name) for name in ("pycurl", "turbohtml", "isal", "ada-url")}
    print(
        f"{len(made)} pages, {rounds} rounds, load {os.getloadavg()[0]:.1f}, Python {sys.version.split()[0]}, {versions}"
    )
    print(
        f"ours right on {sum(ours.answers.get(path) == found for path, found in truth.items())} of {len(truth)}"
    )
    base = statistics.median(ours.seconds) if ours.seconds else 0.0
    for one in contenders:
        if one.trouble or not one.seconds:
            print(f"  {one.name:46s} no time: {one.trouble or 'not run'}")
            continue
        wrong = (
            sum(one.answers.get(path) != found for path, found in truth.items())
            if "304" not in one.name
            else 0
        )
        per_page = [seconds / len(made) * 1000 for seconds in one.seconds]
        middle = statistics.median(one.seconds)
        ratio = f"{middle / base:6.2f} x ours" if base else ""
        note = f"  ({wrong} answers differ: no time)" if wrong else ""
        print(
            f"  {one.name:46s} {statistics.median(per_page):7.2f} ms CPU a page ({min(per_page):.2f} to {max(per_page):.2f})  "
            f"{ratio}  {one.megabytes:.0f} MB  {one.goal}{note}"
        )
    _verdicts(contenders)
    print(json.dumps({one.name: [round(s, 4) for s in one.seconds] for one in contenders}))
    print(f"this process: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


def _verdicts(contenders: list[Contender]) -> None:
    """Whether each goal is reached, and by how much one is missed."""
    middle = {one.name: statistics.median(one.seconds) for one in contenders if one.seconds}
    ours = middle.get("ours, full report")
    goals = [
        ("lower bound", 2.5, lambda other: ours / other, "ours is {:.2f} x the lower bound"),
        ("ours, re-check by 304", 0.1, lambda other: other / ours, "a re-check costs {:.3f} of a full check"),
        (
            "requests + BeautifulSoup(lxml), 32 threads",
            -15,
            lambda other: other / ours,
            "{:.1f} x less than requests + BeautifulSoup",
        ),
        ("Scrapy, minimal spider", -4, lambda other: other / ours, "{:.1f} x less than Scrapy"),
    ]
    for name, goal, ratio, words in goals:
        if ours and middle.get(name):
            have = ratio(middle[name])
            reached = have >= -goal if goal < 0 else have <= goal
            print(f"  {'ok    ' if reached else 'MISSED'} {words.format(have)} (goal {abs(goal)})")
