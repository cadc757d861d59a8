"""Leavings are swept up on the window's own thread, whoever leaves them."""

import gc
import threading
import time
import weakref
from collections.abc import Iterator
from typing import ClassVar

import pytest
from PyQt6.QtCore import QObject
from PyQt6.QtWidgets import QApplication

from widgets.sweeper import Sweeper


class Circle(QObject):
    """A Qt object that holds on to itself, and remembers where it was let go."""

    died_on: ClassVar[list[str]] = []

    def __init__(self) -> None:
        super().__init__()
        self.me = self
        weakref.finalize(self, lambda: Circle.died_on.append(threading.current_thread().name))


@pytest.fixture
def collecting(qapp: QApplication) -> Iterator[None]:
    gc.enable()
    Circle.died_on.clear()
    yield
    gc.disable()


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
