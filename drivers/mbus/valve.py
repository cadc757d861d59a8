"""Cutting a customer's heat off and giving it back: the map an engineer sets, and its rules.

The makers' commands are not public. Nothing is known, and nothing can be sent, until every
field of the map is set for a meter.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from app.errors import BadInput, DeviceRefused
from app.model.device import Option
from app.model.heatsupply import CONNECTED, DISCONNECTED, HEAT_SUPPLY
from app.model.point import Category, PointSpec, ValueKind, WriteRules
from app.model.reading import Quality
from app.words import _
from drivers.mbus.points import MeterPoint

KEY = HEAT_SUPPLY
UNKNOWN = "state-unknown"  # why nothing is told of it: a command was sent, and nobody answered
USUAL_FROST_C = 5.0
_NORMALLY = ("normally open", "normally closed")
_FIELDS = ("valve_kind", "valve_energise", "valve_release", "valve_state")
_FROST_ROLES = ("meter.return", "meter.supply")
_LONGEST = 250  # bytes of a command


@dataclass(frozen=True, slots=True)
class ValveMap:
    """What a meter understands as commands, and where it tells what became of them.

    ``energise`` and ``release`` are user data from the CI field on. ``state`` is the key of
    the point that is 1 while the output is energised and 0 while it is not. A valve that is
    normally open is closed by energising it, one that is normally closed by releasing it.
    """

    normally_open: bool
    energise: bytes
    release: bytes
    state: str
    frost_c: float = USUAL_FROST_C

    def command(self, value: float) -> bytes:
        """Return what connects (1) or disconnects (0)."""
        if value not in (DISCONNECTED, CONNECTED):
            raise BadInput(
                _("heat is connected (1) or disconnected (0), not {value:g}").format(
                    value=value
                )
            )
        energised = (value == DISCONNECTED) is self.normally_open
        return self.energise if energised else self.release

    def supply(self, points: Iterable[MeterPoint]) -> int | None:
        """Return whether heat is connected by what a meter tells; None: it does not say."""
        for point in points:
            if point.spec.key == self.state and point.value in (0.0, 1.0):
                closed = (point.value == 1.0) is self.normally_open
                return DISCONNECTED if closed else CONNECTED
        return None

    def guard(self, name: str, value: float, points: Iterable[MeterPoint]) -> None:
        """Refuse to disconnect where pipes may freeze, or where nobody can tell.

        Raises:
            DeviceRefused: The water in the meter is colder than the frost guard allows.
        """
        if value != DISCONNECTED:
            return
        measured = [
            point.value
            for point in points
            if point.spec.role in _FROST_ROLES
            and point.quality is Quality.GOOD
            and isinstance(point.value, float)
        ]
        if not measured:
            raise DeviceRefused(
                _(
                    "{name}: frost guard: the meter tells no temperature; nothing was sent"
                ).format(name=name)
            )
        if min(measured) < self.frost_c:
            raise DeviceRefused(
                _("{name}: frost guard: the water has {c} °C; nothing was sent").format(
                    name=name, c=f"{min(measured):.1f}"
                )
            )


def valve_of(name: str, options: Mapping[str, Option]) -> ValveMap | None:
    """Return a meter's map; None until all of it is set.

    Raises:
        BadInput: A field cannot be; the sentence names device and field.
    """
    given = {field: str(options.get(field) or "").strip() for field in _FIELDS}
    if not all(given.values()):
        return None
    if given["valve_kind"] not in _NORMALLY:
        raise BadInput(
            _("{name}: valve_kind is ‘normally open’ or ‘normally closed’").format(name=name)
        )
    frost = options.get("frost_c")
    if frost is None:
        frost = USUAL_FROST_C
    if isinstance(frost, bool) or not isinstance(frost, int | float):
        raise BadInput(_("{name}: frost_c is a temperature").format(name=name))
    return ValveMap(
        given["valve_kind"] == _NORMALLY[0],
        _bytes(name, "valve_energise", given["valve_energise"]),
        _bytes(name, "valve_release", given["valve_release"]),
        given["valve_state"],
        float(frost),
    )


def supply_spec() -> PointSpec:
    """Return the setting: confirmed twice, where the plant wants it by a second person."""
    return PointSpec(
        KEY,
        _("Heat supply"),
        kind=ValueKind.CHOICE,
        choices={DISCONNECTED: _("disconnected"), CONNECTED: _("connected")},
        category=Category.ALL,
        write=WriteRules(
            allow=(DISCONNECTED, CONNECTED),
            confirm=True,
            dual=True,
            verify_after_ms=1000,
            rate_per_hour=6,
            danger=_("The customer is without heat while it is disconnected."),
        ),
        listed=True,
        note=_("Commands as set for this meter, not verified by its maker."),
    )


def _bytes(name: str, field: str, written: str) -> bytes:
    try:
        found = bytes.fromhex(written)
    except ValueError:
        found = b""
    if not 0 < len(found) <= _LONGEST:
        raise BadInput(
            _("{name}: {field} holds bytes in hexadecimal digits").format(
                name=name, field=field
            )
        )
    return found
