"""An operator at the screen: the real window, found by its words, touched by key and mouse."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PyQt6.QtCore import QCoreApplication, QEvent, QLocale, QPoint, QPointF, Qt, QTimer
from PyQt6.QtGui import QWheelEvent
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QFrame,
    QLabel,
    QLineEdit,
    QMenu,
    QMessageBox,
    QPlainTextEdit,
    QTabBar,
    QTableView,
    QWidget,
)

from app.compose.desktop import application, make_window, put_away
from app.compose.joining import Joined
from flowdiagrams.view import DiagramView
from tests.fakes import hands
from tests.journeys.smallsite import Site
from tests.sweeping import collect
from widgets.shell.window import MainWindow
from widgets.theme import Look

_W = TypeVar("_W", bound=QWidget)
TURN_MS = 20
WITHIN_S = 30.0  # slow machines; what must be quicker is asserted by its own figure


class Screen:
    """The window of one person; closes with `close`."""

    def __init__(self, joined: Joined, theme: str = "day") -> None:
        self.app = application()  # held as long as there are widgets
        QLocale.setDefault(QLocale(QLocale.Language.English, QLocale.Country.UnitedKingdom))
        self.joined = joined
        self.window: MainWindow = make_window(joined, Look(theme))
        self.window.resize(1600, 960)
        self.window.show()
        self.show_devices()

    # --- time

    def until(
        self, holds: Callable[[], object], within_s: float = WITHIN_S, what: str = ""
    ) -> float:
        """Let the screen live until something holds; return how long that took, in s."""
        started_s = time.monotonic()
        while not holds():
            waited_s = time.monotonic() - started_s
            assert waited_s < within_s, f"{what or 'it'}: not so after {waited_s:.0f} s"
            turn()
        return time.monotonic() - started_s

    def live(self, seconds: float, look: Callable[[], object] = lambda: None) -> None:
        """Let the screen live for a while; ``look`` at it at every turn."""
        ends_s = time.monotonic() + seconds
        while time.monotonic() < ends_s:
            look()
            turn()

    def ask(self, work: Any) -> Any:
        """Ask the core behind the window's back (not what an operator can do)."""
        return self.joined.ask(work)

    # --- what can be seen

    def seen(self, kind: type[_W], within: QWidget | None = None) -> list[_W]:
        """Return what is visible of a kind, in the order it was built."""
        return [each for each in (within or self.window).findChildren(kind) if each.isVisible()]

    def named(self, kind: type[_W], name: str, within: QWidget | None = None) -> list[_W]:
        """Return what is visible and called so, by its words or for those who listen."""
        return [each for each in self.seen(kind, within) if name in names_of(each)]

    def find(self, kind: type[_W], name: str, within: QWidget | None = None) -> _W:
        """Wait for what is called so and return it."""
        self.until(lambda: self.named(kind, name, within), what=f"{kind.__name__} “{name}”")
        return self.named(kind, name, within)[0]

    def words(self, within: QWidget | None = None) -> list[str]:
        """Return every sentence and word that labels show."""
        return [each.text() for each in self.seen(QLabel, within) if each.text()]

    def says(self, part: str, within: QWidget | None = None) -> bool:
        """Whether some label shows a text with this part."""
        return any(part in words for words in self.words(within))

    def table(self, name: str) -> QTableView:
        """Wait for a table and return it."""
        return self.find(QTableView, name)

    def rows(self, name: str) -> list[dict[str, str]]:
        """Return what a table shows, as it would be read out; nothing while it is not there."""
        shown = self.named(QTableView, name)
        return rows_of(shown[0]) if shown else []

    def row(self, name: str, wanted: Callable[[dict[str, str]], bool]) -> dict[str, str] | None:
        """Return the first row of a table that is wanted."""
        return next((row for row in self.rows(name) if wanted(row)), None)

    def frames(self, start: str) -> list[QFrame]:
        """Return the boxes whose spoken name begins so: changes to review, results."""
        found = self.seen(QFrame)
        return [each for each in found if each.accessibleName().startswith(start)]

    def diagram(self) -> DiagramView:
        """Wait for the live picture and return it."""
        self.until(lambda: self.seen(DiagramView), what="a picture")
        return self.seen(DiagramView)[0]

    def figures(self) -> dict[str, str]:
        """Walk over the picture with the arrow keys and return what each value says."""
        view, said = self.diagram(), dict[str, str]()
        view.setFocus()
        while True:
            hands.key(view, Qt.Key.Key_Right)
            name, _colon, words = view.accessibleDescription().partition(": ")
            if name in said:
                return said
            said[name] = words

    # --- what can be touched

    def press(self, name: str, within: QWidget | None = None) -> None:
        """Click on a button."""
        made = self.find(QAbstractButton, name, within)
        self.until(made.isEnabled, what=f"button “{name}” to be enabled")
        hands.click(made)

    def show_devices(self) -> None:
        """Go to the list of devices: one of the pages that the rail's menu offers."""
        self.press("Plant")
        self.until(lambda: QApplication.activePopupWidget() is not None, what="a menu")
        menu = QApplication.activePopupWidget()
        assert isinstance(menu, QMenu)
        menu.setActiveAction(next(each for each in menu.actions() if each.text() == "Devices"))
        hands.key(menu, Qt.Key.Key_Return)
        self.until(lambda: self.named(QTableView, "Devices"), what="the devices")
        self.window.activateWindow()  # without a window manager a menu leaves no window active
        self.until(self.window.isActiveWindow, what="the window to be active")

    def write(self, name: str, text: str) -> None:
        """Type into a field, in place of what stands there."""
        field = [*self.named(QLineEdit, name), *self.named(QPlainTextEdit, name)][0]
        hands.click(field)
        hands.key(field, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
        hands.key(field, Qt.Key.Key_Delete)
        hands.type_text(field, text)

    def click_cell(self, table: str, row: int, heading: str, *, twice: bool = False) -> None:
        """Click, or click twice, on a cell."""
        view = self.table(table)
        act = hands.double_click if twice else hands.click
        act(ground(view), self.place(table, row, heading))

    def place(self, table: str, row: int, heading: str) -> QPoint:
        """Return where the middle of a cell is."""
        view = self.table(table)
        model = view.model()
        assert model is not None
        index = model.index(row, headings(view).index(heading))
        view.scrollTo(index)
        return view.visualRect(index).center()

    def open_device(self, name: str) -> None:
        """Go to the Devices page and open a device by a double click."""
        self.show_devices()
        self.until(
            lambda: any(row["Device"] == name for row in self.rows("Devices")),
            what=f"“{name}” among the devices",
        )
        names = [row["Device"] for row in self.rows("Devices")]
        self.click_cell("Devices", names.index(name), "Device", twice=True)
        self.until(lambda: self.front_says(name), what=f"the page of “{name}”")

    def front_says(self, name: str) -> bool:
        """Whether the page in front is headed so."""
        page = self.window.front
        return page is not None and page.heading() == name and page.isVisible()

    def open_tab(self, title: str) -> None:
        """Open a part of the device's page."""
        bar = self.find(QTabBar, "Parts of the device page")

        def place() -> int:
            words = (bar.tabText(at).partition("  ")[0] for at in range(bar.count()))
            found = [each.replace("&&", "&") for each in words]
            return found.index(title)

        hands.click(bar, bar.tabRect(place()).center())
        page = self.window.front
        assert page is not None
        self.until(page.settled, what=f"tab “{title}”")

    def wheel(self, widget: QWidget, at: QPoint) -> None:
        """Turn the wheel by one notch over a place."""
        event = QWheelEvent(
            QPointF(at),
            QPointF(widget.mapToGlobal(at)),
            QPoint(0, 0),
            QPoint(0, 120),
            Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(widget, event)

    def close(self) -> None:
        """Close the window, losing what was not sent, and let Qt put everything away."""
        with answering("Discard and close"):
            self.window.close()
        put_away(self.window, self.joined)
        clear_up()


@contextmanager
def screen_over(site: Site, theme: str = "day") -> Iterator[Screen]:
    """Sit down at a window over a site's running core."""
    collect()  # nothing of an earlier test may be taken for a part of this window
    with site.joined() as joined:
        made = Screen(joined, theme)
        try:
            yield made
        finally:
            made.close()
    collect()  # on this thread: no Qt object may die on another


@contextmanager
def answering(word: str) -> Iterator[list[str]]:
    """Press this button of every question that comes up; yields what was asked."""
    asked: list[str] = []

    def answer() -> None:
        box = QApplication.activeModalWidget()
        if not isinstance(box, QMessageBox):
            return
        asked.append(box.text())
        for each in box.buttons():
            if each.text().replace("&", "") == word:
                each.click()

    looking = QTimer()
    looking.timeout.connect(answer)
    looking.start(TURN_MS)
    yield asked
    looking.stop()


def turn() -> None:
    """Let Qt work for a moment."""
    test: Any = QTest  # its stubs count `self` as an argument
    test.qWait(TURN_MS)


def clear_up() -> None:
    """Delete what waits to be deleted."""
    for _again in range(3):
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        QCoreApplication.processEvents()


def names_of(widget: QWidget) -> set[str]:
    """Return all a widget is called: its words, and its name for those who listen."""
    found = {widget.accessibleName()}
    if isinstance(widget, QAbstractButton):
        found.add(widget.text().replace("&&", "&"))
    if isinstance(widget, QLabel):
        found.add(widget.text())
    return found - {""}


def headings(view: QTableView) -> list[str]:
    """Return the heads of a table's columns."""
    model = view.model()
    assert model is not None
    sideways = Qt.Orientation.Horizontal
    return [str(model.headerData(at, sideways)) for at in range(model.columnCount())]


def rows_of(view: QTableView) -> list[dict[str, str]]:
    """Return what a table shows, as it would be read out."""
    model = view.model()
    assert model is not None
    heads = headings(view)
    return [
        {head: str(model.index(row, at).data() or "") for at, head in enumerate(heads)}
        for row in range(model.rowCount())
    ]


def ground(view: QTableView) -> QWidget:
    """Return what of a table takes the mouse."""
    found = view.viewport()
    assert found is not None
    return found
