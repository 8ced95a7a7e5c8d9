"""`outreach mail send --dry-run`: what would leave, without sending it."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import datetime

import click
import sqlalchemy as sa
from flask import Flask

from outreach.db import session
from outreach.kit import clock
from outreach.kit.address import BadAddress
from outreach.mail.envelope import HeaderRefused
from outreach.mail.models import Mailbox, Message
from outreach.mail.rules import Direction, MailboxState, MessageState
from outreach.sending import gathering, letters, moments, queries
from outreach.sending.gate import blocking, gate

NOT_THERE, HELD, WAITS = 1, 3, 4
"""Exit codes: no such letter, or it cannot be put into bytes; the gate stops it; it has to wait."""


@click.group()
def mail() -> None:
    """Mails as they come in, and letters as they would leave."""


@mail.command("send")
@click.argument("letter")
@click.option(
    "--dry-run", is_flag=True, help="Print the bytes; nothing leaves. Needed: letters are sent by the worker."
)
@click.pass_obj
def send(open_app: Callable[[], Flask], letter: str, dry_run: bool) -> None:
    """Print the exact bytes that LETTER (its number, its X-Outreach-Id or its Message-ID) would have if it left now.

    The bytes go to standard output, what stands against the letter to standard error. Exit 0 when it may leave now,
    3 when the gate stops it, 4 when it has to wait for its mailbox, 1 when there is no such letter or it cannot be
    put into bytes.
    """
    if not dry_run:
        raise click.UsageError(
            "Say --dry-run. Letters leave by the worker (outreach sweep send), past the gate and at their pace."
        )
    with open_app().app_context():
        message = _found(letter)
        if message is None:
            raise click.ClickException(f"There is no letter {letter}.")
        now, box = clock.now(), session().get(Mailbox, message.mailbox_id)
        if box is None:
            raise click.ClickException("The letter has no mailbox to leave from.")
        click.echo(_bytes(message, box, now), nl=False)
        code, words = _judged(message, box, now)
        for line in words:
            click.echo(line, err=True)
        session().rollback()
    sys.exit(code)


def _found(letter: str) -> Message | None:
    known = [Message.opaque_id == letter, Message.message_id == f"<{letter.strip('<>')}>"]
    if letter.isdecimal() and len(letter) < 16:
        known.append(Message.id == int(letter))
    query = sa.select(Message).where(Message.direction == Direction.OUT, sa.or_(*known))
    found: Message | None = session().scalar(query.order_by(Message.id).limit(1))
    return found


def _bytes(message: Message, box: Mailbox, now: datetime) -> bytes:
    """As it was sent, when it was; else as it would leave now."""
    if message.raw and message.state in (MessageState.SENT, MessageState.SENDING, MessageState.UNKNOWN):
        return message.raw
    try:
        return letters.bytes_of(message, box, queries.workspace().base_url, at=now)
    except (HeaderRefused, BadAddress) as error:
        raise click.ClickException(f"The letter cannot be put into bytes: {error}") from error


def _judged(message: Message, box: Mailbox, now: datetime) -> tuple[int, list[str]]:
    """The exit code, and why."""
    if message.state is not MessageState.QUEUED:
        return WAITS, [f"It is {message.state.value} and does not wait to leave."]
    pitch = queries.whole_pitch(message.pitch_id) if message.pitch_id is not None else None
    findings = gate(gathering.facts(message, box, pitch, now=now))
    if blocking(findings, at_queue=False) is not None:
        return HELD, [f"{each.rule.value} ({each.effect.value}): {each.words}" for each in findings]
    words = [f"{each.rule.value} ({each.effect.value}): {each.words}" for each in findings]
    if waiting := _waits(message, box, pitch.person.timezone if pitch and pitch.person else "", now):
        return WAITS, [*words, waiting]
    return 0, [*words, "It may leave now."]


def _waits(message: Message, box: Mailbox, zone: str, now: datetime) -> str:
    if box.state is not MailboxState.ACTIVE:
        return f"The mailbox {box.address} is {box.state.value}: {box.state_reason}"
    at = moments.leaves_at(message, box, zone, now=max(now, message.due_at or now, box.backoff_until or now))
    if at is None:
        return "No day has room for it: look at the limits of the mailbox."
    return f"It waits until {at.isoformat(timespec='seconds')}." if at > now else ""


COMMANDS: list[click.Command] = [mail]
