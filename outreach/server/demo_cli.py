"""`outreach demo`: make the demo workspace, and serve it."""

from __future__ import annotations

import json
import os
import shutil
import socket
from datetime import datetime
from pathlib import Path

import click

from outreach import schema, settings
from outreach.app import create_app
from outreach.db import db, session, write
from outreach.kit import clock
from outreach.links.models import PlacedLink
from outreach.server import cli
from outreach.server.demo import publishers, story
from outreach.server.demo.build import PASSWORD, USERS, Build, counts
from outreach.server.supervisor import Child, command

MARK = "demo.json"


@click.command()
@click.option(
    "--size",
    type=click.IntRange(12, 1_000_000),
    default=120,
    show_default=True,
    help="How many sites; all else follows.",
)
@click.option(
    "--seed", type=int, default=7, show_default=True, help="The same seed makes the same workspace."
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--serve", is_flag=True, help="Serve it; it is made first where there is none.")
@click.option("--host", help="Where to listen, with --serve.")
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="With --serve; 0 takes a free one.")
def demo(size: int, seed: int, as_json: bool, serve: bool, host: str | None, port: int) -> None:
    """Make a believable workspace, with dates around today, in instance/demo (or in OUTREACH_INSTANCE)."""
    instance = folder()
    if not (serve and (instance / MARK).exists()):
        facts = make(instance, size, seed)
        if not serve:
            click.echo(json.dumps(facts) if as_json else _told(facts))
    if serve:
        _serve(instance, host, port)


def folder() -> Path:
    """Where the demo lives."""
    return (
        settings.instance_folder()
        if "OUTREACH_INSTANCE" in os.environ
        else settings.instance_folder() / "demo"
    )


def make(instance: Path, size: int, seed: int) -> dict[str, object]:
    """Make the demo anew; gives what it holds. Raises click.ClickException for an instance that a demo did not make."""
    _clear(instance)
    port = free_port()
    config = _settings(instance, port)
    (instance / MARK).write_text(
        json.dumps({"size": size, "seed": seed, "port": port, "made_at": clock.now().isoformat()})
    )
    app = create_app(config)
    with app.app_context():
        schema.upgrade()
        build = Build(seed, size, clock.now(), port)
        story.tell(build)
        (instance / publishers.FILE).write_text(json.dumps(build.pages))
        rows = counts()
        db.session.remove()
        db.engine.dispose()
    return {
        "instance": str(instance),
        "login": USERS[0][0],
        "password": PASSWORD,
        "size": size,
        "seed": seed,
        "counts": rows,
    }


def _told(facts: dict[str, object]) -> str:
    rows = facts["counts"]
    assert isinstance(rows, dict)
    listed = ", ".join(f"{number:,} {name}" for name, number in rows.items())
    return f"The demo stands in {facts['instance']}: {listed}.\nLog in as {facts['login']} with the password: {facts['password']}"


def _clear(instance: Path) -> None:
    """An empty folder; only a demo's own is emptied."""
    if (
        instance.exists()
        and any(path.name != ".gitkeep" for path in instance.iterdir())
        and not (instance / MARK).exists()
    ):
        raise click.ClickException(
            f"{instance} holds an instance that `outreach demo` did not make; it is left alone."
        )
    from outreach.server import run

    if pid := run.pid_of(instance, "serve"):
        raise click.ClickException(f"The demo runs (pid {pid}). Stop it first.")
    shutil.rmtree(instance, ignore_errors=True)
    instance.mkdir(mode=0o700, parents=True)


def _settings(instance: Path, port: int) -> settings.Settings:
    """The demo's own settings: mail is captured, and only its publishers are let through the guard."""
    return settings.load(
        instance,
        fetch_allow_endpoints=[f"127.0.0.1:{port}"],
        log_file=instance / "log",
        base_url="",
        database_url="",
    )


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def _serve(instance: Path, host: str | None, port: int) -> None:
    mark = json.loads((instance / MARK).read_text())
    publisher_port = int(mark["port"])
    if not _is_free(publisher_port):
        publisher_port = _move_publishers(instance, mark)
    config = _settings(instance, publisher_port)
    os.environ |= {
        "OUTREACH_FETCH_ALLOW_ENDPOINTS": f"127.0.0.1:{publisher_port}", "OUTREACH_LOG_FILE": str(config.log_file),
    }  # fmt: skip
    age = (clock.now() - datetime.fromisoformat(mark["made_at"])).days
    says = f"Log in as {USERS[0][0]} with the password: {PASSWORD}\nStop it with Ctrl C."
    if age > 0:
        says += f"\nThis demo is {age} days old; `make demo` makes a new one around today."
    scenery = Child("demo-publishers", command(instance, "demo-publishers", "--port", str(publisher_port)))
    cli.serve_instance(config, host, port, says=says, also=[scenery])


def _move_publishers(instance: Path, mark: dict[str, object]) -> int:
    """Somebody took the publishers' port: they move to another, and the links with them."""
    old, new = f":{mark['port']}/", free_port()
    app = create_app(_settings(instance, new))
    with app.app_context(), write():
        for link in session().query(PlacedLink):
            link.page_url, link.page_url_norm = (
                text.replace(old, f":{new}/", 1) for text in (link.page_url, link.page_url_norm)
            )
    with app.app_context():
        db.engine.dispose()
    (instance / MARK).write_text(json.dumps({**mark, "port": new}))
    return new


@click.command("demo-publishers", hidden=True)
@click.option("--port", type=int, required=True)
@click.option("--parent", type=int, hidden=True)
def demo_publishers(port: int, parent: int | None) -> None:
    """The demo's publishers, on this machine only."""
    from outreach.server import run

    if parent:
        run.die_with_parent(parent)
    publishers.serve(settings.instance_folder(), port)


COMMANDS: list[click.Command] = [demo, demo_publishers]
