"""A list of links that somebody brought: its columns guessed, its rows watched or checked, the whole of it taken back."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from outreach import schema
from outreach.consent import moves as consent_moves
from outreach.consent.rules import SuppressionReason
from outreach.db import Base, session, write
from outreach.kit import clock, tables
from outreach.links import actions, list_actions, list_jobs, list_moves, list_queries, moves
from outreach.links.list_models import LinkList, LinkListRow
from outreach.links.list_rules import ListState, RowState
from outreach.links.looks import Look
from outreach.links.models import PlacedLink
from outreach.links.moves import Terms
from outreach.links.rules import LinkState, Presence, Value
from outreach.projects.models import Membership
from outreach.projects.rules import MemberRole
from outreach.prospects.models import ContactPoint, Person, Prospect, Site
from outreach.prospects.rules import ProspectState
from tests.conftest import Place
from tests.world import World, log_in

NOW = clock.now() + timedelta(hours=1)
"""A moment at which whatever a screen left to the worker is due."""

TARGET = "https://hazel.example/seed-trial"
SHEET = (
    "Live URL;Target URL;Anchor text;Link type;Price;Live date;Contact;Project\n"
    f"https://moss.example/a;{TARGET};forty seed mixes;dofollow;;13.05.2026;Lea Moss <lea@moss.example>;\n"
    f"https://moss.example/b;{TARGET};seed trial;sponsored;120 EUR;14.05.2026;Lea Moss;\n"
    f"https://wild.example/c;{TARGET};;nofollow;;15.05.2026;bo@wild.example;Seed trial\n"
    f"no address at all;{TARGET};;;;;;\n"
    f"https://moss.example/a;{TARGET};;;;;;\n"
    f"https://hazel.example/own;{TARGET};;;;;;\n"
    f"https://fern.example/d;{TARGET};;follow;€1.200,50;;;\n"
    f"https://fern.example/e;{TARGET};;follow;much;;;\n"
    f"https://fern.example/f;{TARGET};;;;;;Other\n"
)
LEDGER = {"diary", "link_lists", "link_list_rows", "sweep_runs", "duplicate_looks"}
"""What an undo leaves: the diary only grows, the list keeps its own record, and sweeps remember when they ran."""


def snapshot() -> dict[str, list[tuple[Any, ...]]]:
    """Every row that an undo may not change."""
    session().rollback()
    found = rows_of_all_tables(session().connection())
    session().rollback()
    return found


def rows_of_all_tables(connection: sa.Connection) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table but those of LEDGER, in the same order whatever the database."""
    return {
        table.name: sorted(tuple(map(repr, row)) for row in connection.execute(sa.select(table)))
        for table in Base.metadata.sorted_tables
        if table.name not in LEDGER
    }


def bring(client: FlaskClient, world: World, text: str | bytes, name: str = "links.csv") -> TestResponse:
    data = text.encode() if isinstance(text, str) else text
    form = {"project_id": world.seed.id, "file": (io.BytesIO(data), name)}
    return client.post("/links/lists/new", data=form, content_type="multipart/form-data")


def start(client: FlaskClient, do: str, answer: TestResponse, **more: object) -> LinkList:
    """Take the guessed columns as they are drawn, as a person does who just presses the button."""
    assert answer.status_code == 303
    key = int(answer.location.rpartition("/")[2])
    found = session().get_one(LinkList, key)
    columns = {f"column-{at}": field for field, at in found.columns.items()}
    form: dict[str, object] = {
        **columns,
        "do": do,
        "is_day_first": "yes" if found.is_day_first else "no",
        **more,
    }
    if found.has_header:
        form.setdefault("has_header", "y")
    answer = client.post(f"/links/lists/{key}/work", data=form)
    assert answer.status_code == 303
    return session().get_one(LinkList, key, populate_existing=True)


def work() -> None:
    while list_jobs.work_lists(NOW):
        pass


def watched(client: FlaskClient, world: World, text: str | bytes = SHEET) -> LinkList:
    log_in(client, world.ana)
    found = start(client, "watch", bring(client, world, text))
    work()
    return session().get_one(LinkList, found.id, populate_existing=True)


def counts(found: LinkList) -> dict[RowState, int]:
    """What a page tells of a list; it is what stands in its rows."""
    told = list_queries.counts([session().get_one(LinkList, found.id, populate_existing=True)])[found.id]
    assert told == list_moves.counted([found.id])[found.id]
    return told


def states(found: LinkList) -> dict[int, RowState]:
    return {
        row.number: row.state
        for row in session().scalars(sa.select(LinkListRow).where(LinkListRow.list_id == found.id))
    }


def reasons(found: LinkList) -> dict[int, str]:
    return {row.number: row.reason for row in list_queries.all_rows(found)}


def the_link(page: str) -> PlacedLink:
    return session().scalars(sa.select(PlacedLink).where(PlacedLink.page_url == page)).one()


# Bringing it


def test_columns_are_guessed_and_shown_with_the_first_rows(client: FlaskClient, world: World) -> None:
    log_in(client, world.ana)
    answer = bring(client, world, SHEET)
    page = client.get(answer.location).text
    assert "forty seed mixes" in page
    assert page.count("<select") == 8
    for field in ("page", "target", "anchor", "rel", "price", "day", "person", "project"):
        assert f'<option value="{field}" selected' in page


@pytest.mark.parametrize(
    ("header", "cells"),
    [
        (
            "Seite,Ziel,Ankertext,Kosten,Datum",
            "https://moss.example/a,https://hazel.example/x,Samen,120 EUR,13.05.2026",
        ),
        (
            "Página,Destino,Texto de anclaje,Precio,Fecha",
            "https://moss.example/a,https://hazel.example/x,semillas,120 EUR,13/05/2026",
        ),
        (
            "foo,bar,baz,qux,quux",
            "https://hazel.example/x,https://moss.example/a,2026-05-13,€120,lea@moss.example",
        ),
    ],
)
def test_headers_of_other_languages_and_unknown_ones_are_understood(
    client: FlaskClient, world: World, header: str, cells: str
) -> None:
    log_in(client, world.ana)
    start(client, "watch", bring(client, world, f"{header}\n{cells}\n"))
    work()
    link = the_link("https://moss.example/a")
    assert (link.target_url, link.price, link.placed_on) == (
        "https://hazel.example/x",
        120,
        date(2026, 5, 13),
    )


def test_a_pasted_list_without_a_header_is_watched_with_one_target(client: FlaskClient, world: World) -> None:
    log_in(client, world.ana)
    form = {"project_id": world.seed.id, "text": "https://moss.example/a\nhttps://fern.example/b\n"}
    start(client, "watch", client.post("/links/lists/new", data=form), target="hazel.example/seed-trial")
    work()
    assert {link.page_url for link in session().scalars(sa.select(PlacedLink))} == {
        "https://moss.example/a", "https://fern.example/b",
    }  # fmt: skip
    assert the_link("https://moss.example/a").target_url == TARGET


def test_a_sheet_of_a_spreadsheet_is_read_as_a_csv_is(client: FlaskClient, world: World) -> None:
    file = io.BytesIO()
    tables.write_xlsx(
        file, [["page", "target", "day", "price"], ["https://moss.example/a", TARGET, date(2026, 5, 13), 120]]
    )
    found = watched(client, world, file.getvalue())
    assert states(found) == {2: RowState.WATCHED}
    assert the_link("https://moss.example/a").placed_on == date(2026, 5, 13)


@pytest.mark.parametrize(
    ("data", "says"),
    [(b"", "Choose a file, or paste"), (b"  \n", "The file is empty"), (b"\x89PNG\r\n\x1a\n\x00\x00", "a picture"), (b"PK\x03\x04", "ends too early")],
)  # fmt: skip
def test_what_is_no_table_is_refused_beside_its_field(
    client: FlaskClient, world: World, place: Place, data: bytes, says: str
) -> None:
    log_in(client, world.ana)
    answer = bring(client, world, data, "links.csv" if data else "")
    assert answer.status_code == 422
    assert says in answer.text
    assert uploads(place) == []


def uploads(place: Place) -> list[Path]:
    folder = place.instance / "uploads"
    return list(folder.iterdir()) if folder.is_dir() else []


@pytest.mark.parametrize(
    "name",
    ["../../x.csv", "..\\..\\x.csv", "/etc/passwd", 'attachment; filename="x".exe', "~root", "%2e%2e%2fx"],
)
def test_a_file_is_kept_by_a_name_of_our_own_and_removed_when_it_was_read(
    client: FlaskClient, world: World, place: Place, name: str
) -> None:
    log_in(client, world.ana)
    answer = bring(client, world, SHEET, name)
    (kept,) = uploads(place)
    assert len(kept.name) == 22
    start(client, "watch", answer)
    work()
    assert uploads(place) == []


def test_a_file_left_behind_by_a_crash_is_removed_after_a_day(app: Flask, world: World, place: Place) -> None:
    import os

    folder = place.instance / "uploads"
    folder.mkdir()
    (folder / "left-behind").write_text("x")
    list_jobs.work_lists(NOW)
    assert len(uploads(place)) == 1
    os.utime(folder / "left-behind", (1, 1))
    list_jobs.work_lists(NOW)
    assert uploads(place) == []


def test_a_list_needs_its_page_column(client: FlaskClient, world: World) -> None:
    log_in(client, world.ana)
    answer = bring(client, world, SHEET)
    answer = client.post(
        f"{answer.location}/work", data={"column-1": "target", "do": "watch", "has_header": "y"}
    )
    assert answer.status_code == 422
    assert "Say which column is “Page that links”" in answer.text


def test_a_list_without_targets_needs_one_to_be_watched(client: FlaskClient, world: World) -> None:
    log_in(client, world.ana)
    answer = bring(client, world, "https://moss.example/a\n")
    answer = client.post(f"{answer.location}/work", data={"column-0": "page", "do": "watch"})
    assert answer.status_code == 422
    assert "Say where the links lead" in answer.text


# Watching


def test_each_row_is_watched_or_told_why_not(client: FlaskClient, world: World) -> None:
    found = watched(client, world)
    assert found.state is ListState.DONE
    assert states(found) == {
        2: RowState.WATCHED, 3: RowState.WATCHED, 4: RowState.WATCHED, 5: RowState.REFUSED, 6: RowState.REPEATED,
        7: RowState.REFUSED, 8: RowState.WATCHED, 9: RowState.REFUSED, 10: RowState.REFUSED,
    }  # fmt: skip
    why = reasons(found)
    assert "no web address" in why[5] or "no spaces" in why[5]
    assert why[6] == "The same as row 2."
    assert why[7] == "The page is on a host of your own."
    assert "“much” is no price" in why[9]
    assert "no project “Other”" in why[10]


def test_a_link_keeps_what_was_agreed_of_it(client: FlaskClient, world: World) -> None:
    watched(client, world)
    free, paid, dear = (
        the_link(f"https://{page}") for page in ("moss.example/a", "moss.example/b", "fern.example/d")
    )
    assert (free.expected_anchor, free.expected_rel, free.price) == ("forty seed mixes", "follow", None)
    assert (free.placed_on, free.state, free.next_check_at) == (
        date(2026, 5, 13),
        LinkState.EXPECTED,
        free.created_at,
    )
    assert (paid.expected_rel, paid.price, paid.currency) == ("sponsored", 120, "EUR")
    assert (dear.expected_rel, dear.price) == ("sponsored", Decimal("1200.50"))
    assert the_link("https://wild.example/c").expected_rel == "nofollow"


def test_a_day_ahead_is_the_day_it_is_due(client: FlaskClient, world: World) -> None:
    watched(client, world, f"page,target,date\nhttps://moss.example/a,{TARGET},2099-05-13\n")
    link = the_link("https://moss.example/a")
    assert (link.due_on, link.placed_on) == (date(2099, 5, 13), None)


def test_a_person_is_found_by_address_or_name_and_else_made(client: FlaskClient, world: World) -> None:
    watched(client, world)
    first, second = the_link("https://moss.example/a"), the_link("https://moss.example/b")
    lea = session().scalars(sa.select(Person).where(Person.name == "Lea Moss")).one()
    assert first.person_id == second.person_id == lea.id
    (point,) = lea.contact_points
    assert (point.value, point.source_url) == ("lea@moss.example", "https://moss.example/a")
    assert the_link("https://wild.example/c").person_id == world.bo.id


def test_an_address_that_asked_for_no_mail_is_not_kept(client: FlaskClient, world: World) -> None:
    with write():
        consent_moves.suppress("lea@moss.example", reason=SuppressionReason.BY_HAND, by=world.ada.id, now=NOW)
    found = watched(client, world)
    assert (
        session().scalar(sa.select(ContactPoint.id).where(ContactPoint.value_norm == "lea@moss.example"))
        is None
    )
    assert states(found)[2] is RowState.WATCHED
    assert "asked for no mail" in reasons(found)[2]


def test_an_address_that_was_erased_is_not_kept_again(
    client: FlaskClient, world: World, place: Place
) -> None:
    with write():
        consent_moves.suppress_erased("lea@moss.example", by=world.ada.id, now=NOW)
    found = watched(client, world)
    assert states(found)[2] is RowState.WATCHED
    kept = [repr(row) for row in session().execute(sa.select(LinkListRow.cells))]
    kept += [repr(row) for row in session().execute(sa.select(LinkList.first))]
    assert "lea@moss" not in "".join(kept)


def test_sites_of_links_are_kept_prospects_not_new_ones(client: FlaskClient, world: World) -> None:
    watched(client, world)
    query = (
        sa.select(Prospect.state).join(Site, Site.id == Prospect.site_id).where(Site.key == "moss.example")
    )
    assert session().scalars(query).all() == [ProspectState.KEPT]


def test_a_link_that_is_watched_already_is_told_and_left_alone(client: FlaskClient, world: World) -> None:
    with write():
        old = moves.place(
            world.seed,
            world.site,
            Terms("https://wild.example/c", TARGET, rel="follow"),
            by=world.ana,
            now=NOW,
        )
    found = watched(client, world)
    assert states(found)[4] is RowState.KNOWN
    assert session().get_one(PlacedLink, old.id, populate_existing=True).expected_rel == "follow"


def test_a_project_column_reaches_only_projects_that_the_user_may_change(
    client: FlaskClient, world: World
) -> None:
    with write():
        session().add(Membership(project_id=world.other.id, user_id=world.ana.id, role=MemberRole.MEMBER))
    found = watched(client, world)
    assert states(found)[10] is RowState.WATCHED
    assert the_link("https://fern.example/f").project_id == world.other.id


def test_who_lost_the_right_meanwhile_places_nothing(client: FlaskClient, world: World) -> None:
    log_in(client, world.ana)
    found = start(client, "watch", bring(client, world, SHEET))
    with write():
        session().execute(
            sa.update(Membership).where(Membership.user_id == world.ana.id).values(role=MemberRole.VIEWER)
        )
    work()
    assert set(states(found).values()) == {RowState.REFUSED}


def test_a_list_of_an_older_version_is_counted_when_the_schema_changes(
    app: Flask, client: FlaskClient, world: World
) -> None:
    key = watched(client, world).id
    bring(client, world, SHEET)
    before = {one.id: one.tally for one in session().scalars(sa.select(LinkList))}
    assert sorted(map(bool, before.values())) == [False, True]
    session().rollback()
    schema.downgrade("0009")
    schema.upgrade()
    told = session().scalars(sa.select(LinkList).execution_options(populate_existing=True))
    assert {one.id: one.tally for one in told} == before
    assert counts(session().get_one(LinkList, key)) == before[key]


# Taking back


def test_undo_leaves_the_database_as_it_was(client: FlaskClient, world: World) -> None:
    before = snapshot()
    found = watched(client, world)
    assert snapshot() != before
    assert found.tally == counts(found) != {}
    client.post(f"/links/lists/{found.id}/undo")
    assert session().get_one(LinkList, found.id, populate_existing=True).tally is None
    work()
    assert snapshot() == before
    assert RowState.TAKEN_BACK in counts(found)
    assert session().get_one(LinkList, found.id).state is ListState.UNDONE


def test_looks_by_the_worker_and_what_followed_are_taken_back_too(
    client: FlaskClient, world: World, place: Place
) -> None:
    before = snapshot()
    found = watched(client, world)
    (key, fence), *_ = actions.take(1, now=NOW + timedelta(days=400))
    seen = Look(Presence.FOUND, Value.WEAKENED, "It is not followed.", "ok", codes=("REL_NOFOLLOW",))
    assert actions.record(key, fence, seen, now=NOW + timedelta(days=400), instance=place.instance)
    client.post(f"/links/lists/{found.id}/undo")
    work()
    assert snapshot() == before


def test_what_somebody_changed_since_stays_and_is_listed(client: FlaskClient, world: World) -> None:
    found = watched(client, world)
    changed, seen = the_link("https://moss.example/a"), the_link("https://fern.example/d")
    actions.change(world.ana, changed.id, Terms(changed.page_url, changed.target_url, "other words"), now=NOW)
    actions.look_myself(world.ana, seen.id, "there", "", now=NOW)
    client.post(f"/links/lists/{found.id}/undo")
    work()
    assert {link.page_url for link in session().scalars(sa.select(PlacedLink))} == {
        "https://moss.example/a", "https://fern.example/d",
    }  # fmt: skip
    assert {number: state for number, state in states(found).items() if state is RowState.KEPT} == {
        2: RowState.KEPT, 8: RowState.KEPT,
    }  # fmt: skip
    page = client.get(f"/links/lists/{found.id}?state=kept").text
    assert "It stays: somebody changed it since." in page
    assert session().scalar(sa.select(Site.id).where(Site.key == "moss.example")) is not None
    assert session().scalar(sa.select(Person.id).where(Person.name == "Lea Moss")) is not None


def test_a_person_who_was_dealt_with_since_stays(client: FlaskClient, world: World) -> None:
    found = watched(client, world)
    lea = session().scalars(sa.select(Person).where(Person.name == "Lea Moss")).one()
    answer = client.post(
        f"/people/{lea.id}/edit",
        data={"name": "Lea M. Moss", "version": lea.version, "subscriber_type": "unknown"},
    )
    assert answer.status_code < 400
    client.post(f"/links/lists/{found.id}/undo")
    work()
    assert session().scalar(sa.select(Person.name).where(Person.id == lea.id)) == "Lea M. Moss"
    assert (
        session().scalar(sa.select(ContactPoint.id).where(ContactPoint.value_norm == "lea@moss.example"))
        is not None
    )
    assert (
        session().scalar(sa.select(PlacedLink.id).where(PlacedLink.page_url == "https://moss.example/a"))
        is None
    )


def test_a_check_has_nothing_to_undo(client: FlaskClient, world: World) -> None:
    log_in(client, world.ana)
    found = start(client, "check", bring(client, world, "page\nnope nope\n"))
    work()
    list_jobs.check_rows(NOW)
    client.post(f"/links/lists/{found.id}/undo")
    assert session().get_one(LinkList, found.id, populate_existing=True).state is ListState.DONE


# Long lists, cut off and cancelled


def many(number: int) -> str:
    rows = [f"https://site{n % 97}.example/{n},{TARGET},seeds {n}" for n in range(number)]
    return "page,target,anchor\n" + "\n".join(rows) + "\n"


def test_a_worker_that_dies_at_any_step_loses_and_doubles_nothing(
    client: FlaskClient, world: World, place: Place
) -> None:
    log_in(client, world.ana)
    found = start(client, "watch", bring(client, world, many(900)))
    at = NOW
    for _ in range(40):  # each time it is killed after one step, holding its lease
        taken = list_actions.take(1, now=at)
        if not taken:
            break
        list_actions.step(*taken[0], now=at, instance=place.instance)
        at += timedelta(minutes=6)
    told = counts(found)
    assert told == {RowState.WATCHED: 900}
    assert session().scalar(sa.select(sa.func.count()).select_from(PlacedLink)) == 900


def test_reading_that_was_cut_off_goes_on_where_it_stood(
    client: FlaskClient, world: World, place: Place
) -> None:
    log_in(client, world.ana)
    found = start(client, "watch", bring(client, world, many(900)))
    ((key, fence),) = list_actions.take(1, now=NOW)
    parts = list_actions._parts(io.BytesIO(many(900).encode()), 1)
    with write():
        one = session().get_one(LinkList, key)
        list_moves.take_in(one, next(parts))
    assert list_actions.step(key, fence, now=NOW, instance=place.instance) == 800
    assert session().get_one(LinkList, found.id, populate_existing=True).total == 900


def test_two_workers_do_not_take_the_same_list(client: FlaskClient, world: World) -> None:
    log_in(client, world.ana)
    start(client, "watch", bring(client, world, SHEET))
    assert len(list_actions.take(5, now=NOW)) == 1
    assert list_actions.take(5, now=NOW) == []
    assert len(list_actions.take(5, now=NOW + timedelta(minutes=6))) == 1


def test_a_worker_that_was_late_finds_its_list_taken(client: FlaskClient, world: World, place: Place) -> None:
    log_in(client, world.ana)
    found = start(client, "watch", bring(client, world, SHEET))
    ((key, late),) = list_actions.take(1, now=NOW)
    ((_, fence),) = list_actions.take(1, now=NOW + timedelta(minutes=6))
    assert list_actions.step(key, late, now=NOW, instance=place.instance) == 0
    assert list_actions.step(key, fence, now=NOW, instance=place.instance) == 9
    assert session().get_one(LinkList, found.id, populate_existing=True).total == 9


def test_cancelling_stops_the_rest_and_what_was_done_can_be_undone(
    client: FlaskClient, world: World, place: Place
) -> None:
    before = snapshot()
    log_in(client, world.ana)
    found = start(client, "watch", bring(client, world, many(500)))
    for _ in range(2):  # read all, watch a hundred
        ((key, fence),) = list_actions.take(1, now=NOW)
        list_actions.step(key, fence, now=NOW, instance=place.instance)
    client.post(f"/links/lists/{found.id}/cancel")
    assert list_actions.step(key, fence, now=NOW, instance=place.instance) == 0
    work()
    assert counts(found) == {RowState.WATCHED: 100, RowState.SKIPPED: 400}
    client.post(f"/links/lists/{found.id}/undo")
    work()
    assert snapshot() == before


def test_a_file_that_breaks_late_is_refused_whole(client: FlaskClient, world: World) -> None:
    broken = many(900) + "\n".join(['a"b,"c'] * 2_000)
    found = watched(client, world, broken)
    assert found.state is ListState.FAILED
    assert "cannot be read" in found.problem
    assert states(found) == {}
    assert session().scalar(sa.select(sa.func.count()).select_from(PlacedLink)) == 0


def test_a_row_that_cannot_be_read_is_told_by_its_number(client: FlaskClient, world: World) -> None:
    lines = many(30).splitlines()
    lines[16] = f'https://site1.example/x,{TARGET},"seeds'
    found = watched(client, world, "\n".join(lines))
    assert states(found)[17] is RowState.REFUSED
    assert reasons(found)[17] == "A quote is opened in it that never ends."
    assert len([state for state in states(found).values() if state is RowState.WATCHED]) == 29


# Downloads


def lines_of(answer: TestResponse) -> list[list[str]]:
    return list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"), newline="")))


def test_rows_not_used_come_back_as_they_were_with_the_reason(client: FlaskClient, world: World) -> None:
    found = watched(client, world)
    rows = lines_of(client.get(f"/links/lists/{found.id}/rows.csv?part=bad"))
    assert rows[0][:5] == ["Row", "Result", "Why", "Live URL", "Target URL"]
    assert [row[0] for row in rows[1:]] == ["5", "6", "7", "9", "10"]
    assert rows[1][3] == "no address at all"


def test_a_download_runs_no_formula(client: FlaskClient, world: World) -> None:
    found = watched(client, world, f'page,target\n"=cmd|x",{TARGET}\n')
    rows = lines_of(client.get(f"/links/lists/{found.id}/rows.csv?part=bad"))
    assert rows[1][3] == "'=cmd|x"
    assert lines_of(client.get(f"/links/lists/{found.id}/rows.csv"))[1][1] == "'=cmd|x"


# Who may


def test_a_list_is_not_there_for_people_of_other_projects(client: FlaskClient, world: World) -> None:
    found = watched(client, world)
    log_in(client, world.otto)
    for path in ("", "/progress", "/rows.csv"):
        assert client.get(f"/links/lists/{found.id}{path}").status_code == 404
    log_in(client, world.vic)
    assert client.get(f"/links/lists/{found.id}").status_code == 200
    assert client.post(f"/links/lists/{found.id}/undo").status_code == 404
