"""Answers that no person wrote are known as such, and people who talk of holidays stay people."""

from datetime import date
from email.header import Header

import pytest

from outreach.letter.kinds import Kind, Reading, read
from tests.letter.auto_replies import AUTO_REPLIES, AutoReply
from tests.letter.people_on_holiday import PEOPLE


def written(subject: str, body: str, headers: str = "", sender: str = "Bo Berg <bo@garden.example>") -> bytes:
    """A mail as bytes, sent on Monday, 4 May 2026."""
    head = [
        f"From: {Header(sender).encode() if not sender.isascii() else sender}",
        "To: Ana <ana@roses.example>",
        f"Subject: {Header(subject, 'utf-8', maxlinelen=900).encode()}",
        "Date: Mon, 04 May 2026 09:00:00 +0200",
        "Message-ID: <answer-1@garden.example>",
        "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=utf-8",
        "Content-Transfer-Encoding: 8bit",
    ]
    return ("\n".join([headers, *head] if headers else head) + "\n\n" + body + "\n").encode()


def reading_of(one: AutoReply) -> Reading:
    return read(written(one.subject, one.body, one.headers, one.sender))


@pytest.mark.parametrize("one", AUTO_REPLIES, ids=lambda one: one.name)
def test_an_automatic_answer_is_known(one: AutoReply) -> None:
    assert reading_of(one).kind is Kind.AUTO_REPLY


@pytest.mark.parametrize("one", AUTO_REPLIES, ids=lambda one: one.name)
def test_a_day_of_return_is_never_a_wrong_one(one: AutoReply) -> None:
    wanted = date.fromisoformat(one.back) if one.back else None
    assert reading_of(one).return_on in (wanted, None)


def test_nine_of_ten_days_of_return_are_read() -> None:
    dated = [one for one in AUTO_REPLIES if one.back]
    right = [one for one in dated if reading_of(one).return_on == date.fromisoformat(one.back or "")]
    missed = [one.name for one in dated if one not in right]
    assert len(right) >= 0.9 * len(dated), missed


def test_there_are_sixty_of_each() -> None:
    assert len(AUTO_REPLIES) >= 60
    assert len(PEOPLE) >= 60


@pytest.mark.parametrize(("subject", "body"), PEOPLE, ids=range(len(PEOPLE)))
def test_a_person_who_talks_of_holidays_stays_a_person(subject: str, body: str) -> None:
    reading = read(written(subject, body))
    assert (reading.kind, reading.return_on) == (Kind.HUMAN, None)


@pytest.mark.parametrize(
    ("headers", "kind"),
    [
        ("Auto-Submitted: no", Kind.HUMAN),
        ("Auto-Submitted: auto-replied", Kind.AUTO_REPLY),
        ("Auto-Submitted: auto-generated; type=vacation", Kind.AUTO_REPLY),
        ("X-Auto-Response-Suppress: All", Kind.HUMAN),
        ("X-Autoreply: yes", Kind.AUTO_REPLY),
        ("X-Autorespond: roses", Kind.AUTO_REPLY),
        ("Precedence: auto_reply", Kind.AUTO_REPLY),
        ("Precedence: bulk", Kind.HUMAN),
        ("Return-Path: <>", Kind.AUTO_REPLY),
        ("Return-Path: <bo@garden.example>", Kind.HUMAN),
    ],
)
def test_the_headers_of_rfc_3834_decide(headers: str, kind: Kind) -> None:
    assert read(written("Re: roses", "Fine with me.", headers)).kind is kind


@pytest.mark.parametrize(
    ("subject", "body"),
    [
        ("Réponse automatique : Roses", "Cette adresse n'existe plus. Votre message n'a pas pu être lu."),
        ("Re: Roses", "Our team is not able to accept texts. Your message was rejected by our editors' robot."),
        ("自动答复: Roses", "您好，我12月14日至12月25日休假，期间无法及时回复邮件。"),
        ("Re: Roses", "This address is no longer in use, your message was not delivered to Bo."),
    ],
)  # fmt: skip
def test_an_automatic_answer_without_a_sender_is_no_bounce(subject: str, body: str) -> None:
    """RFC 3834 asks for the empty sender; so it says no more than that a machine wrote."""
    headers = "Return-Path: <>\nAuto-Submitted: auto-replied"
    assert read(written(subject, body, headers)).kind is Kind.AUTO_REPLY
