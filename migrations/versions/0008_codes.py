"""What was seen of links stands in the order of their list: `outreach.search.codes` makes it once this is through."""

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """No table of the models changes; a database that stood at 0007 has to be brought up to date once more."""


def downgrade() -> None:
    """What the search keeps is gone before (`outreach.schema.downgrade`)."""
