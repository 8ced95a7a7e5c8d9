"""`python -m benchmarks.screens.memory INSTANCE`: MB that a web process holds after its start, and after every page was opened twice."""

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


def main(instance: Path) -> None:
    """Print both figures."""
    keep_small()  # as the web process does
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
    print(f"{start:.1f} {resident():.1f}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
