"""Who speaks when in a street, and which receiver hears it how: seeded, and without end."""

import heapq
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from drivers.simulators.street.lines import Caught
from drivers.simulators.street.meters import StreetMeter
from drivers.simulators.street.telegrams import Said
from drivers.simulators.weather import unit_noise

_REPEATER_S = 0.2  # after the meter itself
_REPLAY_S = 45.0
_LOUDEST_DBM, _QUIETEST_DBM = -52, -104
_TURNS, _HALF, _QUARTER = 2_048.0, 128, 64  # of the standard's spread of intervals
_LOST, _LEVEL, _REPEATED, _REPLAYED, _FIRST = 1, 2, 3, 4, 5  # what a share is drawn for


@dataclass(frozen=True, slots=True)
class Street:
    """What a street is like; shares are of telegrams, 0…1.

    ``repeated`` ones are heard once more by a repeater, ``replayed`` ones are sent again
    later as somebody would who recorded them.
    """

    seed: int
    meters: int
    modes: tuple[str, ...] = ("5",)
    receivers: int = 1
    interval_s: float = 16.0
    lost: float = 0.0
    repeated: float = 0.0
    replayed: float = 0.0

    def meter(self, place: int) -> StreetMeter:
        """Return the meter at a place, from 0."""
        return StreetMeter(self.seed, place)

    def mode(self, place: int) -> str:
        """Return how the meter at a place seals what it sends."""
        return self.modes[place % len(self.modes)]

    def once(self, at: datetime, count: int) -> Iterator[Said]:
        """Yield one telegram of every meter, all of a moment; ``count`` tells rounds apart."""
        for place in range(self.meters):
            yield Said(self.meter(place), at, count, self.mode(place))

    def traffic(self, start: datetime) -> Iterator[Caught]:
        """Yield everything that receivers catch from ``start`` on, by time, for ever."""
        waiting: list[tuple[float, int, int, bool]] = []  # s after start, place, count, again
        for place in range(self.meters):
            first_s = self.interval_s * unit_noise(self.seed, place, _FIRST)
            waiting.append((first_s, place, 1, False))
        heapq.heapify(waiting)
        while waiting:
            after_s, place, count, again = heapq.heappop(waiting)
            said = self._said(start, after_s, place, count, again=again)
            yield from self._caught(said, start + timedelta(seconds=after_s), again=again)
            if again:
                continue
            if self._drawn(_REPLAYED, place, count) < self.replayed:
                heapq.heappush(waiting, (after_s + _REPLAY_S, place, count, True))
            heapq.heappush(waiting, (after_s + self._pause_s(count), place, count + 1, False))

    def _said(
        self, start: datetime, after_s: float, place: int, count: int, *, again: bool
    ) -> Said:
        sent_s = after_s - (_REPLAY_S if again else 0.0)
        at = start + timedelta(seconds=sent_s)
        return Said(self.meter(place), at, count, self.mode(place))

    def _pause_s(self, count: int) -> float:
        """Return until the next telegram (EN 13757-4: by access number, so that two part)."""
        spread = abs((count & 0xFF) - _HALF) - _QUARTER
        return self.interval_s * (1.0 + spread / _TURNS)

    def _caught(self, said: Said, at: datetime, *, again: bool) -> Iterator[Caught]:
        place, count = said.meter.place, said.count
        for receiver in range(self.receivers):
            if self._drawn(_LOST, place, count, receiver) >= self.lost:
                yield Caught(said, at, receiver, self.level_dbm(place, receiver, count))
        if not again and self._drawn(_REPEATED, place, count) < self.repeated:
            for receiver in range(self.receivers):
                level = self.level_dbm(place, receiver, count) + 6
                later = at + timedelta(seconds=_REPEATER_S)
                yield Caught(replace(said, repeated=True), later, receiver, level)

    def level_dbm(self, place: int, receiver: int, count: int) -> int:
        """Return how strong a receiver hears a meter: by their distance, and the weather."""
        span = _LOUDEST_DBM - _QUIETEST_DBM
        far = unit_noise(self.seed, place, receiver, _LEVEL)
        fading = 6.0 * (unit_noise(self.seed, place, receiver, count, _LEVEL) - 0.5)
        return round(_LOUDEST_DBM - span * far + fading)

    def _drawn(self, what: int, *keys: int) -> float:
        return unit_noise(self.seed, what, *keys)
