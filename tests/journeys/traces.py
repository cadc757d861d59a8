"""What a process still shows or holds of a plant, wherever it may stand."""

import gc
import threading
from collections.abc import Iterator

import psutil
from PyQt6.QtCore import QAbstractItemModel, QAbstractListModel, QCoreApplication
from PyQt6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QWidget,
)

from tests.pictures.seen import texts
from tests.sweeping import collect


def of_models(view: QAbstractItemView) -> Iterator[str]:
    model = view.model()
    if isinstance(model, QAbstractItemModel):
        columns = 1 if isinstance(model, QAbstractListModel) else model.columnCount()
        for row in range(model.rowCount()):
            for column in range(columns):
                yield str(model.index(row, column).data() or "")


def written(window: QWidget) -> Iterator[str]:
    """Yield every text that is drawn, read aloud, or only waits in a field or a list."""
    yield from (each.text for each in texts(window))
    for each in (window, *window.findChildren(QWidget)):
        yield from (each.toolTip(), each.accessibleName(), each.accessibleDescription())
        yield each.windowTitle()
        if isinstance(each, QLabel | QAbstractButton | QLineEdit):
            yield each.text()
        elif isinstance(each, QPlainTextEdit):
            yield each.toPlainText()
        elif isinstance(each, QComboBox):
            yield from (each.itemText(at) for at in range(each.count()))
        elif isinstance(each, QAbstractItemView):
            yield from of_models(each)


def leftovers(mark: str) -> list[str]:
    """Return what this process still holds of a plant that was left."""
    QCoreApplication.processEvents()  # answers that were under way are dropped
    collect()
    left = [f"thread {each.name}" for each in threading.enumerate() if each.name == "core"]
    left += [f"window {each}" for each in QApplication.topLevelWidgets() if each.isVisible()]
    left += [f"line {each}" for each in psutil.Process().net_connections("tcp")]
    if QApplication.instance() is not None:
        clipboard = QApplication.clipboard()
        assert clipboard is not None
        left += ["clipboard"] if mark in clipboard.text() else []
    for each in gc.get_objects():
        module = str(type(each).__module__)
        if module.startswith(("app.", "widgets.", "flowdiagrams.", "drivers.")):
            for held in _held_by(each):
                if isinstance(held, str) and mark in held:
                    left.append(f"{module}.{type(each).__name__}: {held[:80]}")
    return left


def _held_by(thing: object) -> Iterator[object]:
    for each in gc.get_referents(thing):
        yield each
        if isinstance(each, dict):
            yield from each.values()
            yield from each.keys()
        elif isinstance(each, list | tuple | set | frozenset):
            yield from each
