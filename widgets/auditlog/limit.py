"""How much room the activity log may take: asked for in MB, told with what follows."""

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtGui import QWheelEvent
from PyQt6.QtWidgets import QSpinBox, QWidget

from app.auditverbs import AuditStorage
from app.errors import PlantError
from app.words import _
from widgets.controls.fitted import FittedDialog
from widgets.controls.formlayout import lay_form
from widgets.controls.notice import Notice
from widgets.controls.plain import button, sentence
from widgets.pagetype import PageContext
from widgets.welcome.fields import Field

_WIDTH_PX = 460
_MB, _MOST_MB = 1_000_000, 1_000_000


class LimitDialog(FittedDialog):
    """``changed`` carries how the log stands with its new room."""

    changed = pyqtSignal(object)  # an `AuditStorage`

    def __init__(self, context: PageContext, storage: AuditStorage, parent: QWidget) -> None:
        super().__init__(parent, _WIDTH_PX)
        self.setWindowTitle(_("Room of the log"))
        self._context = context
        self.notice = Notice(context.look)
        self.room = _Room()
        self.room.setRange(1, _MOST_MB)
        self.room.setSuffix(" MB")
        self.room.setButtonSymbols(QSpinBox.ButtonSymbols.NoButtons)
        self.room.setValue(storage.limit_bytes // _MB)
        self.field = Field(_("The log may take"), self.room)
        self.save = button(_("Save"), self._save, role="primary")
        says = sentence(
            _(
                "At 80 % of its room a warning stands on every desk. When it is full, changes "
                "of the plant are refused until it has room again; reading and acknowledging "
                "alarms go on. The change stands in the log."
            )
        )
        lay_form(self, (self.notice, self.field, says), [self.save])
        self.finished.connect(self.deleteLater)
        self.room.setFocus()
        self.room.selectAll()

    def _save(self) -> None:
        if not self.save.isEnabled():
            return
        self.notice.hide()
        self.save.setEnabled(False)
        context = self._context
        context.asking.ask(
            context.asked.audit.set_limit(context.viewer, self.room.value()),
            owner=self,
            done=self._saved,
            failed=self._fail,
        )

    def _saved(self, storage: AuditStorage) -> None:
        self.changed.emit(storage)
        words = _("The log may take {limit} MB from now on.")
        self._context.work.tell(words.format(limit=storage.limit_bytes // _MB))
        self.accept()

    def _fail(self, error: PlantError) -> None:
        self.save.setEnabled(True)
        self.notice.tell(str(error))


class _Room(QSpinBox):
    def wheelEvent(self, event: QWheelEvent | None) -> None:
        if event is not None:
            event.ignore()
