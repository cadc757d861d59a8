"""Samples of an import laid aside until all are there, then taken in as one."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, suppress
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryFile
from threading import Event
from typing import IO

import numpy as np

from app.database import told
from app.errors import BadInput, StoreBroken
from app.history.history import History
from app.history.readings import from_readings, to_moment, to_ms
from app.history.samples import Bulk, Ints, Samples
from app.history.schema import QUARTER
from app.history.streamhistory import Bringing, StreamHistory
from app.model.reading import Origin, PointId, Quality, Reading
from app.ports import Sample
from app.sampleverbs import Part, Verdict
from app.series import Series
from app.words import _

_ROW = np.dtype([("point", "<u4"), ("time", "<i8"), ("value", "<f8"), ("quality", "u1")])
_AT_ONCE = 100_000  # rows read again together; between them an import may be called off
_LINES_AT_ONCE = 5_000
Spans = Mapping[PointId, tuple[datetime, datetime]]  # the first and the last time of each
Adding = Callable[[Callable[[Ints], Samples]], None]


class Staging:
    """One import under way: in files without names beside the history, gone with the program.

    `add` and `take_in` block and are called by one thread; `call_off` by any.
    """

    def __init__(
        self, login: str, file: str, folder: Path, room: Callable[[], int], *, dry: bool
    ) -> None:
        """``room`` tells how many bytes of the disk may be filled."""
        self.login, self.file, self.dry = login, file, dry
        self.verdict = Verdict()
        self.points: dict[PointId, int] = {}
        self._ends: dict[PointId, tuple[int, int]] = {}
        self._folder, self._room = folder, room
        self._called_off = Event()
        with told(folder):
            folder.mkdir(parents=True, exist_ok=True)
            self._rows: IO[bytes] = TemporaryFile(dir=folder)  # noqa: SIM115 - lives as long as we
            self._lines: IO[bytes] = TemporaryFile(dir=folder)  # noqa: SIM115

    def add(self, part: Part, verdict: Verdict) -> None:
        """Lay aside what is to be written of a part."""
        self.require_on()
        self.verdict += verdict
        for point, first_ms, last_ms in _ends_in(part):
            self.points.setdefault(point, len(self.points))
            known = self._ends.get(point, (first_ms, last_ms))
            self._ends[point] = min(known[0], first_ms), max(known[1], last_ms)
        if self.dry:
            return
        if self._room() < sum(map(len, part.series)) * 2 * _ROW.itemsize:
            raise StoreBroken(
                _("{folder}: the disk has no room for what is brought").format(
                    folder=self._folder
                )
            )
        with told(self._folder):
            for series in part.series:
                self._rows.write(self._row_bytes(series))
            for sample in part.samples:
                self._lines.write(_line(sample))

    @property
    def spans(self) -> Spans:
        """Of which points something was laid aside, and of which times."""
        ends = self._ends.items()
        return {point: (to_moment(first), to_moment(last)) for point, (first, last) in ends}

    def take_in(self, history: History) -> None:
        """Write all of it: each place of the history in one transaction, which end together.

        Called off before they end, nothing is written anywhere.
        """
        points = tuple(self.points)
        with ExitStack() as together:
            open_places: dict[StreamHistory, Bringing] = {}

            def place(year: int) -> Bringing:
                found = history.place_of(QUARTER, year)
                if found not in open_places:
                    open_places[found] = together.enter_context(found.bringing(points))
                return open_places[found]

            for bulk in self._bulks(points):
                for year, part in _by_year(bulk):
                    self.require_on()
                    place(year).add(part.samples)
            for year, samples in self._samples():
                self.require_on()
                place(year).add(partial(self._under, samples))
            self.require_on()

    def call_off(self) -> None:
        """Let nothing more be laid aside or written."""
        self._called_off.set()

    def require_on(self) -> None:
        """Raise `BadInput` when it was called off."""
        if self._called_off.is_set():
            raise BadInput(_("the import was called off; nothing of it was taken in"))

    def close(self) -> None:
        """Let go of what was laid aside; may be called twice."""
        self.call_off()
        for each in (self._rows, self._lines):
            with suppress(OSError):  # what cannot be written out is thrown away as it is
                each.close()

    def _row_bytes(self, series: Series) -> bytes:
        rows = np.empty(len(series), _ROW)
        rows["point"] = self.points[series.point]
        rows["time"], rows["value"] = series.times_ms, series.values
        rows["quality"] = series.quality
        return rows.tobytes()

    def _bulks(self, points: Sequence[PointId]) -> Iterator[Bulk]:
        with told(self._folder):
            self._rows.seek(0)
        while True:
            with told(self._folder):
                block = self._rows.read(_AT_ONCE * _ROW.itemsize)
            if not block:
                return
            rows = np.frombuffer(block, _ROW)
            yield Bulk(
                points,
                rows["point"].astype(np.int64),
                rows["time"].astype(np.int64),
                rows["value"].astype(np.float64),
                rows["quality"].astype(np.uint8),
                Origin.BACK_FILLED,
            )

    def _samples(self) -> Iterator[tuple[int, list[Sample]]]:
        """Yield the samples one by one laid aside, those of one year together."""
        with told(self._folder):
            self._lines.seek(0)
        years: dict[int, list[Sample]] = {}
        for line in self._lines:
            sample = _sample(line)
            some = years.setdefault(sample.at.year, [])
            some.append(sample)
            if len(some) >= _LINES_AT_ONCE:
                yield sample.at.year, years.pop(sample.at.year)
        yield from years.items()

    def _under(self, samples: Sequence[Sample], numbers: Ints) -> Samples:
        which = np.array([self.points[each.reading.point] for each in samples], np.int64)
        filed = np.array([to_ms(each.at) for each in samples], np.int64)
        return from_readings([each.reading for each in samples], numbers[which], filed)


def _ends_in(part: Part) -> Iterator[tuple[PointId, int, int]]:
    for series in part.series:
        yield series.point, int(series.times_ms.min()), int(series.times_ms.max())
    for sample in part.samples:
        yield sample.reading.point, to_ms(sample.at), to_ms(sample.at)


def _by_year(bulk: Bulk) -> Iterator[tuple[int, Bulk]]:
    years = bulk.times_ms.astype("datetime64[ms]").astype("datetime64[Y]").astype(int) + 1970
    found = np.unique(years).tolist()
    for year in found:
        yield year, bulk if len(found) == 1 else bulk.take(years == year)


def _line(sample: Sample) -> bytes:
    reading = sample.reading
    value, is_moment = reading.value, isinstance(reading.value, datetime)
    told_value = value.isoformat() if isinstance(value, datetime) else value
    said = [reading.point, to_ms(sample.at), told_value, is_moment, reading.quality.value,
            reading.reason]  # fmt: skip
    return (json.dumps(said) + "\n").encode()


def _sample(line: bytes) -> Sample:
    point, at_ms, value, is_moment, quality, reason = json.loads(line)
    at = to_moment(at_ms).astimezone(UTC)
    if is_moment:
        value = datetime.fromisoformat(value)
    reading = Reading(PointId(point), value, Quality(quality), at, reason, Origin.BACK_FILLED)
    return Sample(at, reading)
