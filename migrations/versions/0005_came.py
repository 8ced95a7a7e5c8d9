"""Moves stand by where they led, and pitches at rest by why."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

STANDS = sa.text("undone_at IS NULL")


def upgrade() -> None:
    op.create_index(
        "ix_stage_changes_to",
        "stage_changes",
        ["to_stage", "at", "pitch_id"],
        sqlite_where=STANDS,
        postgresql_where=STANDS,
    )
    op.create_index(
        "ix_pitches_at_rest",
        "pitches",
        ["stage", "outcome_reason"],
        sqlite_where=sa.text("is_open = 0"),
        postgresql_where=sa.text("NOT is_open"),
    )


def downgrade() -> None:
    op.drop_index("ix_pitches_at_rest", table_name="pitches")
    op.drop_index("ix_stage_changes_to", table_name="stage_changes")
