"""Links of one project and state stand in the order of their list, and watched links by their age."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

WATCHED = sa.text("next_check_at IS NOT NULL")
SINCE = sa.text("coalesce(first_seen_at, created_at)")


def upgrade() -> None:
    op.create_index(
        "ix_placed_links_watched",
        "placed_links",
        ["importance", SINCE, "first_seen_at", "created_at"],
        sqlite_where=WATCHED,
        postgresql_where=WATCHED,
    )
    _states(["project_id", "state", "is_social", "id"])


def downgrade() -> None:
    _states(["project_id", "state", "id"])
    op.drop_index("ix_placed_links_watched", table_name="placed_links")


def _states(columns: list[str]) -> None:
    op.drop_index("ix_placed_links_project_state", table_name="placed_links")
    op.create_index("ix_placed_links_project_state", "placed_links", columns)
