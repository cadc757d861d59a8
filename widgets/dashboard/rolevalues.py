"""One kind of value over the whole plant: every return temperature, every power."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean, median

from PyQt6.QtCore import QObject, QTimer, pyqtSignal

from app.model.point import PointSpec
from app.model.reading import DeviceId, PointId, Quality, Reading, point_id
from app.words import _
from widgets.pagetype import PageContext

_AGAIN_S = 5  # a person reads a mean no faster
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
        reading = self.reading
        if reading is None or not isinstance(reading.value, int | float):
            return None
        usable = (Quality.GOOD, Quality.UNCERTAIN, Quality.MANUAL)
        return float(reading.value) if reading.quality in usable else None

    def number_in(self, unit: str) -> float | None:
        """The value in another unit of the same kind; None where there is no way."""
        number = self.number
        family, factor = _FAMILIES.get(self.spec.unit, (self.spec.unit, 1.0))
        wanted, divisor = _FAMILIES.get(unit, (unit, 1.0))
        return None if number is None or family != wanted else number * factor / divisor


def common_unit(held: Sequence[Held]) -> str:
    """Return the unit most devices tell the value in."""
    units = Counter(each.spec.unit for each in held)
    return units.most_common(1)[0][0] if units else ""


class RoleValues(QObject):
    """The newest values of every device that has a role (GUI thread).

    ``changed`` tells that they should be looked at again: at most every few seconds.
    """

    changed = pyqtSignal()

    def __init__(self, context: PageContext, kind: Kind, parent: QObject) -> None:
        super().__init__(parent)
        self._context, self._kind = context, kind
        self._points: dict[DeviceId, tuple[PointId, PointSpec]] = {}
        self._asked: set[PointId] = set()
        self._age_s = 0
        self._soon = QTimer(self)  # the page is on the screen first; a burst costs one look
        self._soon.setSingleShot(True)
        self._soon.timeout.connect(self._look)
        context.directory.listed.connect(self._look_soon)
        context.directory.described.connect(self._look_soon)
        context.feed.aged.connect(self._tick)
        self._look_soon()

    @property
    def held(self) -> Sequence[Held]:
        """Every device that has such a value, with its newest reading."""
        latest = self._context.feed.latest
        return [
            Held(device, point, spec, latest(point))
            for device, (point, spec) in self._points.items()
        ]

    def _look_soon(self) -> None:
        if not self._soon.isActive():
            self._soon.start(0)

    def _look(self) -> None:
        """Find the points; ask once for readings nobody has told yet."""
        context = self._context
        self._points = {}
        for roles, views in context.directory.alike():
            if (spec := self._kind.spec(roles)) is not None:
                for view in views:
                    if view.config.enabled:
                        device = view.config.id
                        self._points[device] = point_id(device, spec.key), spec
        unheard = context.feed.unheard(point for point, _spec in self._points.values())
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

    def _tick(self) -> None:
        self._age_s = (self._age_s + 1) % _AGAIN_S
        if self._age_s == 0:
            self.changed.emit()


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
