"""Which of Tamin's three APIs a system may use in a data set; who stands nowhere here may use all."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "access_api_grant",
        sa.Column("client", sa.Text(), nullable=False),
        sa.Column("data_set", sa.Integer(), nullable=False),
        sa.Column("apis", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["client"], ["access_client.id"], name=op.f("fk_access_api_grant_client"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("client", "data_set", name=op.f("pk_access_api_grant")),
    )
