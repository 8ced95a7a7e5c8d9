"""`outreach page contacts`: what a saved page tells of ways to reach somebody. No network, no database."""

from __future__ import annotations

import json
import re
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from outreach.kit.urls import show_host
from outreach.page.contacts import Contact, Found, Kind, find
from outreach.page.headers import Headers


@click.group("page")
def group() -> None:
    """Read a saved page."""


@group.command("contacts")
@click.argument("files", nargs=-1, required=True, type=click.Path(allow_dash=True))
@click.option(
    "--url",
    default="",
    help="Where the page stood; links on it are read from there. Without it the page's own word is taken.",
)
@click.option(
    "--content-type", default="", help="What the server said it is, such as text/html; charset=utf-8."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a file, one a line, instead of words.")
def contacts(files: tuple[str, ...], url: str, content_type: str, as_json: bool) -> None:
    """The addresses, forms, profiles and numbers that FILES tell, with names, roles and the words around them.

    Addresses are found as people read them, also spelled out or split; none is made up. `-` reads from standard input.
    Exit status: 0 something was found, 1 nothing was found, 2 wrong usage.
    """
    is_any = False
    for file in files:
        body = _bytes(file)
        found = find(
            body, _headers(content_type), url or _own_url(body) or f"https://page.localhost/{Path(file).name}"
        )
        is_any = is_any or bool(found.contacts)
        click.echo(json.dumps(plain(found, file), ensure_ascii=False) if as_json else in_words(found))
    sys.exit(0 if is_any else 1)


def _bytes(file: str) -> bytes:
    try:
        return sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    except OSError as error:
        raise click.UsageError(f"{file}: {error.strerror}") from None


_OWN = re.compile(
    rb"<link\b[^>]{0,200}?\brel=[\"']?canonical\b[^>]{0,200}?\bhref=[\"']?(https?://[^\"'\s>]+)|<meta\b[^>]{0,200}?og:url[\"'][^>]{0,100}?content=[\"'](https?://[^\"'\s>]+)",
    re.IGNORECASE,
)


def _own_url(body: bytes) -> str:
    """Where the page says that it stands."""
    found = _OWN.search(body[:100_000])
    return (found[1] or found[2]).decode("ascii", "replace") if found else ""


def _headers(content_type: str) -> Headers:
    return Headers([("content-type", content_type)] if content_type else [])


def plain(found: Found, file: str) -> dict[str, Any]:
    """As JSON: `addresses` are the mail addresses alone; each contact has the address as people write it in `shown`."""
    return {
        "file": file, "title": found.title, "addresses": [one.value for one in found.contacts if one.kind is Kind.EMAIL],
        "contacts": [asdict(one) | {"shown": shown(one)} for one in found.contacts], "authors": [asdict(one) for one in found.authors],
        "refusal": found.refusal, "links": [{"kind": kind, "url": url} for kind, url in found.links],
    }  # fmt: skip


def shown(contact: Contact) -> str:
    """An address with its domain as people write it: `ana@bücher.example`."""
    if contact.kind is not Kind.EMAIL:
        return contact.value
    local, _, domain = contact.value.rpartition("@")
    return f"{local}@{show_host(domain)}"


def in_words(found: Found) -> str:
    """For a person at a terminal."""
    lines = [f"{one.kind.value:7} {shown(one)}  {_about(one)}".rstrip() for one in found.contacts]
    lines += [
        f"author  {one.name}" + (f", {one.role}" if one.role else "") + (f"  {one.url}" if one.url else "")
        for one in found.authors
    ]
    lines += [f"refuses {found.refusal}"] if found.refusal else []
    return "\n".join(lines) or "Nothing was found."


def _about(contact: Contact) -> str:
    who = ", ".join(filter(None, (contact.name, contact.role)))
    kind = ("a desk" if contact.is_role else "personal") if contact.kind is Kind.EMAIL else ""
    return "  ".join(filter(None, (who, kind, f"[{contact.via}]")))


COMMANDS = (group,)
