"""`outreach import FILE --project P`: bring a file of sites and people in, or see what it would do."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from time import sleep
from typing import Any

import click
import sqlalchemy as sa
from flask import Flask

from outreach.accounts.models import User
from outreach.accounts.rules import UserRole
from outreach.care import import_actions, import_jobs
from outreach.care.import_models import ImportFile
from outreach.care.import_names import Field
from outreach.care.import_rules import ImportState
from outreach.db import session
from outreach.kit import clock
from outreach.kit.tables import BadTable
from outreach.projects.models import Project
from outreach.prospects.models import ImportBatch
from outreach.prospects.rules import OUTCOME_WORDS, Outcome
from outreach.web.here import config

AGAIN_S = 0.25
"""Between two looks at what the worker does."""


@click.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--project", required=True, help="The project's id or name.")
@click.option(
    "--by", "email", default="", help="The user in whose name it comes in; the first admin unless given."
)
@click.option("--sheet", default="", help="Which table, when the file is a workbook or ZIP with several.")
@click.option("--dry-run", is_flag=True, help="Only count what would become of each row.")
@click.option("--json", "as_json", is_flag=True, help="The counts as JSON.")
@click.pass_obj
def import_file(
    open_app: Callable[[], Flask],
    file: Path,
    project: str,
    email: str,
    sheet: str,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Bring FILE in (CSV, TSV, XLSX, or a ZIP of them): sites, and people at them. Its columns are guessed.

    Exit status: 0 when it was read; 1 when it cannot be; 2 for a project or user that is not there.
    """
    with open_app().app_context():
        user, found = _user(email), _project(project)
        try:
            told = _bring(user, found.id, file, sheet, dry_run=dry_run)
        except (BadTable, import_actions.TooLate) as error:
            click.echo(f"{file.name}: {error}", err=True)
            sys.exit(1)
    click.echo(json.dumps(told) if as_json else _words(told))


def _user(email: str) -> User:
    admins = sa.select(User).where(User.role == UserRole.ADMIN, User.is_active).order_by(User.id)
    found = session().scalar(sa.select(User).where(User.email == email.lower()) if email else admins.limit(1))
    if found is None:
        raise click.UsageError(
            f"There is no user {email}." if email else "There is no admin yet: open the set-up page first."
        )
    return found


def _project(named: str) -> Project:
    is_id = named.isascii() and named.isdigit() and len(named) < 10
    where = Project.id == int(named) if is_id else sa.func.lower(Project.name) == named.lower()
    found = session().scalar(sa.select(Project).where(where))
    if found is None:
        raise click.UsageError(f"There is no project {named}.")
    return found


def _bring(user: User, project_id: int, file: Path, sheet: str, *, dry_run: bool) -> dict[str, Any]:
    with file.open("rb") as opened:
        try:
            key = import_actions.bring(
                user, project_id, file.name, opened, now=clock.now(), instance=config().instance, sheet=sheet
            )
        except import_actions.Gone:
            raise click.UsageError("This user may not change that project.") from None
    try:
        return _go_on(user, key, dry_run=dry_run)
    finally:
        session().rollback()


def _go_on(user: User, key: int, *, dry_run: bool) -> dict[str, Any]:
    found = session().get_one(ImportFile, key)
    where = {Field(name): int(at) for name, at in found.columns.items()}
    if not where:
        import_actions.cancel(user, key, now=clock.now(), instance=config().instance)
        raise BadTable("No column of it looks like sites or mail addresses.")
    import_actions.count(user, key, where, now=clock.now())
    _work(key)
    if dry_run:
        told = _told(key)
        import_actions.cancel(user, key, now=clock.now(), instance=config().instance, is_look=True)
        return told
    import_actions.begin(user, key, now=clock.now())
    _work(key)
    return _told(key)


def _work(key: int) -> None:
    """Do it here; a worker that runs may have been quicker, so that we wait for it."""
    while True:
        found = session().get_one(ImportFile, key, populate_existing=True)
        is_busy, problem = found.is_busy, found.problem if found.state is ImportState.FAILED else ""
        session().rollback()
        if problem:
            raise BadTable(problem)
        if not is_busy:
            return
        if not import_jobs.work_imports(clock.now()):
            sleep(AGAIN_S)


def _told(key: int) -> dict[str, Any]:
    found = session().get_one(ImportFile, key, populate_existing=True)
    batch = session().get_one(ImportBatch, found.batch_id) if found.batch_id else None
    counts = batch.counts if batch else found.counts
    return {
        "file": found.name, "format": found.format, "columns": found.columns, "rows": sum(counts.values()), "counts": dict(counts),
        "people": found.people, "import": found.id, "dry_run": batch is None, "notices": list(found.notices), "not_used": found.not_used,
        "left_out": [dict(zip(("row", "in_file", "outcome", "reason"), one, strict=True)) for one in found.left_out],
    }  # fmt: skip


def _words(told: dict[str, Any]) -> str:
    head = f"{told['rows']:,} rows" + (" would become:" if told["dry_run"] else ":")
    lines = [
        f"  {told['counts'][one.value]:>8,}  {OUTCOME_WORDS[one]}"
        for one in Outcome
        if told["counts"].get(one.value)
    ]
    people = [f"  {told['people']:>8,}  new people"]
    if told["not_used"]:
        people.append(f"Columns that are not used: {', '.join(told['not_used'])}")
    end = [] if told["dry_run"] else [f"It can be taken back on the screen: /imports/{told['import']}"]
    out = [f"  row {one['row']}: {one['in_file'][:60]}: {one['reason']}" for one in told["left_out"][:10]]
    return "\n".join([*told["notices"], head, *lines, *people, *(["Stays out:", *out] if out else []), *end])


COMMANDS = (import_file,)
