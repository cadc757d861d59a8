"""One point's samples as charts and sums want them: times, values and qualities."""

from dataclasses import dataclass

import numpy as np

from app.history.samples import Codes, Floats, Ints


@dataclass(frozen=True, slots=True)
class Line:
    """One point's samples by time, each moment once."""

    times_ms: Ints  # read-only where points share it
    values: Floats
    quality: Codes

    def __len__(self) -> int:
        return len(self.times_ms)

    def between(self, start_ms: int, end_ms: int) -> "Line":
        """Return what lies from a moment on, and before another one."""
        times = self.times_ms
        if not len(times) or (times[0] >= start_ms and times[-1] < end_ms):
            return self
        begin, end = np.searchsorted(times, [start_ms, end_ms])
        return Line(times[begin:end], self.values[begin:end], self.quality[begin:end])


NOTHING = Line(np.zeros(0, np.int64), np.zeros(0), np.zeros(0, np.uint8))
