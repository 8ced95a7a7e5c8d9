"""`outreach links check` and `outreach links replay`: one look, or recorded looks, without a database."""

from __future__ import annotations

import json
import os
import sys
from datetime import UTC, datetime
from pathlib import Path

import click

from outreach.engines.fetch.guard import Guard
from outreach.engines.fetch.limits import AGENT
from outreach.kit.urls import BadAddress, tidy
from outreach.links.judge import Verdict, live, look
from outreach.links.list_cli import check_list
from outreach.links.replay import replay
from outreach.links.rules import Presence
from outreach.links.target import Target
from outreach.links.verdict import named
from outreach.page.state import PageState

EXITS = {Presence.FOUND: 0, Presence.NOT_FOUND: 1, Presence.UNREADABLE: 3}
REFUSED = 4


@click.group("links")
def group() -> None:
    """Look at a page for a link, or judge recorded pages again."""


@group.command("check")
@click.argument("page_url")
@click.option("--target", help="The address that the page should link to.")
@click.option("--domain", help="A host; any page of it or its sub-domains counts.")
@click.option("--json", "as_json", is_flag=True, help="The verdict as JSON instead of words.")
@click.option(
    "--resolve", multiple=True, metavar="HOST:PORT:ADDR", help="Take this address for the host, as curl does."
)
@click.option(
    "--allow-network",
    multiple=True,
    metavar="CIDR",
    help="A private network that may be opened, such as a staging site's.",
)
@click.option(
    "--ca-file",
    type=click.Path(exists=True, dir_okay=False),
    help="Certificates to trust instead of the usual ones.",
)
def check(
    page_url: str,
    target: str | None,
    domain: str | None,
    as_json: bool,
    resolve: tuple[str, ...],
    allow_network: tuple[str, ...],
    ca_file: str | None,
) -> None:
    """One live look at PAGE_URL.

    Exit status: 0 found, 1 not found, 3 unreadable, 4 refused by the guard.
    """
    if bool(target) == bool(domain):
        raise click.UsageError("Say what to look for: either --target URL or --domain HOST.")
    guard = _guard(allow_network)
    for entry in resolve:
        if entry.count(":") < 2:
            raise click.UsageError(f"--resolve {entry}: it should look like example.com:80:192.0.2.7.")
    try:
        wanted = Target.url(target) if target else Target.domain(domain or "")
    except BadAddress as error:
        raise click.UsageError(f"{'--target' if target else '--domain'}: {error}") from None
    verdict = look(
        _page_address(page_url),
        wanted,
        live(
            guard=guard, resolve=resolve, agent=os.environ.get("OUTREACH_USER_AGENT", AGENT), ca_file=ca_file
        ),
        now=datetime.now(UTC),
    )
    click.echo(json.dumps(verdict.to_json(), ensure_ascii=False, indent=2) if as_json else in_words(verdict))
    sys.exit(REFUSED if verdict.page_state is PageState.REFUSED else EXITS[verdict.presence])


def _guard(networks: tuple[str, ...]) -> Guard:
    try:
        return Guard(allow_networks=networks)
    except ValueError as error:
        raise click.UsageError(f"--allow-network: {error}") from None


def _page_address(text: str) -> str:
    """Tidied when it is an address a person may mean; what the guard refuses has to reach the guard."""
    try:
        return tidy(text)
    except BadAddress as error:
        if "://" in text or ":" in text or text.startswith(("/", "\\")):
            return text
        raise click.UsageError(f"PAGE_URL: {error}") from None


def in_words(verdict: Verdict) -> str:
    """The verdict for a person at a terminal."""
    lines = [verdict.sentence, ""]
    lines += [f"page      {verdict.page_url}"]
    lines += [f"          -> {hop.url} ({hop.status})" for hop in verdict.hops[1:]]
    lines += [f"looked for {named(verdict.target)}"]
    lines += [
        f"verdict   {verdict.presence}, {verdict.value}, {verdict.confidence} ({verdict.word}, page {verdict.page_state})"
    ]
    for link in verdict.links:
        rel = " ".join(link.rel) or "no rel"
        lines.append(f"link      {link.url}  [{rel}]" + (f"  hidden: {link.hidden}" if link.hidden else ""))
        lines.append(f"          {link.context}")
    lines += [f"note      {note}" for note in verdict.notes]
    lines += [f"code      {code}" for code in verdict.codes]
    if verdict.codes:
        lines += ["", f"What to do: {verdict.advice}"]
    return "\n".join(lines)


@group.command("replay")
@click.option(
    "--root",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=Path(),
    help="Where body files lie.",
)
def replay_command(root: Path) -> None:
    """Judge recorded responses: JSON lines in, JSON lines out.  Streams; memory stays flat."""
    failed = False
    for verdict in replay(sys.stdin, root=root, now=datetime.now(UTC)):
        failed = failed or "error" in verdict
        click.echo(json.dumps(verdict, ensure_ascii=False))
    if failed:
        sys.exit(1)


group.add_command(check_list)

COMMANDS = (group,)
