"""The funnel's numbers are those of plain SQL over the same rows, and each opens its rows."""

from __future__ import annotations

import csv
import io
import random
import re
from datetime import date, timedelta
from html import unescape
from itertools import product
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from outreach.db import session, write
from outreach.links.models import PlacedLink
from outreach.links.rules import LinkState
from outreach.pitches import fact_moves, moves
from outreach.pitches import rules as pitch_rules
from outreach.pitches.agreement import Agreement
from outreach.pitches.models import Pitch, StageChange
from outreach.pitches.rules import PitchType, Stage
from outreach.reports import kept, queries, rules
from outreach.reports.rules import Asked, Group, Milestone
from outreach.web.pager import Cursor
from tests.world import NOW, TODAY, World, log_in, site

UTC = ZoneInfo("UTC")
YEAR = Asked(TODAY - timedelta(days=364), TODAY)
TERMS = Agreement(target_url="https://hazel.example/", expected_rel="any", page_url="https://wild.example/x")


@pytest.fixture
def many(app: Flask, world: World) -> list[Pitch]:
    """Forty pitches that came to all kinds of ends, some of them with a link."""
    chance = random.Random(7)
    return [_life(world, number, chance) for number in range(40)]


def _life(world: World, number: int, chance: random.Random) -> Pitch:
    kind = list(PitchType)[number % 6]
    with write() as here:
        place = site(f"f{number}.example")
        here.add(place)
        here.flush()
        at = NOW - timedelta(days=chance.randrange(20, 500))
        by = world.ana if number % 3 else world.max
        pitch = moves.start(world.seed, kind, place.id, by=by, now=at, today=at.date())
        fact_moves.agree(pitch, TERMS, by=by, now=at)
        path = pitch_rules.PATHS[kind]
        for stage in path[1 : chance.randrange(2, len(path) + 1)]:
            at += timedelta(hours=chance.randrange(2, 30))
            moves.move(pitch, stage, by=by, now=at, today=at.date(), verified=stage in pitch_rules.SUCCESS)
        if pitch.is_open and number % 4 == 0:
            moves.move(
                pitch,
                Stage.DECLINED,
                by=by,
                now=at + timedelta(hours=1),
                today=at.date(),
                reason="Full until spring",
            )
        if pitch.stage is Stage.WON:
            here.add(PlacedLink(
                project_id=world.seed.id, site_id=place.id, pitch_id=pitch.id, page_url=f"https://f{number}.example/x",
                page_url_norm=f"f{number}.example/x", target_url="https://hazel.example/",
                state=LinkState.LIVE if number % 2 else LinkState.LOST, state_since=at, created_at=at,
            ))  # fmt: skip
    return pitch


ORDER = ("contacted", "talking", "agreed", "production", "published", "won")
FIRST = {
    "pitched": "contacted",
    "answered": "talking",
    "agreed": "agreed",
    "published": "published",
    "won": "won",
}


def plainly(asked: Asked) -> dict[tuple[int, str], set[str]]:
    """`{(pitch, type): milestones}`, read row by row."""
    found: dict[tuple[int, str], set[str]] = {}
    rows = session().execute(sa.text("SELECT id, type FROM pitches ORDER BY id")).all()
    live = set(session().scalars(sa.text("SELECT pitch_id FROM placed_links WHERE state = 'live'")))
    for key, kind in rows:
        changes = session().query(StageChange).filter_by(pitch_id=key, undone_at=None).all()
        columns = [(pitch_rules.column_of(Stage(change.to_stage)).value, change.at) for change in changes]
        came = {
            name: min((at for column, at in columns if column in ORDER[ORDER.index(first) :]), default=None)
            for name, first in FIRST.items()
        }
        if came["pitched"] and asked.first <= came["pitched"].date() <= asked.last:
            reached = {name for name, at in came.items() if at}
            found[key, kind] = reached | ({"live"} if "won" in reached and key in live else set())
    return found


def test_the_sums_are_those_of_the_rows(world: World, many: list[Pitch]) -> None:
    wanted = plainly(YEAR)
    for group in Group:
        rows = queries.funnel(world.ana, YEAR, group, UTC)
        numbers = rules.total([row.numbers for row in rows])
        assert {one.value: numbers[one] for one in Milestone} == {
            one.value: sum(one.value in reached for reached in wanted.values()) for one in Milestone
        }
    assert 0 < numbers[Milestone.LIVE] < numbers[Milestone.WON] < numbers[Milestone.PITCHED] < len(many)
    by_type = {
        row.key: row.numbers[Milestone.AGREED] for row in queries.funnel(world.ana, YEAR, Group.TYPE, UTC)
    }
    assert by_type == {
        kind: sum("agreed" in reached for (_, one), reached in wanted.items() if one == kind)
        for _, kind in wanted
    }


def test_each_number_is_the_count_of_the_rows_it_opens(world: World, many: list[Pitch]) -> None:
    for row in queries.funnel(world.ana, YEAR, Group.TYPE, UTC):
        asked = Asked(YEAR.first, YEAR.last, type=PitchType(row.key))
        for milestone in Milestone:
            rows = session().scalars(queries.pitches(world.ana, asked, milestone, UTC)).all()
            assert len(rows) == row.numbers[milestone]
    found = queries.cohort(world.ana, YEAR, UTC).subquery()
    for milestone in Milestone:
        rows = session().scalars(queries.pitches(world.ana, YEAR, milestone, UTC)).all()
        wanted = sa.select(found.c.id).where(found.c[milestone.value].is_not(None))
        assert sorted(pitch.id for pitch in rows) == sorted(session().scalars(wanted))


def test_those_without_a_template_and_each_reason_open_their_rows_too(
    client: FlaskClient, world: World, many: list[Pitch]
) -> None:
    with write():
        ended = [pitch for pitch in many if pitch.outcome_reason]
        for pitch in ended[:2]:
            pitch.outcome_reason = ""
    log_in(client, world.ana)
    page = client.get(f"/reports?from={YEAR.first}&to={YEAR.last}&group=template").text
    links = re.findall(r'<td class="is-number"[^>]*><a href="([^"]+)">(\d+)</a>', page)
    reasons = {unescape(href): int(number) for href, number in links if "reason=" in href}
    assert reasons
    assert any(href.endswith("reason=") for href in reasons)
    assert any("version=0" in href for href, _ in links)
    for href, number in links:
        assert client.get(unescape(href)).text.count("<tr data-href") == min(int(number), 50), href


def test_few_rows_are_gathered_and_are_those_that_one_comes_upon_among_all(
    world: World, many: list[Pitch], monkeypatch: pytest.MonkeyPatch
) -> None:
    ways = [{"reached": one} for one in Milestone]
    ways += [
        {"reached": Milestone.PITCHED, "stage": Stage.DECLINED, "reason": why}
        for why in (None, "Full until spring", "")
    ]
    narrowed = [{}, {"project": world.seed.id}, {"owner": world.max.id}, {"type": PitchType.INTERVIEW}]
    gathered = 0
    asked_for = random.Random(7).sample(list(product((world.max, world.ana), ways, narrowed)), 8)
    for who, what, by in asked_for:
        asked = Asked(YEAR.first, YEAR.last, **by)
        wanted = session().execute(queries.pitches(who, asked, zone=UTC, **what)).all()
        wanted.sort(key=lambda row: (row.at, row.move_id), reverse=True)
        told = [(row.Pitch.id, row.at) for row in wanted]
        middle = Cursor(wanted[len(told) // 2].at, wanted[len(told) // 2].move_id) if told else None
        for few in (3, 2_000):
            monkeypatch.setattr(queries, "FEW", few)
            gathered += (
                queries._few(who, asked, what["reached"], UTC, what.get("stage", ""), what.get("reason"))
                is not None
            )
            page = queries.page(who, asked, zone=UTC, cursor=None, **what)
            assert [(row.Pitch.id, row.at) for row in page.rows] == told
            if middle:
                page = queries.page(who, asked, zone=UTC, cursor=middle, **what)
                assert [(row.Pitch.id, row.at) for row in page.rows] == told[len(told) // 2 + 1 :]
    assert gathered > 8


def test_a_move_that_was_taken_back_does_not_count(app: Flask, world: World) -> None:
    asked = Asked(TODAY, TODAY)
    with write():
        change = moves.move(world.pitch, Stage.CONTACTED, by=world.ana, now=NOW, today=TODAY)
    assert (
        sum(row.numbers[Milestone.PITCHED] for row in queries.funnel(world.ana, asked, Group.TYPE, UTC)) == 1
    )
    with write():
        moves.undo(world.pitch, change, by=world.ana, now=NOW + timedelta(minutes=1))
    assert queries.funnel(world.ana, asked, Group.TYPE, UTC) == []


def test_the_time_in_a_stage_is_its_average(app: Flask, world: World) -> None:
    with write():
        moves.move(world.pitch, Stage.CONTACTED, by=world.ana, now=NOW, today=TODAY)
        moves.move(world.pitch, Stage.TALKING, by=world.ana, now=NOW + timedelta(days=3), today=TODAY)
    many, stay = queries.times(world.ana, Asked(TODAY, TODAY), UTC)["contacted"]
    assert (many, round(stay)) == (1, 3 * 86_400)


def test_the_days_are_the_readers(app: Flask, world: World) -> None:
    late = NOW.replace(hour=23)
    with write():
        moves.move(world.pitch, Stage.CONTACTED, by=world.ana, now=late, today=TODAY)
    tomorrow = Asked(TODAY + timedelta(days=1), TODAY + timedelta(days=1))
    assert queries.funnel(world.ana, tomorrow, Group.TYPE, ZoneInfo("Asia/Tokyo"))
    assert not queries.funnel(world.ana, tomorrow, Group.TYPE, UTC)


def test_what_one_may_not_see_is_in_no_number_and_no_file(
    client: FlaskClient, world: World, many: list[Pitch]
) -> None:
    assert queries.funnel(world.otto, YEAR, Group.TYPE, UTC) == []
    log_in(client, world.otto)
    span = f"from={YEAR.first}&to={YEAR.last}"
    assert "No pitch was first written to" in client.get(f"/reports?{span}").text
    assert "f1.example" not in client.get(f"/reports/pitches?{span}").text
    assert client.get(f"/reports/funnel.csv?{span}").text.count("\n") == 1


def test_the_screen_the_rows_and_the_file_say_the_same(
    client: FlaskClient, world: World, many: list[Pitch]
) -> None:
    log_in(client, world.ana)
    span = f"from={YEAR.first}&to={YEAR.last}"
    page = client.get(f"/reports?{span}").text
    number, href = next(
        (int(number), unescape(href))
        for href, number in re.findall(r'funnel-number" href="([^"]+)">(\d+)<', page)
        if "reached=agreed" in href
    )
    assert client.get(href).text.count("<tr data-href") == number
    rows = list(csv.DictReader(io.StringIO(client.get(f"/reports/funnel.csv?{span}").text.lstrip("\ufeff"))))
    assert sum(bool(row["Agreed"]) for row in rows) == number
    assert "Full until spring" in page


def test_of_many_pitches_the_page_is_there_before_they_are_counted(
    client: FlaskClient, world: World, many: list[Pitch], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept, "MANY", 10)
    log_in(client, world.ana)
    span = f"from={YEAR.first}&to={YEAR.last}&group=owner"
    page = client.get(f"/reports?{span}").text
    assert "More than 10 pitches are counted." in page
    assert "By person" not in page
    later = unescape(re.findall(r'id="numbers" hx-get="([^"]+)"', page)[0])
    told = client.get(later).text
    assert "By person" in told
    without_scripts = unescape(re.findall(r'<a href="([^"]+)">Show their numbers', page)[0])
    numbers = re.findall(r'funnel-number" href="([^"]+)">(\d+)<', told)
    assert numbers
    assert numbers == re.findall(r'funnel-number" href="([^"]+)">(\d+)<', client.get(without_scripts).text)


@pytest.mark.parametrize(
    "query",
    [
        "from=soon",
        "to=2026-13-01",
        "from=2027-01-01&to=2026-01-01",
        "type=x&group=y&project=z",
        "from=0001-01-01&to=9999-12-31",
        "to=0001-01-01",
        "from=9999-12-31",
    ],
)
def test_a_broken_question_is_answered_without_its_broken_part(
    client: FlaskClient, world: World, query: str
) -> None:
    log_in(client, world.ana)
    for path in ("/reports", "/reports/pitches", "/reports/numbers", "/reports/funnel.csv"):
        assert client.get(f"{path}?{query}").status_code == 200


def test_a_range_is_never_backwards_or_endless() -> None:
    assert rules.range_of(TODAY, TODAY - timedelta(days=2), TODAY) == (TODAY - timedelta(days=2), TODAY)
    first, last = rules.range_of(date(1, 1, 1), date(9999, 12, 31), TODAY)
    assert last - first <= rules.LONGEST_RANGE
    assert (TODAY - rules.range_of(None, None, TODAY)[0]).days == 89
