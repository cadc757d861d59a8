"""What is measured in many devices alike, side by side: flow, return, power and more."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo

from app.asked import DeviceView
from app.model.point import PointSpec
from app.model.reading import DeviceId, PointId, Reading, point_id
from app.words import _
from widgets.controls.quality import shown
from widgets.directory import Directory
from widgets.models.rows import Cell, Column
from widgets.pointfeed import PointFeed
from widgets.valuedoor import Door

_NOTHING = float("-inf")
_IN = {("W", "kW"): 1e-3, ("l/h", "m³/h"): 1e-3, ("kWh", "MWh"): 1e-3, ("GJ", "MWh"): 1 / 3.6}
_IN |= {("MW", "kW"): 1e3, ("l", "m³"): 1e-3}
_WIDTH_PX, _LETTER_PX = 84, 7


@dataclass(frozen=True, slots=True)
class Measure:
    """A quantity that devices of different makers tell under names of their own.

    ``roles`` are what profiles call it, the preferred one first.
    """

    id: str
    title: Callable[[], str]
    unit: str
    decimals: int
    roles: tuple[str, ...]

    def head(self) -> str:
        """Return name and unit as they stand above the column."""
        return f"{self.title()} {self.unit}"


MEASURES = (
    Measure("supply", lambda: _("Supply"), "°C", 1, ("temperature.supply", "meter.supply")),
    Measure("desired", lambda: _("Set point"), "°C", 1, ("temperature.supply_desired",)),
    Measure("return", lambda: _("Return"), "°C", 1, ("temperature.return", "meter.return")),
    Measure("dhw", lambda: _("DHW"), "°C", 1, ("temperature.dhw",)),
    Measure("room", lambda: _("Room"), "°C", 1, ("temperature.room",)),
    Measure("outdoor", lambda: _("Outdoor"), "°C", 1, ("temperature.outdoor",)),
    Measure("power", lambda: _("Power"), "kW", 1, ("meter.power", "power")),
    Measure("volume_flow", lambda: _("Volume flow"), "m³/h", 2, ("meter.flow",)),
    Measure("energy", lambda: _("Energy"), "MWh", 2, ("meter.energy", "energy")),
)
EM_METERS = range(1, 6)  # of a controller that reads meters itself: EM1 to EM5


def _behind(meter: int, measure: Measure, key: str) -> Measure:
    """Return a quantity of one of the meters that a controller reads."""

    def title() -> str:
        return f"EM{meter} {measure.title()}"

    unit, decimals = measure.unit, measure.decimals
    return Measure(f"em{meter}_{key}", title, unit, decimals, (f"em{meter}.{key}",))


_VOLUME = Measure("volume", lambda: _("Volume"), "m³", 2, ())
_FIVE = {
    "supply": "t1",
    "return": "t2",
    "power": "power",
    "volume_flow": "flow",
    "energy": "energy",
}
_KNOWN = {each.id: each for each in MEASURES}
OF_EM_METERS = tuple(
    made
    for meter in EM_METERS
    for made in (
        *(_behind(meter, _KNOWN[name], key) for name, key in _FIVE.items()),
        _behind(meter, _VOLUME, "volume"),
    )
)
BY_ID = {measure.id: measure for measure in (*MEASURES, *OF_EM_METERS)}


class Measurements:
    """The newest reading of each quantity of each device (GUI thread)."""

    def __init__(
        self,
        directory: Directory,
        feed: PointFeed,
        now: Callable[[], datetime],
        zone: tzinfo | None,
    ) -> None:
        self._directory, self._feed, self._now, self._zone = directory, feed, now, zone

    def spec(self, view: DeviceView, measure: Measure) -> PointSpec | None:
        """Return the device's point of a quantity; None without one, or not known yet."""
        return _meant(self._directory.roles(view.config.id), measure)

    def reading(self, view: DeviceView, measure: Measure) -> Reading | None:
        """Return the newest reading of a quantity."""
        spec = self.spec(view, measure)
        return None if spec is None else self._feed.latest(point_id(view.config.id, spec.key))

    def value(self, view: DeviceView, measure: Measure) -> float | None:
        """Return the newest value in the quantity's unit, None where none is believable."""
        spec = self.spec(view, measure)
        factor = None if spec is None else _factor(spec, measure)
        if spec is None or factor is None:
            return None
        reading = self._feed.latest(point_id(view.config.id, spec.key))
        value = None if reading is None else reading.value
        return value * factor if isinstance(value, int | float) else None

    def cell(self, view: DeviceView, measure: Measure) -> Cell:
        """Return the value with its quality; empty where the device measures no such thing.

        The unit stands in the head; a device with one that cannot be turned into it says
        so itself. No more decimals are shown than the column has or the source resolves.
        """
        alike = self._alike(view, measure)
        if alike is None:
            return Cell()
        reading, spec = alike
        told = shown(reading, spec, self._now(), self._zone, with_tip=False)
        return Cell(shown=replace(told, unit="" if spec.unit == measure.unit else told.unit))

    def tip(self, view: DeviceView, measure: Measure) -> str:
        """Return what is told of the value one points at."""
        alike = self._alike(view, measure)
        return "" if alike is None else shown(*alike, self._now(), self._zone).tip

    def decimals(self, view: DeviceView, measure: Measure) -> int:
        """Return with how many decimals a device's value is shown."""
        alike = self._alike(view, measure)
        return measure.decimals if alike is None else alike[1].decimals

    def _alike(
        self, view: DeviceView, measure: Measure
    ) -> tuple[Reading | None, PointSpec] | None:
        """Return the newest reading and its point in the quantity's unit where possible."""
        spec = self.spec(view, measure)
        if spec is None:
            return None
        reading = self._feed.latest(point_id(view.config.id, spec.key))
        factor = _factor(spec, measure)
        if factor in (None, 1.0):
            return reading, replace(spec, decimals=min(spec.decimals, measure.decimals))
        alike = replace(spec, unit=measure.unit, decimals=measure.decimals)
        if reading is not None and isinstance(reading.value, int | float) and factor:
            reading = replace(reading, value=reading.value * factor)
        return reading, alike

    def order(self, view: DeviceView, measure: Measure) -> float:
        """Return the sort key: the lowest where nothing is known."""
        value = self.value(view, measure)
        return _NOTHING if value is None else value

    def door(self, view: DeviceView, measure: Measure) -> Door | None:
        """Return the value as a door."""
        spec = self.spec(view, measure)
        return None if spec is None else Door(point_id(view.config.id, spec.key), spec)

    def above(self, measure: Measure, level: float) -> set[DeviceId]:
        """Return the devices whose newest value of a quantity is above a level."""
        latest, found = self._feed.latest, set()
        kept = self._directory.remembered(("of", measure.id), lambda: self._of(measure))
        for device, point, factor in kept:
            reading = latest(point)
            value = None if reading is None else reading.value
            if isinstance(value, int | float) and value * factor > level:
                found.add(device)
        return found

    def unread(self) -> list[PointId]:
        """Return the points of all quantities that nothing was heard of yet."""
        rest = self._directory.remembered("unread", self._all)
        rest[:] = self._feed.unheard(rest)  # what was heard of once stays on the screen
        return list(rest)

    def _of(self, measure: Measure) -> list[tuple[DeviceId, PointId, float]]:
        """Return who tells a quantity, by which point, and what turns its unit into ours."""
        told = []
        for roles, views in self._directory.alike():
            spec = _meant(roles, measure)
            factor = None if spec is None else _factor(spec, measure)
            if spec is not None and factor is not None:
                devices = (view.config.id for view in views)
                told += [(each, point_id(each, spec.key), factor) for each in devices]
        return told

    def _all(self) -> list[PointId]:
        points: list[PointId] = []
        for roles, views in self._directory.alike():
            specs = (_meant(roles, measure) for measure in BY_ID.values())
            keys = [spec.key for spec in specs if spec is not None]
            points.extend(point_id(view.config.id, key) for view in views for key in keys)
        return points


def _meant(roles: Mapping[str, PointSpec], measure: Measure) -> PointSpec | None:
    """Return a device's point of a quantity: the first of the roles it has."""
    for role in measure.roles:
        if role in roles:
            return roles[role]
    return None


def _factor(spec: PointSpec, measure: Measure) -> float | None:
    """Return what turns a point's unit into the quantity's; None where nothing does."""
    return 1.0 if spec.unit == measure.unit else _IN.get((spec.unit, measure.unit))


def measured_columns(values: Measurements) -> list[Column[DeviceView]]:
    """Return a column for each quantity."""
    return [_column(values, measure) for measure in MEASURES]


def meter_columns(values: Measurements, roles: Collection[str]) -> list[Column[DeviceView]]:
    """Return a column for each quantity of meters that some controller here reads itself."""
    return [
        _column(values, each) for each in OF_EM_METERS if not {*each.roles}.isdisjoint(roles)
    ]


def _column(values: Measurements, measure: Measure) -> Column[DeviceView]:
    return Column(
        measure.id,
        measure.head,
        lambda view: values.cell(view, measure),
        max(_WIDTH_PX, 16 + _LETTER_PX * len(measure.head())),
        lambda view: values.order(view, measure),
        right=True,
        decimals=measure.decimals,
        tip=lambda view: values.tip(view, measure),
    )
