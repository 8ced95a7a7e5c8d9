"""What a member's Inbox and Outbox count of mails stands in the indexes they are listed by."""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

RECEIVED = ["received_at", "id", "direction", "what", "placing"]
STATE = ["state", "id"]


def upgrade() -> None:
    _again("ix_messages_received", [*RECEIVED, "project_id", "mailbox_id"])
    _again("ix_messages_state", [*STATE, "direction", "project_id", "author_id", "for_user_id"])


def downgrade() -> None:
    _again("ix_messages_received", RECEIVED)
    _again("ix_messages_state", STATE)


def _again(name: str, columns: list[str]) -> None:
    op.drop_index(name, table_name="messages")
    op.create_index(name, "messages", columns)
