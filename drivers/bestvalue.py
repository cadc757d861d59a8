"""One meter told by several paths: of each point the best value there is, and whose it is.

The first path is the best. Of a point its value stands for as long as that path is there and
goes on telling it, see `pointrhythm`; then the next one's does. Indexes never fall by a change
from one path to another, see `figurebook`.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from app.errors import BadInput
from app.model.counter import INDEX_ROLES
from app.model.paths import source_code
from app.model.point import PointSpec, ValueKind
from app.model.reading import DeviceId, PointId, Quality, Reading, Value, point_id, split_point
from app.model.units import converted
from drivers.figurebook import FigureBook
from drivers.pointrhythm import PointRhythm

LATE = "device-late"
_SAID_BY_US = (Quality.STALE, Quality.OFFLINE)  # of a path that says nothing itself
_MOST_ZEROS = 4  # 10 MWh where kWh are told
Latest = Callable[[PointId], Reading | None]


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a path's point belongs."""

    key: str  # of the meter's point
    unit: str  # the path's
    digit: float  # what the path's last digit is worth, in the unit of the meter's point
    decimals: int  # the path's
    live: bool  # the path tells it by itself; else only who asks for it hears of it


@dataclass(slots=True)
class _Told:
    """What a point told last."""

    rank: int
    sent: Reading  # what of the path's it was
    reading: Reading


class BestValue:
    """The points of one meter; pure but for its memory."""

    def __init__(self, meter: DeviceId, paths: Sequence[DeviceId], latest: Latest) -> None:
        """``latest`` tells what stood before this began, so that no index falls by a start."""
        self.meter, self.paths, self._latest = meter, tuple(paths), latest
        self.specs: dict[str, PointSpec] = {}
        self._rank = {path: rank for rank, path in enumerate(self.paths)}
        self._known: dict[DeviceId, Mapping[str, PointSpec]] = {}
        self._places: dict[PointId, _Place] = {}
        self._stand: dict[str, dict[int, tuple[Reading, _Place]]] = {}
        self._bad: dict[str, dict[int, Reading]] = {}
        self._told: dict[str, _Told] = {}
        self._books: dict[str, FigureBook] = {}
        self._zeros: dict[PointId, int] = {}
        self._rhythms = {path: PointRhythm() for path in self.paths}
        self._there: frozenset[int] = frozenset()

    def learn(self, points: Mapping[DeviceId, Mapping[str, PointSpec]]) -> bool:
        """Take in what points the paths have; True when the meter has others than before."""
        if all(self._known.get(path) is points.get(path) for path in self.paths):
            return False
        self._known = {path: points[path] for path in self.paths if path in points}
        before, self.specs, self._places = self.specs, {}, {}
        for path in self.paths:
            self._learn_path(path, self._known.get(path, {}))
        return self.specs != before

    def there(self, paths: Collection[DeviceId]) -> bool:
        """Say which paths are there; whether any is. What was told fades without them."""
        self._there = frozenset(self._rank[path] for path in paths)
        if not self._there:
            self._told.clear()
        return bool(self._there)

    def take(self, news: Iterable[Reading], at: datetime) -> list[Reading]:
        """Take in what paths say now, and return what the meter says of it."""
        for reading in news:
            self._note(reading)
        found = (self._judged(key, at) for key in tuple(self._stand))
        return [each for each in found if each is not None]

    def late(self, news: Iterable[Reading]) -> list[Reading]:
        """Return what the meter says of earlier moments.

        What comes by another path than the first is doubtful: a good value that stands there
        already stays, and a gap is filled.
        """
        found: list[Reading] = []
        for reading in news:
            place, rank = self._placed(reading)
            if place is None:
                continue
            made = self._as_own(reading, place, rank)
            if rank and made.quality is Quality.GOOD:
                made = replace(made, quality=Quality.UNCERTAIN)
            found += self._fitted(reading, made, place, rank)
        return found

    def _learn_path(self, path: DeviceId, points: Mapping[str, PointSpec]) -> None:
        roles = {spec.role: key for key, spec in self.specs.items() if spec.role}
        for key, spec in points.items():
            own = key if key in self.specs else roles.get(spec.role, key)
            if own not in self.specs:
                self.specs[own] = replace(spec, key=own, write=None, listed=False)
            digit = _digit(spec, self.specs[own])
            if digit is not None:
                self._places[point_id(path, key)] = _Place(
                    own, spec.unit, digit, spec.decimals, spec.live
                )
                self._stand.setdefault(own, {})

    def _placed(self, reading: Reading) -> tuple[_Place | None, int]:
        path, _key = split_point(reading.point)
        return self._places.get(reading.point), self._rank.get(path, 0)

    def _note(self, reading: Reading) -> None:
        place, rank = self._placed(reading)
        if place is None:
            return
        if place.live and reading.quality not in _SAID_BY_US:
            self._rhythms[self.paths[rank]].hear(reading.point, reading.measured_at)
        if reading.quality.believable and reading.quality is not Quality.STALE:
            self._stand[place.key][rank] = reading, place
            self._bad.get(place.key, {}).pop(rank, None)
        elif reading.quality is Quality.BAD:
            self._stand[place.key].pop(rank, None)
            self._bad.setdefault(place.key, {})[rank] = reading

    def _judged(self, key: str, at: datetime) -> Reading | None:
        """Return what a point says now; None while that was said already."""
        stand, told = self._stand[key], self._told.get(key)
        there = sorted(rank for rank in stand if rank in self._there)
        if not there:
            return self._disowned(key)
        speaking = [rank for rank in there if self._speaks(rank, stand[rank][0].point)]
        # One that is back but has not told this point yet takes nothing from another.
        since = None if told is None else told.sent.measured_at
        newer = (rank for rank in speaking if not since or stand[rank][0].measured_at >= since)
        best = next(newer, None)
        if best is None:
            return None if told is None else self._outdated(told, speaking, at)
        sent, place = stand[best]
        if told is not None and told.sent == sent:
            return None
        made = self._as_own(sent, place, best)
        fitted = self._fitted(sent, made, place, best)
        reading = fitted[0] if fitted else made
        self._told[key] = _Told(best, sent, reading)
        return reading

    def _disowned(self, key: str) -> Reading | None:
        """Return that the best path there says itself that it knows no value."""
        bad, told = self._bad.get(key, {}), self._told.get(key)
        best = min((rank for rank in bad if rank in self._there), default=None)
        if best is None or (told is not None and told.reading.quality is Quality.BAD):
            return None
        made = replace(bad[best], point=point_id(self.meter, key))
        self._told[key] = _Told(best, bad[best], made)
        return made

    def _speaks(self, rank: int, point: PointId) -> bool:
        """Whether a path that is there goes on telling one of its points."""
        return not self._rhythms[self.paths[rank]].silent_of(point)

    def _outdated(self, told: _Told, speaking: Collection[int], at: datetime) -> Reading | None:
        """Let a value fade that nobody tells any more, until the next path speaks."""
        known = told.reading
        if (
            told.rank in speaking
            or not known.quality.believable
            or known.quality is Quality.STALE
        ):
            return None
        told.reading = replace(known, quality=Quality.STALE, reason=LATE, received_at=at)
        return told.reading

    def _fitted(self, sent: Reading, made: Reading, place: _Place, rank: int) -> list[Reading]:
        """Return what is told for a figure: of an index it, and figures after it anew."""
        index = self.specs[place.key].role in INDEX_ROLES
        if not index or not isinstance(made.value, float | int):
            return [made]
        book = self._books.get(place.key)
        if book is None:
            book = self._books[place.key] = FigureBook()
            self._remember(book, made.point, place.key)
        coarse = source_code(self.paths[rank], coarse=True)
        return book.put(made, place.digit * self._coarseness(sent, place), rank, coarse)

    def _coarseness(self, sent: Reading, place: _Place) -> int:
        """Return how many last digits together a path counts in: 100 where all end in 00.

        A meter that counts in 100 kWh tells whole kWh, of which only all its figures together
        show how fine they are.
        """
        zeros = _zeros_of(sent.value, place.decimals)
        if zeros is not None:
            zeros = min(zeros, self._zeros.get(sent.point, zeros))
            self._zeros[sent.point] = zeros
        return int(10 ** self._zeros.get(sent.point, 0))

    def _remember(self, book: FigureBook, point: PointId, key: str) -> None:
        """Begin with the figure that stood before this ran."""
        stood = self._latest(point)
        if stood is not None and isinstance(stood.value, float | int):
            digits = [each.digit for each in self._places.values() if each.key == key]
            book.put(stood, max(digits), len(self.paths), stood.reason)

    def _as_own(self, reading: Reading, place: _Place, rank: int) -> Reading:
        value = self._in_unit(reading.value, place)
        reason = reading.reason if value is None else source_code(self.paths[rank])
        return replace(
            reading, point=point_id(self.meter, place.key), value=value, reason=reason
        )

    def _in_unit(self, value: Value | None, place: _Place) -> Value | None:
        target = self.specs[place.key].unit
        if place.unit == target or not isinstance(value, float | int):
            return value
        return float(converted(value, place.unit, target))


def _zeros_of(value: Value | None, decimals: int) -> int | None:
    """Return how many noughts a figure ends in; None where it is nought itself."""
    if not isinstance(value, float | int) or not value:
        return None
    steps = str(abs(round(value * 10**decimals)))
    return min(len(steps) - len(steps.rstrip("0")), _MOST_ZEROS)


def _digit(spec: PointSpec, own: PointSpec) -> float | None:
    """Return what a last digit is worth in the meter's unit; None where both never fit."""
    if spec.kind is not own.kind:
        return None
    if spec.kind is not ValueKind.NUMBER or spec.unit == own.unit:
        return float(10.0**-spec.decimals)
    try:
        zero, one = (converted(each, spec.unit, own.unit) for each in (0, 1))
    except BadInput:
        return None
    return float(one - zero) * float(10.0**-spec.decimals)
