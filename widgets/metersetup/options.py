"""The options of a meter as fields: what each may hold, and the device they make."""

from collections.abc import Mapping
from dataclasses import replace

from app.errors import BadInput
from app.model.device import DeviceConfig, LinkConfig, Option
from app.words import _

RADIO, WIRED = "wmbus", "mbus-"
HIGHEST_UNIT = 253  # by secondary address; EN 13757-2, 5.7
LONGEST_S = 40 * 86_400.0  # some meters speak once a month
VALVE_KINDS = ("", "normally open", "normally closed")
SUPPLIES = ("", "battery", "mains")
SILENT, WRONG_KEY, SUPPLY = "alarm_silent", "alarm_wrong_key", "alarm_supply"
_VALVE = ("valve_energise", "valve_release", "valve_state")


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
    if not text.strip().isdecimal() or int(text) > HIGHEST_UNIT:
        raise BadInput(_("The address is a number from 0 to {most}.").format(most=HIGHEST_UNIT))
    return int(text)


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
