"""Who carries a letter: a mail server, or a file that is shown on a screen."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from outreach.engines.smtp import Connection, Outcome, Refused, Sent, Server, Stage, Trouble, Withheld
from outreach.kit import clock
from outreach.mail.models import Mailbox
from outreach.mail.oauth import TokenWaits, access_token
from outreach.mail.rules import MailboxKind
from outreach.mail.vault import KeyLost, unseal
from outreach.settings import Settings

CAPTURED = "captured"


class Carrier(Protocol):
    """Takes one letter at a time and says what came of it."""

    def send(
        self, sender: str, recipient: str, data: bytes, *, before_data: Callable[[], bool]
    ) -> Outcome: ...

    def close(self) -> None: ...


@dataclass
class ToFile:
    """Writes each letter to `<folder>/<name>.eml`: whole or not at all."""

    folder: Path
    name: str = ""

    def send(self, sender: str, recipient: str, data: bytes, *, before_data: Callable[[], bool]) -> Outcome:
        if not before_data():
            return Withheld()
        try:
            keep(self.folder, self.name, data)
        except OSError as error:
            return Trouble(Stage.BODY, f"The letter could not be written to a file: {error.strerror}.")
        return Sent(250, "captured")

    def close(self) -> None:
        """There is nothing to close."""


@dataclass
class Nobody:
    """For a mailbox that cannot be used; says why."""

    outcome: Outcome

    def send(self, sender: str, recipient: str, data: bytes, *, before_data: Callable[[], bool]) -> Outcome:
        return self.outcome

    def close(self) -> None:
        """There is nothing to close."""


def carrier_for(mailbox: Mailbox, config: Settings) -> Carrier:
    """Who carries this mailbox's letters."""
    if mailbox.kind is MailboxKind.CAPTURE:
        return ToFile(config.instance / CAPTURED)
    try:
        return Connection(server_of(mailbox, config))
    except TokenWaits as error:
        return Nobody(Trouble(Stage.LOGIN, str(error)))
    except KeyLost as error:
        return Nobody(Refused(Stage.LOGIN, 535, "", str(error)))


def server_of(mailbox: Mailbox, config: Settings) -> Server:
    """The mailbox's server as the engine takes it. Raises KeyLost or TokenWaits."""
    return Server(
        host=mailbox.smtp_host,
        port=mailbox.smtp_port,
        security=mailbox.security.value,
        username=mailbox.username,
        secret=unseal(mailbox.secret, config.key),
        token=access_token(mailbox, mailbox.smtp_host, config, now=clock.now()),
        cafile=str(config.smtp_ca_file) if config.smtp_ca_file else None,
        plain_allowed=mailbox.smtp_host in config.smtp_plain_hosts,
        timeout=config.smtp_timeout,
        answer_timeout=config.smtp_answer_timeout,
    )


def keep(folder: Path, name: str, data: bytes) -> None:
    """Write a captured letter so that it is there whole after a crash, or not there."""
    folder.mkdir(parents=True, exist_ok=True)
    fresh = folder / f".{name}"
    with fresh.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(folder / file_name(name))


def file_name(opaque_id: str) -> str:
    """The file of a letter: its opaque id, which holds only letters, digits, `-` and `_`."""
    return f"{opaque_id}.eml"
