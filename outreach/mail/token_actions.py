"""Connecting a mailbox to a provider, and renewing its tokens; one commit each, the network between them."""

from __future__ import annotations

import json
from datetime import datetime

from outreach.accounts.models import User
from outreach.db import locked, session, write
from outreach.engines import oauth as engine
from outreach.engines.oauth import Denied, Tokens, Trouble
from outreach.mail import oauth, queries, token_moves, vault
from outreach.mail.actions import Gone
from outreach.mail.models import Mailbox
from outreach.mail.rules import LoginBy
from outreach.settings import Settings


def connect_by_token(
    mailbox_id: int, provider: LoginBy, refresh: str, *, key: bytes, by: User, now: datetime
) -> Mailbox:
    """A person has typed a refresh token. Raises Gone."""
    with write():
        mailbox = _own(mailbox_id, by)
        token_moves.connect(mailbox, provider, refresh=vault.seal(refresh, key), by=by, now=now)
        return mailbox


def connect_by_code(
    mailbox_id: int, provider: LoginBy, code: str, verifier: str, redirect_uri: str, *, key: bytes, by: User, now: datetime
) -> Mailbox:  # fmt: skip
    """A person came back from the provider with a code; the worker redeems it. Raises Gone."""
    brought = json.dumps({"code": code, "verifier": verifier, "redirect_uri": redirect_uri})
    with write():
        mailbox = _own(mailbox_id, by)
        token_moves.connect(mailbox, provider, code=vault.seal(brought, key), by=by, now=now)
        return mailbox


def disconnect(mailbox_id: int, *, by: User, now: datetime) -> Mailbox:
    """Back to the password. Raises Gone."""
    with write():
        mailbox = _own(mailbox_id, by)
        token_moves.disconnect(mailbox, by=by, now=now)
        return mailbox


def take_due(limit: int, *, now: datetime) -> list[int]:
    """Mailboxes whose tokens are due."""
    with write():
        return token_moves.take_due(limit, now=now)


def renew(mailbox_id: int, config: Settings, *, now: datetime) -> None:
    """Ask the provider for tokens and keep them; a mailbox that was connected anew meanwhile stays as it is."""
    mailbox = session().get_one(Mailbox, mailbox_id)
    way, refresh, code = mailbox.login_by, mailbox.oauth_refresh, mailbox.oauth_code
    session().rollback()
    outcome = _asked(way, refresh, code, config)
    with write():
        found = locked(Mailbox, mailbox_id)
        if found is None or (found.login_by, found.oauth_refresh, found.oauth_code) != (way, refresh, code):
            return
        match outcome:
            case Tokens():
                token_moves.keep(found, outcome, config.key, now=now)
            case Denied():
                token_moves.lost(found, str(outcome), now=now)
            case Trouble():
                token_moves.put_off(found, str(outcome), now=now)


def _asked(way: LoginBy, refresh: str, code: str, config: Settings) -> Tokens | Denied | Trouble:
    """What the provider says; no transaction is open."""
    provider = oauth.providers(config).get(way)
    if provider is None:
        return Trouble(f"{oauth.NAMES[way]} is not set up here: an admin sets its client id.")
    cafile = str(config.fetch_ca_file) if config.fetch_ca_file else None
    guard = oauth.guard_of(config)
    try:
        if code:
            brought = json.loads(vault.unseal(code, config.key))
            return engine.redeem(provider, **brought, guard=guard, cafile=cafile)
        return engine.renew(provider, vault.unseal(refresh, config.key), guard=guard, cafile=cafile)
    except vault.KeyLost:
        return Denied("The token cannot be read with this instance's key.")
    except (Denied, Trouble) as said:
        return said


def _own(mailbox_id: int, by: User) -> Mailbox:
    found = queries.mailbox(by, mailbox_id)
    mailbox = locked(Mailbox, found.id) if found else None
    if mailbox is None:
        raise Gone
    return mailbox
