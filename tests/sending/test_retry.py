from datetime import UTC, datetime, timedelta

import pytest

from outreach.engines.smtp import Outcome, Refused, Sent, Stage, Trouble, Unknown
from outreach.mail.rules import MailboxState, MessageState
from outreach.sending.retry import Aftermath, Severity, aftermath, severity, with_a_new_token

NOW = datetime(2026, 5, 12, 9, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def after(outcome: Outcome, *, tries: int = 1, began: timedelta = timedelta(0), step: int = 0) -> Aftermath:
    return aftermath(outcome, tries=tries, first_at=NOW - began, back_off_step=step, now=NOW)


def test_an_accepted_letter_is_sent() -> None:
    assert after(Sent(250, "ok")).state is MessageState.SENT


def test_a_line_that_died_after_the_text_is_never_tried_again_by_itself() -> None:
    found = after(Unknown("closed the line"))
    assert (found.state, found.retry_at, found.back_off) == (MessageState.UNKNOWN, None, None)


@pytest.mark.parametrize(("step", "minutes"), [(0, 1), (1, 5), (2, 15), (3, 60), (9, 60)])
def test_trouble_on_the_line_rests_the_mailbox_longer_each_time(step: int, minutes: int) -> None:
    for outcome in (
        Trouble(Stage.CONNECT, "nothing answers"),
        Refused(Stage.MAIL, 421, "4.7.0", "slow down"),
        Refused(Stage.CONNECT, 421, "", "busy"),
        Refused(Stage.MAIL, 451, "4.3.0", "later"),
        Refused(Stage.LOGIN, 454, "4.7.0", "temporary"),
        Refused(Stage.RCPT, 421, "4.7.0", "closing"),
    ):
        found = after(outcome, step=step)
        assert (found.state, found.back_off) == (MessageState.QUEUED, minutes * MINUTE)
        assert found.mailbox is None


def test_a_wrong_password_stops_the_mailbox_and_tells_its_owner() -> None:
    found = after(Refused(Stage.LOGIN, 535, "5.7.8", "bad credentials"))
    assert (found.state, found.mailbox, found.tells_owner) == (
        MessageState.QUEUED,
        MailboxState.STOPPED,
        True,
    )


@pytest.mark.parametrize("stage", [Stage.RCPT, Stage.DATA, Stage.BODY])
@pytest.mark.parametrize(("tries", "minutes"), [(1, 5), (2, 30), (3, 120), (4, 360), (5, 1440), (7, 1440)])
def test_a_passing_no_to_the_letter_waits_for_the_letter_alone(
    stage: Stage, tries: int, minutes: int
) -> None:
    found = after(Refused(stage, 450, "4.2.1", "greylisted"), tries=tries)
    assert (found.state, found.retry_at, found.back_off) == (
        MessageState.QUEUED,
        NOW + minutes * MINUTE,
        None,
    )


def test_after_72_hours_a_letter_that_is_put_off_has_failed() -> None:
    found = after(Refused(Stage.RCPT, 450, "4.2.1", "greylisted"), tries=7, began=timedelta(hours=72))
    assert found.state is MessageState.FAILED


def test_a_final_no_at_the_recipient_fails_the_letter_and_leaves_the_mailbox() -> None:
    found = after(Refused(Stage.RCPT, 550, "5.1.1", "no such user"))
    assert (found.state, found.severity, found.mailbox) == (MessageState.FAILED, Severity.HARD, None)


@pytest.mark.parametrize("stage", [Stage.MAIL, Stage.DATA, Stage.BODY])
def test_policy_pauses_the_mailbox_and_the_person_is_not_to_blame(stage: Stage) -> None:
    found = after(Refused(stage, 550, "5.7.1", "looks like spam"))
    assert (found.state, found.mailbox, found.severity) == (MessageState.QUEUED, MailboxState.PAUSED, None)


def test_a_letter_refused_as_spam_three_times_has_failed() -> None:
    assert after(Refused(Stage.BODY, 554, "5.7.1", "spam"), tries=3).state is MessageState.FAILED


def test_a_final_no_to_the_text_itself_fails_the_letter_only() -> None:
    found = after(Refused(Stage.BODY, 552, "5.3.4", "too big"))
    assert (found.state, found.mailbox) == (MessageState.FAILED, None)


@pytest.mark.parametrize(
    ("code", "enhanced", "text", "kind"),
    [
        (550, "5.1.1", "user unknown", Severity.HARD),
        (550, "", "No such user here", Severity.HARD),
        (550, "5.2.1", "mailbox disabled", Severity.HARD),
        (556, "", "null MX", Severity.HARD),
        (552, "5.2.2", "mailbox full", Severity.SOFT),
        (550, "", "over quota", Severity.SOFT),
        (550, "5.7.1", "blocked", Severity.BLOCK),
        (554, "", "rejected for policy reasons", Severity.BLOCK),
        (550, "5.4.7", "expired", Severity.SOFT),
        (550, "", "go away", Severity.SOFT),
    ],
)
def test_a_final_no_is_read_from_code_and_words(code: int, enhanced: str, text: str, kind: Severity) -> None:
    assert severity(code, enhanced, text) is kind


@pytest.mark.parametrize(("step", "rests"), [(0, True), (1, True), (2, False)])
def test_a_refused_token_gets_two_more_chances(step: int, rests: bool) -> None:
    stopped = Aftermath(MessageState.QUEUED, "535 no", mailbox=MailboxState.STOPPED, tells_owner=True)
    after = with_a_new_token(stopped, step)
    assert (after.back_off is not None, after.mailbox is None, not after.tells_owner) == (rests, rests, rests)
