"""Links of a state, and of a project and state, stand in the order of when they were first seen."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

SINCE = [sa.text("coalesce(first_seen_at, created_at)"), "first_seen_at", "created_at"]


def upgrade() -> None:
    op.create_index(
        "ix_placed_links_state_since", "placed_links", ["state", "is_social", *SINCE, "id", "project_id"]
    )
    op.create_index(
        "ix_placed_links_project_since", "placed_links", ["project_id", "state", "is_social", *SINCE, "id"]
    )


def downgrade() -> None:
    op.drop_index("ix_placed_links_project_since", table_name="placed_links")
    op.drop_index("ix_placed_links_state_since", table_name="placed_links")
