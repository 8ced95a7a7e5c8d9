import pytest

from outreach.mail.rules import MOVES, BadMove, MessageState, check_move, may_move


def test_every_state_has_its_row_in_the_table() -> None:
    assert set(MOVES) == set(MessageState)


@pytest.mark.parametrize("state", list(MessageState))
def test_only_a_letter_in_sending_or_unknown_becomes_sent(state: MessageState) -> None:
    allowed = state in {MessageState.SENDING, MessageState.UNKNOWN}
    assert may_move(state, MessageState.SENT) is allowed


def test_a_sent_letter_stays_sent() -> None:
    with pytest.raises(BadMove, match="sent cannot become queued"):
        check_move(MessageState.SENT, MessageState.QUEUED)


def test_a_letter_on_the_wire_can_no_longer_be_cancelled() -> None:
    assert not may_move(MessageState.SENDING, MessageState.CANCELLED)
    assert may_move(MessageState.TAKEN, MessageState.CANCELLED)
