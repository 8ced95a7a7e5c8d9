"""The table by next action: those without one come last, page by page, there and back."""

from collections.abc import Iterator
from datetime import timedelta

import sqlalchemy as sa

from outreach.db import session, write
from outreach.pitches import cards, moves, table_rows
from outreach.pitches.filtering import Filters
from outreach.pitches.models import Pitch
from outreach.pitches.placing import NEVER
from outreach.pitches.rules import Column, PitchType, Stage
from outreach.web.pager import Cursor
from tests.world import NOW, TODAY, World, prospect, site

ENDED = {
    "stage": Stage.DECLINED, "is_open": False, "board_column": Column.CLOSED, "next_kind": None, "next_on": None, "next_owner_id": None,
    "outcome_reason": "no",
}  # fmt: skip


def fill(world: World) -> None:
    """A dozen more pitches, every third one ended, some due on one day."""
    with write() as here:
        for number in range(12):
            place = site(f"p{number:02}.example")
            here.add(place)
            here.flush()
            here.add(prospect(world.seed, place, world.ana))
            pitch = moves.start(
                world.seed, PitchType.GUEST_POST, place.id, by=world.ana, now=NOW, today=TODAY
            )
            ends = ENDED if number % 3 == 0 else {"next_on": TODAY + timedelta(days=number // 4)}
            here.flush()
            here.execute(sa.update(Pitch).where(Pitch.id == pitch.id).values(**ends))


def walked(world: World, by: Filters, packed: str | None = None) -> Iterator[int]:
    is_back = packed is not None
    while True:
        page = table_rows.table_page(world.ana, by, "next", Cursor.unpack(packed), 3)
        yield from (row.id for row in (reversed(page.rows) if is_back else page.rows))
        packed = page.newer if is_back else page.older
        if packed is None:
            return


def test_each_pitch_is_on_one_page_and_those_without_a_day_are_last(world: World) -> None:
    fill(world)
    for by in (
        Filters(),
        Filters(project=world.seed.id),
        Filters(column=Column.CLOSED),
        Filters(text="example"),
        Filters(owner=world.max.id),
    ):
        rows = sorted(
            session().scalars(table_rows.table(world.ana, by)), key=lambda row: (row.next_on or NEVER, row.id)
        )
        ids = [row.id for row in rows]
        assert list(walked(world, by)) == ids
        if rows:
            last = Cursor(rows[-1].next_on or NEVER, rows[-1].id, True).pack()
            assert list(walked(world, by, last)) == ids[:-1][::-1]


def test_columns_that_hold_words_are_counted_no_further_than_a_few(world: World) -> None:
    assert cards.cap_of(Filters(text="example")) == cards.FOUND_CARDS < cards.cap_of(Filters())
    fill(world)
    assert cards.board(world.ana, Filters(text="p0")).counts[Column.CLOSED] == 4
