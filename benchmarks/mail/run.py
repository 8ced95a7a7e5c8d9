"""`python -m benchmarks mail [--letters=1000] [--rounds=5] [--database=URL]`: a line for each goal of mail.

Each goal is a module beside this one with `main(options)`; one that is not built is left out.
"""

from __future__ import annotations

import importlib
import importlib.metadata
import importlib.util
import os
import sqlite3
import sys

GOALS = ("sending", "reading")
SHOWN = ("Flask", "SQLAlchemy", "aiosmtpd", "Jinja2")


def main(options: list[str]) -> None:
    versions = {name: importlib.metadata.version(name) for name in SHOWN}
    print(
        f"load {os.getloadavg()[0]:.1f}, {os.cpu_count()} cores, Python {sys.version.split()[0]}, SQLite {sqlite3.sqlite_version}, {versions}"
    )
    for goal in GOALS:
        name = f"benchmarks.mail.{goal}"
        if importlib.util.find_spec(name):
            importlib.import_module(name).main(options)
