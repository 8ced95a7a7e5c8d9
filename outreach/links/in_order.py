"""Where links stand in the orders of their list: in the table itself, or those of one code (`outreach.search.codes`)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from outreach.links.models import SINCE, PlacedLink
from outreach.search import codes

CODES = sa.table(
    codes.TABLE,
    sa.column("code", sa.String()),
    *(sa.column(name, PlacedLink.__table__.c[name].type) for name in ("id", "project_id", "state", "is_social")),
    sa.column("since", PlacedLink.created_at.type),
)  # fmt: skip


@dataclass(frozen=True)
class Places:
    """Columns by which links are found and put in order; `table` holds them."""

    table: Any
    id: Any
    project_id: Any
    state: Any
    is_social: Any
    since: Any

    def whose(self, test: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
        """A condition on a row: what `test` asks of the link itself."""
        if self is ITSELF:
            return test
        link = sa.select(sa.literal(1)).select_from(PlacedLink.__table__)
        return link.where(PlacedLink.__table__.c.id == self.id, test).correlate(self.table).exists()

    def seen(self, code: str) -> sa.ColumnElement[bool]:
        """A condition on a row: the code was seen."""
        if self is ITSELF:
            return sa.cast(PlacedLink.codes, sa.Text).contains(f'"{code}"', autoescape=True)
        return sa.and_(CODES.c.code == code)


ITSELF = Places(
    PlacedLink.__table__, PlacedLink.id, PlacedLink.project_id, PlacedLink.state, PlacedLink.is_social, SINCE
)
OF_CODE = Places(CODES, CODES.c.id, CODES.c.project_id, CODES.c.state, CODES.c.is_social, CODES.c.since)
