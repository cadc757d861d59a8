"""The tables of the configuration, its versions and documents, and of the alarm journal.

Links, devices and rules are never overwritten: a change closes the row that held until
then and adds the new one, so that every earlier version can be read as it was.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Float, ForeignKey, Index, MetaData, String, Text, text
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column

from app.database import NAMING, UtcTime
from app.model.device import Option
from app.users.tables import ConfigBase

Options = dict[str, Option]


class JournalBase(DeclarativeBase):
    """The tables of ``journal.sqlite``."""

    metadata = MetaData(naming_convention=NAMING)


class VersionRow(ConfigBase):
    """One saved state of the configuration."""

    __tablename__ = "version"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(UtcTime)
    author: Mapped[str] = mapped_column(Text)
    note: Mapped[str] = mapped_column(Text)
    counts: Mapped[dict[str, list[int]]] = mapped_column(JSON)  # kind → added, changed, removed
    before: Mapped[int | None]  # where undo leads; None: nothing to take back
    after: Mapped[int | None]  # where redo leads; None: nothing was taken back


class HeldRow:
    """A row that holds from one version until another; at most one row of an id is open."""

    row_id: Mapped[int] = mapped_column(primary_key=True)
    id: Mapped[str] = mapped_column(String(64))
    since: Mapped[int] = mapped_column(ForeignKey("version.number"))
    until: Mapped[int | None] = mapped_column(ForeignKey("version.number"))

    @declared_attr.directive
    @classmethod
    def __table_args__(cls) -> tuple[Index, ...]:
        """Index the open rows, and forbid two open rows of one id."""
        still_open = text("until IS NULL")
        return (
            Index(
                None, "id", unique=True, sqlite_where=still_open, postgresql_where=still_open
            ),
            Index(None, "until"),
        )


class PlantRow(HeldRow, ConfigBase):
    """The plant's own fields; its id is always "plant"."""

    __tablename__ = "plant"

    title: Mapped[str] = mapped_column(Text)
    zone: Mapped[str] = mapped_column(String(64))
    utility: Mapped[str] = mapped_column(Text)
    logo: Mapped[str] = mapped_column(String(64))
    options: Mapped[Options] = mapped_column(JSON)


class LinkRow(HeldRow, ConfigBase):
    """A link as configured."""

    __tablename__ = "link"

    kind: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(Text)
    options: Mapped[Options] = mapped_column(JSON)
    enabled: Mapped[bool]


class DeviceRow(HeldRow, ConfigBase):
    """A device as configured."""

    __tablename__ = "device"

    name: Mapped[str] = mapped_column(Text)
    area: Mapped[str] = mapped_column(Text)
    link: Mapped[str] = mapped_column(String(64))
    unit: Mapped[int]
    profile: Mapped[str] = mapped_column(Text)
    enabled: Mapped[bool]
    serial: Mapped[str] = mapped_column(Text)
    options: Mapped[Options] = mapped_column(JSON)


class RuleRow(HeldRow, ConfigBase):
    """An alarm rule as configured."""

    __tablename__ = "rule"

    kind: Mapped[str] = mapped_column(String(64))
    device: Mapped[str] = mapped_column(String(64))
    point: Mapped[str | None] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    priority: Mapped[int]
    limit: Mapped[float | None] = mapped_column("limit_value", Float)  # LIMIT is SQL's word
    deadband: Mapped[float] = mapped_column(Float)
    on_delay_s: Mapped[float] = mapped_column(Float)
    off_delay_s: Mapped[float] = mapped_column(Float)
    enabled: Mapped[bool]


class DocumentRow(ConfigBase):
    """A file kept in the documents folder."""

    __tablename__ = "document"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    device: Mapped[str | None] = mapped_column(String(64), index=True)
    title: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(String(64))
    path: Mapped[str] = mapped_column(
        Text, unique=True
    )  # inside documents/, with forward slashes
    created_at: Mapped[datetime] = mapped_column(UtcTime)
    created_by: Mapped[str] = mapped_column(Text)
    size: Mapped[int]  # bytes
    sha256: Mapped[str] = mapped_column(String(64))
    series: Mapped[str | None] = mapped_column(String(64), index=True)  # of the first version
    version: Mapped[int | None]
    removed_at: Mapped[datetime | None] = mapped_column(UtcTime)


class NoteRow(ConfigBase):
    """One version of a note; the highest one holds."""

    __tablename__ = "note"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    device: Mapped[str] = mapped_column(String(64), index=True)
    point: Mapped[str | None] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    about_at: Mapped[datetime | None] = mapped_column(UtcTime)
    author: Mapped[str] = mapped_column(Text)
    written_at: Mapped[datetime] = mapped_column(UtcTime)
    removed: Mapped[bool]  # the note was taken off the list by this version


class PreferenceRow(ConfigBase):
    """What one person prefers; no part of the plant and of no version."""

    __tablename__ = "preference"

    login: Mapped[str] = mapped_column(String(64), primary_key=True)
    key: Mapped[str] = mapped_column(String(128), primary_key=True)
    value: Mapped[str] = mapped_column(Text)  # JSON


class PresetRow(ConfigBase):
    """A selection somebody named and kept."""

    __tablename__ = "preset"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    kind: Mapped[str] = mapped_column(String(64), index=True)
    name: Mapped[str] = mapped_column(Text)
    owner: Mapped[str] = mapped_column(String(64))
    shared: Mapped[bool]
    content: Mapped[str] = mapped_column(Text)  # JSON


class IntentRow(ConfigBase):
    """A wish to change a setting, from the moment it is sent."""

    __tablename__ = "intent"

    login: Mapped[str] = mapped_column(String(64), primary_key=True)
    intent: Mapped[str] = mapped_column(String(128), primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    workstation: Mapped[str] = mapped_column(Text)
    device: Mapped[str] = mapped_column(String(64))
    key: Mapped[str] = mapped_column(Text)
    value: Mapped[float] = mapped_column(Float)  # in the point's unit
    old: Mapped[float | None] = mapped_column(Float)
    read_back: Mapped[float | None] = mapped_column(Float)
    state: Mapped[str | None] = mapped_column(String(32))  # null while it is under way
    reason: Mapped[str | None] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(UtcTime)


class OverrideRow(ConfigBase):
    """A setting taken out of automatic for a while: what is written back, and when."""

    __tablename__ = "override"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    device: Mapped[str] = mapped_column(String(64))
    key: Mapped[str] = mapped_column(Text)
    former: Mapped[float] = mapped_column(Float)  # in the point's unit
    value: Mapped[float] = mapped_column(Float)
    login: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(Text)
    workstation: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
    since: Mapped[datetime] = mapped_column(UtcTime)
    until: Mapped[datetime | None] = mapped_column(UtcTime)  # null: until it is taken back
    ended_at: Mapped[datetime | None] = mapped_column(UtcTime)
    ended: Mapped[str] = mapped_column(Text)  # how it ended; "" while it stands


class StatementRow(ConfigBase):
    """What somebody stated about a meter's index; never changed, only taken back by another."""

    __tablename__ = "statement"

    number: Mapped[int] = mapped_column(primary_key=True)  # in the order they were made
    id: Mapped[str] = mapped_column(String(64), unique=True)
    point: Mapped[str] = mapped_column(Text, index=True)
    device: Mapped[str] = mapped_column(String(64), index=True)
    says: Mapped[str] = mapped_column(Text)  # JSON
    reason: Mapped[str] = mapped_column(Text)
    author: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(UtcTime)


class ThingVersionRow(ConfigBase):
    """A person, role, preset or file as it was saved; the plant's own things are held rows."""

    __tablename__ = "thing_version"

    kind: Mapped[str] = mapped_column(String(32), primary_key=True)
    id: Mapped[str] = mapped_column(String(200), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(UtcTime)
    author: Mapped[str] = mapped_column(Text)  # "" where it was found, not saved by us
    note: Mapped[str] = mapped_column(Text)
    content: Mapped[str] = mapped_column(Text)  # JSON or a file's text; "": removed


class CustomerRow(ConfigBase):
    """A resident; what is personal lies sealed, its versions with those of other things."""

    __tablename__ = "customer"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    version: Mapped[int]
    sealed: Mapped[str] = mapped_column(Text)


class ErasureRow(ConfigBase):
    """What was erased, provable without a name."""

    __tablename__ = "erasure"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcTime)
    record: Mapped[str] = mapped_column(Text)  # JSON


class AlarmRow(JournalBase):
    """One line of the alarm journal, kept for ever: what an alarm became, and when."""

    __tablename__ = "alarm"

    seq: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcTime)
    rule: Mapped[str] = mapped_column(Text, index=True)
    device: Mapped[str] = mapped_column(String(64))
    point: Mapped[str | None] = mapped_column(Text)
    priority: Mapped[int]
    definition: Mapped[dict[str, Any]] = mapped_column(JSON)  # the rule as it was then
    state: Mapped[str] = mapped_column(String(32))
    since: Mapped[datetime] = mapped_column(UtcTime)
    occurred_at: Mapped[datetime | None] = mapped_column(UtcTime)
    resolved_at: Mapped[datetime | None] = mapped_column(UtcTime)
    acknowledged_at: Mapped[datetime | None] = mapped_column(UtcTime)
    acknowledged_by: Mapped[str] = mapped_column(Text)
    note: Mapped[str] = mapped_column(Text)
    value: Mapped[float | None] = mapped_column(Float)
    historical: Mapped[bool | None]  # found in readings that came late


class StandingRow(JournalBase):
    """Which line of the journal holds now for each rule."""

    __tablename__ = "standing"

    rule: Mapped[str] = mapped_column(Text, primary_key=True)
    seq: Mapped[int] = mapped_column(ForeignKey("alarm.seq"))
