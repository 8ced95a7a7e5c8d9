"""Commands that run the product: `serve`, `web`, `worker`, `migrate`, `status`, `sweep`, `routes`."""

from __future__ import annotations

import json
import os
import socket
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Any

import click
import sqlalchemy as sa
from flask import Flask

from outreach import schema, settings
from outreach.app import create_app
from outreach.care import backup
from outreach.db import db, session
from outreach.kit import clock
from outreach.kit.garbage import all_kept
from outreach.schedule import actions, sweeps
from outreach.schedule.models import SweepRun
from outreach.server import run, supervisor, web
from outreach.server.supervisor import Child, Supervisor
from outreach.settings import Settings


def open_app(config: Settings, *, needs_schema: bool = True) -> Flask:
    """The app with a database that answers and, where it is needed, stands at the newest revision.

    Raises click.ClickException in one line otherwise.
    """
    with all_kept():
        app = create_app(config)
    with app.app_context():
        try:
            current = schema.present()
        except sa.exc.OperationalError as error:
            reason = str(error.orig).strip().splitlines()[0] if error.orig else "no answer"
            raise click.ClickException(
                f"The database {shown(config.database)} cannot be reached: {reason}"
            ) from None
        if needs_schema and current != schema.newest():
            raise click.ClickException(_what_to_do(current))
    return app


def shown(database: str) -> str:
    """A database address without its password."""
    return sa.make_url(database).render_as_string(hide_password=True)


def _what_to_do(current: str | None) -> str:
    if current is None:
        return "The database is empty. Run: outreach migrate"
    return f"The database stands at revision {current}, this version wants {schema.newest()}. Run: outreach migrate"


def bring_up_to_date(app: Flask) -> None:
    """Migrate when needed; an instance with rows is backed up first."""
    with app.app_context():
        current = schema.present()
        if current == schema.newest():
            return
        if current is not None:
            click.echo(
                f"Backup before the migration: {backup.before_migration(app, now=clock.now())}", err=True
            )
        schema.upgrade()


@click.command()
def migrate() -> None:
    """Bring the database to this version's schema; a backup is made first."""
    config = settings.load()
    app = open_app(config, needs_schema=False)
    bring_up_to_date(app)
    with app.app_context():
        click.echo(f"The database stands at revision {schema.present()}.")


@click.command()
@click.option("--host", help="Where to listen; the setting `host` unless given.")
@click.option(
    "--port", type=click.IntRange(0, 65535), help="0 takes a free one; the setting `port` unless given."
)
def serve(host: str | None, port: int | None) -> None:
    """Run the product: web and worker, supervised. Migrates first."""
    serve_instance(settings.load(), host, port)


def serve_instance(
    config: Settings,
    host: str | None = None,
    port: int | None = None,
    *,
    says: str = "",
    also: Sequence[Child] = (),
) -> None:
    """Migrate, listen, print the address (and `says`), and supervise web, worker and `also` until told to stop."""
    try:
        with run.as_process(config.instance, "serve") as held:
            sock = run.listen(host or config.host, config.port if port is None else port)
            app = open_app(config, needs_schema=False)
            bring_up_to_date(app)
            with app.app_context():
                db.engine.dispose()  # a connection cannot be shared by copies of a process
            click.echo(f"Outreach runs at {address(sock)}")
            if says:
                click.echo(says)
            Supervisor([*_children(app, config, sock, held), *also]).run()
    except (run.AlreadyRuns, run.PortTaken) as error:
        raise click.ClickException(str(error)) from None


def _children(app: Flask, config: Settings, sock: socket.socket, held: IO[str]) -> list[Child]:
    """Web and worker; `held` is the file of the process that watches them."""
    if sys.platform != "linux":
        sock.set_inheritable(True)
        pages = supervisor.command(config.instance, "web", "--fd", str(sock.fileno()))
        return [Child("web", pages), Child("worker", supervisor.command(config.instance, "worker"))]
    parent = os.getpid()

    def begin(name: str) -> None:
        held.close()
        run.call_yourself(f"outreach-{name}")
        run.die_with_parent(parent)

    def serve_pages() -> None:
        begin("web")
        with run.as_process(config.instance, "web", alone=False):
            web.serve(app, config, sock)

    def work() -> None:
        begin("worker")
        sock.close()
        _work(app, config)

    return [Child("web", serve_pages), Child("worker", work)]


def _work(app: Flask, config: Settings) -> None:
    from outreach.server import worker  # here, because only this process needs a scheduler

    with run.as_process(config.instance, "worker", alone=False):
        worker.run(app, config)


def address(sock: socket.socket) -> str:
    """The http address of a listening socket, as a person on this machine opens it."""
    host, port = sock.getsockname()[:2]
    host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)
    return f"http://{host}:{port}/"


@click.command(name="web")
@click.option("--host", help="Where to listen; the setting `host` unless given.")
@click.option(
    "--port", type=click.IntRange(0, 65535), help="0 takes a free one; the setting `port` unless given."
)
@click.option("--fd", type=int, hidden=True)
@click.option("--parent", type=int, hidden=True)
def web_command(host: str | None, port: int | None, fd: int | None, parent: int | None) -> None:
    """Run the web process alone."""
    config = settings.load()
    if parent:
        run.die_with_parent(parent)
    try:
        with run.as_process(config.instance, "web", alone=fd is None):
            sock = (
                socket.socket(fileno=fd)
                if fd
                else run.listen(host or config.host, config.port if port is None else port)
            )
            app = open_app(config)
            if not fd:
                click.echo(f"Outreach runs at {address(sock)}")
            web.serve(app, config, sock)
    except (run.AlreadyRuns, run.PortTaken) as error:
        raise click.ClickException(str(error)) from None


@click.command(name="worker")
@click.option("--parent", type=int, hidden=True)
def worker_command(parent: int | None) -> None:
    """Run the worker process alone; several may run on one database."""
    config = settings.load()
    if parent:
        run.die_with_parent(parent)
    _work(open_app(config), config)


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def status(as_json: bool) -> None:
    """Say what runs, and when each sweep ran last."""
    config = settings.load()
    with open_app(config).app_context():
        found = state(config.instance)
    if as_json:
        click.echo(json.dumps(found))
        return
    for name in ("web", "worker"):
        click.echo(f"{name:<14}{'pid ' + str(found[name]['pid']) if found[name]['pid'] else 'does not run'}")
    for name, facts in found["sweeps"].items():
        click.echo(
            f"{name:<14}last {facts['last_at'] or 'never'}, {facts['due']} due{', ' + facts['error'] if facts['error'] else ''}"
        )


def state(instance: Path) -> dict[str, dict[str, Any]]:
    """`{"web": {"pid"}, "worker": {"pid"}, "sweeps": {name: {"last_at", "due", "error"}}}`; needs an app context."""
    runs = {row.name: row for row in session().scalars(sa.select(SweepRun))}
    now = clock.now()
    told: dict[str, Any] = {}
    for sweep in sweeps.built():
        row = runs.get(sweep.name)
        told[sweep.name] = {
            "last_at": row.last_at.isoformat() if row else None,
            "due": sweep.due(now),
            "error": row.last_error if row else "",
        }
    return {
        "web": {"pid": run.pid_of(instance, "web")},
        "worker": {"pid": run.pid_of(instance, "worker")},
        "sweeps": told,
    }


@click.command()
@click.argument("name")
def sweep(name: str) -> None:
    """Run one sweep now, until nothing is due; prints how many rows it handled."""
    found = sweeps.named(name)
    if found is None:
        raise click.BadParameter(
            f"{name!r} is no sweep; there are {', '.join(known.name for known in sweeps.built())}.",
            param_hint="NAME",
        )
    with open_app(settings.load()).app_context():
        try:
            click.echo(f"{found.name}: {actions.run(found)} handled")
        except Exception as error:
            raise click.ClickException(f"The sweep {name} failed: {type(error).__name__}: {error}") from None


COMMANDS: list[click.Command] = [serve, web_command, worker_command, migrate, status, sweep]
