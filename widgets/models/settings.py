"""The settings of a device as rows: grouped as the controller groups them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from typing import Any

from PyQt6.QtCore import QModelIndex, QObject, Qt

from app.model.control import WriteResult
from app.model.point import Category, PointSpec
from app.model.reading import Reading
from app.sentences import told_sentence
from app.words import _, ngettext
from widgets.controls.marks import Mark, write_mark
from widgets.controls.moments import day_text
from widgets.controls.quality import NO_VALUE, number_text, range_text, shown
from widgets.models.rows import Cell, Column, RowsModel, Tone
from widgets.models.staging import Staged, Staging

VALUE = "value"  # id of the column that is edited
CHANGED = "changed"
_LONGEST_RANGE = 20  # letters that the column has room for; choices beyond are counted


@dataclass(frozen=True, slots=True)
class SettingRow:
    """A setting, or the head of a group (``spec`` is None)."""

    group: str
    circuit: int | None
    spec: PointSpec | None = None
    settings: int = 0  # in the group, for its head

    @property
    def key(self) -> str:
        """What tells this row from others."""
        if self.spec is not None:
            return self.spec.key
        return f"group {self.circuit} {self.group}"


def circuit_text(circuit: int | None, names: Mapping[int, str]) -> str:
    """Return the heading of a circuit's groups; ``names`` are the application's own.

    What belongs to no circuit is the controller's; where there are none, it is no controller.
    """
    if circuit is None:
        return _("Common controller") if names else _("Device")
    return names.get(circuit) or _("Circuit {number}").format(number=circuit)


def setting_rows(specs: Sequence[PointSpec]) -> list[SettingRow]:
    """Return heads and settings: circuits in order, what belongs to none at the end."""
    groups: dict[tuple[bool, int, str], list[PointSpec]] = {}
    for spec in specs:
        place = (spec.circuit is None, spec.circuit or 0, spec.group)
        groups.setdefault(place, []).append(spec)
    circuits = sorted({place[:2] for place in groups})
    rows: list[SettingRow] = []
    for circuit in circuits:
        for place, members in groups.items():
            if place[:2] == circuit:
                number = None if place[0] else place[1]
                rows.append(SettingRow(place[2], number, settings=len(members)))
                rows += [SettingRow(place[2], number, each) for each in members]
    return rows


class SettingsModel(RowsModel[SettingRow]):
    """Rows of settings with their readings, what is staged, and how the last write went."""

    def __init__(
        self,
        staging: Staging,
        now: Callable[[], datetime],
        zone: tzinfo | None,
        *,
        circuits: Mapping[int, str],
        editable: bool,
        may_write: Callable[[PointSpec], bool] = lambda _spec: True,
        parent: QObject | None = None,
    ) -> None:
        """``may_write`` tells whether the person may change a setting of that kind."""
        self.staging = staging
        self._now, self._zone, self.editable = now, zone, editable
        self._may_write = may_write
        self._circuits = circuits
        self._readings: dict[str, Reading] = {}
        self._changes: dict[str, WriteResult] = {}
        self.on_staged: Callable[[], None] = lambda: None
        self.held: Callable[[str], str] = lambda _key: ""  # why it is out of automatic
        super().__init__(self._make_columns(), lambda row: row.key, parent)

    def reading(self, key: str) -> Reading | None:
        """Return the newest reading of a setting."""
        return self._readings.get(key)

    def take_readings(self, readings: Mapping[str, Reading]) -> None:
        """Show these readings by key; the others stay."""
        self._readings |= readings
        self.touch(0, self.rowCount() - 1)

    def take_changes(self, changes: Mapping[str, WriteResult]) -> None:
        """Show when each setting was changed last."""
        self._changes |= changes
        self.touch(0, self.rowCount() - 1)

    def show_held(self) -> None:
        """Look anew at what is out of automatic."""
        self.touch(0, self.rowCount() - 1)

    def may_change(self, spec: PointSpec) -> bool:
        """Whether a setting takes a new value from this person."""
        return self.editable and spec.is_setting and self._may_write(spec)

    def can_edit(self, index: QModelIndex) -> bool:
        """Whether this cell takes a new value."""
        if self.columns[index.column()].id != VALUE:
            return False  # asked of every cell that is painted: the cheap question first
        row = self.row(index)
        return row is not None and row.spec is not None and self.may_change(row.spec)

    def flags(self, index: QModelIndex) -> Qt.ItemFlag:
        plain = super().flags(index)
        row = self.row(index)
        if row is not None and row.spec is None:
            return Qt.ItemFlag.ItemIsEnabled
        return plain | Qt.ItemFlag.ItemIsEditable if self.can_edit(index) else plain

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role != Qt.ItemDataRole.EditRole:
            return super().data(index, role)
        row = self.row(index)
        return self.edit_text(row.spec) if row is not None and row.spec is not None else None

    def setData(
        self, index: QModelIndex, value: Any, role: int = Qt.ItemDataRole.EditRole
    ) -> bool:
        row = self.row(index)
        if row is None or row.spec is None or role != Qt.ItemDataRole.EditRole:
            return False
        self.staging.stage(row.spec, self._readings.get(row.spec.key), str(value))
        self.touch(index.row(), index.row())
        self.on_staged()
        return True

    def edit_text(self, spec: PointSpec) -> str:
        """Return what an editor starts with: the staged text, else the present value."""
        staged = self.staging.get(spec.key)
        if staged is not None:
            return staged.new_text
        reading = self._readings.get(spec.key)
        value = None if reading is None else reading.value
        return number_text(value, spec) if isinstance(value, int | float) else ""

    def staged(self, row: SettingRow) -> Staged | None:
        """Return the change that waits in a row."""
        return self.staging.get(row.spec.key) if row.spec is not None else None

    def _make_columns(self) -> Sequence[Column[SettingRow]]:
        return (
            Column("id", lambda: _("ID"), self._id, 76),
            Column("name", lambda: _("Setting"), self._name, 220, stretch=True),
            Column(VALUE, lambda: _("Value"), self._value, 200, right=True),
            Column("unit", lambda: _("Unit"), _unit, 56),
            Column("range", lambda: _("Range"), _range, 132, right=True),
            Column("default", lambda: _("Default"), self._default, 80, right=True),
            Column("category", lambda: _("Access"), _category, 84),
            Column(CHANGED, lambda: _("Last change"), self._changed, 128),
        )

    def _id(self, row: SettingRow) -> Cell:
        if row.spec is None:
            place = circuit_text(row.circuit, self._circuits)
            return Cell(f"{place} · {row.group or _('Other')}", strong=True)
        return Cell("" if row.spec.number is None else str(row.spec.number), tone=Tone.QUIET)

    def _name(self, row: SettingRow) -> Cell:
        if row.spec is None:
            return Cell()
        rules, change = row.spec.write, self._changes.get(row.spec.key)
        when = "" if change is None else day_text(change.at, self._zone)
        changed = _("last changed {when}").format(when=when) if when else ""
        danger = rules.danger if rules is not None else ""
        held = self.held(row.spec.key)
        notes = (row.spec.name, held, row.spec.note, danger, changed)
        mark = Mark("warning") if held else None
        return Cell(row.spec.name, mark, tip="\n".join(part for part in notes if part))

    def _value(self, row: SettingRow) -> Cell:
        if row.spec is None:
            return Cell()
        reading = self._readings.get(row.spec.key)
        seen = shown(reading, row.spec, self._now(), self._zone)
        return Cell(shown=replace(seen, unit=""))

    def _default(self, row: SettingRow) -> Cell:
        spec = row.spec
        if spec is None:
            return Cell()
        if spec.default is None:
            return Cell(NO_VALUE, tone=Tone.QUIET, tip=_("No source states a default."))
        reading = self._readings.get(spec.key)
        differs = reading is not None and reading.value not in (None, spec.default)
        tone = Tone.NORMAL if differs else Tone.QUIET
        return Cell(number_text(spec.default, spec), tone=tone, strong=differs)

    def _changed(self, row: SettingRow) -> Cell:
        change = self._changes.get(row.spec.key) if row.spec is not None else None
        if change is None:
            return Cell()
        when = day_text(change.at, self._zone)
        tip = told_sentence(change.reason) or when
        return Cell(when, write_mark(change.state), tone=Tone.QUIET, tip=tip)


def _unit(row: SettingRow) -> Cell:
    return Cell(row.spec.unit if row.spec is not None else "", tone=Tone.QUIET)


def _range(row: SettingRow) -> Cell:
    """Return what is accepted; of many choices how many, all of them in the tip."""
    if row.spec is None or row.spec.write is None:
        return Cell(tone=Tone.QUIET)
    accepted, choices = range_text(row.spec), row.spec.write.allow or row.spec.choices
    if len(accepted) <= _LONGEST_RANGE or not choices:
        return Cell(accepted, tone=Tone.QUIET)
    counted = ngettext("{n} choice", "{n} choices", len(choices)).format(n=len(choices))
    return Cell(counted, tone=Tone.QUIET, tip=accepted)


def _category(row: SettingRow) -> Cell:
    if row.spec is None:
        return Cell()
    if not row.spec.is_setting:
        return Cell(_("read only"), tone=Tone.QUIET)
    words = {
        Category.PRIMARY: _("primary"),
        Category.LIMITED: _("limited"),
        Category.ALL: _("all"),
    }
    return Cell(words[row.spec.category], tone=Tone.QUIET)
