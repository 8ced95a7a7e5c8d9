"""Looking for the servers of an address, and trying them: the worker's part of setting a mailbox up. No tables here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from outreach.engines import smtp
from outreach.engines.dns import lookup_with
from outreach.engines.fetch.client import fetch
from outreach.engines.fetch.guard import Guard
from outreach.engines.fetch.limits import Limits, user_agent
from outreach.engines.imap import server as imap
from outreach.engines.imap.line import Line
from outreach.letter.domain.answers import Lookup
from outreach.mail.search import discovery
from outreach.mail.search.discovery import Found, Way
from outreach.settings import Settings

SMALL = Limits(wire_bytes=200_000, decoded_bytes=200_000, connect_s=4, total_s=8, hops=3)
GUESS_S = 4.0
TRY_S = 15.0


def look_for(address: str, config: Settings, *, look_up: Lookup | None = None) -> Found:
    """Ask the domain, its provider, and then the usual names. Never raises."""
    return discovery.find(address, look_up or lookup_with(), file_by(config), speaks_with(config))


def file_by(config: Settings) -> Callable[[str], bytes | None]:
    """Files over HTTPS through the guard; one that came by any hop in plain text is none."""
    guard = Guard(allow_networks=config.allow_networks, allow_endpoints=config.allow_endpoints)

    def get(url: str) -> bytes | None:
        got = fetch(url, guard=guard, limits=SMALL, agent=user_agent("https://outreach.invalid/"))
        is_safe = all(hop.url.startswith("https://") for hop in got.hops)
        return got.body if got.status == 200 and is_safe else None

    return get


def speaks_with(config: Settings) -> Callable[[str, Way], bool]:
    """Does a server of this kind speak there, with a valid certificate? No name and no password is said."""

    def speaks(kind: str, way: Way) -> bool:
        nameless = replace(way, username="")
        if kind == "smtp":
            return smtp_words(nameless, "", config, timeout=GUESS_S) == ""
        trouble = _imap_trouble(nameless, "", config, timeout=GUESS_S)
        return trouble is None or trouble.stage is imap.Stage.LOGIN

    return speaks


def smtp_words(way: Way, password: str, config: Settings, *, timeout: float = TRY_S) -> str:
    """Connect and log in for sending: empty when both went well, else the exact error in words."""
    server = smtp.Server(
        way.host, way.port, way.security, way.username, password, cafile=_cafile(config),
        plain_allowed=way.host in config.smtp_plain_hosts, timeout=timeout, answer_timeout=timeout,
    )  # fmt: skip
    with smtp.Connection(server) as line:
        outcome = line.check()
    if outcome is None:
        return ""
    if isinstance(outcome, smtp.Refused) and outcome.stage is smtp.Stage.LOGIN:
        return f"{way.host} refused the log-in as {way.username}: {outcome.code} {outcome.text}"
    return outcome.text


def imap_words(way: Way, password: str, config: Settings, *, timeout: float = TRY_S) -> str:
    """Connect and log in for reading: empty when both went well, else the exact error in words."""
    trouble = _imap_trouble(way, password, config, timeout=timeout)
    return trouble.text if trouble else ""


def _imap_trouble(way: Way, password: str, config: Settings, *, timeout: float) -> imap.Trouble | None:
    server = imap.Server(
        way.host, way.port, way.security, way.username, password, cafile=_cafile(config),
        plain_allowed=way.host in config.smtp_plain_hosts, timeout=timeout,
    )  # fmt: skip
    with Line(server) as line:
        return line.check()


def _cafile(config: Settings) -> str | None:
    return str(config.smtp_ca_file) if config.smtp_ca_file else None
