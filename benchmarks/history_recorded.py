"""The way of readings onto the disk as the product goes it: table, recorder, store."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from random import Random

from app.errors import StoreBroken
from app.history.recorder import Recorder
from app.history.store import EmbeddedHistory
from app.history.writer import WriterOptions
from app.model.reading import Reading
from app.pointtable import PointTable

_POLL = 20  # readings of a device, which come together
_WITHIN_S = 60.0


class Recorded:
    """A plant whose readings come in polls of a device, in an order of their own each time."""

    def __init__(self, store: EmbeddedHistory, now: datetime) -> None:
        """``store`` keeps both streams; ``now`` is when recording begins."""
        self.now = now
        self.table = PointTable()
        options = WriterOptions(pause_s=_WITHIN_S, room=10**9, tidy_s=10**9)
        self.recorder = Recorder(self.table, store, lambda: self.now, options)
        self._chance = Random(0)  # noqa: S311 - nothing secret

    def hear(self, readings: Sequence[Reading]) -> None:
        """Publish readings, and wait until they are on the disk as they came."""
        polls = [readings[at : at + _POLL] for at in range(0, len(readings), _POLL)]
        self._chance.shuffle(polls)
        for poll in polls:
            self.table.publish(poll)
        self._wait()

    def pass_on(self, at: datetime) -> None:
        """Let a quarter of an hour pass, and wait until its row is on the disk."""
        before = self.recorder.written.quarter_hours
        self.now = at
        self.recorder.tick(at)
        self._wait()
        if self.recorder.written.quarter_hours != before + 1:
            raise StoreBroken(f"the quarter of an hour of {at} was not recorded")

    def _wait(self) -> None:
        if not self.recorder.flush(_WITHIN_S):
            raise StoreBroken("what was heard is not on the disk")


@contextmanager
def recorded(store: EmbeddedHistory, now: datetime) -> Iterator[Recorded]:
    """Record a plant from a moment on; at the end all of it is on the disk."""
    plant = Recorded(store, now)
    plant.recorder.open()
    try:
        yield plant
    finally:
        plant.recorder.close()
