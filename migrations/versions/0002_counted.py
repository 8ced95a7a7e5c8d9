"""What the side bar counts is counted in indexes alone: what tells who sees it stands in them."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

UNHANDLED = "direction = 'in' AND handled_at IS NULL"
WAITING = "state IN ('queued', 'taken', 'sending', 'held', 'unknown')"
INBOX = ["placing", "what", "received_at", "id"]


def upgrade() -> None:
    _inbox([*INBOX, "project_id", "mailbox_id", "direction", "handled_at"])
    op.create_index(
        "ix_messages_waiting",
        "messages",
        ["state", "project_id", "direction"],
        sqlite_where=sa.text(WAITING),
        postgresql_where=sa.text(WAITING),
    )
    _links(["project_id", "id", "is_social"])


def downgrade() -> None:
    _links(["project_id", "id"])
    op.drop_index("ix_messages_waiting", table_name="messages")
    _inbox(INBOX)


def _inbox(columns: list[str]) -> None:
    op.drop_index("ix_messages_inbox", table_name="messages")
    op.create_index(
        "ix_messages_inbox",
        "messages",
        columns,
        sqlite_where=sa.text(UNHANDLED),
        postgresql_where=sa.text(UNHANDLED),
    )


def _links(columns: list[str]) -> None:
    op.drop_index("ix_placed_links_project", table_name="placed_links")
    op.create_index("ix_placed_links_project", "placed_links", columns)
