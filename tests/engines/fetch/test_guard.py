import json
from pathlib import Path

import pytest

from outreach.engines.fetch.guard import Guard, Refused, denied, embedded, ip_address

ATTACKS = [json.loads(line) for line in (Path(__file__).parent / "attacks.jsonl").read_text().splitlines()]


def _refused(guard: Guard, url: str) -> str | None:
    try:
        guard.check_url(url)
    except Refused as why:
        return str(why)
    return None


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda a: f"{a['kind']} {a['url'][:60]!r}")
def test_each_known_attack_is_refused_and_each_public_address_passes(attack: dict[str, str]) -> None:
    why = _refused(Guard(), attack["url"])
    if attack["verdict"] == "blocked":
        assert why
        assert why.endswith((".", ":"))
    elif attack["verdict"] == "allowed":
        assert why is None


@pytest.mark.parametrize(
    ("url", "really"),
    [
        ("http://1.1.1.1\\@127.0.0.1/", "http://1.1.1.1/@127.0.0.1/"),
        ("http://example.com?@127.0.0.1/", "http://example.com/?@127.0.0.1/"),
        ("http://example.com#@127.0.0.1/", "http://example.com/#@127.0.0.1/"),
    ],
)
def test_a_confusing_address_is_opened_where_a_browser_would(url: str, really: str) -> None:
    assert Guard().check_url(url) == really


@pytest.mark.parametrize(
    ("address", "inner"),
    [
        ("::ffff:10.0.0.1", ["10.0.0.1"]),
        ("::10.0.0.1", ["10.0.0.1"]),
        ("::ffff:0:10.0.0.1", ["10.0.0.1"]),
        ("64:ff9b::a00:1", ["10.0.0.1"]),
        ("2002:a00:1::", ["10.0.0.1"]),
        ("2001:0:808:808::f5ff:fffe", ["8.8.8.8", "10.0.0.1"]),
        ("2606:4700::5efe:a00:1", ["10.0.0.1"]),
        ("2606:4700::200:5efe:a00:1", ["10.0.0.1"]),
        ("2606:4700::1111", []),
    ],
)
def test_every_embedded_ipv4_address_is_unwrapped(address: str, inner: list[str]) -> None:
    six = ip_address(address)
    assert not isinstance(six, str) and six.version == 6
    assert [str(one) for one in embedded(six)] == inner  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "address",
    [
        "64:ff9b::808:808",
        "2002:808:808::",
        "::ffff:8.8.8.8",
        "8.8.8.8",
        "2606:4700::1",
        "2606:4700::5efe:808:808",
    ],
)
def test_a_public_address_is_not_denied(address: str) -> None:
    assert denied(ip_address(address)) is None


@pytest.mark.parametrize(
    "address",
    [
        "224.0.0.1",
        "fec0::1",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
        "255.255.255.255",
        "2001:db8::1",
        "fd00::1",
        "2606:4700::5efe:7f00:1",
    ],
)
def test_addresses_that_python_calls_global_are_denied(address: str) -> None:
    assert denied(ip_address(address))


def test_a_named_network_is_open_on_every_port_and_nothing_else() -> None:
    guard = Guard(allow_networks=["10.1.0.0/16"])
    guard.check_address("10.1.2.3", 9_999)
    assert guard.check_url("http://10.1.2.3:9999/x") == "http://10.1.2.3:9999/x"
    with pytest.raises(Refused):
        guard.check_address("10.2.0.1", 80)
    with pytest.raises(Refused):
        guard.check_address("8.8.8.8", 25)


def test_a_named_endpoint_is_one_address_and_one_port() -> None:
    guard = Guard(allow_endpoints=[("127.0.0.1", 8_123)])
    guard.check_address("127.0.0.1", 8_123)
    for host, port in [("127.0.0.1", 8_124), ("127.0.0.2", 8_123), ("::1", 8_123)]:
        with pytest.raises(Refused):
            guard.check_address(host, port)


def test_a_scoped_address_is_judged_without_its_scope() -> None:
    with pytest.raises(Refused):
        Guard().check_address("fe80::1%lo", 80)


def test_a_name_in_the_own_network_is_refused_by_its_looks() -> None:
    for host in ("intranet", "printer.local", "db.internal", "a.localhost", "router.lan"):
        assert _refused(Guard(), f"http://{host}/")


def test_a_judgement_is_remembered_for_its_own_guard_and_no_port() -> None:
    """What is kept of an address is what it is, never whether some port on it was opened."""
    closed, opened = Guard(), Guard(allow_endpoints=[("127.0.0.1", 8123)])
    for _ in range(2):
        opened.check_address("127.0.0.1", 8123)
        with pytest.raises(Refused):
            opened.check_address("127.0.0.1", 8124)
        with pytest.raises(Refused):
            closed.check_address("127.0.0.1", 8123)
        closed.check_address("8.8.8.8", 443)
        with pytest.raises(Refused):
            closed.check_address("8.8.8.8", 25)
