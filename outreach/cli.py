"""The command line: `outreach COMMAND`. Wrong usage exits 2; a wrong setting or a missing database says so in one line and exits 1."""

from __future__ import annotations

import importlib
import importlib.util
import sys

import click

import outreach
from outreach.settings import BadSetting

ROOM_COMMANDS = ("links", "mail", "reading", "accounts", "care", "desk", "schedule", "server")


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(outreach.__version__, prog_name="outreach")
def cli() -> None:
    """Outreach, the CRM of people who earn links."""


def _gather() -> None:
    """Add each room's commands: `COMMANDS` of its `cli` module."""
    for room in ROOM_COMMANDS:
        name = f"outreach.{room}.cli"
        if importlib.util.find_spec(f"outreach.{room}") and importlib.util.find_spec(name):
            for command in importlib.import_module(name).COMMANDS:
                cli.add_command(command)


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
