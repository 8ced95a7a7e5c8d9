"""How well we stand with a site and a person (2.5): a pure rule, read for the page that shows it, and set by hand with a reason."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from outreach.db import db, session, write
from outreach.desk import relationships
from outreach.desk.relationship_models import RelationshipOverride
from outreach.desk.relationship_rules import NAMES, Facts, Knower, Side, Standing, derive
from outreach.desk.relationships import Whom
from outreach.letter.kinds import Kind
from outreach.links import moves as link_moves
from outreach.links.moves import Terms
from outreach.links.rules import LinkState
from outreach.mail.models import Message
from outreach.mail.rules import Direction, LetterKind, MessageState
from outreach.pitches import fact_moves, letter_moves, moves
from outreach.pitches.agreement import Agreement
from outreach.pitches.rules import PitchType, Stage, column_of
from outreach.projects.models import Project
from outreach.prospects import standings as port
from outreach.prospects.labels.rules import About
from outreach.prospects.models import Person, Site, SitePerson
from tests.statements import counted
from tests.world import NOW, TODAY, World, address, log_in, person, prospect, site

DAY = timedelta(days=1)
TALKED = Facts(is_researched=True, last_out_at=NOW - 9 * DAY, last_in_at=NOW - 8 * DAY)


@pytest.mark.parametrize(
    ("facts", "standing", "side"),
    [
        (Facts(), Standing.UNKNOWN, None),
        (Facts(is_researched=True), Standing.RESEARCHED, None),
        (Facts(last_out_at=NOW), Standing.APPROACHED, None),
        (TALKED, Standing.IN_CONTACT, None),
        (replace(TALKED, has_agreed=True), Standing.AGREED_ONCE, None),
        (replace(TALKED, has_agreed=True, won=1), Standing.COLLABORATOR, None),
        (replace(TALKED, won=2), Standing.PARTNER, None),
        (Facts(last_out_at=NOW - 180 * DAY), Standing.APPROACHED, Side.COOLING),
        (Facts(last_out_at=NOW - 179 * DAY), Standing.APPROACHED, None),
        (replace(TALKED, last_in_at=NOW - 200 * DAY), Standing.IN_CONTACT, None),
        (replace(TALKED, nurture_until=date(2027, 1, 1)), Standing.IN_CONTACT, Side.NURTURE),
        (replace(TALKED, nurture_until=TODAY), Standing.IN_CONTACT, None),
        (replace(TALKED, declined_at=NOW - 364 * DAY), Standing.IN_CONTACT, Side.DECLINED),
        (replace(TALKED, declined_at=NOW - 365 * DAY), Standing.IN_CONTACT, None),
        (replace(TALKED, declined_at=NOW - 9 * DAY, yes_at=NOW), Standing.IN_CONTACT, None),
        (replace(TALKED, declined_at=NOW, is_do_not_contact=True), Standing.IN_CONTACT, Side.DO_NOT_CONTACT),
        (replace(TALKED, won=2, said=Standing.IN_CONTACT, why="They moved on"), Standing.IN_CONTACT, None),
    ],
)
def test_the_stage_follows_from_what_happened(facts: Facts, standing: Standing, side: Side | None) -> None:
    found = derive(facts, now=NOW)
    assert (found.standing, found.side) == (standing, side)
    assert found.why.endswith((".", "on"))


def talk(world: World) -> None:
    """Max wrote once, Ana owns the pitch, and Bo answered her."""
    common = {
        "project_id": world.seed.id,
        "pitch_id": world.pitch.id,
        "person_id": world.bo.id,
        "created_at": NOW,
    }
    with write() as here:
        here.add_all([
            Message(direction=Direction.OUT, kind=LetterKind.FIRST, state=MessageState.SENT, author_id=world.max.id, sent_at=NOW, **common),
            Message(direction=Direction.IN, state=MessageState.RECEIVED, what=Kind.HUMAN, received_at=NOW, **common),
            Message(direction=Direction.IN, state=MessageState.RECEIVED, what=Kind.AUTO_REPLY, received_at=NOW, **common),
        ])  # fmt: skip
        letter_moves.contacted(world.pitch, now=NOW, today=TODAY, follow_up_days=4, is_follow_up=False)
        letter_moves.talking(world.pitch, now=NOW, today=TODAY)


def standings(world: World) -> set[Standing]:
    """Of the site and of the person; the same in this world."""
    session().rollback()
    both = (Whom(site_id=world.site.id), Whom(person_id=world.bo.id))
    return {relationships.of(one, now=NOW)[0].standing for one in both}


def test_each_step_shows_at_once_for_site_and_person(app: Flask, world: World) -> None:
    assert standings(world) == {Standing.RESEARCHED}
    talk(world)
    assert standings(world) == {Standing.IN_CONTACT}
    with write():
        fact_moves.agree(
            world.pitch, Agreement(target_url=world.page.url, expected_rel="follow"), by=world.ana, now=NOW
        )
        moves.move(world.pitch, Stage.AGREED, by=world.ana, now=NOW, today=TODAY)
    assert standings(world) == {Standing.AGREED_ONCE}
    with write():
        moves.succeed(world.pitch, by=None, now=NOW, today=TODAY)
    assert standings(world) == {Standing.COLLABORATOR}


def test_who_knows_them_best_is_told_by_answers_before_letters(app: Flask, world: World) -> None:
    talk(world)
    best, other = relationships.knowers(Whom(site_id=world.site.id))
    assert best == Knower(world.ana.name, 0, 1, 0)
    assert (other, other.words) == (Knower(world.max.name, 1, 0, 0), "1 letter")
    assert relationships.of(Whom(person_id=world.bo.id), now=NOW)[1] == best


def test_somebody_sees_it_otherwise_and_takes_it_back(app: Flask, client: FlaskClient, world: World) -> None:
    log_in(client, world.ana)
    for page, home in ((f"/sites/{world.site.id}", "Wild"), (f"/people/{world.bo.id}", "Bo")):
        assert "Researched" in client.get(page).text
        unsaid = client.post(f"{page}/relationship", data={"standing": "partner"})
        assert (unsaid.status_code, "Say why you see it otherwise." in unsaid.text) == (422, True)
        client.post(f"{page}/relationship", data={"standing": "partner", "reason": f"{home} was at our fair"})
        shown = client.get(page).text
        assert "Partner" in shown
        assert f"{home} was at our fair" in shown
        client.post(f"{page}/relationship?standing=&reason=")
        assert "was at our fair" not in client.get(page).text
    log_in(client, world.vic)
    assert client.post(f"/sites/{world.site.id}/relationship", data={"standing": ""}).status_code == 404
    assert "Researched" in client.get(f"/pitches/{world.pitch.id}").text


def other_project(world: World) -> Project:
    """The one that is Otto's."""
    return session().scalars(sa.select(Project).where(Project.id != world.seed.id)).one()


def grow(world: World, number: int, luck: random.Random) -> tuple[int, int]:
    """A site with a person, to whom all sorts of things have happened; the ids of both."""
    here = session()
    place, who = site(f"place{number}.example"), person(f"Person {number}")
    here.add_all([place, who])
    here.flush()
    here.add(prospect(world.seed, place, world.ana))
    if luck.random() < 0.5:
        here.add_all(
            [
                SitePerson(site_id=place.id, person_id=who.id),
                address(who, f"p{number}@place.example", world.ana),
            ]
        )
    for _ in range(luck.randrange(4)):
        kind = luck.choice([PitchType.GUEST_POST, PitchType.LINK_REMOVAL, PitchType.LINK_RECLAIM])
        pitch = moves.start(
            world.seed if luck.random() < 0.5 else other_project(world), PitchType.LINK_RECLAIM, place.id, by=world.ana, now=NOW, today=TODAY,
            person_id=who.id if luck.random() < 0.7 else None,
        )  # fmt: skip
        pitch.type, pitch.is_open, pitch.next_kind, pitch.next_on, pitch.next_owner_id = (
            kind,
            False,
            None,
            None,
            None,
        )
        pitch.stage = luck.choice([Stage.WON, Stage.DECLINED, Stage.LOST_AFTER_YES, Stage.REMOVED_VERIFIED])
        pitch.board_column = column_of(pitch.stage)
        pitch.rested_from = luck.choice([None, Stage.AGREED, Stage.TALKING])
        pitch.last_out_at, pitch.last_in_at = luck.choice([None, NOW]), luck.choice([None, NOW])
        if luck.random() < 0.4:
            terms = Terms(f"https://place{number}.example/{pitch.id}", world.page.url)
            link = link_moves.place(world.seed, place, terms, by=world.ana, now=NOW, pitch=pitch)
            link.state = luck.choice([LinkState.LIVE, LinkState.LIVE_WEAKENED, LinkState.LOST])
    if luck.random() < 0.2:
        here.add(
            RelationshipOverride(
                site_id=place.id,
                standing=luck.choice(list(Standing)),
                reason="So",
                set_at=NOW,
                set_by_id=world.ana.id,
            )
        )
    if luck.random() < 0.2:
        here.add(
            RelationshipOverride(
                person_id=who.id,
                standing=luck.choice(list(Standing)),
                reason="So",
                set_at=NOW,
                set_by_id=world.ana.id,
            )
        )
    return place.id, who.id


def test_the_lists_are_filtered_by_what_their_pages_say(
    app: Flask, client: FlaskClient, world: World
) -> None:
    luck = random.Random(7)
    with write():
        grown = [grow(world, number, luck) for number in range(40)]
    for about, model, place in ((About.SITE, Site, 0), (About.PERSON, Person, 1)):
        wanted: dict[Standing, set[int]] = {standing: set() for standing in Standing}
        for ids in grown:
            whom = Whom(site_id=ids[0]) if about is About.SITE else Whom(person_id=ids[1])
            wanted[relationships.of(whom, now=NOW)[0].standing].add(ids[place])
        for standing in Standing:
            query = sa.select(model.id).where(
                port.is_at(about, model.id, standing), model.id.in_([ids[place] for ids in grown])
            )
            assert set(session().scalars(query)) == wanted[standing], (about, standing)
        assert sum(bool(found) for found in wanted.values()) >= 4
    log_in(client, world.ana)
    some = relationships.of(Whom(site_id=grown[0][0]), now=NOW)[0].standing
    assert "place0.example" in client.get(f"/prospects?standing={some}").text
    other = next(one for one in Standing if one is not some)
    page = client.get(f"/prospects?standing={other}").text
    assert "place0.example" not in page
    assert NAMES[other] in page
    assert client.get("/people?standing=nonsense").status_code == 200


def test_the_page_tells_it_project_by_project_of_those_one_may_see(
    app: Flask, client: FlaskClient, world: World
) -> None:
    talk(world)
    with write():
        moves.start(
            other_project(world),
            PitchType.GUEST_POST,
            world.site.id,
            by=world.otto,
            now=NOW,
            today=TODAY,
            person_id=world.bo.id,
        )
    told = relationships.by_project(Whom(site_id=world.site.id), world.ada, is_do_not_contact=False, now=NOW)
    assert [(one.name, one.relationship.standing) for one in told] == [
        (world.seed.name, Standing.IN_CONTACT), (other_project(world).name, Standing.RESEARCHED),
    ]  # fmt: skip
    log_in(client, world.ana)
    door = f"/people/{world.bo.id}/relationship"
    with counted(db.engine) as count:
        page = client.get(door).text
    assert count.total <= 12
    assert "Project by project" in page
    assert (
        other_project(world).name
        not in page.partition("Project by project")[2].partition("Who knows them")[0]
    )


@pytest.mark.parametrize("about", list(About))
def test_the_filter_asks_each_row_by_itself(app: Flask, world: World, about: About) -> None:
    key = Site.id if about is About.SITE else Person.id
    is_sqlite = db.engine.dialect.name == "sqlite"
    for standing in Standing:
        query = sa.select(key).where(port.is_at(about, key, standing))
        asked = query.compile(db.engine, compile_kwargs={"literal_binds": True})
        with db.engine.connect() as connection:
            if not is_sqlite:
                connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
            told = connection.exec_driver_sql(f"EXPLAIN {'QUERY PLAN ' if is_sqlite else ''}{asked}").all()
        plan = "\n".join(str(row[-1]) for row in told)
        assert "hashed" not in plan
        for table in ("pitches", "placed_links", "relationship_overrides", "contact_points", "site_people"):
            assert f"SCAN {table}" not in plan, (standing, plan)
            assert f"Seq Scan on {table}" not in plan, (standing, plan)
