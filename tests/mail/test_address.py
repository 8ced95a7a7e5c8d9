import pytest

from outreach.mail.address import BadAddress, clean_address, sender_domain


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


def test_the_domain_stands_behind_the_last_at() -> None:
    assert sender_domain("ana@team.example") == "team.example"
