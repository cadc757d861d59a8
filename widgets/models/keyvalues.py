"""The few values that matter most: each beside what it should be, and how far it is off."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from itertools import pairwise

from app.model.alarm import Alarm
from app.model.point import PointSpec, ValueKind
from app.model.reading import Quality, Reading, split_point
from app.words import _
from widgets.controls.marks import alarm_mark
from widgets.controls.quality import MINUS, figures
from widgets.models.points import Latest, PointCells, unit_px
from widgets.models.rows import Cell, Column, Tone

_SAVING, _PRE_SAVING = 0, 3  # codes of a circuit's status in which saving is wanted
_JUDGED = (
    "temperature.supply",
    "temperature.room",
    "temperature.dhw",
    "temperature.return",
    "temperature.dhw_return",
)
_AGED_PX = 140  # "20.8", a clock and "23 h 59 min" beside each other
_LEFT_OUT = ("valve.", "status.", "mode.", "curve.", "limit.", "setpoint.")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a value should be: a set point, or a limit it should stay below."""

    value: float
    is_limit: bool = False


class Targets:
    """Finds what each value should be, from the device's own set points and limits."""

    def __init__(self, specs: Sequence[PointSpec], latest: Latest) -> None:
        self._roles = {spec.role: spec for spec in specs if spec.role}
        self._latest = latest

    @staticmethod
    def judges(spec: PointSpec) -> bool:
        """Whether a value of this role can have something it should be."""
        return spec.role in _JUDGED

    def of(self, spec: PointSpec) -> Wanted | None:
        """Return what a point should be at this moment, None when nobody says."""
        finders: Mapping[str, Callable[[], Wanted | None]] = {
            "temperature.supply": lambda: self._set("temperature.supply_desired"),
            "temperature.room": lambda: self._by_status("room", 1),
            "temperature.dhw": lambda: self._by_status("dhw", 2),
            "temperature.return": self._return_limit,
            "temperature.dhw_return": lambda: self._limit("limit.dhw_return"),
        }
        find = finders.get(spec.role)
        return find() if find is not None else None

    def number(self, role: str) -> float | None:
        """Return the present number of a role; None when it is off or not believed."""
        spec = self._roles.get(role)
        reading = self._latest(spec) if spec is not None else None
        value = reading.value if reading is not None else None
        if spec is None or not isinstance(value, int | float):
            return None
        off = spec.write is not None and spec.write.off_value == value
        return None if off else float(value)

    def _set(self, role: str) -> Wanted | None:
        value = self.number(role)
        return None if value is None else Wanted(value)

    def _limit(self, role: str) -> Wanted | None:
        value = self.number(role)
        return None if value is None else Wanted(value, is_limit=True)

    def _by_status(self, what: str, circuit: int) -> Wanted | None:
        status = self.number(f"status.circuit_{circuit}")
        saving = status in (_SAVING, _PRE_SAVING)
        return self._set(f"setpoint.{what}_{'saving' if saving else 'comfort'}")

    def _return_limit(self) -> Wanted | None:
        """Return the heating circuit's return limit: constant, or by the outdoor temperature.

        Source: the ECL's limit runs straight between (X1, Y1) and (X2, Y2) over the
        outdoor temperature and is level beyond (Danfoss ECL guides, "Return limit").
        """
        names = ("temperature.outdoor", "limit.return_x1", "limit.return_x2")
        outdoor, x1, x2 = (self.number(role) for role in names)
        y1, y2 = (self.number(role) for role in ("limit.return_y1", "limit.return_y2"))
        if None in (outdoor, x1, x2, y1, y2):
            return self._limit("limit.return_constant")
        assert outdoor is not None and x1 is not None and x2 is not None  # noqa: S101, PT018 - just asked
        assert y1 is not None and y2 is not None  # noqa: S101, PT018 - just asked
        return Wanted(_along(sorted([(x1, y1), (x2, y2)]), outdoor), is_limit=True)


def key_rows(specs: Sequence[PointSpec]) -> list[PointSpec]:
    """Return the points of the card: with a role, measured ones before states."""
    roles = [spec for spec in specs if spec.role and not spec.role.startswith(_LEFT_OUT)]
    roles = [spec for spec in roles if spec.role != "temperature.supply_desired"]
    numbers = [spec for spec in specs if spec.kind is ValueKind.NUMBER]
    found = roles or numbers
    return sorted(found, key=lambda spec: spec.kind is not ValueKind.NUMBER)


class KeyCells(PointCells):
    """Cells of the card, with what each value should be and the alarm that stands."""

    def __init__(
        self,
        latest: Latest,
        now: Callable[[], datetime],
        zone: tzinfo | None,
        targets: Targets,
        alarms: Callable[[], Sequence[Alarm]],
    ) -> None:
        super().__init__(latest, now, zone)
        self._read, self._targets, self._alarms = latest, targets, alarms

    def named(self, spec: PointSpec) -> Cell:
        """Return the name, with the mark of the worst alarm that stands on the point."""
        worst = min(
            (each for each in self._alarms() if _on(each, spec)),
            key=lambda each: each.rule.priority,
            default=None,
        )
        mark = None if worst is None else alarm_mark(worst.rule.priority, worst.state)
        tip = spec.name if worst is None else f"{spec.name}\n{worst.rule.name}"
        return Cell(spec.name, mark, strong=worst is not None, tip=tip)

    def wanted(self, spec: PointSpec) -> Cell:
        """Return the set point, or the limit with its sign."""
        wanted = self._targets.of(spec)
        if wanted is None:
            return Cell()
        text = figures(wanted.value, min(spec.decimals, 1))
        return Cell(f"≤ {text}" if wanted.is_limit else text, tone=Tone.QUIET)

    def off(self, spec: PointSpec) -> Cell:
        """Return how far the value is from its set point, or above its limit.

        Of a stale one its age stands there: how far off it is now nobody knows.
        """
        reading = self._read(spec)
        if reading is not None and reading.quality is Quality.STALE:
            seen = self.value(spec).shown
            return Cell(seen.age if seen is not None else "", tone=Tone.QUIET)
        wanted, value = self._targets.of(spec), _number(reading)
        if wanted is None or value is None:
            return Cell()
        by = value - wanted.value
        if wanted.is_limit and by <= 0:
            return Cell()
        decimals = min(spec.decimals, 1)
        sign = MINUS if round(by, decimals) < 0 else "+"
        words = f"{sign}{figures(abs(by), decimals)}"
        return Cell(words, strong=wanted.is_limit, tone=Tone.NORMAL)


def columns_of(
    cells: KeyCells, decimals: int, *, judged: bool = True, units: Iterable[str] = ()
) -> Sequence[Column[PointSpec]]:
    """Return the columns of the card; ``trend`` is painted by its own delegate.

    Where nothing is ``judged`` the numbers get the room of what they should be, and so the
    stale ones tell their age themselves.
    """
    columns: Sequence[Column[PointSpec]] = (
        Column("name", lambda: _("Point"), cells.named, 128, stretch=True),
        Column("trend", lambda: _("24 h"), lambda _spec: Cell(), 80),
        Column(
            "value",
            lambda: _("Now"),
            cells.value,
            72 if judged else _AGED_PX,
            cells.order,
            right=True,
            decimals=decimals,
        ),
        Column("unit", lambda: _("Unit"), cells.unit, unit_px(units, 48)),
        Column("set", lambda: _("Set"), cells.wanted, 60, right=True),
        Column("off", lambda: "Δ", cells.off, 52, right=True),
    )
    return columns if judged else tuple(c for c in columns if c.id not in ("set", "off"))


def _on(alarm: Alarm, spec: PointSpec) -> bool:
    point = alarm.rule.point
    return point is not None and split_point(point)[1] == spec.key


def _number(reading: Reading | None) -> float | None:
    value = reading.value if reading is not None else None
    return float(value) if isinstance(value, int | float) else None


def _along(line: Sequence[tuple[float, float]], at: float) -> float:
    if at <= line[0][0]:
        return line[0][1]
    for (x1, y1), (x2, y2) in pairwise(line):
        if at <= x2 and x2 > x1:
            return y1 + (y2 - y1) * (at - x1) / (x2 - x1)
    return line[-1][1]
