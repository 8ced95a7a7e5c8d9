"""A sender's domain is judged by what DNS says, and never by what it did not say."""

import base64
import json

import pytest
from click.testing import CliRunner
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from outreach.letter.domain.answers import Answer, Lookup
from outreach.letter.domain.dkim import review_dkim
from outreach.letter.domain.dmarc import review_dmarc
from outreach.letter.domain.mx import review_mx
from outreach.letter.domain.spf import check_host
from outreach.letter.domain.spf_review import review_spf
from outreach.reading.cli import mail
from tests.servers.dns_server import SILENT, dns_server

HOST = "roses.example"


def key(bits: int) -> str:
    public = generate_private_key(65537, bits).public_key()
    return base64.b64encode(public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).decode()


KEY_1024, KEY_2048 = key(1024), key(2048)


def zone_of(records: dict[str, str | list[str] | None]) -> Lookup:
    """ "TYPE name" -> value or values; None is silence."""

    def look_up(name: str, kind: str) -> Answer:
        if f"{kind} {name.rstrip('.')}" not in records:
            return Answer.of()
        value = records[f"{kind} {name.rstrip('.')}"]
        return (
            Answer.failed("no answer")
            if value is None
            else Answer.of(*([value] if isinstance(value, str) else value))
        )

    return look_up


@pytest.mark.parametrize(
    ("records", "outcome"),
    [
        (["v=spf1 ip4:192.0.2.0/24 -all"], "pass"),
        (["v=spf1 ip4:192.0.2.1 ~all", "other text"], "pass"),
        (["v=spf1 +all"], "fail"),
        (["v=spf1 ?all"], "warn"),
        (["v=spf1 ip4:192.0.2.1"], "warn"),
        (["v=spf1 ptr -all"], "warn"),
        (["v=spf1 -all", "v=spf1 -all"], "fail"),
        (["v=spf1 ipv4:192.0.2.1 -all"], "fail"),
        (["v=spf10 -all"], "fail"),
        ([], "fail"),
        (["v=spf1 include:missing.example -all"], "fail"),
        (["v=spf1 include:roses.example -all"], "fail"),
        (["v=spf1 a:x1.example a:x2.example a:x3.example -all"], "fail"),
        (["v=spf1 " + " ".join(f"exists:%{{i}}.x{n}.example" for n in range(10)) + " -all"], "pass"),
        (["v=spf1 " + " ".join(f"exists:%{{i}}.x{n}.example" for n in range(11)) + " -all"], "fail"),
    ],
    ids=range(15),
)
def test_spf(records: list[str], outcome: str) -> None:
    assert review_spf(HOST, zone_of({f"TXT {HOST}": records})).outcome.value == outcome


def test_look_ups_are_counted_through_all_that_is_included() -> None:
    found = zone_of(
        {
            f"TXT {HOST}": "v=spf1 include:a.example mx -all",
            "TXT a.example": "v=spf1 include:b.example a ~all",
            "TXT b.example": "v=spf1 ip4:192.0.2.1 ?all",
            f"MX {HOST}": "10 mx.roses.example.",
            "A a.example": "192.0.2.7",
        }
    )
    verdict = review_spf(HOST, found)
    assert (verdict.outcome.value, verdict.facts) == ("pass", {"lookups": 4, "void_lookups": 0})


@pytest.mark.parametrize(
    ("text", "selectors", "outcome"),
    [
        (f"v=DKIM1; k=rsa; p={KEY_2048}", ["s1"], "pass"),
        (f"v=DKIM1; k=rsa; p={KEY_1024}", ["s1"], "warn"),
        (f"v=DKIM1; t=y; p={KEY_2048}", ["s1"], "warn"),
        ("v=DKIM1; p=", ["s1"], "fail"),
        ("v=DKIM1; p=nonsense", ["s1"], "fail"),
        ("v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=", ["s1"], "pass"),
        (f"v=DKIM1; k=rsa; p={KEY_2048}", ["other"], "fail"),
        (f"v=DKIM1; k=rsa; p={KEY_2048}", [], "pass"),
        ("no key", [], "warn"),
    ],
    ids=range(9),
)
def test_dkim(text: str, selectors: list[str], outcome: str) -> None:
    found = zone_of({f"TXT s1._domainkey.{HOST}": text})
    assert review_dkim(HOST, found, selectors).outcome.value == outcome


@pytest.mark.parametrize(
    ("host", "text", "outcome"),
    [
        (HOST, "v=DMARC1; p=reject; rua=mailto:d@roses.example", "pass"),
        (HOST, "v=DMARC1; p=quarantine; rua=mailto:d@roses.example; pct=20", "warn"),
        (HOST, "v=DMARC1; p=none; rua=mailto:d@roses.example", "warn"),
        (HOST, "v=DMARC1; p=reject", "warn"),
        (HOST, "v=DMARC1; p=often", "fail"),
        (HOST, "v=DMARC2; p=reject", "fail"),
        ("mail." + HOST, "v=DMARC1; p=none; sp=reject; rua=mailto:d@roses.example", "pass"),
    ],
    ids=range(7),
)
def test_dmarc(host: str, text: str, outcome: str) -> None:
    assert review_dmarc(host, zone_of({f"TXT _dmarc.{HOST}": text})).outcome.value == outcome


def test_two_dmarc_records_are_none() -> None:
    found = zone_of({f"TXT _dmarc.{HOST}": ["v=DMARC1; p=reject", "v=DMARC1; p=none"]})
    assert review_dmarc(HOST, found).outcome.value == "fail"


@pytest.mark.parametrize(
    ("records", "outcome"),
    [
        ({f"MX {HOST}": "10 mx.roses.example.", "A mx.roses.example": "192.0.2.1"}, "pass"),
        ({f"MX {HOST}": "10 mx.roses.example.", "AAAA mx.roses.example": "2001:db8::1"}, "pass"),
        ({f"MX {HOST}": "0 ."}, "fail"),
        ({f"MX {HOST}": "10 gone.example."}, "fail"),
        (
            {f"MX {HOST}": ["10 mx.roses.example.", "20 gone.example."], "A mx.roses.example": "192.0.2.1"},
            "warn",
        ),
        ({f"A {HOST}": "192.0.2.1"}, "warn"),
        ({}, "fail"),
        ({f"MX {HOST}": None}, "could not check"),
        ({f"A {HOST}": None}, "could not check"),
        (
            {f"MX {HOST}": "10 mx.roses.example.", "A mx.roses.example": None, "AAAA mx.roses.example": None},
            "could not check",
        ),
    ],
    ids=range(10),
)
def test_mx(records: dict[str, str | list[str] | None], outcome: str) -> None:
    assert review_mx(HOST, zone_of(records)).outcome.value == outcome


def test_silence_is_never_missing() -> None:
    silent: Lookup = lambda name, kind: Answer.failed("no answer")  # noqa: E731
    verdicts = (
        review_spf(HOST, silent),
        review_dkim(HOST, silent),
        review_dmarc(HOST, silent),
        review_mx(HOST, silent),
    )
    assert {verdict.outcome.value for verdict in verdicts} == {"could not check"}


def test_a_client_is_judged_by_the_record() -> None:
    found = zone_of({f"TXT {HOST}": "v=spf1 ip4:192.0.2.0/24 -all"})
    assert check_host("192.0.2.7", f"ana@{HOST}", HOST, found) == "pass"
    assert check_host("198.51.100.7", f"ana@{HOST}", HOST, found) == "fail"


def test_the_command_tells_all_four() -> None:
    zone = {
        HOST: ['TXT "v=spf1 -all"', "MX 10 mx.roses.example."],
        "mx.roses.example": ["A 192.0.2.1"],
        f"_dmarc.{HOST}": SILENT,
        f"s1._domainkey.{HOST}": ['TXT "v=DKIM1; p="'],
    }
    with dns_server(zone) as (address, port):
        result = CliRunner().invoke(
            mail, ["domain", HOST, "--selector", "s1", "--nameserver", f"{address}:{port}", "--json"]
        )
    told = json.loads(result.output)
    outcomes = {name: check["outcome"] for name, check in told.items() if name != "host"}
    assert outcomes == {"spf": "pass", "dkim": "fail", "dmarc": "could not check", "mx": "pass"}


def test_what_is_no_domain_is_refused_in_one_line() -> None:
    for wrong in ("nope", "a b.example", "-", ""):
        result = CliRunner().invoke(mail, ["domain", wrong])
        assert result.exit_code == 2
        assert "Traceback" not in result.output
