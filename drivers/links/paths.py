"""The line of meters with several paths: it listens to the devices that are their paths."""

import asyncio
from collections import deque
from collections.abc import Collection, Mapping, Sequence

from app.errors import BadInput
from app.model.device import DeviceConfig, Presence
from app.model.hearing import Around, Others
from app.model.paths import paths_of
from app.model.reading import DeviceId, Reading, point_id, split_point
from app.model.reception import RadioFigures
from app.ports import Clock, Heard
from app.words import _
from drivers.bestvalue import BestValue

_WAIT_S = 1.0
_THERE = frozenset({Presence.ON, Presence.FAULT})
# As if it spoke so seldom: how long a path may be silent is judged by its own line.
_PATIENT_S = 20 * 86_400.0
_GONE_S = 0.0  # all paths were waited for already


class PathsLink:
    """A `Hearing` link over other devices of the plant; lives on the core's loop."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._meters: list[BestValue] = []
        self._by_path: dict[DeviceId, BestValue] = {}
        self._others: Others | None = None
        self._now, self._late = deque[Reading](), deque[Reading]()
        self._came = asyncio.Event()
        self._stop = _nothing
        self._presences: dict[DeviceId, tuple[Presence | None, ...]] = {}
        self._listens = False
        self._look_s = 0.0

    @property
    def connected(self) -> bool:
        """Whether it listens."""
        return self._listens

    def attend(
        self, devices: Collection[DeviceConfig], around: Around, learned: Mapping[str, str]
    ) -> Sequence[Heard]:
        """Listen for these meters; raises `BadInput` where nobody else is known."""
        if around.others is None:
            raise BadInput(_("paths of a meter are other devices, and none is known here"))
        self._others = around.others
        self._meters = [
            BestValue(each.id, paths_of(each), around.others.latest) for each in devices
        ]
        self._by_path = {path: meter for meter in self._meters for path in meter.paths}
        return ()

    def learned(self, *, everything: bool = False) -> Mapping[str, str]:
        """Return nothing: what the paths learned they know again by themselves."""
        return {}

    def figures(self) -> RadioFigures:
        """Return nothing: what is heard is told where it is heard."""
        return RadioFigures((), ())

    def recent(self, number: str) -> Sequence[bytes]:
        """Return nothing: the telegrams are those of its paths."""
        return ()

    async def open(self) -> None:
        """Begin to listen, and take what stands already."""
        if self._others is None or self._listens:
            return
        self._listens = True
        self._stop = self._others.watch(self._take, self._take_late)
        for path in self._by_path:
            points = self._others.points_of(path)
            found = (self._others.latest(point_id(path, key)) for key in points)
            self._now.extend(each for each in found if each is not None)

    async def close(self) -> None:
        """Listen no more; may be called twice."""
        self._listens = False
        self._stop()

    async def hear(self) -> Sequence[Heard]:
        """Return what meters say by their paths; see `Hearing.hear`."""
        if not self._now and not self._late:
            self._came.clear()
            try:
                async with asyncio.timeout(_WAIT_S):
                    await self._came.wait()
            except TimeoutError:
                pass  # a path may have gone without a word
        now, late = _by_meter(self._now, self._by_path), _by_meter(self._late, self._by_path)
        moment_s = asyncio.get_running_loop().time()
        everybody = moment_s >= self._look_s
        if everybody:
            self._look_s = moment_s + _WAIT_S
        found = [
            self._heard(meter, now.get(meter.meter, ()), late.get(meter.meter, ()))
            for meter in self._meters
            if everybody or meter.meter in now or meter.meter in late
        ]
        return [each for each in found if each is not None]

    def _take(self, readings: Sequence[Reading]) -> None:
        self._queue(self._now, readings)

    def _take_late(self, readings: Sequence[Reading]) -> None:
        self._queue(self._late, readings)

    def _queue(self, waiting: deque[Reading], readings: Sequence[Reading]) -> None:
        own = [each for each in readings if split_point(each.point)[0] in self._by_path]
        if own:
            waiting.extend(own)
            self._came.set()

    def _heard(
        self, meter: BestValue, now: Sequence[Reading], late: Sequence[Reading]
    ) -> Heard | None:
        """Return what a meter says, or that no path leads to it; None for nothing new."""
        others = self._others
        if others is None:
            return None
        learned = meter.learn({path: others.points_of(path) for path in meter.paths})
        presences = tuple(others.presence_of(path) for path in meter.paths)
        paths = zip(meter.paths, presences, strict=True)
        there = meter.there([path for path, presence in paths if presence in _THERE])
        told, filed = meter.take(now, self._clock()), meter.late(late)
        turned = self._presences.get(meter.meter) != presences
        self._presences[meter.meter] = presences
        points = dict(meter.specs) if learned else None
        if there and (told or filed or learned):
            return Heard(meter.meter, told, "", points, interval_s=_PATIENT_S, late=filed)
        if there or not (turned or filed or learned):
            return None
        return Heard(
            meter.meter,
            trouble=_("none of its paths answers"),
            points=points,
            interval_s=_PATIENT_S if Presence.LATE in presences else _GONE_S,
            late=filed,
            lost=True,
        )


def _by_meter(
    waiting: deque[Reading], by_path: Mapping[DeviceId, BestValue]
) -> dict[DeviceId, list[Reading]]:
    """Return what waits by its meter, and forget it."""
    found: dict[DeviceId, list[Reading]] = {}
    while waiting:
        reading = waiting.popleft()
        meter = by_path[split_point(reading.point)[0]]
        found.setdefault(meter.meter, []).append(reading)
    return found


def _nothing() -> None:
    """Stop nothing: it never began."""
