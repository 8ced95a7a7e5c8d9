"""`python -m benchmarks.screens.memory INSTANCE`: MB that a web process holds after its start, and after every page was opened twice;
and what of SQLite's file it has mapped then, which the system keeps for all and takes back when it is short.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from benchmarks.screens.pages import biggest, log_in, pages
from outreach import settings
from outreach.accounts.models import User
from outreach.app import create_app
from outreach.db import session
from outreach.server import web
from outreach.server.heap import keep_small


def resident() -> float:
    """MB that this process holds, as Linux counts them."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20


def mapped(instance: Path) -> float:
    """MB of these of the database's file."""
    kilobytes, is_its = 0, False
    for line in Path("/proc/self/smaps").read_text().splitlines():
        if not line.split(maxsplit=1)[0].endswith(":"):
            is_its = line.endswith(str(instance / "outreach.db"))
        elif is_its and line.startswith("Rss:"):
            kilobytes += int(line.split()[1])
    return kilobytes / 1024


def main(instance: Path) -> None:
    """Print the three figures; the first two without the third."""
    keep_small()  # as the web process does
    instance = instance.resolve()
    app = create_app(settings.load(instance))
    assert web  # what `outreach web` imports is in memory, too
    client = app.test_client()
    client.get("/login")
    start = resident()
    with app.app_context():
        log_in(client, session().get_one(User, 1))
        size = biggest("sites")
        session().close()
    for _ in range(2):
        for path in pages(size).values():
            client.get(path)
    file = mapped(instance)
    print(f"{start:.1f} {resident() - file:.1f} {file:.1f}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
