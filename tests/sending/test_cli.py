"""`outreach mail send --dry-run`: the exact bytes of one letter, what stands against it, and nothing sent."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from flask import Flask

from outreach.accounts.models import Workspace
from outreach.app import create_app
from outreach.db import db, write
from outreach.kit import clock
from outreach.mail.models import Mailbox, Message
from outreach.mail.rules import MailboxState
from outreach.sending import jobs
from outreach.sending.cli import mail
from tests.conftest import Place
from tests.sending.letters_world import company, fresh, mailbox, queue
from tests.world import NOW, World


@pytest.fixture
def app(place: Place, tmp_path: Path) -> Iterator[Flask]:
    (tmp_path / "clock").write_text(NOW.isoformat())
    made = create_app(place.settings(clock_file=tmp_path / "clock"))
    with made.app_context():
        yield made
        db.session.remove()
        db.engine.dispose()
    clock.use_file(None)


@pytest.fixture
def letter(world: World) -> Message:
    company(world)
    return queue(world, mailbox(world))


def asked(app: Flask, *words: object) -> Result:
    return CliRunner().invoke(mail, ["send", *map(str, words)], obj=lambda: app)


@pytest.mark.parametrize("name", ["id", "opaque_id", "message_id"])
def test_the_bytes_are_those_that_leave(app: Flask, letter: Message, name: str) -> None:
    done = asked(app, "--dry-run", getattr(fresh(letter.id), name))
    assert done.exit_code == 0, done.output
    assert "It may leave now." in done.stderr
    jobs.send_due(clock.now())
    sent = fresh(letter.id).raw or b""
    assert without_date(done.stdout_bytes) == without_date(sent)
    assert done.stdout_bytes.endswith(sent[-40:])


def test_nothing_has_left(app: Flask, letter: Message, place: Place) -> None:
    asked(app, "--dry-run", letter.id)
    assert fresh(letter.id).state == "queued"
    assert fresh(letter.id).attempts == 0
    assert not (place.instance / "captured").exists()


def test_a_letter_that_the_gate_stops_is_printed_with_its_rules(app: Flask, letter: Message) -> None:
    with write() as here:
        here.get_one(Workspace, 1).is_mail_stopped = True
    done = asked(app, "--dry-run", letter.id)
    assert done.exit_code == 3
    assert "global_stop (hold): All sending is stopped" in done.stderr
    assert done.stdout_bytes.startswith(b"Date: ")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"state": MailboxState.PAUSED, "state_reason": "Paused by hand."}, "is paused: Paused by hand."),
        ({"daily_cap": 0}, "No day has room for it"),
    ],
)
def test_a_letter_that_waits_says_for_what(
    app: Flask, letter: Message, change: dict[str, Any], words: str
) -> None:
    with write() as here:
        for name, value in change.items():
            setattr(here.get_one(Mailbox, letter.mailbox_id), name, value)
    done = asked(app, "--dry-run", letter.id)
    assert done.exit_code == 4
    assert words in done.stderr


def test_a_letter_that_does_not_exist_and_wrong_usage_say_so(app: Flask, letter: Message) -> None:
    gone = asked(app, "--dry-run", 999)
    assert (gone.exit_code, gone.stderr) == (1, "Error: There is no letter 999.\n")
    without = asked(app, letter.id)
    assert without.exit_code == 2
    assert "Say --dry-run" in without.stderr
    assert asked(app).exit_code == 2


def without_date(raw: bytes) -> list[bytes]:
    return [line for line in raw.split(b"\r\n") if not line.startswith(b"Date: ")]
