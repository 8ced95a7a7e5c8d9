"""Access tokens of mail providers: one POST to the provider's token address, guarded like every call outwards.

The answer is small JSON (RFC 6749, 5.1 and 5.2). No redirect is followed: a token address that redirects is wrong.
"""

from __future__ import annotations

import http.client
import json
import re
import socket
import ssl
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit

from outreach.engines.fetch.guard import Guard, Refused

FINAL = {"invalid_grant", "invalid_client", "unauthorized_client", "invalid_scope", "interaction_required", "consent_required"}  # fmt: skip
"""Errors that trying again does not heal: a person has to connect the mailbox anew, or an admin to mend the settings."""
LARGEST = 65_536
LASTS = timedelta(hours=1)
"""How long an access token is taken to last when the provider does not say."""
MAX_WORDS = 300


@dataclass(frozen=True)
class Provider:
    """Where tokens come from, and as whom we ask. `authorize_url` is where people say yes."""

    name: str
    token_url: str
    authorize_url: str
    client_id: str
    client_secret: str = field(default="", repr=False)
    scope: str = ""


@dataclass(frozen=True)
class Tokens:
    """What the provider gave. An empty `refresh` means that the old one stays good."""

    access: str = field(repr=False)
    lasts: timedelta
    refresh: str = field(default="", repr=False)


class Denied(Exception):
    """The provider says no, and will say no again."""


class Trouble(Exception):
    """It did not work now; it may later."""


def renew(provider: Provider, refresh: str, *, guard: Guard, cafile: str | None = None) -> Tokens:
    """A new access token for a refresh token (RFC 6749, 6). Raises Denied or Trouble."""
    return _ask(provider, {"grant_type": "refresh_token", "refresh_token": refresh}, guard, cafile)


def redeem(
    provider: Provider, code: str, *, verifier: str, redirect_uri: str, guard: Guard, cafile: str | None = None
) -> Tokens:  # fmt: skip
    """The first tokens for a code that a person brought back (RFC 6749, 4.1.3; RFC 7636). Raises Denied or Trouble."""
    asked = {
        "grant_type": "authorization_code", "code": code, "code_verifier": verifier, "redirect_uri": redirect_uri
    }  # fmt: skip
    return _ask(provider, asked, guard, cafile)


def _ask(provider: Provider, asked: dict[str, str], guard: Guard, cafile: str | None) -> Tokens:
    form = {"client_id": provider.client_id, **asked}
    if provider.client_secret:
        form["client_secret"] = provider.client_secret
    if provider.scope and asked["grant_type"] == "refresh_token":
        form["scope"] = provider.scope
    status, said = _post(provider, form, guard, cafile)
    if status == 200 and isinstance(said.get("access_token"), str) and said["access_token"]:
        return Tokens(said["access_token"], _lasts(said.get("expires_in")), _text(said.get("refresh_token")))
    error = _text(said.get("error"))
    words = _words(_text(said.get("error_description")) or error or f"status {status}")
    if error in FINAL:
        raise Denied(f"{provider.name} refuses access: {words}")
    raise Trouble(f"{provider.name} gave no access token: {words}")


def _post(
    provider: Provider, form: dict[str, str], guard: Guard, cafile: str | None
) -> tuple[int, dict[str, Any]]:
    parts = urlsplit(provider.token_url)
    try:
        guard.check_url(provider.token_url)
        line = _Vetted(parts.hostname or "", parts.port or 443, guard=guard, cafile=cafile)
    except Refused as refused:
        raise Trouble(f"The token address of {provider.name} is not opened: {refused}") from refused
    try:
        line.request(
            "POST", parts.path, urlencode(form),
            {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"},
        )  # fmt: skip
        answer = line.getresponse()
        raw = answer.read(LARGEST + 1)
    except Refused as refused:
        raise Trouble(f"The token address of {provider.name} is not opened: {refused}") from refused
    except ssl.SSLCertVerificationError as error:
        raise Trouble(
            f"The certificate of {parts.hostname} is not trusted: {error.verify_message}."
        ) from error
    except (OSError, http.client.HTTPException) as error:
        raise Trouble(
            f"{parts.hostname} did not answer: {_words(str(error) or type(error).__name__)}."
        ) from error
    finally:
        line.close()
    return answer.status, _object(raw)


def _object(raw: bytes) -> dict[str, Any]:
    """The JSON object of an answer; an empty one for anything else."""
    if len(raw) > LARGEST:
        return {}
    try:
        found = json.loads(raw)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _lasts(value: object) -> timedelta:
    """`expires_in` in seconds, also as text; nothing odd: from a minute to a day."""
    try:
        seconds = int(str(value))
    except ValueError:
        return LASTS
    return timedelta(seconds=min(max(seconds, 60), 86_400))


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _words(text: str) -> str:
    """One line for a screen, without what looks like a token."""
    return re.sub(r"[A-Za-z0-9_.~+/=-]{60,}", "…", " ".join(text.split()))[:MAX_WORDS]


class _Vetted(http.client.HTTPSConnection):
    """TLS only, and the guard is asked of the address that the socket is about to open."""

    def __init__(self, host: str, port: int, *, guard: Guard, cafile: str | None) -> None:
        context = ssl.create_default_context(cafile=cafile)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        super().__init__(host, port, timeout=20, context=context)
        self.guard, self.tls = guard, context

    def connect(self) -> None:
        self.sock = self.tls.wrap_socket(self._vetted(), server_hostname=self.host)

    def _vetted(self) -> socket.socket:
        failed: Exception | None = None
        for *_, address in socket.getaddrinfo(self.host, self.port, type=socket.SOCK_STREAM):
            try:
                self.guard.check_address(str(address[0]), int(address[1]))
                return socket.create_connection((str(address[0]), int(address[1])), timeout=20)
            except (OSError, Refused) as error:
                failed = error
        raise failed or OSError(f"There is no address for {self.host}.")
