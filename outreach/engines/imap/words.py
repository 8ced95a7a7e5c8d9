"""What the library raises, in words for the mailbox's owner."""

from __future__ import annotations

import imaplib
import re
import socket
import ssl

from outreach.engines.imap.server import Server, Stage, Trouble

IMAPClientError = imaplib.IMAP4.error
"""What the library raises, under its own name: the library itself is loaded with the first line."""
MAX_WORDS = 400


def in_words(server: Server, stage: Stage, error: Exception) -> Trouble:
    from imapclient.exceptions import CapabilityError, LoginError

    where = f"{server.host}:{server.port}"
    if isinstance(error, ssl.SSLCertVerificationError):
        return Trouble(Stage.TLS, f"The certificate of {server.host} is not trusted: {error.verify_message}.")
    if isinstance(error, ssl.SSLError):
        return Trouble(
            Stage.TLS,
            f"{server.host} does not speak TLS on port {server.port} ({error.reason or _plain(error)}).",
        )
    if isinstance(error, TimeoutError):
        return Trouble(stage, f"{where} did not answer in time.")
    if isinstance(error, socket.gaierror):
        return Trouble(stage, f"There is no server called {server.host}.")
    if isinstance(error, ConnectionRefusedError):
        return Trouble(stage, f"Nothing answers at {where}.")
    if isinstance(error, LoginError) or (stage is Stage.LOGIN and isinstance(error, imaplib.IMAP4.error)):
        return _refused_log_in(server, error)
    if stage is Stage.CONNECT and isinstance(error, imaplib.IMAP4.abort) and "unexpected" in str(error):
        return Trouble(stage, f"{where} does not speak IMAP.")
    if isinstance(error, imaplib.IMAP4.abort | ConnectionError):
        return Trouble(stage, f"{where} closed the line.")
    if isinstance(error, CapabilityError):
        return Trouble(stage, f"{where} cannot do what is needed: {_plain(error)}")
    if isinstance(error, imaplib.IMAP4.error) and stage is Stage.CONNECT:
        return Trouble(stage, f"{where} does not speak IMAP ({_plain(error)}).")
    return Trouble(stage, f"{where}: {_plain(error)}", is_answer=isinstance(error, IMAPClientError))


def _refused_log_in(server: Server, error: Exception) -> Trouble:
    if isinstance(error, imaplib.IMAP4.abort):
        return Trouble(Stage.LOGIN, f"{server.host}:{server.port} closed the line while we logged in.")
    return Trouble(
        Stage.LOGIN,
        f"{server.host} refused the log-in of {server.username}: {_plain(error)}. "
        "Check user name and password; many providers want a password made for one application.",
    )


def _plain(error: Exception) -> str:
    """The server's own words on one line, without Python's way of writing bytes."""
    words = re.sub(r"\bb(['\"])(.*?)\1", r"\2", str(error))
    return " ".join(words.split()).removesuffix(".")[:MAX_WORDS]
