"""Chooses with what a device's settings are compared: another device, or a filed report."""

from collections.abc import Sequence

from PyQt6.QtCore import QSize, Qt
from PyQt6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.asked import DeviceView, Document
from app.errors import BadInput
from app.model.reading import DeviceId
from app.words import _
from widgets.controls.card import GAP, Search
from widgets.controls.moments import day_text
from widgets.controls.plain import label, sentence, tip
from widgets.models.settingcompare import Tolerance, tolerance_of
from widgets.pagetype import PageContext

_ROLE = Qt.ItemDataRole.UserRole
_ROW = QSize(0, 28)  # as wide as the list, so that a long name ends in dots
Reference = DeviceId | Document


class ReferenceDialog(QDialog):
    """One list of devices of the same application first, reports of this device before them."""

    def __init__(
        self,
        context: PageContext,
        device: DeviceId,
        reports: Sequence[Document],
        parent: QWidget,
        *,
        title: str,
        tolerance: bool,
    ) -> None:
        """``reports`` are offered beside the devices; none where only a device will do."""
        super().__init__(parent)
        self.setWindowTitle(title)
        self.resize(520, 560)
        self.search = Search(_("Find a device or report"), context.look, 320)
        self.list = QListWidget()
        self.list.setAccessibleName(title)
        self.list.setObjectName("choices")
        self.list.setUniformItemSizes(True)  # the first one is asked alone
        for report in reports:
            words = _("Report of {day}: {title}").format(
                day=day_text(report.created_at, context.zone), title=report.title
            )
            self._add(words, report)
        for view in _alike(context, device):
            parts = (view.config.name, view.config.area, view.label)
            self._add(" · ".join(part for part in parts if part), view.config.id)
        self.tolerance = QLineEdit()
        self.tolerance.setAccessibleName(_("Tolerance"))
        self.tolerance.setPlaceholderText(_("for example 0.5 or 2 %"))
        self.says = label("", "fault")
        self.buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        self.buttons.accepted.connect(self._finish)
        self.buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setSpacing(GAP)
        column.addWidget(self.search)
        column.addWidget(self.list, 1)
        if tolerance:
            form = QFormLayout()
            form.addRow(label(_("Tolerance")), self.tolerance)
            column.addLayout(form)
            column.addWidget(
                sentence(_("Numbers that lie no farther apart count as the same."))
            )
        column.addWidget(self.says)
        column.addWidget(self.buttons)
        self.list.itemActivated.connect(lambda _item: self._finish())
        self.list.currentRowChanged.connect(lambda _row: self._weigh())
        self.search.textChanged.connect(self._find)
        self.list.setCurrentRow(0)
        self._weigh()

    def chosen(self) -> Reference | None:
        """Return the device or report the focus is on."""
        item = self.list.currentItem()
        if item is None or item.isHidden():
            return None
        found: Reference = item.data(_ROLE)
        return found

    def allowed(self) -> Tolerance:
        """Return the tolerance that was typed."""
        return tolerance_of(self.tolerance.text())

    def _add(self, words: str, reference: Reference) -> None:
        item = QListWidgetItem(words)
        item.setData(_ROLE, reference)
        item.setSizeHint(_ROW)  # uniform sizes are taken before the style is known
        item.setToolTip(tip(words))
        self.list.addItem(item)

    def _find(self, text: str) -> None:
        words = text.casefold().split()
        first = -1
        for at in range(self.list.count()):
            item = self.list.item(at)
            if item is None:
                continue
            there = all(word in item.text().casefold() for word in words)
            item.setHidden(not there)
            first = at if there and first < 0 else first
        self.list.setCurrentRow(first)
        self._weigh()

    def _weigh(self) -> None:
        ok = self.buttons.button(QDialogButtonBox.StandardButton.Ok)
        if ok is not None:
            ok.setEnabled(self.chosen() is not None)

    def _finish(self) -> None:
        try:
            self.allowed()
        except BadInput as error:
            self.says.setText(str(error))
            self.tolerance.setFocus()
            return
        if self.chosen() is not None:
            self.accept()


def _alike(context: PageContext, device: DeviceId) -> list[DeviceView]:
    """Return the other devices, those of the same application first."""
    views = context.directory.views
    own = next((each.label for each in views if each.config.id == device), "")
    others = [each for each in views if each.config.id != device and each.label]
    return sorted(others, key=lambda each: (each.label != own, each.config.name.casefold()))
