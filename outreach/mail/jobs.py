"""The sweep of mailboxes: access tokens are renewed before they end."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from outreach.db import session
from outreach.kit import clock
from outreach.mail import token_actions
from outreach.mail.models import Mailbox
from outreach.web.here import config

BATCH = 20


def renew_tokens(now: datetime) -> int:
    """Renew what is due, one mailbox after the other; gives how many."""
    taken = token_actions.take_due(BATCH, now=now)
    for mailbox_id in taken:
        token_actions.renew(mailbox_id, config(), now=clock.now())
    return len(taken)


def count_tokens_due(now: datetime) -> int:
    """How many mailboxes wait for a token."""
    return session().scalar(sa.select(sa.func.count(Mailbox.id)).where(Mailbox.oauth_due_at <= now)) or 0
