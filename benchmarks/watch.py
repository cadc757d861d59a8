"""A stopwatch for a computer that others use as well."""

import time
from pathlib import Path


class Watch:
    """A stopwatch that also knows how long this thread stood in line for a processor.

    Where other programs keep every processor busy, that is no time the window took; only
    Linux tells it.
    """

    _TOLD = Path("/proc/thread-self/schedstat")  # ran, stood in line (ns), how often

    def __init__(self) -> None:
        self._begun_s, self._stood_s = time.perf_counter(), self._stood()

    def whole_ms(self) -> float:
        """Return the ms since the watch was made."""
        return (time.perf_counter() - self._begun_s) * 1000

    def own_ms(self) -> float:
        """Return the ms without those this thread only stood in line."""
        return self.whole_ms() - (self._stood() - self._stood_s) * 1000

    def _stood(self) -> float:
        return int(self._TOLD.read_text("ascii").split()[1]) / 1e9 if self._TOLD.exists() else 0
