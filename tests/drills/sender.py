"""A worker that only sends, to be killed: a process of its own runs `main`.

It says "ready" when it begins. With a point it kills itself there, at its first letter, as kill -9 does.
"""

from __future__ import annotations

import os
import signal
import smtplib
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from outreach import settings
from outreach.app import create_app
from outreach.kit import clock
from outreach.sending import delivering, jobs


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def dies_before(act: Callable[..., Any]) -> Callable[..., Any]:
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        die()
        return act(*args, **kwargs)

    return wrapped


def dies_after(act: Callable[..., Any]) -> Callable[..., Any]:
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        found = act(*args, **kwargs)
        die()
        return found

    return wrapped


def dies_half_way(send: Callable[[smtplib.SMTP, bytes], None]) -> Callable[[smtplib.SMTP, Any], None]:
    """Half of a letter's text goes out, and no final dot."""

    def wrapped(line: smtplib.SMTP, data: Any) -> None:
        if isinstance(data, bytes) and data.endswith(b"\r\n.\r\n"):
            send(line, data[: len(data) // 2])
            die()
        send(line, data)

    return wrapped


def arm(point: str) -> None:
    """Put the end of this process where it is asked for."""
    if point == "in the text":
        smtplib.SMTP.send = dies_half_way(smtplib.SMTP.send)  # type: ignore[method-assign]
        return
    changes: dict[str, tuple[str, Callable[..., Any]]] = {
        "mailbox taken": ("take_mailbox", dies_after),
        "letter taken": ("take_next", dies_after),
        "before sending": ("begin", dies_before),
        "after sending": ("begin", dies_after),
        "before settling": ("settle", dies_before),
        "after settling": ("settle", dies_after),
    }
    if point:
        name, change = changes[point]
        setattr(delivering, name, change(getattr(delivering, name)))


def main(instance: Path, url: str, point: str, said: Connection) -> None:
    """Send until somebody kills this process."""
    config = settings.load(
        instance, database_url=url, testing=True, log_level="error", clock_file=instance / "clock",
        smtp_plain_hosts=["127.0.0.1"],
    )  # fmt: skip
    app = create_app(config)
    arm(point)
    with app.app_context():
        said.send("ready")
        while True:
            jobs.settle_cut_off(clock.now())
            if not jobs.send_due(clock.now()):
                time.sleep(0.02)
