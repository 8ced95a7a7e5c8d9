"""The mailbox's server for reading, as the engine takes it."""

from __future__ import annotations

from outreach.engines.imap import server as imap
from outreach.kit import clock
from outreach.mail import oauth
from outreach.mail.models import Mailbox
from outreach.mail.vault import unseal
from outreach.settings import Settings


def imap_server_of(mailbox: Mailbox, config: Settings) -> imap.Server:
    """Where its mail is read; user name and password are those for sending unless it has its own.

    Raises KeyLost, and imap.Trouble as long as a provider's access token is missing.
    """
    own_secret = mailbox.imap_secret or mailbox.secret
    try:
        token = oauth.access_token(mailbox, mailbox.imap_host, config, now=clock.now())
    except oauth.TokenWaits as error:
        raise imap.Trouble(imap.Stage.LOGIN, str(error)) from error
    return imap.Server(
        host=mailbox.imap_host,
        port=mailbox.imap_port,
        security=mailbox.imap_security.value,
        username=mailbox.imap_username or mailbox.username,
        secret=unseal(own_secret, config.key),
        token=token,
        cafile=str(config.smtp_ca_file) if config.smtp_ca_file else None,
        plain_allowed=mailbox.imap_host in config.smtp_plain_hosts,
    )
