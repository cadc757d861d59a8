"""The bar below the device table: what may be done with all devices chosen."""

from collections.abc import Sequence

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QFrame, QHBoxLayout, QMessageBox, QWidget

from app.asked import DeviceView
from app.verbs import Capability, Viewer
from app.words import _, ngettext
from widgets.controls.card import PAD, Elided
from widgets.controls.plain import button, label
from widgets.controls.quality import figures
from widgets.theme import Look

_HEIGHT_PX = 52
_MOST_NAMED = 12


class BulkBar(QFrame):
    """Appears only with a selection; covers no row."""

    enabling = pyqtSignal()
    disabling = pyqtSignal()
    grouping = pyqtSignal()
    comparing = pyqtSignal()
    comparing_periods = pyqtSignal()
    changing = pyqtSignal()
    clearing = pyqtSignal()

    def __init__(self, viewer: Viewer, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("applyline")
        self.setFixedHeight(_HEIGHT_PX)
        self._may = viewer.may(Capability.EDIT_DEVICES)
        self.count = label("", "strong")
        self.names = Elided("", "quiet")
        self.compare = button(_("Compare"), self.comparing.emit, look=look, drawing="trend")
        self.periods = button(
            _("Two periods"), self.comparing_periods.emit, look=look, drawing="columns"
        )
        self.group = button(_("Add to group…"), self.grouping.emit, look=look, drawing="add")
        self.change = button(
            _("Change a setting…"), self.changing.emit, look=look, drawing="edit"
        )
        self.change.setEnabled(viewer.may(Capability.WRITE_PRIMARY))
        self.enable = button(_("Enable"), self.enabling.emit, look=look, drawing="check")
        self.disable = button(_("Disable…"), self.disabling.emit, look=look, drawing="close")
        self.clear = button(_("Clear  Esc"), self.clearing.emit, role="bare")
        row = QHBoxLayout(self)
        row.setContentsMargins(PAD, 0, PAD, 0)
        row.setSpacing(8)
        row.addWidget(self.count)
        row.addWidget(self.names, 1)
        acts = (self.change, self.enable, self.disable, self.clear)
        for each in (self.compare, self.periods, self.group, *acts):
            row.addWidget(each)
        self.hide()

    def show_chosen(self, views: Sequence[DeviceView], *, busy: bool = False) -> None:
        """Show what is chosen; the bar goes away with the last of them."""
        count = len(views)
        self.count.setText(
            ngettext("{count} selected", "{count} selected", count).format(
                count=figures(count, 0)
            )
        )
        self.names.setText(", ".join(view.config.name for view in views[:_MOST_NAMED]))
        self.enable.setEnabled(
            self._may and not busy and any(not view.config.enabled for view in views)
        )
        self.disable.setEnabled(
            self._may and not busy and any(view.config.enabled for view in views)
        )
        self.setVisible(bool(views))


def agrees_to_disable(views: Sequence[DeviceView], parent: QWidget) -> bool:
    """Ask once, naming the devices that would no longer be read."""
    names = [view.config.name for view in views if view.config.enabled]
    more = len(names) - _MOST_NAMED
    listed = "\n".join(names[:_MOST_NAMED])
    if more > 0:
        told = ngettext("… and {count} more", "… and {count} more", more)
        listed = f"{listed}\n{told.format(count=figures(more, 0))}"
    box = QMessageBox(parent)
    box.setTextFormat(box.textFormat().PlainText)
    box.setIcon(QMessageBox.Icon.NoIcon)
    box.setWindowTitle(_("Disable devices"))
    box.setText(
        ngettext(
            "Disable {count} device? It is no longer read, keeps no history and raises no "
            "alarm.",
            "Disable {count} devices? They are no longer read, keep no history and raise no "
            "alarms.",
            len(names),
        ).format(count=figures(len(names), 0))
    )
    box.setInformativeText(listed)
    stay = box.addButton(_("Go back"), QMessageBox.ButtonRole.RejectRole)
    leave = box.addButton(_("Disable"), QMessageBox.ButtonRole.DestructiveRole)
    box.setDefaultButton(stay)
    box.exec()
    agreed = box.clickedButton() is leave
    box.deleteLater()
    return agreed
