"""`outreach routes`: every address, its methods, and who may open it."""

from __future__ import annotations

import json
from typing import Any

import click
from flask import Flask

from outreach import settings
from outreach.accounts.rules import Standing, roles_for
from outreach.app import create_app
from outreach.web import access


def routes(app: Flask) -> list[dict[str, Any]]:
    """`{"path", "methods", "roles", "endpoint"}` of each address, sorted by path.

    `roles` are all that may open it (`public`: everybody). Which rows they see there is decided by their projects.
    """
    found = [
        {
            "path": rule.rule,
            "methods": sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}),
            "roles": roles_for(Standing(access.standing_of(app, rule.endpoint) or "admin")),
            "endpoint": rule.endpoint,
        }
        for rule in app.url_map.iter_rules()
    ]
    return sorted(found, key=lambda route: (route["path"], route["methods"]))


@click.command("routes")
@click.option("--json", "as_json", is_flag=True, help="A list of objects: path, methods, roles, endpoint.")
def command(as_json: bool) -> None:
    """List every address and who may open it. Needs no database."""
    listed = routes(create_app(settings.load()))
    if as_json:
        click.echo(json.dumps(listed, indent=2))
        return
    for route in listed:
        click.echo(f"{','.join(route['methods']):9} {route['path']:60} {' '.join(route['roles'])}")


COMMANDS: list[click.Command] = [command]
