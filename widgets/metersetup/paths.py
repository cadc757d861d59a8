"""By which ways a meter is read: in their order, one added or taken out, one made the best."""

from collections.abc import Sequence

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtWidgets import QHBoxLayout, QListWidget, QListWidgetItem, QWidget

from app.asked import DeviceView
from app.errors import PlantError
from app.model.paths import KIND, MOST_PATHS, meters_of_paths, paths_of
from app.model.reading import DeviceId
from app.words import _
from widgets.controls.fitted import FittedDialog
from widgets.controls.formlayout import lay_form
from widgets.controls.marks import presence_word
from widgets.controls.namechoice import NameChoice
from widgets.controls.notice import Notice
from widgets.controls.plain import button, sentence, tip
from widgets.metersetup.options import is_meter
from widgets.pagetype import PageContext

_WIDTH_PX, _LIST_PX = 520, 140
_ID = Qt.ItemDataRole.UserRole


class PathsDialog(FittedDialog):
    """``kept`` once the paths are saved; the first in the list is the best."""

    kept = pyqtSignal()

    def __init__(
        self,
        context: PageContext,
        view: DeviceView,
        views: Sequence[DeviceView],
        parent: QWidget,
    ) -> None:
        super().__init__(parent, _WIDTH_PX)
        self.setWindowTitle(_("Ways to read {name}").format(name=view.config.name))
        self._context, self._own = context, view.config
        self._views = {each.config.id: each for each in views}
        self.notice = Notice(context.look)
        self.paths, self.others = QListWidget(), NameChoice()
        self.add = button(_("Add this way"), self._add)
        self.less = button(_("Take out"), self._remove)
        self.best = button(_("Make it the best"), self._first)
        self.save = button(_("Save"), self._save, role="primary")
        self._build()
        for each in paths_of(view.config) or (view.config.id,):
            self._put(each)
        self.paths.setCurrentRow(0)
        self._weigh()

    def wished(self) -> list[DeviceId]:
        """Return the paths as they stand in the list, the best first."""
        return [DeviceId(self._item(row).data(_ID)) for row in range(self.paths.count())]

    def _build(self) -> None:
        self.paths.setAccessibleName(_("Ways, the best first"))
        self.paths.setObjectName("choices")
        self.paths.setFixedHeight(_LIST_PX)
        self.others.setAccessibleName(_("Another device that reads the same meter"))
        taken = meters_of_paths(each.config for each in self._views.values())
        for device, view in self._views.items():
            free = device not in taken and not paths_of(view.config)
            if free and device != self._own.id and is_meter(view.link):
                self.others.addItem(f"{view.config.name} · {view.link.name}", device)
        said = sentence(
            _(
                "The first way that answers tells each value; the next one carries on when it "
                "falls out. Every value says by which way it came."
            )
        )
        order, more = _beside(None, self.best, self.less), _beside(self.others, self.add)
        parts = (self.notice, said, self.paths, order, more)
        lay_form(self, parts, (self.save,))
        self.paths.currentRowChanged.connect(lambda _row: self._weigh())

    def _put(self, device: DeviceId, row: int | None = None) -> None:
        view = self._views.get(device)
        name = device if view is None else f"{view.config.name} · {view.link.name}"
        if view is not None:
            name += f" · {presence_word(view.standing.presence)}"
        item = QListWidgetItem(name)
        item.setData(_ID, device)
        item.setToolTip(tip(name))
        self.paths.insertItem(self.paths.count() if row is None else row, item)

    def _item(self, row: int) -> QListWidgetItem:
        item = self.paths.item(row)
        if item is None:
            raise LookupError(f"no path stands in row {row}")
        return item

    def _add(self) -> None:
        self._put(DeviceId(self.others.currentData()))
        self.others.removeItem(self.others.currentIndex())
        self._weigh()

    def _remove(self) -> None:
        device = DeviceId(self._item(self.paths.currentRow()).data(_ID))
        self.paths.takeItem(self.paths.currentRow())
        if device != self._own.id and (view := self._views.get(device)) is not None:
            self.others.addItem(f"{view.config.name} · {view.link.name}", device)
        self._weigh()

    def _first(self) -> None:
        device = DeviceId(self._item(self.paths.currentRow()).data(_ID))
        self.paths.takeItem(self.paths.currentRow())
        self._put(device, 0)
        self.paths.setCurrentRow(0)
        self._weigh()

    def _weigh(self) -> None:
        row, count = self.paths.currentRow(), self.paths.count()
        own_line = row >= 0 and self._item(row).data(_ID) == self._own.id
        self.best.setEnabled(row > 0)
        self.less.setEnabled(count > 1 and row >= 0 and not own_line)
        self.add.setEnabled(self.others.count() > 0 and count < MOST_PATHS)
        before = list(paths_of(self._own) or (self._own.id,))
        self.save.setEnabled(self.wished() != before)

    def _save(self) -> None:
        context = self._context
        self.save.setEnabled(False)
        context.asking.ask(
            context.asked.project.put_paths(context.viewer, self._own.id, self.wished()),
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


def _beside(wide: QWidget | None, *parts: QWidget) -> QWidget:
    """Return the parts in a row behind what takes the room that is left; None is empty room."""
    row = QWidget()
    line = QHBoxLayout(row)
    line.setContentsMargins(0, 0, 0, 0)
    line.setSpacing(8)
    if wide is None:
        line.addStretch(1)
    else:
        line.addWidget(wide, 1)
    for each in parts:
        line.addWidget(each)
    return row


def may_have_paths(view: DeviceView) -> bool:
    """Whether a device is a meter that several ways may lead to."""
    return view.link.kind == KIND or is_meter(view.link)
