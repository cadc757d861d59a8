"""The palette itself: a field and what it found, over whatever page is in front."""

from collections.abc import Callable, Sequence

from PyQt6.QtCore import QEvent, QModelIndex, QObject, QRect, QSize, Qt, QTimer, pyqtSignal
from PyQt6.QtGui import QColor, QFocusEvent, QKeyEvent, QPainter
from PyQt6.QtWidgets import (
    QFrame,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from app.words import _
from widgets.controls.card import Search
from widgets.controls.plain import label
from widgets.controls.quality import figures
from widgets.desk import Desk
from widgets.fonts import BODY_PX, SMALL_PX, font
from widgets.icons import drawing, pixel_ratio
from widgets.pagetype import Page
from widgets.palette.finder import MOST_FOUND, Entry, EntryKind, Finder
from widgets.palette.sources import Sources, kind_word
from widgets.theme import Look

WIDTH_PX, ROW_PX, MOST_ROWS = 640, 36, 12
_TOP_PX = 8
RECENT = "palette.recent"
_MOST_RECENT = 12
_DRAWINGS = {
    EntryKind.DEVICE: "plant",
    EntryKind.PAGE: "overview",
    EntryKind.PART: "chevron-right",
    EntryKind.ALARM: "alarm",
    EntryKind.REPORT: "report",
    EntryKind.COMMAND: "admin",
}
_ENTRY = Qt.ItemDataRole.UserRole
# A menu over it, or another program for a moment: it is still wanted afterwards.
_STAYS = (Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason)


class Palette(QFrame):
    """Opens over the window; Enter goes where the marked row leads, Esc closes."""

    opening = pyqtSignal()

    def __init__(self, sources: Sources, look: Look, desk: Desk, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("palette")
        self.setAccessibleName(_("Find a device, page, alarm or command"))
        self._sources, self._desk = sources, desk
        self._finder = Finder(())
        self._before: QWidget | None = None
        self.field = Search(_("Device, page, alarm, command…"), look, WIDTH_PX - 24)
        self.list = QListWidget()
        self.list.setAccessibleName(_("What was found"))
        self.list.setItemDelegate(_Row(look, self.list))
        self.list.setUniformItemSizes(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the arrows work from the field
        self.list.itemClicked.connect(self._take)
        self._nothing = label(_("Nothing is called so"), "quiet")
        self.more = label("", "quiet")
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 12)
        column.setSpacing(8)
        for each in (self.field, self.list, self._nothing, self.more):
            column.addWidget(each)
        self.setFixedWidth(WIDTH_PX)
        self.field.textChanged.connect(self._search)
        self.field.installEventFilter(self)
        self.hide()

    def open(self) -> None:
        """Show what there is now, with an empty field."""
        window = self.parentWidget()
        if window is None:
            return
        self.opening.emit()
        self._before = window.focusWidget()
        self._finder = Finder(self._sources.entries())
        self.field.clear()
        self._search("")
        self._sources.ask_papers(self, self._add)
        self.move((window.width() - self.width()) // 2, _TOP_PX)
        self.show()
        self.raise_()
        self.field.setFocus()

    def _add(self, entries: Sequence[Entry]) -> None:
        """Let these be found too; the row that is marked stays marked."""
        self._finder.add(entries)
        if not self.isVisible() or not self.field.text():
            return
        marked = self.list.currentItem()
        entry = marked.data(_ENTRY) if marked is not None else None
        self._search(self.field.text())
        for at in range(self.list.count()):
            item = self.list.item(at)
            if item is not None and item.data(_ENTRY) == entry:
                self.list.setCurrentRow(at)

    def close_again(self) -> None:
        """Go back to where the keys went before."""
        self.hide()
        if self._before is not None:
            self._before.setFocus()
            self._before = None

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:
        if isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress:
            act = self._keys().get(Qt.Key(event.key()))
            if act is not None:
                act()
                return True
        if (
            isinstance(event, QFocusEvent)
            and event.type() is QEvent.Type.FocusOut
            and self.isVisible()
        ):
            self._left(event.reason())
        return super().eventFilter(watched, event)

    def _left(self, reason: Qt.FocusReason) -> None:
        """Close when a person went elsewhere; a page that gets ready takes no keys away."""
        if reason is Qt.FocusReason.OtherFocusReason:
            QTimer.singleShot(0, self._take_keys_back)
        elif reason not in _STAYS:
            self.hide()

    def _take_keys_back(self) -> None:
        window = self.parentWidget()
        now = window.focusWidget() if window is not None else None
        if self.isVisible() and now is not None and _is_of_a_page(now):
            self._before = now
            self.field.setFocus()
        elif now is not self.field:
            self.hide()

    def _keys(self) -> dict[Qt.Key, Callable[[], None]]:
        return {
            Qt.Key.Key_Down: lambda: self._step(1),
            Qt.Key.Key_Up: lambda: self._step(-1),
            Qt.Key.Key_PageDown: lambda: self._step(MOST_ROWS),
            Qt.Key.Key_PageUp: lambda: self._step(-MOST_ROWS),
            Qt.Key.Key_Return: self._enter,
            Qt.Key.Key_Enter: self._enter,
            Qt.Key.Key_Escape: self.close_again,
        }

    def _step(self, by: int) -> None:
        rows = self.list.count()
        if rows:
            wanted = self.list.currentRow() + by
            last = rows - 1
            single = abs(by) == 1
            self.list.setCurrentRow(wanted % rows if single else min(max(wanted, 0), last))

    def _enter(self) -> None:
        item = self.list.currentItem()
        if item is not None:
            self._take(item)

    def _search(self, text: str) -> None:
        recent = self._recent()
        found = self._finder.find(text, recent)
        short = self._sources.split(text)
        if short != text:
            devices = self._finder.find(short, recent)
            found = [*self._sources.parts(text, devices), *found]
        self.list.clear()
        for entry in found:
            item = QListWidgetItem(entry.title)
            item.setData(_ENTRY, entry)
            said = (kind_word(entry.kind), entry.title, entry.hint)
            item.setData(
                Qt.ItemDataRole.AccessibleTextRole, ", ".join(part for part in said if part)
            )
            self.list.addItem(item)
        self.list.setCurrentRow(0)
        words = _("The best {shown} of {count}. Type more to find fewer.")
        fitting = self._finder.fitting
        self.more.setText(words.format(shown=MOST_FOUND, count=figures(fitting, 0)))
        self.more.setVisible(fitting > MOST_FOUND)
        self._nothing.setVisible(not found)
        self.list.setVisible(bool(found))
        self.list.setFixedHeight(min(len(found), MOST_ROWS) * ROW_PX)
        self.adjustSize()

    def _recent(self) -> Sequence[tuple[EntryKind, str]]:
        kept = self._desk.value(RECENT, [])
        found = []
        for each in kept if isinstance(kept, list) else []:
            if isinstance(each, list) and len(each) == 2:  # noqa: PLR2004 - kind and id
                kind, name = each
                if kind in {known.value for known in EntryKind}:
                    found.append((EntryKind(kind), str(name)))
        return found

    def _take(self, item: QListWidgetItem) -> None:
        entry = item.data(_ENTRY)
        if not isinstance(entry, Entry):
            return
        self.close_again()
        choice = (entry.kind, entry.id)
        rest = [each for each in self._recent() if each != choice]
        newest = [choice, *rest][:_MOST_RECENT]
        self._desk.keep(RECENT, [[kind.value, name] for kind, name in newest])
        self._sources.go(entry)


class _Row(QStyledItemDelegate):
    """Icon, title, quiet hint, and at the right what it is."""

    def __init__(self, look: Look, parent: QWidget) -> None:
        super().__init__(parent)
        self._look = look

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex) -> QSize:
        return QSize(option.rect.width(), ROW_PX)

    def paint(
        self, painter: QPainter | None, option: QStyleOptionViewItem, index: QModelIndex
    ) -> None:
        entry = index.data(_ENTRY)
        if painter is None or not isinstance(entry, Entry):
            return
        theme, box = self._look.theme, option.rect
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.save()
        if chosen:
            painter.fillRect(box, QColor(theme.selection))
            edge = QRect(box.left(), box.top(), 3, box.height())
            painter.fillRect(edge, QColor(theme.accent))
        ratio = pixel_ratio(painter)
        picture = drawing(_DRAWINGS[entry.kind], theme, 16, "process_line", ratio)
        painter.drawPixmap(box.left() + 12, box.center().y() - 8, picture)
        inside = box.adjusted(40, 0, -12, 0)
        kind = kind_word(entry.kind)
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.setFont(font(SMALL_PX))
        painter.setPen(QColor(theme.quiet))
        painter.drawText(inside, Qt.AlignmentFlag.AlignRight | middle, kind)
        inside.setRight(inside.right() - painter.fontMetrics().horizontalAdvance(kind) - 16)
        painter.setFont(font(BODY_PX, strong=chosen))
        painter.setPen(QColor(theme.text))
        metrics = painter.fontMetrics()
        title = metrics.elidedText(entry.title, Qt.TextElideMode.ElideRight, inside.width())
        painter.drawText(inside, Qt.AlignmentFlag.AlignLeft | middle, title)
        inside.setLeft(inside.left() + metrics.horizontalAdvance(title) + 12)
        painter.setFont(font(SMALL_PX))
        painter.setPen(QColor(theme.quiet))
        hint = painter.fontMetrics().elidedText(
            entry.hint, Qt.TextElideMode.ElideRight, max(inside.width(), 0)
        )
        painter.drawText(inside, Qt.AlignmentFlag.AlignLeft | middle, hint)
        painter.restore()


def _is_of_a_page(widget: QWidget | None) -> bool:
    while widget is not None and not isinstance(widget, Page):
        widget = widget.parentWidget()
    return widget is not None
