"""Drafts and files by version (B3, B5): kept, taken along, sent, taken away, swept, erased."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from outreach.app import create_app
from outreach.care import erasing
from outreach.db import db, session, write
from outreach.kit import papers
from outreach.pitches import fact_moves, jobs, moves
from outreach.pitches.agreement import Agreement
from outreach.pitches.production import actions, files
from outreach.pitches.production.models import PitchFile
from outreach.pitches.production.rules import Part
from outreach.pitches.rules import PitchType, Stage
from tests.conftest import Browser, Place
from tests.statements import counted
from tests.world import NOW, TODAY, World, log_in

TEXT = b"# Forty seed mixes\n\nFirst try.\n"
HOSTILE = [
    "../../x.md",
    "..\\..\\x.md",
    "/etc/passwd.md",
    "a\u202efdp.md",
    "~root.md",
    "..%2f..%2fetc%2fpasswd.md",
]


def brought(content: bytes = TEXT, name: str = "draft.md", **more: object) -> dict[str, object]:
    return {"part": "draft", "file": (io.BytesIO(content), name), "note": "First try", **more}


def rows() -> list[PitchFile]:
    session().expire_all()
    return list(session().scalars(sa.select(PitchFile).order_by(PitchFile.id)))


def on_disk(app: Flask) -> list[Path]:
    folder = app.extensions["outreach"].instance / files.FOLDER
    return [path for path in folder.rglob("*") if path.is_file()]


@pytest.fixture
def app(place: Place) -> Iterator[Flask]:
    """One in which a file may have one megabyte."""
    made = create_app(place.settings(pitch_file_mb=1))
    made.test_client_class = Browser
    with made.app_context():
        yield made
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def ana(client: FlaskClient, world: World) -> FlaskClient:
    with write():
        fact_moves.agree(
            world.pitch, Agreement(target_url=world.page.url, expected_rel="follow"), by=world.ana, now=NOW
        )
        moves.move(world.pitch, Stage.AGREED, by=world.ana, now=NOW, today=TODAY)
    log_in(client, world.ana)
    return client


def test_each_version_is_kept_and_the_one_that_is_sent_takes_the_pitch_along(
    app: Flask, ana: FlaskClient, world: World
) -> None:
    home = f"/pitches/{world.pitch.id}/files"
    assert ana.post(home, data=brought(), content_type="multipart/form-data").status_code == 303
    again = ana.post(home, data=brought(), content_type="multipart/form-data")
    assert again.status_code == 422
    assert "the same file as Draft, version 1" in again.text
    assert "First try" in again.text  # what was typed is still there
    ana.post(home, data=brought(TEXT + b"More.\n"), content_type="multipart/form-data")
    link = ana.post(home, data={"part": "outline", "url": "papers.example/outline"})
    assert link.status_code == 303
    first, second, outline = rows()
    assert [(one.part, one.number) for one in rows()] == [("draft", 1), ("draft", 2), ("outline", 1)]
    assert outline.url == "https://papers.example/outline"

    page = ana.get(home).text
    assert page.index("Outline 1") < page.index("Draft 2") < page.index("Draft 1")
    got = ana.get(f"/pitch-files/{second.id}")
    assert got.data == TEXT + b"More.\n"
    assert got.headers["Content-Disposition"] == "attachment; filename=draft.md"
    assert got.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in got.headers["Content-Security-Policy"]
    assert len(on_disk(app)) == 2

    assert ana.post(f"/pitch-files/{second.id}/sent", data={"on": "2999-01-01"}).status_code == 422
    ana.post(f"/pitch-files/{second.id}/sent", data={"on": TODAY.isoformat()})
    session().rollback()
    assert rows()[1].sent_on == TODAY
    assert world.pitch.stage is Stage.DRAFT_SENT
    assert "newest: Outline 1" in ana.get(f"/pitches/{world.pitch.id}").text
    ana.post(f"/pitch-files/{second.id}/unsent")
    assert rows()[1].sent_on is None

    ana.post(f"/pitch-files/{first.id}/removal")
    assert ana.get(f"/pitch-files/{first.id}").status_code == 404
    ana.post(f"/pitch-files/{first.id}/restoration")
    assert ana.get(f"/pitch-files/{first.id}").data == TEXT


def test_what_cannot_be_kept_is_said_beside_its_field_and_nothing_is_left(
    app: Flask, ana: FlaskClient, world: World
) -> None:
    home = f"/pitches/{world.pitch.id}/files"
    for data, words in (
        ({"part": "draft"}, "Choose a file, or give a link to one."),
        (brought(b"MZ", "draft.pdf"), "but it holds: program"),
        (brought(b"<svg/>", "draft.svg"), "of no kind that is kept here"),
        (brought(b"x" * (2**20 + 1), "draft.txt"), "larger than 1 MB"),
        ({"part": "draft", "url": "javascript:alert(1)"}, "error"),
        (brought(part="contract"), "error"),
    ):
        answer = ana.post(home, data=data, content_type="multipart/form-data")
        assert answer.status_code == 422
        assert words in answer.text
    assert rows() == []
    assert on_disk(app) == []
    for name in HOSTILE:
        data = brought(TEXT + name.encode(), name)
        assert ana.post(home, data=data, content_type="multipart/form-data").status_code == 303
    for one in rows():
        assert "/" not in one.name
        assert (
            ana.get(f"/pitch-files/{one.id}")
            .headers["Content-Disposition"]
            .startswith("attachment; filename")
        )
    folder = app.extensions["outreach"].instance / files.FOLDER
    assert {path.parent.parent for path in on_disk(app)} == {folder}


def keep(app: Flask, world: World, content: bytes) -> PitchFile:
    paper = papers.judge("draft.md", content, most=2**20, whither="is kept here")
    instance = app.extensions["outreach"].instance
    return actions.keep_file(world.ana, world.pitch.id, Part.DRAFT, paper, "", instance=instance, now=NOW)


def test_what_was_taken_away_goes_after_a_day_and_a_lost_file_after_an_hour(app: Flask, world: World) -> None:
    stays, goes = keep(app, world, b"one"), keep(app, world, b"two")
    actions.take_file(world.ana, world.pitch.id, goes.id, True, now=NOW)
    lost, young = (files.keep(app.extensions["outreach"].instance, it) for it in (b"lost", b"young"))
    path = next(path for path in on_disk(app) if path.name == lost)
    os.utime(path, (1, 1))
    assert jobs.tidy_files(NOW + timedelta(hours=23)) == 0
    assert {path.name for path in on_disk(app)} == {stays.reference, goes.reference, young}
    assert jobs.count_files_due(NOW + timedelta(hours=25)) == 1
    assert jobs.tidy_files(NOW + timedelta(hours=25)) == 1
    assert {path.name for path in on_disk(app)} == {stays.reference, young}
    assert [one.id for one in rows()] == [stays.id]


def test_a_text_is_read_on_a_page_and_markdown_as_it_is_meant(ana: FlaskClient, world: World) -> None:
    door = f"/pitches/{world.pitch.id}/files"
    ana.post(door, data=brought(b"# Forty <b>mixes\n\n**All** of them.\n"))
    ana.post(door, data=brought(b"**plain** <i>", "notes.txt"))
    ana.post(door, data=brought(b"a,b\n", "list.csv"))
    draft, notes, sheet = (f"/pitch-files/{row.id}/text" for row in rows())
    with counted(db.engine) as count:
        page = ana.get(draft).text
    assert count.total <= 12
    assert "<h3>Forty &lt;b&gt;mixes</h3>" in page
    assert "<strong>All</strong> of them." in page
    assert "**plain** &lt;i&gt;" in ana.get(notes).text
    assert ana.get(sheet).status_code == 404
    shown = ana.get(door).text
    assert (draft in shown, notes in shown, sheet in shown) == (True, True, False)


def test_only_who_may_see_the_pitch_finds_its_files(app: Flask, client: FlaskClient, world: World) -> None:
    row = keep(app, world, TEXT)
    with write():
        fact_moves.edit(world.pitch, by=world.ana, now=NOW, type=PitchType.INTERVIEW)
    log_in(client, world.vic)
    assert client.get(f"/pitch-files/{row.id}").status_code == 200
    assert client.post(f"/pitch-files/{row.id}/removal").status_code == 404
    log_in(client, world.vic)
    assert "Add a version" not in client.get(f"/pitches/{world.pitch.id}/files").text


def test_they_go_with_the_person_that_the_pitch_was_for(app: Flask, world: World) -> None:
    keep(app, world, b"Bo's bio")
    erasing.erase(world.bo.id, [], app.extensions["outreach"], by=world.ada, now=NOW, is_over=lambda: False)
    assert rows() == []
    assert on_disk(app) == []
