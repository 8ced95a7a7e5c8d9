"""The command line: `outreach COMMAND`. Wrong usage exits 2; a wrong setting or a missing database says so in one line and exits 1."""

from __future__ import annotations

import importlib
import importlib.util
import sys

import click
from flask import Flask

import outreach
from outreach import settings
from outreach.settings import BadSetting

DOORS = (
    "links.cli",
    "mail.cli",
    "reading.cli",
    "sending.cli",
    "accounts.cli",
    "desk.cli",
    "server.cli",
    "server.backup_cli",
    "server.routes",
    "server.demo_cli",
)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(outreach.__version__, prog_name="outreach")
@click.pass_context
def cli(context: click.Context) -> None:
    """Outreach, the CRM of people who earn links."""
    context.obj = _open


def _open() -> Flask:
    """The app of this instance, its schema current: what `@click.pass_obj` gives a room's command, to call."""
    from outreach.server.cli import open_app

    return open_app(settings.load())


def _gather() -> None:
    """Add each door's commands: its `COMMANDS`."""
    for door in DOORS:
        name = f"outreach.{door}"
        if importlib.util.find_spec(name.rpartition(".")[0]) and importlib.util.find_spec(name):
            for command in importlib.import_module(name).COMMANDS:
                _add(cli, command)


def _add(group: click.Group, command: click.Command) -> None:
    """Add a command; two rooms may share a group's name, its commands are joined."""
    there = group.commands.get(command.name or "")
    if isinstance(there, click.Group) and isinstance(command, click.Group):
        for inner in command.commands.values():
            _add(there, inner)
        return
    group.add_command(command)


def main() -> None:
    """The console script."""
    _gather()
    try:
        cli.main(prog_name="outreach")
    except BadSetting as error:
        click.echo(f"outreach: {error}", err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
