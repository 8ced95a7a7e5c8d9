import pytest

from outreach.consent import rules
from outreach.consent.rules import SuppressionKind
from outreach.kit.address import BadAddress


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("Wild.example", "wild.example"),
        ("https://www.wild.example/about?x=1", "wild.example"),
        ("@wild.example", "wild.example"),
        ("bo@wild.example", "wild.example"),
        ("bücher.example", "xn--bcher-kva.example"),
        ("ana.blogspot.com", "ana.blogspot.com"),
    ],
)
def test_a_domain_is_known_however_it_is_typed(typed: str, key: str) -> None:
    assert rules.key_of(SuppressionKind.DOMAIN, typed) == key


@pytest.mark.parametrize("typed", ["gmail.com", "bo@gmail.com", "yahoo.co.uk", "gmx.at"])
def test_a_free_mail_provider_cannot_be_suppressed_as_a_whole(typed: str) -> None:
    with pytest.raises(BadAddress, match="Enter the one address instead"):
        rules.domain_key(typed)


@pytest.mark.parametrize("typed", ["blogspot.com", "github.io", "co.uk", "medium.com"])
def test_a_hosting_platform_cannot_be_suppressed_as_a_whole(typed: str) -> None:
    with pytest.raises(BadAddress, match="Many sites live under"):
        rules.domain_key(typed)


@pytest.mark.parametrize("typed", ["", "wild", "127.0.0.1", "[::1]", "a b.example", "x" * 300 + ".example"])
def test_what_is_no_domain_is_refused_in_words(typed: str) -> None:
    with pytest.raises(BadAddress):
        rules.domain_key(typed)


def test_an_address_stands_under_its_domain_and_every_parent() -> None:
    assert rules.domains_over("bo@mail.wild.co.uk") == ["mail.wild.co.uk", "wild.co.uk"]
    assert rules.domains_over("bo@wild.example") == ["wild.example"]
