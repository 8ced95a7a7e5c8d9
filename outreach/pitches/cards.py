"""The board: how many cards each column has, and the first of them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from outreach.accounts.models import User
from outreach.db import is_in, kept_statement, session
from outreach.pitches import placing
from outreach.pitches.filtering import Filters, filtered, hold_given, page_where
from outreach.pitches.models import Pitch
from outreach.pitches.placing import NEVER, RESTING
from outreach.pitches.rules import Column
from outreach.prospects.models import Site
from outreach.search.queries import given, shape_of
from outreach.web.pager import COUNT_CAP, Cursor, Page, page_of, placed

CARDS = 6
"""Cards a column that come with the board; more come as one looks down it, and all stand in the table."""
MORE_CARDS = 20

FOUND_CARDS = 9
"""Cards of a column that hold some words are counted up to here: each is read for them."""


@dataclass
class Board:
    """The board: exact counts by column, and the first CARDS rows of each."""

    counts: dict[Column, int] = field(default_factory=dict)
    cards: dict[Column, list[Any]] = field(default_factory=dict)

    def older(self, column: Column) -> str:
        """The cursor of the cards after those that are here."""
        return Cursor(*card_place(self.cards[column][-1])).pack()


def board(user: User, by: Filters) -> Board:
    """Counts and cards of the board, with two statements. Cards: what is due first on top; closed ones by their last change."""
    found = Board(dict.fromkeys(Column, 0), {column: [] for column in Column})
    if by.is_gathered:
        counts, these = _gathered_counts(user, by), _gathered_cards(filtered(user, by))
    elif by.text:
        held = _held(user, by)
        counts = {column: len(ids) for column, ids in held.items()}
        these = _gathered_cards([is_in(Pitch.id, [key for ids in held.values() for key in ids])])
    else:
        counts, these = _counts(user, by), _head_cards(user, by)
    found.counts |= counts
    for card in session().execute(_cards(these)):
        found.cards[card.board_column].append(card)
    return found


def cap_of(by: Filters) -> int:
    """How far the cards of a column are counted."""
    return FOUND_CARDS if by.text else COUNT_CAP


def _shown(by: Filters) -> list[Column]:
    """The columns that have cards."""
    return list(Column) if by.column is None else [by.column]


def _counts(user: User, by: Filters) -> dict[Column, int]:
    """How many cards each column has, none counted further than `cap_of`."""
    columns, by = _shown(by), replace(by, reader=None)

    def made() -> sa.Select[*tuple[Any, ...]]:
        asked = by.asked(user)
        return sa.select(*(placing.counted(asked.of(one), cap_of(by)) for one in columns))

    row = session().execute(kept_statement(made, user.sight, "board counts", by)).one()
    return dict(zip(columns, row, strict=True))


def _held(user: User, by: Filters) -> dict[Column, list[int]]:
    """The ids of the first pitches of each column that hold words that are common, up to `cap_of`: each row is read once, for count and cards."""
    bare, shape = replace(by, text="", reader=None), shape_of(by.terms)

    def made() -> sa.CompoundSelect[str, int]:
        asked = replace(bare.asked(user), more=(hold_given(shape),), is_joined=True)
        heads = {one: placing.first(asked.of(one), _order_of(one), cap_of(by)).subquery() for one in _shown(by)}  # fmt: skip
        return sa.union_all(*(sa.select(sa.literal(one.value), ids.c.id) for one, ids in heads.items()))

    found: dict[Column, list[int]] = {}
    for name, key in session().execute(kept_statement(made, user.sight, "board words", bare, shape), given(by.terms)):  # fmt: skip
        found.setdefault(Column(name), []).append(key)
    return found


def _gathered_counts(user: User, by: Filters) -> dict[Column, int]:
    query = sa.select(Pitch.board_column, sa.func.count()).where(*filtered(user, by))
    return {
        column: min(number, cap_of(by))
        for column, number in session().execute(query.group_by(Pitch.board_column))
    }


def _cards(these: Any) -> Any:
    """Cards by their ids, in the order of each column."""
    return (
        drawn()
        .where(Pitch.id.in_(these))
        .order_by(sa.func.coalesce(Pitch.next_on, NEVER), sa.case((Pitch.is_open, Pitch.id)), Pitch.updated_at.desc(), Pitch.id.desc())
    )  # fmt: skip


def _head_cards(user: User, by: Filters) -> Any:
    """The ids of the first cards of each column."""
    by = replace(by, reader=None)

    def made() -> sa.CompoundSelect[int]:
        asked = by.asked(user)
        return sa.union_all(*(placing.first(asked.of(one), _order_of(one), CARDS) for one in _shown(by)))

    return kept_statement(made, user.sight, "board cards", by)


def _gathered_cards(where: list[sa.ColumnElement[bool]]) -> Any:
    """The ids of the first cards of each column, among pitches that are few."""
    at = sa.case((Pitch.board_column.in_(RESTING), Pitch.updated_at))
    order = (at.desc(), sa.case((Pitch.board_column.in_(RESTING), -Pitch.id)), Pitch.next_on, Pitch.id)
    place = sa.func.row_number().over(partition_by=Pitch.board_column, order_by=order).label("place")
    rows = sa.select(Pitch.id, place).where(*where).subquery()
    return sa.select(rows.c.id).where(rows.c.place <= CARDS)


def _order_of(column: Column) -> str:
    """The order of a column's cards."""
    return "updated" if column in RESTING else "next"


def drawn() -> sa.Select[*tuple[Any, ...]]:
    """The columns that a card shows."""
    owner = sa.orm.aliased(User)
    return (
        sa.select(
            Pitch.id, Pitch.version, Pitch.type, Pitch.stage, Pitch.rested_from, Pitch.board_column, Pitch.topic,
            Pitch.next_kind, Pitch.next_on, Pitch.next_note, Pitch.revisit_on, Pitch.outcome_reason, Pitch.stage_since,
            Pitch.project_id, Pitch.updated_at, Site.key.label("site"), Site.title.label("site_title"), owner.name.label("owner"),
        )
        .join(Pitch.site)
        .outerjoin(owner, owner.id == Pitch.owner_id)
    )  # fmt: skip


def cards_of(user: User, by: Filters, column: Column, cursor: Cursor | None) -> Page[Any]:
    """The next cards of one column, after those that are shown."""
    is_resting = column in RESTING
    order = Pitch.updated_at if is_resting else Pitch.next_on
    by = replace(by, column=column)
    return page_of(
        session(), drawn().where(*page_where(user, by, _order_of(column), placed(order, cursor), MORE_CARDS)), by=order, key=Pitch.id,
        is_descending=is_resting, cursor=cursor, value_of=lambda card: card_place(card), size=MORE_CARDS,
    )  # fmt: skip


def card_place(card: Any) -> tuple[Any, int]:
    """Where a card stands in its column: for the cursor of those after it."""
    return (card.updated_at if card.board_column in RESTING else card.next_on, card.id)


def last_change(user: User, by: Filters) -> datetime | None:
    """When the newest change among the pitches of a board was made: another answer means that the board is old."""
    where = page_where(user, by, "updated", None, 0)
    newest: datetime | None = session().scalar(sa.select(sa.func.max(Pitch.updated_at)).where(*where))
    return newest
