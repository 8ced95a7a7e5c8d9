"""Captured letters go when they are older than their rule."""

from __future__ import annotations

import os
from datetime import datetime, timedelta

from flask import Flask

from outreach.db import write
from outreach.mail.models import Message
from outreach.mail.rules import Direction, LetterKind, MessageState
from outreach.sending import captured, carriers, jobs
from tests.conftest import Place
from tests.world import NOW, World

LATER = NOW + timedelta(days=100)


def kept(place: Place, name: str, state: MessageState, at: datetime) -> None:
    """A captured letter and its row."""
    carriers.keep(place.instance / carriers.CAPTURED, name, b"From: a@hazel.example\r\n\r\nHello")
    with write() as here:
        here.add(
            Message(
                direction=Direction.OUT, kind=LetterKind.SYSTEM, state=state, opaque_id=name, from_address="a@hazel.example",
                from_name="", to_address="b@wild.example", to_name="", subject="s", body="b", created_at=at, sent_at=at,
            )
        )  # fmt: skip


def left(place: Place) -> list[str]:
    return sorted(file.stem for file in (place.instance / carriers.CAPTURED).glob("*.eml"))


def test_old_letters_go_and_what_is_young_or_not_settled_stays(
    app: Flask, world: World, place: Place
) -> None:
    kept(place, "old", MessageState.SENT, NOW)
    kept(place, "young", MessageState.SENT, LATER - timedelta(days=89))
    kept(place, "unsettled", MessageState.SENDING, NOW)
    assert jobs.tidy_captured(NOW + timedelta(days=80)) == 0
    assert (jobs.count_captured_due(LATER), jobs.tidy_captured(LATER)) == (1, 1)
    assert left(place) == ["unsettled", "young"]


def test_a_file_without_a_letter_is_as_old_as_its_date(app: Flask, place: Place) -> None:
    folder = place.instance / carriers.CAPTURED
    carriers.keep(folder, "stray", b"x")
    os.utime(folder / "stray.eml", (NOW.timestamp(), NOW.timestamp()))
    assert captured.old(folder, now=NOW + timedelta(days=5), days=9) == []
    assert [file.stem for file in captured.old(folder, now=LATER, days=9)] == ["stray"]


def test_zero_days_keep_all(app: Flask, place: Place) -> None:
    carriers.keep(place.instance / carriers.CAPTURED, "one", b"x")
    assert captured.old(place.instance / carriers.CAPTURED, now=NOW + timedelta(days=9999), days=0) == []
