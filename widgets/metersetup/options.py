"""The options of a meter as fields: what each may hold, and the device they make."""

import re
from collections.abc import Mapping
from dataclasses import replace

from app.errors import BadInput
from app.model.device import DeviceConfig, LinkConfig, Option
from app.words import _

RADIO, WIRED = "wmbus", "mbus-"
HIGHEST_UNIT = 253  # by secondary address; EN 13757-2, 5.7
_UNIT_DIGITS = 3
LONGEST_S = 40 * 86_400.0  # some meters speak once a month
VALVE_KINDS = ("", "normally open", "normally closed")
BAUDS: tuple[Option, ...] = ("", "auto", 300, 600, 1200, 2400, 4800, 9600, 19200, 38400)
SUPPLIES = ("", "battery", "mains")
SILENT, WRONG_KEY, SUPPLY = "alarm_silent", "alarm_wrong_key", "alarm_supply"
ENERGISE, RELEASE, STATE, FROST = "valve_energise", "valve_release", "valve_state", "frost_c"
_VALVE = (ENERGISE, RELEASE, STATE)
_LONGEST_BYTES = 250  # of a command
_COLDEST_C, _WARMEST_C = -20.0, 60.0  # of a frost guard that means something
# Identification, maker, version, medium, as wired lines read them; F stands for any digit.
_SECONDARY = re.compile(r"[0-9F]{8}(-([A-Z]{3}|FFFF)(-[0-9A-F]{2}(-[0-9A-F]{2})?)?)?")


def is_meter(link: LinkConfig) -> bool:
    """Whether a line is one of meters, wired or by radio."""
    return link.kind == RADIO or link.kind.startswith(WIRED)


def is_radio(link: LinkConfig) -> bool:
    """Whether a line's meters speak by themselves."""
    return link.kind == RADIO


def has_valve(device: DeviceConfig) -> bool:
    """Whether the commands of its valve are set, without which its kind means nothing."""
    return all(str(device.options.get(each) or "").strip() for each in _VALVE)


def alarms_of(link: LinkConfig) -> tuple[str, ...]:
    """Return which alarms of its meters a line raises by itself."""
    return (SILENT, WRONG_KEY) if is_radio(link) else (SILENT, SUPPLY)


def unit_of(text: str) -> int:
    """Return a primary address, 0…253; raises `BadInput`."""
    digits = text.strip()
    if not digits.isdecimal() or len(digits) > _UNIT_DIGITS or int(digits) > HIGHEST_UNIT:
        raise BadInput(_("The address is a number from 0 to {most}.").format(most=HIGHEST_UNIT))
    return int(digits)


def secondary_of(text: str) -> str:
    """Return a secondary address as it is written, "" for none; raises `BadInput`."""
    written = text.strip().upper()
    if written and _SECONDARY.fullmatch(written) is None:
        raise BadInput(
            _(
                "‘{text}’ is no secondary address: eight digits, as in 12345678-KAM-35-04"
            ).format(text=text.strip())
        )
    return written


def command_of(text: str, title: str) -> str:
    """Return a command's bytes in hexadecimal digits, "" for none; raises `BadInput`."""
    try:
        found = bytes.fromhex(text)
    except ValueError:
        found = b""
    if text.strip() and not 0 < len(found) <= _LONGEST_BYTES:
        raise BadInput(_("{field}: bytes in hexadecimal digits").format(field=title))
    return found.hex().upper()


def frost_of(text: str, title: str) -> float | None:
    """Return a temperature in °C, None for the usual one; raises `BadInput`."""
    if not text.strip():
        return None
    try:
        celsius = float(text.strip().replace(",", ".").replace("−", "-"))
    except ValueError:
        celsius = _WARMEST_C + 1
    if not _COLDEST_C <= celsius <= _WARMEST_C:
        raise BadInput(
            _("{field}: a temperature from {least} to {most} °C").format(
                field=title, least=round(_COLDEST_C), most=round(_WARMEST_C)
            )
        )
    return celsius


def require_whole_valve(wished: Mapping[str, Option]) -> None:
    """Raise `BadInput` where some of a valve's commands are filled in, and others are not."""
    filled = [bool(wished.get(each)) for each in _VALVE]
    if any(filled) and not all(filled):
        raise BadInput(_("Heat valve: fill in both commands and the value, or none of them."))


def to_be_confirmed(before: DeviceConfig, after: DeviceConfig) -> bool:
    """Whether something changed that commands are sent by: to whom, which, and when not."""
    named = (*_VALVE, "valve_kind", FROST, "secondary")
    has_valve_by_now = has_valve(before) or has_valve(after)
    changed = any(
        (before.options.get(each) or "") != (after.options.get(each) or "") for each in named
    )
    return has_valve_by_now and (changed or before.unit != after.unit)


def seconds_of(text: str, title: str) -> float | None:
    """Return seconds, None for nothing; raises `BadInput` that names the field."""
    if not text.strip():
        return None
    try:
        seconds = float(text.strip().replace(",", "."))
    except ValueError:
        seconds = 0.0
    if not 0 < seconds <= LONGEST_S:
        raise BadInput(
            _("{field}: a number of seconds above 0, at most {most}").format(
                field=title, most=round(LONGEST_S)
            )
        )
    return seconds


def made_of(device: DeviceConfig, unit: int, wished: Mapping[str, Option]) -> DeviceConfig:
    """Return the device with these options; None, "" and True take one away.

    An alarm is on where nothing is said of it; every other option stays as it is.
    """
    options = {key: value for key, value in device.options.items() if key not in wished}
    said = {key: value for key, value in wished.items() if value not in (None, "", True)}
    return replace(device, unit=unit, options={**options, **said})
