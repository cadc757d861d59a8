"""The core without a screen: a collector, or the demo on a machine without display."""

import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType

from app.compose.joining import join
from app.compose.terminal import tell
from app.compose.turns import set_aside

LOOK_EVERY_S = 0.2
CYCLE_S = 10.0


class Ending:
    """Ctrl-C, SIGTERM or the time given: when to stop.

    Made before anything is started, so that a signal while things start is heard too;
    the time given counts from `begin`.
    """

    def __init__(self, seconds: float | None) -> None:
        self._stop = threading.Event()
        self._seconds = seconds
        self._ends: float | None = None
        for name in ("SIGINT", "SIGTERM", "SIGBREAK"):
            if hasattr(signal, name):
                signal.signal(getattr(signal, name), self._on_signal)

    def begin(self) -> None:
        """Count the time given from now on."""
        if self._seconds is not None:
            self._ends = time.monotonic() + self._seconds

    @property
    def reached(self) -> bool:
        """Whether it is time."""
        over = self._ends is not None and time.monotonic() >= self._ends
        return over or self._stop.is_set()

    def wait(self, longest_s: float) -> None:
        """Sleep, but not past the end."""
        if self._ends is not None:
            longest_s = min(longest_s, max(0.0, self._ends - time.monotonic()))
        self._stop.wait(longest_s)

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        self._stop.set()


def run_headless(project: Path, login: str, password: str, *, seconds: float | None) -> None:
    """Own and run a project until told to stop."""
    ending = Ending(seconds)
    with join(project, login, password, own=True) as joined:
        told: set[str] = set()

        def look() -> None:
            """Tell each trouble of the core once, for whoever reads the service's output."""
            said = set(joined.ask(joined.asked.plant.troubles(joined.viewer)))
            for sentence in sorted(said - told):
                tell(sentence)
            told.clear()
            told.update(said)

        stay(ending, look)


def stay(ending: Ending, each_cycle: Callable[[], None]) -> None:
    """Keep running; ``each_cycle`` is called every ten seconds."""
    set_aside()
    ending.begin()
    next_s = time.monotonic() + CYCLE_S
    while not ending.reached:
        ending.wait(LOOK_EVERY_S)
        if time.monotonic() >= next_s:
            next_s += CYCLE_S
            each_cycle()
