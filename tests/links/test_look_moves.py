"""What a look changes, and what follows from it."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from outreach.db import db, write
from outreach.links import look_moves, look_queries, moves, schedule_queries
from outreach.links.looks import Look, seen_by_person
from outreach.links.models import LinkCheck, PlacedLink
from outreach.links.moves import Terms
from outreach.links.rules import Confidence, LinkState, Presence, Value
from outreach.pitches.models import Pitch
from outreach.pitches.rules import PitchType, Stage
from outreach.reminders.models import Reminder
from outreach.reminders.rules import ReminderKind, ReminderState
from tests.world import NOW, World, site

FOUND = Look(Presence.FOUND, Value.PASSES, "The link is there.", "ok", status=200, body=b"<html>")
NOFOLLOW = Look(
    Presence.FOUND, Value.WEAKENED, "It is marked nofollow.", "ok", codes=("REL_NOFOLLOW",), status=200
)
MISSING = Look(Presence.NOT_FOUND, Value.NONE, "It is not there.", "ok", codes=("LINK_MISSING",), status=200)
NOINDEX = replace(NOFOLLOW, codes=("META_NOINDEX",))
SEEN_BY_HER = replace(NOFOLLOW, codes=(), confidence=Confidence.HUMAN)
WALL = Look(Presence.UNREADABLE, Value.NA, "A wall.", "blocked", codes=("WALL",), status=403)
DAY = timedelta(days=1)
TERMS = Terms("https://wild.example/post", "https://hazel.example/seed-trial", rel="follow")


@pytest.fixture
def link(app: Flask, world: World) -> PlacedLink:
    with write():
        return moves.place(world.seed, world.site, TERMS, by=world.ana, now=NOW, pitch=world.pitch)


def look(link: PlacedLink, what: Look, world: World, after: timedelta = timedelta(0)) -> None:
    with write():
        look_moves.record(link, what, by=None, now=NOW + after, owner=world.ana)


def reminders(link: PlacedLink) -> list[tuple[ReminderKind, ReminderState]]:
    query = sa.select(Reminder.kind, Reminder.state).where(Reminder.about_id == link.id).order_by(Reminder.id)
    return [tuple(row) for row in db.session.execute(query)]


def repairs(link: PlacedLink) -> list[Pitch]:
    kinds = (PitchType.LINK_RECLAIM, PitchType.LINK_CORRECTION)
    return list(db.session.scalars(sa.select(Pitch).where(Pitch.type.in_(kinds)).order_by(Pitch.id)))


def test_the_first_hit_makes_it_live_and_wins_the_pitch(link: PlacedLink, world: World) -> None:
    look(link, FOUND, world)
    assert link.state is LinkState.LIVE
    assert world.pitch.stage is Stage.WON
    assert link.next_check_at is not None
    assert link.next_check_at > NOW


def test_a_weakened_link_wins_nothing_but_reminds(link: PlacedLink, world: World) -> None:
    look(link, NOFOLLOW, world)
    assert link.state is LinkState.LIVE_WEAKENED
    assert world.pitch.is_open
    assert reminders(link) == [(ReminderKind.LINK_CHANGED, ReminderState.OPEN)]


def test_one_bad_night_does_not_lose_a_link(link: PlacedLink, world: World) -> None:
    look(link, FOUND, world)
    look(link, MISSING, world, DAY)
    assert link.state is LinkState.SUSPECT
    assert repairs(link) == []
    look(link, FOUND, world, 2 * DAY)
    assert link.state is LinkState.LIVE


def test_two_misses_twenty_hours_apart_lose_it_and_open_one_reclaim(link: PlacedLink, world: World) -> None:
    look(link, FOUND, world)
    look(link, MISSING, world, DAY)
    look(link, MISSING, world, DAY + timedelta(hours=19))
    assert link.state is LinkState.SUSPECT
    look(link, MISSING, world, DAY + timedelta(hours=20))
    assert link.state is LinkState.LOST
    for hours in (44, 68, 92):
        look(link, MISSING, world, DAY + timedelta(hours=hours))
    (reclaim,) = repairs(link)
    assert (reclaim.type, reclaim.parent_id, reclaim.person_id, reclaim.is_ground_ok) == (
        PitchType.LINK_RECLAIM, world.pitch.id, world.bo.id, True,
    )  # fmt: skip
    assert reminders(link) == [(ReminderKind.LINK_CHANGED, ReminderState.OPEN)]
    assert world.pitch.stage is Stage.WON


def test_a_link_that_is_back_closes_its_reclaim_and_its_reminder(link: PlacedLink, world: World) -> None:
    for what, after in ((FOUND, 0), (MISSING, 24), (MISSING, 48), (FOUND, 72)):
        look(link, what, world, timedelta(hours=after))
    (reclaim,) = repairs(link)
    assert (link.state, reclaim.is_open) == (LinkState.LIVE, False)
    assert [state for _, state in reminders(link)] == [ReminderState.DONE]


def test_a_flip_to_nofollow_opens_a_correction(link: PlacedLink, world: World) -> None:
    look(link, FOUND, world)
    look(link, NOFOLLOW, world, DAY)
    (correction,) = repairs(link)
    assert correction.type is PitchType.LINK_CORRECTION
    assert link.next_check_why == "not as agreed last time, so we look again within a day"
    assert link.next_check_at
    assert link.next_check_at - link.last_check_at <= DAY


@pytest.mark.parametrize(
    ("looks", "is_confirmed"),
    [
        ([(NOFOLLOW, 24)], False),
        ([(NOFOLLOW, 24), (NOFOLLOW, 43)], False),
        ([(NOFOLLOW, 24), (NOFOLLOW, 43), (WALL, 44), (NOFOLLOW, 45)], True),
        ([(NOFOLLOW, 24), (NOINDEX, 48)], False),
        ([(NOFOLLOW, 24), (MISSING, 48), (MISSING, 72)], True),
        ([(SEEN_BY_HER, 24)], True),
    ],
    ids=["one look", "two on a day", "two a day apart", "two things, once each", "then lost", "her own eyes"],
)
def test_the_letter_of_a_correction_waits_for_a_second_look(
    link: PlacedLink, world: World, looks: list[tuple[Look, int]], is_confirmed: bool
) -> None:
    for what, hours in ((FOUND, 0), *looks):
        look(link, what, world, timedelta(hours=hours))
    (correction,) = repairs(link)
    assert bool(correction.is_ground_ok) is is_confirmed
    assert ("Seen again on" in correction.notes) is (is_confirmed and len(looks) > 1)


def test_pages_that_cannot_be_read_never_lose_a_link_but_ask_for_eyes(link: PlacedLink, world: World) -> None:
    look(link, FOUND, world)
    for day in range(1, 8):
        look(link, WALL, world, day * DAY)
    assert (link.state, link.known_state) == (LinkState.BLOCKED, LinkState.LIVE)
    assert repairs(link) == []
    assert reminders(link) == [(ReminderKind.NEEDS_EYES, ReminderState.OPEN)]


def test_what_a_person_saw_needs_no_second_look(link: PlacedLink, world: World) -> None:
    look(link, FOUND, world)
    with write():
        look_moves.record(
            link, seen_by_person("gone", "404 in my browser"), by=world.ana, now=NOW + DAY, owner=world.ana
        )
    assert (link.state, link.confidence) == (LinkState.LOST, Confidence.HUMAN)
    last = db.session.scalars(sa.select(LinkCheck).order_by(LinkCheck.id.desc())).first()
    assert (last.by_id, last.page) == (world.ana.id, {"note": "404 in my browser"})


def test_each_look_is_kept(link: PlacedLink, world: World) -> None:
    for hours in range(5):
        look(link, FOUND, world, timedelta(hours=hours))
    assert db.session.scalar(sa.select(sa.func.count()).select_from(LinkCheck)) == 5


def test_a_taken_link_is_not_taken_twice(link: PlacedLink, world: World) -> None:
    with write():
        assert [key for key, _ in look_moves.take(10, now=NOW)] == [link.id]
    with write():
        assert look_moves.take(10, now=NOW) == []
    with write():
        assert len(look_moves.take(10, now=NOW + look_moves.TAKEN_FOR)) == 1


def test_a_link_due_later_waits_for_its_day(app: Flask, world: World) -> None:
    later = Terms("https://wild.example/later", TERMS.target_url, due_on=(NOW + 5 * DAY).date())
    with write():
        placed = moves.place(world.seed, world.site, later, by=world.ana, now=NOW)
        assert look_moves.take(10, now=NOW) == []
    assert placed.next_check_at == (NOW + 5 * DAY).replace(hour=0) - timedelta(hours=1)  # midnight in Berlin


NAMELESS = Look(Presence.UNREADABLE, Value.NA, "The name is not known.", "dns_error", codes=("DNS_ERROR",))


def proposals(link: PlacedLink) -> int:
    query = sa.select(sa.func.count()).where(
        Reminder.about_id == link.id, Reminder.words.like("%gone for good%")
    )
    return db.session.scalar(query) or 0


def test_a_name_unknown_five_times_over_two_weeks_is_proposed_as_gone_once(
    link: PlacedLink, world: World
) -> None:
    look(link, FOUND, world)
    for day in (1, 4, 8, 12):
        look(link, NAMELESS, world, day * DAY)
    assert proposals(link) == 0, "four times are not enough"
    look(link, NAMELESS, world, 14 * DAY)
    assert proposals(link) == 0, "five times in thirteen days are not enough"
    for day in (16, 20, 24):
        look(link, NAMELESS, world, day * DAY)
    assert proposals(link) == 1
    assert link.state is LinkState.BLOCKED, "a person says that a page is gone, no machine"


def test_a_name_that_is_back_between_starts_the_count_anew(link: PlacedLink, world: World) -> None:
    for day in (1, 4, 8, 12):
        look(link, NAMELESS, world, day * DAY)
    look(link, FOUND, world, 14 * DAY)
    look(link, NAMELESS, world, 20 * DAY)
    assert (proposals(link), link.nameless_count, link.state) == (0, 1, LinkState.LIVE)


def many_links(world: World, number: int, *, sites: int = 1) -> list[PlacedLink]:
    with write() as here:
        places = [site(f"s{n}.example") for n in range(sites)]
        here.add_all(places)
        here.flush()
        return [
            moves.place(world.seed, places[n % sites], Terms(f"https://s{n % sites}.example/{n}", TERMS.target_url), by=world.ana, now=NOW)
            for n in range(number)
        ]  # fmt: skip


def taken(limit: int = 50, *, now: datetime = NOW) -> list[int]:
    with write():
        return [key for key, _ in look_moves.take(limit, now=now)]


def test_few_links_of_a_site_are_taken_at_once_and_by_one_worker(app: Flask, world: World) -> None:
    links = many_links(world, 10)
    first = taken()
    assert sorted(first) == [link.id for link in links[: schedule_queries.A_SITE]]
    assert taken() == [], "somebody is at this site"
    assert len(taken(now=NOW + look_moves.TAKEN_FOR)) == schedule_queries.A_SITE, "whoever was, is dead"


def test_links_of_other_sites_are_taken_meanwhile(app: Flask, world: World) -> None:
    links = many_links(world, 12, sites=6)
    of_site = {link.id: link.site_id for link in links}
    hands = [{of_site[key] for key in taken(2)} for _ in range(4)]
    assert [len(hand) for hand in hands] == [2, 2, 2, 0]
    assert len(set.union(*hands)) == 6


def test_who_asked_comes_first(app: Flask, world: World) -> None:
    links = many_links(world, 6)
    with write():
        look_moves.ask(links[5], by=world.ana, now=NOW)
    assert taken(1) == [links[5].id]


def test_a_site_that_wants_to_be_left_alone_is_asked_later_and_its_link_keeps_its_verdict(
    link: PlacedLink, world: World
) -> None:
    look(link, FOUND, world)
    with write():
        look_moves.postpone(link, 900, now=NOW + DAY)
    assert link.next_check_at == NOW + DAY + timedelta(minutes=15)
    assert (link.state, link.taken_until, link.unreadable_count) == (LinkState.LIVE, None, 0)
    assert len(look_queries.checks(link)) == 1


def test_a_hundred_looks_at_a_lost_link_open_one_reclaim(link: PlacedLink, world: World) -> None:
    look(link, FOUND, world)
    for day in range(1, 101):
        look(link, MISSING if day % 7 else WALL, world, day * DAY)
    assert [pitch.type for pitch in repairs(link)] == [PitchType.LINK_RECLAIM]
    look(link, FOUND, world, 102 * DAY)
    assert [pitch.is_open for pitch in repairs(link)] == [False]
