"""`outreach mail`: judge mails and their HTML from files, without a mailbox and without a database."""

import json
import re
import sys
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import click

from outreach.engines.dns import lookup_with
from outreach.kit.urls import BadAddress, ascii_host
from outreach.letter.charsets import decode_text
from outreach.letter.domain.report import report_on
from outreach.letter.domain.spf import is_name
from outreach.letter.kinds import Kind, Reading, read
from outreach.letter.showing import shown
from outreach.reading import mail_parts

_HOST = re.compile(r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)+")
MAX_BYTES = 50_000_000


def _name_server(
    context: click.Context, option: click.Parameter, value: str | None
) -> tuple[str, int] | None:
    """ADDR:PORT; an IPv6 address stands in brackets; without a port it is 53."""
    if value is None:
        return None
    try:
        parts = urlsplit(f"//{value}")
        return str(ip_address(parts.hostname or "")), parts.port or 53
    except ValueError as error:
        raise click.BadParameter(f"{value!r} is no ADDR:PORT") from error


@click.group()
def mail() -> None:
    """Mails as they come in."""


@mail.command("read")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line, one line a file.")
@click.option(
    "--sent",
    multiple=True,
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="The text of a letter of ours that the mails may quote; may be given more than once.",
)
def read_files(files: tuple[Path, ...], as_json: bool, sent: tuple[Path, ...]) -> None:
    """Say what each mail is: its kind, its bounce, the day of return, their own text."""
    letters = tuple(decode_text(path.read_bytes()[:MAX_BYTES]) for path in sent)
    for path in files:
        answer = _answer(path, letters)
        click.echo(json.dumps(answer, ensure_ascii=False) if as_json else _line(answer))


@mail.command("html")
@click.option("--images", is_flag=True, help="As after a click on 'show images'.")
def html(images: bool) -> None:
    """Print a mail's HTML, read from standard input, as it would be shown; of a whole mail, its HTML part."""
    raw = sys.stdin.buffer.read(MAX_BYTES)
    is_mail = not raw.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<")
    source = (mail_parts.html_of(raw) if is_mail else "") or decode_text(raw)
    click.echo(shown(source, with_images=images))


@mail.command("domain")
@click.argument("host")
@click.option("--selector", "selectors", multiple=True, help="A DKIM selector; may be given more than once.")
@click.option(
    "--nameserver",
    callback=_name_server,
    metavar="ADDR:PORT",
    help="Ask this one instead of the system's resolver.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def domain(host: str, selectors: tuple[str, ...], nameserver: tuple[str, int] | None, as_json: bool) -> None:
    """Check a sender's domain: SPF, DKIM, DMARC and MX."""
    fields = report_on(_domain_name(host), lookup_with(nameserver), selectors).as_fields()
    click.echo(json.dumps(fields, ensure_ascii=False) if as_json else _lines(fields))


def _domain_name(host: str) -> str:
    try:
        name = ascii_host(host)
    except BadAddress as error:
        raise click.BadParameter(str(error), param_hint="HOST") from error
    if not is_name(name) or not _HOST.fullmatch(name):
        raise click.BadParameter(f"{host!r} is no domain", param_hint="HOST")
    return name


def _lines(fields: dict[str, Any]) -> str:
    checks = ((name, check) for name, check in fields.items() if isinstance(check, dict))
    return "\n".join(f"{name:<6} {check['outcome']:<15} {'; '.join(check['said'])}" for name, check in checks)


def _answer(path: Path, letters: tuple[str, ...] = ()) -> dict[str, Any]:
    try:
        with path.open("rb") as file:
            reading = read(file.read(MAX_BYTES), sent_texts=letters)
    except OSError as error:
        reading = Reading(Kind.UNPARSED, f"cannot be opened: {error.strerror or error}")
    return as_fields(str(path), reading)


def as_fields(file: str, reading: Reading) -> dict[str, Any]:
    """The line's fields; what is not known is null."""
    return {
        "file": file,
        "kind": reading.kind.value,
        "severity": reading.severity.value if reading.severity else None,
        "recipients": [
            {
                "address": one.address,
                "status": one.status or None,
                "action": one.action,
                "severity": one.severity.value if one.severity else None,
            }
            for one in reading.recipients
        ],
        "original_message_id": reading.original_message_id or None,
        "return_on": reading.return_on.isoformat() if reading.return_on else None,
        "reply_text": reading.reply_text,
        "why": reading.why
        + (f" ({reading.problem})" if reading.problem and reading.kind is not Kind.UNPARSED else ""),
    }


def _line(answer: dict[str, Any]) -> str:
    severity = f" ({answer['severity']})" if answer["severity"] else ""
    return f"{answer['file']}: {answer['kind']}{severity}: {answer['why']}"


COMMANDS = [mail]
