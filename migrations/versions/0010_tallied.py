"""A list of links that rests tells how many of its rows stand in which state; the lists that are there are counted once."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

LISTS = sa.table(
    "link_lists", sa.column("id"), sa.column("state"), sa.column("tally", sa.JSON(none_as_null=True))
)
ROWS = sa.table("link_list_rows", sa.column("list_id"), sa.column("state"))


def upgrade() -> None:
    op.add_column("link_lists", sa.Column("tally", sa.JSON(none_as_null=True), nullable=True))
    link = op.get_bind()
    rest = sa.select(LISTS.c.id).where(LISTS.c.state.in_(("done", "cancelled", "failed", "undone")))
    tallies: dict[int, dict[str, int]] = {key: {} for (key,) in link.execute(rest)}
    each = sa.select(ROWS.c.list_id, ROWS.c.state, sa.func.count()).where(ROWS.c.list_id.in_(rest))
    for key, state, number in link.execute(each.group_by(ROWS.c.list_id, ROWS.c.state)):
        tallies[key][state] = number
    for key, tally in tallies.items():
        link.execute(sa.update(LISTS).where(LISTS.c.id == key).values(tally=tally))


def downgrade() -> None:
    op.drop_column("link_lists", "tally")
