"""The tables of the history database (SQLAlchemy Core; SQLite by default, PostgreSQL by URL)."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, ForeignKey, Index, Integer, MetaData, String, Table, Text

metadata = MetaData()

runs = Table(
    "runs",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("recorded_at", String(40), nullable=False),  # ISO 8601 with offset
    Column("as_of", Date, nullable=False),
    Column("tool_version", String(40), nullable=False),
    Column("snapshot", String(400), nullable=False),
    Column("complete", Boolean, nullable=False),
    Column("devices", Text, nullable=False),  # JSON list of names
    Column("checks", Text, nullable=False),  # JSON list of the checks that ran
    Column("inputs_sha256", String(64), nullable=False),  # over the sorted hashes of all inputs
)

findings = Table(
    "findings",
    metadata,
    Column("run_id", Integer, ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True),
    Column("finding_id", String(40), primary_key=True),
    Column("check_id", String(20), nullable=False),
    Column("severity", Integer, nullable=False),
    Column("outcome", String(20), nullable=False),
    Column("device", String(400), nullable=False),
    Column("subject", Text, nullable=False),
    Column("title", Text, nullable=False),  # JSON object: language -> text
    Column("place", Text, nullable=False),  # "file:line" of the first place, or empty
    Index("findings_by_id", "finding_id"),
)
