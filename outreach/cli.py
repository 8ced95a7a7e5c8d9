"""The command line: `outreach COMMAND`. Wrong usage exits 2; a wrong setting or a missing database says so in one line and exits 1.

A command's module is imported when the command is asked for, so that `outreach links check` starts without a
web framework or a database.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
from typing import TYPE_CHECKING

import click

import outreach
from outreach.kit.garbage import all_kept

if TYPE_CHECKING:
    from flask import Flask

DOORS: dict[str, tuple[str, ...]] = {
    "serve": ("server.cli",),
    "web": ("server.cli",),
    "worker": ("server.cli",),
    "migrate": ("server.cli",),
    "status": ("server.cli",),
    "sweep": ("server.cli",),
    "routes": ("server.routes",),
    "backup": ("server.backup_cli",),
    "restore": ("server.backup_cli",),
    "demo": ("server.demo_cli",),
    "demo-publishers": ("server.demo_cli",),
    "import": ("care.import_cli",),
    "links": ("links.cli",),
    "letters": ("mail.cli",),
    "mail": ("reading.cli", "sending.cli"),
    "user": ("accounts.cli",),
    "people": ("care.cli",),
    "page": ("research.cli",),
    "search": ("server.search_cli",),
}
"""Which modules hold a command; two rooms may share a group, whose commands are joined."""


class Doors(click.Group):
    """The commands of all rooms."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Their names, sorted."""
        return sorted(name for name, modules in DOORS.items() if any(map(_is_there, modules)))

    @all_kept()
    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, with its parts from all rooms; None when there is none."""
        found: click.Command | None = None
        for module in filter(_is_there, DOORS.get(cmd_name, ())):
            for command in importlib.import_module(f"outreach.{module}").COMMANDS:
                if command.name == cmd_name:
                    found = command if found is None else _joined(found, command)
        return found


def _is_there(module: str) -> bool:
    room = f"outreach.{module.partition('.')[0]}"
    return (
        importlib.util.find_spec(room) is not None
        and importlib.util.find_spec(f"outreach.{module}") is not None
    )


def _joined(one: click.Command, other: click.Command) -> click.Command:
    if isinstance(one, click.Group) and isinstance(other, click.Group):
        for command in other.commands.values():
            one.add_command(command)
    return one


@click.command(cls=Doors, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(outreach.__version__, prog_name="outreach")
@click.pass_context
def cli(context: click.Context) -> None:
    """Outreach, the CRM of people who earn links."""
    context.obj = _open


def _open() -> Flask:
    """The app of this instance, its schema current: what `@click.pass_obj` gives a room's command, to call."""
    from outreach import settings
    from outreach.server.cli import open_app

    return open_app(settings.load())


def main() -> None:
    """The console script."""
    try:
        cli.main(prog_name="outreach")
    except Exception as error:
        if (
            type(error).__name__ != "BadSetting"
        ):  # by name: its module is not worth importing for every command
            raise
        click.echo(f"outreach: {error}", err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
