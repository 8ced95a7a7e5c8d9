"""`outreach backup FILE` and `outreach restore FILE`."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click
import sqlalchemy as sa

from outreach import schema, settings
from outreach.app import create_app
from outreach.care import actions, again, backup
from outreach.db import db
from outreach.kit import clock
from outreach.server import run
from outreach.settings import Settings


@click.command("backup")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def backup_command(file: Path) -> None:
    """Write the whole instance (rows, files, key) to FILE, while it runs."""
    config = settings.load()
    app = create_app(config)
    try:
        with app.app_context():
            revision = schema.present()
            erased = again.erased_so_far() if revision is not None and "erasures" in schema.tables() else []
        if revision is None:
            raise click.ClickException("There is nothing to back up: the database is empty.")
        backup.make(config, revision, file.absolute(), now=clock.now(), erased=erased)
    except sa.exc.OperationalError:
        raise click.ClickException("The database cannot be reached.") from None
    except (backup.BackupFailed, OSError) as error:
        raise click.ClickException(str(error)) from None
    click.echo(
        f"{file}: {file.stat().st_size:,} bytes. It holds the key: keep it where only you can read it."
    )


@click.command("restore")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "--erasures", type=click.Path(path_type=Path, exists=True, dir_okay=False), multiple=True,
    help="An erasures.jsonl of the instance before: whoever was erased after the backup is erased again.",
)  # fmt: skip
def restore_command(file: Path, erasures: tuple[Path, ...]) -> None:
    """Put the backup FILE into an empty instance; mailboxes start paused, and who was erased since is erased again."""
    config = settings.load()
    if pid := run.pid_of(config.instance, "serve") or run.pid_of(config.instance, "web"):
        raise click.ClickException(f"Outreach runs on this instance (pid {pid}). Stop it first.")
    try:
        _refuse_rows(config)
        hashes = again.hashes_after(file, erasures)
        manifest = backup.unpack(config, file)
    except (backup.BackupFailed, OSError) as error:
        raise click.ClickException(str(error)) from None
    app = create_app(settings.load())
    with app.app_context():
        schema.upgrade()
        held = actions.hold_mailboxes(datetime.fromisoformat(manifest["made_at"]), now=clock.now())
        found = again.erase_again(hashes, app.extensions["outreach"], now=clock.now())
    click.echo(
        f"Restored the instance of {manifest['made_at']}; {held} mailboxes are held: "
        "those that are read start again by themselves, the others wait for you."
    )
    if found:
        click.echo(f"{found} addresses that were erased after this backup are erased again.")


def _refuse_rows(config: Settings) -> None:
    """Raises click.ClickException when the database has tables with a workspace in them."""
    database = Path(sa.make_url(config.database).database or "") if config.is_sqlite else None
    if database is not None and not database.exists():
        return
    app = create_app(config)
    try:
        with app.app_context():
            used = "workspace" in schema.tables() and db.session.scalar(
                sa.text("SELECT count(*) FROM workspace")
            )
            leftover = schema.tables()
            db.session.remove()
            if used:
                raise click.ClickException(
                    "The database has rows already. Restore into an empty instance: OUTREACH_INSTANCE=/new/folder outreach restore"
                )
            if leftover and not config.is_sqlite:
                schema.downgrade("base")
                db.session.execute(sa.text("DROP TABLE IF EXISTS alembic_version"))
                db.session.commit()
            db.engine.dispose()
    except sa.exc.OperationalError:
        raise click.ClickException("The database cannot be reached.") from None
    if database is not None:
        for end in ("", "-wal", "-shm"):
            database.with_name(database.name + end).unlink(missing_ok=True)


COMMANDS: list[click.Command] = [backup_command, restore_command]
