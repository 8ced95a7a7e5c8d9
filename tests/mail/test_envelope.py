import email
import email.policy
import re
from datetime import UTC, datetime, timedelta, timezone
from email.headerregistry import Address
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.mail.address import BadAddress
from outreach.mail.envelope import (
    Attachment,
    HeaderRefused,
    Letter,
    Party,
    build,
    clips_in_gmail,
    new_message_id,
    new_token,
)

WHEN = datetime(2026, 5, 12, 9, 30, tzinfo=timezone(timedelta(hours=2)))
ID = "<k2x3@team.example>"
UNSUBSCRIBE = "https://crm.team.example/u/" + "x" * 33


def letter(**changes: Any) -> Letter:
    given: dict[str, Any] = {
        "sender": Party("ana@team.example", "Ana Olsen"),
        "to": Party("bo@bakery.example", "Bo Berg"),
        "subject": "Rye, twice",
        "text": "Hi Bo,\n\nI read it.\n",
        "outreach_id": "abc123",
        "unsubscribe_url": UNSUBSCRIBE,
        "unsubscribe_mailto": "mailto:ana@team.example?subject=unsubscribe%20abc",
    }
    return Letter(**(given | changes))


def raw(**changes: Any) -> bytes:
    return build(letter(**changes), message_id=ID, date=WHEN)


def parsed(data: bytes) -> Any:
    return email.message_from_bytes(data, policy=email.policy.default)


def header_lines(data: bytes) -> list[str]:
    head = data.partition(b"\r\n\r\n")[0].decode()
    return re.sub(r"\r\n[ \t]", " ", head).split("\r\n")


@pytest.mark.parametrize("name", ["Date", "From", "To", "Subject", "Message-ID", "MIME-Version"])
def test_each_of_these_stands_there_exactly_once(name: str) -> None:
    data = raw(html="<p>Hi</p>", attachments=(Attachment("a.png", "image/png", b"x"),))
    assert len(re.findall(rf"(?mi)^{name}:", data.decode())) == 1


def test_a_pitch_letter_says_what_it_must_and_no_more() -> None:
    mail = parsed(raw())
    assert mail["Date"] == "Tue, 12 May 2026 09:30:00 +0200"
    assert (mail["From"], mail["To"]) == ("Ana Olsen <ana@team.example>", "Bo Berg <bo@bakery.example>")
    assert mail["Message-ID"] == ID
    assert mail["X-Outreach-Id"] == "abc123"
    assert mail.get_content() == "Hi Bo,\r\n\r\nI read it.\r\n"
    for absent in ("Bcc", "Auto-Submitted", "Precedence", "Cc", "Reply-To"):
        assert absent not in mail


def test_system_mail_says_that_a_machine_wrote_it() -> None:
    mail = parsed(raw(is_system=True, unsubscribe_url="", unsubscribe_mailto=""))
    assert mail["Auto-Submitted"] == "auto-generated"
    assert "List-Unsubscribe" not in mail


def test_one_click_needs_https_and_stands_unencoded_at_60_signs() -> None:
    assert len(UNSUBSCRIBE) == 60
    lines = header_lines(raw())
    assert f"List-Unsubscribe: <{UNSUBSCRIBE}>" in lines
    assert "List-Unsubscribe-Post: List-Unsubscribe=One-Click" in lines


@pytest.mark.parametrize("url", ["", "http://crm.team.example/u/x"])
def test_without_a_public_https_address_the_mailbox_takes_the_request(url: str) -> None:
    lines = header_lines(raw(unsubscribe_url=url))
    assert "List-Unsubscribe: <mailto:ana@team.example?subject=unsubscribe%20abc>" in lines
    assert not any(line.startswith("List-Unsubscribe-Post") for line in lines)


def test_a_long_message_id_comes_out_sign_by_sign() -> None:
    long = "<" + "A" * 60 + "." + "b" * 30 + "@eurprd01.example>"
    assert len(long) >= 108
    data = raw(in_reply_to=long, references=("<root@x.example>", long))
    assert f"\r\n {long}\r\n".encode() in data or f"In-Reply-To: {long}\r\n".encode() in data
    assert f"References: <root@x.example> {long}" in header_lines(data)
    assert f"In-Reply-To: {long}" in header_lines(data)


def test_references_keep_the_root_and_the_last_nineteen() -> None:
    ids = tuple(f"<{number}@x.example>" for number in range(40))
    [line] = [line for line in header_lines(raw(references=ids)) if line.startswith("References")]
    assert line.split()[1:] == [ids[0], *ids[-19:]]


def test_the_same_letter_gives_the_same_bytes() -> None:
    more = {"html": "<p>Hi</p>", "attachments": (Attachment("a.png", "image/png", b"x"),)}
    assert raw(**more) == raw(**more)


def test_only_date_and_message_id_differ_from_the_preview() -> None:
    one = raw().split(b"\r\n")
    two = build(letter(), message_id="<other@team.example>", date=WHEN + timedelta(hours=1)).split(b"\r\n")
    assert {line.split(b":")[0] for line, other in zip(one, two, strict=True) if line != other} == {
        b"Date",
        b"Message-ID",
    }


def test_html_comes_after_the_text() -> None:
    mail = parsed(raw(html="<p>Grüße</p>"))
    assert mail.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
    assert mail.get_body(("html",)).get_content() == "<p>Grüße</p>\r\n"


def test_a_file_goes_along() -> None:
    mail = parsed(raw(attachments=(Attachment("Brot.png", "image/png", b"\x89PNG"),)))
    [file] = list(mail.iter_attachments())
    assert (file.get_filename(), file.get_content_type(), file.get_content()) == (
        "Brot.png",
        "image/png",
        b"\x89PNG",
    )


@pytest.mark.parametrize("kind", ["image", "message/rfc822", "multipart/mixed", "text/html\r\nBcc: x"])
def test_a_file_has_a_plain_type(kind: str) -> None:
    with pytest.raises(HeaderRefused):
        raw(attachments=(Attachment("a", kind, b""),))


INJECTIONS = [
    "Hi\r\nBcc: v@evil.example",
    "Hi\nBcc: v@evil.example",
    "Hi\r\n\r\nNew body",
    "Hi\r\n .\r\nMAIL FROM:<x@evil.example>",
    "Hi\0Bcc: v@evil.example",
    "Hi\u2028Bcc: v@evil.example",
    "Hi\x85Bcc: v@evil.example",
    "Hi\x0bBcc: v@evil.example",
    "A" * 5000,
]


@pytest.mark.parametrize("value", INJECTIONS)
def test_a_value_that_could_end_a_header_is_refused_everywhere(value: str) -> None:
    for change in (
        {"subject": value},
        {"sender": Party("ana@team.example", value)},
        {"to": Party("bo@bakery.example", value)},
        {"in_reply_to": value},
        {"references": (value,)},
        {"outreach_id": value},
        {"unsubscribe_url": f"https://{value}"},
        {"attachments": (Attachment(value, "image/png", b""),)},
    ):
        with pytest.raises(HeaderRefused):
            raw(**change)
    with pytest.raises(BadAddress):
        raw(reply_to=value)


def test_what_a_reader_would_decode_is_shown_as_it_was_typed() -> None:
    typed = "=?utf-8?q?Hi=0d=0aBcc:_v@evil.example?="
    mail = parsed(raw(subject=typed, to=Party("bo@bakery.example", typed)))
    assert mail["Subject"] == typed
    assert "Bcc" not in mail
    assert [to.addr_spec for to in mail["To"].addresses] == ["bo@bakery.example"]


def test_a_local_part_outside_ascii_is_refused_unless_the_server_takes_it() -> None:
    with pytest.raises(BadAddress):
        raw(to=Party("jürgen@bakery.example"))
    assert "To: jürgen@bakery.example\r\n".encode() in raw(to=Party("jürgen@bakery.example"), smtputf8=True)


def test_a_message_id_is_short_and_never_the_same() -> None:
    ids = {new_message_id("ana@team.example") for _ in range(100)}
    assert len(ids) == 100
    deep = ".".join(["part"] * 40) + ".example"
    for found in [*ids, new_message_id(f"ana@{deep}")]:
        assert len(found) <= 70
        assert re.fullmatch(r"<[a-z2-7]{26}@[a-z.]+>", found)


def test_a_token_has_22_signs() -> None:
    assert len(new_token()) == 22


def test_html_that_gmail_clips_is_told() -> None:
    assert clips_in_gmail("x" * 103_000)
    assert not clips_in_gmail("x" * 1_000)


TEXT = st.text(alphabet=st.characters(codec="utf-8"), max_size=300)
NAME = st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["Cc", "Zl", "Zp"]), max_size=120)


@given(subject=NAME, name=NAME, text=TEXT)
def test_no_value_can_break_the_frame_of_a_letter(subject: str, name: str, text: str) -> None:
    try:
        data = raw(subject=subject, to=Party("bo@bakery.example", name), text=text)
    except HeaderRefused:
        assert "\0" in text
        return
    assert b"\n" not in data.replace(b"\r\n", b"")
    assert b"\r" not in data.replace(b"\r\n", b"")
    assert max(map(len, data.split(b"\r\n"))) <= 998
    mail = email.message_from_bytes(data)
    assert mail.keys() == [
        *["Date", "From", "To", "Subject", "Message-ID", "X-Outreach-Id", "List-Unsubscribe"],
        *["List-Unsubscribe-Post", "Content-Type", "Content-Transfer-Encoding", "MIME-Version"],
    ]


@given(TEXT.filter(lambda text: "\0" not in text))
def test_the_text_comes_back_as_it_was_written(text: str) -> None:
    body = parsed(raw(text=text)).get_payload(decode=True).decode()
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    assert body.replace("\r\n", "\n") == (lines if lines.endswith("\n") else lines + "\n")


@given(NAME.map(str.strip))
def test_a_subject_comes_back_as_it_was_written(subject: str) -> None:
    found = parsed(raw(subject=subject))["Subject"]
    assert " ".join(str(found).split()) == " ".join(subject.split())


@given(NAME.map(str.strip))
def test_the_one_recipient_is_who_was_meant(name: str) -> None:
    addresses: tuple[Address, ...] = parsed(raw(to=Party("bo@bakery.example", name)))["To"].addresses
    assert [to.addr_spec for to in addresses] == ["bo@bakery.example"]


def test_dates_are_those_of_the_sender() -> None:
    assert b"Date: Tue, 12 May 2026 07:30:00 +0000\r\n" in build(
        letter(), message_id=ID, date=WHEN.astimezone(UTC)
    )
