"""Whatever a name server does becomes an answer; silence is never "missing"."""

import time

import pytest

from outreach.engines.dns import lookup_with
from outreach.letter.domain.answers import Answer, State
from tests.servers.dns_server import SERVFAIL, SILENT, dns_server

ZONE = {
    "garden.example": [
        "MX 20 b.garden.example.",
        "MX 10 a.garden.example.",
        'TXT "v=spf1 " "-all"',
        "A 192.0.2.1",
    ],
    "null.example": ["MX 0 ."],
    "silent.example": SILENT,
    "broken.example": SERVFAIL,
}


@pytest.mark.parametrize(
    ("name", "kind", "answer"),
    [
        ("garden.example", "TXT", Answer.of("v=spf1 -all")),
        ("garden.example", "A", Answer.of("192.0.2.1")),
        ("garden.example", "AAAA", Answer.of()),
        ("null.example", "MX", Answer.of("0 .")),
        ("missing.example", "TXT", Answer.of()),
        ("a..example", "TXT", Answer.of()),
        ("a" * 64 + ".example", "TXT", Answer.of()),
        ("broken.example", "TXT", Answer.failed("the name server refused or failed (SERVFAIL)")),
        ("silent.example", "TXT", Answer.failed("no answer within 1 s")),
    ],
)
def test_each_answer_is_what_the_server_said(name: str, kind: str, answer: Answer) -> None:
    with dns_server(ZONE) as server:
        assert lookup_with(server, timeout=1)(name, kind) == answer


def test_all_mx_come() -> None:
    with dns_server(ZONE) as server:
        answer = lookup_with(server)("garden.example", "MX")
    assert sorted(answer.values) == ["10 a.garden.example.", "20 b.garden.example."]


def test_a_dead_server_does_not_cost_a_minute() -> None:
    with dns_server({f"{n}.example": SILENT for n in range(6)}) as server:
        look_up = lookup_with(server, timeout=1.5)
        start = time.monotonic()
        states = {look_up(f"{n}.example", "TXT").state for n in range(6)}
    assert states == {State.FAILED}
    assert time.monotonic() - start < 8.5  # one and a half seconds each would be nine
