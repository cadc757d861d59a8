"""Containers that show what lies in them when they are shown themselves (GUI thread).

Qt's own show it at once: a page that is still being put together is then dressed by the
style sheet from the innermost part outwards, and undressed and dressed again, all of it,
each time one part is laid into the next. That took a third of the opening of a page of
three hundred widgets.
"""

from PyQt6.QtCore import QEvent, Qt
from PyQt6.QtWidgets import QScrollArea, QStackedWidget, QWidget

_DRESSED = Qt.WidgetAttribute.WA_WState_Polished


class Stack(QStackedWidget):
    """A `QStackedWidget` whose widgets wait for it to be shown; the first is in front."""

    def __init__(self) -> None:
        super().__init__()
        self._waiting: list[QWidget] | None = []
        self._front = 0

    def addWidget(self, widget: QWidget | None) -> int:
        if self._waiting is None or widget is None:
            return super().addWidget(widget)
        widget.setParent(self)
        self._waiting.append(widget)
        return len(self._waiting) - 1

    def count(self) -> int:
        return super().count() if self._waiting is None else len(self._waiting)

    def widget(self, at: int) -> QWidget | None:
        if self._waiting is None:
            return super().widget(at)
        return self._waiting[at] if 0 <= at < len(self._waiting) else None

    def indexOf(self, widget: QWidget | None) -> int:
        if self._waiting is None:
            return super().indexOf(widget)
        return next((at for at, each in enumerate(self._waiting) if each is widget), -1)

    def currentIndex(self) -> int:
        if self._waiting is None:
            return super().currentIndex()
        return self._front if self._waiting else -1

    def currentWidget(self) -> QWidget | None:
        return self.widget(self.currentIndex())

    def setCurrentIndex(self, at: int) -> None:
        if self._waiting is None:
            super().setCurrentIndex(at)
        elif 0 <= at < len(self._waiting):
            self._front = at

    def setCurrentWidget(self, widget: QWidget | None) -> None:
        self.setCurrentIndex(self.indexOf(widget))

    def event(self, event: QEvent | None) -> bool:
        if (
            event is not None
            and event.type() == QEvent.Type.Polish
            and self._waiting is not None
        ):
            widgets, self._waiting = self._waiting, None
            for each in widgets:
                super().addWidget(each)
            super().setCurrentIndex(self._front)
        return super().event(event)


class Scrolled(QScrollArea):
    """A `QScrollArea` that takes what it scrolls when it is shown."""

    def __init__(self) -> None:
        super().__init__()
        self._waiting: QWidget | None = None

    def setWidget(self, widget: QWidget | None) -> None:
        if widget is None or self.testAttribute(_DRESSED):
            super().setWidget(widget)
            return
        widget.setParent(self)
        self._waiting = widget

    def widget(self) -> QWidget | None:
        return super().widget() if self._waiting is None else self._waiting

    def event(self, event: QEvent | None) -> bool:
        if (
            event is not None
            and event.type() == QEvent.Type.Polish
            and self._waiting is not None
        ):
            widget, self._waiting = self._waiting, None
            super().setWidget(widget)
        return super().event(event)


def _dresses(event: QEvent | None) -> bool:
    """Whether Qt says that a widget gets its look: it is about to be shown or measured."""
    return event is not None and event.type() == QEvent.Type.Polish
