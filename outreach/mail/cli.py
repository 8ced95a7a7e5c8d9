"""`outreach letters`: judge and fill in letters without a browser and without a database."""

import json
from pathlib import Path
from typing import Any

import click

from outreach.mail.language import render, render_subject
from outreach.mail.refusals import LetterError

READABLE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def letters() -> None:
    """Letter templates."""


@letters.command("render")
@click.option("--template", type=READABLE, required=True, help="A text in the language of letters.")
@click.option(
    "--data", type=READABLE, required=True, help="JSON: nested objects of texts, and lists of them."
)
@click.option("--subject", "is_subject", is_flag=True, help="One line: no value may hold a line break.")
@click.option("--html", "as_html", is_flag=True, help="Escape the values for HTML.")
def render_command(template: Path, data: Path, is_subject: bool, as_html: bool) -> None:
    """Fill in a template and print the text.

    Exit 1 when the letter is refused: a line number and what is allowed, or the fields that have no value.
    """
    source, values = _text_of(template), _values_of(data)
    try:
        text = render_subject(source, values) if is_subject else render(source, values, as_html=as_html)
    except LetterError as error:
        raise click.ClickException(str(error)) from error
    click.echo(text, nl=not text.endswith("\n"))


def _text_of(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise click.ClickException(f"{path} is not UTF-8 text.") from error


def _values_of(path: Path) -> dict[str, Any]:
    try:
        values = json.loads(_text_of(path))
    except (json.JSONDecodeError, RecursionError) as error:
        raise click.ClickException(f"{path} is not JSON: {error}.") from error
    if not isinstance(values, dict):
        raise click.ClickException(f'{path} must hold an object, as in {{"person": {{"first_name": "Bo"}}}}.')
    return values


COMMANDS: list[click.Command] = [letters]
