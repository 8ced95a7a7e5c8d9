"""The worker process: APScheduler says when, the sweeps do the work."""

from __future__ import annotations

import logging
import resource
import signal
import threading
from datetime import datetime

import structlog
from apscheduler.schedulers.background import BackgroundScheduler
from flask import Flask
from sqlalchemy import Engine, event

from outreach.db import db, map_file
from outreach.schedule import actions, sweeps
from outreach.schedule.sweeps import Sweep
from outreach.server.heap import keep_small
from outreach.settings import Settings

log = structlog.get_logger("outreach.worker")

JUMPS = 3
"""Seconds after which every sweep runs again where the time is set by hand (testing only): a day passes at once."""


def run(app: Flask, config: Settings) -> None:
    """Run all sweeps until SIGTERM; those under way end first."""
    limit_memory(config.worker_memory_mb)
    keep_small()
    with app.app_context():
        share_pages(db.engine)
    logging.getLogger("apscheduler").setLevel(logging.ERROR)  # "still running" is no news of a busy sweep
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    signal.signal(signal.SIGINT, lambda *_: stop.set())
    scheduler = BackgroundScheduler(
        timezone="UTC", job_defaults={"coalesce": True, "misfire_grace_time": 3600}
    )
    for sweep in sweeps.built():
        scheduler.add_job(
            _run,
            "interval",
            seconds=sweep.every if config.clock_file is None else min(sweep.every, JUMPS),
            args=[app, sweep],
            id=sweep.name,
            max_instances=sweep.at_once,
            next_run_time=datetime.now().astimezone(),
        )
    scheduler.start()
    log.info("worker started", sweeps=[sweep.name for sweep in sweeps.built()])
    stop.wait()
    scheduler.shutdown(wait=True)


def limit_memory(megabytes: int) -> None:
    """Cap the address space, so that a hostile page ends in an error here and not in a full machine."""
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    wanted = megabytes * 2**20
    resource.setrlimit(
        resource.RLIMIT_AS, (wanted if hard == resource.RLIM_INFINITY else min(wanted, hard), hard)
    )


def share_pages(engine: Engine) -> None:
    """Let each of the dozen connections of a worker keep little of an SQLite file; the machine keeps it for all of them.

    None maps it either: that would take a dozen times its size of the address space.
    """
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA cache_size=-256"))
        map_file(engine, 0)


def _run(app: Flask, sweep: Sweep) -> None:
    with app.app_context():
        try:
            actions.run(sweep)
        except Exception:
            log.warning("sweep will run again", sweep=sweep.name, in_s=sweep.every)
        finally:
            db.session.remove()
