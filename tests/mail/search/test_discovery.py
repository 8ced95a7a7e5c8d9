"""The servers of an address are found from its domain, and what a hostile domain says leads nowhere."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from outreach.engines.dns import lookup_with
from outreach.mail.search.discovery import (
    Found,
    Way,
    by_autoconfig,
    by_guess,
    by_mx,
    by_srv,
    find,
    read_autoconfig,
)
from tests.servers.dns_server import SERVFAIL, Zone, dns_server

ADDRESS = "ana@hazel.example"
AUTOCONFIG = b"""<?xml version="1.0"?>
<clientConfig version="1.1"><emailProvider id="hazel.example">
  <incomingServer type="pop3"><hostname>pop.hazel.example</hostname><port>995</port><socketType>SSL</socketType></incomingServer>
  <incomingServer type="imap"><hostname>plain.hazel.example</hostname><port>143</port><socketType>plain</socketType></incomingServer>
  <incomingServer type="imap"><hostname>in.hazel.example</hostname><port>993</port><socketType>SSL</socketType><username>%EMAILLOCALPART%</username></incomingServer>
  <outgoingServer type="smtp"><hostname>out.hazel.example</hostname><port>587</port><socketType>STARTTLS</socketType><username>%EMAILADDRESS%</username></outgoingServer>
</emailProvider></clientConfig>"""
SRV: Zone = {
    "_imaps._tcp.hazel.example": ["SRV 10 0 993 second.hazel.example.", "SRV 0 1 993 imap.hazel.example."],
    "_submission._tcp.hazel.example": ["SRV 0 1 587 smtp.hazel.example."],
}
BOMB = b'<?xml version="1.0"?><!DOCTYPE b [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><clientConfig>&b;</clientConfig>'
FILE = b'<?xml version="1.0"?><!DOCTYPE b [<!ENTITY x SYSTEM "file:///etc/passwd">]><clientConfig><incomingServer type="imap"><hostname>&x;</hostname></incomingServer></clientConfig>'


def nothing(_url: str) -> bytes | None:
    return None


def nobody(_kind: str, _way: Way) -> bool:
    return False


def asked(zone: Zone, ask: Callable[..., Found | None], *more: object) -> Found | None:
    with dns_server(zone) as server:
        return ask(ADDRESS, lookup_with(server, timeout=1.0), *more)


def test_the_domains_own_file_is_read_and_what_does_not_encrypt_is_passed_over() -> None:
    found = read_autoconfig(AUTOCONFIG, ADDRESS)
    assert found is not None
    assert found.imap == Way("in.hazel.example", 993, "tls", "ana")
    assert found.smtp == Way("out.hazel.example", 587, "starttls", ADDRESS)
    assert "autoconfig" in found.why


def test_the_file_is_asked_for_over_https_alone() -> None:
    urls: list[str] = []
    by_autoconfig(ADDRESS, lambda url: urls.append(url) or None)
    assert len(urls) == 2
    assert all(url.startswith("https://") for url in urls)


@pytest.mark.parametrize(
    "raw", [BOMB, FILE, b"", b"<html>404</html>", b"\xff\xfe\x00", b"<a>" * 20_000, b"<clientConfig/>"]
)
def test_a_hostile_or_broken_file_is_none(raw: bytes) -> None:
    assert read_autoconfig(raw, ADDRESS) is None


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "localhost", "[::1]", "169.254.169.254", "metadata.internal", "a b", "x.localhost", "imap"],
)
def test_a_file_that_names_no_public_server_names_none(host: str) -> None:
    raw = AUTOCONFIG.replace(b"in.hazel.example", host.encode()).replace(b"out.hazel.example", host.encode())
    assert read_autoconfig(raw, ADDRESS) is None


def test_a_port_that_is_none_of_mails_is_not_taken() -> None:
    found = read_autoconfig(AUTOCONFIG.replace(b">993<", b">6379<"), ADDRESS)
    assert found is not None
    assert found.imap is None


def test_srv_records_are_taken_by_priority() -> None:
    found = asked(SRV, by_srv)
    assert found is not None
    assert found.imap == Way("imap.hazel.example", 993, "tls", ADDRESS)
    assert found.smtp == Way("smtp.hazel.example", 587, "starttls", ADDRESS)


def test_a_service_that_is_said_not_to_be_there_is_not_taken() -> None:
    assert asked({"_imaps._tcp.hazel.example": ["SRV 0 0 0 ."]}, by_srv) is None


@pytest.mark.parametrize(
    ("mx", "host", "words"),
    [
        ("aspmx.l.google.com.", "imap.gmail.com", "Google"),
        ("hazel-example.mail.protection.outlook.com.", "outlook.office365.com", "Microsoft"),
        ("in1-smtp.messagingengine.com.", "imap.fastmail.com", "Fastmail"),
        ("mx00.ionos.de.", "imap.ionos.com", "IONOS"),
    ],
)
def test_a_known_provider_is_told_by_its_mx(mx: str, host: str, words: str) -> None:
    found = asked({"hazel.example": [f"MX 10 {mx}"]}, by_mx)
    assert found is not None
    assert found.imap is not None
    assert found.imap.host == host
    assert words in found.why


@pytest.mark.parametrize("mx", ["google.com.evil.example.", "mx.notgoogle.com.", "mx.hazel.example."])
def test_a_name_that_only_looks_like_a_provider_is_none(mx: str) -> None:
    assert asked({"hazel.example": [f"MX 10 {mx}"]}, by_mx) is None


def test_guesses_are_taken_only_where_a_server_answers() -> None:
    zone: Zone = {"mail.hazel.example": ["A 192.0.2.1"], "imap.hazel.example": ["A 192.0.2.2"]}
    tried: list[tuple[str, str, int]] = []

    def answers(kind: str, way: Way) -> bool:
        tried.append((kind, way.host, way.port))
        return (way.host, way.port) in {("mail.hazel.example", 587), ("imap.hazel.example", 993)}

    found = asked(zone, by_guess, answers)
    assert found is not None
    assert found.smtp == Way("mail.hazel.example", 587, "starttls", ADDRESS)
    assert found.imap == Way("imap.hazel.example", 993, "tls", ADDRESS)
    assert ("smtp", "smtp.hazel.example", 465) not in tried


def test_what_the_domain_says_itself_comes_first_and_the_rest_is_filled_in() -> None:
    only_smtp = AUTOCONFIG.replace(b'type="imap"', b'type="pop3"')
    with dns_server({**SRV, "hazel.example": ["MX 10 aspmx.l.google.com."]}) as server:
        found = find(ADDRESS, lookup_with(server, timeout=1.0), lambda url: only_smtp, nobody)
    assert found.smtp is not None
    assert found.imap is not None
    assert (found.smtp.host, found.imap.host) == ("out.hazel.example", "imap.hazel.example")


@pytest.mark.parametrize("zone", [{}, {"hazel.example": SERVFAIL}], ids=["empty", "servfail"])
def test_of_a_silent_domain_it_is_said_that_nothing_is_known(zone: Zone) -> None:
    with dns_server(zone) as server:
        found = find(ADDRESS, lookup_with(server, timeout=1.0), nothing, nobody)
    assert (found.smtp, found.imap) == (None, None)
    assert "Nothing about hazel.example is known" in found.why
