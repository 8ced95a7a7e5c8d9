import pytest
from email_validator import EmailNotValidError, validate_email
from hypothesis import given
from hypothesis import strategies as st

from outreach.kit.address import (
    BadAddress,
    address_key,
    clean_address,
    is_free_mail,
    is_role_address,
    sender_domain,
)


@pytest.mark.parametrize(
    ("typed", "clean"),
    [
        ("bo@bakery.example", "bo@bakery.example"),
        ("Bo.Berg@BAKERY.Example", "Bo.Berg@bakery.example"),
        ("bo@bücher.example", "bo@xn--bcher-kva.example"),
        ("bo+links@bakery.test", "bo+links@bakery.test"),
        ("b'o=x@bakery.test", "b'o=x@bakery.test"),
        ("editor@rye.localhost", "editor@rye.localhost"),
    ],
)
def test_a_plain_address_is_taken(typed: str, clean: str) -> None:
    assert clean_address(typed) == clean


@pytest.mark.parametrize(
    "typed",
    [
        "bo@bakery.example\r\nRCPT TO:<v@evil.example>",
        "bo@bakery.example>\r\nDATA",
        '"a\r\nb"@bakery.example',
        '"bo berg"@bakery.example',
        "<bo@bakery.example> SIZE=1",
        "@relay.example:bo@bakery.example",
        "bo%evil.example@bakery.example",
        "evil.example!bo@bakery.example",
        "=?utf-8?q?bo=40evil.example?=@bakery.example",
        "bo@[127.0.0.1]",
        "BO@BAKERY.EXAMPLE.",
        "bo@bakery",
        "bo@@bakery.example",
        "bo",
        "",
        "bo@bakery.example, cy@bakery.example",
        "jürgen@bakery.example",
        "bo@bakery.example\0",
        "a" * 65 + "@bakery.example",
    ],
)
def test_anything_that_is_not_one_plain_address_is_refused_in_words(typed: str) -> None:
    with pytest.raises(BadAddress) as refused:
        clean_address(typed)
    assert len(str(refused.value)) > 10


def test_a_local_part_outside_ascii_is_taken_when_the_server_can() -> None:
    assert clean_address("jürgen@bakery.example", smtputf8=True) == "jürgen@bakery.example"


@pytest.mark.parametrize(
    ("address", "role"), [("info@x.example", True), ("Editor+a@x.example", True), ("bo@x.example", False)]
)
def test_a_desk_is_told_from_a_person(address: str, role: bool) -> None:
    assert is_role_address(address) is role


def test_the_domain_stands_behind_the_last_at() -> None:
    assert sender_domain("ana@team.example") == "team.example"


def test_two_spellings_of_one_address_have_one_key() -> None:
    assert address_key("Bo.Berg@BÜCHER.example") == address_key("bo.berg@xn--bcher-kva.example")


@pytest.mark.parametrize(
    ("domain", "free"),
    [
        ("gmail.com", True),
        ("Yahoo.co.uk", True),
        ("gmx.at", True),
        ("bakery.example", False),
        ("notgmail.com", False),
    ],
)
def test_a_provider_for_everybody_is_known(domain: str, free: bool) -> None:
    assert is_free_mail(domain) is free


_LABELS = st.lists(st.from_regex(r"[ab1-]{1,5}|xn--[ab1]{1,3}", fullmatch=True), min_size=1, max_size=4).map(
    ".".join
)
_ENDS = st.sampled_from(["com", "test", "local", "onion", "c1", "c-m", "c--m", "xn--p1ai", "-c", ""])


@given(st.from_regex(r"[ab1._+-]{1,6}", fullmatch=True), _LABELS, _ENDS)
def test_an_address_known_at_sight_is_one_that_the_library_takes_as_well(
    local: str, labels: str, end: str
) -> None:
    typed = f"{local}@{labels}.{end}"
    try:
        found = validate_email(typed, check_deliverability=False, test_environment=True, strict=True)
    except EmailNotValidError:
        with pytest.raises(BadAddress):
            clean_address(typed)
    else:
        assert clean_address(typed) == f"{found.local_part}@{found.ascii_domain}"
