"""A meter set up on the screen: address, interval, patience, supply, valve, alarms, its key."""

from collections.abc import Sequence

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QCheckBox, QComboBox, QFormLayout, QLabel, QLineEdit, QWidget

from app.asked import DeviceView
from app.errors import BadInput, PlantError
from app.model.device import DeviceConfig, Option
from app.model.meterkey import MeterKey
from app.verbs import Capability
from app.words import _
from widgets.controls.fitted import FittedDialog
from widgets.controls.formlayout import lay_form
from widgets.controls.notice import Notice
from widgets.controls.plain import button, label, sentence
from widgets.metersetup.options import (
    SILENT,
    SUPPLIES,
    SUPPLY,
    VALVE_KINDS,
    WRONG_KEY,
    alarms_of,
    has_valve,
    is_radio,
    made_of,
    seconds_of,
    unit_of,
)
from widgets.pagetype import PageContext

_WIDTH_PX, _DIGITS = 520, 8


class MeterOptionsDialog(FittedDialog):
    """``kept`` once it is saved; its key is told to be there or not, never shown."""

    kept = pyqtSignal()

    def __init__(self, context: PageContext, view: DeviceView, parent: QWidget) -> None:
        super().__init__(parent, _WIDTH_PX)
        self.setWindowTitle(_("Options of {name}").format(name=view.config.name))
        self._context, self._device, self._link = context, view.config, view.link
        self.notice = Notice(context.look)
        self.unit, self.interval, self.patience = QLineEdit(), QLineEdit(), QLineEdit()
        self.supply, self.valve = QComboBox(), QComboBox()
        self.key = label("", "quiet")
        self.alarms: dict[str, QCheckBox] = {}
        self.verdict: QLabel = sentence("")
        self.save = button(_("Save"), self._save, role="primary")
        self._build()
        self._show()
        self._weigh()
        if is_radio(self._link):
            self._ask_key()

    def device(self) -> DeviceConfig:
        """Return the meter as filled in; raises `BadInput` that names the field."""
        wished: dict[str, Option] = {
            "interval_s": seconds_of(self.interval.text(), _("Expected interval, s"))
        }
        unit = self._device.unit
        if not is_radio(self._link):
            unit = unit_of(self.unit.text())
            wished["patience_s"] = seconds_of(self.patience.text(), _("Longest answer, s"))
            wished["supply"] = SUPPLIES[self.supply.currentIndex()]
            if self.valve.isEnabled():
                wished["valve_kind"] = VALVE_KINDS[self.valve.currentIndex()]
        for name, tick in self.alarms.items():
            wished[name] = tick.isChecked()
        return made_of(self._device, unit, wished)

    def _build(self) -> None:
        inside = QWidget()
        form = QFormLayout(inside)
        form.setContentsMargins(0, 0, 0, 0)
        form.setVerticalSpacing(8)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        for word in (_("as it tells"), _("battery"), _("mains")):
            self.supply.addItem(word)
        for word in (_("none"), _("normally open"), _("normally closed")):
            self.valve.addItem(word)
        wired: tuple[tuple[str, QWidget], ...] = (
            (_("Primary address"), self.unit),
            (_("Expected interval, s"), self.interval),
            (_("Longest answer, s"), self.patience),
            (_("Power supply"), self.supply),
            (_("Heat valve"), self.valve),
        )
        by_radio: tuple[tuple[str, QWidget], ...] = (
            (_("Expected interval, s"), self.interval),
            (_("Key"), self.key),
        )
        for title, field in by_radio if is_radio(self._link) else wired:
            field.setAccessibleName(title)
            form.addRow(label(title), field)
        titles = {
            SILENT: _("Alarm when it is silent beyond its interval"),
            WRONG_KEY: _("Alarm when its key does not fit"),
            SUPPLY: _("Alarm when nobody knows whether heat is connected"),
        }
        for name in alarms_of(self._link):
            tick = self.alarms[name] = QCheckBox(titles[name])
            form.addRow(tick)
        lay_form(self, (self.notice, inside, self.verdict), (self.save,))
        for each in (self.unit, self.interval, self.patience):
            each.textEdited.connect(lambda _text: self._weigh())

    def _show(self) -> None:
        options = self._device.options
        self.unit.setText(str(self._device.unit))
        self.interval.setText(_number(options.get("interval_s")))
        self.interval.setPlaceholderText(_("by itself"))
        self.patience.setText(_number(options.get("patience_s")))
        self.patience.setPlaceholderText(_("by the baud rate"))
        self.supply.setCurrentIndex(_place(SUPPLIES, options.get("supply")))
        self.valve.setCurrentIndex(_place(VALVE_KINDS, options.get("valve_kind")))
        self.valve.setEnabled(has_valve(self._device))
        for name, tick in self.alarms.items():
            tick.setChecked(options.get(name) is not False)

    def _weigh(self) -> None:
        """Say what is wrong while one types."""
        try:
            self.device()
        except BadInput as error:
            fault = str(error)
        else:
            fault = ""
        self.save.setEnabled(not fault)
        self.verdict.setText(fault)

    def _ask_key(self) -> None:
        context = self._context
        if not context.viewer.rights.whole(Capability.EDIT_DEVICES):
            self.key.setText(_("told to who may edit all devices"))
            return
        self.key.setText("…")
        asked = context.asked.radio.keys(context.viewer)
        context.asking.ask(asked, owner=self, done=self._tell_key, failed=self._fail)

    def _tell_key(self, keys: Sequence[MeterKey]) -> None:
        own = str(self._device.options.get("secondary") or self._device.serial)
        there = own.strip().upper().zfill(_DIGITS) in {each.meter.upper() for each in keys}
        self.key.setText(_("kept, sealed") if there else _("none is kept"))

    def _save(self) -> None:
        context = self._context
        self.save.setEnabled(False)
        context.asking.ask(
            context.asked.project.put_device(context.viewer, self.device(), "", self._device),
            owner=self,
            done=self._saved,
            failed=self._fail,
        )

    def _saved(self, _answer: object) -> None:
        self.kept.emit()
        self.accept()

    def _fail(self, error: PlantError) -> None:
        self.notice.tell(str(error))
        self._weigh()


def _number(value: Option) -> str:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return ""
    return f"{value:g}"


def _place(known: Sequence[str], value: Option) -> int:
    return known.index(str(value)) if value in known else 0
