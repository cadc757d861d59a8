"""A line of controls that goes on in the next one when the window is too narrow for it."""

from collections.abc import Sequence

from PyQt6.QtCore import QPoint, QRect, QSize, Qt
from PyQt6.QtWidgets import QLayout, QLayoutItem, QWidget


class FlowLine(QLayout):
    """Places controls side by side and breaks the line before it cuts one of them.

    What is added after `push_right` stands at the right edge, as far as it shares its
    line with others; in a line of its own it begins at the left.
    """

    def __init__(self, parent: QWidget | None = None, gap_px: int = 8) -> None:
        super().__init__(parent)
        self.setContentsMargins(0, 0, 0, 0)
        self.setSpacing(gap_px)
        self._items: list[QLayoutItem] = []
        self._right_from: int | None = None

    def push_right(self) -> None:
        """Let what is added from here on stand at the right edge."""
        self._right_from = len(self._items)

    def addItem(self, item: QLayoutItem | None) -> None:  # noqa: N802 - Qt's name
        if item is not None:
            self._items.append(item)

    def count(self) -> int:
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:  # noqa: N802 - Qt's name
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:  # noqa: N802 - Qt's name
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:  # noqa: N802 - Qt's name
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        around = self.contentsMargins()
        lines = self._lines(width - around.left() - around.right())
        tall = sum(map(_height, lines)) + self.spacing() * max(len(lines) - 1, 0)
        return tall + around.top() + around.bottom()

    def sizeHint(self) -> QSize:
        shown = self._shown()
        wide = sum(size.width() for _item, size in shown) + self.spacing() * (len(shown) - 1)
        return QSize(max(wide, 0), _height(shown)).grownBy(self.contentsMargins())

    def minimumSize(self) -> QSize:  # noqa: N802 - Qt's name
        shown = [item.minimumSize() for item in self._items if not item.isEmpty()]
        wide = max((size.width() for size in shown), default=0)
        tall = max((size.height() for size in shown), default=0)
        return QSize(wide, tall).grownBy(self.contentsMargins())

    def setGeometry(self, rect: QRect) -> None:  # noqa: N802 - Qt's name
        super().setGeometry(rect)
        rect = rect.marginsRemoved(self.contentsMargins())
        top = rect.top()
        for line in self._lines(rect.width()):
            height = _height(line)
            left = rect.left()
            for item, size in line:
                if self._begins_right(item, line):
                    left = max(left, rect.right() + 1 - self._rest(item, line))
                above = (height - size.height()) // 2
                item.setGeometry(QRect(QPoint(left, top + above), size))
                left += size.width() + self.spacing()
            top += height + self.spacing()

    def _shown(self) -> list[tuple[QLayoutItem, QSize]]:
        return [(item, item.sizeHint()) for item in self._items if not item.isEmpty()]

    def _lines(self, width: int) -> list[list[tuple[QLayoutItem, QSize]]]:
        """Return the controls line by line, each with its size."""
        lines: list[list[tuple[QLayoutItem, QSize]]] = []
        used = 0
        for item, wished in self._shown():
            size = wished
            if size.width() > width:
                tall = item.heightForWidth(width) if item.hasHeightForWidth() else size.height()
                size = QSize(width, tall)
            needed = used + self.spacing() + size.width() if lines else width + 1
            if needed > width or used + self.spacing() + self._group(item) > width:
                lines.append([])
                needed = size.width()
            lines[-1].append((item, size))
            used = needed
        return lines

    def _group(self, item: QLayoutItem) -> int:
        """Return how wide all right ones are when ``item`` is their first, else 0."""
        right = [] if self._right_from is None else self._items[self._right_from :]
        shown = [each for each in right if not each.isEmpty()]
        if not shown or shown[0] is not item:
            return 0  # they stay together as long as a line has room for them
        return sum(each.sizeHint().width() + self.spacing() for each in shown) - self.spacing()

    def _begins_right(
        self, item: QLayoutItem, line: Sequence[tuple[QLayoutItem, QSize]]
    ) -> bool:
        """Whether an item is the first of the right ones in a line of both sorts."""
        if self._right_from is None or line[0][0] in self._items[self._right_from :]:
            return False
        right = [each for each, _size in line if each in self._items[self._right_from :]]
        return bool(right) and right[0] is item

    def _rest(self, item: QLayoutItem, line: Sequence[tuple[QLayoutItem, QSize]]) -> int:
        """Return how wide the line is from ``item`` on."""
        at = [each for each, _size in line].index(item)
        sizes = [size.width() for _item, size in line[at:]]
        return sum(sizes) + self.spacing() * (len(sizes) - 1)


def _height(line: Sequence[tuple[QLayoutItem, QSize]]) -> int:
    return max((size.height() for _item, size in line), default=0)
