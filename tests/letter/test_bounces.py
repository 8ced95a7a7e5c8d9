"""Bounces are found in whatever form they come, and each recipient is judged on its own."""

import pytest

from outreach.letter.kinds import Kind, read
from outreach.letter.severity import Severity, weigh
from tests.letter.bounces import ORIGINAL, REPORTS, Report, postfix
from tests.letter.test_auto_reply import written

TWO = """From: MAILER-DAEMON@mx.roses.example
Subject: Undelivered Mail Returned to Sender
Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b
Content-Type: text/plain

Two failed, one is late.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.roses.example

Final-Recipient: rfc822; bo@garden.example
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 user unknown

Final-Recipient: rfc822; cleo@garden.example
Action: failed
Status: 5.2.2
Diagnostic-Code: smtp; 552 5.2.2 mailbox full

Final-Recipient: rfc822; dan@garden.example
Action: delayed
Status: 4.4.1

--b--
"""


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"], ids=["lf", "crlf", "cr"])
@pytest.mark.parametrize("report", REPORTS, ids=lambda report: report.name)
def test_a_report_is_read_whole(report: Report, line_end: str) -> None:
    reading = read(report.raw.replace("\n", line_end).encode())
    assert reading.kind.value == report.kind
    assert (reading.severity.value if reading.severity else None) == report.severity
    assert [one.address for one in reading.recipients] == [report.address]
    assert reading.recipients[0].status == report.status
    assert reading.original_message_id == "<letter-1@roses.example>"


def test_each_recipient_of_one_report_is_judged_on_its_own() -> None:
    reading = read(TWO.encode())
    told = [(one.address.split("@")[0], one.status, one.action, one.severity) for one in reading.recipients]
    assert told == [
        ("bo", "5.1.1", "failed", Severity.HARD),
        ("cleo", "5.2.2", "failed", Severity.SOFT),
        ("dan", "4.4.1", "delayed", None),
    ]
    assert (reading.kind, reading.severity) == (Kind.BOUNCE, Severity.HARD)


def test_at_most_a_hundred_recipients_are_read() -> None:
    block = "Final-Recipient: rfc822; bo@garden.example\nAction: failed\nStatus: 5.1.1\n\n"
    raw = TWO.split("Final-Recipient")[0] + block * 500
    assert len(read(raw.encode()).recipients) == 100


def test_a_report_in_base64_is_read() -> None:
    import base64

    fields = "Reporting-MTA: dns; a.example\n\nFinal-Recipient: rfc822; bo@garden.example\nAction: failed\nStatus: 5.1.1\n"
    coded = base64.encodebytes(fields.encode()).decode()
    head = TWO.split("Reporting-MTA")[0].replace(
        "message/delivery-status", "message/delivery-status\nContent-Transfer-Encoding: base64"
    )
    reading = read((head + coded + "\n--b--\n").encode())
    assert [(one.address, one.severity) for one in reading.recipients] == [
        ("bo@garden.example", Severity.HARD)
    ]


def test_the_reports_own_message_id_is_never_the_originals() -> None:
    raw = postfix("550 5.1.1 user unknown", "5.1.1").replace(
        "<letter-1@roses.example>", "<report-1@mx.example>"
    )
    assert read(raw.encode()).original_message_id == ""


@pytest.mark.parametrize(
    ("subject", "body"),
    [
        (
            "Re: Delivery failure",
            "Your mail could not be delivered to Cleo, she told me. Please send it to me.",
        ),
        ("Delivery problem?", "Hi Ana, did my last mail reach you? I got a bounce: 550 user unknown."),
        (
            "Fwd: Undelivered Mail Returned to Sender",
            "Look what I got when I wrote to you:\n\n> This is the mail system at host x.\n> <ana@roses.example>: 550 5.1.1 user unknown",
        ),
        (
            "Your page about bounces",
            "I liked 'Undelivered mail returned to sender: what 550 5.1.1 means'. May I link to it?",
        ),
        ("Returned", "The parcel was returned to sender, as the address was unknown. Could you check it?"),
    ],
)
def test_a_person_who_writes_about_bounces_stays_a_person(subject: str, body: str) -> None:
    assert read(written(subject, body)).kind is Kind.HUMAN


def test_a_postmaster_who_answers_is_a_person() -> None:
    body = "I'm the postmaster here. Your message was rejected by our filter, I have released it."
    assert read(written("Re: roses", body, sender="Bo <postmaster@garden.example>")).kind is Kind.HUMAN


def test_a_parcel_service_is_no_mail_system() -> None:
    body = "Your package failed delivery, the address was not found."
    raw = written("Failed delivery", body, sender="Post <notification@post.example>")
    assert read(raw).kind is not Kind.BOUNCE


def test_words_weigh_more_than_codes() -> None:
    assert weigh("550 5.7.1 no such user here").severity is Severity.HARD
    assert weigh("550 5.1.1 message refused as spam").severity is Severity.BLOCK
    assert weigh("550 5.1.1 sender address rejected: unknown user").severity is Severity.BLOCK


def test_bare_codes_are_read_but_are_not_sure() -> None:
    verdicts = [weigh("", status) for status in ("5.1.1", "5.2.2", "5.7.1", "4.4.7", "5.0.0")]
    assert [verdict.severity.value for verdict in verdicts] == ["hard", "soft", "block", "soft", "soft"]
    assert not any(verdict.is_sure for verdict in verdicts)


def test_a_delay_is_known_in_other_languages() -> None:
    body = "Votre message n'a pas encore pu être remis à :\n\n<bo@garden.example>\n\nLe serveur continuera d'essayer pendant 4 jours."
    raw = written("Remise retardée", body, "Auto-Submitted: auto-replied", sender="MAILER-DAEMON@mx.example")
    assert read(raw).kind is Kind.DELAYED


def test_a_mail_given_back_as_junk_is_a_complaint() -> None:
    raw = b"From: staff@provider.example\nSubject: complaint about message from 192.0.2.1\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: message/rfc822\n\nFrom: ana@roses.example\nTo: bo@garden.example\nMessage-ID: <one@roses.example>\n\nHello\n--b--\n"
    reading = read(raw)
    assert (reading.kind, reading.original_message_id) == (Kind.COMPLAINT, "<one@roses.example>")


def test_an_abuse_report_is_a_complaint() -> None:
    raw = f"""From: fbl@provider.example
Subject: Abuse report
Content-Type: multipart/report; report-type=feedback-report; boundary=b

--b
Content-Type: text/plain

This is an abuse report.
--b
Content-Type: message/feedback-report

Feedback-Type: abuse
User-Agent: Provider/1.0
Version: 1
Original-Rcpt-To: bo@garden.example

--b
Content-Type: message/rfc822

{ORIGINAL}
--b--
"""
    reading = read(raw.encode())
    assert (reading.kind, reading.original_message_id) == (Kind.COMPLAINT, "<letter-1@roses.example>")
    assert reading.recipients[0].address == "bo@garden.example"
