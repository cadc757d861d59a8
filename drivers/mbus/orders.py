"""What the standard lets a master set at a meter: address, clock, readout, rate (EN 13757-3).

Each is a setting of the meter, changed through the one door. Address, clock and rate are read
back; a reset and a choice of the readout are orders: acknowledged, and the meter answers.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from app.errors import BadInput
from app.model.plantclock import CLOCK_SHIFT
from app.model.point import PointSpec, ValueKind, WriteRules
from app.model.reading import DeviceId, Quality, Reading, point_id
from app.words import _
from drivers.mbus.asking import (
    CI_BAUD,
    LAST_PRIMARY,
    application_reset,
    clock_setting,
    new_primary,
    output_selection,
)
from drivers.mbus.telegram import Function, Record

ADDRESS, CLOCK = "primary_address", "clock_shift"
RESET, SELECTION = "application_reset", "readout_selection"
ORDERS = frozenset({ADDRESS, CLOCK, RESET, SELECTION})  # of every line
RATE = "baud_rate"  # only where ours is set from here
_MORE = 0x80  # the bit of a DIF or VIF that another one follows
_MINUTE_S = 60.0
_FARTHEST_MIN = 14 * 60.0  # of a time zone from UTC
_SETTINGS_AN_HOUR, _ORDERS_AN_HOUR = 6, 12
_CLOCK_TOLERANCE_MIN = 2.0  # type F has no seconds, and a slow line takes some
# What may be chosen for the readout, by the quantities of the standard's tables.
_CHOSEN: Mapping[int, tuple[str, ...]] = {
    1: ("energy",),
    2: ("volume",),
    3: ("energy", "volume"),
    4: ("energy", "volume", "power", "flow temperature", "return temperature"),
}


def order_specs(
    clock: datetime | None, records: Iterable[Record], *, rate: bool = False
) -> dict[str, PointSpec]:
    """Return the settings of a meter that told ``records``; without a clock none of it.

    ``rate``: it can be told another one.
    """
    found = [_address_spec(), _reset_spec(), *([_rate_spec()] if rate else [])]
    if clock is not None:
        found.append(_clock_spec())
    told = {each.heading.quantity for each in records}
    choices = {code: quantities for code, quantities in _CHOSEN.items() if told & {*quantities}}
    if choices:
        found.append(_selection_spec(choices))
    return {spec.key: spec for spec in found}


def order_readings(
    device: DeviceId,
    bus_address: int | None,
    clock: datetime | None,
    at: datetime,
    rate: int | None = None,
) -> list[Reading]:
    """Return what a readout of the moment ``at`` (UTC) tells of address and clock.

    ``rate`` is the one it came at, in Bd, where it is known.
    """
    found = []
    if rate is not None:
        found.append(Reading(point_id(device, RATE), float(rate), Quality.GOOD, at))
    if bus_address is not None:
        value = float(bus_address)
        found.append(Reading(point_id(device, ADDRESS), value, Quality.GOOD, at))
    if clock is not None:
        ahead = clock - at.replace(tzinfo=None)
        minutes = float(round(ahead.total_seconds() / _MINUTE_S))
        found.append(Reading(point_id(device, CLOCK), minutes, Quality.GOOD, at))
    return found


def order(name: str, key: str, value: float, at: datetime, records: Sequence[Record]) -> bytes:
    """Return the user data of an order, from its CI field on.

    ``at`` is the present moment (UTC), ``records`` what the meter told last, ``name`` its own
    for the sentence. Raises `BadInput` for what cannot be.
    """
    if key == ADDRESS:
        return new_primary(int(value))
    if key == CLOCK:
        shown = at.replace(tzinfo=None) + timedelta(minutes=value)
        return clock_setting(shown + timedelta(seconds=_MINUTE_S / 2))  # to the nearest minute
    if key == RESET:
        return application_reset(int(value) or None)
    headings = _headings(_CHOSEN.get(int(value), ()), records)
    if not headings:
        raise BadInput(_("{name}: it tells none of these values").format(name=name))
    return output_selection(headings)


def _headings(quantities: Sequence[str], records: Iterable[Record]) -> list[bytes]:
    """Return the VIFs with their VIFEs of the present values of some quantities."""
    found: dict[bytes, None] = {}
    for record in records:
        heading = record.heading
        present = heading.function is Function.INSTANTANEOUS and not heading.storage
        if present and heading.quantity in quantities:
            found[_vif_of(heading.dif_vif)] = None
    return list(found)


def _vif_of(dif_vif: bytes) -> bytes:
    at = 0
    while dif_vif[at] & _MORE:
        at += 1
    return dif_vif[at + 1 :]


def _address_spec() -> PointSpec:
    rules = WriteRules(minimum=0.0, maximum=float(LAST_PRIMARY), step=1.0)
    danger = _("Who reads this meter by its present address finds it no more.")
    return _setting(PointSpec(ADDRESS, _("Primary address"), write=rules), danger)


def _clock_spec() -> PointSpec:
    rules = WriteRules(
        minimum=-_FARTHEST_MIN,
        maximum=_FARTHEST_MIN,
        step=15.0,
        tolerance=_CLOCK_TOLERANCE_MIN,
    )
    danger = _("A clock that is set within a day may shift what the meter stores.")
    shift = PointSpec(CLOCK, _("Clock ahead of UTC"), unit="min", role=CLOCK_SHIFT, write=rules)
    return _setting(shift, danger)


def _rate_spec() -> PointSpec:
    rules = WriteRules(allow=tuple(float(each) for each in CI_BAUD))
    danger = _(
        "Another master, repeater or converter that knows this rate only loses the meter."
    )
    rate = PointSpec(
        RATE,
        _("Baud rate"),
        kind=ValueKind.CHOICE,
        choices={each: f"{each} Bd" for each in CI_BAUD},
        write=rules,
    )
    return _setting(rate, danger)


def _reset_spec() -> PointSpec:
    choices = {
        0x00: _("everything"),
        0x10: _("user data"),
        0x20: _("simple billing"),
        0x30: _("enhanced billing"),
        0x40: _("billing by tariffs"),
        0x50: _("present values"),
    }
    danger = _("The meter begins its readout anew and forgets what was chosen of it.")
    return _momentary(RESET, _("Application reset"), choices, danger)


def _selection_spec(choices: Mapping[int, tuple[str, ...]]) -> PointSpec:
    words = {
        1: _("energy"),
        2: _("volume"),
        3: _("energy and volume"),
        4: _("energy, volume, power, temperatures"),
    }
    danger = _("The meter tells nothing else until its application is reset.")
    chosen = {code: words[code] for code in choices}
    return _momentary(SELECTION, _("Read out only"), chosen, danger)


def _momentary(key: str, name: str, choices: Mapping[int, str], danger: str) -> PointSpec:
    """Return an order: there is nothing to read before or after it."""
    rules = WriteRules(momentary=True, rate_per_hour=_ORDERS_AN_HOUR)
    spec = PointSpec(key, name, kind=ValueKind.CHOICE, choices=choices, live=False, write=rules)
    return _setting(spec, danger)


def _setting(spec: PointSpec, danger: str) -> PointSpec:
    """Return a setting of the bus as all of them are: confirmed, seldom, with a warning."""
    rules = spec.write or WriteRules()
    seldom = rules.rate_per_hour or _SETTINGS_AN_HOUR
    return replace(
        spec,
        write=replace(rules, confirm=True, rate_per_hour=seldom, danger=danger),
        group=_("Meter on the bus"),
        listed=True,
    )
