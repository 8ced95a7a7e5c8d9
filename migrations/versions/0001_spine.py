"""The spine: every table of the first version. The diary refuses changes and removals."""

import sqlalchemy as sa
from alembic import op

from outreach.db import Moment

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "diary",
        sa.Column("at", Moment(), nullable=False),
        sa.Column("kind", sa.String(length=48), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("project_id", sa.Integer(), nullable=True),
        sa.Column("site_id", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("pitch_id", sa.Integer(), nullable=True),
        sa.Column("link_id", sa.Integer(), nullable=True),
        sa.Column("message_id", sa.Integer(), nullable=True),
        sa.Column("subject_kind", sa.String(length=32), nullable=True),
        sa.Column("subject_id", sa.Integer(), nullable=True),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_diary")),
    )
    with op.batch_alter_table("diary", schema=None) as batch_op:
        batch_op.create_index("ix_diary_link_id", ["link_id", "id"], unique=False)
        batch_op.create_index("ix_diary_person_id", ["person_id", "id"], unique=False)
        batch_op.create_index("ix_diary_pitch_id", ["pitch_id", "id"], unique=False)
        batch_op.create_index("ix_diary_project_id", ["project_id", "id"], unique=False)
        batch_op.create_index("ix_diary_site_id", ["site_id", "id"], unique=False)

    op.create_table(
        "duplicate_looks",
        sa.Column("stream", sa.String(length=32), nullable=False),
        sa.Column("reached_at", Moment(), nullable=True),
        sa.Column("reached_id", sa.Integer(), nullable=False),
        sa.Column("due_at", Moment(), nullable=False),
        sa.Column("taken_until", Moment(), nullable=True),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duplicate_looks")),
        sa.UniqueConstraint("stream", name=op.f("uq_duplicate_looks_stream")),
    )
    op.create_table(
        "log_in_tries",
        sa.Column("key_hash", sa.String(length=64), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("since", Moment(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_log_in_tries")),
        sa.UniqueConstraint("key_hash", name=op.f("uq_log_in_tries_key_hash")),
    )
    with op.batch_alter_table("log_in_tries", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_log_in_tries_since"), ["since"], unique=False)

    op.create_table(
        "opt_outs",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("address", sa.String(length=254), nullable=True),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("used_at", Moment(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opt_outs")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_opt_outs_token_hash")),
    )
    op.create_table(
        "sweep_runs",
        sa.Column("name", sa.String(length=48), nullable=False),
        sa.Column("last_at", Moment(), nullable=False),
        sa.Column("last_count", sa.Integer(), nullable=False),
        sa.Column("last_error", sa.String(length=500), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sweep_runs")),
        sa.UniqueConstraint("name", name=op.f("uq_sweep_runs_name")),
    )
    op.create_table(
        "users",
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "admin",
                "manager",
                "user",
                name="user_role",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("session_token", sa.String(length=64), nullable=False),
        sa.Column("timezone", sa.String(length=64), nullable=False),
        sa.Column("digest_hour", sa.Integer(), nullable=False),
        sa.Column("is_digest_on", sa.Boolean(), nullable=False),
        sa.Column("is_weekdays_only", sa.Boolean(), nullable=False),
        sa.Column("is_alert_mail_on", sa.Boolean(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("holidays_of", sa.String(length=2), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("last_seen_at", Moment(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint("digest_hour BETWEEN 0 AND 23", name=op.f("ck_users_digest_hour")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
        sa.UniqueConstraint("email", name=op.f("uq_users_email")),
        sa.UniqueConstraint("session_token", name=op.f("uq_users_session_token")),
    )
    op.create_table(
        "workspace",
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("legal_name", sa.String(length=200), nullable=False),
        sa.Column("postal_address", sa.Text(), nullable=False),
        sa.Column("base_url", sa.String(length=300), nullable=False),
        sa.Column("timezone", sa.String(length=64), nullable=False),
        sa.Column("hash_key", sa.String(length=64), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("is_mail_stopped", sa.Boolean(), nullable=False),
        sa.Column("is_dry_run", sa.Boolean(), nullable=False),
        sa.Column("allow_list", sa.JSON(), nullable=False),
        sa.Column(
            "claim_level",
            sa.Enum(
                "off",
                "low",
                "medium",
                "high",
                name="claim_level",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("is_postal_waived", sa.Boolean(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_workspace_only_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workspace")),
    )
    op.create_table(
        "account_keys",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("purpose", sa.String(length=16), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column(
            "role",
            sa.Enum(
                "admin",
                "manager",
                "user",
                name="user_role",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("grants", sa.JSON(), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("expires_at", Moment(), nullable=False),
        sa.Column("used_at", Moment(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint("purpose IN ('invitation', 'reset')", name=op.f("ck_account_keys_purpose")),
        sa.ForeignKeyConstraint(["created_by_id"], ["users.id"], name=op.f("fk_account_keys_created_by_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_account_keys_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_keys")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_account_keys_token_hash")),
    )
    op.create_table(
        "calendar_feeds",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_calendar_feeds_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_feeds")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_calendar_feeds_token_hash")),
        sa.UniqueConstraint("user_id", name=op.f("uq_calendar_feeds_user_id")),
    )
    op.create_table(
        "erasures",
        sa.Column(
            "state",
            sa.Enum(
                "running", "done", name="erasure_state", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column("hashes", sa.JSON(), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("step", sa.String(length=80), nullable=False),
        sa.Column("cursor", sa.String(length=500), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("problem", sa.String(length=300), nullable=False),
        sa.Column("taken_until", Moment(), nullable=True),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("asked_at", Moment(), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=True),
        sa.Column("done_at", Moment(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["asked_by_id"], ["users.id"], name=op.f("fk_erasures_asked_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasures")),
    )
    with op.batch_alter_table("erasures", schema=None) as batch_op:
        batch_op.create_index(
            "ix_erasures_running",
            ["id"],
            unique=False,
            sqlite_where=sa.text("state = 'running'"),
            postgresql_where=sa.text("state = 'running'"),
        )

    op.create_table(
        "leaves",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint("first_on <= last_on", name=op.f("ck_leaves_leave_order")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_leaves_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_leaves")),
    )
    with op.batch_alter_table("leaves", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_leaves_user_id"), ["user_id"], unique=False)

    op.create_table(
        "link_schedule",
        sa.Column("young", sa.Integer(), nullable=False),
        sa.Column("young_for", sa.Integer(), nullable=False),
        sa.Column("grown", sa.Integer(), nullable=False),
        sa.Column("grown_until", sa.Integer(), nullable=False),
        sa.Column("old", sa.Integer(), nullable=False),
        sa.Column("important", sa.Integer(), nullable=False),
        sa.Column("vital", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", Moment(), nullable=False),
        sa.Column("changed_by_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint("grown BETWEEN 1 AND 30", name=op.f("ck_link_schedule_grown")),
        sa.CheckConstraint("grown_until BETWEEN 30 AND 1095", name=op.f("ck_link_schedule_grown_until")),
        sa.CheckConstraint("id = 1", name=op.f("ck_link_schedule_only_one")),
        sa.CheckConstraint("important BETWEEN 1 AND 14", name=op.f("ck_link_schedule_important")),
        sa.CheckConstraint("old BETWEEN 1 AND 90", name=op.f("ck_link_schedule_old")),
        sa.CheckConstraint("vital BETWEEN 6 AND 72", name=op.f("ck_link_schedule_vital")),
        sa.CheckConstraint("young BETWEEN 6 AND 72", name=op.f("ck_link_schedule_young")),
        sa.CheckConstraint("young_for BETWEEN 3 AND 90", name=op.f("ck_link_schedule_young_for")),
        sa.ForeignKeyConstraint(["changed_by_id"], ["users.id"], name=op.f("fk_link_schedule_changed_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_link_schedule")),
    )
    op.create_table(
        "mailbox_searches",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("mailbox_name", sa.String(length=254), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "looking",
                "found",
                "trying",
                "tried",
                name="search_state",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("servers", sa.JSON(), nullable=False),
        sa.Column("why", sa.String(length=500), nullable=False),
        sa.Column("results", sa.JSON(), nullable=False),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.Column("due_at", Moment(), nullable=True),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_mailbox_searches_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mailbox_searches")),
    )
    with op.batch_alter_table("mailbox_searches", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_mailbox_searches_due_at"), ["due_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_mailbox_searches_user_id"), ["user_id"], unique=False)

    op.create_table(
        "people",
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("timezone", sa.String(length=64), nullable=False),
        sa.Column(
            "subscriber_type",
            sa.Enum(
                "corporate",
                "individual",
                "unknown",
                name="subscriber_type",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("notes", sa.Text(), nullable=False),
        sa.Column("is_do_not_contact", sa.Boolean(), nullable=False),
        sa.Column("do_not_contact_reason", sa.String(length=300), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("referred_by_id", sa.Integer(), nullable=True),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("updated_at", Moment(), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["created_by_id"], ["users.id"], name=op.f("fk_people_created_by_id")),
        sa.ForeignKeyConstraint(
            ["referred_by_id"], ["people.id"], name=op.f("fk_people_referred_by_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("people", schema=None) as batch_op:
        batch_op.create_index(
            "ix_people_closed",
            ["updated_at"],
            unique=False,
            sqlite_where=sa.text("is_do_not_contact = 1"),
            postgresql_where=sa.text("is_do_not_contact"),
        )
        batch_op.create_index(batch_op.f("ix_people_name"), ["name"], unique=False)
        batch_op.create_index(batch_op.f("ix_people_referred_by_id"), ["referred_by_id"], unique=False)
        batch_op.create_index("ix_people_updated", ["updated_at", "id"], unique=False)

    op.create_table(
        "projects",
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("brand_terms", sa.JSON(), nullable=False),
        sa.Column("cooldown_same_days", sa.Integer(), nullable=False),
        sa.Column("cooldown_other_days", sa.Integer(), nullable=False),
        sa.Column("follow_up_days", sa.Integer(), nullable=False),
        sa.Column("max_followups", sa.Integer(), nullable=False),
        sa.Column("column_limits", sa.JSON(), nullable=False),
        sa.Column("legal_basis", sa.Text(), nullable=False),
        sa.Column("is_archived", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["created_by_id"], ["users.id"], name=op.f("fk_projects_created_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_projects")),
        sa.UniqueConstraint("name", name=op.f("uq_projects_name")),
    )
    op.create_table(
        "prospect_changes",
        sa.Column("at", Moment(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("undone_at", Moment(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name=op.f("fk_prospect_changes_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_prospect_changes")),
    )
    with op.batch_alter_table("prospect_changes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_prospect_changes_by_id"), ["by_id"], unique=False)

    op.create_table(
        "sites",
        sa.Column("key", sa.String(length=253), nullable=False),
        sa.Column("url", sa.String(length=2048), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("notes", sa.Text(), nullable=False),
        sa.Column("is_no_pitch", sa.Boolean(), nullable=False),
        sa.Column("is_do_not_contact", sa.Boolean(), nullable=False),
        sa.Column("do_not_contact_reason", sa.String(length=300), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("updated_at", Moment(), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["created_by_id"], ["users.id"], name=op.f("fk_sites_created_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sites")),
        sa.UniqueConstraint("key", name=op.f("uq_sites_key")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("sites", schema=None) as batch_op:
        batch_op.create_index("ix_sites_updated", ["updated_at", "id"], unique=False)

    op.create_table(
        "suppression_batches",
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("undone_at", Moment(), nullable=True),
        sa.Column("removed", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["users.id"], name=op.f("fk_suppression_batches_created_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suppression_batches")),
    )
    op.create_table(
        "tags",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["created_by_id"], ["users.id"], name=op.f("fk_tags_created_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tags")),
        sa.UniqueConstraint("key", name=op.f("uq_tags_key")),
    )
    op.create_table(
        "alike_keys",
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_alike_keys_person_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["site_id"], ["sites.id"], name=op.f("fk_alike_keys_site_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alike_keys")),
        info={"found_by_itself": True},
    )
    with op.batch_alter_table("alike_keys", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_alike_keys_key"), ["key"], unique=False)
        batch_op.create_index(batch_op.f("ix_alike_keys_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_alike_keys_site_id"), ["site_id"], unique=False)

    op.create_table(
        "bulk_runs",
        sa.Column(
            "of",
            sa.Enum(
                "prospects", "people", name="bulk_list", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column(
            "deed",
            sa.Enum(
                "tag",
                "untag",
                "give",
                "kept",
                "later",
                "rejected",
                "start",
                "suppress",
                name="deed",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("query", sa.String(length=2000), nullable=False),
        sa.Column("ids", sa.JSON(), nullable=False),
        sa.Column("params", sa.JSON(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "working",
                "done",
                "cancelled",
                "failed",
                "undoing",
                "undone",
                name="bulk_state",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("left", sa.Integer(), nullable=False),
        sa.Column("back", sa.Integer(), nullable=False),
        sa.Column("cursor", sa.Integer(), nullable=False),
        sa.Column("problem", sa.String(length=300), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=True),
        sa.Column("work_at", Moment(), nullable=True),
        sa.Column("taken_until", Moment(), nullable=True),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=False),
        sa.Column("finished_at", Moment(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["batch_id"], ["suppression_batches.id"], name=op.f("fk_bulk_runs_batch_id")),
        sa.ForeignKeyConstraint(["created_by_id"], ["users.id"], name=op.f("fk_bulk_runs_created_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulk_runs")),
    )
    with op.batch_alter_table("bulk_runs", schema=None) as batch_op:
        batch_op.create_index("ix_bulk_runs_by", ["created_by_id", "id"], unique=False)
        batch_op.create_index("ix_bulk_runs_work", ["work_at"], unique=False)

    op.create_table(
        "contact_points",
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("site_id", sa.Integer(), nullable=True),
        sa.Column(
            "kind",
            sa.Enum(
                "email",
                "form",
                "social",
                "phone",
                name="contact_kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("value", sa.String(length=2048), nullable=False),
        sa.Column("value_norm", sa.String(length=2048), nullable=False),
        sa.Column("source_url", sa.String(length=2048), nullable=False),
        sa.Column("found_at", Moment(), nullable=False),
        sa.Column("found_by_id", sa.Integer(), nullable=True),
        sa.Column(
            "status",
            sa.Enum(
                "unverified",
                "mx_ok",
                "bounced",
                "invalid",
                name="contact_status",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("is_role", sa.Boolean(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "person_id IS NOT NULL OR site_id IS NOT NULL", name=op.f("ck_contact_points_belongs_somewhere")
        ),
        sa.ForeignKeyConstraint(["found_by_id"], ["users.id"], name=op.f("fk_contact_points_found_by_id")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_contact_points_person_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_contact_points_site_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_points")),
        sa.UniqueConstraint("kind", "value_norm", name=op.f("uq_contact_points_kind_value_norm")),
    )
    with op.batch_alter_table("contact_points", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_contact_points_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_contact_points_site_id"), ["site_id"], unique=False)

    op.create_table(
        "duplicate_pairs",
        sa.Column(
            "kind",
            sa.Enum("person", "site", name="kind", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "open", "different", name="pair_state", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("first_person_id", sa.Integer(), nullable=True),
        sa.Column("second_person_id", sa.Integer(), nullable=True),
        sa.Column("first_site_id", sa.Integer(), nullable=True),
        sa.Column("second_site_id", sa.Integer(), nullable=True),
        sa.Column("found_at", Moment(), nullable=False),
        sa.Column("decided_at", Moment(), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(first_person_id < second_person_id AND first_site_id IS NULL AND second_site_id IS NULL) OR (first_site_id < second_site_id AND first_person_id IS NULL AND second_person_id IS NULL)",
            name=op.f("ck_duplicate_pairs_are_two_of_a_kind"),
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["users.id"], name=op.f("fk_duplicate_pairs_decided_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["first_person_id"],
            ["people.id"],
            name=op.f("fk_duplicate_pairs_first_person_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["first_site_id"], ["sites.id"], name=op.f("fk_duplicate_pairs_first_site_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["second_person_id"],
            ["people.id"],
            name=op.f("fk_duplicate_pairs_second_person_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["second_site_id"],
            ["sites.id"],
            name=op.f("fk_duplicate_pairs_second_site_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duplicate_pairs")),
        sa.UniqueConstraint(
            "first_person_id",
            "second_person_id",
            name=op.f("uq_duplicate_pairs_first_person_id_second_person_id"),
        ),
        sa.UniqueConstraint(
            "first_site_id", "second_site_id", name=op.f("uq_duplicate_pairs_first_site_id_second_site_id")
        ),
        info={"found_by_itself": True},
    )
    with op.batch_alter_table("duplicate_pairs", schema=None) as batch_op:
        batch_op.create_index("ix_duplicate_pairs_listed", ["kind", "state", "id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_duplicate_pairs_second_person_id"), ["second_person_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_duplicate_pairs_second_site_id"), ["second_site_id"], unique=False
        )

    op.create_table(
        "found_contacts",
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "email",
                "form",
                "social",
                "phone",
                name="contact_kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("value", sa.String(length=2048), nullable=False),
        sa.Column("value_norm", sa.String(length=2048), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("role", sa.String(length=120), nullable=False),
        sa.Column("via", sa.String(length=16), nullable=False),
        sa.Column("quote", sa.String(length=300), nullable=False),
        sa.Column("source_url", sa.String(length=2048), nullable=False),
        sa.Column("is_role", sa.Boolean(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "unverified",
                "mx_ok",
                "bounced",
                "invalid",
                name="contact_status",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "taken",
                "dismissed",
                name="find_state",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("found_at", Moment(), nullable=False),
        sa.Column("decided_at", Moment(), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["users.id"], name=op.f("fk_found_contacts_decided_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_found_contacts_person_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["site_id"], ["sites.id"], name=op.f("fk_found_contacts_site_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_found_contacts")),
        sa.UniqueConstraint(
            "site_id", "kind", "value_norm", name=op.f("uq_found_contacts_site_id_kind_value_norm")
        ),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("found_contacts", schema=None) as batch_op:
        batch_op.create_index("ix_found_contacts_found", ["found_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_found_contacts_person_id"), ["person_id"], unique=False)

    op.create_table(
        "import_batches",
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column(
            "source",
            sa.Enum(
                "paste", "file", name="batch_source", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("undone_at", Moment(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["users.id"], name=op.f("fk_import_batches_created_by_id")
        ),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name=op.f("fk_import_batches_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_batches")),
    )
    with op.batch_alter_table("import_batches", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_import_batches_project_id"), ["project_id"], unique=False)

    op.create_table(
        "letter_batches",
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["users.id"], name=op.f("fk_letter_batches_created_by_id")
        ),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name=op.f("fk_letter_batches_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter_batches")),
    )
    with op.batch_alter_table("letter_batches", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_letter_batches_project_id"), ["project_id"], unique=False)

    op.create_table(
        "letter_templates",
        sa.Column("project_id", sa.Integer(), nullable=True),
        sa.Column(
            "type",
            sa.Enum(
                "guest_post",
                "interview",
                "co_created",
                "resource_link",
                "broken_link",
                "unlinked_mention",
                "link_reclaim",
                "link_correction",
                "link_removal",
                name="pitch_type",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "kind",
            sa.Enum(
                "first",
                "follow_up",
                "answer",
                "system",
                name="letter_kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("is_archived", sa.Boolean(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("updated_at", Moment(), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["users.id"], name=op.f("fk_letter_templates_created_by_id")
        ),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name=op.f("fk_letter_templates_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter_templates")),
        sa.UniqueConstraint("project_id", "name", name=op.f("uq_letter_templates_project_id_name")),
    )
    with op.batch_alter_table("letter_templates", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_letter_templates_project_id"), ["project_id"], unique=False)

    op.create_table(
        "link_lists",
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "mapping",
                "reading",
                "working",
                "done",
                "cancelled",
                "failed",
                "undoing",
                "undone",
                name="list_state",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "purpose",
            sa.Enum("check", "watch", name="purpose", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("stored", sa.String(length=64), nullable=False),
        sa.Column("format", sa.String(length=8), nullable=False),
        sa.Column("notices", sa.JSON(), nullable=False),
        sa.Column("first", sa.JSON(), nullable=False),
        sa.Column("has_header", sa.Boolean(), nullable=False),
        sa.Column("header", sa.JSON(), nullable=False),
        sa.Column("columns", sa.JSON(), nullable=False),
        sa.Column("target", sa.String(length=2048), nullable=False),
        sa.Column("is_day_first", sa.Boolean(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("cursor", sa.Integer(), nullable=False),
        sa.Column("phase", sa.Integer(), nullable=False),
        sa.Column("problem", sa.String(length=500), nullable=False),
        sa.Column("work_at", Moment(), nullable=True),
        sa.Column("taken_until", Moment(), nullable=True),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=False),
        sa.Column("finished_at", Moment(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["created_by_id"], ["users.id"], name=op.f("fk_link_lists_created_by_id")),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name=op.f("fk_link_lists_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_link_lists")),
    )
    with op.batch_alter_table("link_lists", schema=None) as batch_op:
        batch_op.create_index("ix_link_lists_project", ["project_id", "id"], unique=False)
        batch_op.create_index("ix_link_lists_work", ["work_at"], unique=False)

    op.create_table(
        "mailboxes",
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("project_id", sa.Integer(), nullable=True),
        sa.Column(
            "kind",
            sa.Enum(
                "smtp", "capture", name="mailbox_kind", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column("address", sa.String(length=254), nullable=False),
        sa.Column("from_name", sa.String(length=120), nullable=False),
        sa.Column("reply_to", sa.String(length=254), nullable=False),
        sa.Column("signature", sa.Text(), nullable=False),
        sa.Column("is_system", sa.Boolean(), nullable=False),
        sa.Column("smtp_host", sa.String(length=253), nullable=False),
        sa.Column("smtp_port", sa.Integer(), nullable=False),
        sa.Column(
            "security",
            sa.Enum(
                "tls",
                "starttls",
                "plain",
                name="security",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("username", sa.String(length=254), nullable=False),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.Column("timezone", sa.String(length=64), nullable=False),
        sa.Column("window_from", sa.Time(), nullable=False),
        sa.Column("window_to", sa.Time(), nullable=False),
        sa.Column("is_weekdays_only", sa.Boolean(), nullable=False),
        sa.Column("daily_cap", sa.Integer(), nullable=False),
        sa.Column("hourly_cap", sa.Integer(), nullable=False),
        sa.Column("gap_min", sa.Integer(), nullable=False),
        sa.Column("gap_max", sa.Integer(), nullable=False),
        sa.Column("is_ramping", sa.Boolean(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "active",
                "paused",
                "stopped",
                name="mailbox_state",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("state_reason", sa.String(length=500), nullable=False),
        sa.Column("backoff_until", Moment(), nullable=True),
        sa.Column("backoff_step", sa.Integer(), nullable=False),
        sa.Column("lease_until", Moment(), nullable=True),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("last_sent_at", Moment(), nullable=True),
        sa.Column(
            "reading_kind",
            sa.Enum(
                "personal",
                "dedicated",
                name="reading_kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("imap_host", sa.String(length=253), nullable=False),
        sa.Column("imap_port", sa.Integer(), nullable=False),
        sa.Column(
            "imap_security",
            sa.Enum(
                "tls",
                "starttls",
                "plain",
                name="imap_security",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("imap_username", sa.String(length=254), nullable=False),
        sa.Column("imap_secret", sa.Text(), nullable=False),
        sa.Column(
            "login_by",
            sa.Enum(
                "password",
                "microsoft",
                "google",
                name="login_by",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("oauth_refresh", sa.Text(), nullable=False),
        sa.Column("oauth_access", sa.Text(), nullable=False),
        sa.Column("oauth_code", sa.Text(), nullable=False),
        sa.Column("oauth_until", Moment(), nullable=True),
        sa.Column("oauth_due_at", Moment(), nullable=True),
        sa.Column("oauth_step", sa.Integer(), nullable=False),
        sa.Column("oauth_problem", sa.String(length=500), nullable=False),
        sa.Column(
            "sent_copy",
            sa.Enum(
                "auto", "yes", "no", name="sent_copy", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column("keeps_sent", sa.Boolean(), nullable=True),
        sa.Column(
            "read_state",
            sa.Enum(
                "off",
                "first",
                "current",
                "trouble",
                "refused",
                name="read_state",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("read_reason", sa.String(length=500), nullable=False),
        sa.Column("read_from", Moment(), nullable=True),
        sa.Column("read_done", sa.Integer(), nullable=False),
        sa.Column("read_total", sa.Integer(), nullable=False),
        sa.Column("read_at", Moment(), nullable=True),
        sa.Column("read_due_at", Moment(), nullable=True),
        sa.Column("read_lease_until", Moment(), nullable=True),
        sa.Column("read_fence", sa.Integer(), nullable=False),
        sa.Column("reconciled_at", Moment(), nullable=True),
        sa.Column("settle_from", Moment(), nullable=True),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint("gap_min <= gap_max", name=op.f("ck_mailboxes_gap_order")),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], name=op.f("fk_mailboxes_owner_id")),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name=op.f("fk_mailboxes_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mailboxes")),
    )
    with op.batch_alter_table("mailboxes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_mailboxes_owner_id"), ["owner_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_mailboxes_project_id"), ["project_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_mailboxes_read_due_at"), ["read_due_at"], unique=False)
        batch_op.create_index(
            "uq_mailboxes_system",
            ["is_system"],
            unique=True,
            sqlite_where=sa.text("is_system"),
            postgresql_where=sa.text("is_system"),
        )

    op.create_table(
        "memberships",
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "member", "viewer", name="member_role", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["project_id"], ["projects.id"], name=op.f("fk_memberships_project_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_memberships_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_memberships")),
        sa.UniqueConstraint("project_id", "user_id", name=op.f("uq_memberships_project_id_user_id")),
    )
    with op.batch_alter_table("memberships", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_memberships_user_id"), ["user_id"], unique=False)

    op.create_table(
        "merges",
        sa.Column(
            "kind",
            sa.Enum("person", "site", name="kind", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("survivor_id", sa.Integer(), nullable=False),
        sa.Column("former_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("site_id", sa.Integer(), nullable=True),
        sa.Column("former_name", sa.String(length=300), nullable=False),
        sa.Column("steps", sa.JSON(), nullable=False),
        sa.Column("left", sa.JSON(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("purged_at", Moment(), nullable=True),
        sa.Column("undone_at", Moment(), nullable=True),
        sa.Column("undone_by_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name=op.f("fk_merges_by_id")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_merges_person_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["site_id"], ["sites.id"], name=op.f("fk_merges_site_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["undone_by_id"], ["users.id"], name=op.f("fk_merges_undone_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_merges")),
    )
    with op.batch_alter_table("merges", schema=None) as batch_op:
        batch_op.create_index("ix_merges_at", ["at", "id"], unique=False)
        batch_op.create_index("ix_merges_former", ["kind", "former_id"], unique=False)
        batch_op.create_index(
            "ix_merges_kept",
            ["at"],
            unique=False,
            sqlite_where=sa.text("purged_at IS NULL"),
            postgresql_where=sa.text("purged_at IS NULL"),
        )
        batch_op.create_index(batch_op.f("ix_merges_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_merges_site_id"), ["site_id"], unique=False)

    op.create_table(
        "notes",
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "site_id IS NOT NULL OR person_id IS NOT NULL", name=op.f("ck_notes_is_about_something")
        ),
        sa.ForeignKeyConstraint(["created_by_id"], ["users.id"], name=op.f("fk_notes_created_by_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_notes_person_id")),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name=op.f("fk_notes_project_id")),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_notes_site_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notes")),
    )
    with op.batch_alter_table("notes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_notes_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_notes_project_id"), ["project_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_notes_site_id"), ["site_id"], unique=False)

    op.create_table(
        "own_fields",
        sa.Column("project_id", sa.Integer(), nullable=True),
        sa.Column(
            "about",
            sa.Enum("site", "person", name="about", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column(
            "kind",
            sa.Enum(
                "text",
                "number",
                "day",
                "list",
                "yes_no",
                "url",
                name="field_kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("choices", sa.JSON(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("archived_at", Moment(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["created_by_id"], ["users.id"], name=op.f("fk_own_fields_created_by_id")),
        sa.ForeignKeyConstraint(
            ["project_id"], ["projects.id"], name=op.f("fk_own_fields_project_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_own_fields")),
    )
    with op.batch_alter_table("own_fields", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_own_fields_project_id"), ["project_id"], unique=False)

    op.create_table(
        "own_hosts",
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("host", sa.String(length=253), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["project_id"], ["projects.id"], name=op.f("fk_own_hosts_project_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_own_hosts")),
        sa.UniqueConstraint("project_id", "host", name=op.f("uq_own_hosts_project_id_host")),
    )
    with op.batch_alter_table("own_hosts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_own_hosts_host"), ["host"], unique=False)

    op.create_table(
        "own_pages",
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("url", sa.String(length=2048), nullable=False),
        sa.Column("url_norm", sa.String(length=2048), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("is_asset", sa.Boolean(), nullable=False),
        sa.Column(
            "asset_type",
            sa.Enum(
                "guide",
                "tool",
                "study",
                "data",
                "graphic",
                "story",
                "other",
                name="asset_type",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("asset_owner_id", sa.Integer(), nullable=True),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "NOT is_asset OR asset_type IS NOT NULL", name=op.f("ck_own_pages_asset_has_type")
        ),
        sa.ForeignKeyConstraint(["asset_owner_id"], ["users.id"], name=op.f("fk_own_pages_asset_owner_id")),
        sa.ForeignKeyConstraint(
            ["project_id"], ["projects.id"], name=op.f("fk_own_pages_project_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_own_pages")),
        sa.UniqueConstraint("project_id", "url_norm", name=op.f("uq_own_pages_project_id_url_norm")),
    )
    op.create_table(
        "person_tags",
        sa.Column("tag_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_person_tags_person_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["tag_id"], ["tags.id"], name=op.f("fk_person_tags_tag_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_tags")),
        sa.UniqueConstraint("tag_id", "person_id", name=op.f("uq_person_tags_tag_id_person_id")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("person_tags", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_person_tags_person_id"), ["person_id"], unique=False)

    op.create_table(
        "prospects",
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "new",
                "kept",
                "rejected",
                "later",
                name="prospect_state",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("reject_reason", sa.String(length=200), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("added_by_id", sa.Integer(), nullable=True),
        sa.Column("later_until", Moment(), nullable=True),
        sa.Column("decided_at", Moment(), nullable=True),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("updated_at", Moment(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["added_by_id"], ["users.id"], name=op.f("fk_prospects_added_by_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], name=op.f("fk_prospects_owner_id")),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name=op.f("fk_prospects_project_id")),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_prospects_site_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_prospects")),
        sa.UniqueConstraint("project_id", "site_id", name=op.f("uq_prospects_project_id_site_id")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("prospects", schema=None) as batch_op:
        batch_op.create_index("ix_prospects_decided", ["project_id", "decided_at"], unique=False)
        batch_op.create_index("ix_prospects_later", ["project_id", "later_until", "id"], unique=False)
        batch_op.create_index("ix_prospects_project_by_state", ["project_id", "state", "id"], unique=False)
        batch_op.create_index(
            "ix_prospects_project_state", ["project_id", "state", "updated_at", "id"], unique=False
        )
        batch_op.create_index(
            "ix_prospects_project_updated", ["project_id", "updated_at", "id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_prospects_site_id"), ["site_id"], unique=False)
        batch_op.create_index("ix_prospects_state", ["state", "id"], unique=False)
        batch_op.create_index("ix_prospects_updated", ["updated_at", "id"], unique=False)

    op.create_table(
        "relationship_overrides",
        sa.Column("site_id", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column(
            "standing",
            sa.Enum(
                "unknown",
                "researched",
                "approached",
                "in_contact",
                "agreed_once",
                "collaborator",
                "partner",
                name="standing",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("set_at", Moment(), nullable=False),
        sa.Column("set_by_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(site_id IS NULL) <> (person_id IS NULL)", name=op.f("ck_relationship_overrides_site_or_person")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_relationship_overrides_person_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["set_by_id"], ["users.id"], name=op.f("fk_relationship_overrides_set_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["site_id"], ["sites.id"], name=op.f("fk_relationship_overrides_site_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_relationship_overrides")),
        sa.UniqueConstraint("person_id", name=op.f("uq_relationship_overrides_person_id")),
        sa.UniqueConstraint("site_id", name=op.f("uq_relationship_overrides_site_id")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "saved_views",
        sa.Column("list", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("query", sa.String(length=2000), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=True),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("removed_at", Moment(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], name=op.f("fk_saved_views_owner_id")),
        sa.ForeignKeyConstraint(
            ["project_id"], ["projects.id"], name=op.f("fk_saved_views_project_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_views")),
    )
    with op.batch_alter_table("saved_views", schema=None) as batch_op:
        batch_op.create_index("ix_saved_views_owner", ["owner_id", "list"], unique=False)
        batch_op.create_index(batch_op.f("ix_saved_views_project_id"), ["project_id"], unique=False)

    op.create_table(
        "site_aliases",
        sa.Column("key", sa.String(length=253), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["site_id"], ["sites.id"], name=op.f("fk_site_aliases_site_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_site_aliases")),
        sa.UniqueConstraint("key", name=op.f("uq_site_aliases_key")),
    )
    with op.batch_alter_table("site_aliases", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_site_aliases_site_id"), ["site_id"], unique=False)

    op.create_table(
        "site_looks",
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "waiting",
                "read",
                "unread",
                name="look_state",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("page_state", sa.String(length=32), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("snippet", sa.String(length=600), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("trouble", sa.String(length=300), nullable=False),
        sa.Column("looked_at", Moment(), nullable=True),
        sa.Column("look_at", Moment(), nullable=True),
        sa.Column("taken_until", Moment(), nullable=True),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["site_id"], ["sites.id"], name=op.f("fk_site_looks_site_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_site_looks")),
        sa.UniqueConstraint("site_id", name=op.f("uq_site_looks_site_id")),
    )
    with op.batch_alter_table("site_looks", schema=None) as batch_op:
        batch_op.create_index("ix_site_looks_due", ["look_at"], unique=False)

    op.create_table(
        "site_people",
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=120), nullable=False),
        sa.Column("is_former", sa.Boolean(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_site_people_person_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["site_id"], ["sites.id"], name=op.f("fk_site_people_site_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_site_people")),
        sa.UniqueConstraint("site_id", "person_id", name=op.f("uq_site_people_site_id_person_id")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("site_people", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_site_people_person_id"), ["person_id"], unique=False)

    op.create_table(
        "site_searches",
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "waiting",
                "working",
                "done",
                "failed",
                "cancelled",
                name="search_state",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("pages", sa.JSON(), nullable=False),
        sa.Column("memory", sa.JSON(), nullable=False),
        sa.Column("authors", sa.JSON(), nullable=False),
        sa.Column("refusal", sa.String(length=300), nullable=False),
        sa.Column("refusal_url", sa.String(length=2048), nullable=False),
        sa.Column("trouble", sa.String(length=300), nullable=False),
        sa.Column("asked_at", Moment(), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=True),
        sa.Column("finished_at", Moment(), nullable=True),
        sa.Column("work_at", Moment(), nullable=True),
        sa.Column("taken_until", Moment(), nullable=True),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["asked_by_id"], ["users.id"], name=op.f("fk_site_searches_asked_by_id")),
        sa.ForeignKeyConstraint(
            ["site_id"], ["sites.id"], name=op.f("fk_site_searches_site_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_site_searches")),
        sa.UniqueConstraint("site_id", name=op.f("uq_site_searches_site_id")),
    )
    with op.batch_alter_table("site_searches", schema=None) as batch_op:
        batch_op.create_index("ix_site_searches_work", ["work_at"], unique=False)

    op.create_table(
        "site_tags",
        sa.Column("tag_id", sa.Integer(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["site_id"], ["sites.id"], name=op.f("fk_site_tags_site_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["tag_id"], ["tags.id"], name=op.f("fk_site_tags_tag_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_site_tags")),
        sa.UniqueConstraint("tag_id", "site_id", name=op.f("uq_site_tags_tag_id_site_id")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("site_tags", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_site_tags_site_id"), ["site_id"], unique=False)

    op.create_table(
        "snippets",
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("project_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("updated_at", Moment(), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint("owner_id IS NULL OR project_id IS NULL", name=op.f("ck_snippets_one_scope")),
        sa.ForeignKeyConstraint(["created_by_id"], ["users.id"], name=op.f("fk_snippets_created_by_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], name=op.f("fk_snippets_owner_id")),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name=op.f("fk_snippets_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_snippets")),
    )
    with op.batch_alter_table("snippets", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_snippets_owner_id"), ["owner_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_snippets_project_id"), ["project_id"], unique=False)

    op.create_table(
        "suppressions",
        sa.Column(
            "kind",
            sa.Enum(
                "email",
                "domain",
                name="suppression_kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("value", sa.String(length=254), nullable=True),
        sa.Column("keyed_hash", sa.String(length=64), nullable=False),
        sa.Column(
            "reason",
            sa.Enum(
                "unsubscribed",
                "complaint",
                "hard_bounce",
                "by_hand",
                "imported",
                "erased",
                name="suppression_reason",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("batch_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["suppression_batches.id"], name=op.f("fk_suppressions_batch_id")
        ),
        sa.ForeignKeyConstraint(["created_by_id"], ["users.id"], name=op.f("fk_suppressions_created_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suppressions")),
        sa.UniqueConstraint("kind", "keyed_hash", name=op.f("uq_suppressions_kind_keyed_hash")),
    )
    with op.batch_alter_table("suppressions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_suppressions_batch_id"), ["batch_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_suppressions_value"), ["value"], unique=False)

    op.create_table(
        "bulk_rows",
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("prospect_id", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column(
            "fate",
            sa.Enum(
                "done",
                "left",
                "back",
                "stays",
                name="fate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_bulk_rows_person_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["prospect_id"], ["prospects.id"], name=op.f("fk_bulk_rows_prospect_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["run_id"], ["bulk_runs.id"], name=op.f("fk_bulk_rows_run_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulk_rows")),
    )
    with op.batch_alter_table("bulk_rows", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_bulk_rows_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_bulk_rows_prospect_id"), ["prospect_id"], unique=False)
        batch_op.create_index("ix_bulk_rows_run", ["run_id", "fate", "id"], unique=False)

    op.create_table(
        "field_values",
        sa.Column("field_id", sa.Integer(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("value", sa.String(length=2048), nullable=False),
        sa.Column("sort", sa.String(length=200), nullable=False),
        sa.Column("updated_at", Moment(), nullable=False),
        sa.Column("updated_by_id", sa.Integer(), nullable=True),
        sa.Column("batch_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(site_id IS NULL) <> (person_id IS NULL)", name=op.f("ck_field_values_is_of_one")
        ),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["import_batches.id"], name=op.f("fk_field_values_batch_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["field_id"], ["own_fields.id"], name=op.f("fk_field_values_field_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_field_values_person_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["site_id"], ["sites.id"], name=op.f("fk_field_values_site_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["updated_by_id"], ["users.id"], name=op.f("fk_field_values_updated_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_field_values")),
        sa.UniqueConstraint("field_id", "person_id", name=op.f("uq_field_values_field_id_person_id")),
        sa.UniqueConstraint("field_id", "site_id", name=op.f("uq_field_values_field_id_site_id")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("field_values", schema=None) as batch_op:
        batch_op.create_index("ix_field_values_people", ["field_id", "sort", "person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_field_values_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_field_values_site_id"), ["site_id"], unique=False)
        batch_op.create_index("ix_field_values_sites", ["field_id", "sort", "site_id"], unique=False)

    op.create_table(
        "first_mailboxes",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("mailbox_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["mailbox_id"], ["mailboxes.id"], name=op.f("fk_first_mailboxes_mailbox_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name=op.f("fk_first_mailboxes_project_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_first_mailboxes_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_first_mailboxes")),
        sa.UniqueConstraint("user_id", "project_id", name=op.f("uq_first_mailboxes_user_id_project_id")),
    )
    with op.batch_alter_table("first_mailboxes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_first_mailboxes_mailbox_id"), ["mailbox_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_first_mailboxes_project_id"), ["project_id"], unique=False)

    op.create_table(
        "first_views",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("list", sa.String(length=20), nullable=False),
        sa.Column("view_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_first_views_user_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["view_id"], ["saved_views.id"], name=op.f("fk_first_views_view_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_first_views")),
        sa.UniqueConstraint("user_id", "list", name=op.f("uq_first_views_user_id_list")),
    )
    with op.batch_alter_table("first_views", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_first_views_view_id"), ["view_id"], unique=False)

    op.create_table(
        "import_files",
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "mapping",
                "counting",
                "counted",
                "working",
                "done",
                "looked",
                "cancelled",
                "failed",
                "undoing",
                "undone",
                name="import_state",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("part", sa.JSON(), nullable=False),
        sa.Column("stored", sa.String(length=64), nullable=False),
        sa.Column("format", sa.String(length=8), nullable=False),
        sa.Column("notices", sa.JSON(), nullable=False),
        sa.Column("first", sa.JSON(), nullable=False),
        sa.Column("header_row", sa.Integer(), nullable=False),
        sa.Column("header", sa.JSON(), nullable=False),
        sa.Column("columns", sa.JSON(), nullable=False),
        sa.Column("own_columns", sa.JSON(), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("left_out", sa.JSON(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("cursor", sa.Integer(), nullable=False),
        sa.Column("phase", sa.Integer(), nullable=False),
        sa.Column("problem", sa.String(length=500), nullable=False),
        sa.Column("work_at", Moment(), nullable=True),
        sa.Column("taken_until", Moment(), nullable=True),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=False),
        sa.Column("finished_at", Moment(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["batch_id"], ["import_batches.id"], name=op.f("fk_import_files_batch_id")),
        sa.ForeignKeyConstraint(["created_by_id"], ["users.id"], name=op.f("fk_import_files_created_by_id")),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name=op.f("fk_import_files_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_files")),
    )
    with op.batch_alter_table("import_files", schema=None) as batch_op:
        batch_op.create_index("ix_import_files_fingerprint", ["fingerprint", "id"], unique=False)
        batch_op.create_index("ix_import_files_project", ["project_id", "id"], unique=False)
        batch_op.create_index("ix_import_files_work", ["work_at"], unique=False)

    op.create_table(
        "import_rows",
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("typed", sa.String(length=300), nullable=False),
        sa.Column(
            "outcome",
            sa.Enum(
                "new",
                "joined",
                "known",
                "repeated",
                "own",
                "suppressed",
                "refused",
                name="outcome",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=True),
        sa.Column("made", sa.JSON(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["import_batches.id"], name=op.f("fk_import_rows_batch_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["site_id"], ["sites.id"], name=op.f("fk_import_rows_site_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_rows")),
        sa.UniqueConstraint("batch_id", "number", name=op.f("uq_import_rows_batch_id_number")),
    )
    with op.batch_alter_table("import_rows", schema=None) as batch_op:
        batch_op.create_index("ix_import_rows_outcome", ["batch_id", "outcome", "number"], unique=False)
        batch_op.create_index(batch_op.f("ix_import_rows_site_id"), ["site_id"], unique=False)

    op.create_table(
        "link_list_rows",
        sa.Column("list_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("cells", sa.JSON(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "waiting",
                "refused",
                "found",
                "weakened",
                "missing",
                "unreadable",
                "watched",
                "known",
                "repeated",
                "skipped",
                "taken_back",
                "kept",
                name="row_state",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("page_url", sa.String(length=2048), nullable=False),
        sa.Column("target_url", sa.String(length=2048), nullable=False),
        sa.Column("link_id", sa.Integer(), nullable=True),
        sa.Column("look", sa.JSON(), nullable=False),
        sa.Column("made", sa.JSON(), nullable=False),
        sa.Column("looked_at", Moment(), nullable=True),
        sa.Column("taken_until", Moment(), nullable=True),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["list_id"], ["link_lists.id"], name=op.f("fk_link_list_rows_list_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_link_list_rows")),
        sa.UniqueConstraint("list_id", "number", name=op.f("uq_link_list_rows_list_id_number")),
    )
    with op.batch_alter_table("link_list_rows", schema=None) as batch_op:
        batch_op.create_index("ix_link_list_rows_state", ["list_id", "state", "number"], unique=False)

    op.create_table(
        "mail_folders",
        sa.Column("mailbox_id", sa.Integer(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "inbox",
                "junk",
                "sent",
                "all",
                name="folder_role",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("name", sa.String(length=500), nullable=False),
        sa.Column("uidvalidity", sa.BigInteger(), nullable=False),
        sa.Column("last_uid", sa.BigInteger(), nullable=False),
        sa.Column("read_at", Moment(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["mailbox_id"], ["mailboxes.id"], name=op.f("fk_mail_folders_mailbox_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail_folders")),
        sa.UniqueConstraint("mailbox_id", "role", name=op.f("uq_mail_folders_mailbox_id_role")),
    )
    op.create_table(
        "pitches",
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column(
            "type",
            sa.Enum(
                "guest_post",
                "interview",
                "co_created",
                "resource_link",
                "broken_link",
                "unlinked_mention",
                "link_reclaim",
                "link_correction",
                "link_removal",
                name="pitch_type",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "direction",
            sa.Enum(
                "out", "in", name="pitch_direction", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("own_page_id", sa.Integer(), nullable=True),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("topic", sa.String(length=300), nullable=False),
        sa.Column("subject_page_url", sa.String(length=2048), nullable=False),
        sa.Column("notes", sa.Text(), nullable=False),
        sa.Column(
            "stage",
            sa.Enum(
                "idea",
                "qualified",
                "ready",
                "contacted",
                "talking",
                "agreed",
                "topic_agreed",
                "outline_sent",
                "writing",
                "draft_sent",
                "revising",
                "accepted",
                "scheduled",
                "slot_set",
                "questions_exchanged",
                "recorded_or_answered",
                "editing",
                "quotes_approved",
                "brief_agreed",
                "collecting",
                "assembling",
                "contributor_review",
                "released",
                "links_expected",
                "editor_editing",
                "restored",
                "replaced",
                "promised",
                "removed_verified",
                "published_claimed",
                "won",
                "nurture",
                "declined",
                "no_response",
                "disqualified",
                "suppressed",
                "undeliverable",
                "withdrawn",
                "lost_after_yes",
                "rejected_draft",
                "paid_only_refused",
                "no_show",
                "partial",
                "policy_refused",
                "fixed_otherwise",
                "written_off",
                "refused",
                "disavow_candidate",
                "disavowed",
                name="stage",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column(
            "board_column",
            sa.Enum(
                "to_do",
                "contacted",
                "talking",
                "agreed",
                "production",
                "published",
                "won",
                "closed",
                name="column",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("rested_from", sa.String(length=32), nullable=True),
        sa.Column("revisit_on", sa.Date(), nullable=True),
        sa.Column("outcome_reason", sa.String(length=500), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column(
            "next_kind",
            sa.Enum(
                "qualify",
                "find_contact",
                "write",
                "follow_up",
                "answer",
                "agree",
                "produce",
                "ask_publication",
                "check_page",
                "close",
                "other",
                name="next_kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("next_on", sa.Date(), nullable=True),
        sa.Column("next_owner_id", sa.Integer(), nullable=True),
        sa.Column("next_note", sa.String(length=300), nullable=False),
        sa.Column("target_url", sa.String(length=2048), nullable=False),
        sa.Column("anchor", sa.String(length=300), nullable=False),
        sa.Column("expected_rel", sa.String(length=16), nullable=False),
        sa.Column("page_url", sa.String(length=2048), nullable=False),
        sa.Column("draft_url", sa.String(length=2048), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("is_paid", sa.Boolean(), nullable=False),
        sa.Column("amount", sa.Numeric(precision=12, scale=2), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("is_goods", sa.Boolean(), nullable=False),
        sa.Column("is_exchange", sa.Boolean(), nullable=False),
        sa.Column("is_exclusive", sa.Boolean(), nullable=False),
        sa.Column("is_ground_ok", sa.Boolean(), nullable=True),
        sa.Column("ground_checked_at", Moment(), nullable=True),
        sa.Column("last_out_at", Moment(), nullable=True),
        sa.Column("last_in_at", Moment(), nullable=True),
        sa.Column("follow_ups_sent", sa.Integer(), nullable=False),
        sa.Column("follow_up_drafted_at", Moment(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("stage_since", Moment(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("updated_at", Moment(), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "NOT (is_paid OR is_goods OR is_exchange) OR expected_rel IN ('', 'sponsored')",
            name=op.f("ck_pitches_given_is_sponsored"),
        ),
        sa.CheckConstraint(
            "board_column = CASE stage WHEN 'idea' THEN 'to_do' WHEN 'qualified' THEN 'to_do' WHEN 'ready' THEN 'to_do' WHEN 'contacted' THEN 'contacted' WHEN 'talking' THEN 'talking' WHEN 'agreed' THEN 'agreed' WHEN 'topic_agreed' THEN 'production' WHEN 'outline_sent' THEN 'production' WHEN 'writing' THEN 'production' WHEN 'draft_sent' THEN 'production' WHEN 'revising' THEN 'production' WHEN 'accepted' THEN 'production' WHEN 'scheduled' THEN 'production' WHEN 'slot_set' THEN 'production' WHEN 'questions_exchanged' THEN 'production' WHEN 'recorded_or_answered' THEN 'production' WHEN 'editing' THEN 'production' WHEN 'quotes_approved' THEN 'production' WHEN 'brief_agreed' THEN 'production' WHEN 'collecting' THEN 'production' WHEN 'assembling' THEN 'production' WHEN 'contributor_review' THEN 'production' WHEN 'released' THEN 'production' WHEN 'links_expected' THEN 'production' WHEN 'editor_editing' THEN 'production' WHEN 'restored' THEN 'production' WHEN 'replaced' THEN 'production' WHEN 'promised' THEN 'agreed' WHEN 'removed_verified' THEN 'won' WHEN 'published_claimed' THEN 'published' WHEN 'won' THEN 'won' WHEN 'nurture' THEN 'closed' WHEN 'declined' THEN 'closed' WHEN 'no_response' THEN 'closed' WHEN 'disqualified' THEN 'closed' WHEN 'suppressed' THEN 'closed' WHEN 'undeliverable' THEN 'closed' WHEN 'withdrawn' THEN 'closed' WHEN 'lost_after_yes' THEN 'closed' WHEN 'rejected_draft' THEN 'closed' WHEN 'paid_only_refused' THEN 'closed' WHEN 'no_show' THEN 'closed' WHEN 'partial' THEN 'closed' WHEN 'policy_refused' THEN 'closed' WHEN 'fixed_otherwise' THEN 'closed' WHEN 'written_off' THEN 'closed' WHEN 'refused' THEN 'closed' WHEN 'disavow_candidate' THEN 'closed' WHEN 'disavowed' THEN 'closed' END",
            name=op.f("ck_pitches_column_follows_stage"),
        ),
        sa.CheckConstraint(
            "expected_rel IN ('', 'follow', 'nofollow', 'sponsored', 'ugc', 'any')",
            name=op.f("ck_pitches_expected_rel"),
        ),
        sa.CheckConstraint(
            "is_open = (stage NOT IN ('declined', 'disavow_candidate', 'disavowed', 'disqualified', 'fixed_otherwise', 'lost_after_yes', 'no_response', 'no_show', 'nurture', 'paid_only_refused', 'partial', 'policy_refused', 'refused', 'rejected_draft', 'removed_verified', 'suppressed', 'undeliverable', 'withdrawn', 'won', 'written_off'))",
            name=op.f("ck_pitches_open_follows_stage"),
        ),
        sa.CheckConstraint(
            "stage <> 'nurture' OR revisit_on IS NOT NULL", name=op.f("ck_pitches_nurture_has_day")
        ),
        sa.CheckConstraint(
            "NOT is_open OR (next_kind IS NOT NULL AND next_on IS NOT NULL AND next_owner_id IS NOT NULL)",
            name=op.f("ck_pitches_open_has_next_action"),
        ),
        sa.ForeignKeyConstraint(["created_by_id"], ["users.id"], name=op.f("fk_pitches_created_by_id")),
        sa.ForeignKeyConstraint(["next_owner_id"], ["users.id"], name=op.f("fk_pitches_next_owner_id")),
        sa.ForeignKeyConstraint(["own_page_id"], ["own_pages.id"], name=op.f("fk_pitches_own_page_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], name=op.f("fk_pitches_owner_id")),
        sa.ForeignKeyConstraint(["parent_id"], ["pitches.id"], name=op.f("fk_pitches_parent_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_pitches_person_id")),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name=op.f("fk_pitches_project_id")),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_pitches_site_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pitches")),
    )
    with op.batch_alter_table("pitches", schema=None) as batch_op:
        batch_op.create_index("ix_pitches_column", ["board_column", "next_on", "id"], unique=False)
        batch_op.create_index("ix_pitches_column_updated", ["board_column", "updated_at", "id"], unique=False)
        batch_op.create_index(
            "ix_pitches_expires",
            ["expires_on"],
            unique=False,
            sqlite_where=sa.text("expires_on IS NOT NULL"),
            postgresql_where=sa.text("expires_on IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_pitches_next",
            ["next_owner_id", "next_on"],
            unique=False,
            sqlite_where=sa.text("is_open = 1"),
            postgresql_where=sa.text("is_open"),
        )
        batch_op.create_index("ix_pitches_next_on", ["next_on", "id"], unique=False)
        batch_op.create_index(
            "ix_pitches_owner_column", ["owner_id", "board_column", "next_on", "id"], unique=False
        )
        batch_op.create_index(
            "ix_pitches_owner_column_updated", ["owner_id", "board_column", "updated_at", "id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_pitches_person_id"), ["person_id"], unique=False)
        batch_op.create_index(
            "ix_pitches_project_column", ["project_id", "board_column", "next_on", "id"], unique=False
        )
        batch_op.create_index(
            "ix_pitches_project_column_updated",
            ["project_id", "board_column", "updated_at", "id"],
            unique=False,
        )
        batch_op.create_index("ix_pitches_project_next_on", ["project_id", "next_on", "id"], unique=False)
        batch_op.create_index(
            "ix_pitches_project_stage_since", ["project_id", "stage_since", "id"], unique=False
        )
        batch_op.create_index("ix_pitches_project_updated", ["project_id", "updated_at", "id"], unique=False)
        batch_op.create_index(
            "ix_pitches_revisit",
            ["revisit_on"],
            unique=False,
            sqlite_where=sa.text("stage = 'nurture'"),
            postgresql_where=sa.text("stage = 'nurture'"),
        )
        batch_op.create_index(batch_op.f("ix_pitches_site_id"), ["site_id"], unique=False)
        batch_op.create_index("ix_pitches_stage_since", ["stage_since", "id"], unique=False)
        batch_op.create_index(
            "ix_pitches_type_column", ["type", "board_column", "next_on", "id"], unique=False
        )
        batch_op.create_index(
            "ix_pitches_type_column_updated", ["type", "board_column", "updated_at", "id"], unique=False
        )
        batch_op.create_index("ix_pitches_updated", ["updated_at", "id"], unique=False)
        batch_op.create_index(
            "uq_pitches_open_claim",
            ["project_id", "site_id"],
            unique=True,
            sqlite_where=sa.text(
                "is_open AND type NOT IN ('link_correction', 'link_reclaim', 'link_removal')"
            ),
            postgresql_where=sa.text(
                "is_open AND type NOT IN ('link_correction', 'link_reclaim', 'link_removal')"
            ),
        )

    op.create_table(
        "site_metrics",
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column(
            "name",
            sa.Enum(
                "ahrefs_dr",
                "ahrefs_ur",
                "ahrefs_traffic",
                "semrush_as",
                "majestic_tf",
                "majestic_cf",
                "moz_da",
                "moz_pa",
                "moz_spam",
                name="metric",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("value", sa.Double(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["import_batches.id"], name=op.f("fk_site_metrics_batch_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["site_id"], ["sites.id"], name=op.f("fk_site_metrics_site_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_site_metrics")),
        sa.UniqueConstraint("site_id", "name", name=op.f("uq_site_metrics_site_id_name")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("site_metrics", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_site_metrics_batch_id"), ["batch_id"], unique=False)

    op.create_table(
        "template_versions",
        sa.Column("template_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("subject", sa.String(length=500), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("body_html", sa.Text(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["users.id"], name=op.f("fk_template_versions_created_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["template_id"],
            ["letter_templates.id"],
            name=op.f("fk_template_versions_template_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_template_versions")),
        sa.UniqueConstraint("template_id", "number", name=op.f("uq_template_versions_template_id_number")),
    )
    op.create_table(
        "contributors",
        sa.Column("pitch_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("site_id", sa.Integer(), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "asked",
                "agreed",
                "contributed",
                "approved",
                "out",
                name="contributor_state",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("page_url", sa.String(length=2048), nullable=False),
        sa.Column("link_seen_at", Moment(), nullable=True),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_contributors_person_id")),
        sa.ForeignKeyConstraint(
            ["pitch_id"], ["pitches.id"], name=op.f("fk_contributors_pitch_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_contributors_site_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contributors")),
    )
    with op.batch_alter_table("contributors", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_contributors_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_contributors_pitch_id"), ["pitch_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_contributors_site_id"), ["site_id"], unique=False)

    op.create_table(
        "follow_up_stops",
        sa.Column("pitch_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("site_id", sa.Integer(), nullable=True),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("lifted_at", Moment(), nullable=True),
        sa.Column("effects", sa.JSON(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name=op.f("fk_follow_up_stops_by_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_follow_up_stops_person_id")),
        sa.ForeignKeyConstraint(["pitch_id"], ["pitches.id"], name=op.f("fk_follow_up_stops_pitch_id")),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_follow_up_stops_site_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_follow_up_stops")),
    )
    with op.batch_alter_table("follow_up_stops", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_follow_up_stops_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_follow_up_stops_pitch_id"), ["pitch_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_follow_up_stops_site_id"), ["site_id"], unique=False)

    op.create_table(
        "ground_looks",
        sa.Column("pitch_id", sa.Integer(), nullable=False),
        sa.Column("next_at", Moment(), nullable=False),
        sa.Column("taken_until", Moment(), nullable=True),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("last_at", Moment(), nullable=True),
        sa.Column("last_state", sa.String(length=32), nullable=False),
        sa.Column("told", sa.String(length=200), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["pitch_id"], ["pitches.id"], name=op.f("fk_ground_looks_pitch_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ground_looks")),
        sa.UniqueConstraint("pitch_id", name=op.f("uq_ground_looks_pitch_id")),
    )
    with op.batch_alter_table("ground_looks", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ground_looks_next_at"), ["next_at"], unique=False)

    op.create_table(
        "passed_mails",
        sa.Column("folder_id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.BigInteger(), nullable=False),
        sa.Column("keyed_hash", sa.String(length=64), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["folder_id"], ["mail_folders.id"], name=op.f("fk_passed_mails_folder_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passed_mails")),
        sa.UniqueConstraint("folder_id", "uid", name=op.f("uq_passed_mails_folder_id_uid")),
    )
    op.create_table(
        "pitch_files",
        sa.Column("pitch_id", sa.Integer(), nullable=False),
        sa.Column(
            "part",
            sa.Enum(
                "outline",
                "draft",
                "images",
                "bio",
                "answers",
                "evidence",
                "other",
                name="part",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("type", sa.String(length=100), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("url", sa.String(length=2048), nullable=False),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.Column("sent_on", sa.Date(), nullable=True),
        sa.Column("sent_by_id", sa.Integer(), nullable=True),
        sa.Column("removed_at", Moment(), nullable=True),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint("(reference <> '') <> (url <> '')", name=op.f("ck_pitch_files_file_or_link")),
        sa.ForeignKeyConstraint(["created_by_id"], ["users.id"], name=op.f("fk_pitch_files_created_by_id")),
        sa.ForeignKeyConstraint(
            ["pitch_id"], ["pitches.id"], name=op.f("fk_pitch_files_pitch_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["sent_by_id"], ["users.id"], name=op.f("fk_pitch_files_sent_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pitch_files")),
        sa.UniqueConstraint("pitch_id", "part", "number", name=op.f("uq_pitch_files_pitch_id_part_number")),
    )
    with op.batch_alter_table("pitch_files", schema=None) as batch_op:
        batch_op.create_index(
            "ix_pitch_files_removed",
            ["removed_at"],
            unique=False,
            sqlite_where=sa.text("removed_at IS NOT NULL"),
            postgresql_where=sa.text("removed_at IS NOT NULL"),
        )

    op.create_table(
        "placed_links",
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("pitch_id", sa.Integer(), nullable=True),
        sa.Column("reclaim_pitch_id", sa.Integer(), nullable=True),
        sa.Column("page_url", sa.String(length=2048), nullable=False),
        sa.Column("page_url_norm", sa.String(length=2048), nullable=False),
        sa.Column("target_url", sa.String(length=2048), nullable=False),
        sa.Column("expected_anchor", sa.String(length=300), nullable=False),
        sa.Column("expected_rel", sa.String(length=16), nullable=False),
        sa.Column("importance", sa.Integer(), nullable=False),
        sa.Column("placed_on", sa.Date(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("price", sa.Numeric(precision=12, scale=2), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "expected",
                "awaiting_publication",
                "live",
                "live_weakened",
                "suspect",
                "lost",
                "reclaiming",
                "replaced",
                "written_off",
                "blocked",
                "page_gone",
                "archived",
                "unwanted",
                "removal_asked",
                "removed",
                "disavowed",
                name="link_state",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("known_state", sa.String(length=32), nullable=False),
        sa.Column("state_since", Moment(), nullable=False),
        sa.Column(
            "presence",
            sa.Enum(
                "found",
                "not_found",
                "unreadable",
                name="presence",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column(
            "value",
            sa.Enum(
                "passes",
                "weakened",
                "none",
                "n/a",
                name="value",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column(
            "confidence",
            sa.Enum(
                "machine",
                "machine_confirmed",
                "human",
                name="confidence",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("codes", sa.JSON(), nullable=False),
        sa.Column("sentence", sa.String(length=500), nullable=False),
        sa.Column("first_seen_at", Moment(), nullable=True),
        sa.Column("first_miss_at", Moment(), nullable=True),
        sa.Column("unreadable_count", sa.Integer(), nullable=False),
        sa.Column("last_check_at", Moment(), nullable=True),
        sa.Column("next_check_at", Moment(), nullable=True),
        sa.Column("next_check_why", sa.String(length=120), nullable=False),
        sa.Column("schedule_version", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("is_social", sa.Boolean(), nullable=False),
        sa.Column("asked_at", Moment(), nullable=True),
        sa.Column("taken_until", Moment(), nullable=True),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("last_read", sa.JSON(), nullable=False),
        sa.Column("nameless_since", Moment(), nullable=True),
        sa.Column("nameless_count", sa.Integer(), nullable=False),
        sa.Column("nameless_told", sa.Boolean(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint("importance BETWEEN 1 AND 3", name=op.f("ck_placed_links_importance")),
        sa.ForeignKeyConstraint(["created_by_id"], ["users.id"], name=op.f("fk_placed_links_created_by_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], name=op.f("fk_placed_links_owner_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_placed_links_person_id")),
        sa.ForeignKeyConstraint(["pitch_id"], ["pitches.id"], name=op.f("fk_placed_links_pitch_id")),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name=op.f("fk_placed_links_project_id")),
        sa.ForeignKeyConstraint(
            ["reclaim_pitch_id"], ["pitches.id"], name=op.f("fk_placed_links_reclaim_pitch_id")
        ),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_placed_links_site_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_placed_links")),
        sa.UniqueConstraint(
            "project_id",
            "page_url_norm",
            "target_url",
            name=op.f("uq_placed_links_project_id_page_url_norm_target_url"),
        ),
    )
    with op.batch_alter_table("placed_links", schema=None) as batch_op:
        batch_op.create_index("ix_placed_links_due", ["next_check_at"], unique=False)
        batch_op.create_index(
            "ix_placed_links_expires",
            ["expires_on"],
            unique=False,
            sqlite_where=sa.text("expires_on IS NOT NULL"),
            postgresql_where=sa.text("expires_on IS NOT NULL"),
        )
        batch_op.create_index(batch_op.f("ix_placed_links_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_placed_links_pitch_id"), ["pitch_id"], unique=False)
        batch_op.create_index("ix_placed_links_project", ["project_id", "id"], unique=False)
        batch_op.create_index("ix_placed_links_project_state", ["project_id", "state", "id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_placed_links_reclaim_pitch_id"), ["reclaim_pitch_id"], unique=False
        )
        batch_op.create_index("ix_placed_links_schedule", ["schedule_version"], unique=False)
        batch_op.create_index(batch_op.f("ix_placed_links_site_id"), ["site_id"], unique=False)
        batch_op.create_index(
            "ix_placed_links_state", ["state", "is_social", "project_id", "id"], unique=False
        )
        batch_op.create_index("ix_placed_links_taken", ["taken_until"], unique=False)

    op.create_table(
        "production_steps",
        sa.Column("pitch_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("words", sa.String(length=200), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("done_at", Moment(), nullable=True),
        sa.Column("done_by_id", sa.Integer(), nullable=True),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["done_by_id"], ["users.id"], name=op.f("fk_production_steps_done_by_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], name=op.f("fk_production_steps_owner_id")),
        sa.ForeignKeyConstraint(
            ["pitch_id"], ["pitches.id"], name=op.f("fk_production_steps_pitch_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_production_steps")),
    )
    with op.batch_alter_table("production_steps", schema=None) as batch_op:
        batch_op.create_index(
            "ix_production_steps_due",
            ["owner_id", "due_on", "id"],
            unique=False,
            sqlite_where=sa.text("done_at IS NULL"),
            postgresql_where=sa.text("done_at IS NULL"),
        )
        batch_op.create_index(batch_op.f("ix_production_steps_pitch_id"), ["pitch_id"], unique=False)

    op.create_table(
        "productions",
        sa.Column("pitch_id", sa.Integer(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("slot_at", Moment(), nullable=True),
        sa.Column("slot_minutes", sa.Integer(), nullable=False),
        sa.Column("slot_place", sa.String(length=300), nullable=False),
        sa.Column("slot_sequence", sa.Integer(), nullable=False),
        sa.Column("links_needed", sa.Integer(), nullable=True),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "links_needed IS NULL OR links_needed > 0", name=op.f("ck_productions_links_needed")
        ),
        sa.CheckConstraint("slot_minutes BETWEEN 5 AND 600", name=op.f("ck_productions_slot_minutes")),
        sa.ForeignKeyConstraint(
            ["pitch_id"], ["pitches.id"], name=op.f("fk_productions_pitch_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_productions")),
        sa.UniqueConstraint("pitch_id", name=op.f("uq_productions_pitch_id")),
    )
    with op.batch_alter_table("productions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_productions_slot_at"), ["slot_at"], unique=False)

    op.create_table(
        "publication_watches",
        sa.Column("pitch_id", sa.Integer(), nullable=False),
        sa.Column("next_at", Moment(), nullable=False),
        sa.Column("taken_until", Moment(), nullable=True),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("last_at", Moment(), nullable=True),
        sa.Column("told", sa.String(length=200), nullable=False),
        sa.Column("seen", sa.JSON(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["pitch_id"], ["pitches.id"], name=op.f("fk_publication_watches_pitch_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publication_watches")),
        sa.UniqueConstraint("pitch_id", name=op.f("uq_publication_watches_pitch_id")),
    )
    with op.batch_alter_table("publication_watches", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_publication_watches_next_at"), ["next_at"], unique=False)

    op.create_table(
        "reminders",
        sa.Column("project_id", sa.Integer(), nullable=True),
        sa.Column("pitch_id", sa.Integer(), nullable=True),
        sa.Column("site_id", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("about_kind", sa.String(length=32), nullable=True),
        sa.Column("about_id", sa.Integer(), nullable=True),
        sa.Column(
            "kind",
            sa.Enum(
                "production",
                "promise",
                "needs_eyes",
                "link_changed",
                "find_contact",
                "ending",
                "mailbox",
                "other",
                name="reminder_kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("words", sa.String(length=300), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "done",
                "dropped",
                name="reminder_state",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("settled_at", Moment(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["created_by_id"], ["users.id"], name=op.f("fk_reminders_created_by_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], name=op.f("fk_reminders_owner_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_reminders_person_id")),
        sa.ForeignKeyConstraint(["pitch_id"], ["pitches.id"], name=op.f("fk_reminders_pitch_id")),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name=op.f("fk_reminders_project_id")),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_reminders_site_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminders")),
    )
    with op.batch_alter_table("reminders", schema=None) as batch_op:
        batch_op.create_index("ix_reminders_about", ["about_kind", "about_id"], unique=False)
        batch_op.create_index(
            "ix_reminders_due",
            ["owner_id", "due_on", "id"],
            unique=False,
            sqlite_where=sa.text("state = 'open'"),
            postgresql_where=sa.text("state = 'open'"),
        )
        batch_op.create_index(batch_op.f("ix_reminders_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_reminders_pitch_id"), ["pitch_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_reminders_site_id"), ["site_id"], unique=False)

    op.create_table(
        "stage_changes",
        sa.Column("pitch_id", sa.Integer(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("from_stage", sa.String(length=32), nullable=True),
        sa.Column("to_stage", sa.String(length=32), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("is_verified", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("undone_at", Moment(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name=op.f("fk_stage_changes_by_id")),
        sa.ForeignKeyConstraint(
            ["pitch_id"], ["pitches.id"], name=op.f("fk_stage_changes_pitch_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stage_changes")),
    )
    with op.batch_alter_table("stage_changes", schema=None) as batch_op:
        batch_op.create_index("ix_stage_changes_at", ["at", "to_stage"], unique=False)
        batch_op.create_index("ix_stage_changes_pitch", ["pitch_id", "id"], unique=False)

    op.create_table(
        "threads",
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("pitch_id", sa.Integer(), nullable=True),
        sa.Column("site_id", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("subject", sa.String(length=500), nullable=False),
        sa.Column("last_at", Moment(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_threads_person_id")),
        sa.ForeignKeyConstraint(["pitch_id"], ["pitches.id"], name=op.f("fk_threads_pitch_id")),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name=op.f("fk_threads_project_id")),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_threads_site_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_threads")),
    )
    with op.batch_alter_table("threads", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_threads_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_threads_pitch_id"), ["pitch_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_threads_project_id"), ["project_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_threads_site_id"), ["site_id"], unique=False)

    op.create_table(
        "end_warnings",
        sa.Column("pitch_id", sa.Integer(), nullable=True),
        sa.Column("link_id", sa.Integer(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("reminder_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(pitch_id IS NULL) <> (link_id IS NULL)", name=op.f("ck_end_warnings_one_of_both")
        ),
        sa.ForeignKeyConstraint(
            ["link_id"], ["placed_links.id"], name=op.f("fk_end_warnings_link_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["pitch_id"], ["pitches.id"], name=op.f("fk_end_warnings_pitch_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["reminder_id"], ["reminders.id"], name=op.f("fk_end_warnings_reminder_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_end_warnings")),
        sa.UniqueConstraint("link_id", "ends_on", "days", name=op.f("uq_end_warnings_link_id_ends_on_days")),
        sa.UniqueConstraint(
            "pitch_id", "ends_on", "days", name=op.f("uq_end_warnings_pitch_id_ends_on_days")
        ),
    )
    with op.batch_alter_table("end_warnings", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_end_warnings_reminder_id"), ["reminder_id"], unique=False)

    op.create_table(
        "link_checks",
        sa.Column("link_id", sa.Integer(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column(
            "presence",
            sa.Enum(
                "found",
                "not_found",
                "unreadable",
                name="presence",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "value",
            sa.Enum(
                "passes",
                "weakened",
                "none",
                "n/a",
                name="value",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "confidence",
            sa.Enum(
                "machine",
                "machine_confirmed",
                "human",
                name="confidence",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "state_after",
            sa.Enum(
                "expected",
                "awaiting_publication",
                "live",
                "live_weakened",
                "suspect",
                "lost",
                "reclaiming",
                "replaced",
                "written_off",
                "blocked",
                "page_gone",
                "archived",
                "unwanted",
                "removal_asked",
                "removed",
                "disavowed",
                name="link_state",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("page_state", sa.String(length=32), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("codes", sa.JSON(), nullable=False),
        sa.Column("sentence", sa.String(length=500), nullable=False),
        sa.Column("advice", sa.String(length=500), nullable=False),
        sa.Column("hops", sa.JSON(), nullable=False),
        sa.Column("found", sa.JSON(), nullable=False),
        sa.Column("page", sa.JSON(), nullable=False),
        sa.Column("body_hash", sa.String(length=64), nullable=False),
        sa.Column("body_ref", sa.String(length=200), nullable=False),
        sa.Column("body_judged_at", Moment(), nullable=True),
        sa.Column("is_body_gone", sa.Boolean(), nullable=False),
        sa.Column("elapsed_ms", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name=op.f("fk_link_checks_by_id")),
        sa.ForeignKeyConstraint(
            ["link_id"], ["placed_links.id"], name=op.f("fk_link_checks_link_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_link_checks")),
    )
    with op.batch_alter_table("link_checks", schema=None) as batch_op:
        batch_op.create_index(
            "ix_link_checks_body",
            ["body_ref"],
            unique=False,
            sqlite_where=sa.text("body_ref <> ''"),
            postgresql_where=sa.text("body_ref <> ''"),
        )
        batch_op.create_index("ix_link_checks_link", ["link_id", "id"], unique=False)
        batch_op.create_index(
            "ix_link_checks_unjudged",
            ["at"],
            unique=False,
            sqlite_where=sa.text("body_ref <> '' AND body_judged_at IS NULL"),
            postgresql_where=sa.text("body_ref <> '' AND body_judged_at IS NULL"),
        )

    op.create_table(
        "messages",
        sa.Column(
            "direction",
            sa.Enum("out", "in", name="direction", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column(
            "kind",
            sa.Enum(
                "first",
                "follow_up",
                "answer",
                "system",
                name="letter_kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column(
            "channel",
            sa.Enum(
                "mail",
                "form",
                "social",
                "phone",
                name="channel",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "queued",
                "taken",
                "sending",
                "sent",
                "failed",
                "unknown",
                "cancelled",
                "held",
                "received",
                name="message_state",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("state_reason", sa.String(length=500), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=True),
        sa.Column("thread_id", sa.Integer(), nullable=True),
        sa.Column("pitch_id", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("mailbox_id", sa.Integer(), nullable=True),
        sa.Column("template_version_id", sa.Integer(), nullable=True),
        sa.Column("for_user_id", sa.Integer(), nullable=True),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("batch_id", sa.Integer(), nullable=True),
        sa.Column("is_skipped", sa.Boolean(), nullable=False),
        sa.Column("attempt_no", sa.Integer(), nullable=True),
        sa.Column("message_id", sa.String(length=998), nullable=True),
        sa.Column("in_reply_to", sa.String(length=998), nullable=False),
        sa.Column("refs", sa.JSON(), nullable=False),
        sa.Column("opaque_id", sa.String(length=64), nullable=True),
        sa.Column("from_address", sa.String(length=254), nullable=False),
        sa.Column("from_name", sa.String(length=200), nullable=False),
        sa.Column("to_address", sa.String(length=254), nullable=False),
        sa.Column("to_name", sa.String(length=200), nullable=False),
        sa.Column("subject", sa.String(length=998), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("body_html", sa.Text(), nullable=False),
        sa.Column("typed", sa.JSON(), nullable=False),
        sa.Column("personal_line", sa.Text(), nullable=False),
        sa.Column("personal_url", sa.String(length=2048), nullable=False),
        sa.Column("opt_out_token", sa.String(length=64), nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=True),
        sa.Column("is_elsewhere", sa.Boolean(), nullable=False),
        sa.Column(
            "what",
            sa.Enum(
                "ours",
                "complaint",
                "bounce",
                "delayed",
                "delivered",
                "auto_reply",
                "challenge",
                "unsubscribe",
                "human",
                "unparsed",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("what_reason", sa.String(length=300), nullable=False),
        sa.Column(
            "severity",
            sa.Enum(
                "hard", "soft", "block", name="severity", native_enum=False, create_constraint=True, length=32
            ),
            nullable=True,
        ),
        sa.Column("return_on", sa.Date(), nullable=True),
        sa.Column("report", sa.JSON(), nullable=False),
        sa.Column("reply_text", sa.Text(), nullable=False),
        sa.Column("attachments", sa.JSON(), nullable=False),
        sa.Column("problem", sa.String(length=300), nullable=False),
        sa.Column(
            "placing",
            sa.Enum(
                "matched",
                "proposed",
                "unmatched",
                name="placing",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column(
            "matched_by",
            sa.Enum(
                "references",
                "in_reply_to",
                "token",
                "original",
                "address",
                "domain",
                "subject",
                "hand",
                name="matched_by",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("match_reason", sa.String(length=300), nullable=False),
        sa.Column("about_id", sa.Integer(), nullable=True),
        sa.Column("folder_id", sa.Integer(), nullable=True),
        sa.Column("uid", sa.BigInteger(), nullable=True),
        sa.Column("known_by", sa.String(length=64), nullable=True),
        sa.Column("raw_file", sa.String(length=100), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("is_cut", sa.Boolean(), nullable=False),
        sa.Column("is_whole_wanted", sa.Boolean(), nullable=False),
        sa.Column("has_html", sa.Boolean(), nullable=False),
        sa.Column("seen_at", Moment(), nullable=True),
        sa.Column("handled_at", Moment(), nullable=True),
        sa.Column("handled_by_id", sa.Integer(), nullable=True),
        sa.Column("effects", sa.JSON(), nullable=False),
        sa.Column("overruled", sa.JSON(), nullable=False),
        sa.Column("held_rule", sa.String(length=48), nullable=False),
        sa.Column("due_at", Moment(), nullable=True),
        sa.Column("look_due_at", Moment(), nullable=True),
        sa.Column("looks", sa.Integer(), nullable=False),
        sa.Column("asked_at", Moment(), nullable=True),
        sa.Column("copied_at", Moment(), nullable=True),
        sa.Column("taken_until", Moment(), nullable=True),
        sa.Column("fence", sa.Integer(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("queued_at", Moment(), nullable=True),
        sa.Column("sent_at", Moment(), nullable=True),
        sa.Column("received_at", Moment(), nullable=True),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["about_id"], ["messages.id"], name=op.f("fk_messages_about_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["author_id"], ["users.id"], name=op.f("fk_messages_author_id")),
        sa.ForeignKeyConstraint(["batch_id"], ["letter_batches.id"], name=op.f("fk_messages_batch_id")),
        sa.ForeignKeyConstraint(
            ["folder_id"], ["mail_folders.id"], name=op.f("fk_messages_folder_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["for_user_id"], ["users.id"], name=op.f("fk_messages_for_user_id")),
        sa.ForeignKeyConstraint(["handled_by_id"], ["users.id"], name=op.f("fk_messages_handled_by_id")),
        sa.ForeignKeyConstraint(["mailbox_id"], ["mailboxes.id"], name=op.f("fk_messages_mailbox_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_messages_person_id")),
        sa.ForeignKeyConstraint(["pitch_id"], ["pitches.id"], name=op.f("fk_messages_pitch_id")),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name=op.f("fk_messages_project_id")),
        sa.ForeignKeyConstraint(
            ["template_version_id"], ["template_versions.id"], name=op.f("fk_messages_template_version_id")
        ),
        sa.ForeignKeyConstraint(["thread_id"], ["threads.id"], name=op.f("fk_messages_thread_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_messages")),
        sa.UniqueConstraint("opaque_id", name=op.f("uq_messages_opaque_id")),
    )
    with op.batch_alter_table("messages", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_messages_about_id"), ["about_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_messages_batch_id"), ["batch_id"], unique=False)
        batch_op.create_index(
            "ix_messages_due",
            ["mailbox_id", "due_at"],
            unique=False,
            sqlite_where=sa.text("state = 'queued'"),
            postgresql_where=sa.text("state = 'queued'"),
        )
        batch_op.create_index("ix_messages_from", ["from_address", "received_at"], unique=False)
        batch_op.create_index(
            "ix_messages_inbox",
            ["placing", "what", "received_at", "id"],
            unique=False,
            sqlite_where=sa.text("direction = 'in' AND handled_at IS NULL"),
            postgresql_where=sa.text("direction = 'in' AND handled_at IS NULL"),
        )
        batch_op.create_index(
            "ix_messages_look",
            ["look_due_at"],
            unique=False,
            sqlite_where=sa.text("look_due_at IS NOT NULL"),
            postgresql_where=sa.text("look_due_at IS NOT NULL"),
        )
        batch_op.create_index("ix_messages_mailbox_sent", ["mailbox_id", "sent_at"], unique=False)
        batch_op.create_index("ix_messages_message_id", ["message_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_messages_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_messages_pitch_id"), ["pitch_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_messages_project_id"), ["project_id"], unique=False)
        batch_op.create_index(
            "ix_messages_received", ["received_at", "id", "direction", "what", "placing"], unique=False
        )
        batch_op.create_index("ix_messages_state", ["state", "id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_messages_template_version_id"), ["template_version_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_messages_thread_id"), ["thread_id"], unique=False)
        batch_op.create_index("ix_messages_to", ["to_address", "sent_at"], unique=False)
        batch_op.create_index(
            "ix_messages_whole_wanted",
            ["folder_id"],
            unique=False,
            sqlite_where=sa.text("is_whole_wanted"),
            postgresql_where=sa.text("is_whole_wanted"),
        )
        batch_op.create_index("uq_messages_known_by", ["mailbox_id", "known_by"], unique=True)
        batch_op.create_index(
            "uq_messages_out_id",
            ["message_id"],
            unique=True,
            sqlite_where=sa.text("direction = 'out'"),
            postgresql_where=sa.text("direction = 'out'"),
        )

    op.create_table(
        "publications",
        sa.Column("pitch_id", sa.Integer(), nullable=False),
        sa.Column("page_url", sa.String(length=2048), nullable=False),
        sa.Column("page_url_norm", sa.String(length=2048), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("href", sa.String(length=2048), nullable=False),
        sa.Column("anchor", sa.String(length=300), nullable=False),
        sa.Column("context", sa.String(length=500), nullable=False),
        sa.Column("via", sa.String(length=16), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "accepted",
                "dismissed",
                name="finding",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("found_at", Moment(), nullable=False),
        sa.Column("decided_at", Moment(), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("link_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["decided_by_id"], ["users.id"], name=op.f("fk_publications_decided_by_id")),
        sa.ForeignKeyConstraint(
            ["link_id"], ["placed_links.id"], name=op.f("fk_publications_link_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["pitch_id"], ["pitches.id"], name=op.f("fk_publications_pitch_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publications")),
        sa.UniqueConstraint("pitch_id", "page_url_norm", name=op.f("uq_publications_pitch_id_page_url_norm")),
    )
    op.create_table(
        "digest_log",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("local_on", sa.Date(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=True),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["message_id"], ["messages.id"], name=op.f("fk_digest_log_message_id")),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_digest_log_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_digest_log")),
        sa.UniqueConstraint("user_id", "local_on", name=op.f("uq_digest_log_user_id_local_on")),
    )
    op.create_table(
        "letter_files",
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("type", sa.String(length=100), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(length=64), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["message_id"], ["messages.id"], name=op.f("fk_letter_files_message_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter_files")),
    )
    with op.batch_alter_table("letter_files", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_letter_files_message_id"), ["message_id"], unique=False)

    op.create_table(
        "link_alerts",
        sa.Column("link_id", sa.Integer(), nullable=False),
        sa.Column("reminder_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("due_at", Moment(), nullable=True),
        sa.Column("message_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["link_id"], ["placed_links.id"], name=op.f("fk_link_alerts_link_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["message_id"], ["messages.id"], name=op.f("fk_link_alerts_message_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["reminder_id"], ["reminders.id"], name=op.f("fk_link_alerts_reminder_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_link_alerts_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_link_alerts")),
    )
    with op.batch_alter_table("link_alerts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_link_alerts_due_at"), ["due_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_link_alerts_link_id"), ["link_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_link_alerts_reminder_id"), ["reminder_id"], unique=False)
        batch_op.create_index("ix_link_alerts_user", ["user_id", "due_at"], unique=False)

    op.create_table(
        "send_attempts",
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("started_at", Moment(), nullable=False),
        sa.Column("data_at", Moment(), nullable=True),
        sa.Column("ended_at", Moment(), nullable=True),
        sa.Column("outcome", sa.String(length=32), nullable=False),
        sa.Column("stage", sa.String(length=16), nullable=False),
        sa.Column("code", sa.Integer(), nullable=True),
        sa.Column("text", sa.String(length=500), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["message_id"], ["messages.id"], name=op.f("fk_send_attempts_message_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_send_attempts")),
    )
    with op.batch_alter_table("send_attempts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_send_attempts_message_id"), ["message_id"], unique=False)
    _diary_is_append_only()


def _diary_is_append_only() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for what in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER diary_no_{what.lower()} BEFORE {what} ON diary "
                "BEGIN SELECT RAISE(ABORT, 'the diary is append-only'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION diary_is_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'the diary is append-only'; END $$"
    )
    op.execute(
        "CREATE TRIGGER diary_append_only BEFORE UPDATE OR DELETE ON diary "
        "FOR EACH ROW EXECUTE FUNCTION diary_is_append_only()"
    )


def _forget_append_only() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for what in ("update", "delete"):
            op.execute(f"DROP TRIGGER diary_no_{what}")
        return
    op.execute("DROP TRIGGER diary_append_only ON diary")
    op.execute("DROP FUNCTION diary_is_append_only()")


def downgrade() -> None:
    _forget_append_only()
    with op.batch_alter_table("send_attempts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_send_attempts_message_id"))

    op.drop_table("send_attempts")
    with op.batch_alter_table("link_alerts", schema=None) as batch_op:
        batch_op.drop_index("ix_link_alerts_user")
        batch_op.drop_index(batch_op.f("ix_link_alerts_reminder_id"))
        batch_op.drop_index(batch_op.f("ix_link_alerts_link_id"))
        batch_op.drop_index(batch_op.f("ix_link_alerts_due_at"))

    op.drop_table("link_alerts")
    with op.batch_alter_table("letter_files", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_letter_files_message_id"))

    op.drop_table("letter_files")
    op.drop_table("digest_log")
    op.drop_table("publications")
    with op.batch_alter_table("messages", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_messages_out_id",
            sqlite_where=sa.text("direction = 'out'"),
            postgresql_where=sa.text("direction = 'out'"),
        )
        batch_op.drop_index("uq_messages_known_by")
        batch_op.drop_index(
            "ix_messages_whole_wanted",
            sqlite_where=sa.text("is_whole_wanted"),
            postgresql_where=sa.text("is_whole_wanted"),
        )
        batch_op.drop_index("ix_messages_to")
        batch_op.drop_index(batch_op.f("ix_messages_thread_id"))
        batch_op.drop_index(batch_op.f("ix_messages_template_version_id"))
        batch_op.drop_index("ix_messages_state")
        batch_op.drop_index("ix_messages_received")
        batch_op.drop_index(batch_op.f("ix_messages_project_id"))
        batch_op.drop_index(batch_op.f("ix_messages_pitch_id"))
        batch_op.drop_index(batch_op.f("ix_messages_person_id"))
        batch_op.drop_index("ix_messages_message_id")
        batch_op.drop_index("ix_messages_mailbox_sent")
        batch_op.drop_index(
            "ix_messages_look",
            sqlite_where=sa.text("look_due_at IS NOT NULL"),
            postgresql_where=sa.text("look_due_at IS NOT NULL"),
        )
        batch_op.drop_index(
            "ix_messages_inbox",
            sqlite_where=sa.text("direction = 'in' AND handled_at IS NULL"),
            postgresql_where=sa.text("direction = 'in' AND handled_at IS NULL"),
        )
        batch_op.drop_index("ix_messages_from")
        batch_op.drop_index(
            "ix_messages_due",
            sqlite_where=sa.text("state = 'queued'"),
            postgresql_where=sa.text("state = 'queued'"),
        )
        batch_op.drop_index(batch_op.f("ix_messages_batch_id"))
        batch_op.drop_index(batch_op.f("ix_messages_about_id"))

    op.drop_table("messages")
    with op.batch_alter_table("link_checks", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_link_checks_unjudged",
            sqlite_where=sa.text("body_ref <> '' AND body_judged_at IS NULL"),
            postgresql_where=sa.text("body_ref <> '' AND body_judged_at IS NULL"),
        )
        batch_op.drop_index("ix_link_checks_link")
        batch_op.drop_index(
            "ix_link_checks_body",
            sqlite_where=sa.text("body_ref <> ''"),
            postgresql_where=sa.text("body_ref <> ''"),
        )

    op.drop_table("link_checks")
    with op.batch_alter_table("end_warnings", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_end_warnings_reminder_id"))

    op.drop_table("end_warnings")
    with op.batch_alter_table("threads", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_threads_site_id"))
        batch_op.drop_index(batch_op.f("ix_threads_project_id"))
        batch_op.drop_index(batch_op.f("ix_threads_pitch_id"))
        batch_op.drop_index(batch_op.f("ix_threads_person_id"))

    op.drop_table("threads")
    with op.batch_alter_table("stage_changes", schema=None) as batch_op:
        batch_op.drop_index("ix_stage_changes_pitch")
        batch_op.drop_index("ix_stage_changes_at")

    op.drop_table("stage_changes")
    with op.batch_alter_table("reminders", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_reminders_site_id"))
        batch_op.drop_index(batch_op.f("ix_reminders_pitch_id"))
        batch_op.drop_index(batch_op.f("ix_reminders_person_id"))
        batch_op.drop_index(
            "ix_reminders_due",
            sqlite_where=sa.text("state = 'open'"),
            postgresql_where=sa.text("state = 'open'"),
        )
        batch_op.drop_index("ix_reminders_about")

    op.drop_table("reminders")
    with op.batch_alter_table("publication_watches", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_publication_watches_next_at"))

    op.drop_table("publication_watches")
    with op.batch_alter_table("productions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_productions_slot_at"))

    op.drop_table("productions")
    with op.batch_alter_table("production_steps", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_production_steps_pitch_id"))
        batch_op.drop_index(
            "ix_production_steps_due",
            sqlite_where=sa.text("done_at IS NULL"),
            postgresql_where=sa.text("done_at IS NULL"),
        )

    op.drop_table("production_steps")
    with op.batch_alter_table("placed_links", schema=None) as batch_op:
        batch_op.drop_index("ix_placed_links_taken")
        batch_op.drop_index("ix_placed_links_state")
        batch_op.drop_index(batch_op.f("ix_placed_links_site_id"))
        batch_op.drop_index("ix_placed_links_schedule")
        batch_op.drop_index(batch_op.f("ix_placed_links_reclaim_pitch_id"))
        batch_op.drop_index("ix_placed_links_project_state")
        batch_op.drop_index("ix_placed_links_project")
        batch_op.drop_index(batch_op.f("ix_placed_links_pitch_id"))
        batch_op.drop_index(batch_op.f("ix_placed_links_person_id"))
        batch_op.drop_index(
            "ix_placed_links_expires",
            sqlite_where=sa.text("expires_on IS NOT NULL"),
            postgresql_where=sa.text("expires_on IS NOT NULL"),
        )
        batch_op.drop_index("ix_placed_links_due")

    op.drop_table("placed_links")
    with op.batch_alter_table("pitch_files", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_pitch_files_removed",
            sqlite_where=sa.text("removed_at IS NOT NULL"),
            postgresql_where=sa.text("removed_at IS NOT NULL"),
        )

    op.drop_table("pitch_files")
    op.drop_table("passed_mails")
    with op.batch_alter_table("ground_looks", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_ground_looks_next_at"))

    op.drop_table("ground_looks")
    with op.batch_alter_table("follow_up_stops", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_follow_up_stops_site_id"))
        batch_op.drop_index(batch_op.f("ix_follow_up_stops_pitch_id"))
        batch_op.drop_index(batch_op.f("ix_follow_up_stops_person_id"))

    op.drop_table("follow_up_stops")
    with op.batch_alter_table("contributors", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_contributors_site_id"))
        batch_op.drop_index(batch_op.f("ix_contributors_pitch_id"))
        batch_op.drop_index(batch_op.f("ix_contributors_person_id"))

    op.drop_table("contributors")
    op.drop_table("template_versions")
    with op.batch_alter_table("site_metrics", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_site_metrics_batch_id"))

    op.drop_table("site_metrics")
    with op.batch_alter_table("pitches", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_pitches_open_claim",
            sqlite_where=sa.text(
                "is_open AND type NOT IN ('link_correction', 'link_reclaim', 'link_removal')"
            ),
            postgresql_where=sa.text(
                "is_open AND type NOT IN ('link_correction', 'link_reclaim', 'link_removal')"
            ),
        )
        batch_op.drop_index("ix_pitches_updated")
        batch_op.drop_index("ix_pitches_type_column_updated")
        batch_op.drop_index("ix_pitches_type_column")
        batch_op.drop_index("ix_pitches_stage_since")
        batch_op.drop_index(batch_op.f("ix_pitches_site_id"))
        batch_op.drop_index(
            "ix_pitches_revisit",
            sqlite_where=sa.text("stage = 'nurture'"),
            postgresql_where=sa.text("stage = 'nurture'"),
        )
        batch_op.drop_index("ix_pitches_project_updated")
        batch_op.drop_index("ix_pitches_project_stage_since")
        batch_op.drop_index("ix_pitches_project_next_on")
        batch_op.drop_index("ix_pitches_project_column_updated")
        batch_op.drop_index("ix_pitches_project_column")
        batch_op.drop_index(batch_op.f("ix_pitches_person_id"))
        batch_op.drop_index("ix_pitches_owner_column_updated")
        batch_op.drop_index("ix_pitches_owner_column")
        batch_op.drop_index("ix_pitches_next_on")
        batch_op.drop_index(
            "ix_pitches_next", sqlite_where=sa.text("is_open = 1"), postgresql_where=sa.text("is_open")
        )
        batch_op.drop_index(
            "ix_pitches_expires",
            sqlite_where=sa.text("expires_on IS NOT NULL"),
            postgresql_where=sa.text("expires_on IS NOT NULL"),
        )
        batch_op.drop_index("ix_pitches_column_updated")
        batch_op.drop_index("ix_pitches_column")

    op.drop_table("pitches")
    op.drop_table("mail_folders")
    with op.batch_alter_table("link_list_rows", schema=None) as batch_op:
        batch_op.drop_index("ix_link_list_rows_state")

    op.drop_table("link_list_rows")
    with op.batch_alter_table("import_rows", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_import_rows_site_id"))
        batch_op.drop_index("ix_import_rows_outcome")

    op.drop_table("import_rows")
    with op.batch_alter_table("import_files", schema=None) as batch_op:
        batch_op.drop_index("ix_import_files_work")
        batch_op.drop_index("ix_import_files_project")
        batch_op.drop_index("ix_import_files_fingerprint")

    op.drop_table("import_files")
    with op.batch_alter_table("first_views", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_first_views_view_id"))

    op.drop_table("first_views")
    with op.batch_alter_table("first_mailboxes", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_first_mailboxes_project_id"))
        batch_op.drop_index(batch_op.f("ix_first_mailboxes_mailbox_id"))

    op.drop_table("first_mailboxes")
    with op.batch_alter_table("field_values", schema=None) as batch_op:
        batch_op.drop_index("ix_field_values_sites")
        batch_op.drop_index(batch_op.f("ix_field_values_site_id"))
        batch_op.drop_index(batch_op.f("ix_field_values_person_id"))
        batch_op.drop_index("ix_field_values_people")

    op.drop_table("field_values")
    with op.batch_alter_table("bulk_rows", schema=None) as batch_op:
        batch_op.drop_index("ix_bulk_rows_run")
        batch_op.drop_index(batch_op.f("ix_bulk_rows_prospect_id"))
        batch_op.drop_index(batch_op.f("ix_bulk_rows_person_id"))

    op.drop_table("bulk_rows")
    with op.batch_alter_table("suppressions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_suppressions_value"))
        batch_op.drop_index(batch_op.f("ix_suppressions_batch_id"))

    op.drop_table("suppressions")
    with op.batch_alter_table("snippets", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_snippets_project_id"))
        batch_op.drop_index(batch_op.f("ix_snippets_owner_id"))

    op.drop_table("snippets")
    with op.batch_alter_table("site_tags", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_site_tags_site_id"))

    op.drop_table("site_tags")
    with op.batch_alter_table("site_searches", schema=None) as batch_op:
        batch_op.drop_index("ix_site_searches_work")

    op.drop_table("site_searches")
    with op.batch_alter_table("site_people", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_site_people_person_id"))

    op.drop_table("site_people")
    with op.batch_alter_table("site_looks", schema=None) as batch_op:
        batch_op.drop_index("ix_site_looks_due")

    op.drop_table("site_looks")
    with op.batch_alter_table("site_aliases", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_site_aliases_site_id"))

    op.drop_table("site_aliases")
    with op.batch_alter_table("saved_views", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_saved_views_project_id"))
        batch_op.drop_index("ix_saved_views_owner")

    op.drop_table("saved_views")
    op.drop_table("relationship_overrides")
    with op.batch_alter_table("prospects", schema=None) as batch_op:
        batch_op.drop_index("ix_prospects_updated")
        batch_op.drop_index("ix_prospects_state")
        batch_op.drop_index(batch_op.f("ix_prospects_site_id"))
        batch_op.drop_index("ix_prospects_project_updated")
        batch_op.drop_index("ix_prospects_project_state")
        batch_op.drop_index("ix_prospects_project_by_state")
        batch_op.drop_index("ix_prospects_later")
        batch_op.drop_index("ix_prospects_decided")

    op.drop_table("prospects")
    with op.batch_alter_table("person_tags", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_person_tags_person_id"))

    op.drop_table("person_tags")
    op.drop_table("own_pages")
    with op.batch_alter_table("own_hosts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_own_hosts_host"))

    op.drop_table("own_hosts")
    with op.batch_alter_table("own_fields", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_own_fields_project_id"))

    op.drop_table("own_fields")
    with op.batch_alter_table("notes", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_notes_site_id"))
        batch_op.drop_index(batch_op.f("ix_notes_project_id"))
        batch_op.drop_index(batch_op.f("ix_notes_person_id"))

    op.drop_table("notes")
    with op.batch_alter_table("merges", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_merges_site_id"))
        batch_op.drop_index(batch_op.f("ix_merges_person_id"))
        batch_op.drop_index(
            "ix_merges_kept",
            sqlite_where=sa.text("purged_at IS NULL"),
            postgresql_where=sa.text("purged_at IS NULL"),
        )
        batch_op.drop_index("ix_merges_former")
        batch_op.drop_index("ix_merges_at")

    op.drop_table("merges")
    with op.batch_alter_table("memberships", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_memberships_user_id"))

    op.drop_table("memberships")
    with op.batch_alter_table("mailboxes", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_mailboxes_system", sqlite_where=sa.text("is_system"), postgresql_where=sa.text("is_system")
        )
        batch_op.drop_index(batch_op.f("ix_mailboxes_read_due_at"))
        batch_op.drop_index(batch_op.f("ix_mailboxes_project_id"))
        batch_op.drop_index(batch_op.f("ix_mailboxes_owner_id"))

    op.drop_table("mailboxes")
    with op.batch_alter_table("link_lists", schema=None) as batch_op:
        batch_op.drop_index("ix_link_lists_work")
        batch_op.drop_index("ix_link_lists_project")

    op.drop_table("link_lists")
    with op.batch_alter_table("letter_templates", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_letter_templates_project_id"))

    op.drop_table("letter_templates")
    with op.batch_alter_table("letter_batches", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_letter_batches_project_id"))

    op.drop_table("letter_batches")
    with op.batch_alter_table("import_batches", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_import_batches_project_id"))

    op.drop_table("import_batches")
    with op.batch_alter_table("found_contacts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_found_contacts_person_id"))
        batch_op.drop_index("ix_found_contacts_found")

    op.drop_table("found_contacts")
    with op.batch_alter_table("duplicate_pairs", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_duplicate_pairs_second_site_id"))
        batch_op.drop_index(batch_op.f("ix_duplicate_pairs_second_person_id"))
        batch_op.drop_index("ix_duplicate_pairs_listed")

    op.drop_table("duplicate_pairs")
    with op.batch_alter_table("contact_points", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_contact_points_site_id"))
        batch_op.drop_index(batch_op.f("ix_contact_points_person_id"))

    op.drop_table("contact_points")
    with op.batch_alter_table("bulk_runs", schema=None) as batch_op:
        batch_op.drop_index("ix_bulk_runs_work")
        batch_op.drop_index("ix_bulk_runs_by")

    op.drop_table("bulk_runs")
    with op.batch_alter_table("alike_keys", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_alike_keys_site_id"))
        batch_op.drop_index(batch_op.f("ix_alike_keys_person_id"))
        batch_op.drop_index(batch_op.f("ix_alike_keys_key"))

    op.drop_table("alike_keys")
    op.drop_table("tags")
    op.drop_table("suppression_batches")
    with op.batch_alter_table("sites", schema=None) as batch_op:
        batch_op.drop_index("ix_sites_updated")

    op.drop_table("sites")
    with op.batch_alter_table("prospect_changes", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_prospect_changes_by_id"))

    op.drop_table("prospect_changes")
    op.drop_table("projects")
    with op.batch_alter_table("people", schema=None) as batch_op:
        batch_op.drop_index("ix_people_updated")
        batch_op.drop_index(batch_op.f("ix_people_referred_by_id"))
        batch_op.drop_index(batch_op.f("ix_people_name"))
        batch_op.drop_index(
            "ix_people_closed",
            sqlite_where=sa.text("is_do_not_contact = 1"),
            postgresql_where=sa.text("is_do_not_contact"),
        )

    op.drop_table("people")
    with op.batch_alter_table("mailbox_searches", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_mailbox_searches_user_id"))
        batch_op.drop_index(batch_op.f("ix_mailbox_searches_due_at"))

    op.drop_table("mailbox_searches")
    op.drop_table("link_schedule")
    with op.batch_alter_table("leaves", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_leaves_user_id"))

    op.drop_table("leaves")
    with op.batch_alter_table("erasures", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_erasures_running",
            sqlite_where=sa.text("state = 'running'"),
            postgresql_where=sa.text("state = 'running'"),
        )

    op.drop_table("erasures")
    op.drop_table("calendar_feeds")
    op.drop_table("account_keys")
    op.drop_table("workspace")
    op.drop_table("users")
    op.drop_table("sweep_runs")
    op.drop_table("opt_outs")
    with op.batch_alter_table("log_in_tries", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_log_in_tries_since"))

    op.drop_table("log_in_tries")
    op.drop_table("duplicate_looks")
    with op.batch_alter_table("diary", schema=None) as batch_op:
        batch_op.drop_index("ix_diary_site_id")
        batch_op.drop_index("ix_diary_project_id")
        batch_op.drop_index("ix_diary_pitch_id")
        batch_op.drop_index("ix_diary_person_id")
        batch_op.drop_index("ix_diary_link_id")

    op.drop_table("diary")
