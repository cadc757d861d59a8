"""Notes when devices come and go, and remembers who they were, over restarts of the core."""

import asyncio
import hashlib
import json
import logging
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TypeVar

from app.errors import StoreBroken
from app.history.attendancefile import AttendanceFile, Change, Met, Piece
from app.history.readings import to_moment, to_ms
from app.history.steady import SteadyClock
from app.model.conversation import Attendance, Stay
from app.model.device import DeviceConfig, DeviceStanding, LinkConfig, LinkId, Presence
from app.model.reading import DeviceId
from app.ports import Clock

FILE = "presence.sqlite"
BEAT_S = 30.0
MOST_PIECES = 1500  # told of one question; no screen draws more
_MOST_WAITING = 10_000  # changes, while the disk does not take them
_BREAK_MS = 3 * BEAT_S * 1000  # nobody looked on for so long: the computer slept
_FORGET_EVERY = timedelta(hours=1)
_THERE = (Presence.ON, Presence.FAULT)
_BEST = (Presence.ON, Presence.FAULT, Presence.LATE, Presence.OFFLINE, Presence.DISABLED)
_WORST = (Presence.OFFLINE, Presence.LATE, Presence.FAULT, Presence.ON, Presence.DISABLED)
_T = TypeVar("_T")
_log = logging.getLogger(__name__)


class AttendanceBook:
    """Lives on the core's loop; its file is used by one thread of its own.

    What the disk does not take is told in `trouble` and costs no device its polling.
    """

    def __init__(self, folder: Path, clock: Clock) -> None:
        """Keep the book in ``folder``, beside the history; nothing is opened yet."""
        self._file = AttendanceFile(folder / FILE)
        self._clock = clock
        self._steady = SteadyClock(clock, time.monotonic)
        self._worker = ThreadPoolExecutor(1, "attendance")
        self._met: dict[str, Met] = {}
        self._learned: dict[str, dict[str, str]] = {}
        self._dropped: dict[str, dict[str, str]] = {}  # of lines removed since the start
        self._last: dict[DeviceId, Presence] = {}
        self._waiting: list[Change] = []
        self._writing = False
        self._noting = False
        self._wanted = False  # to note, though the file could not be opened yet
        self._seen_ms = 0
        self._forgotten_at = clock()
        self.trouble = ""

    async def open(self, *, noting: bool = True) -> None:
        """Remember who was met; with ``noting`` also begin to note who is there.

        A file that cannot be used now is tried again by `run`: another program may hold it.
        """
        self._wanted = noting
        try:
            self._met = {**await self._aside(self._file.met), **self._met}
            self._learned = dict(await self._aside(self._file.learned))
            if noting:
                self._seen_ms = to_ms(self._clock())
                await self._aside(lambda: self._file.begin(self._seen_ms))
        except StoreBroken as error:
            self._complain(error)
            return
        self._noting = noting
        self.trouble = ""

    async def open_again(self) -> None:
        """Try once more to open the file; then note how all devices are by now."""
        await self.open()
        if not self._noting:
            return
        for device, met in self._met.items():
            self._later(partial(self._file.meet, device, met))
        now_ms = to_ms(self._clock())
        self._waiting[:] = [(device, now_ms, was) for device, was in self._last.items()]
        self._flush()

    async def close(self) -> None:
        """Note how long somebody looked on, and let go of the file."""
        try:
            if self._noting:
                self._noting = self._wanted = False
                taken, seen_ms = tuple(self._waiting), to_ms(self._clock())
                await self._aside(lambda: self._file.note(taken, seen_ms))
            await self._aside(self._file.close)
        except StoreBroken as error:
            self._complain(error)
        self._worker.shutdown(wait=False)

    async def run(self) -> None:
        """Say every half minute that somebody still looks on, until cancelled."""
        while True:
            await asyncio.sleep(BEAT_S)
            if self._noting:
                self.beat()
            elif self._wanted:
                await self.open_again()

    def beat(self) -> None:
        """Note that somebody still looks on; now and then throw away what is too old."""
        self._look_for_a_break()
        self._flush()
        now = self._steady()
        if now is not None and not timedelta() <= now - self._forgotten_at < _FORGET_EVERY:
            self._forgotten_at = now
            self._later(lambda: self._file.forget(to_ms(now)))

    def serve(self, devices: Collection[DeviceId]) -> None:
        """Note from now on these devices and no others."""
        for gone in self._last.keys() - set(devices):
            del self._last[gone]
            self._waiting.append((gone, to_ms(self._clock()), None))
        if self._noting and self._waiting:
            self._flush()

    def serial_of(self, device: DeviceConfig, link: LinkConfig | None) -> str:
        """Return who answered last under this very configuration; "" for nobody."""
        met = self._met.get(device.id)
        here = met is not None and met.config == _mark(device, link)
        return met.serial if met is not None and here else ""

    def meet(self, device: DeviceConfig, link: LinkConfig | None, serial: str) -> None:
        """Remember who answers for a device on its line."""
        met = Met(serial, _mark(device, link))
        if self._met.get(device.id) == met:
            return
        self._met[device.id] = met
        self._later(lambda: self._file.meet(device.id, met))

    def learned(self, link: LinkId) -> Mapping[str, str]:
        """Return what a line learned before; see `DeviceMemory`."""
        return dict(self._learned.get(link, {}))

    def learn(self, link: LinkId, news: Mapping[str, str]) -> None:
        """Keep what a line learned; a core that looks at single devices keeps nothing."""
        if not self._noting or not news:
            return
        kept, fresh = self._learned.setdefault(link, {}), dict(news)
        kept.update(fresh)
        for name in [name for name, said in fresh.items() if not said]:
            del kept[name]
        self._later(lambda: self._file.learn(link, fresh))

    def lines_are(self, links: Collection[LinkId]) -> None:
        """Forget what lines learned that are gone; one that comes back has it again.

        A line that was removed may be brought back (undo) for as long as this core runs.
        """
        if not self._noting:
            return
        for link in [each for each in self._learned if each not in links]:
            kept = self._learned.pop(link)
            self._dropped.setdefault(link, {}).update(kept)
            gone = dict.fromkeys(kept, "")
            self._later(partial(self._file.learn, link, gone))
        for link in links:
            if (back := self._dropped.pop(link, None)) is not None:
                self.learn(link, back)

    def note(self, standings: Iterable[DeviceStanding]) -> None:
        """Take in how devices are doing; what did not change is not written."""
        if not self._wanted:
            return
        if self._noting:
            self._look_for_a_break()
        for standing in standings:
            never_asked = standing.presence is Presence.LATE and not standing.requests
            if never_asked or self._last.get(standing.device) is standing.presence:
                continue
            self._last[standing.device] = standing.presence
            change = standing.device, to_ms(self._clock()), standing.presence
            self._waiting.append(change)
        if self._noting and self._waiting:
            self._flush()
        del self._waiting[:-_MOST_WAITING]

    async def between(
        self,
        device: DeviceId,
        neighbours: Collection[DeviceId],
        start: datetime,
        end: datetime,
    ) -> Attendance:
        """Return what a device was, and its line, on which ``neighbours`` are all devices.

        Raises `StoreBroken` when the file cannot be read.
        """
        start_ms, end_ms = to_ms(start), min(to_ms(end), to_ms(self._clock()))
        if self._noting:
            self._look_for_a_break()
            while self._writing:  # what waits is written after what is being written
                await self._aside(lambda: None)
                await asyncio.sleep(0)
            self._flush()
        return await self._aside(lambda: self._told(device, neighbours, start_ms, end_ms))

    def _told(
        self, device: str, neighbours: Collection[str], start_ms: int, end_ms: int
    ) -> Attendance:
        by_device = {
            name: self._file.pieces(name, start_ms, end_ms) for name in {device, *neighbours}
        }
        own = by_device[device]
        first_ms = self._file.first_ms(device)
        line = list(line_of(by_device.values()))
        shortest_ms = max((end_ms - start_ms) / MOST_PIECES, 1)
        return Attendance(
            None if first_ms is None else to_moment(first_ms),
            [_stay(piece) for piece in coarse(own, shortest_ms)],
            [_stay(piece) for piece in coarse(line, shortest_ms)],
            sum(end - begin for begin, end, _was in own) / 1000,
            sum(end - begin for begin, end, was in own if was in _THERE) / 1000,
        )

    def _look_for_a_break(self) -> None:
        """Begin a run anew where nobody looked on: the computer slept, or its clock jumped."""
        now_ms = to_ms(self._clock())
        if 0 <= now_ms - self._seen_ms <= _BREAK_MS:
            self._seen_ms = now_ms
            return
        seen_ms, self._seen_ms = self._seen_ms, now_ms
        before = tuple(self._waiting)
        self._waiting.clear()
        again = [(device, now_ms, presence) for device, presence in self._last.items()]

        def anew() -> None:
            self._file.note(before, seen_ms)
            self._file.begin(now_ms)
            self._file.note(again, now_ms)

        self._later(anew)

    def _flush(self) -> None:
        """Hand what waits to the disk, and that somebody looks on; one write at a time."""
        if self._writing:
            return
        self._writing = True
        taken, seen_ms = tuple(self._waiting), self._seen_ms
        self._waiting.clear()

        def written(error: StoreBroken | None) -> None:
            self._writing = False
            if error is not None:  # tried again with the next beat
                self._waiting[:0] = taken
                del self._waiting[:-_MOST_WAITING]
            elif self._waiting and self._noting:
                self._flush()

        self._later(lambda: self._file.note(taken, seen_ms), written)

    def _later(
        self,
        work: Callable[[], None],
        ended: Callable[[StoreBroken | None], None] | None = None,
    ) -> None:
        """Do ``work`` in the thread of the file, nobody waiting for it."""

        def done(future: "asyncio.Future[None]") -> None:
            error = None if future.cancelled() else future.exception()
            if error is not None and not isinstance(error, StoreBroken):
                raise error
            if error is not None:
                self._complain(error)
            else:
                self.trouble = ""
            if ended is not None:
                ended(error)

        loop = asyncio.get_running_loop()
        loop.run_in_executor(self._worker, work).add_done_callback(done)

    def _complain(self, error: StoreBroken) -> None:
        if str(error) != self.trouble:
            _log.error("the presence of devices is not kept: %s", error)
        self.trouble = str(error)

    async def _aside(self, work: Callable[[], _T]) -> _T:
        return await asyncio.get_running_loop().run_in_executor(self._worker, work)


def line_of(devices: Collection[Sequence[Piece]]) -> Iterator[Piece]:
    """Tell what a line was from what its devices were: there while any of them is."""
    steps = sorted(
        (at, change, code)
        for pieces in devices
        for begin, end, presence in pieces
        for at, change, code in ((begin, 1, presence.value), (end, -1, presence.value))
    )
    holds = {presence.value: 0 for presence in Presence}
    since, was = 0, None
    for number, (at, change, code) in enumerate(steps):
        holds[code] += change
        if number + 1 < len(steps) and steps[number + 1][0] == at:
            continue
        now = next((each for each in _BEST if holds[each.value]), None)
        now = Presence.ON if now is Presence.FAULT else now
        if now is was:
            continue
        if was is not None:
            yield since, at, was
        since, was = at, now


def coarse(pieces: Iterable[Piece], shortest_ms: float) -> Iterator[Piece]:
    """Join pieces that are too short to be drawn into one that tells the worst of them."""
    held: Piece | None = None
    for piece in pieces:
        if held is None:
            held = piece
            continue
        joined = piece[1] - held[0] < shortest_ms or (
            piece[2] is held[2] and piece[0] == held[1]
        )
        if joined:
            held = held[0], piece[1], min(held[2], piece[2], key=_WORST.index)
        else:
            yield held
            held = piece
    if held is not None:
        yield held


def _stay(piece: Piece) -> Stay:
    return Stay(to_moment(piece[0]), to_moment(piece[1]), piece[2])


def _mark(*configured: DeviceConfig | LinkConfig | None) -> str:
    """Return what tells one configuration of a device and its line from every other."""
    told = json.dumps(
        [asdict(each) for each in configured if each is not None], sort_keys=True, default=str
    )
    return hashlib.sha256(told.encode()).hexdigest()
