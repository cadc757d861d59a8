"""One kind of value over the whole plant: every return temperature, every power."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean, median

from PyQt6.QtCore import QObject, QTimer, pyqtSignal

from app.model.point import PointSpec
from app.model.reading import DeviceId, PointId, Quality, Reading, point_id
from app.words import _
from widgets.directory import Directory
from widgets.pagetype import PageContext

_AGAIN_S = 5  # a person reads a mean no faster
_USABLE = (Quality.GOOD, Quality.UNCERTAIN, Quality.MANUAL)
# Units of one kind by what one of them is in the smallest; others stand for themselves.
_FAMILIES: Mapping[str, tuple[str, float]] = {
    "W": ("W", 1.0),
    "kW": ("W", 1e3),
    "MW": ("W", 1e6),
    "l/h": ("l/h", 1.0),
    "m³/h": ("l/h", 1e3),
}


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of value a person may choose.

    Of several ``roles`` a device has the first it knows; ``with_role`` and
    ``without_role`` tell a heat meter from an electricity meter.
    """

    word: str
    roles: tuple[str, ...]
    with_role: str = ""
    without_role: str = ""

    def spec(self, roles: Mapping[str, PointSpec]) -> PointSpec | None:
        """Return the point of a device that is meant, None when it has none."""
        if self.with_role and self.with_role not in roles:
            return None
        if self.without_role and self.without_role in roles:
            return None
        return next((roles[role] for role in self.roles if role in roles), None)


@dataclass(frozen=True, slots=True)
class Held:
    """One device's value of the kind."""

    device: DeviceId
    point: PointId
    spec: PointSpec
    reading: Reading | None

    @property
    def number(self) -> float | None:
        """The value, as long as it can be believed and is of now."""
        return _number(self.reading)


def _number(reading: Reading | None) -> float | None:
    if reading is None or not isinstance(reading.value, int | float):
        return None
    return float(reading.value) if reading.quality in _USABLE else None


def factor_to(unit: str, of: str) -> float | None:
    """Return what makes a number ``of`` one unit one of another; None: no way leads there."""
    family, factor = _FAMILIES.get(of, (of, 1.0))
    wanted, divisor = _FAMILIES.get(unit, (unit, 1.0))
    return factor / divisor if family == wanted else None


@dataclass(frozen=True, slots=True)
class Alike:
    """Devices that tell the value in the same way."""

    spec: PointSpec
    devices: Sequence[DeviceId]
    points: Sequence[PointId]  # of these devices, in their order


def common_unit(groups: Sequence[Alike]) -> str:
    """Return the unit most devices tell the value in."""
    units = Counter[str]()
    for each in groups:
        units[each.spec.unit] += len(each.devices)
    return units.most_common(1)[0][0] if units else ""


_Rated = tuple[float | None, Held]


class RoleValues(QObject):
    """The newest values of every device that has a role (GUI thread).

    ``changed`` tells that they should be looked at again: at most every few seconds, and
    with every device that answers as long as none has a value.
    """

    changed = pyqtSignal()

    def __init__(self, context: PageContext, kind: Kind, parent: QObject) -> None:
        super().__init__(parent)
        self._context, self._kind = context, kind
        self._groups: Sequence[Alike] = ()
        self.unit = ""  # the one most devices tell the value in
        self._asked: set[PointId] = set()
        self._age_s, self._none_yet = 0, True
        self._soon = QTimer(self)  # the page is on the screen first; a burst costs one look
        self._soon.setSingleShot(True)
        self._soon.timeout.connect(self._look)
        context.directory.listed.connect(self._look_soon)
        context.directory.described.connect(self._look_soon)
        context.feed.aged.connect(self._tick)
        context.feed.devices_changed.connect(self._look_for_the_first)
        self._look_soon()

    @property
    def held(self) -> Sequence[Held]:
        """Every device that has such a value, with its newest reading."""
        return [each for _number, each in self.rated()]

    @property
    def decimals(self) -> int:
        """How many the common unit is told with."""
        told = (each.spec.decimals for each in self._groups if each.spec.unit == self.unit)
        return min(told, default=1)

    def numbers(self) -> tuple[list[float], int]:
        """Return the believable values in the common unit, and how many devices there are."""
        numbers, count = [], 0
        for _group, factor, readings in self._told():
            count += len(readings)
            if factor is not None:
                found = map(_number, readings)
                numbers += [each * factor for each in found if each is not None]
        self._none_yet = not numbers
        return numbers, count

    def rated(self, most: int | None = None, *, highest: bool = True) -> list[_Rated]:
        """Return devices with their values in the common unit, those without one last.

        With ``most`` only so many, the highest or lowest first; else as the core has them.
        """
        found = [
            (None if factor is None or number is None else number * factor, group, at)
            for group, factor, readings in self._told()
            for at, number in enumerate(map(_number, readings))
        ]
        self._none_yet = all(each[0] is None for each in found)
        if most is not None:
            rated = [each for each in found if each[0] is not None]
            rated.sort(key=lambda each: each[0] or 0.0, reverse=highest)
            found = [*rated[:most], *(each for each in found if each[0] is None)][:most]
        return [(number, self._held(group, at)) for number, group, at in found]

    def _held(self, group: Alike, at: int) -> Held:
        point = group.points[at]
        return Held(group.devices[at], point, group.spec, self._context.feed.latest(point))

    def _told(self) -> Iterator[tuple[Alike, float | None, Sequence[Reading | None]]]:
        for group in self._groups:
            readings = self._context.feed.newest(group.points)
            yield group, factor_to(self.unit, group.spec.unit), readings

    def _look_soon(self) -> None:
        if not self._soon.isActive():
            self._soon.start(0)

    def _look(self) -> None:
        """Find the points; ask once for readings nobody has told yet."""
        context = self._context
        directory = context.directory
        self._groups = directory.remembered(
            ("who has a value", self._kind), lambda: list(_groups(directory, self._kind))
        )
        self.unit = common_unit(self._groups)
        unheard = context.feed.unheard(point for each in self._groups for point in each.points)
        fresh = sorted(set(unheard) - self._asked)
        if fresh:
            self._asked.update(fresh)
            context.asking.ask(
                context.asked.plant.latest(context.viewer, fresh),
                owner=self,
                done=self._seed,
                failed=lambda _error: self.changed.emit(),
            )
        self.changed.emit()

    def _seed(self, readings: Sequence[Reading]) -> None:
        self._context.feed.seed(readings)
        self._context.feed.refresh()
        self.changed.emit()

    def _look_for_the_first(self) -> None:
        """A plant that was just opened: nobody looks at dashes once a device has answered."""
        if self._none_yet:
            self.changed.emit()

    def _tick(self) -> None:
        self._age_s = (self._age_s + 1) % _AGAIN_S
        if self._age_s == 0:
            self.changed.emit()


def _groups(directory: Directory, kind: Kind) -> Iterator[Alike]:
    for roles, views in directory.alike(paths=False):
        spec = kind.spec(roles)
        devices = [view.config.id for view in views if view.config.enabled]
        if spec is not None and devices:
            yield Alike(spec, devices, [point_id(device, spec.key) for device in devices])


def kinds_of_values() -> Mapping[str, Kind]:
    """Return the kinds a person may choose."""
    heat, flow = "meter.supply", ("meter.flow",)
    return {
        "return": Kind(_("Return temperature"), ("temperature.return", "meter.return")),
        "supply": Kind(_("Flow temperature"), ("temperature.supply", "meter.supply")),
        "outdoor": Kind(_("Outdoor temperature"), ("temperature.outdoor",)),
        "dhw": Kind(_("Hot water temperature"), ("temperature.dhw",)),
        "dhw_return": Kind(_("Hot water return"), ("temperature.dhw_return",)),
        "room": Kind(_("Room temperature"), ("temperature.room",)),
        "cooling": Kind(_("Cooling of the water"), ("meter.cooling",)),
        "power": Kind(_("Heat power"), ("meter.power",), with_role=heat),
        "electric": Kind(_("Electrical power"), ("meter.power",), without_role=heat),
        "flow": Kind(_("Flow"), flow),
    }


def sum_words() -> Mapping[str, tuple[str, Callable[[Sequence[float]], float]]]:
    """Return how many values become one: words, and the sum itself."""
    return {
        "mean": (_("mean"), fmean),
        "median": (_("median"), median),
        "highest": (_("highest"), max),
        "lowest": (_("lowest"), min),
        "total": (_("total"), sum),
    }
