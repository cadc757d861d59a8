"""Which point of the device fills which slot of a picture, and what it reads now."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, tzinfo
from typing import NamedTuple

from app.model.point import PointSpec, ValueKind
from app.model.reading import PointId, Quality, Reading, split_point
from widgets.controls.quality import Style, figures, shown


class Figure(NamedTuple):
    """A value as it is painted; equal figures need no repainting.

    A tuple, because a crowded picture makes thousands of them a second.
    """

    text: str
    unit: str
    style: Style
    age: str = ""  # of a stale value


class Binding:
    """The readings of a picture's slots; lives on the GUI thread."""

    def __init__(self, slots: Mapping[str, PointId], specs: Mapping[str, PointSpec]) -> None:
        self._slots = dict(slots)
        self._specs = {slot: _spec(point, specs) for slot, point in self._slots.items()}
        self._drawn = dict(self._specs)  # with no more decimals than the picture wants
        self._readings: dict[PointId, Reading] = {}

    def bound(self, slots: Iterable[str]) -> bool:
        """Whether every one of the slots has a point."""
        return all(slot in self._slots for slot in slots)

    def any_bound(self, slots: Iterable[str]) -> bool:
        """Whether at least one of the slots has a point."""
        return any(slot in self._slots for slot in slots)

    def point(self, slot: str) -> PointId | None:
        """Return the slot's point."""
        return self._slots.get(slot)

    def spec(self, slot: str) -> PointSpec:
        """Return what is known of a bound slot's point."""
        return self._specs[slot]

    def round_to(self, decimals: int, slots: Iterable[str]) -> None:
        """Draw these slots' values with at most so many decimals; their tips keep all."""
        for slot in slots:
            if slot in self._drawn and self._drawn[slot].decimals > decimals:
                self._drawn[slot] = replace(self._drawn[slot], decimals=decimals)

    def decimals(self, slot: str) -> int:
        """Return how many decimals a bound slot's values are drawn with."""
        return self._drawn[slot].decimals

    def take(self, reading: Reading) -> None:
        """Remember a point's newest reading."""
        self._readings[reading.point] = reading

    def reading(self, slot: str) -> Reading | None:
        """Return the newest reading of a slot; None: unbound or not read yet."""
        point = self._slots.get(slot)
        return None if point is None else self._readings.get(point)

    def number(self, slot: str) -> float | None:
        """Return a believable number of a slot; a setting that is OFF is none."""
        reading = self.reading(slot) if slot else None
        if reading is None or not isinstance(reading.value, int | float):
            return None
        write = self._specs[slot].write
        if write is not None and write.off_value == reading.value:
            return None
        return float(reading.value)

    def figure(self, slot: str, now: datetime) -> Figure:
        """Return how a bound slot's value looks at ``now`` (UTC)."""
        return figure(self.reading(slot), self._drawn[slot], now)

    def tip(self, slot: str, now: datetime, zone: tzinfo | None = None) -> str:
        """Return the plain text that explains a bound slot's value, in ``zone``'s time."""
        return shown(self.reading(slot), self._specs[slot], now, zone).tip

    def spoken(self, slot: str, now: datetime) -> str:
        """Return a bound slot's value for a person who listens."""
        spec = self._specs[slot]
        return f"{spec.name}: {shown(self.reading(slot), spec, now).spoken}"


def figure(reading: Reading | None, spec: PointSpec, now: datetime) -> Figure:
    """Return how a reading looks; the plain good number takes the short way."""
    if (
        reading is not None
        and reading.quality is Quality.GOOD
        and spec.kind is ValueKind.NUMBER
        and spec.write is None
        and isinstance(reading.value, int | float)
    ):
        return Figure(figures(reading.value, spec.decimals), spec.unit, Style.PLAIN)
    seen = shown(reading, spec, now)
    return Figure(seen.text, seen.unit, seen.style, seen.age)


def _spec(point: PointId, specs: Mapping[str, PointSpec]) -> PointSpec:
    key = split_point(point)[1]
    return specs.get(key) or PointSpec(key=key, name=key, decimals=1)
