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
from widgets.controls.confirm import agreed
from widgets.controls.fitted import FittedDialog
from widgets.controls.formlayout import lay_form
from widgets.controls.notice import Notice
from widgets.controls.plain import button, label, sentence
from widgets.metersetup.options import (
    BAUDS,
    ENERGISE,
    FROST,
    HIGHEST_UNIT,
    RELEASE,
    SILENT,
    STATE,
    SUPPLIES,
    SUPPLY,
    VALVE_KINDS,
    WRONG_KEY,
    alarms_of,
    command_of,
    frost_of,
    is_radio,
    made_of,
    require_whole_valve,
    secondary_of,
    seconds_of,
    to_be_confirmed,
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
        self.secondary, self.frost = QLineEdit(), QLineEdit()
        self.supply, self.valve, self.baud = QComboBox(), QComboBox(), QComboBox()
        self.commands = {each: QLineEdit() for each in (ENERGISE, RELEASE, STATE)}
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
            wished["secondary"] = secondary_of(self.secondary.text())
            if unit == HIGHEST_UNIT and not wished["secondary"]:
                raise BadInput(
                    _("Address {unit} needs the meter’s secondary address.").format(unit=unit)
                )
            wished["baud"] = self.baud.currentData()
            for name, title in _commands().items():
                text = self.commands[name].text()
                wished[name] = text.strip() if name == STATE else command_of(text, title)
            require_whole_valve(wished)
            wished[FROST] = frost_of(self.frost.text(), _("Frost guard, °C"))
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
        for rate in BAUDS:
            words = {"": _("as the line"), "auto": _("found by trying")}
            self.baud.addItem(words.get(str(rate), f"{rate} Bd"), rate)
        for word in (_("none"), _("normally open"), _("normally closed")):
            self.valve.addItem(word)
        wired: tuple[tuple[str, QWidget], ...] = (
            (_("Primary address"), self.unit),
            (_("Secondary address"), self.secondary),
            (_("Baud rate"), self.baud),
            (_("Expected interval, s"), self.interval),
            (_("Longest answer, s"), self.patience),
            (_("Power supply"), self.supply),
            (_("Heat valve"), self.valve),
            *((title, self.commands[name]) for name, title in _commands().items()),
            (_("Frost guard, °C"), self.frost),
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
        typed = (self.unit, self.interval, self.patience, self.secondary, self.frost)
        for each in (*typed, *self.commands.values()):
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
        self.secondary.setText(str(options.get("secondary") or ""))
        self.secondary.setPlaceholderText("12345678-KAM-35-04")
        own = str(options.get("baud") or "")
        rates = [str(each) for each in BAUDS]
        if own not in rates:  # of a newer program, or wrong: the core says what is wrong
            self.baud.addItem(own, options.get("baud"))
            rates.append(own)
        self.baud.setCurrentIndex(rates.index(own))
        for name, field in self.commands.items():
            field.setText(str(options.get(name) or ""))
        self.commands[STATE].setPlaceholderText("digital_output")
        self.frost.setText(_number(options.get(FROST)))
        self.frost.setPlaceholderText("5")
        for name, tick in self.alarms.items():
            tick.setChecked(options.get(name) is not False)

    def _weigh(self) -> None:
        """Say what is wrong while one types."""
        self.valve.setEnabled(all(each.text().strip() for each in self.commands.values()))
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
        context, device = self._context, self.device()
        if to_be_confirmed(self._device, device) and not agreed(
            _(
                "From now on the commands of the heat valve are sent to {name} as they stand "
                "here. No maker publishes them, and nobody has verified them."
            ).format(name=device.name),
            _("Save"),
            self,
        ):
            return
        self.save.setEnabled(False)
        context.asking.ask(
            context.asked.project.put_device(context.viewer, device, "", self._device),
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


def _commands() -> dict[str, str]:
    return {
        ENERGISE: _("Command that energises it"),
        RELEASE: _("Command that releases it"),
        STATE: _("Value that tells its state"),
    }


def _number(value: Option) -> str:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return ""
    return f"{value:g}"


def _place(known: Sequence[str], value: Option) -> int:
    return known.index(str(value)) if value in known else 0
