"""The worker's part of setting a mailbox up: look for its servers, try them."""

from __future__ import annotations

from datetime import datetime

from outreach.db import session
from outreach.mail import vault
from outreach.mail.models import MailboxSearch
from outreach.mail.rules import SearchState
from outreach.mail.search import actions, finding
from outreach.mail.search.discovery import Way
from outreach.web.here import config


def look_due(now: datetime) -> int:
    """Do what waits, one after another; no transaction is open while a server is asked."""
    taken = actions.take(now)
    for search_id, state in taken:
        if state is SearchState.LOOKING:
            _look(search_id)
        elif state is SearchState.TRYING:
            _try(search_id)
    return len(taken)


def count_due(now: datetime) -> int:
    """How many searches wait."""
    return actions.count_due(now)


def _look(search_id: int) -> None:
    row = session().get(MailboxSearch, search_id)
    if row is None:
        return
    address = row.mailbox_name
    session().rollback()
    found = finding.look_for(address, config())
    ways = {"smtp": found.smtp, "imap": found.imap}
    actions.found(search_id, {kind: way.as_dict() for kind, way in ways.items() if way}, found.why)


def _try(search_id: int) -> None:
    row = session().get(MailboxSearch, search_id)
    if row is None:
        return
    servers = {kind: Way(**way) for kind, way in row.servers.items()}
    try:
        password = vault.unseal(row.secret, config().key)
    except vault.KeyLost as error:
        actions.tried(search_id, dict.fromkeys(servers, str(error)))
        return
    session().rollback()
    ask = {"smtp": finding.smtp_words, "imap": finding.imap_words}
    results = {kind: ask[kind](way, password, config()) for kind, way in servers.items()}
    actions.tried(search_id, results)
