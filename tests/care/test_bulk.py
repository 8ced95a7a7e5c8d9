"""Many rows at once: done by the worker, told row by row, taken back where nobody changed the row since."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from outreach.care import bulk_actions, bulk_jobs, bulk_queries, bulk_rules
from outreach.care.bulk_models import BulkRow, BulkRun
from outreach.care.bulk_rules import BulkList, BulkState, Deed, Fate
from outreach.consent.models import Suppression
from outreach.db import session, write
from outreach.kit import clock
from outreach.pitches.models import Pitch
from outreach.prospects.labels import queries as labels
from outreach.prospects.labels.models import PersonTag, Tag
from outreach.prospects.labels.rules import About
from outreach.prospects.models import Prospect
from outreach.prospects.rules import ProspectState
from tests.world import NOW, World, log_in, prospect, site

P = BulkList.PROSPECTS


def fill(world: World, number: int) -> None:
    """So many sites in Ana's project that nobody has looked at, and one in Otto's."""
    with write() as here:
        places = [site(f"s{n:04}.example") for n in range(number + 1)]
        here.add_all(places)
        here.flush()
        rows = [prospect(world.seed, place, world.ana) for place in places[1:]]
        here.add_all([*rows, prospect(world.other, places[0], world.otto)])
        for row in rows:
            row.state, row.owner_id = ProspectState.NEW, None


def states(world: World) -> dict[str, int]:
    rows = session().execute(
        sa.select(Prospect.state, sa.func.count())
        .where(Prospect.project_id == world.seed.id)
        .group_by(Prospect.state)
    )
    return {state.value: number for state, number in rows}


def run_of(key: int) -> BulkRun:
    session().rollback()
    return session().get_one(BulkRun, key)


def test_a_thousand_rows_are_rejected_by_the_worker_and_come_back_but_for_those_changed_since(
    world: World,
) -> None:
    fill(world, 1100)
    now = clock.now()
    key = bulk_actions.ask(P, Deed.REJECT, "state=new", [], {"reason": "off_topic"}, by=world.ana, now=now)
    late = session().scalars(sa.select(Prospect).where(Prospect.state == "new", Prospect.project_id == world.seed.id).order_by(Prospect.id.desc())).first()  # fmt: skip
    assert late
    with write():
        session().get_one(Prospect, late.id).updated_at = now + timedelta(seconds=1)
    assert bulk_jobs.work_bulk(now + timedelta(seconds=1)) == 1
    run = run_of(key)
    assert (run.state, run.total, run.done, run.left) == (BulkState.DONE, 1100, 1099, 1)
    assert states(world) == {"kept": 1, "new": 1, "rejected": 1099}
    (told,) = session().execute(bulk_queries.told(run)).all()
    assert (told[0].prospect_id, told[0].reason) == (late.id, bulk_rules.CHANGED)

    changed = (
        session().scalars(sa.select(BulkRow.prospect_id).where(BulkRow.fate == Fate.DONE).limit(1)).one()
    )
    with write():
        session().get_one(Prospect, changed).updated_at = clock.now()
    bulk_actions.undo(world.ana, key, now=clock.now())
    bulk_jobs.work_bulk(clock.now())
    run = run_of(key)
    assert (run.state, run.back) == (BulkState.UNDONE, 1098)
    assert states(world) == {"kept": 1, "new": 1099, "rejected": 1}
    assert run.is_busy is False


def test_a_run_that_is_cancelled_stops_and_keeps_what_is_done(world: World) -> None:
    fill(world, 600)
    key = bulk_actions.ask(P, Deed.KEEP, "state=new", [], {}, by=world.ana, now=NOW)
    ((taken, fence),) = bulk_actions.take(now=NOW)
    assert bulk_actions.take(now=NOW) == [], "a second worker gets nothing"
    assert bulk_actions.step(taken, fence, now=NOW) is True
    bulk_actions.cancel(world.ana, key, now=NOW)
    assert bulk_actions.step(taken, fence, now=NOW) is False
    assert (run_of(key).state, states(world)) == (BulkState.CANCELLED, {"kept": 501, "new": 100})


@pytest.mark.parametrize("deed", [Deed.TAG, Deed.GIVE, Deed.LATER, Deed.SUPPRESS])
def test_what_is_done_can_be_taken_back(world: World, deed: Deed) -> None:
    fill(world, 3)
    params = {Deed.TAG: {"tags": {"press": "Press"}}, Deed.GIVE: {"owner": world.ana.id}}.get(deed, {})
    key = bulk_actions.ask(P, deed, "state=new", [], params, by=world.ana, now=NOW)
    assert run_of(key).done == 3
    rows = session().scalars(sa.select(Prospect).where(Prospect.project_id == world.seed.id)).all()
    changed = {
        Deed.TAG: lambda: sum(len(labels.tags_of(About.SITE, row.site_id)) for row in rows),
        Deed.GIVE: lambda: sum(row.owner_id is not None for row in rows) - 1,
        Deed.LATER: lambda: sum(row.state is ProspectState.LATER for row in rows),
        Deed.SUPPRESS: lambda: len(session().scalars(sa.select(Suppression.value)).all()),
    }[deed]
    assert changed() == 3
    bulk_actions.undo(world.ana, key, now=NOW)
    assert (run_of(key).state, run_of(key).back) == (BulkState.UNDONE, 3)
    assert changed() == 0
    assert session().scalars(sa.select(Tag)).all() == [], "a tag that only this run made goes with it"


def test_a_tag_that_was_there_or_that_others_carry_stays_after_the_undo(world: World) -> None:
    fill(world, 2)
    with write() as here:
        here.add(Tag(name="Old", key="old", created_at=NOW, created_by_id=world.ana.id))
    tags = {"tags": {"old": "Old", "fresh": "Fresh", "shared": "Shared"}}
    key = bulk_actions.ask(P, Deed.TAG, "state=new", [], tags, by=world.ana, now=NOW)
    with write() as here:
        shared = here.scalars(sa.select(Tag.id).where(Tag.key == "shared")).one()
        here.add(PersonTag(tag_id=shared, person_id=world.bo.id))
    bulk_actions.undo(world.ana, key, now=NOW)
    assert set(session().scalars(sa.select(Tag.key))) == {"old", "shared"}


def test_pitches_are_started_where_none_is_open(world: World) -> None:
    fill(world, 2)
    key = bulk_actions.ask(P, Deed.START, "", [], {"type": "guest_post"}, by=world.ana, now=NOW)
    run = run_of(key)
    assert (run.total, run.done, run.left) == (3, 2, 1)
    assert session().scalar(sa.select(sa.func.count()).select_from(Pitch)) == 3
    with pytest.raises(bulk_actions.TooLate):
        bulk_actions.undo(world.ana, key, now=NOW)


def test_rights_are_in_the_query(world: World, client: FlaskClient) -> None:
    fill(world, 2)
    secret = session().scalars(sa.select(Prospect.id).where(Prospect.project_id == world.other.id)).one()
    assert bulk_queries.count(P, "", [secret, world.prospect.id], world.ana) == 1
    assert bulk_queries.count(P, "", [], world.vic) == 0
    key = bulk_actions.ask(P, Deed.GIVE, "state=kept", [], {"owner": None}, by=world.ana, now=NOW)
    for who in (world.vic, world.otto):
        with pytest.raises(bulk_actions.Gone):
            bulk_actions.undo(who, key, now=NOW)
    with write():
        world.prospect.owner_id = world.max.id
    held = bulk_actions.ask(P, Deed.GIVE, "state=kept", [], {"owner": world.ana.id}, by=world.ana, now=NOW)
    assert (run_of(held).done, run_of(held).left) == (0, 1)


def test_all_that_fit_are_tagged_from_the_screen_with_a_wrong_form_first(
    world: World, client: FlaskClient
) -> None:
    fill(world, 2)
    log_in(client, world.ana)
    where = "/bulk/new?list=prospects&query=state%3Dnew"
    assert "Name at least one tag." in client.post(where, data={"deed": "tag", "tags": ""}).text
    done = client.post(where, data={"deed": "tag", "tags": "Press"}, follow_redirects=True).text
    assert "Put tags on: 2 done." in done
    assert done.count(">Press</b>") == 2
    picked = client.post("/bulk/rows", data={"row": [world.bo.id], "list": "people", "deed": "tag"})
    assert picked.location == f"/bulk/new?list=people&rows={world.bo.id}&deed=tag"
    assert "Put tags on: 1 done." in client.post(picked.location, data={"deed": "tag", "tags": "vip"}, follow_redirects=True).text  # fmt: skip


def test_many_have_to_be_meant(world: World, client: FlaskClient) -> None:
    fill(world, 501)
    log_in(client, world.ana)
    asked = client.post("/bulk/new?list=prospects&query=state%3Dnew", data={"deed": "kept"})
    assert asked.status_code == 422
    assert "Say that all 501 are meant." in asked.text
    sent = client.post("/bulk/new?list=prospects&query=state%3Dnew", data={"deed": "kept", "sure": "yes"})
    assert "0 of 501" in client.get(sent.location).text, "the worker has it"


def test_rows_that_came_since_the_page_was_read_are_asked_about(world: World, client: FlaskClient) -> None:
    fill(world, 3)
    log_in(client, world.ana)
    page = "/bulk/new?list=prospects&query=state%3Dnew"
    assert 'name="seen" value="3"' in client.get(page).text
    with write() as here:
        late = site("late.example")
        here.add(late)
        here.flush()
        row = prospect(world.seed, late, world.ana)
        row.state, row.owner_id = ProspectState.NEW, None
        here.add(row)
    told = client.post(page, data={"deed": "kept", "seen": "3"})
    assert told.status_code == 422
    assert "4 rows fit by now, 1 more than you were told" in told.text
    assert states(world)["new"] == 4
    assert client.post(page, data={"deed": "kept", "seen": "4"}).status_code == 303
    assert states(world) == {"kept": 5}


def test_what_is_much_is_counted_to_the_last_while_one_reads_on(world: World, client: FlaskClient) -> None:
    fill(world, 1001)
    log_in(client, world.ana)
    page = client.get("/bulk/new?list=prospects&query=state%3Dnew").text
    assert "more than 1,000 rows at once" in page
    assert "Yes, all of them" in page
    assert "/bulk/count?list=prospects&amp;query=state%3Dnew" in page
    assert "<b>1,001</b> rows" in client.get("/bulk/count?list=prospects&query=state%3Dnew").text
    assert "1,001 rows at once" in client.get("/bulk/new?list=prospects&query=state%3Dnew&counted=1").text
    asked = client.post("/bulk/new?list=prospects&query=state%3Dnew", data={"deed": "kept"})
    assert "Say that all of them are meant." in asked.text
    for query in (
        "",
        "q=s1",
        "q=s100",
        "q=zzz&state=new",
        "owner=none&state=new",
        "tag=1",
        "person=no",
        "state=kept",
    ):
        for user in (world.ana, world.otto, world.max):
            rows = bulk_queries.meant(P, query, [], user).with_only_columns(Prospect.id)
            assert bulk_queries.count(P, query, [], user) == len(session().scalars(rows).all())
