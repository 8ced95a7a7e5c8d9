"""`outreach mail`: judge mails and their HTML from files, without a mailbox and without a database."""

import json
import sys
from pathlib import Path
from typing import Any

import click

from outreach.letter.kinds import Kind, Reading, read
from outreach.letter.showing import shown

MAX_BYTES = 50_000_000


@click.group()
def mail() -> None:
    """Mails as they come in."""


@mail.command("read")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line, one line a file.")
def read_files(files: tuple[Path, ...], as_json: bool) -> None:
    """Say what each mail is: its kind, its bounce, the day of return, their own text."""
    for path in files:
        answer = _answer(path)
        click.echo(json.dumps(answer, ensure_ascii=False) if as_json else _line(answer))


@mail.command("html")
@click.option("--images", is_flag=True, help="As after a click on 'show images'.")
def html(images: bool) -> None:
    """Print a mail's HTML, read from standard input, as it would be shown."""
    source = sys.stdin.buffer.read(MAX_BYTES).decode("utf-8", "replace")
    click.echo(shown(source, with_images=images))


def _answer(path: Path) -> dict[str, Any]:
    try:
        with path.open("rb") as file:
            reading = read(file.read(MAX_BYTES))
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
