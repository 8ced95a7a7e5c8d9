"""A mail's place in a conversation, from its own headers."""

from datetime import date

from outreach.letter.mail import read_mail
from outreach.letter.thread import root_subject, sent_on, thread_of


def test_the_nearest_answered_mail_comes_first() -> None:
    mail = read_mail(
        b"From: b@c.example\nMessage-ID: <3@c>\nIn-Reply-To: <2@c>\nReferences: <1@c> <2@c>\n <3@c>\n\nx"
    )
    assert thread_of(mail).answers == ("<2@c>", "<1@c>")


def test_a_mail_without_headers_has_no_place_and_no_day() -> None:
    mail = read_mail(b"Subject: x\n\nx")
    assert (thread_of(mail).message_id, thread_of(mail).answers, sent_on(mail)) == ("", (), None)


def test_marks_of_all_languages_are_taken_off_a_subject() -> None:
    for subject in (
        "Re: Roses",
        "AW: RE: roses",
        "[garden] SV: Fwd: Roses",
        "RE[2]: Roses",
        "Odp: R: roses",
        "返信\uff1aRoses",
    ):
        assert root_subject(subject) == "roses"
    assert root_subject("Regarding roses") == "regarding roses"


def test_the_day_is_the_senders_own() -> None:
    mail = read_mail(b"From: b@c.example\nDate: Mon, 04 May 2026 23:30:00 -0800\n\nx")
    assert sent_on(mail) == date(2026, 5, 4)


def test_a_broken_date_falls_back_to_the_servers() -> None:
    mail = read_mail(
        b"Received: from a by b; Mon, 04 May 2026 09:00:00 +0000\nFrom: b@c.example\nDate: yesterday\n\nx"
    )
    assert sent_on(mail) == date(2026, 5, 4)
