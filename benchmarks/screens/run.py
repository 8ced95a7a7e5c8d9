"""`make bench ARGS=screens`: CPU of a request at 100,000 sites, 100,000 people and 20,000 pitches, one web process, against shared figures.

The peers' figures are constants that were measured elsewhere on the same data sizes, not in this run: they stand here to be laid beside ours.
With `--json` the figures are printed as JSON; `--size=N` takes another number of sites.
"""

from __future__ import annotations

import json
import os
import platform
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import flask
import sqlalchemy

from benchmarks.screens import rows
from benchmarks.screens.pages import Cost, cost, log_in, pages
from outreach import schema, settings
from outreach.app import create_app
from outreach.care import import_actions
from outreach.care.import_names import Field
from outreach.db import db, session
from outreach.prospects.models import Site

SIZE = 100_000
IMPORTED = 10_000
PEERS = "Odoo 19, Tryton 8.2, Django-CRM 2.4: quoted, CPU ms of app and database"
QUOTED: dict[str, tuple[str, tuple[float, ...], float]] = {
    "list": ("list", (50, 173, 550), 1 / 3),
    "list, sorted": ("list by site", (200, 200, 790), 1 / 3),
    "list, filtered": ("list of one project", (152, 443, 1010), 1 / 3),
    "list, in the middle": ("list in the middle", (126, 400, 647), 1 / 5),
    "search by part of a name": ("people, search part", (221, 1350, 1007), 1 / 8),
    "search, all kinds": ("search part", (221, 1350, 1007), 1 / 8),
    "board": ("board", (74, 107, 410), 1 / 3),
    "detail": ("site", (102, 30, 55), 1 / 2),
}
"""What it is: (page of `benchmarks.screens.pages`, CPU ms of the peers, our goal against the best of them)."""
CREATE = (44.0, 41.0, 29.0)
IMPORT = 8.2
"""CPU seconds of Odoo for 10,000 rows; the goal is a quarter."""


def main(options: Sequence[str]) -> None:
    """Build, measure, print."""
    size = next((int(one.partition("=")[2]) for one in options if one.startswith("--size=")), SIZE)
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(settings.load(Path(folder), testing=True, log_level="error"))
        app.config["WTF_CSRF_ENABLED"] = False
        with app.app_context():
            schema.upgrade()
            boss, _ = rows.build(size)
            client = app.test_client()
            log_in(client, boss)
            db.session.remove()
        found = _pages(app, client, size)
        told = {
            "versions": _versions(), "size": size, "load": os.getloadavg()[0], "pages": {name: vars(one) for name, one in found.items()},
            "create_cpu": _create(app, client), "import_cpu": _import(app), "web_memory_mb": _memory(Path(folder)),
        }  # fmt: skip
    print(json.dumps(told) if "--json" in options else _table(told, found))


def _pages(app: flask.Flask, client: Any, size: int) -> dict[str, Cost]:
    asked = pages(size) | {"list by site": "/prospects?sort=site", "people, search part": "/people?q=riana", "search part": "/search?q=kfer"}  # fmt: skip
    wanted = {page for page, _, _ in QUOTED.values()}
    return {name: cost(app, client, path) for name, path in asked.items() if name in wanted}


def _create(app: flask.Flask, client: Any) -> float:
    """CPU seconds of adding one person by the form; the median of nine."""
    with app.app_context():
        at = session().get_one(Site, 5).key
        session().close()
    spent = []
    for number in range(10):
        given = {
            "name": f"Newcomer {number}",
            "site": at,
            "subscriber_type": "unknown",
            "kind": "email",
            "anyway": "1",
        }
        before = time.process_time()
        answer = client.post("/people/new", data=given)
        spent.append(time.process_time() - before)
        if answer.status_code != 303:
            return float("nan")
    return sorted(spent[1:])[4]


def _import(app: flask.Flask) -> float:
    """CPU seconds of a file of sites and people: looked through, then brought in."""
    lines = [
        f"new{number}.example,Person {number},mail{number}@new{number}.example" for number in range(IMPORTED)
    ]
    sheet = "\n".join(["site,name,email", *lines]).encode()
    config = app.extensions["outreach"]
    now = datetime.now(UTC)
    with app.app_context():
        by = session().get_one(rows.User, 1)
        before = time.process_time()
        key = import_actions.bring(by, 1, "new.csv", BytesIO(sheet), now=now, instance=config.instance)
        import_actions.count(by, key, {Field.SITE: 0, Field.NAME: 1, Field.EMAIL: 2}, now=now)
        for go_on in (lambda: import_actions.begin(by, key, now=now), lambda: None):
            for one, fence in import_actions.take(now=now):
                import_actions.work(one, fence, now=now, instance=config.instance)
            go_on()
        spent = time.process_time() - before
        db.session.remove()
    return spent


def _memory(instance: Path) -> list[float]:
    """MB of a web process over this instance: after its start, after every page, and of the file that is mapped then."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.screens.memory", str(instance)], capture_output=True, text=True, check=False
    )  # fmt: skip
    return [float(one) for one in done.stdout.split()[-3:]] or [float("nan")] * 3


def _versions() -> dict[str, str]:
    return {"python": platform.python_version(), "sqlite": sqlite3.sqlite_version, "sqlalchemy": sqlalchemy.__version__}  # fmt: skip


def _table(told: dict[str, Any], found: dict[str, Cost]) -> str:
    lines = [f"{told['size']:,} sites and people, {told['size'] // 5:,} pitches; load {told['load']:.1f}; {told['versions']}", f"Beside ours: {PEERS}", ""]  # fmt: skip
    lines.append(f"{'page':28}{'ours ms':>9}{'best peer':>11}{'ours/best':>11}{'goal':>8}{'SQL':>5}{'kB':>6}")
    for name, (page, peers, goal) in QUOTED.items():
        one = found[page]
        share = one.cpu * 1000 / min(peers)
        lines.append(
            f"{name:28}{one.cpu * 1000:9.1f}{min(peers):11.0f}{share:11.2f}{goal:8.2f}{one.statements:5}{one.size // 1000:6}{'' if one.status == 200 else f'  answered {one.status}'}"
        )
    lines.append(
        f"{'create':28}{told['create_cpu'] * 1000:9.1f}{min(CREATE):11.0f}{told['create_cpu'] * 1000 / min(CREATE):11.2f}{1 / 2:8.2f}"
    )
    lines.append(
        f"{'import of 10,000 rows, s':28}{told['import_cpu']:9.2f}{IMPORT:11.1f}{told['import_cpu'] / IMPORT:11.2f}{1 / 4:8.2f}"
    )
    lines.append(
        f"{'memory of a web process, MB':28}{told['web_memory_mb'][1]:9.1f}{'':11}{'':11}{120:8}   ({told['web_memory_mb'][0]:.1f} after its start; and {told['web_memory_mb'][2]:.1f} of the file, mapped)"
    )
    return "\n".join(lines)
