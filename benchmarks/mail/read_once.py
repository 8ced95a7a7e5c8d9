"""One mailbox, read once and then again with nothing new: `python -m benchmarks.mail.read_once FOLDER MAILBOX DATABASE`.

A process of its own, with nothing in it but the product: its memory is measured. Prints one line of JSON.
"""

from __future__ import annotations

import json
import resource
import statistics
import sys
import time
from pathlib import Path

import sqlalchemy as sa

from outreach import settings
from outreach.app import create_app
from outreach.db import session, write
from outreach.mail.models import Mailbox, Message
from outreach.mail.rules import Direction
from outreach.reading import jobs


def main(folder: str, mailbox_id: int, database: str) -> None:
    more = {"database_url": database} if database else {}
    app = create_app(settings.load(Path(folder), **more, log_level="error", smtp_plain_hosts=["127.0.0.1"]))
    with app.app_context():
        before = resource.getrusage(resource.RUSAGE_SELF)
        start = time.perf_counter()
        jobs.read_mailbox(mailbox_id)
        first = time.perf_counter() - start
        usage, largest = resource.getrusage(resource.RUSAGE_SELF), most_held()
        idle = []
        for _ in range(7):
            with write() as here:
                here.get_one(Mailbox, mailbox_id).read_due_at = None
            start = time.perf_counter()
            jobs.read_mailbox(mailbox_id)
            idle.append(time.perf_counter() - start)
        kept = session().scalar(sa.select(sa.func.count()).where(Message.direction == Direction.IN)) or 0
        cpu = usage.ru_utime + usage.ru_stime - before.ru_utime - before.ru_stime
        found = {
            "first": first,
            "cpu": cpu,
            "idle": statistics.median(idle),
            "kept": kept,
            "megabytes": largest,
        }
        print(json.dumps(found))


def most_held() -> float:
    """MB that this process held at the most. `ru_maxrss` begins with what the process that started it held."""
    status = Path("/proc/self/status").read_text()
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM:"))) / 1024


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), sys.argv[3])
