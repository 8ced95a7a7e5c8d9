"""When the Sent folder is asked, and what follows from its answer."""

from datetime import datetime, timedelta

import pytest

from outreach.mail.rules import SentCopy
from outreach.sending import copies
from outreach.sending.copies import Keeping
from tests.world import NOW

AUTO = Keeping(can_look=True)
MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("box", "when"),
    [
        (AUTO, NOW + timedelta(seconds=30)),
        (Keeping(True, SentCopy.AUTO, keeps=False), NOW + timedelta(seconds=5)),
        (Keeping(True, SentCopy.YES), NOW + timedelta(seconds=5)),
        (Keeping(True, SentCopy.YES, keeps=True), NOW + timedelta(seconds=5)),
        (Keeping(True, SentCopy.AUTO, keeps=True), None),
        (Keeping(True, SentCopy.NO), None),
        (Keeping(False), None),
    ],
)
def test_a_copy_is_looked_for_only_where_it_may_be_missing(box: Keeping, when: datetime | None) -> None:
    assert copies.first_look_at_sent(box, NOW) == when


def test_a_slow_provider_gets_a_second_look_before_a_copy_is_put_there() -> None:
    assert not copies.wants_copy(AUTO, looks=1)
    assert copies.next_look_at_sent(NOW, looks=1, now=NOW + MINUTE, was_asked=True) == NOW + 5 * MINUTE
    assert copies.wants_copy(AUTO, looks=2)


def test_a_copy_that_is_there_at_the_first_look_is_the_providers_own() -> None:
    assert copies.learned(AUTO, was_found=True, looks=1) is True
    assert copies.learned(AUTO, was_found=True, looks=2) is None
    assert copies.learned(AUTO, was_found=False, looks=1) is None
    assert copies.learned(AUTO, was_found=False, looks=2) is False
    assert copies.learned(Keeping(True, SentCopy.YES), was_found=True, looks=1) is None


def test_a_folder_that_does_not_answer_is_asked_again_for_three_days() -> None:
    later = NOW + timedelta(hours=71)
    assert copies.next_look_at_sent(NOW, looks=0, now=later, was_asked=False) == later + 15 * MINUTE
    assert copies.next_look_at_sent(NOW, looks=0, now=NOW + timedelta(hours=72), was_asked=False) is None


def test_an_unknown_letter_is_looked_for_more_and_more_rarely() -> None:
    at, looks = copies.first_look_at_unknown(AUTO, NOW), []
    while at is not None:
        looks.append(at - NOW)
        at = copies.next_look_at_unknown(AUTO, NOW, now=at)  # type: ignore[assignment]
    assert looks == list(copies.UNKNOWN_LOOKS)


def test_where_nobody_can_look_a_person_is_asked_after_a_quarter_of_an_hour() -> None:
    blind = Keeping(can_look=False)
    assert copies.first_look_at_unknown(blind, NOW) == NOW + 15 * MINUTE
    assert copies.next_look_at_unknown(blind, NOW, now=NOW + 15 * MINUTE) is None
