"""Whatever case an address is written in, an index finds it; so it does letters of a batch, what a bulk run left alone, and the newest on the suppression list."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

LOWERED = {
    "contact_points": ("value_norm",),
    "found_contacts": ("value_norm",),
    "messages": ("to_address", "from_address"),
    "opt_outs": ("address",),
    "suppressions": ("value",),
}
BATCHED = "batch_id IS NOT NULL"
TOLD = "fate IN ('left', 'stays')"


def upgrade() -> None:
    for table, columns in LOWERED.items():
        for column in columns:
            op.create_index(f"ix_{table}_lower_{column}", table, [sa.text(f"lower({column})")])
    op.create_index("ix_suppressions_created", "suppressions", ["created_at", "id"])
    op.create_index(
        "ix_bulk_rows_told",
        "bulk_rows",
        ["run_id", "id"],
        sqlite_where=sa.text(TOLD),
        postgresql_where=sa.text(TOLD),
    )
    op.drop_index("ix_messages_batch_id", table_name="messages")
    op.create_index(
        "ix_messages_batch_id",
        "messages",
        ["batch_id", "state", "is_skipped"],
        sqlite_where=sa.text(BATCHED),
        postgresql_where=sa.text(BATCHED),
    )


def downgrade() -> None:
    op.drop_index("ix_messages_batch_id", table_name="messages")
    op.create_index("ix_messages_batch_id", "messages", ["batch_id"])
    op.drop_index("ix_bulk_rows_told", table_name="bulk_rows")
    op.drop_index("ix_suppressions_created", table_name="suppressions")
    for table, columns in LOWERED.items():
        for column in columns:
            op.drop_index(f"ix_{table}_lower_{column}", table_name=table)
