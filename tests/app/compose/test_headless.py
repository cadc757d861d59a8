"""When a program without a screen ends: told by a signal, or by itself after a time."""

import os
import signal
import threading
import time
from collections.abc import Iterator

import pytest

from app.compose import headless
from app.compose.headless import Ending, stay

SIGNALS = [name for name in ("SIGINT", "SIGTERM") if hasattr(signal, name)]


@pytest.fixture(autouse=True)
def handlers_given_back() -> Iterator[None]:
    before = {name: signal.getsignal(getattr(signal, name)) for name in SIGNALS}
    yield
    for name, handler in before.items():
        signal.signal(getattr(signal, name), handler)


def later(seconds: float, number: int) -> None:
    threading.Timer(seconds, os.kill, (os.getpid(), number)).start()


@pytest.mark.parametrize("name", SIGNALS)
def test_a_signal_ends_it_at_once(name: str) -> None:
    ending = Ending(None)
    later(0.2, getattr(signal, name))
    began_s = time.monotonic()
    stay(ending, lambda: None)
    assert 0.1 < time.monotonic() - began_s < 5
    assert ending.reached


def test_a_signal_before_it_began_is_not_forgotten() -> None:
    ending = Ending(None)
    os.kill(os.getpid(), signal.SIGTERM)
    began_s = time.monotonic()
    stay(ending, lambda: None)
    assert time.monotonic() - began_s < 5


def test_the_time_given_counts_from_the_beginning_not_from_the_start() -> None:
    ending = Ending(0.3)
    time.sleep(0.4)
    assert not ending.reached
    began_s = time.monotonic()
    stay(ending, lambda: None)
    assert 0.3 <= time.monotonic() - began_s < 5


def test_every_cycle_is_told_and_no_wait_goes_past_the_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(headless, "CYCLE_S", 0.1)
    monkeypatch.setattr(headless, "LOOK_EVERY_S", 0.01)
    told: list[float] = []
    ending = Ending(0.55)
    began_s = time.monotonic()
    stay(ending, lambda: told.append(time.monotonic() - began_s))
    assert 3 <= len(told) <= 5
    assert time.monotonic() - began_s < 5
