"""Let every need get an answer: preferences, rounds, conversation and what notices people want."""

import sqlalchemy as sa
from alembic import op


revision = "0002"
down_revision = "0001"


def upgrade():
    op.create_table(
        "slow_spell",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("company_id", sa.Integer(), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered", sa.Integer(), nullable=False),
        sa.Column("asked", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"],
            ["organisation.id"],
            name=op.f("fk_slow_spell_company_id_organisation"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_slow_spell")),
    )
    with op.batch_alter_table("slow_spell", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_slow_spell_company_id"), ["company_id"], unique=False)


def downgrade():
    with op.batch_alter_table("slow_spell", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_slow_spell_company_id"))

    op.drop_table("slow_spell")
