"""Which providers let us in by a token, and where a person says yes to that."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from secrets import token_urlsafe
from urllib.parse import urlencode

from outreach.engines.fetch.guard import Guard
from outreach.engines.oauth import Provider
from outreach.mail.models import Mailbox
from outreach.mail.rules import LoginBy
from outreach.mail.vault import unseal
from outreach.settings import Settings

NAMES = {LoginBy.PASSWORD: "Password", LoginBy.MICROSOFT: "Microsoft", LoginBy.GOOGLE: "Google"}
SCOPES = {
    LoginBy.MICROSOFT: "offline_access https://outlook.office.com/SMTP.Send https://outlook.office.com/IMAP.AccessAsUser.All",
    LoginBy.GOOGLE: "https://mail.google.com/",
}
HOSTS = (
    "smtp.office365.com", "outlook.office365.com", "smtp-mail.outlook.com", "outlook.office.com",
    "smtp.gmail.com", "imap.gmail.com",
)  # fmt: skip
"""Mail servers of Microsoft and Google: only they get an access token."""
AHEAD = timedelta(minutes=10)
"""How long before its end an access token is renewed."""
BACK_OFF = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60))


@dataclass(frozen=True)
class Journey:
    """A person on the way to the provider and back: `state` knows them again, `verifier` proves that the code is ours."""

    state: str
    verifier: str

    @classmethod
    def begin(cls) -> Journey:
        return cls(token_urlsafe(32), token_urlsafe(48))


def providers(config: Settings) -> dict[LoginBy, Provider]:
    """Those that an admin has set up by a client id."""
    found = {}
    if config.oauth_microsoft_client_id:
        found[LoginBy.MICROSOFT] = Provider(
            NAMES[LoginBy.MICROSOFT], f"{config.oauth_microsoft_url}/token", f"{config.oauth_microsoft_url}/authorize",
            config.oauth_microsoft_client_id, config.oauth_microsoft_client_secret, SCOPES[LoginBy.MICROSOFT],
        )  # fmt: skip
    if config.oauth_google_client_id:
        found[LoginBy.GOOGLE] = Provider(
            NAMES[LoginBy.GOOGLE], "https://oauth2.googleapis.com/token", "https://accounts.google.com/o/oauth2/v2/auth",
            config.oauth_google_client_id, config.oauth_google_client_secret,
        )  # fmt: skip
    return found


def consent_url(provider: Provider, journey: Journey, *, redirect_uri: str, scope: str, address: str) -> str:
    """Where the person is sent to say yes (RFC 6749, 4.1.1, with PKCE)."""
    challenge = urlsafe_b64encode(sha256(journey.verifier.encode()).digest()).decode().rstrip("=")
    asked = {
        "client_id": provider.client_id, "response_type": "code", "redirect_uri": redirect_uri, "scope": scope,
        "state": journey.state, "code_challenge": challenge, "code_challenge_method": "S256", "login_hint": address,
        "access_type": "offline", "prompt": "consent",
    }  # fmt: skip
    return f"{provider.authorize_url}?{urlencode(asked)}"


def guard_of(config: Settings) -> Guard:
    """What may be opened on the way to a token."""
    return Guard(allow_networks=config.allow_networks, allow_endpoints=config.allow_endpoints)


class TokenWaits(Exception):
    """There is no access token that is still good; the text says why. It comes, or a person has to connect the mailbox."""


def access_token(mailbox: Mailbox, host: str, config: Settings, *, now: datetime) -> str:
    """The token to log in at `host` with; empty for a mailbox with a password.

    It goes to the providers' own servers (and those of `oauth_hosts`) only, whatever server somebody writes into the mailbox. Raises TokenWaits or KeyLost.
    """
    if mailbox.login_by is LoginBy.PASSWORD:
        return ""
    if host.lower().rstrip(".") not in (*HOSTS, *config.oauth_hosts):
        raise TokenWaits(f"{host} is not one of the servers that get a token of {NAMES[mailbox.login_by]}.")
    if not mailbox.oauth_access or mailbox.oauth_until is None or mailbox.oauth_until <= now:
        raise TokenWaits(
            mailbox.oauth_problem or f"A new access token of {NAMES[mailbox.login_by]} is on its way."
        )
    return unseal(mailbox.oauth_access, config.key)
