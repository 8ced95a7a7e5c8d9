"""`outreach people`: what a person may ask for, at the server itself."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path

import click
from flask import Flask

from outreach.care import actions, copies, erasing, queries, retention, rules
from outreach.care.models import Erasure
from outreach.db import session
from outreach.kit import clock
from outreach.kit.address import BadAddress
from outreach.prospects.models import Person
from outreach.web.here import config as here_config


@click.group()
def people() -> None:
    """What a person may ask for: a copy, or to be erased."""


@people.command("erase")
@click.argument("address")
@click.option("--yes", is_flag=True, help="Do it; without this it only says what would go.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.pass_obj
def erase(open_app: Callable[[], Flask], address: str, yes: bool, as_json: bool) -> None:
    """Erase whoever has the mail ADDRESS, everywhere in this instance; prints the receipt."""
    with open_app().app_context():
        try:
            person = queries.person_by_address(address)
            subject = queries.subject_of(person) if person else queries.subject_of_address(address)
        except BadAddress as error:
            raise click.UsageError(str(error)) from None
        if not yes:
            found = queries.counted(subject)
            _print(
                as_json,
                {"would_go": found},
                [f"{words}: {rows} {fate}" for words, rows, fate in rules.goes(found)],
            )
            return
        config, now = here_config(), clock.now()
        if person:
            key = erasing.erase(person.id, [], config, by=None, now=now, is_over=lambda: False)
        else:
            key = erasing.erase_address(address, config, by=None, now=now, is_over=lambda: False)
        row = session().get_one(Erasure, key)
        text = rules.receipt_text(
            row.id, row.asked_at, row.done_at, row.hashes, row.counts, days=config.backup_days,
            legal_name=actions.legal_name(), problem=row.problem,
        )  # fmt: skip
        told = {
            "receipt": row.id,
            "state": row.state.value,
            "hashes": row.hashes,
            "counts": row.counts,
            "problem": row.problem,
        }
        _print(as_json, told, [text])


@people.command("copy")
@click.argument("address")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.pass_obj
def copy(open_app: Callable[[], Flask], address: str, file: Path) -> None:
    """Write all that is held about whoever has the mail ADDRESS into the zip FILE. Exit 1 when nobody has it."""
    with open_app().app_context():
        try:
            person = queries.person_by_address(address)
        except BadAddress as error:
            raise click.UsageError(str(error)) from None
        if person is None:
            raise click.ClickException("Nobody is known by this address.")
        key = person.id
        actions.note_copy(key, by=None, now=clock.now())
        found = queries.person_by_address(address)
        assert found is not None
        with file.open("wb") as out:
            for part in copies.copy_of(queries.subject_of(found), now=clock.now()):
                out.write(part)
        file.chmod(0o600)
    click.echo(f"{file}: {file.stat().st_size:,} bytes")


@people.command("unwritten")
@click.option("--days", type=click.IntRange(1, 3650), help="Instead of the setting `unwritten_days`.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.pass_obj
def unwritten(open_app: Callable[[], Flask], days: int | None, as_json: bool) -> None:
    """Print the numbers of people whom nobody ever wrote to and who would go; changes nothing."""
    with open_app().app_context():
        wanted = days or here_config().unwritten_days
        query = retention.due(clock.now(), wanted).order_by(Person.id)
        ids = list(session().scalars(query)) if wanted else []
        _print(as_json, {"days": wanted, "people": ids}, [str(key) for key in ids])


def _print(as_json: bool, told: Mapping[str, object], lines: list[str]) -> None:
    click.echo(json.dumps(told) if as_json else "\n".join(lines))


COMMANDS: list[click.Command] = [people]
