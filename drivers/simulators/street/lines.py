"""A telegram as the public tools print it: a line of text."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from drivers.simulators.street.telegrams import Said, format_a, frame_of, shown

FORMS = ("hex", "air", "rtl", "json", "level")


@dataclass(frozen=True, slots=True)
class Caught:
    """A telegram where and how one receiver heard it."""

    said: Said
    at: datetime
    receiver: int
    rssi_dbm: int


def line_of(caught: Caught, form: str, frame: bytes | None = None) -> str:
    """Return the line in a ``form``: hex, air (with checks), rtl (rtl_wmbus), json or level.

    ``frame`` saves making the telegram again.
    """
    return _WRITERS[form](caught, frame_of(caught.said) if frame is None else frame)


def _hex(_caught: Caught, frame: bytes) -> str:
    return frame.hex().upper()


def _air(_caught: Caught, frame: bytes) -> str:
    return format_a(frame).hex().upper()


def _rtl(caught: Caught, frame: bytes) -> str:
    """Return what rtl_wmbus prints: mode, checks good, moment, strengths, number, telegram."""
    moment = f"{caught.at.astimezone(UTC):%Y-%m-%d %H:%M:%S}.000"
    strength = caught.rssi_dbm + 150  # its figure has no unit; more is stronger
    number = caught.said.meter.number
    return f"C1;1;1;{moment};{strength};{strength - 2};{number};0x{frame.hex()}"


def _level(caught: Caught, frame: bytes) -> str:
    """Return a telegram with the level it was heard at, as bridges to MQTT tell both."""
    told = {"telegram": frame.hex(), "rssi_dbm": caught.rssi_dbm}
    return json.dumps(told, separators=(",", ":"))


def _json(caught: Caught, _frame: bytes) -> str:
    """Return what wmbusmeters prints of a meter it knows the key of."""
    meter = caught.said.meter
    told = shown(meter, caught.said.at)
    fields: dict[str, object] = {
        "_": "telegram",
        "media": "heat" if meter.heat else "cold water",
        "meter": "kamheat" if meter.heat else "flowiq2200",
        "name": f"Street {meter.place + 1}",
        "id": meter.number,
        "status": "OK",
    }
    fields |= {_JSON_NAMES[name]: value for name, value in told.items()}
    fields["timestamp"] = f"{caught.at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    fields["device"] = f"rtlwmbus[{caught.receiver:08d}]"
    fields["rssi_dbm"] = caught.rssi_dbm
    return json.dumps(fields, separators=(",", ":"))


_JSON_NAMES = {
    "energy": "total_energy_consumption_kwh",
    "volume": "total_volume_m3",
    "power": "power_kw",
    "flow": "volume_flow_m3h",
    "supply": "t1_temperature_c",
    "return": "t2_temperature_c",
}
_WRITERS: dict[str, Callable[[Caught, bytes], str]] = {
    "hex": _hex,
    "air": _air,
    "rtl": _rtl,
    "json": _json,
    "level": _level,
}
