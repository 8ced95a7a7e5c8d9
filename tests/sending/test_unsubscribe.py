"""Saying no from outside: a post does it at once, looking never does, and a letter on its way is caught."""

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from outreach.consent.queries import is_suppressed
from outreach.db import Base, session, write
from outreach.diary.models import Entry
from outreach.kit import clock
from outreach.mail.merge import Draft
from outreach.mail.models import Mailbox, Message
from outreach.mail.rules import LetterKind, MessageState
from outreach.sending import jobs
from tests.conftest import Browser, Place
from tests.sending.letters_world import at_work, company, fresh, mailbox, queue, smtp
from tests.servers.smtp_sink import Fault, SmtpSink
from tests.world import NOW, World

LOOKS = 1_000 if os.environ.get("OUTREACH_DRILLS") == "full" else 60


@pytest.fixture
def app(place: Place, tmp_path: Path) -> Iterator[Flask]:
    with at_work(place, tmp_path) as made:
        made.test_client_class = Browser
        yield made


def everything() -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table."""
    session().rollback()
    tables = Base.metadata.sorted_tables
    return {table.name: sorted(map(tuple, session().execute(sa.select(table))), key=repr) for table in tables}


@pytest.mark.drill
def test_looking_a_thousand_times_changes_nothing(app: Flask, world: World) -> None:
    company(world)
    letter = queue(world, mailbox(world))
    address, stranger = f"/u/{letter.opt_out_token}", app.test_client()
    before = everything()
    for _ in range(LOOKS // 2):
        assert stranger.get(address, headers={"Sec-Purpose": "prefetch"}).status_code == 200
        assert stranger.head(address).status_code == 200
    assert stranger.options(address).status_code in (200, 204, 405)
    for method in ("put", "delete", "patch"):
        assert getattr(stranger, method)(address).status_code == 405
    assert everything() == before


@pytest.mark.parametrize(
    "body",
    [
        {"data": b"List-Unsubscribe=One-Click", "content_type": "application/x-www-form-urlencoded"},
        {"data": {"List-Unsubscribe": "One-Click"}, "content_type": "multipart/form-data"},
        {"data": b"", "content_type": "application/x-www-form-urlencoded"},
    ],
)
def test_a_post_without_cookie_or_log_in_says_no_and_again_is_the_same(
    app: Flask, world: World, body: dict[str, Any]
) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    company(world)
    letter = queue(world, mailbox(world))
    for _ in range(2):
        answer = app.test_client().post(f"/u/{letter.opt_out_token}", **body)
        assert answer.status_code == 200
        assert "Location" not in answer.headers
    assert fresh(letter.id).state is MessageState.CANCELLED
    assert is_suppressed("BO@Wild.Example") is not None
    kinds = list(session().scalars(sa.select(Entry.kind).where(Entry.kind == "letter.cancelled")))
    assert len(kinds) == 1


def test_a_token_that_was_changed_anywhere_is_not_found_and_says_nothing(app: Flask, world: World) -> None:
    company(world)
    token = queue(world, mailbox(world)).opt_out_token
    other = {sign: "B" if sign == "A" else "A" for sign in token}
    wrong = [token[:n] + other[sign] + token[n + 1 :] for n, sign in enumerate(token)]
    wrong += [token[:-1], f"{token}A", token.swapcase()]
    before = everything()
    stranger = app.test_client()
    for each in wrong:
        for answer in (stranger.get(f"/u/{each}"), stranger.post(f"/u/{each}")):
            assert answer.status_code == 404
            assert "wild.example" not in answer.text
    assert everything() == before


def test_a_no_while_the_follow_up_is_taken_still_stops_it(
    app: Flask, world: World, sink: SmtpSink, tmp_path: Path
) -> None:
    """It comes over the web while the worker talks to the mail server: after RCPT, before DATA."""
    company(world)
    first = queue(world, smtp(world, sink.port))
    token = first.opt_out_token
    jobs.send_due(clock.now())
    (tmp_path / "clock").write_text((NOW + timedelta(days=5)).isoformat())
    second = queue_follow_up(world, box_of(first))
    answers: list[int] = []

    def says_no() -> None:
        with app.app_context():
            states = session().scalars(sa.select(Message.state).where(Message.id == second.id)).one()
            assert states is MessageState.TAKEN
            session().rollback()
            answers.append(app.test_client().post(f"/u/{token}").status_code)

    sink.rules.append(Fault("rcpt", "meanwhile", callback=says_no, count=1))
    jobs.send_due(clock.now())
    jobs.send_due(clock.now())
    assert answers == [200]
    assert len(sink.received) == 1
    assert fresh(second.id).state is MessageState.CANCELLED


def test_a_no_cancels_what_is_due_in_a_second(
    app: Flask, world: World, sink: SmtpSink, tmp_path: Path
) -> None:
    company(world)
    first = queue(world, smtp(world, sink.port))
    jobs.send_due(clock.now())
    (tmp_path / "clock").write_text((NOW + timedelta(days=5)).isoformat())
    second = queue_follow_up(world, box_of(first))
    with write() as here:
        here.get_one(Message, second.id).due_at = clock.now() + timedelta(seconds=1)
    assert app.test_client().post(f"/u/{first.opt_out_token}").status_code == 200
    (tmp_path / "clock").write_text((NOW + timedelta(days=5, minutes=1)).isoformat())
    jobs.send_due(clock.now())
    assert len(sink.received) == 1
    assert fresh(second.id).state is MessageState.CANCELLED


def test_after_a_no_nobody_queues_another_letter(app: Flask, world: World) -> None:
    company(world)
    letter = queue(world, mailbox(world))
    app.test_client().post(f"/u/{letter.opt_out_token}")
    for address in ("bo@wild.example", "BO@WILD.EXAMPLE"):
        with pytest.raises(AssertionError, match=r"suppressed|NotPossible|pitch_closed"):
            queue(world, box_of(letter), to_address=address)


def box_of(letter: Message) -> Mailbox:
    return session().get_one(Mailbox, fresh(letter.id).mailbox_id)


def queue_follow_up(world: World, box: Mailbox) -> Message:
    found = queue(world, box, Draft("", "Hi, did you see it?"), now=NOW + timedelta(days=5))
    assert found.kind is LetterKind.FOLLOW_UP
    return found
