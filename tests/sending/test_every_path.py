"""Random lives of letters: whatever people, workers and answers do, none reaches the wire past the gate.

A watcher looks at every commit. A letter that becomes `sending` in it must pass the gate in that same transaction, and
what the gate must never let through is looked up by the watcher itself; a letter that is on the wire without
having been seen becoming so came by a path around the gate.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.errors import Flaky
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from outreach.accounts.models import Workspace
from outreach.consent import moves as consent_moves
from outreach.consent.models import OptOut, Suppression
from outreach.consent.rules import SuppressionReason
from outreach.db import db, session, write
from outreach.engines.smtp import Refused, Sent, Stage, Trouble, Unknown
from outreach.mail.envelope import new_message_id
from outreach.mail.merge import Draft
from outreach.mail.models import Mailbox, Message, Thread
from outreach.mail.rules import LetterKind, MailboxState, MessageState
from outreach.pitches.models import Pitch
from outreach.prospects.models import Person
from outreach.sending import actions, delivering, gathering, lease_moves, moves, queries, writing
from outreach.sending.gate import blocking, gate
from outreach.sending.models import SendAttempt
from tests.sending.letters_world import GOOD, company, mailbox
from tests.world import NOW, World

FULL = os.environ.get("OUTREACH_DRILLS") == "full"
ON_THE_WIRE = (MessageState.SENDING, MessageState.SENT, MessageState.UNKNOWN)
ADDRESSES = ("bo@wild.example", "cy@wild.example", "dee@meadow.example")
DRAFTS = (
    GOOD,
    Draft(GOOD.subject, GOOD.body + "\n[your topic]", GOOD.personal_line, GOOD.personal_url),
    Draft(GOOD.subject, "Hi {{ person.first_name }}", "", ""),
    Draft("Re: hello", GOOD.body, GOOD.personal_line, GOOD.personal_url),
)
OUTCOMES = (
    Sent(250, "ok"),
    Refused(Stage.RCPT, 550, "5.1.1", "no such user"),
    Refused(Stage.RCPT, 450, "4.2.1", "later"),
    Refused(Stage.BODY, 554, "5.7.1", "spam"),
    Trouble(Stage.MAIL, "closed the line"),
    Unknown("closed the line"),
)


class Watcher:
    """Sees every commit; `seen` are the letters that became `sending` before its eyes and passed."""

    def __init__(self) -> None:
        self.seen: set[int] = set()
        self.wrong: list[str] = []

    def before_commit(self, here: Any) -> None:
        here.flush()
        for message in [each for each in here.identity_map.values() if isinstance(each, Message)]:
            if message.state is MessageState.SENDING and message.id not in self.seen:
                self._judge(here, message)

    def _judge(self, here: Any, message: Message) -> None:
        pitch = queries.whole_pitch(message.pitch_id) if message.pitch_id else None
        box = here.get_one(Mailbox, message.mailbox_id)
        at = (message.taken_until or NOW) - lease_moves.TALK
        found = blocking(gate(gathering.facts(message, box, pitch, now=at)), at_queue=False)
        told = str(found.rule) if found else self._never(here, message)
        if told:
            self.wrong.append(f"{message.id}: {told}")
        else:
            self.seen.add(message.id)

    def _never(self, here: Any, message: Message) -> str:
        """What may not be, read from the tables without the gate."""
        space = here.get_one(Workspace, 1)
        if space.is_mail_stopped or space.is_dry_run:
            return "the workspace does not send"
        if space.allow_list and message.to_address not in space.allow_list:
            return "not on the list"
        said_no = sa.select(Suppression.id).where(Suppression.value == message.to_address)
        may_be_answered = message.kind is LetterKind.ANSWER and "suppressed" in message.overruled
        if message.kind is LetterKind.SYSTEM or may_be_answered:
            return ""
        return "suppressed" if here.scalar(said_no.limit(1)) else ""

    def bypassed(self) -> list[int]:
        """Letters on the wire that nobody saw getting there. One that goes again is watched again."""
        session().rollback()
        rows = session().execute(sa.select(Message.id, Message.state)).all()
        on_the_wire = {row.id for row in rows if row.state in ON_THE_WIRE}
        strangers = sorted(on_the_wire - self.seen)
        self.seen &= on_the_wire
        return strangers


@pytest.fixture
def watcher(app: Flask) -> Iterator[Watcher]:
    watching = Watcher()
    sa.event.listen(db.session, "before_commit", watching.before_commit)
    yield watching
    sa.event.remove(db.session, "before_commit", watching.before_commit)


class Lives(RuleBasedStateMachine):
    """What may happen to letters, in any order. Each life begins with an empty queue."""

    def __init__(self, world: World, box: int, watcher: Watcher, pitch: dict[str, Any]) -> None:
        super().__init__()
        self.pitch = pitch
        self.world, self.box, self.watcher, self.now = world, box, watcher, NOW
        self.held: tuple[int, int] | None = None
        self.wrong_before = len(watcher.wrong)
        with write() as here:
            for table in (SendAttempt, OptOut, Message, Thread, Suppression):
                here.execute(sa.delete(table))
            self._calm(here)
        watcher.seen.clear()

    def _calm(self, here: Any) -> None:
        space, person = here.get_one(Workspace, 1), here.get_one(Person, self.world.bo.id)
        space.is_mail_stopped = space.is_dry_run = person.is_do_not_contact = False
        space.allow_list = []
        here.execute(sa.update(Pitch).where(Pitch.id == self.world.pitch.id).values(**self.pitch))
        here.execute(
            sa.update(Mailbox).values(
                state=MailboxState.ACTIVE, backoff_until=None, backoff_step=0, lease_until=None
            )
        )

    # People

    @rule(address=st.sampled_from(ADDRESSES), draft=st.sampled_from(DRAFTS), is_overruled=st.booleans())
    def queues(self, address: str, draft: Draft, is_overruled: bool) -> None:
        reasons = dict.fromkeys(("subscriber", "other_pitch", "answered", "suppressed"), "I know them")
        session().rollback()
        actions.queue(
            self.world.pitch.id, self.box, draft, by=self.world.ana, now=self.now, to_address=address,
            undo=timedelta(0), overruled=reasons if is_overruled else {},
        )  # fmt: skip

    @rule(
        address=st.sampled_from(ADDRESSES), kind=st.sampled_from(["first", "follow_up", "answer", "system"])
    )
    def is_put_into_the_queue_by_other_hands(self, address: str, kind: str) -> None:
        """As an import or an older version might: no gate was asked."""
        with write() as here:
            here.add(
                Message(
                    direction="out", kind=kind, state="queued", mailbox_id=self.box, project_id=self.world.seed.id,
                    pitch_id=None if kind == "system" else self.world.pitch.id, message_id=new_message_id("ana@hazel.example"),
                    opaque_id=new_message_id("a@b.example")[1:20], from_address="ana@hazel.example", to_address=address,
                    subject="Hello", body="Hello, no name and no address stand here.\n", due_at=self.now, queued_at=self.now,
                    created_at=self.now, overruled={}, references=[],
                )
            )  # fmt: skip

    @rule(which=st.integers(0, 5), what=st.sampled_from(["take_back", "cancel", "release", "sent", "again"]))
    def decides(self, which: int, what: str) -> None:
        session().rollback()
        ids = list(session().scalars(sa.select(Message.id).order_by(Message.id)))
        if not ids:
            return
        chosen, more = ids[which % len(ids)], {"by": self.world.ana, "now": self.now}
        try:
            match what:
                case "sent" | "again":
                    actions.settle_unknown(chosen, what == "sent", **more)
                case _:
                    getattr(actions, what)(chosen, **more)
        except actions.NotPossible:
            pass

    @rule(name=st.sampled_from(["is_mail_stopped", "is_dry_run"]), value=st.booleans())
    def turns(self, name: str, value: bool) -> None:
        with write() as here:
            setattr(here.get_one(Workspace, 1), name, value)

    @rule(listed=st.lists(st.sampled_from(ADDRESSES), max_size=2))
    def lists(self, listed: list[str]) -> None:
        with write() as here:
            here.get_one(Workspace, 1).allow_list = listed

    # Them

    @rule(address=st.sampled_from(ADDRESSES))
    def is_suppressed(self, address: str) -> None:
        with write():
            consent_moves.suppress(address, reason=SuppressionReason.BY_HAND, by=None, now=self.now)

    @rule(which=st.integers(0, 5))
    def says_no(self, which: int) -> None:
        session().rollback()
        tokens = [token for token in session().scalars(sa.select(Message.opt_out_token)) if token]
        if tokens:
            actions.opt_out(tokens[which % len(tokens)], now=self.now)

    @rule()
    def answers(self) -> None:
        with write() as here:
            here.get_one(Pitch, self.world.pitch.id).last_in_at = self.now

    @rule(value=st.booleans())
    def wants_no_contact(self, value: bool) -> None:
        with write() as here:
            here.get_one(Person, self.world.bo.id).is_do_not_contact = value

    @rule()
    def all_is_well_again(self) -> None:
        with write() as here:
            here.execute(sa.delete(Suppression))
            self._calm(here)

    # Workers

    @rule()
    def takes(self) -> None:
        fence = delivering.take_mailbox(self.box, now=self.now)
        if fence is None:
            return
        found = delivering.take_next(self.box, fence, now=self.now, on_dry_run=lambda *_: None)
        self.held = (found, fence) if found is not None else self.held

    @rule()
    def begins(self) -> None:
        if self.held:
            delivering.begin(*self.held, b"bytes", now=self.now)

    @rule(outcome=st.sampled_from(OUTCOMES))
    def settles(self, outcome: Any) -> None:
        if self.held:
            (message, fence), self.held = self.held, None
            session().rollback()
            row = session().get(Message, message)
            if row is not None and row.state is MessageState.TAKEN and isinstance(outcome, Sent | Unknown):
                return  # no server says so before the text was out
            session().rollback()
            delivering.settle(message, fence, outcome, now=self.now)
            delivering.release_mailbox(self.box, fence)

    @rule(outcome=st.sampled_from(OUTCOMES))
    def goes_all_the_way(self, outcome: Any) -> None:
        self.takes()
        if self.held and delivering.begin(*self.held, b"bytes", now=self.now):
            self.settles(outcome)

    @rule(minutes=st.sampled_from([1, 10, 200, 60 * 24 * 31]))
    def time_goes_by(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)
        delivering.settle_cut_off(self.now, was_captured=lambda _: False)

    # What holds

    @invariant()
    def nothing_is_on_the_wire_past_the_gate(self) -> None:
        assert self.watcher.wrong[self.wrong_before :] == []
        assert self.watcher.bypassed() == []


def as_it_stands(world: World) -> dict[str, Any]:
    """The pitch as every life finds it."""
    return {it.key: getattr(world.pitch, it.key) for it in sa.inspect(Pitch).column_attrs if it.key != "id"}


@pytest.mark.drill
def test_no_life_of_a_letter_leads_around_the_gate(world: World, watcher: Watcher) -> None:
    company(world)
    box, pitch = mailbox(world).id, as_it_stands(world)
    run_state_machine_as_test(
        lambda: Lives(world, box, watcher, pitch),
        settings=settings(
            max_examples=200 if FULL else 12, stateful_step_count=40 if FULL else 25, deadline=None, derandomize=not FULL,
            suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip


# The watcher itself


def put(world: World, box: int) -> int:
    lives = Lives(world, box, Watcher(), as_it_stands(world))
    lives.is_put_into_the_queue_by_other_hands("bo@wild.example", "first")
    session().rollback()
    return session().scalars(sa.select(Message.id)).one()


def test_a_move_that_skips_the_gate_is_seen(world: World, watcher: Watcher) -> None:
    letter = put(world, mailbox(world).id)
    with write() as here:
        message = here.get_one(Message, letter)
        message.state = MessageState.TAKEN
        moves.begin(message, b"bytes", now=NOW)
    assert len(watcher.wrong) == 1
    assert watcher.bypassed() == [letter]


@pytest.mark.parametrize("state", ON_THE_WIRE)
def test_a_row_that_is_changed_past_the_session_is_seen(
    world: World, watcher: Watcher, state: MessageState
) -> None:
    letter = put(world, mailbox(world).id)
    with write() as here:
        here.execute(sa.update(Message).values(state=state))
    assert watcher.bypassed() == [letter]


def test_a_letter_that_passes_is_seen_passing(world: World, watcher: Watcher) -> None:
    company(world)
    box = mailbox(world).id
    lives = Lives(world, box, watcher, as_it_stands(world))
    lives.queues("bo@wild.example", GOOD, False)
    lives.goes_all_the_way(Sent(250, "ok"))
    session().rollback()
    message = session().scalars(sa.select(Message)).one()
    assert message.state is MessageState.SENT
    assert watcher.seen == {message.id}
    assert watcher.bypassed() == []


def test_random_lives_find_a_sender_that_does_not_ask(
    world: World, watcher: Watcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    company(world)
    box, pitch = mailbox(world).id, as_it_stands(world)
    for place in (actions, delivering, writing):
        monkeypatch.setattr(place, "gate", lambda facts: [])
    with suppress(AssertionError, Flaky):
        run_state_machine_as_test(
            lambda: Lives(world, box, watcher, pitch),
            settings=settings(
                max_examples=60, stateful_step_count=25, deadline=None, database=None, derandomize=True, phases=[Phase.generate],
                suppress_health_check=list(HealthCheck),
            ),
        )  # fmt: skip
    assert watcher.wrong != []
