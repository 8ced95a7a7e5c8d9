"""The diary as timelines and as the audit."""

from datetime import timedelta

from flask import Flask

from outreach.db import db, write
from outreach.diary import queries
from outreach.diary.moves import note
from outreach.projects.queries import visible_to
from outreach.web.pager import Cursor
from tests.statements import counted
from tests.world import NOW, World


def test_a_pitch_tells_how_it_began(world: World) -> None:
    (line,) = queries.timeline(pitch_id=world.pitch.id)
    assert queries.told(line, {world.ana.id: "Ana"}).text == "Ana started a pitch: guest post"


def test_the_newest_line_comes_first(world: World) -> None:
    with write():
        note("site.changed", by=world.ana.id, now=NOW, site_id=world.site.id, fields=["title"])
    assert [line.kind for line in queries.timeline(site_id=world.site.id)] == [
        "site.changed",
        "pitch.started",
    ]


def test_lines_of_another_project_stay_hidden_on_a_site(world: World) -> None:
    with write():
        note("pitch.started", by=world.otto.id, now=NOW, site_id=world.site.id, project_id=world.other.id)
        note("site.changed", by=world.ada.id, now=NOW, site_id=world.site.id)
    seen = queries.timeline(site_id=world.site.id, within=visible_to(world.ana))
    assert [line.project_id for line in seen] == [None, world.seed.id]
    assert len(queries.timeline(site_id=world.site.id, within=visible_to(world.ada))) == 3


def test_a_subject_that_is_a_user_is_named(world: World) -> None:
    with write():
        note(
            "user.role",
            by=world.ada.id,
            now=NOW,
            subject=("user", world.ana.id),
            before="user",
            after="manager",
        )
    (line,) = queries.audit(room="user").rows
    names = {world.ada.id: "Ada", world.ana.id: "Ana"}
    assert queries.told(line, names).text == "Ada gave Ana the role manager instead of user"


def test_the_audit_is_filtered_by_room_person_and_day(world: World) -> None:
    with write():
        for days in range(3):
            note("user.logged_in", by=world.max.id, now=NOW + timedelta(days=days))
    assert len(queries.audit(by_id=world.max.id).rows) == 3
    assert len(queries.audit(room="user").rows) == 3
    assert (
        len(queries.audit(room="user", since=NOW + timedelta(days=1), until=NOW + timedelta(days=2)).rows)
        == 1
    )


def test_the_audit_is_paged_with_one_statement_a_page(app: Flask) -> None:
    with write():
        for number in range(5):
            note("user.logged_in", by=number, now=NOW)
    with counted(db.engine) as count:
        first = queries.audit(size=2)
        second = queries.audit(size=2, cursor=Cursor.unpack(first.older))
    assert [line.by_id for line in [*first.rows, *second.rows]] == [4, 3, 2, 1]
    assert count.total == 2, count
