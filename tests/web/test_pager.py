import base64
import json

import pytest
import sqlalchemy as sa
from flask import Flask

from outreach.db import session
from outreach.prospects.models import Prospect, Site
from outreach.web.pager import COUNT_CAP, Cursor, capped_count, page_of, placed
from tests.world import NOW, World


def test_a_cursor_comes_back_as_it_was() -> None:
    assert Cursor.unpack(Cursor("wild.example", 7, True).pack()) == Cursor("wild.example", 7, True)
    assert Cursor.unpack(Cursor(NOW, 7).pack()) == Cursor(NOW.isoformat(), 7)


def packed(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "====",
        packed(7),
        packed([1, 2]),
        packed([{}, 1, 0]),
        packed(["a", "b", 0]),
        packed(["a", 2**70, 0]),
        packed(["a", True, 0]),
        packed([True, 1, 0]),
        packed(["a\x00", 1, 0]),
        packed(["\ud800", 1, 0]),
        base64.urlsafe_b64encode(b"[" * 100_000).decode(),
        base64.urlsafe_b64encode(b"9" * 6_000).decode(),
    ],
)
def test_a_broken_cursor_is_none(text: str) -> None:
    assert Cursor.unpack(text) is None


@pytest.mark.parametrize("value", ["no moment", "2026-11-24T09:00:00", 7, None, "\x00"])
def test_a_value_of_another_kind_shows_the_first_page(app: Flask, world: World, value: object) -> None:
    page = page_of(
        session(), sa.select(Prospect), by=Prospect.updated_at, key=Prospect.id, cursor=Cursor(value, 1),
        value_of=lambda row: (row.updated_at, row.id),
    )  # fmt: skip
    assert page.rows == [world.prospect]


def test_a_nul_in_a_cursor_shows_the_first_page(app: Flask, world: World) -> None:
    page = page_of(
        session(),
        sa.select(Site),
        by=Site.key,
        key=Site.id,
        cursor=Cursor("a\x00", 1),
        value_of=lambda row: (row.key, row.id),
    )
    assert page.rows == [world.site]


def test_a_count_is_of_the_rows_even_without_a_condition(app: Flask, world: World) -> None:
    from outreach.accounts.models import User

    assert capped_count(session(), sa.select(User)) == 5
    assert capped_count(session(), sa.select(User).order_by(User.name).where(User.name.like("A%"))) == 2
    assert COUNT_CAP == 1_001


def test_a_cursor_whose_value_is_read_already_begins_there_too(app: Flask, world: World) -> None:
    cursor = placed(Prospect.updated_at, Cursor.unpack(Cursor(world.prospect.updated_at, 1_000).pack()))
    page = page_of(
        session(), sa.select(Prospect), by=Prospect.updated_at, key=Prospect.id, cursor=cursor,
        value_of=lambda row: (row.updated_at, row.id),
    )  # fmt: skip
    assert page.rows == [world.prospect]
    assert page.newer
