"""The configuration as kept: every version of it, and the one way to change it."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import Engine, Select, or_, select, update
from sqlalchemy.orm import Session

from app.asked import Version
from app.database import reading, told, understood
from app.errors import BadInput, Conflict
from app.model.alarm import AlarmRule
from app.model.device import DeviceConfig, LinkConfig
from app.ports import Clock
from app.project.config import Mutate, PlantConfig
from app.project.difference import KINDS, Tally, differences, summary, tally, things_of
from app.project.tables import DeviceRow, LinkRow, PlantRow, RuleRow, VersionRow
from app.project.validation import Check, require_valid
from app.words import _


class Saved(NamedTuple):
    """What a change led to."""

    version: Version
    config: PlantConfig


# Told of a change inside its transaction; what it raises takes the change back.
Witness = Callable[[Version, PlantConfig, PlantConfig], None]


def unwitnessed(_version: Version, _old: PlantConfig, _new: PlantConfig) -> None:
    """Let a change pass that nobody has to hear of."""


@dataclass(frozen=True, slots=True)
class _Kept:
    """How one kind of thing lies in its table."""

    row: type[Any]
    value: type[Any]


_KEPT = {
    "link": _Kept(LinkRow, LinkConfig),
    "device": _Kept(DeviceRow, DeviceConfig),
    "rule": _Kept(RuleRow, AlarmRule),
}
_PLANT = "plant"
_PLANT_FIELDS = ("title", "zone", "utility", "logo", "options")


class Configuration:
    """All versions of a plant's configuration in ``config.sqlite``.

    Every method blocks and opens its own transaction, so they may be called from any
    thread; the project calls them from its worker. All raise `StoreBroken` when the
    file cannot be read or written.
    """

    def __init__(
        self, engine: Engine, file: Path, now: Clock, checks: Sequence[Check] = ()
    ) -> None:
        self._engine = engine
        self._reading = reading(engine)
        self._file = file
        self._now = now
        self._checks = tuple(checks)

    def begin(self, author: str, config: PlantConfig) -> Saved:
        """Save the first version of a new project; `BadInput` when it is not valid."""
        require_valid(config, self._checks)
        nothing = PlantConfig(title="", zone="")
        with told(self._file), Session(self._engine) as session, session.begin():
            if _newest(session) is not None:
                raise Conflict(f"{self._file} already holds a configuration")
            row = self._version_row(1, author, _("new project"), nothing, config)
            return _save(session, row, nothing, config)

    def current(self) -> Saved:
        """Return the newest version and what it holds."""
        with told(self._file), Session(self._reading) as session:
            row = self._require_newest(session)
            return Saved(_version(row), self._state(session, row.number))

    def links(self) -> list[LinkConfig]:
        """Return the newest version's lines alone; the devices may be thousands."""
        with told(self._file), Session(self._reading) as session:
            row = self._require_newest(session)
            with understood(self._file):
                return list(_things(session, _KEPT["link"], row.number))

    def at(self, version: int) -> PlantConfig:
        """Return the plant as it was in a version; `BadInput` for one that never was."""
        with told(self._file), Session(self._reading) as session:
            _require(session, version)
            return self._state(session, version)

    def versions(self, limit: int | None = None) -> list[Version]:
        """Return the versions, newest first."""
        wanted = select(VersionRow).order_by(VersionRow.number.desc()).limit(limit)
        with told(self._file), understood(self._file), Session(self._reading) as session:
            return [_version(row) for row in session.scalars(wanted)]

    def difference(self, older: int, newer: int) -> list[str]:
        """Return one sentence a change from one version to another."""
        return differences(self.at(older), self.at(newer))

    def change(
        self,
        author: str,
        note: str,
        mutate: Mutate,
        *,
        expected_version: int | None = None,
        witness: Witness = unwitnessed,
    ) -> Saved:
        """Save what ``mutate`` makes of the present plant as a new version.

        A change that changes nothing saves nothing and returns what stands. ``mutate``
        is called once, inside the transaction; whatever it raises leaves all as it was.

        Raises:
            Conflict: The newest version is no longer ``expected_version``.
            BadInput: The outcome is not valid; one sentence a line.
        """
        with told(self._file), Session(self._engine) as session, session.begin():
            newest = self._require_newest(session)
            if expected_version is not None and newest.number != expected_version:
                raise Conflict(
                    f"{newest.author} saved version {newest.number} meanwhile; "
                    f"this change was made from version {expected_version}"
                )
            saved, old = self._step(session, newest, mutate, author, note)
            return _witnessed(saved, old, newest, witness)

    def undo(self, author: str, witness: Witness = unwitnessed) -> Saved:
        """Take back the newest change that is not taken back yet; `redo` takes back this.

        May be repeated down to the first version. `BadInput` when nothing is left.
        """
        with told(self._file), Session(self._engine) as session, session.begin():
            newest = self._require_newest(session)
            if newest.before is None:
                raise BadInput("there is no change left to take back")
            goal = _require(session, newest.before)
            saved, old = self._go_to(session, newest, goal, author, newest.number)
            return _witnessed(saved, old, newest, witness)

    def redo(self, author: str, witness: Witness = unwitnessed) -> Saved:
        """Bring back what the newest `undo` took; `BadInput` when nothing was taken back.

        A change after an undo is a new beginning: there is nothing to redo then, but
        every version remains and may be restored.
        """
        with told(self._file), Session(self._engine) as session, session.begin():
            newest = self._require_newest(session)
            if newest.after is None:
                raise BadInput("nothing was taken back that could be done again")
            goal = _require(session, newest.after)
            saved, old = self._go_to(session, newest, goal, author, goal.after)
            return _witnessed(saved, old, newest, witness)

    def restore(self, author: str, version: int, witness: Witness = unwitnessed) -> Saved:
        """Make the plant as it was in ``version``: a change like any other, so undo works."""
        with told(self._file), Session(self._engine) as session, session.begin():
            newest = self._require_newest(session)
            _require(session, version)
            note = _("version {number} restored").format(number=version)
            goal = self._state(session, version)
            saved, old = self._step(session, newest, lambda _old: goal, author, note)
            return _witnessed(saved, old, newest, witness)

    def _go_to(
        self,
        session: Session,
        newest: VersionRow,
        goal: VersionRow,
        author: str,
        after: int | None,
    ) -> tuple[Saved, PlantConfig]:
        old, new = self._state(session, newest.number), self._state(session, goal.number)
        note = _("back to version {number}").format(number=goal.number)
        row = self._version_row(newest.number + 1, author, note, old, new)
        row.before, row.after = goal.before, after
        return _save(session, row, old, new), old

    def _step(
        self, session: Session, newest: VersionRow, mutate: Mutate, author: str, note: str
    ) -> tuple[Saved, PlantConfig]:
        old = self._state(session, newest.number)
        new = mutate(old)
        if new == old:
            return Saved(_version(newest), old), old
        require_valid(new, self._checks)
        row = self._version_row(newest.number + 1, author, note, old, new)
        row.before = newest.number
        return _save(session, row, old, new), old

    def _version_row(
        self, number: int, author: str, note: str, old: PlantConfig, new: PlantConfig
    ) -> VersionRow:
        counts = {
            kind: [count.added, count.changed, count.removed]
            for kind, count in tally(old, new).items()
        }
        return VersionRow(
            number=number, at=self._now(), author=author, note=note, counts=counts
        )

    def _state(self, session: Session, version: int) -> PlantConfig:
        with understood(self._file):
            plant = session.scalars(_holding(PlantRow, version)).one()
            content: dict[str, Any] = {name: getattr(plant, name) for name in _PLANT_FIELDS}
            for kind, kept in _KEPT.items():
                content[f"{kind}s"] = {
                    each.id: each for each in _things(session, kept, version)
                }
            return PlantConfig(**content)

    def _require_newest(self, session: Session) -> VersionRow:
        with understood(self._file):
            row = _newest(session)
        if row is None:
            raise BadInput(f"{self._file} holds no configuration")
        return row


def _witnessed(saved: Saved, old: PlantConfig, newest: VersionRow, witness: Witness) -> Saved:
    if saved.version.number != newest.number:
        witness(saved.version, old, saved.config)
    return saved


def _newest(session: Session) -> VersionRow | None:
    return session.scalar(select(VersionRow).order_by(VersionRow.number.desc()).limit(1))


def _require(session: Session, version: int) -> VersionRow:
    if (row := session.get(VersionRow, version)) is None:
        raise BadInput(f"there is no version {version} of the configuration")
    return row


def _version(row: VersionRow) -> Version:
    counts = {kind: Tally(*numbers) for kind, numbers in row.counts.items()}
    return Version(row.number, row.at, row.author, row.note, summary(counts))


def _holding(row: type[Any], version: int, *columns: Any) -> Select[Any]:
    wanted = select(*(columns or (row,))).where(
        row.since <= version, or_(row.until.is_(None), row.until > version)
    )
    return wanted.order_by(row.id)


def _things(session: Session, kept: _Kept, version: int) -> Iterator[Any]:
    """Yield one kind of thing by id, straight from the columns: there may be thousands."""
    names = [field.name for field in fields(kept.value)]
    columns = [getattr(kept.row, name) for name in names]
    for values in session.execute(_holding(kept.row, version, *columns)):
        yield kept.value(**dict(zip(names, values, strict=True)))


def _save(session: Session, row: VersionRow, old: PlantConfig, new: PlantConfig) -> Saved:
    session.add(row)
    session.flush()
    before = {name: getattr(old, name) for name in _PLANT_FIELDS}
    after = {name: getattr(new, name) for name in _PLANT_FIELDS}
    if before != after:
        _close(session, PlantRow, _PLANT, row.number)
        session.add(PlantRow(id=_PLANT, since=row.number, **after))
    for kind in KINDS:
        _save_kind(session, row.number, kind, old, new)
    session.flush()
    return Saved(_version(row), new)


def _save_kind(
    session: Session, number: int, kind: str, old: PlantConfig, new: PlantConfig
) -> None:
    before, after = things_of(old, kind), things_of(new, kind)
    kept = _KEPT[kind]
    for key in before:
        if before[key] != after.get(key):
            _close(session, kept.row, key, number)
    for key, value in after.items():
        if value != before.get(key):
            content = {field.name: getattr(value, field.name) for field in fields(value)}
            session.add(kept.row(since=number, **content))


def _close(session: Session, row: type[Any], key: str, number: int) -> None:
    session.execute(update(row).where(row.id == key, row.until.is_(None)).values(until=number))
