"""`outreach search rebuild`: the index of the search, made anew from the rows."""

from __future__ import annotations

from collections.abc import Callable

import click
from flask import Flask

from outreach.db import db
from outreach.search import index


@click.group("search")
def search_group() -> None:
    """Look after the index that the search asks."""


@search_group.command("rebuild")
@click.pass_obj
def rebuild_command(open_app: Callable[[], Flask]) -> None:
    """Make the index anew. It is kept in step by itself: this is for a database that was changed by other tools."""
    with open_app().app_context(), db.engine.connect() as connection:
        tables = index.rebuild(connection.execution_options(outreach_write=True))
        connection.commit()
    click.echo(f"The search is rebuilt: {', '.join(tables)}.")


COMMANDS = [search_group]
