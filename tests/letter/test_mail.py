"""No mail, however broken, raises or takes long."""

import pytest

from outreach.letter.kinds import Kind, read
from outreach.letter.mail import read_mail
from tests.effort import A_SECOND, turns
from tests.letter.hostile import HOSTILE


@pytest.mark.parametrize("raw", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_mail_of_a_megabyte_takes_under_a_second(raw: bytes) -> None:
    assert turns(lambda: read(raw)) < A_SECOND


def test_what_is_no_mail_is_unparsed() -> None:
    assert read(b"root:x:0:0\nnobody:x:1:1\n").kind is Kind.UNPARSED
    assert read(b"").kind is Kind.UNPARSED


def test_headers_survive_a_mail_nested_too_deeply() -> None:
    mail = read_mail(HOSTILE["many nested messages"])
    assert (mail.get("From"), bool(mail.problem)) == ("a@b.example", True)


@pytest.mark.parametrize(
    ("charset", "raw"),
    [
        ("utf-8", "Grüße".encode()),
        ("iso-8859-1", "Grüße".encode("latin1")),
        ("windows-1252", "Grüße".encode("cp1252")),
        ("us-ascii", "Grüße".encode()),
        ("x-klingon", "Grüße".encode()),
        ("punycode", "Grüße".encode()),
        ("utf-8", "Grüße".encode("latin1")),
    ],
)
def test_a_wrong_charset_name_loses_no_letter(charset: str, raw: bytes) -> None:
    head = f"From: bo@garden.example\nContent-Type: text/plain; charset={charset}\n\n".encode()
    assert read_mail(head + raw).text.strip() == "Grüße"


def test_japanese_comes_through_its_old_charset() -> None:
    head = b"From: bo@garden.example\nContent-Type: text/plain; charset=iso-2022-jp\n\n"
    assert read_mail(head + "バラ".encode("iso2022_jp")).text.strip() == "バラ"


def test_headers_are_decoded_whatever_they_hold() -> None:
    raw = b"From: =?utf-8?b?Qm8=?= <bo@garden.example>\nSubject: =?iso-8859-1?q?Gr=FC=DFe?=\n =?utf-8?q?_an_Ana?=\n\nx"
    mail = read_mail(raw)
    assert (mail.get("from"), mail.get("subject")) == ("Bo <bo@garden.example>", "Grüße an Ana")
    assert read_mail("Subject: Grüße\n\nx".encode("latin1")).get("subject") == "Grüße"


def test_the_words_of_an_html_mail_are_read_when_there_is_no_plain_text() -> None:
    raw = b"From: bo@garden.example\nContent-Type: text/html\n\n<style>p{}</style><p>Yes,<br>gladly &amp; soon.</p><blockquote>Our text</blockquote>"
    assert read_mail(raw).text == "Yes,\ngladly & soon.\n\n> Our text"
