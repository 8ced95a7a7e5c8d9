"""`outreach user`: for admins who are locked out, at the server itself."""

from __future__ import annotations

from collections.abc import Callable

import click
from flask import Flask, url_for

from outreach.accounts import actions, queries, rules
from outreach.kit import clock


@click.group()
def user() -> None:
    """Users of this instance."""


@user.command("list")
@click.pass_obj
def list_users(open_app: Callable[[], Flask]) -> None:
    """Print every user: address, role, whether they can log in, name."""
    with open_app().app_context():
        for row in queries.users():
            click.echo(f"{row.email}\t{row.role.value}\t{'on' if row.is_active else 'off'}\t{row.name}")


@user.command("link")
@click.argument("address")
@click.pass_obj
def link(open_app: Callable[[], Flask], address: str) -> None:
    """Print a link that sets a new password for ADDRESS once, within a day.

    It works however many log-ins were refused. Exit 1 when nobody active has the address.
    """
    app = open_app()
    with app.app_context():
        try:
            found = queries.user_of(rules.clean_email(address))
        except rules.BadEmail as error:
            raise click.ClickException(str(error)) from None
        if found is None:
            raise click.ClickException(f"Nobody has the address {address}. See them all: outreach user list")
        if not found.is_active:
            raise click.ClickException(
                f"{found.email} is switched off. Another admin can switch it on again."
            )
        token = actions.make_password_link(found, by=None, now=clock.now())
        workspace = queries.workspace()
        with app.test_request_context():
            click.echo(
                (workspace.base_url if workspace else "") + url_for("accounts.new_password", token=token)
            )


COMMANDS: list[click.Command] = [user]
