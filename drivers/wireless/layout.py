"""How the columns of a concentrator's CSV file are laid out: a TOML file, read and checked.

A layout is written once and used for every file: the letters that separate columns and
decimals, the encoding, the zone of its times, and which column is what. See `Layout`.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from app.clipped import clipped
from app.errors import BadInput
from app.history.exchange.csvin import ENCODINGS
from app.model.collector import BATTERY_UNITS
from app.model.point import PointSpec
from app.words import _

# A quantity → its point, and its units by name with what one of them is in the point's unit.
QUANTITIES: Mapping[str, tuple[PointSpec, Mapping[str, float]]] = {
    spec.key: (spec, units)
    for spec, units in (
        (PointSpec("energy", "Energy", "kWh", 3, role="meter.energy"),
         {"kWh": 1.0, "Wh": 0.001, "MWh": 1_000.0}),
        (PointSpec("energy_gj", "Energy", "GJ", 6, role="meter.energy"),
         {"GJ": 1.0, "MJ": 0.001}),
        (PointSpec("energy_export", "Energy export", "kWh", 3, role="meter.energy_export"),
         {"kWh": 1.0, "Wh": 0.001, "MWh": 1_000.0}),
        (PointSpec("volume", "Volume", "m³", 6, role="meter.volume"),
         {"m3": 1.0, "m³": 1.0, "l": 0.001}),
        (PointSpec("flow", "Flow", "m³/h", 6, role="meter.flow"),
         {"m3/h": 1.0, "m³/h": 1.0, "l/h": 0.001}),
        (PointSpec("power", "Power", "kW", 6, role="meter.power"),
         {"kW": 1.0, "W": 0.001, "MW": 1_000.0}),
        (PointSpec("supply_temperature", "Supply temperature", "°C", 2, role="meter.supply"),
         {"C": 1.0, "°C": 1.0}),
        (PointSpec("return_temperature", "Return temperature", "°C", 2, role="meter.return"),
         {"C": 1.0, "°C": 1.0}),
        (PointSpec("temperature_difference", "Temperature difference", "K", 2), {"K": 1.0}),
        (PointSpec("operating_time", "Operating time", "h", 3), {"h": 1.0, "min": 1 / 60}),
    )
}  # fmt: skip
COUNTING = frozenset(("energy", "energy_gj", "energy_export", "volume", "operating_time"))
_SEPARATORS = {"tab": "\t", ";": ";", ",": ",", "|": "|"}
_MOST_VALUES, _LARGEST = 64, 100_000  # values a row; bytes of a layout
_KEYS = frozenset(
    ("separator", "decimal_sign", "encoding", "time_zone", "time_format", "head", "meter",
     "time", "values", "names", "battery")
)  # fmt: skip
_VALUE_KEYS = frozenset(("column", "quantity", "unit", "quantity_column", "unit_column"))
_BATTERY_KEYS = frozenset(("column", "unit", "low"))
Column = int | str  # its place from 1, or its head


@dataclass(frozen=True, slots=True)
class ValueColumn:
    """One column of values: what they are, or in which other columns that stands."""

    column: Column
    quantity: str = ""
    unit: str = ""
    quantity_column: Column | None = None
    unit_column: Column | None = None


@dataclass(frozen=True, slots=True)
class BatteryColumn:
    """The column in which a concentrator tells of its own battery."""

    column: Column
    unit: str  # "%" or "V"
    low_from: float | None = None  # below it is low; None: nobody says so


@dataclass(frozen=True, slots=True)
class Layout:
    """What the columns of a file mean."""

    meter: Column
    time: tuple[Column, ...]  # more than one are put together with a blank between
    time_format: str  # as `datetime.strptime` has it
    zone: ZoneInfo | None  # None: every time says its own offset (%z)
    values: tuple[ValueColumn, ...]
    separator: str = ";"
    decimal_sign: str = "."
    encoding: str = ""
    head: int = 1  # lines above the rows; the last of them names the columns
    names: Mapping[str, str] = field(default_factory=dict)  # what a file calls a quantity
    battery: BatteryColumn | None = None


def load_layout(path: Path) -> Layout:
    """Return the layout in a file; `BadInput` names the file and what is wrong in it."""
    try:
        if path.stat().st_size > _LARGEST:
            raise BadInput(_("{file}: too large for a layout").format(file=path.name))
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise BadInput(f"{clipped(path.name)}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise BadInput(f"{path.name}: {error}") from error
    try:
        return layout_in(text)
    except BadInput as error:
        raise BadInput(f"{path.name}: {error}") from error


def layout_in(text: str) -> Layout:
    """Return the layout a text of TOML describes; `BadInput` says what is wrong in it."""
    if len(text) > _LARGEST:
        raise BadInput(_("too large for a layout"))
    try:
        content = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise BadInput(str(error)) from error
    return layout_of(content)


def layout_of(content: Mapping[str, Any]) -> Layout:
    """Return what a table of TOML says; `BadInput` names the key that is wrong."""
    _require_known(content, _KEYS)
    separator = _SEPARATORS.get(str(content.get("separator", ";")))
    if separator is None:
        raise _wrong("separator", ", ".join(_SEPARATORS))
    decimal_sign = content.get("decimal_sign", ".")
    if decimal_sign not in (".", ",") or decimal_sign == separator:
        raise _wrong("decimal_sign", _("a point, or a comma that does not separate columns"))
    encoding = content.get("encoding", "")
    if encoding and encoding not in tuple(ENCODINGS):
        raise _wrong("encoding", ", ".join(ENCODINGS))
    head = content.get("head", 1)
    if not isinstance(head, int) or isinstance(head, bool) or not 0 <= head <= 100:  # noqa: PLR2004
        raise _wrong("head", _("lines above the rows, 0…100"))
    time_format = content.get("time_format")
    time = content.get("time")
    parts = tuple(time) if isinstance(time, list) and time else (time,)
    return Layout(
        _column("meter", content.get("meter"), head),
        tuple(_column("time", each, head) for each in parts),
        _format(time_format),
        _zone(content.get("time_zone"), str(time_format)),
        _values(content.get("values"), head),
        separator,
        decimal_sign,
        encoding,
        head,
        _names(content.get("names", {})),
        _battery(content.get("battery"), head),
    )


def _values(given: object, head: int) -> tuple[ValueColumn, ...]:
    if not isinstance(given, list) or not 0 < len(given) <= _MOST_VALUES:
        raise _wrong("values", _("tables [[values]], one for each column of values"))
    found = []
    for each in given:
        if not isinstance(each, dict):
            raise _wrong("values", "[[values]]")
        _require_known(each, _VALUE_KEYS)
        quantity, unit = each.get("quantity", ""), each.get("unit", "")
        by, unit_by = (each.get(name) for name in ("quantity_column", "unit_column"))
        if (by is None) == (not quantity) or (unit_by is None) == (not unit):
            raise _wrong("values", _("quantity or quantity_column, and unit or unit_column"))
        if quantity:
            if quantity not in tuple(QUANTITIES):
                raise _wrong("quantity", ", ".join(QUANTITIES))
            units = QUANTITIES[quantity][1]
            if unit and unit not in tuple(units):
                raise _wrong("unit", ", ".join(units))
        found.append(
            ValueColumn(
                _column("column", each.get("column"), head),
                quantity,
                unit,
                None if by is None else _column("quantity_column", by, head),
                None if unit_by is None else _column("unit_column", unit_by, head),
            )
        )
    return tuple(found)


def _battery(given: object, head: int) -> BatteryColumn | None:
    if given is None:
        return None
    if not isinstance(given, dict):
        raise _wrong("battery", "[battery]")
    _require_known(given, _BATTERY_KEYS)
    unit, low = given.get("unit"), given.get("low")
    if unit not in tuple(BATTERY_UNITS):
        raise _wrong("unit", ", ".join(BATTERY_UNITS))
    if low is not None and (
        not isinstance(low, int | float)
        or isinstance(low, bool)
        or not 0 < low < BATTERY_UNITS[unit]
    ):
        raise _wrong("low", _("the limit below which the battery is low"))
    column = _column("column", given.get("column"), head)
    return BatteryColumn(column, unit, None if low is None else float(low))


def _names(given: object) -> Mapping[str, str]:
    known = tuple(QUANTITIES)
    if not isinstance(given, dict) or any(each not in known for each in given.values()):
        raise _wrong("names", _("what the file says = one of {quantities}").format(
            quantities=", ".join(QUANTITIES)))  # fmt: skip
    return given


def _column(key: str, given: object, head: int) -> Column:
    if isinstance(given, str) and given.strip() and head:
        return given.strip()
    if isinstance(given, int) and not isinstance(given, bool) and 0 < given < 1_000:  # noqa: PLR2004
        return given
    raise _wrong(key, _("the head of a column, or its place from 1"))


def _format(given: object) -> str:
    tried = datetime(2026, 2, 28, 13, 45)  # noqa: DTZ001 - only tried
    try:
        if isinstance(given, str) and "%" in given:
            text = tried.strftime(given.replace("%z", "+0000"))
            read = datetime.strptime(text, given)  # noqa: DTZ007 - only tried
            if read.date() == tried.date() and read.hour == tried.hour:
                return given
    except (ValueError, re.error):  # the second: a letter of the format stands there twice
        pass
    example = _("such as {example}, with day and hour")
    raise _wrong("time_format", example.format(example="%Y-%m-%d %H:%M:%S"))


def _zone(given: object, time_format: str) -> ZoneInfo | None:
    if given is None and "%z" in time_format:
        return None
    try:
        return ZoneInfo(str(given))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise _wrong("time_zone", _("the zone of the file's times, such as UTC or "
                                    "Europe/Copenhagen")) from None  # fmt: skip


def _require_known(content: Mapping[str, Any], known: frozenset[str]) -> None:
    if unknown := sorted(set(content) - known):
        raise BadInput(
            _("{key}: no key of a layout; there are {known}").format(
                key=unknown[0], known=", ".join(sorted(known))
            )
        )


def _wrong(key: str, expected: str) -> BadInput:
    return BadInput(_("{key}: expected is {what}").format(key=key, what=expected))
