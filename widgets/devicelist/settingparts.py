"""Parts of the bulk change: which setting, which value, and asking the devices for theirs."""

import asyncio
from collections.abc import Sequence
from functools import partial

from PyQt6.QtCore import QObject, Qt, pyqtSignal
from PyQt6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.errors import PlantError
from app.model.point import PointSpec
from app.model.reading import DeviceId, Reading
from app.words import _
from widgets.controls.card import GAP, Search
from widgets.controls.plain import label, sentence, tip
from widgets.controls.quality import figures
from widgets.controls.settingeditor import choices_of
from widgets.controls.still import still
from widgets.models.bulkchange import Offered
from widgets.pagetype import PageContext
from widgets.theme import Look

_AT_ONCE = 8  # devices asked at the same time
_LIST_PX, _FIELD_PX = 320, 160
_ROLE = Qt.ItemDataRole.UserRole


class SettingList(QWidget):
    """The settings the devices have, narrowed as one types."""

    picked = pyqtSignal(object)  # an `Offered`

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.search = Search(_("Find setting or ID"), look, _LIST_PX)
        self.search.textChanged.connect(self._find)
        self.list = QListWidget()
        self.list.setAccessibleName(_("Setting"))
        self.list.setFixedWidth(self.search.width())
        self.list.setObjectName("choices")
        self.list.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.currentItemChanged.connect(lambda now, _before: self._pick(now))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GAP)
        column.addWidget(self.search)
        column.addWidget(self.list, 1)

    def offer(self, settings: Sequence[Offered], devices: int) -> None:
        """Show what there is to choose from; ``devices`` is how many were chosen."""
        for offered in settings:
            words = offered.words
            if offered.count < devices:
                told = _("{setting} ({count} of {all} devices)")
                words = told.format(setting=words, count=offered.count, all=devices)
            item = QListWidgetItem(words)
            item.setData(_ROLE, offered)
            item.setToolTip(tip(words))
            self.list.addItem(item)

    def _find(self, text: str) -> None:
        words = text.casefold().split()
        for at in range(self.list.count()):
            item = self.list.item(at)
            if item is not None:
                item.setHidden(not all(word in item.text().casefold() for word in words))

    def _pick(self, item: QListWidgetItem | None) -> None:
        if item is not None:
            self.picked.emit(item.data(_ROLE))


class ValueField(QWidget):
    """The new value: typed, or chosen where the setting knows only some; with its limits."""

    changed = pyqtSignal(str)

    def __init__(self) -> None:
        super().__init__()
        self.line, self.choice = QLineEdit(), still(QComboBox())
        for each in (self.line, self.choice):
            each.setAccessibleName(_("New value"))
            each.setMinimumWidth(_FIELD_PX)
        self.choice.hide()
        self._limits = sentence("", "quiet")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(label(_("New value")))
        row.addWidget(self.line)
        row.addWidget(self.choice)
        row.addWidget(self._limits, 1)
        self.line.textChanged.connect(self.changed)
        self.choice.currentTextChanged.connect(self.changed)

    @property
    def text(self) -> str:
        """What was typed or chosen."""
        return self.line.text() if self.choice.isHidden() else self.choice.currentText()

    def begin(self, spec: PointSpec) -> None:
        """Ask for a value of this setting; nothing is wished yet."""
        words, rules = choices_of(spec), spec.write
        self.blockSignals(True)
        self.choice.clear()
        self.choice.addItems(["", *words])
        self.line.clear()
        self.blockSignals(False)
        self.choice.setVisible(bool(words))
        self.line.setVisible(not words)
        told = ""
        if not words and rules is not None:
            least, most = rules.minimum, rules.maximum
            if least is not None and most is not None:
                told = _("{minimum} … {maximum} {unit}").format(
                    minimum=figures(least, spec.decimals),
                    maximum=figures(most, spec.decimals),
                    unit=spec.unit,
                )
        self._limits.setText(told.strip())

    def clear(self) -> None:
        """Wish nothing any more, telling nobody."""
        self.blockSignals(True)
        self.line.clear()
        self.choice.setCurrentIndex(0)
        self.blockSignals(False)


class BulkReading(QObject):
    """Asks devices themselves for one setting, some at a time (GUI thread)."""

    read = pyqtSignal(str, object, str)  # device, its `Reading` or None, why there is none
    finished = pyqtSignal()

    def __init__(self, context: PageContext, parent: QObject) -> None:
        super().__init__(parent)
        self._context = context
        self._key = ""
        self._open = 0

    @property
    def under_way(self) -> bool:
        """Whether some device has not answered yet."""
        return self._open > 0

    def begin(self, devices: Sequence[DeviceId], key: str) -> None:
        """Ask; answers to an earlier question are no longer told."""
        context, turns = self._context, asyncio.Semaphore(_AT_ONCE)

        async def one(device: DeviceId) -> Sequence[Reading]:
            async with turns:
                return await context.asked.plant.read_now(context.viewer, device, [key])

        self._key, self._open = key, len(devices)
        for device in devices:
            context.asking.ask(
                one(device),
                owner=self,
                done=partial(self._take, key, device),
                failed=partial(self._miss, key, device),
            )

    def _take(self, key: str, device: DeviceId, readings: Sequence[Reading]) -> None:
        reading = next(iter(readings), None)
        why = reading.reason if reading is not None else ""
        self._tell(key, device, reading, why or _("It told no value."))

    def _miss(self, key: str, device: DeviceId, error: PlantError) -> None:
        self._tell(key, device, None, str(error))

    def _tell(self, key: str, device: DeviceId, reading: Reading | None, why: str) -> None:
        if key != self._key:
            return
        self._open -= 1
        self.read.emit(device, reading, why)
        if not self.under_way:
            self.finished.emit()
