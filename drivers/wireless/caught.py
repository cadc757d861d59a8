"""The lines of text in which receivers hand on what they hear.

Hexadecimal digits as they are; what rtl_wmbus prints (``C1;1;1;moment;…;0xhex``); what
wmbusmeters logs (``telegram=|hex|…``) and prints as JSON, with a telegram in it or decoded.
"""

import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from app.model.collector import Charge
from drivers.mbus.points import MeterPoint

_MOST_LINE = 4_096  # characters; a telegram has 291 bytes at most
_HEX = re.compile(rb"(?:0[xX])?([0-9A-Fa-f]{22,1200})\Z")
_LOGGED = re.compile(rb"telegram=\|([0-9A-Fa-f_|]+)")
_RTL = re.compile(
    rb"(?:[a-z0-9]{2,4};)?([A-Z][0-9]?;.*)", re.DOTALL
)  # perhaps its method first
_RTL_FIELDS, _GOOD = 8, (b"1", b"1")
_CARRIES = ("telegram", "frame", "raw", "hex", "data", "payload")  # keys of a telegram in JSON
_LEVELS = ("rssi_dbm", "rssi")
_QUIETEST_DBM = -150.0


class Caught(NamedTuple):
    """What one line holds: a telegram, or values somebody decoded before."""

    frame: bytes = b""
    level_dbm: float | None = None
    stripped: bool | None = None  # its checks were proved and taken off
    values: Mapping[str, Any] | None = None  # of wmbusmeters
    damaged: bool = False  # the receiver says so itself
    # Of a concentrator's file: when it was so (UTC), of which meter, and what it says where
    # that is no telegram.
    at: datetime | None = None
    number: str = ""
    points: tuple[MeterPoint, ...] = ()
    charge: Charge | None = None  # what the concentrator says of its own battery


NOTHING = Caught()


def caught_in(line: bytes) -> Caught | None:
    """Return what a line holds; `NOTHING` for an empty one, None for what is no telegram."""
    line = line.strip()
    if not line:
        return NOTHING
    plain = _HEX.match(line)
    if plain is not None:
        return _of_hex(plain.group(1))
    return _of_text(line) if len(line) <= _MOST_LINE else None


def _of_text(line: bytes) -> Caught | None:
    if line[:1] == b"{":
        return _of_json(line)
    if (printed := _RTL.match(line)) is not None:
        return _of_rtl(printed.group(1))
    logged = _LOGGED.search(line)
    return _of_hex(logged.group(1).translate(None, b"_|")) if logged is not None else None


def _of_hex(
    digits: bytes, level_dbm: float | None = None, stripped: bool | None = None
) -> Caught | None:
    if len(digits) % 2:
        return None
    return Caught(bytes.fromhex(digits.decode()), level_dbm, stripped)


def _of_rtl(line: bytes) -> Caught | None:
    """Return what rtl_wmbus prints; its figures of strength have no unit and are left."""
    fields = line.split(b";")
    found = _HEX.match(fields[-1])
    if len(fields) < _RTL_FIELDS or found is None:
        return None
    if (fields[1], fields[2]) != _GOOD:
        return Caught(damaged=True)
    return _of_hex(found.group(1), stripped=True)


def _of_json(line: bytes) -> Caught | None:
    try:
        content = json.loads(line)
    except (ValueError, RecursionError):
        return None
    if not isinstance(content, dict):
        return None
    level_dbm = _level(next((content[key] for key in _LEVELS if key in content), None))
    for key in _CARRIES:
        text = content.get(key)
        if isinstance(text, str) and (found := _HEX.match(text.encode())) is not None:
            return _of_hex(found.group(1), level_dbm)
    if isinstance(content.get("id"), str):
        return Caught(level_dbm=level_dbm, values=content)
    return None


def _level(value: object) -> float | None:
    if isinstance(value, int | float) and _QUIETEST_DBM < value < 0:
        return float(value)
    return None
