import pytest

from outreach.mail import language
from outreach.mail.merge import EXAMPLE, nested, one_line, with_end, with_personal_line
from outreach.mail.rules import LetterKind

VALUES = EXAMPLE | {"me.signature": "Ana Olsen\nRye Ltd"}


def test_there_is_an_example_for_every_field() -> None:
    assert set(EXAMPLE) == set(language.FIELDS)
    assert language.render("{{ person.name }}", nested(EXAMPLE)) == "Bo Berg"


@pytest.mark.parametrize("kind", [LetterKind.FIRST, LetterKind.FOLLOW_UP])
def test_a_letter_nobody_asked_for_says_who_we_are_and_how_to_say_no(kind: LetterKind) -> None:
    text = with_end("Hi Bo", kind, VALUES)
    assert text == (
        "Hi Bo\n\nAna Olsen\nRye Ltd\n\n--\nRye Ltd, 1 Mill Lane, Growtown\n"
        "If you want no more mail from me: https://outreach.example/u/0123456789abcdefghijkl\n"
    )


def test_an_answer_carries_the_signature_only() -> None:
    assert with_end("Hi Bo", LetterKind.ANSWER, VALUES) == "Hi Bo\n\nAna Olsen\nRye Ltd\n"


def test_what_the_writer_has_said_is_not_said_twice() -> None:
    once = with_end("Hi Bo", LetterKind.FIRST, VALUES)
    assert with_end(once, LetterKind.FIRST, VALUES) == once


def test_without_a_public_address_a_word_says_no() -> None:
    text = with_end("Hi Bo", LetterKind.FIRST, VALUES | {"unsubscribe_url": ""})
    assert "answer with the word “unsubscribe”" in text


@pytest.mark.parametrize(
    ("source", "filled"),
    [
        ("Hi,\n\nbody", "Hi,\n\n{{ personal_line }}\n\nbody"),
        ("body", "{{ personal_line }}\n\nbody"),
        ("Hi,\n\n{{ personal_line }}\n\nbody", "Hi,\n\n{{ personal_line }}\n\nbody"),
        ("Hi,\n\nI read it.\n\nbody", "Hi,\n\nI read it.\n\nbody"),
    ],
)
def test_a_first_letter_always_says_what_was_read(source: str, filled: str) -> None:
    assert with_personal_line(source, "I read it.") == filled


def test_a_postal_address_becomes_one_line() -> None:
    assert one_line("1 Mill Lane,\r\n Growtown \n\n") == "1 Mill Lane, Growtown"
