"""The tables about people: accounts in the configuration, and the audit in its own file."""

from datetime import UTC, datetime

from sqlalchemy import DateTime, Dialect, MetaData, String, Text, TypeDecorator
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

# Constraints carry names, so that a later migration can find them on every database.
NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcTime(TypeDecorator[datetime]):
    """A moment in UTC: aware outside, whatever the database can keep inside."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a time without a zone: nobody could say later which moment it was."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value} carries no time zone")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give the moment back as UTC; SQLite keeps no zone, so it is put back here."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


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
