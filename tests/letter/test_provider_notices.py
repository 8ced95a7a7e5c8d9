"""A sending provider's notice in JSON says the same as a report."""

import json

import pytest

from outreach.letter.kinds import Kind, read
from outreach.letter.severity import Severity
from tests.letter.test_auto_reply import written

MAIL = {"commonHeaders": {"messageId": "<letter-1@roses.example>"}}


def notice(kind: str, **told: object) -> bytes:
    body = json.dumps({"notificationType": kind, "mail": MAIL} | told)
    return written("Notification Message", body, sender="no-reply@notices.example")


def test_a_bounce_names_its_recipients_and_our_mail() -> None:
    people = [
        {
            "emailAddress": "Bo@garden.example",
            "status": "5.1.1",
            "diagnosticCode": "smtp; 550 5.1.1 user unknown",
        }
    ]
    reading = read(notice("Bounce", bounce={"bouncedRecipients": people}))
    assert (reading.kind, reading.severity, reading.original_message_id) == (
        Kind.BOUNCE,
        Severity.HARD,
        "<letter-1@roses.example>",
    )
    assert reading.recipients[0].address == "bo@garden.example"


def test_a_complaint_names_who_complained() -> None:
    people = [{"emailAddress": "bo@garden.example"}]
    reading = read(notice("Complaint", complaint={"complainedRecipients": people}))
    assert (reading.kind, reading.recipients[0].address) == (Kind.COMPLAINT, "bo@garden.example")


def test_a_delivery_is_delivered() -> None:
    assert read(notice("Delivery")).kind is Kind.DELIVERED


@pytest.mark.parametrize(
    "told",
    [
        {"bounce": 7},
        {"bounce": {"bouncedRecipients": "x"}},
        {"bounce": {"bouncedRecipients": [None]}},
        {"mail": []},
    ],
)
def test_odd_fields_raise_nothing(told: dict[str, object]) -> None:
    assert read(notice("Bounce", **{"bounce": {}, **told})).kind is Kind.BOUNCE


def test_a_person_who_sends_json_stays_a_person() -> None:
    assert read(written("Re: roses", '{"name": "Bo"}')).kind is Kind.HUMAN
