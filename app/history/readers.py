"""Who reads the history comes first: putting samples together waits for a moment."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Condition, get_ident

CALM_S = 0.01  # questions of one chart or page follow each other within that
PATIENCE_S = 0.25  # a step waits no longer: who reads all day holds nothing up for ever
_LOOK_S = 0.005


class Readers:
    """The questions that are being answered from one place; any thread may use it.

    Python runs one thread at a time, and every row that SQLite or a server hands over is a
    moment at which a thread that works out sums may take its turn: a chart of a year took
    six times as long beside one. What is put together a moment later is none
    the worse for it; what somebody waits for is.
    """

    def __init__(self, now_s: Callable[[], float] = time.monotonic) -> None:
        self._now_s = now_s
        self._count = 0
        self._left_s, self._left_by = float("-inf"), 0
        self._changed = Condition()

    @contextmanager
    def one(self) -> Iterator[None]:
        """Count a question for as long as it is being answered."""
        with self._changed:
            self._count += 1
        try:
            yield
        finally:
            with self._changed:
                self._count -= 1
                self._left_s, self._left_by = self._now_s(), get_ident()

    def give_way(self) -> None:
        """Return once nobody else has asked for `CALM_S`, and after `PATIENCE_S` in any case.

        Not to be called by a thread that is reading: it would wait for itself.
        """
        until_s = self._now_s() + PATIENCE_S
        with self._changed:
            while self._is_read() and self._now_s() < until_s:
                self._changed.wait(_LOOK_S)

    def _is_read(self) -> bool:
        if self._count > 0:
            return True
        return self._left_by != get_ident() and self._now_s() - self._left_s < CALM_S
