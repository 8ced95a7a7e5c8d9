"""What each page counts of what is due stands in the indexes it is counted by."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

DUE = ["next_owner_id", "next_on"]


def upgrade() -> None:
    _due([*DUE, "id", "next_kind", "project_id", "is_open"])
    _mails(["pitch_id", "id", "direction", "state"])


def downgrade() -> None:
    _mails(["pitch_id"])
    _due(DUE)


def _due(columns: list[str]) -> None:
    op.drop_index("ix_pitches_next", table_name="pitches")
    op.create_index(
        "ix_pitches_next", "pitches", columns, sqlite_where=sa.text("is_open = 1"), postgresql_where=sa.text("is_open")
    )  # fmt: skip


def _mails(columns: list[str]) -> None:
    op.drop_index("ix_messages_pitch_id", table_name="messages")
    op.create_index("ix_messages_pitch_id", "messages", columns)
