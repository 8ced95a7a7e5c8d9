from datetime import UTC, date, datetime, timedelta

import pytest

from outreach.mail.models import Mailbox
from outreach.mail.ramp import advice, cap_on, cap_today
from outreach.mail.rules import MailboxKind, MailboxState

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
MONDAY = date(2026, 11, 23)


def box(**values: object) -> Mailbox:
    given = {
        "kind": "smtp", "state": "active", "state_reason": "", "timezone": "Europe/Berlin", "daily_cap": 50, "is_ramping": True,
        "created_at": NOW - timedelta(days=1), "backoff_until": None,
    }  # fmt: skip
    typed = given | values
    typed |= {"kind": MailboxKind(typed["kind"]), "state": MailboxState(typed["state"])}
    return Mailbox(**typed)


@pytest.mark.parametrize(
    ("days", "cap"), [(0, 10), (1, 15), (4, 30), (5, 30), (6, 30), (7, 35), (11, 50), (400, 50)]
)
def test_a_new_mailbox_starts_slowly_and_rests_at_the_weekend(days: int, cap: int) -> None:
    assert cap_on(50, MONDAY, MONDAY + timedelta(days=days)) == cap


def test_the_days_are_those_of_the_mailbox() -> None:
    late = datetime(2026, 11, 24, 23, 30, tzinfo=UTC)
    assert cap_today(box(created_at=late), late) == 10
    assert cap_today(box(created_at=NOW), late) == 15
    assert cap_today(box(created_at=NOW, is_ramping=False), late) == 50


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"state": "stopped", "state_reason": "The log-in was refused: 535"}, "Type its password again"),
        ({"state": "stopped", "state_reason": "The certificate is for another name."}, "Look at its server"),
        ({"state": "paused", "state_reason": "Paused by hand."}, "Start it again when you like"),
        ({"state": "paused", "state_reason": "550 5.7.1 blocked"}, "SPF and DKIM"),
        ({"backoff_until": NOW + timedelta(minutes=5)}, "tries again by itself"),
        ({"backoff_until": NOW - timedelta(minutes=5)}, ""),
        ({}, ""),
    ],
)
def test_what_can_be_done_is_said(values: dict[str, object], words: str) -> None:
    found = advice(box(**values), NOW)
    assert words in found
    assert bool(found) is bool(words)
