"""The tables about people: accounts in the configuration, and the audit in its own file."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, MetaData, String, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from app.database import NAMING, UtcTime


class ConfigBase(DeclarativeBase):
    """The tables of ``config.sqlite``."""

    metadata = MetaData(naming_convention=NAMING)


class AuditBase(DeclarativeBase):
    """The tables of ``audit.sqlite``."""

    metadata = MetaData(naming_convention=NAMING)


class AccountRow(ConfigBase):
    """A person who may come in; the password is kept as an argon2id hash only."""

    __tablename__ = "account"

    login: Mapped[str] = mapped_column(String(64), primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    password_hash: Mapped[str] = mapped_column(Text)
    role: Mapped[str] = mapped_column(String(32))  # "administrator"
    created_at: Mapped[datetime] = mapped_column(UtcTime)
    # Columns of a later migration; where nothing was kept yet they are null.
    password_at: Mapped[datetime | None] = mapped_column(UtcTime)
    given: Mapped[dict[str, list[str]] | None] = mapped_column(JSON)  # devices, areas, groups
    is_guest: Mapped[bool | None]
    ended: Mapped[str | None] = mapped_column(Text)  # why they may not come in any more
    version: Mapped[int | None]


class RoleRow(ConfigBase):
    """A role of the project's own, or a preset as the project changed it."""

    __tablename__ = "role"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    rank: Mapped[int]
    cells: Mapped[dict[str, str]] = mapped_column(JSON)  # capability → scope
    start_page: Mapped[str] = mapped_column(String(64))
    pages: Mapped[list[str]] = mapped_column(JSON)
    version: Mapped[int]


class SafetyRow(ConfigBase):
    """A rule of the project about who does what: for what a second person is wanted."""

    __tablename__ = "safety"

    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    version: Mapped[int]


class AuditRow(AuditBase):
    """One thing a person did, chained to the one before it."""

    __tablename__ = "audit"

    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[str] = mapped_column(String(32))  # ISO 8601 text: it is part of what is hashed
    login: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    workstation: Mapped[str] = mapped_column(Text)
    verb: Mapped[str] = mapped_column(Text)
    entity: Mapped[str] = mapped_column(Text)
    old: Mapped[str] = mapped_column(Text)
    new: Mapped[str] = mapped_column(Text)
    result: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
    hash: Mapped[str] = mapped_column(String(64))  # SHA-256 over the entry and the hash before
    seal: Mapped[str] = mapped_column(String(64))  # HMAC of the hash, with the project's key
    salt: Mapped[str | None] = mapped_column(String(32))  # null: an older or redacted entry
