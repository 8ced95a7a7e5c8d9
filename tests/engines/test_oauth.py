"""Asking a provider for access tokens: what it says is understood, and nothing else is opened."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from outreach.engines.fetch.guard import Guard
from outreach.engines.oauth import Denied, Provider, Tokens, Trouble, redeem, renew
from tests.servers.certificates import Authority
from tests.servers.tokens import TokenServer

GIVEN = (200, {"access_token": "at-1", "expires_in": 3599, "refresh_token": "rt-2", "token_type": "Bearer"})


@pytest.fixture
def tokens(authority: Authority) -> Iterator[TokenServer]:
    with TokenServer(authority.issue("localhost")) as running:
        running.answers = [GIVEN]
        yield running


def provider(tokens: TokenServer, **more: str) -> Provider:
    made = Provider(
        "Microsoft", f"{tokens.url}/token", f"{tokens.url}/authorize", "client-1", "secret-1", "a b"
    )
    return replace(made, **more)


def guard(tokens: TokenServer) -> Guard:
    return Guard(allow_endpoints=[("127.0.0.1", tokens.port)])


def renewed(tokens: TokenServer, authority: Authority, **more: Any) -> Tokens:
    return renew(
        provider(tokens), "rt-1", **{"guard": guard(tokens), "cafile": str(authority.cafile), **more}
    )


def test_a_refresh_token_becomes_an_access_token(tokens: TokenServer, authority: Authority) -> None:
    assert renewed(tokens, authority) == Tokens("at-1", timedelta(seconds=3599), "rt-2")
    assert tokens.asked == [
        {
            "path": "/v2.0/token", "client_id": "client-1", "client_secret": "secret-1", "scope": "a b",
            "grant_type": "refresh_token", "refresh_token": "rt-1",
        }
    ]  # fmt: skip


def test_a_code_is_redeemed_with_its_verifier(tokens: TokenServer, authority: Authority) -> None:
    back = "https://o.example/mailboxes/connected"
    redeem(
        provider(tokens, client_secret=""), "code-1", verifier="v", redirect_uri=back, guard=guard(tokens),
        cafile=str(authority.cafile),
    )  # fmt: skip
    [asked] = tokens.asked
    assert (asked["code"], asked["code_verifier"], asked["redirect_uri"]) == ("code-1", "v", back)
    assert "client_secret" not in asked


@pytest.mark.parametrize(
    "error", ["invalid_grant", "invalid_client", "unauthorized_client", "consent_required"]
)
def test_a_final_no_is_told_in_the_providers_words(
    tokens: TokenServer, authority: Authority, error: str
) -> None:
    tokens.answers = [
        (400, {"error": error, "error_description": "AADSTS700082: The refresh token\r\nhas expired."})
    ]
    with pytest.raises(
        Denied, match=r"Microsoft refuses access: AADSTS700082: The refresh token has expired\."
    ):
        renewed(tokens, authority)


@pytest.mark.parametrize(
    "said",
    [
        (503, b"<html>busy</html>"),
        (429, {"error": "temporarily_unavailable"}),
        (200, b"not json"),
        (200, {"access_token": ""}),
        (200, {"access_token": 7}),
        (200, b"[]"),
        (200, b'{"access_token": "' + b"x" * 70_000 + b'"}'),
    ],
)
def test_what_is_no_answer_is_trouble_that_may_pass(
    tokens: TokenServer, authority: Authority, said: Any
) -> None:
    tokens.answers = [said]
    with pytest.raises(Trouble, match="Microsoft gave no access token"):
        renewed(tokens, authority)


def test_a_redirect_is_not_followed(tokens: TokenServer, authority: Authority) -> None:
    tokens.answers = [(302, f"{tokens.url}/elsewhere")]
    with pytest.raises(Trouble, match="status 302"):
        renewed(tokens, authority)
    assert len(tokens.asked) == 1


def test_an_inner_address_is_not_opened(tokens: TokenServer, authority: Authority) -> None:
    with pytest.raises(Trouble, match="is not opened"):
        renewed(tokens, authority, guard=Guard())
    assert tokens.asked == []


def test_a_certificate_of_nobody_we_know_is_refused(tokens: TokenServer, authority: Authority) -> None:
    with pytest.raises(Trouble, match="The certificate of localhost is not trusted"):
        renewed(tokens, authority, cafile=None)
    assert tokens.asked == []


def test_nobody_there_is_told_in_words(authority: Authority) -> None:
    with TokenServer(authority.issue("localhost")) as gone:
        pass
    with pytest.raises(Trouble, match="localhost did not answer"):
        renewed(gone, authority)


def test_secrets_do_not_show(tokens: TokenServer) -> None:
    shown = repr(provider(tokens)) + repr(Tokens("at-1", timedelta(1), "rt-2"))
    assert not any(secret in shown for secret in ("secret-1", "at-1", "rt-2"))
