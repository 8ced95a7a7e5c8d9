"""Board and table: exact counts, filters, paging, and few statements whatever the number of rows."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from outreach.db import db, session, write
from outreach.pitches import cards, moves, queries, rules, table_rows
from outreach.pitches.cards import CARDS
from outreach.pitches.filtering import Filters
from outreach.pitches.models import Pitch
from outreach.pitches.rules import Column, NextKind, PitchType, Stage
from outreach.prospects.models import Site
from outreach.web.pager import Cursor
from tests.pitches.stories import send
from tests.statements import counted
from tests.world import NOW, TODAY, World, log_in

STAGES = [Stage.IDEA, Stage.CONTACTED, Stage.TALKING, Stage.AGREED, Stage.WRITING, Stage.WON, Stage.DECLINED]


def many(world: World, count: int) -> None:
    """`count` pitches of Seed trial at sites of their own, spread over stages, types, owners and days."""
    with write() as here:
        here.execute(
            sa.insert(Site),
            [
                {
                    "key": f"n{n}.example",
                    "url": f"https://n{n}.example/",
                    "created_at": NOW,
                    "updated_at": NOW,
                }
                for n in range(count)
            ],
        )
        sites = here.scalars(sa.select(Site.id).where(Site.key.like("n%.example")).order_by(Site.id)).all()
        here.execute(sa.insert(Pitch), [_row(world, n, site) for n, site in enumerate(sites)])


def _row(world: World, n: int, site_id: int) -> dict[str, Any]:
    stage = STAGES[n % len(STAGES)]
    is_open = rules.is_open(stage)
    at = NOW - timedelta(hours=n)
    owner = (world.ana, world.max)[n % 2]
    return {
        "project_id": world.seed.id, "site_id": site_id, "type": list(PitchType)[n % 3], "topic": f"Topic {n}",
        "stage": stage, "is_open": is_open, "board_column": rules.column_of(stage), "owner_id": owner.id,
        "next_kind": NextKind.WRITE if is_open else None, "next_owner_id": owner.id if is_open else None,
        "next_on": TODAY + timedelta(days=n % 9 - 3) if is_open else None,
        "stage_since": at, "created_at": at, "updated_at": at,
    }  # fmt: skip


@pytest.fixture
def ana(client: FlaskClient, world: World, at_nine: None) -> FlaskClient:
    log_in(client, world.ana)
    return client


@pytest.mark.parametrize("rows", [10, 1000])
@pytest.mark.parametrize(
    "address", ["/pitches", "/pitches?view=table", "/pitches?q=topic&owner=me", "/pitches/1"]
)
def test_a_screen_needs_few_statements_at_any_size(
    app: Flask, ana: FlaskClient, world: World, rows: int, address: str
) -> None:
    many(world, rows)
    with counted(db.engine) as count:
        assert ana.get(address).status_code == 200
    assert count.total <= 12, count


def test_counts_are_exact_and_cards_are_cut(ana: FlaskClient, world: World) -> None:
    many(world, 700)
    board = cards.board(world.ana, Filters())
    assert board.counts == {
        Column.TO_DO: 101, Column.CONTACTED: 100, Column.TALKING: 100, Column.AGREED: 100, Column.PRODUCTION: 100,
        Column.PUBLISHED: 0, Column.WON: 100, Column.CLOSED: 100,
    }  # fmt: skip
    assert all(len(cards) == min(CARDS, board.counts[column]) for column, cards in board.cards.items())
    days = [card.next_on for card in board.cards[Column.TALKING]]
    assert days == sorted(days)
    page = ana.get("/pitches").text
    assert f"{101 - CARDS} more in the table" in page
    assert "/pitches?view=table&amp;column=to_do" in page


def test_the_rest_of_a_column_comes_in_its_order_and_once(ana: FlaskClient, world: World) -> None:
    many(world, 350)
    for column in (Column.TALKING, Column.CLOSED):
        board = cards.board(world.ana, Filters())
        keys, cursor = [card.id for card in board.cards[column]], Cursor.unpack(board.older(column))
        while cursor:
            page = cards.cards_of(world.ana, Filters(column=column), column, cursor)
            keys += [card.id for card in page.rows]
            cursor = Cursor.unpack(page.older)
        wanted = session().query(Pitch.id).filter_by(board_column=column)
        order = (
            (Pitch.updated_at.desc(), Pitch.id.desc())
            if column is Column.CLOSED
            else (Pitch.next_on, Pitch.id)
        )
        assert keys == [key for (key,) in wanted.order_by(*order)]


def test_more_cards_keep_the_filters_and_the_rights(
    ana: FlaskClient, client: FlaskClient, world: World
) -> None:
    many(world, 350)
    found = re.search(r'data-more="([^"]+column=talking[^"]*)"', ana.get("/pitches?type=interview").text)
    assert found
    more = unescape(found[1])
    assert "type=interview" in more
    cards = ana.get(more).text
    assert cards.count("<article") > 0
    assert "Guest post" not in cards
    assert ana.get("/pitches/cards?column=nowhere").status_code == 400
    assert ana.get("/pitches/cards?column=talking&after=broken").status_code == 200
    log_in(client, world.otto)
    assert "<article" not in client.get(more).text


def test_the_stamp_of_a_board_tells_a_change_and_only_of_what_it_shows(
    ana: FlaskClient, world: World
) -> None:
    many(world, 20)
    first = ana.get("/pitches/stamp").text
    mine = ana.get("/pitches/stamp?type=interview").text
    with write():
        moves.move(world.pitch, Stage.TALKING, by=world.max, now=NOW + timedelta(days=1), today=TODAY)
    assert ana.get("/pitches/stamp").text > first
    assert ana.get("/pitches/stamp?type=interview").text == mine


def test_filters_stand_in_the_address_and_count_what_they_show(ana: FlaskClient, world: World) -> None:
    many(world, 60)
    mine = cards.board(world.ana, Filters(owner=world.max.id, type=PitchType.INTERVIEW))
    plain = session().query(Pitch).filter_by(owner_id=world.max.id, type=PitchType.INTERVIEW)
    assert sum(mine.counts.values()) == plain.count() > 0
    page = ana.get("/pitches?type=guest_post&q=Forty+seed").text
    assert "wild.example" in page
    assert "n1.example" not in page
    assert 'value="Forty seed"' in page


def test_text_is_found_in_site_topic_and_person_and_a_percent_sign_is_a_percent_sign(world: World) -> None:
    def found(text: str) -> list[int]:
        return [pitch.id for pitch in table_rows.search(world.ana, text)]

    assert found("WILD.ex") == found("one dry august") == found("berg") == [world.pitch.id]
    assert found("%") == found("  ") == found("nobody") == []


def test_the_table_pages_forward_and_back_through_every_row(ana: FlaskClient, world: World) -> None:
    many(world, 120)
    for sort in table_rows.SORTS:
        seen, address = [], f"/pitches?view=table&sort={sort}"
        while address:
            page = ana.get(address).text
            seen += _rows(page)
            address = _link(page, "Older")
        assert len(seen) == len(set(seen)) == 121, sort
        last = ana.get(f"/pitches?view=table&sort={sort}").text
        back = ana.get(_link(ana.get(_link(last, "Older")).text, "Newer")).text
        assert _rows(back) == _rows(last)


def _rows(page: str) -> list[str]:
    return [part.partition('"')[0] for part in page.split('<tr data-href="/pitches/')[1:]]


def _link(page: str, words: str) -> str:
    for part in page.split('<a class="button')[1:]:
        tag = part.partition("</a>")[0]
        if words in tag:
            return tag.partition('href="')[2].partition('"')[0].replace("&amp;", "&")
    return ""


@pytest.mark.parametrize(
    "address",
    [
        "?project=x",
        "?owner=99999999999999",
        "?type=bribe",
        "?column=x&view=table",
        "?view=table&sort=x&after=rubbish",
        "?q=%00",
        "?view=x",
    ],
)
def test_a_broken_address_shows_a_list(ana: FlaskClient, address: str) -> None:
    assert ana.get(f"/pitches{address}").status_code == 200


def test_somebody_of_another_project_sees_no_card_and_no_count(client: FlaskClient, world: World) -> None:
    log_in(client, world.otto)
    for view in ("", "?view=table"):
        page = client.get(f"/pitches{view}").text
        assert "wild.example" not in page
    assert sum(cards.board(world.otto, Filters()).counts.values()) == 0
    assert table_rows.search(world.otto, "wild") == []


def test_a_viewer_has_no_menu_and_no_handle(client: FlaskClient, world: World) -> None:
    log_in(client, world.vic)
    page = client.get("/pitches").text
    assert "wild.example" in page
    assert "data-move-url" not in page
    assert 'name="stage"' not in page


def test_a_card_dropped_on_a_column_takes_its_first_stage(ana: FlaskClient, world: World) -> None:
    answer = send(ana, world.pitch.id, "column", column="talking")
    assert answer.status_code == 303
    assert world.pitch.stage is Stage.TALKING


def test_a_card_dropped_by_script_is_answered_without_a_page(ana: FlaskClient, world: World) -> None:
    key, fetch = world.pitch.id, {"X-Requested-With": "fetch"}

    def drop(column: str) -> Any:
        db.session.rollback()
        return ana.post(
            f"/pitches/{key}/column", data={"column": column, "version": world.pitch.version}, headers=fetch
        )

    assert drop("talking").status_code == 204
    refused = drop("agreed")
    assert (refused.status_code, "First save the agreement" in refused.text, "<html" in refused.text) == (
        422,
        True,
        False,
    )
    assert "/agreement?then=agreed" in refused.text
    won = drop("won")
    assert (won.status_code, "never by hand" in won.text) == (422, True)
    closed = drop("closed")
    assert closed.status_code == 422
    assert 'name="reason"' in closed.text
    assert 'name="revisit_on"' in closed.text
    assert drop("nowhere").status_code == 400
    assert world.pitch.stage is Stage.TALKING


def test_a_closed_card_dropped_back_asks_why(ana: FlaskClient, world: World) -> None:
    send(ana, world.pitch.id, "stage", stage="declined")
    answer = send(ana, world.pitch.id, "column", column="to_do")
    assert answer.status_code == 422
    assert "Say why it is opened again" in answer.text


def test_due_is_the_owners_open_pitches_until_the_day(world: World) -> None:
    def due(user: Any, days: int) -> list[int]:
        return [pitch.id for pitch in session().scalars(queries.due(user, TODAY + timedelta(days=days)))]

    assert due(world.ana, 0) == []
    assert due(world.ana, 1) == [world.pitch.id]
    assert due(world.max, 9) == []
    with write():
        world.seed.is_archived = True
    assert due(world.ana, 1) == []


def test_neither_board_nor_table_loads_pitches_whole(world: World, client: FlaskClient) -> None:
    many(world, 8)
    log_in(client, world.ana)
    loaded: list[Pitch] = []
    sa.event.listen(Pitch, "load", (note := lambda row, _: loaded.append(row)))
    session().expunge_all()
    for path in ("/pitches", "/pitches?view=table", "/pitches?view=table&sort=next&q=example"):
        assert "n3.example" in client.get(path).get_data(as_text=True)
    sa.event.remove(Pitch, "load", note)
    assert loaded == []
