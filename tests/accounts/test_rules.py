"""Addresses of users, and how tries are counted."""

from datetime import timedelta

import pytest

from outreach.accounts import rules
from tests.world import NOW


@pytest.mark.parametrize(
    "typed", ["Ana@Hazel.example", "  ana@hazel.example ", "ana@HAZEL.EXAMPLE", "ａna@hazel.example"]
)
def test_one_person_has_one_spelling(typed: str) -> None:
    assert rules.clean_email(typed) == "ana@hazel.example"


@pytest.mark.parametrize(
    "typed",
    ["ana", "ana@", "@hazel.example", "аna@hazel.example", "a b@hazel.example", "", "ana@x\r\n.example"],
)
def test_what_is_no_address_is_refused_in_words(typed: str) -> None:
    with pytest.raises(rules.BadEmail, match=r"no mail address|plain letters"):
        rules.clean_email(typed)


@pytest.mark.parametrize("typed", ["ana@localhost", "ana@press.localhost"])
def test_names_of_this_machine_are_addresses_too(typed: str) -> None:
    assert rules.clean_email(typed) == typed


def test_a_domain_is_kept_in_ascii() -> None:
    assert rules.clean_email("bo@bücher.example") == "bo@xn--bcher-kva.example"


def test_an_ipv6_household_is_one_place() -> None:
    assert (
        rules.network_of("2001:db8:1:2::7") == rules.network_of("2001:db8:1:2:ffff::9") == "2001:db8:1:2::/64"
    )
    assert rules.network_of("::ffff:192.0.2.7") == rules.network_of("192.0.2.7") == "192.0.2.7"
    assert rules.network_of("what") == "unknown"


def test_a_known_device_is_counted_by_itself() -> None:
    stranger = rules.buckets("ana@hazel.example", "192.0.2.7", None)
    known = rules.buckets("ana@hazel.example", "192.0.2.7", "d1")
    assert stranger[0].key != known[0].key
    assert stranger[1] == known[1]


def test_waiting_is_told_in_whole_minutes() -> None:
    assert rules.minutes_left(NOW, NOW) == 15
    assert rules.minutes_left(NOW, NOW + timedelta(minutes=14, seconds=30)) == 1
    assert rules.minutes_left(NOW, NOW + timedelta(hours=1)) == 1


@pytest.mark.parametrize(
    ("password", "words"),
    [
        ("short", "at least 12"),
        ("a" * 20, "different signs"),
        ("x" * 257 + "abcd", "at most 256"),
        ("ana-hazel-12x", "mail address"),
    ],
)
def test_a_weak_password_is_refused_in_words(password: str, words: str) -> None:
    assert words in (rules.password_problem(password, "ana@hazel.example") or "")


def test_a_short_sentence_is_a_good_password() -> None:
    assert rules.password_problem("four seeds in one pot", "ana@hazel.example") is None
