"""Make the tables of the house: parties, history, listings, pairings and what all share."""

import sqlalchemy as sa
from alembic import op


revision = "0001"
down_revision = None


def upgrade():
    op.create_table(
        "audit_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("act", sa.String(length=40), nullable=False),
        sa.Column("subject_kind", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_event")),
    )
    with op.batch_alter_table("audit_event", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audit_event_account_id"), ["account_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_audit_event_act"), ["act"], unique=False)
        batch_op.create_index(batch_op.f("ix_audit_event_at"), ["at"], unique=False)
        batch_op.create_index(
            "ix_audit_event_subject", ["subject_kind", "subject_id"], unique=False
        )

    op.create_table(
        "history_company",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=60), nullable=False),
        sa.Column("is_related", sa.Boolean(), nullable=False),
        sa.Column("name_ko", sa.String(), nullable=False),
        sa.Column("name_en", sa.String(), nullable=False),
        sa.Column("aliases", sa.Text(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=True),
        sa.Column("ordinal_2_0", sa.Integer(), nullable=True),
        sa.Column("ordinal_note_ko", sa.String(), nullable=True),
        sa.Column("ordinal_note_en", sa.String(), nullable=True),
        sa.Column("industry_ko", sa.String(), nullable=False),
        sa.Column("industry_en", sa.String(), nullable=False),
        sa.Column("region_ko", sa.String(), nullable=True),
        sa.Column("region_en", sa.String(), nullable=True),
        sa.Column("verified", sa.Boolean(), nullable=False),
        sa.Column("note_ko", sa.Text(), nullable=True),
        sa.Column("note_en", sa.Text(), nullable=True),
        sa.Column("sources", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_history_company")),
        sa.UniqueConstraint("slug", name=op.f("uq_history_company_slug")),
    )
    op.create_table(
        "history_honour",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("large_ko", sa.String(), nullable=False),
        sa.Column("large_en", sa.String(), nullable=False),
        sa.Column("small_ko", sa.String(), nullable=False),
        sa.Column("small_en", sa.String(), nullable=False),
        sa.Column("sources", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_history_honour")),
    )
    op.create_table(
        "history_milestone",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reported_for", sa.String(length=20), nullable=False),
        sa.Column("companies", sa.Integer(), nullable=False),
        sa.Column("sources", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_history_milestone")),
    )
    op.create_table(
        "history_practice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=60), nullable=False),
        sa.Column("title_ko", sa.String(), nullable=False),
        sa.Column("title_en", sa.String(), nullable=False),
        sa.Column("text_ko", sa.Text(), nullable=False),
        sa.Column("text_en", sa.Text(), nullable=False),
        sa.Column("companies", sa.JSON(), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.Column("steps", sa.JSON(), nullable=False),
        sa.Column("events", sa.JSON(), nullable=False),
        sa.Column("no_percentage", sa.Boolean(), nullable=False),
        sa.Column("sources", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_history_practice")),
        sa.UniqueConstraint("slug", name=op.f("uq_history_practice_slug")),
    )
    op.create_table(
        "history_record",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("about_ko", sa.Text(), nullable=False),
        sa.Column("about_en", sa.Text(), nullable=False),
        sa.Column("needs_ko", sa.Text(), nullable=False),
        sa.Column("needs_en", sa.Text(), nullable=False),
        sa.Column("honours_ko", sa.Text(), nullable=False),
        sa.Column("honours_en", sa.Text(), nullable=False),
        sa.Column("loaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_history_record")),
    )
    op.create_table(
        "history_source",
        sa.Column("key", sa.String(length=400), nullable=False),
        sa.Column("url", sa.String(length=400), nullable=True),
        sa.Column("publisher_ko", sa.String(), nullable=False),
        sa.Column("publisher_en", sa.String(), nullable=False),
        sa.Column("title_ko", sa.Text(), nullable=True),
        sa.Column("title_en", sa.Text(), nullable=True),
        sa.Column("published_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_history_source")),
    )
    op.create_table(
        "history_word",
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("text_ko", sa.Text(), nullable=False),
        sa.Column("text_en", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "key", name=op.f("pk_history_word")),
    )
    op.create_table(
        "installation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("data_version", sa.String(length=16), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_installation")),
    )
    op.create_table(
        "job_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job_run")),
    )
    with op.batch_alter_table("job_run", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_job_run_name"), ["name"], unique=False)
        batch_op.create_index(batch_op.f("ix_job_run_started_at"), ["started_at"], unique=False)

    op.create_table(
        "listing_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("listing_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_listing_version")),
    )
    with op.batch_alter_table("listing_version", schema=None) as batch_op:
        batch_op.create_index("ix_listing_version_listing", ["kind", "listing_id"], unique=False)

    op.create_table(
        "organisation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "sme",
                "company",
                "association",
                "ministry",
                name="kind_known",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column(
            "approval",
            sa.Enum(
                "draft",
                "submitted",
                "returned",
                "approved",
                "suspended",
                name="approval_known",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("name_en", sa.String(length=100), nullable=True),
        sa.Column("business_number", sa.String(length=10), nullable=True),
        sa.Column("region", sa.String(length=2), nullable=True),
        sa.Column("industry", sa.String(length=5), nullable=True),
        sa.Column(
            "size",
            sa.Enum(
                "micro",
                "small",
                "medium",
                "mid",
                "large",
                name="size_known",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=True,
        ),
        sa.Column("introduction", sa.Text(), nullable=True),
        sa.Column("reconstructed", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation")),
    )
    with op.batch_alter_table("organisation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_organisation_approval"), ["approval"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_organisation_business_number"), ["business_number"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_organisation_industry"), ["industry"], unique=False)
        batch_op.create_index(batch_op.f("ix_organisation_kind"), ["kind"], unique=False)
        batch_op.create_index(batch_op.f("ix_organisation_region"), ["region"], unique=False)
        batch_op.create_index(batch_op.f("ix_organisation_size"), ["size"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_organisation_submitted_at"), ["submitted_at"], unique=False
        )
        batch_op.create_index(
            "uq_organisation_business_number_held",
            ["business_number"],
            unique=True,
            sqlite_where=sa.text("approval IN ('approved', 'suspended')"),
            postgresql_where=sa.text("approval IN ('approved', 'suspended')"),
        )

    op.create_table(
        "account",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column(
            "role",
            sa.Enum(
                "owner",
                "member",
                name="role_known",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("phone", sa.String(length=30), nullable=True),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("password", sa.String(length=255), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("fs_uniquifier", sa.String(length=64), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failed_logins", sa.Integer(), nullable=False),
        sa.Column("locked_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_sign_in_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_account_organisation_id_organisation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("email", name=op.f("uq_account_email")),
        sa.UniqueConstraint("fs_uniquifier", name=op.f("uq_account_fs_uniquifier")),
    )
    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_account_organisation_id"), ["organisation_id"], unique=False
        )

    op.create_table(
        "history_memorandum",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("company_id", sa.Integer(), nullable=True),
        sa.Column("is_further", sa.Boolean(), nullable=False),
        sa.Column("signed_on", sa.Date(), nullable=True),
        sa.Column("partners", sa.JSON(), nullable=False),
        sa.Column("about_ko", sa.Text(), nullable=True),
        sa.Column("about_en", sa.Text(), nullable=True),
        sa.Column("verified", sa.Boolean(), nullable=False),
        sa.Column("sources", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"],
            ["history_company.id"],
            name=op.f("fk_history_memorandum_company_id_history_company"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_history_memorandum")),
    )
    with op.batch_alter_table("history_memorandum", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_history_memorandum_company_id"), ["company_id"], unique=False
        )

    op.create_table(
        "history_offer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=60), nullable=False),
        sa.Column("company_id", sa.Integer(), nullable=False),
        sa.Column("category", sa.String(length=40), nullable=False),
        sa.Column("title_ko", sa.String(), nullable=False),
        sa.Column("title_en", sa.String(), nullable=False),
        sa.Column("text_ko", sa.Text(), nullable=False),
        sa.Column("text_en", sa.Text(), nullable=False),
        sa.Column("eligible_ko", sa.Text(), nullable=False),
        sa.Column("eligible_en", sa.Text(), nullable=False),
        sa.Column("capacity_ko", sa.Text(), nullable=True),
        sa.Column("capacity_en", sa.Text(), nullable=True),
        sa.Column("period_ko", sa.Text(), nullable=True),
        sa.Column("period_en", sa.Text(), nullable=True),
        sa.Column("amount_krw", sa.BigInteger(), nullable=True),
        sa.Column("amount_scope", sa.String(length=20), nullable=True),
        sa.Column("amount_note_ko", sa.Text(), nullable=True),
        sa.Column("amount_note_en", sa.Text(), nullable=True),
        sa.Column("verified", sa.Boolean(), nullable=False),
        sa.Column("sources", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"],
            ["history_company.id"],
            name=op.f("fk_history_offer_company_id_history_company"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_history_offer")),
        sa.UniqueConstraint("slug", name=op.f("uq_history_offer_slug")),
    )
    with op.batch_alter_table("history_offer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_history_offer_category"), ["category"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_history_offer_company_id"), ["company_id"], unique=False
        )

    op.create_table(
        "history_outcome",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=60), nullable=False),
        sa.Column("company_id", sa.Integer(), nullable=False),
        sa.Column("part_of_id", sa.Integer(), nullable=True),
        sa.Column("metric_ko", sa.String(), nullable=False),
        sa.Column("metric_en", sa.String(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("unit", sa.String(length=30), nullable=False),
        sa.Column("before", sa.Double(), nullable=True),
        sa.Column("after", sa.Double(), nullable=True),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("word_ko", sa.String(), nullable=True),
        sa.Column("word_en", sa.String(), nullable=True),
        sa.Column("reported_for", sa.String(length=20), nullable=True),
        sa.Column("beneficiaries", sa.JSON(), nullable=False),
        sa.Column("verified", sa.Boolean(), nullable=False),
        sa.Column("note_ko", sa.Text(), nullable=True),
        sa.Column("note_en", sa.Text(), nullable=True),
        sa.Column("sources", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"],
            ["history_company.id"],
            name=op.f("fk_history_outcome_company_id_history_company"),
        ),
        sa.ForeignKeyConstraint(
            ["part_of_id"],
            ["history_outcome.id"],
            name=op.f("fk_history_outcome_part_of_id_history_outcome"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_history_outcome")),
        sa.UniqueConstraint("slug", name=op.f("uq_history_outcome_slug")),
    )
    with op.batch_alter_table("history_outcome", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_history_outcome_company_id"), ["company_id"], unique=False
        )

    op.create_table(
        "membership",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("association_id", sa.Integer(), nullable=False),
        sa.Column("business_number", sa.String(length=10), nullable=False),
        sa.Column("label", sa.String(length=100), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=True),
        sa.Column("invited_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("declined_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("shows_needs", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["association_id"],
            ["organisation.id"],
            name=op.f("fk_membership_association_id_organisation"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["member_id"],
            ["organisation.id"],
            name=op.f("fk_membership_member_id_organisation"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_membership")),
    )
    with op.batch_alter_table("membership", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_membership_association_id"), ["association_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_membership_business_number"), ["business_number"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_membership_member_id"), ["member_id"], unique=False)
        batch_op.create_index(
            "uq_membership_invited",
            ["association_id", "business_number"],
            unique=True,
            sqlite_where=sa.text("declined_at IS NULL AND left_at IS NULL"),
            postgresql_where=sa.text("declined_at IS NULL AND left_at IS NULL"),
        )

    op.create_table(
        "organisation_review",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("act", sa.String(length=20), nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_organisation_review_organisation_id_organisation"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation_review")),
    )
    with op.batch_alter_table("organisation_review", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_organisation_review_organisation_id"), ["organisation_id"], unique=False
        )

    op.create_table(
        "organisation_trait",
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column(
            "trait",
            sa.Enum(
                "women_led",
                "disabled_led",
                "youth_led",
                "social_enterprise",
                "pre_founder",
                "startup",
                "venture",
                "innobiz",
                "mainbiz",
                "exporter",
                "rural",
                "restaurant",
                "market_stall",
                "retail_shop",
                "century_shop",
                "parts_maker",
                "mask_maker",
                name="trait_known",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_organisation_trait_organisation_id_organisation"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("organisation_id", "trait", name=op.f("pk_organisation_trait")),
    )
    op.create_table(
        "reconstructed_need",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=60), nullable=False),
        sa.Column("name_ko", sa.String(), nullable=False),
        sa.Column("name_en", sa.String(), nullable=False),
        sa.Column("category", sa.String(length=40), nullable=True),
        sa.Column("region", sa.String(length=2), nullable=True),
        sa.Column("industry_ko", sa.String(), nullable=True),
        sa.Column("industry_en", sa.String(), nullable=True),
        sa.Column("text_ko", sa.Text(), nullable=False),
        sa.Column("text_en", sa.Text(), nullable=False),
        sa.Column("confidence", sa.String(length=10), nullable=False),
        sa.Column("company_id", sa.Integer(), nullable=True),
        sa.Column("helper_ko", sa.String(), nullable=False),
        sa.Column("helper_en", sa.String(), nullable=False),
        sa.Column("helped_on", sa.String(length=20), nullable=True),
        sa.Column("note_ko", sa.Text(), nullable=True),
        sa.Column("note_en", sa.Text(), nullable=True),
        sa.Column("sources", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"],
            ["history_company.id"],
            name=op.f("fk_reconstructed_need_company_id_history_company"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reconstructed_need")),
        sa.UniqueConstraint("slug", name=op.f("uq_reconstructed_need_slug")),
    )
    with op.batch_alter_table("reconstructed_need", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_reconstructed_need_category"), ["category"], unique=False
        )

    op.create_table(
        "relation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sme_id", sa.Integer(), nullable=False),
        sa.Column("company_id", sa.Integer(), nullable=False),
        sa.Column(
            "declared",
            sa.Enum(
                "none",
                "supplier",
                "affiliate",
                "unknown",
                name="relationkind_known",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column("declared_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "confirmed",
            sa.Enum(
                "none",
                "supplier",
                "affiliate",
                "unknown",
                name="confirmed_known",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=True,
        ),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["company_id"],
            ["organisation.id"],
            name=op.f("fk_relation_company_id_organisation"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["sme_id"],
            ["organisation.id"],
            name=op.f("fk_relation_sme_id_organisation"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_relation")),
        sa.UniqueConstraint("sme_id", "company_id", name=op.f("uq_relation_sme_id_company_id")),
    )
    with op.batch_alter_table("relation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_relation_company_id"), ["company_id"], unique=False)

    op.create_table(
        "history_pledge",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("memorandum_id", sa.Integer(), nullable=False),
        sa.Column("offer_id", sa.Integer(), nullable=True),
        sa.Column("account", sa.String(length=20), nullable=True),
        sa.Column("amount_krw", sa.BigInteger(), nullable=False),
        sa.Column("scope", sa.String(length=20), nullable=False),
        sa.Column("note_ko", sa.Text(), nullable=True),
        sa.Column("note_en", sa.Text(), nullable=True),
        sa.Column("verified", sa.Boolean(), nullable=False),
        sa.Column("sources", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["memorandum_id"],
            ["history_memorandum.id"],
            name=op.f("fk_history_pledge_memorandum_id_history_memorandum"),
        ),
        sa.ForeignKeyConstraint(
            ["offer_id"],
            ["history_offer.id"],
            name=op.f("fk_history_pledge_offer_id_history_offer"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_history_pledge")),
    )
    with op.batch_alter_table("history_pledge", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_history_pledge_memorandum_id"), ["memorandum_id"], unique=False
        )

    op.create_table(
        "join_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("accepted", sa.Boolean(), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("escalated_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_join_request_account_id_account"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_join_request_organisation_id_organisation"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_join_request")),
    )
    with op.batch_alter_table("join_request", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_join_request_account_id"), ["account_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_join_request_escalated_at"), ["escalated_at"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_join_request_organisation_id"), ["organisation_id"], unique=False
        )

    op.create_table(
        "need",
        sa.Column("region", sa.String(length=2), nullable=True),
        sa.Column("amount_krw", sa.BigInteger(), nullable=True),
        sa.Column("own_share_krw", sa.BigInteger(), nullable=True),
        sa.Column("wanted_on", sa.Date(), nullable=True),
        sa.Column(
            "urgency",
            sa.Enum(
                "normal",
                "urgent",
                name="urgency_known",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column("only_asked", sa.Boolean(), nullable=False),
        sa.Column("open_asks", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "stage",
            sa.Enum(
                "draft",
                "published",
                "paused",
                "closed",
                name="stage_known",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column("title", sa.String(length=120), nullable=True),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("written_in", sa.String(length=2), nullable=False),
        sa.Column("title_en", sa.String(length=200), nullable=True),
        sa.Column("text_en", sa.Text(), nullable=True),
        sa.Column(
            "category",
            sa.Enum(
                "online_sales",
                "marketing_sales_channel",
                "overseas_expansion",
                "procurement",
                "smart_factory",
                "technology_rd",
                "digital_transformation",
                "funding_investment",
                "loan_guarantee",
                "ip_finance",
                "training",
                "hr_recruitment",
                "workspace_infrastructure",
                "esg_carbon",
                "social_value",
                name="category_known",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=True,
        ),
        sa.Column("closes_on", sa.Date(), nullable=True),
        sa.Column("contacts_meant", sa.Boolean(), nullable=False),
        sa.Column("form_key", sa.String(length=32), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("amount_krw >= 0", name=op.f("ck_need_amount_not_negative")),
        sa.CheckConstraint("open_asks >= 0", name=op.f("ck_need_open_asks_not_negative")),
        sa.ForeignKeyConstraint(
            ["created_by_id"],
            ["account.id"],
            name=op.f("fk_need_created_by_id_account"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_need_organisation_id_organisation"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_need")),
        sa.UniqueConstraint(
            "organisation_id", "form_key", name=op.f("uq_need_organisation_id_form_key")
        ),
    )
    with op.batch_alter_table("need", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_need_category"), ["category"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_need_organisation_id"), ["organisation_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_need_published_at"), ["published_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_need_region"), ["region"], unique=False)
        batch_op.create_index(batch_op.f("ix_need_stage"), ["stage"], unique=False)

    op.create_table(
        "notice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("mailed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_notice_account_id_account"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
    )
    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_notice_account_id"), ["account_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_notice_created_at"), ["created_at"], unique=False)

    op.create_table(
        "offer",
        sa.Column("capacity", sa.Integer(), nullable=True),
        sa.Column("places_taken", sa.Integer(), nullable=False),
        sa.Column("opens_on", sa.Date(), nullable=True),
        sa.Column("period_months", sa.Integer(), nullable=True),
        sa.Column("own_share_percent", sa.Integer(), nullable=True),
        sa.Column("amount_krw", sa.BigInteger(), nullable=True),
        sa.Column("conditions", sa.Text(), nullable=True),
        sa.Column("criteria_published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("contact_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "stage",
            sa.Enum(
                "draft",
                "published",
                "paused",
                "closed",
                name="stage_known",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column("title", sa.String(length=120), nullable=True),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("written_in", sa.String(length=2), nullable=False),
        sa.Column("title_en", sa.String(length=200), nullable=True),
        sa.Column("text_en", sa.Text(), nullable=True),
        sa.Column(
            "category",
            sa.Enum(
                "online_sales",
                "marketing_sales_channel",
                "overseas_expansion",
                "procurement",
                "smart_factory",
                "technology_rd",
                "digital_transformation",
                "funding_investment",
                "loan_guarantee",
                "ip_finance",
                "training",
                "hr_recruitment",
                "workspace_infrastructure",
                "esg_carbon",
                "social_value",
                name="category_known",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=True,
        ),
        sa.Column("closes_on", sa.Date(), nullable=True),
        sa.Column("contacts_meant", sa.Boolean(), nullable=False),
        sa.Column("form_key", sa.String(length=32), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("amount_krw >= 0", name=op.f("ck_offer_amount_not_negative")),
        sa.CheckConstraint("capacity >= 1", name=op.f("ck_offer_capacity_positive")),
        sa.CheckConstraint(
            "own_share_percent BETWEEN 0 AND 100", name=op.f("ck_offer_own_share_is_share")
        ),
        sa.CheckConstraint(
            "places_taken >= 0 AND (capacity IS NULL OR places_taken <= capacity)",
            name=op.f("ck_offer_places_within_capacity"),
        ),
        sa.ForeignKeyConstraint(
            ["contact_id"],
            ["account.id"],
            name=op.f("fk_offer_contact_id_account"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"],
            ["account.id"],
            name=op.f("fk_offer_created_by_id_account"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_offer_organisation_id_organisation"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offer")),
        sa.UniqueConstraint(
            "organisation_id", "form_key", name=op.f("uq_offer_organisation_id_form_key")
        ),
    )
    with op.batch_alter_table("offer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_offer_category"), ["category"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_offer_organisation_id"), ["organisation_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_offer_published_at"), ["published_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_offer_stage"), ["stage"], unique=False)

    op.create_table(
        "consent",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "terms",
                "privacy",
                "mail_news",
                "disclosure",
                "recommendation",
                name="consentkind_known",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column("text_version", sa.String(length=20), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("recipient_id", sa.Integer(), nullable=True),
        sa.Column("need_id", sa.Integer(), nullable=True),
        sa.Column("contact_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_consent_account_id_account"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["contact_id"],
            ["account.id"],
            name=op.f("fk_consent_contact_id_account"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(["need_id"], ["need.id"], name=op.f("fk_consent_need_id_need")),
        sa.ForeignKeyConstraint(
            ["recipient_id"], ["organisation.id"], name=op.f("fk_consent_recipient_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent")),
    )
    with op.batch_alter_table("consent", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_consent_account_id"), ["account_id"], unique=False)

    op.create_table(
        "mail",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("notice_id", sa.Integer(), nullable=True),
        sa.Column("recipient", sa.String(length=320), nullable=False),
        sa.Column("subject", sa.String(length=300), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("given_up_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["notice_id"], ["notice.id"], name=op.f("fk_mail_notice_id_notice"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail")),
        sa.UniqueConstraint("notice_id", name=op.f("uq_mail_notice_id")),
    )
    with op.batch_alter_table("mail", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_mail_next_try_at"), ["next_try_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_mail_recipient"), ["recipient"], unique=False)

    op.create_table(
        "offer_criterion",
        sa.Column("offer_id", sa.Integer(), nullable=False),
        sa.Column(
            "limit",
            sa.Enum(
                "region",
                "size",
                "industry",
                "trait",
                "relation",
                name="limit_known",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column("value", sa.String(length=30), nullable=False),
        sa.ForeignKeyConstraint(
            ["offer_id"],
            ["offer.id"],
            name=op.f("fk_offer_criterion_offer_id_offer"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("offer_id", "limit", "value", name=op.f("pk_offer_criterion")),
    )
    with op.batch_alter_table("offer_criterion", schema=None) as batch_op:
        batch_op.create_index("ix_offer_criterion_value", ["limit", "value"], unique=False)

    op.create_table(
        "pairing",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("need_id", sa.Integer(), nullable=False),
        sa.Column("offer_id", sa.Integer(), nullable=False),
        sa.Column("sme_id", sa.Integer(), nullable=False),
        sa.Column("company_id", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "proposed",
                "waiting",
                "asked",
                "invited",
                "agreed",
                "active",
                "declined",
                "withdrawn",
                "expired",
                "ended",
                "completed",
                name="state_known",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column("firms", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("waiting_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("still_wanted_asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("still_wanted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("invited_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("agreed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sme_confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("company_confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sme_completed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("company_completed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("frozen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "closed_by",
            sa.Enum(
                "sme",
                "company",
                "time",
                "system",
                name="side_known",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=True,
        ),
        sa.Column(
            "reason",
            sa.Enum(
                "none_given",
                "no_capacity",
                "wrong_kind",
                "wrong_region",
                "too_early",
                "too_small",
                "too_large",
                "already_served",
                "needs_documents",
                "terms_differ",
                "other",
                "timed_out",
                "place_taken",
                "listing_closed",
                "suspended",
                name="reason_known",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=True,
        ),
        sa.Column("comment", sa.Text(), nullable=True),
        sa.Column("score", sa.Double(), nullable=False),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.Column("criteria", sa.JSON(), nullable=False),
        sa.Column("terms", sa.JSON(), nullable=False),
        sa.Column("ranker_version", sa.String(length=64), nullable=False),
        sa.Column("input_hash", sa.String(length=64), nullable=False),
        sa.Column("message", sa.Text(), nullable=True),
        sa.Column("sme_contact_id", sa.Integer(), nullable=True),
        sa.Column("company_contact_id", sa.Integer(), nullable=True),
        sa.Column("sme_consent_id", sa.Integer(), nullable=True),
        sa.Column("company_consent_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("score >= 0 AND score <= 1", name=op.f("ck_pairing_score_is_share")),
        sa.ForeignKeyConstraint(
            ["company_consent_id"],
            ["consent.id"],
            name=op.f("fk_pairing_company_consent_id_consent"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["company_contact_id"],
            ["account.id"],
            name=op.f("fk_pairing_company_contact_id_account"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["company_id"], ["organisation.id"], name=op.f("fk_pairing_company_id_organisation")
        ),
        sa.ForeignKeyConstraint(["need_id"], ["need.id"], name=op.f("fk_pairing_need_id_need")),
        sa.ForeignKeyConstraint(["offer_id"], ["offer.id"], name=op.f("fk_pairing_offer_id_offer")),
        sa.ForeignKeyConstraint(
            ["sme_consent_id"],
            ["consent.id"],
            name=op.f("fk_pairing_sme_consent_id_consent"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["sme_contact_id"],
            ["account.id"],
            name=op.f("fk_pairing_sme_contact_id_account"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["sme_id"], ["organisation.id"], name=op.f("fk_pairing_sme_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pairing")),
    )
    with op.batch_alter_table("pairing", schema=None) as batch_op:
        batch_op.create_index(
            "ix_pairing_company_state", ["company_id", "state", "expires_at"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_pairing_expires_at"), ["expires_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_pairing_need_id"), ["need_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_pairing_offer_id"), ["offer_id"], unique=False)
        batch_op.create_index(
            "ix_pairing_offer_state", ["offer_id", "state", "waiting_since"], unique=False
        )
        batch_op.create_index("ix_pairing_sme_state", ["sme_id", "state"], unique=False)
        batch_op.create_index(batch_op.f("ix_pairing_state"), ["state"], unique=False)
        batch_op.create_index(
            "uq_pairing_live",
            ["need_id", "offer_id"],
            unique=True,
            sqlite_where=sa.text(
                "state IN ('proposed', 'asked', 'invited', 'waiting', 'agreed', 'active')"
            ),
            postgresql_where=sa.text(
                "state IN ('proposed', 'asked', 'invited', 'waiting', 'agreed', 'active')"
            ),
        )

    op.create_table(
        "recommendation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("association_id", sa.Integer(), nullable=False),
        sa.Column("need_id", sa.Integer(), nullable=False),
        sa.Column("offer_id", sa.Integer(), nullable=False),
        sa.Column("word", sa.Text(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("agreed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("declined_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("named", sa.Boolean(), nullable=False),
        sa.Column("consent_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["association_id"],
            ["organisation.id"],
            name=op.f("fk_recommendation_association_id_organisation"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["consent_id"],
            ["consent.id"],
            name=op.f("fk_recommendation_consent_id_consent"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["need_id"],
            ["need.id"],
            name=op.f("fk_recommendation_need_id_need"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["offer_id"],
            ["offer.id"],
            name=op.f("fk_recommendation_offer_id_offer"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recommendation")),
        sa.UniqueConstraint(
            "association_id",
            "need_id",
            "offer_id",
            name=op.f("uq_recommendation_association_id_need_id_offer_id"),
        ),
    )
    with op.batch_alter_table("recommendation", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_recommendation_association_id"), ["association_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_recommendation_need_id"), ["need_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_recommendation_offer_id"), ["offer_id"], unique=False)

    op.create_table(
        "disclosure",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("pairing_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("recipient_id", sa.Integer(), nullable=False),
        sa.Column("consent_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_disclosure_account_id_account"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["consent_id"],
            ["consent.id"],
            name=op.f("fk_disclosure_consent_id_consent"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["pairing_id"], ["pairing.id"], name=op.f("fk_disclosure_pairing_id_pairing")
        ),
        sa.ForeignKeyConstraint(
            ["recipient_id"],
            ["organisation.id"],
            name=op.f("fk_disclosure_recipient_id_organisation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disclosure")),
    )
    with op.batch_alter_table("disclosure", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_disclosure_account_id"), ["account_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_disclosure_pairing_id"), ["pairing_id"], unique=False)

    op.create_table(
        "next_offer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("pairing_id", sa.Integer(), nullable=False),
        sa.Column("offer_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column(
            "relation",
            sa.Enum(
                "none",
                "supplier",
                "affiliate",
                "unknown",
                name="relationkind_known",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column("consent_id", sa.Integer(), nullable=False),
        sa.Column("contact_id", sa.Integer(), nullable=True),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("asked_pairing_id", sa.Integer(), nullable=True),
        sa.Column("skipped_because", sa.String(length=30), nullable=True),
        sa.ForeignKeyConstraint(
            ["asked_pairing_id"],
            ["pairing.id"],
            name=op.f("fk_next_offer_asked_pairing_id_pairing"),
        ),
        sa.ForeignKeyConstraint(
            ["consent_id"],
            ["consent.id"],
            name=op.f("fk_next_offer_consent_id_consent"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["contact_id"],
            ["account.id"],
            name=op.f("fk_next_offer_contact_id_account"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["offer_id"], ["offer.id"], name=op.f("fk_next_offer_offer_id_offer")
        ),
        sa.ForeignKeyConstraint(
            ["pairing_id"],
            ["pairing.id"],
            name=op.f("fk_next_offer_pairing_id_pairing"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_next_offer")),
        sa.UniqueConstraint(
            "pairing_id", "position", name=op.f("uq_next_offer_pairing_id_position")
        ),
    )
    with op.batch_alter_table("next_offer", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_next_offer_asked_pairing_id"), ["asked_pairing_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_next_offer_pairing_id"), ["pairing_id"], unique=False)


def downgrade():
    with op.batch_alter_table("next_offer", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_next_offer_pairing_id"))
        batch_op.drop_index(batch_op.f("ix_next_offer_asked_pairing_id"))

    op.drop_table("next_offer")
    with op.batch_alter_table("disclosure", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_disclosure_pairing_id"))
        batch_op.drop_index(batch_op.f("ix_disclosure_account_id"))

    op.drop_table("disclosure")
    with op.batch_alter_table("recommendation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_recommendation_offer_id"))
        batch_op.drop_index(batch_op.f("ix_recommendation_need_id"))
        batch_op.drop_index(batch_op.f("ix_recommendation_association_id"))

    op.drop_table("recommendation")
    with op.batch_alter_table("pairing", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_pairing_live",
            sqlite_where=sa.text(
                "state IN ('proposed', 'asked', 'invited', 'waiting', 'agreed', 'active')"
            ),
            postgresql_where=sa.text(
                "state IN ('proposed', 'asked', 'invited', 'waiting', 'agreed', 'active')"
            ),
        )
        batch_op.drop_index(batch_op.f("ix_pairing_state"))
        batch_op.drop_index("ix_pairing_sme_state")
        batch_op.drop_index("ix_pairing_offer_state")
        batch_op.drop_index(batch_op.f("ix_pairing_offer_id"))
        batch_op.drop_index(batch_op.f("ix_pairing_need_id"))
        batch_op.drop_index(batch_op.f("ix_pairing_expires_at"))
        batch_op.drop_index("ix_pairing_company_state")

    op.drop_table("pairing")
    with op.batch_alter_table("offer_criterion", schema=None) as batch_op:
        batch_op.drop_index("ix_offer_criterion_value")

    op.drop_table("offer_criterion")
    with op.batch_alter_table("mail", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_mail_recipient"))
        batch_op.drop_index(batch_op.f("ix_mail_next_try_at"))

    op.drop_table("mail")
    with op.batch_alter_table("consent", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_consent_account_id"))

    op.drop_table("consent")
    with op.batch_alter_table("offer", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_offer_stage"))
        batch_op.drop_index(batch_op.f("ix_offer_published_at"))
        batch_op.drop_index(batch_op.f("ix_offer_organisation_id"))
        batch_op.drop_index(batch_op.f("ix_offer_category"))

    op.drop_table("offer")
    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_notice_created_at"))
        batch_op.drop_index(batch_op.f("ix_notice_account_id"))

    op.drop_table("notice")
    with op.batch_alter_table("need", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_need_stage"))
        batch_op.drop_index(batch_op.f("ix_need_region"))
        batch_op.drop_index(batch_op.f("ix_need_published_at"))
        batch_op.drop_index(batch_op.f("ix_need_organisation_id"))
        batch_op.drop_index(batch_op.f("ix_need_category"))

    op.drop_table("need")
    with op.batch_alter_table("join_request", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_join_request_organisation_id"))
        batch_op.drop_index(batch_op.f("ix_join_request_escalated_at"))
        batch_op.drop_index(batch_op.f("ix_join_request_account_id"))

    op.drop_table("join_request")
    with op.batch_alter_table("history_pledge", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_history_pledge_memorandum_id"))

    op.drop_table("history_pledge")
    with op.batch_alter_table("relation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_relation_company_id"))

    op.drop_table("relation")
    with op.batch_alter_table("reconstructed_need", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_reconstructed_need_category"))

    op.drop_table("reconstructed_need")
    op.drop_table("organisation_trait")
    with op.batch_alter_table("organisation_review", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_organisation_review_organisation_id"))

    op.drop_table("organisation_review")
    with op.batch_alter_table("membership", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_membership_invited",
            sqlite_where=sa.text("declined_at IS NULL AND left_at IS NULL"),
            postgresql_where=sa.text("declined_at IS NULL AND left_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_membership_member_id"))
        batch_op.drop_index(batch_op.f("ix_membership_business_number"))
        batch_op.drop_index(batch_op.f("ix_membership_association_id"))

    op.drop_table("membership")
    with op.batch_alter_table("history_outcome", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_history_outcome_company_id"))

    op.drop_table("history_outcome")
    with op.batch_alter_table("history_offer", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_history_offer_company_id"))
        batch_op.drop_index(batch_op.f("ix_history_offer_category"))

    op.drop_table("history_offer")
    with op.batch_alter_table("history_memorandum", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_history_memorandum_company_id"))

    op.drop_table("history_memorandum")
    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_account_organisation_id"))

    op.drop_table("account")
    with op.batch_alter_table("organisation", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_organisation_business_number_held",
            sqlite_where=sa.text("approval IN ('approved', 'suspended')"),
            postgresql_where=sa.text("approval IN ('approved', 'suspended')"),
        )
        batch_op.drop_index(batch_op.f("ix_organisation_submitted_at"))
        batch_op.drop_index(batch_op.f("ix_organisation_size"))
        batch_op.drop_index(batch_op.f("ix_organisation_region"))
        batch_op.drop_index(batch_op.f("ix_organisation_kind"))
        batch_op.drop_index(batch_op.f("ix_organisation_industry"))
        batch_op.drop_index(batch_op.f("ix_organisation_business_number"))
        batch_op.drop_index(batch_op.f("ix_organisation_approval"))

    op.drop_table("organisation")
    with op.batch_alter_table("listing_version", schema=None) as batch_op:
        batch_op.drop_index("ix_listing_version_listing")

    op.drop_table("listing_version")
    with op.batch_alter_table("job_run", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_job_run_started_at"))
        batch_op.drop_index(batch_op.f("ix_job_run_name"))

    op.drop_table("job_run")
    op.drop_table("installation")
    op.drop_table("history_word")
    op.drop_table("history_source")
    op.drop_table("history_record")
    op.drop_table("history_practice")
    op.drop_table("history_milestone")
    op.drop_table("history_honour")
    op.drop_table("history_company")
    with op.batch_alter_table("audit_event", schema=None) as batch_op:
        batch_op.drop_index("ix_audit_event_subject")
        batch_op.drop_index(batch_op.f("ix_audit_event_at"))
        batch_op.drop_index(batch_op.f("ix_audit_event_act"))
        batch_op.drop_index(batch_op.f("ix_audit_event_account_id"))

    op.drop_table("audit_event")
