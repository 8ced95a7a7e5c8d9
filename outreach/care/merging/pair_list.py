"""The list of pairs, page by page. Of a member each pair is asked for: a page looks at LOOKED of them, and says where to go on."""

from __future__ import annotations

from dataclasses import replace

import sqlalchemy as sa

from outreach.accounts.models import User
from outreach.care.merging.models import Pair
from outreach.care.merging.pair_queries import pairs
from outreach.care.merging.past_merges import has_few
from outreach.care.merging.rules import Kind, PairState
from outreach.db import session
from outreach.web import words
from outreach.web.pager import COUNT_CAP, FOUND_CAP, Cursor, Page, capped_count, page_of, placed

LOOKED = 500
SIZE = 50


def shown(
    user: User, kind: Kind, state: PairState, cursor: Cursor | None
) -> tuple[Page[Pair], dict[Kind, str]]:
    """One page, the newest first, and how many open pairs there are of each kind in words; four statements at most."""
    are_few, cursor = has_few(user), placed(Pair.id, cursor)
    is_whole = user.is_manager or are_few
    page = _page(
        pairs(user, kind, state, are_few=are_few), cursor, None if is_whole else _edge(kind, state, cursor)
    )
    return page, _counts(user, are_few) if is_whole else _found(user)


def _page(query: sa.Select[Pair], cursor: Cursor | None, edge: int | None) -> Page[Pair]:
    """`edge`: the last that is looked at, or None when all are."""
    is_back = cursor is not None and cursor.is_back
    if edge is not None:
        query = query.where(Pair.id <= edge if is_back else Pair.id >= edge)
    page = page_of(
        session(), query, by=Pair.id, key=Pair.id, cursor=cursor, value_of=lambda row: (row.id, row.id), size=SIZE
    )  # fmt: skip
    if edge is None or (page.newer if is_back else page.older):
        return page
    on = Cursor(edge, edge, is_back).pack()
    return replace(page, newer=on, is_cut=True) if is_back else replace(page, older=on, is_cut=True)


def _edge(kind: Kind, state: PairState, cursor: Cursor | None) -> int | None:
    """The id of the last of the next LOOKED pairs; None when there are no more."""
    query = _heads(kind, state)
    if cursor is not None:
        query = query.where(Pair.id > cursor.id if cursor.is_back else Pair.id < cursor.id)
    order = Pair.id if cursor is not None and cursor.is_back else Pair.id.desc()
    return session().scalar(query.order_by(order).offset(LOOKED - 1).limit(1))


def _heads(kind: Kind, state: PairState) -> sa.Select[int]:
    return sa.select(Pair.id).where(Pair.kind == kind, Pair.state == state)


def _counts(user: User, are_few: bool) -> dict[Kind, str]:
    cap = COUNT_CAP if user.is_manager else FOUND_CAP
    asked = {kind: pairs(user, kind, PairState.OPEN, are_few=are_few) for kind in Kind}
    return {kind: words.counted(capped_count(session(), query, cap), cap) for kind, query in asked.items()}


def _found(user: User) -> dict[Kind, str]:
    """How many of the newest LOOKED pairs are the member's: "7+" when there are more to look at, nothing for none of these."""
    columns = []
    for kind in Kind:
        edge = (
            _heads(kind, PairState.OPEN)
            .order_by(Pair.id.desc())
            .offset(LOOKED - 1)
            .limit(1)
            .scalar_subquery()
        )
        mine = pairs(user, kind, PairState.OPEN).where(Pair.id >= sa.func.coalesce(edge, 0))
        rows = mine.with_only_columns(Pair.id).limit(FOUND_CAP).subquery()
        columns += [edge, sa.select(sa.func.count()).select_from(rows).scalar_subquery()]
    row = session().execute(sa.select(*columns)).one()
    return {kind: _in_words(*row[2 * place : 2 * place + 2]) for place, kind in enumerate(Kind)}


def _in_words(edge: int | None, found: int) -> str:
    if edge is None or found >= FOUND_CAP:
        return words.counted(found, FOUND_CAP)
    return f"{found}+" if found else ""
