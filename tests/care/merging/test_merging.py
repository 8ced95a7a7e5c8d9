"""Merging two people or sites, and taking it back: every field and every reference as it was, row by row."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any, TypeVar

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

import outreach.desk.models  # noqa: F401  its tables are in the registry, too
from outreach.accounts.models import User
from outreach.accounts.rules import UserRole
from outreach.care import columns, erasing, jobs
from outreach.care.merging import actions, queries, rules
from outreach.care.merging.models import Merge
from outreach.care.merging.rules import ROWS, Kind, Way
from outreach.consent.moves import suppress
from outreach.consent.rules import SuppressionReason
from outreach.db import Base, session, write
from outreach.diary.models import Entry
from outreach.kit import clock
from outreach.links.models import PlacedLink
from outreach.pitches import moves as pitch_moves
from outreach.pitches.rules import PitchType, Stage
from outreach.projects.models import Project
from outreach.prospects import actions as prospect_actions
from outreach.prospects.models import ContactPoint, ImportRow, Note, Person, Prospect, Site, SitePerson
from outreach.server.demo import story
from outreach.server.demo.build import Build
from tests.care.merging.snapshots import all_rows, differences
from tests.reading.inbox_world import box_of, letter
from tests.reading.post import Post, answer, mail
from tests.world import TODAY, World, address, log_in, person, prospect, site

Row = TypeVar("Row", bound=Base)
NOW = clock.now()


def merge(kind: Kind, stays: int, goes: int, by: User, *, now: datetime = NOW, **choices: str) -> int:
    model = queries.MODELS[kind]
    session().rollback()
    versions = tuple(session().get_one(model, key).version for key in (stays, goes))
    chosen = {name: rules.Side(side) for name, side in choices.items()}
    return actions.merge(kind, stays, goes, chosen, versions, by=by, now=now)


# The registry


def test_every_column_that_names_a_person_or_site_says_what_a_merge_does_to_it() -> None:
    assert queries.unnamed() == [], "say in outreach/care/merging/rules.py what a merge does to these"
    real = {
        f"{column.table.name}.{column.name}" for table in columns.tables() for column in table.columns if column.foreign_keys
    }  # fmt: skip
    assert set(rules.TABLES) - real == set()


def test_what_may_be_there_only_once_is_folded_or_guarded() -> None:
    """A unique key over a column that is moved would break the merge of two that both have such a row."""
    wrong = []
    for key, manner in rules.TABLES.items():
        column = queries.named(key)
        once = [one.columns for one in column.table.constraints if isinstance(one, sa.UniqueConstraint)]
        once += [index.columns for index in column.table.indexes if index.unique]
        if manner.way is Way.MOVE and not manner.guard and any(column.name in names for names in once):
            wrong.append(key)
        if manner.way is Way.FOLD:
            wrong += [key] * (
                {column.name, *manner.alike} not in [{one.name for one in names} for names in once]
            )
    assert wrong == []


def test_numbers_of_rows_that_a_merge_takes_away_are_never_given_again() -> None:
    """SQLite gives the highest number again, and an undo would bring the row back on somebody else's."""
    folded = {key.partition(".")[0] for key, manner in rules.TABLES.items() if manner.way is Way.FOLD}
    names = {*ROWS.values(), *folded}
    assert [
        name for name in names if not columns.named(name).dialect_options["sqlite"]["autoincrement"]
    ] == []


# On the rows of the demo


@pytest.fixture
def boss(app: Flask) -> User:
    story.tell(Build(seed=7, size=36, now=NOW, port=8123))
    return session().scalars(sa.select(User).where(User.role == UserRole.ADMIN)).one()


def busiest(kind: Kind, many: int) -> list[int]:
    """Those whom most rows name."""
    counts: dict[int, int] = {}
    for _, column, _ in queries.leading_to(ROWS[kind]):
        for key in session().scalars(sa.select(column).where(column.is_not(None))):
            counts[key] = counts.get(key, 0) + 1
    return sorted(counts, key=lambda key: (-counts[key], key))[:many]


def test_merges_of_busy_people_and_sites_are_taken_back_row_by_row(boss: User) -> None:
    rng = random.Random(11)
    before, done, refused = all_rows(), [], 0
    for kind in (Kind.PERSON, Kind.SITE, Kind.PERSON, Kind.SITE):
        there = [key for key in busiest(kind, 24) if session().get(queries.MODELS[kind], key)]
        for stays, goes in pairwise(rng.sample(there, 10)):
            if all(session().get(queries.MODELS[kind], key) for key in (stays, goes)):
                try:
                    done.append(merge(kind, stays, goes, boss))
                except actions.OpenTwice:
                    refused += 1
    assert len(done) >= 6 and refused, (done, refused)
    during = differences(before, all_rows())
    assert len({line.split()[0] for line in during}) >= 10, during
    for key in reversed(done):
        assert actions.undo(key, by=boss, now=NOW + timedelta(days=1)) == {}
    assert differences(before, all_rows()) == []
    assert {row.steps == [] for row in session().scalars(sa.select(Merge)) if row.undone_at} == {True}


# One merge, and what happens in between


def second(world: World, name: str = "Bo Bergh", mail: str = "bo.berg@wild.example", **more: Any) -> int:
    """The same Bo, added once more."""
    with write() as here:
        row = person(name)
        for key, value in more.items():
            setattr(row, key, value)
        here.add(row)
        here.flush()
        here.add_all(
            [
                SitePerson(site_id=world.site.id, person_id=row.id, role="editor"),
                address(row, mail, world.ana),
            ]
        )
    return row.id


def now_of(kind: type[Row], key: int) -> Row:
    session().rollback()
    return session().get_one(kind, key, populate_existing=True)


def test_mail_that_came_in_between_goes_back_to_whose_address_it_is(world: World) -> None:
    """Through the reading's own actions: Bo answers from his old address, the double writes from theirs."""
    bo_id = world.bo.id
    post = Post(world, None, None, box_of(world, created_at=NOW - timedelta(days=2)))  # type: ignore[arg-type]
    sent = letter(world, post.box, at=clock.now() - timedelta(days=1))
    double = second(world)
    before = all_rows()
    key = merge(Kind.PERSON, double, bo_id, world.max, name="goes")
    assert now_of(Person, double).name == "Bo Berg"
    assert session().get(Person, bo_id) is None
    post.arrive(
        answer(sent, number=1), mail(sender="Bo Bergh <bo.berg@wild.example>", subject="Hello", number=2)
    )
    came = {mail.from_address: mail for mail in post.came_in}
    assert {row.person_id for row in came.values()} == {double}
    actions.undo(key, by=world.max, now=clock.now())
    came = {mail.from_address: mail for mail in post.came_in}
    assert came["bo@wild.example"].person_id == bo_id
    assert came["bo.berg@wild.example"].person_id == double
    told = sa.select(Entry.message_id).where(Entry.kind == "mail.human", Entry.person_id == bo_id)
    assert session().scalars(told).all() == [came["bo@wild.example"].id]
    wrong = [line for line in differences(before, all_rows()) if not line.endswith("new")]
    touched_by_mail = {"pitches", "mail_folders", "mailboxes", "threads", "messages"}
    assert [line for line in wrong if line.split()[0] not in touched_by_mail] == []
    assert not any("person_id" in line or "site_id" in line for line in wrong), wrong


def test_what_was_changed_since_stays_and_is_counted(world: World) -> None:
    bo_id = world.bo.id
    double = second(world, notes="Likes short letters.")
    key = merge(Kind.PERSON, bo_id, double, world.ana)
    assert now_of(Person, bo_id).notes == "Likes short letters."
    point = (
        session()
        .scalars(sa.select(ContactPoint).where(ContactPoint.value_norm == "bo.berg@wild.example"))
        .one()
    )
    third = second(world, "Cleo", "cleo@wild.example")
    with write() as here:
        here.get_one(ContactPoint, point.id).person_id = third
        bo = here.get_one(Person, bo_id)
        bo.notes, bo.version = "Changed by hand.", bo.version + 1
    assert actions.undo(key, by=world.ana, now=NOW) == {"contact_points": 1, "people": 1}
    assert now_of(Person, bo_id).notes == "Changed by hand."
    assert now_of(Person, double).notes == "Likes short letters."
    assert now_of(ContactPoint, point.id).person_id == third
    assert now_of(Merge, key).left == [["contact_points", 1], ["people", 1]]


def test_what_was_removed_since_is_counted_as_not_restored(world: World, client: FlaskClient) -> None:
    bo_id = world.bo.id
    double = second(world)
    key = merge(Kind.PERSON, bo_id, double, world.ana)
    with write() as here:
        here.execute(sa.delete(ContactPoint).where(ContactPoint.value_norm == "bo.berg@wild.example"))
    log_in(client, world.ana)
    page = client.post(f"/merges/{key}/undo", follow_redirects=True).text
    assert now_of(Merge, key).left == [["contact_points", 1, "gone"]]
    assert "all else is as it was" in page and "every field and reference" not in page
    assert "What was removed in between could not be restored: ways to reach them (1)." in page
    assert "Bo Bergh</b> went into" in page and "Another person" not in page
    assert '<td data-label="Went into it">Bo Bergh</td>' in client.get("/merges").text


def test_of_two_merges_both_say_what_is_gone(world: World) -> None:
    bo_id, double, third = world.bo.id, second(world), second(world, "B. Berg", "b@wild.example")
    keys = [merge(Kind.PERSON, double, third, world.ana), merge(Kind.PERSON, bo_id, double, world.ana)]
    with write() as here:
        here.execute(sa.delete(ContactPoint).where(ContactPoint.value_norm == "b@wild.example"))
    for key in reversed(keys):
        actions.undo(key, by=world.ana, now=NOW)
    assert [now_of(Merge, key).left for key in keys] == [[["contact_points", 1, "gone"]]] * 2


def test_a_no_of_either_holds_for_both(world: World) -> None:
    bo_id = world.bo.id
    double = second(world, is_do_not_contact=True, do_not_contact_reason="They asked us")
    first = merge(Kind.PERSON, bo_id, double, world.ana)
    bo = now_of(Person, bo_id)
    assert (bo.is_do_not_contact, bo.do_not_contact_reason) == (True, "They asked us")
    actions.undo(first, by=world.ana, now=NOW)
    assert not now_of(Person, bo_id).is_do_not_contact
    other = second(world, "B. Berg", "berg@moss.example")
    with write():
        suppress("berg@moss.example", reason=SuppressionReason.UNSUBSCRIBED, by=None, now=NOW)
    merge(Kind.PERSON, bo_id, other, world.ana)
    bo = now_of(Person, bo_id)
    assert (bo.is_do_not_contact, "suppression" in bo.do_not_contact_reason) == (True, True)


def test_two_open_pitches_of_one_project_refuse_the_merge_by_name(world: World, client: FlaskClient) -> None:
    bo_id = world.bo.id
    double = second(world)
    with write() as here:
        place = site("wild-garden.example")
        here.add(place)
        here.flush()
        here.add(prospect(world.seed, place, world.ana))
        pitch_moves.start(
            here.get_one(Project, world.seed.id), PitchType.INTERVIEW, place.id, by=world.ana, now=NOW, today=TODAY,
            person_id=double, topic="An hour on dry soil", stage=Stage.READY,
        )  # fmt: skip
    with pytest.raises(actions.OpenTwice):
        merge(Kind.PERSON, bo_id, double, world.ana)
    with pytest.raises(actions.OpenTwice):
        merge(Kind.SITE, world.site.id, place.id, world.ana)
    log_in(client, world.ana)
    page = client.get(f"/people/{bo_id}/merge/{double}").text
    assert (
        "Seed trial</b> has two open pitches" in page
        and "An hour on dry soil" in page
        and "Merge them" not in page
    )


def test_who_may_not_write_in_every_project_is_refused_without_a_word_of_what_is_there(
    world: World, client: FlaskClient
) -> None:
    bo_id = world.bo.id
    double = second(world)
    with write() as here:
        here.add(Note(project_id=world.other.id, person_id=double, text="A secret", created_at=NOW))
    with pytest.raises(actions.NotYours):
        merge(Kind.PERSON, bo_id, double, world.ana)
    log_in(client, world.ana)
    address = f"/people/{bo_id}/merge/{double}"
    answers = [client.get(address), client.post(address, data={"version": "1", "other_version": "1"})]
    assert [one.status_code for one in answers] == [200, 403]
    assert all(
        "Ask a manager" in one.text and "Other" not in one.text and "secret" not in one.text
        for one in answers
    )
    log_in(client, world.otto)
    assert client.get(address).status_code == 404
    assert merge(Kind.PERSON, bo_id, double, world.max)


def test_merges_into_one_are_taken_back_in_any_order(world: World) -> None:
    bo_id = world.bo.id
    b, c = second(world, notes="From B."), second(world, "Bo B.", "bo@moss.example", notes="From C.")
    with write() as here:  # C is where neither A nor B is
        place = site("moss.example")
        here.add(place)
        here.flush()
        here.add_all([prospect(world.seed, place, world.ana), SitePerson(site_id=place.id, person_id=b), SitePerson(site_id=place.id, person_id=c, role="boss")])  # fmt: skip
    before = all_rows()
    first = merge(Kind.PERSON, bo_id, b, world.ana)
    in_between = all_rows()
    then = merge(Kind.PERSON, bo_id, c, world.ana)
    assert now_of(Person, bo_id).notes == "From B.\n\nFrom C."
    actions.undo(then, by=world.ana, now=NOW)
    assert differences(in_between, all_rows()) == []
    then = merge(Kind.PERSON, bo_id, c, world.ana)
    assert set(actions.undo(first, by=world.ana, now=NOW)) <= {"people"}
    held = {
        (row.person_id, row.role)
        for row in session().scalars(sa.select(SitePerson).where(SitePerson.site_id == place.id))
    }
    assert held == {(b, ""), (bo_id, "boss")}, "C's place is the survivor's, when B takes their own along"
    actions.undo(then, by=world.ana, now=NOW)
    left = [line for line in differences(before, all_rows()) if "notes" not in line]
    assert left == []


@pytest.mark.parametrize("is_person_first", [True, False])
def test_merges_of_people_and_of_their_sites_are_taken_back_in_any_order(
    world: World, is_person_first: bool
) -> None:
    """Who stands at one site after a merge of sites is one row, and one of two after a merge of people: both come apart again."""
    b, c = second(world, "Bo B.", "bo@moss.example"), second(world, "Cy", "cy@moss.example")
    with write() as here:
        moss, fern = site("moss.example"), site("fern.example")
        here.add_all([moss, fern])
        here.flush()
        places, people = [world.site.id, moss.id, fern.id], [world.bo.id, b, c]
        here.add_all(prospect(world.seed, row, world.ana) for row in (moss, fern))
        for place_id, person_id in [(moss.id, b), (moss.id, world.bo.id), (fern.id, b), (fern.id, c)]:
            here.add(SitePerson(site_id=place_id, person_id=person_id, role=f"role {place_id}{person_id}"))
    before = all_rows()
    deeds = [(Kind.SITE, places[0], places[1]), (Kind.PERSON, people[0], people[1]), (Kind.SITE, places[0], places[2]), (Kind.PERSON, people[0], people[2])]  # fmt: skip
    if is_person_first:
        deeds = [*deeds[1::-1], *deeds[:1:-1]]
    made = [merge(*deed, world.max) for deed in deeds]
    for key in made:
        actions.undo(key, by=world.max, now=NOW)
    assert differences(before, all_rows()) == []


def test_somebody_new_goes_back_with_the_site_of_their_address(world: World) -> None:
    with write() as here:
        place = site("moss.example")
        here.add(place)
        here.flush()
        here.add(prospect(world.seed, place, world.ana))
    key = merge(Kind.SITE, world.site.id, place.id, world.max)
    theirs = second(world, "New There", "new@moss.example")
    ours = second(world, "New Here", "new@wild.example")
    either = second(world, "New Both", "both@moss.example")
    with write() as here:
        here.add(address(here.get_one(Person, either), "both@wild.example", world.ana))
        for person_id in (theirs, ours, either):
            here.execute(sa.delete(SitePerson).where(SitePerson.person_id == person_id))
            here.add(SitePerson(site_id=world.site.id, person_id=person_id, role=""))
            here.execute(sa.update(Person).where(Person.id == person_id).values(created_at=NOW))
    actions.undo(key, by=world.max, now=clock.now())
    at = dict(session().execute(sa.select(SitePerson.person_id, SitePerson.site_id)).all())
    assert (at[theirs], at[ours], at[either]) == (place.id, world.site.id, world.site.id)


def test_a_chain_is_taken_back_from_its_end_and_old_addresses_lead_on(
    world: World, client: FlaskClient
) -> None:
    bo_id = world.bo.id
    b, c = second(world), second(world, "Bo B.", "bo@moss.example")
    before = all_rows()
    first = merge(Kind.PERSON, bo_id, b, world.ana)
    then = merge(Kind.PERSON, c, bo_id, world.ana)
    log_in(client, world.ana)
    for key in (b, bo_id):
        assert client.get(f"/people/{key}").location == f"/people/{c}"
    assert "Ana Hazel started" in client.get(f"/people/{c}").text, "the diary of both is told"
    with pytest.raises(actions.CannotUndo, match=f"merge {then}"):
        actions.undo(first, by=world.ana, now=NOW)
    actions.undo(then, by=world.ana, now=NOW)
    actions.undo(first, by=world.ana, now=NOW)
    assert differences(before, all_rows()) == []
    assert client.get(f"/people/{b}").status_code == 200


def test_a_merged_sites_addresses_belong_to_the_one_that_stayed(world: World, client: FlaskClient) -> None:
    with write() as here:
        place = site("wild-garden.example")
        here.add(place)
        here.flush()
        here.add(prospect(world.seed, place, world.max))
        here.add(Prospect(project_id=world.other.id, site_id=place.id, created_at=NOW, updated_at=NOW))
    before = all_rows()
    key = merge(Kind.SITE, world.site.id, place.id, world.max)
    held = session().scalars(sa.select(Prospect).where(Prospect.site_id == world.site.id)).unique().all()
    assert {(row.project_id, row.owner_id) for row in held} == {
        (world.seed.id, world.ana.id),
        (world.other.id, None),
    }
    prospect_actions.add_addresses(
        world.seed.id, "wild-garden.example\nhttps://www.wild-garden.example/x", by=world.ana, now=NOW
    )
    outcomes = [row.outcome.value for row in session().scalars(sa.select(ImportRow))]
    assert outcomes == ["known", "repeated"]
    assert session().scalar(sa.select(Site.id).where(Site.key == "wild-garden.example")) is None
    with write() as here:
        here.add(PlacedLink(
            project_id=world.seed.id, site_id=world.site.id, page_url="https://wild-garden.example/a",
            page_url_norm="wild-garden.example/a", target_url=world.page.url, state_since=NOW, created_at=clock.now(),
        ))  # fmt: skip
    assert actions.undo(key, by=world.max, now=clock.now()) == {}
    link = session().scalars(sa.select(PlacedLink)).one()
    assert link.site_id == place.id, "a link born since goes where its page is"
    news = [line for line in differences(before, all_rows()) if not line.endswith("new")]
    assert news == []


def test_erasing_somebody_takes_the_record_of_their_merges_along(world: World, app: Flask) -> None:
    bo_id = world.bo.id
    double = second(world, notes="bo.berg@wild.example is a private address of Bo Bergh")
    merge(Kind.PERSON, bo_id, double, world.ana)
    merge(Kind.SITE, other_site(world), world.site.id, world.max)
    erasing.erase(bo_id, [], app.extensions["outreach"], by=world.max, now=NOW, is_over=lambda: False)
    kinds = [row.kind for row in session().scalars(sa.select(Merge))]
    assert kinds == [Kind.SITE]
    kept = " ".join(str(row) for row in session().execute(sa.select(Merge.__table__)).all())
    assert "bo.berg" not in kept.lower() and "bo bergh" not in kept.lower()


def other_site(world: World) -> int:
    with write() as here:
        place = site("wild-garden.example")
        here.add(place)
        here.flush()
        here.add(prospect(world.seed, place, world.ana))
        return place.id


def test_after_thirty_days_only_numbers_are_left(world: World, client: FlaskClient) -> None:
    bo_id = world.bo.id
    double = second(world)
    key = merge(Kind.PERSON, bo_id, double, world.ana)
    assert jobs.forget_merges(NOW + timedelta(days=29)) == 0
    late = NOW + timedelta(days=31)
    assert (jobs.count_merges(late), jobs.forget_merges(late), jobs.count_merges(late)) == (1, 1, 0)
    row = now_of(Merge, key)
    assert (row.steps, row.former_name, row.former_id) == ([], "", double)
    with pytest.raises(actions.CannotUndo, match="30 days"):
        actions.undo(key, by=world.ana, now=late)
    log_in(client, world.ana)
    assert client.get(f"/people/{double}").location == f"/people/{bo_id}"


def test_a_form_that_was_overtaken_merges_nothing(world: World, client: FlaskClient) -> None:
    bo_id = world.bo.id
    double = second(world)
    log_in(client, world.ana)
    address = f"/people/{bo_id}/merge/{double}"
    given = {"version": "1", "other_version": "1", "keep-name": "goes"}
    with write() as here:
        here.get_one(Person, double).version = 2
    assert client.post(address, data=given).status_code == 409
    done = client.post(address, data={**given, "other_version": "2"}, follow_redirects=True)
    assert "went into" in done.text and "Take it back" in done.text
    assert now_of(Person, bo_id).name == "Bo Bergh"
    key = session().scalars(sa.select(Merge.id)).one()
    back = client.post(f"/merges/{key}/undo", follow_redirects=True)
    assert "They are two again" in back.text
    assert now_of(Person, bo_id).name == "Bo Berg"


def test_taking_a_list_back_leaves_what_was_merged_since(world: World) -> None:
    batch = prospect_actions.add_addresses(world.seed.id, "wild-garden.example", by=world.ana, now=NOW)
    place = session().scalar(sa.select(Site.id).where(Site.key == "wild-garden.example"))
    assert place
    before = all_rows()
    key = merge(Kind.SITE, world.site.id, place, world.ana)
    assert prospect_actions.undo_batch(batch, by=world.ana, now=NOW) == (0, 1)
    assert session().scalar(sa.select(Prospect.site_id)) == world.site.id
    actions.undo(key, by=world.ana, now=NOW)
    left = [line for line in differences(before, all_rows()) if not line.startswith("import_batches")]
    assert left == []
