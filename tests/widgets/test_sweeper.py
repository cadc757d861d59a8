"""Leavings are swept up on the window's own thread, whoever leaves them."""

import gc
import sys
import threading
import time
import weakref
from collections.abc import Iterator
from functools import partial
from types import SimpleNamespace
from typing import ClassVar, cast

import psutil
import pytest
from PyQt6.QtCore import QCoreApplication, QEvent, QEventLoop, QObject, QTimer
from PyQt6.QtWidgets import QApplication, QWidget

from app.compose.desktop import put_away
from app.compose.joining import Joined
from widgets.shell.window import MainWindow
from widgets.sweeper import (
    AGAIN_MS,
    EVERY_MS,
    MOST_WAITS,
    RECENT_EVERY,
    WHOLE_EVERY,
    Sweeper,
)
from widgets.theme import Look


class Circle(QObject):
    """A Qt object that holds on to itself, and remembers where it was let go."""

    died_on: ClassVar[list[str]] = []

    def __init__(self) -> None:
        super().__init__()
        self.me = self
        weakref.finalize(self, lambda: Circle.died_on.append(threading.current_thread().name))


@pytest.fixture
def collecting(qapp: QApplication) -> Iterator[None]:
    gc.freeze()  # beside all that other tests left, the collector would hardly look at ours
    gc.enable()
    Circle.died_on.clear()
    yield
    gc.disable()
    gc.unfreeze()


def litter(rounds: int) -> None:
    """Allocate far beyond the collector's thresholds."""
    kept = [[n] for n in range(rounds)]
    del kept


@pytest.mark.usefixtures("collecting")
def test_without_it_another_thread_may_take_qt_objects_apart() -> None:
    """The danger is real: otherwise the next test would prove nothing."""
    made = [Circle() for _each in range(3)]
    del made
    other = threading.Thread(target=litter, args=(400_000,), name="core")
    other.start()
    other.join()
    assert "core" in Circle.died_on


@pytest.mark.usefixtures("collecting")
def test_qt_objects_die_on_the_window_s_thread_whoever_allocates(qapp: QApplication) -> None:
    sweeper = Sweeper()
    made = [Circle() for _each in range(3)]
    del made
    other = threading.Thread(target=litter, args=(400_000,), name="core")
    other.start()
    other.join()
    assert Circle.died_on == []
    until_s = time.monotonic() + 20
    while not Circle.died_on and time.monotonic() < until_s:
        litter(50_000)
        kept = [[n] for n in range(2_000)]
        sweeper.sweep()
        del kept
    assert set(Circle.died_on) == {"MainThread"}
    assert not gc.isenabled()


class Plant:
    """A circle of references whose end can be seen."""

    def __init__(self) -> None:
        self.me = self
        self.rows: list[list[int]] = []


@pytest.mark.usefixtures("collecting")
def test_a_plant_that_was_loaded_is_not_looked_through_again_and_again() -> None:
    sweeper = Sweeper()
    plant = [[number] for number in range(100_000)]
    sweeper.set_aside()
    assert gc.get_freeze_count() > len(plant)
    for _second in range(WHOLE_EVERY):
        sweeper.sweep()
    assert len(gc.get_objects()) < len(plant)


@pytest.mark.usefixtures("collecting")
def test_the_leavings_of_a_page_that_was_open_for_a_moment_stay_no_two_minutes() -> None:
    sweeper, page = Sweeper(), Plant()
    gc.collect(0)  # it was open while the young were swept
    gone = weakref.ref(page)
    del page
    for _second in range(RECENT_EVERY):
        sweeper.sweep()
    assert gone() is None


@pytest.mark.usefixtures("collecting")
def test_a_page_that_is_being_opened_comes_before_a_sweep(qapp: QApplication) -> None:
    sweeper, busy = Sweeper(), [True]
    timer = sweeper.findChild(QTimer)
    assert timer is not None
    sweeper.wait_while(lambda: busy[0])

    def swept(looks: int) -> bool:
        page = Plant()
        gone = weakref.ref(page)
        kept = [[n] for n in range(2_000)]
        del page
        for _look in range(looks):
            timer.timeout.emit()
        del kept
        return gone() is None

    assert not swept(1)
    assert timer.interval() == AGAIN_MS
    busy[0] = False
    assert not swept(1), "it has come, and is yet to be painted"
    assert timer.interval() == AGAIN_MS
    assert swept(1)
    assert timer.interval() == EVERY_MS
    busy[0] = True
    assert not swept(MOST_WAITS)
    assert swept(1), "a page that never comes would keep all leavings"
    sweeper.reclaim()  # whom it asked has gone
    assert swept(1)


@pytest.mark.usefixtures("collecting")
def test_what_belonged_to_a_window_that_has_gone_is_swept_up_though_it_was_set_aside() -> None:
    sweeper = Sweeper()
    first, second = Plant(), Plant()
    gone = [weakref.ref(first), weakref.ref(second)]
    sweeper.set_aside()
    del first
    for _second in range(WHOLE_EVERY):
        sweeper.sweep()
    assert gone[0]() is not None
    sweeper.reclaim()
    sweeper.sweep()
    assert gone[0]() is None
    sweeper.set_aside()
    del second
    sweeper.reclaim()
    sweeper.set_aside()  # the next window is there before the next sweep
    assert gone[1]() is None
    assert gc.get_freeze_count() > 0


@pytest.mark.usefixtures("collecting")
def test_a_page_full_of_rows_is_swept_up_however_quickly_it_came(qapp: QApplication) -> None:
    sweeper = Sweeper()
    sweeper.set_aside()
    page = Plant()
    page.rows = [[number] for number in range(100_000)]
    gone = weakref.ref(page)
    sweeper.sweep()
    del page
    for _second in range(WHOLE_EVERY):
        sweeper.sweep()
    assert gone() is None


@pytest.mark.usefixtures("collecting")
def test_a_page_that_was_open_for_long_is_swept_up_within_minutes() -> None:
    sweeper = Sweeper()
    page = Plant()
    gone = weakref.ref(page)
    for _second in range(5):
        sweeper.sweep()
    del page
    for _second in range(WHOLE_EVERY):
        sweeper.sweep()
    assert gone() is None


@pytest.mark.usefixtures("collecting")
def test_a_window_put_away_gives_back_what_was_set_aside(qapp: QApplication) -> None:
    sweeper = Sweeper(qapp)
    gc.freeze()
    window = MainWindow(Look("day"))
    put_away(window, cast("Joined", SimpleNamespace(crash=None)))
    assert gc.get_freeze_count() == 0
    sweeper.deleteLater()
    QCoreApplication.sendPostedEvents(sweeper, QEvent.Type.DeferredDelete.value)


class Bell(QWidget):
    """A window in a circle, that rings a moment later."""

    def __init__(self, rung: list[str]) -> None:
        super().__init__()
        self.me = self
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.timeout.connect(partial(rung.append, "rung"))
        timer.start(20)


def wait(ms: int) -> None:
    loop = QEventLoop()
    QTimer.singleShot(ms, loop.quit)
    loop.exec()


@pytest.mark.usefixtures("collecting")
def test_a_window_that_waits_to_be_deleted_is_whole_until_it_is(qapp: QApplication) -> None:
    sweeper, rung = Sweeper(), list[str]()
    swept: list[bool] = []

    def sweep_all() -> None:
        sweeper.reclaim()
        sweeper.sweep()

    def close_in_the_midst_of_a_menu() -> None:
        bell = Bell(rung)
        gone = weakref.ref(bell)
        bell.deleteLater()
        del bell
        QTimer.singleShot(0, sweep_all)
        wait(100)  # Qt deletes nothing in here that was let go out there
        swept.append(gone() is None)
        QTimer.singleShot(0, sweep_all)
        QTimer.singleShot(50, lambda: swept.append(gone() is None))

    QTimer.singleShot(0, close_in_the_midst_of_a_menu)
    wait(300)
    assert rung == ["rung"], "it was emptied while Qt still called it"
    assert swept == [False, True]


@pytest.mark.skipif(sys.platform != "linux", reason="other systems take back by themselves")
def test_a_whole_sweep_gives_back_what_only_holes_were_left_of(qapp: QApplication) -> None:
    own = psutil.Process()
    pieces = [bytes(4000) for _each in range(20_000)]  # 80 MB
    kept = pieces[::50]  # between them nothing can be given back by itself
    full = own.memory_info().rss
    del pieces
    sweeper = Sweeper()
    sweeper.reclaim()  # the next sweep is a whole one
    sweeper.sweep()
    assert full - own.memory_info().rss > 40_000_000
    assert len(kept) == 400
