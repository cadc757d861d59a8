"""The half of ``heatdesk discover`` that finds Modbus units and the order of their words."""

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

from app.compose.terminal import tell, tell_json
from app.errors import BadInput
from app.model.profile import Area
from app.words import _, ngettext

if TYPE_CHECKING:
    from drivers.modbussearch import FoundUnit, UnitProgress

_LAST_PORT = _LAST_ADDRESS = 65535
_CONNECT_S = 5.0


async def units_searched(
    place: str,
    written: str,
    registers: tuple[Area, int],
    timeout_s: float,
    told: "Callable[[UnitProgress], object]",
    *,
    as_json: bool,
) -> None:
    """Ask each unit behind ``host:port`` for two registers, and say who answered what.

    Raises:
        BadInput: The place, the numbers or the register are none.
        DeviceUnreachable: There is no connection.
    """
    from app.compose.core import utc_now
    from drivers.links.modbus import ModbusTcpLink
    from drivers.modbussearch import unit_numbers, units_behind

    host, _colon, port = place.rpartition(":")
    fits = port.isascii() and port.isdecimal() and len(port) <= len(str(_LAST_PORT))
    number = int(port) if fits else 0
    if not host or not 0 < number <= _LAST_PORT:
        raise BadInput(
            _("‘{address}’ is no address of a Modbus server: write host:port").format(
                address=place
            )
        )
    units = unit_numbers(written)
    if not units:
        raise BadInput(_("--units takes numbers from 0 to 255: 1-247, or 1,5,10-12"))
    if not 0 <= registers[1] < _LAST_ADDRESS:  # two of them are read
        raise BadInput(_("--register is a number from 0 to 65534"))
    if timeout_s <= 0:
        raise BadInput(_("--network-s is a number of seconds above 0"))
    link = ModbusTcpLink(host.strip("[]"), number, _CONNECT_S, utc_now)
    try:
        await link.open()
        found = await units_behind(link, units, registers, timeout_s, told)
    finally:
        await link.close()
    for each in found:
        _tell(place, registers, each, as_json=as_json)
    if not as_json:
        said = ngettext("{n} unit answered", "{n} units answered", len(found))
        tell(said.format(n=len(found)))


def _tell(line: str, registers: tuple[Area, int], found: "FoundUnit", *, as_json: bool) -> None:
    from drivers.modbussearch import decodings, table

    values = decodings(found.raw) if found.raw else {}
    if as_json:
        finite = {
            kind: {name: value if math.isfinite(value) else None for name, value in row.items()}
            for kind, row in values.items()
        }
        area, address = registers
        tell_json(
            {
                "line": line,
                "unit": found.unit,
                "area": area.value,
                "register": address,
                "raw": found.raw.hex().upper() or None,
                "refusal": found.refusal or None,
                "decodings": finite or None,
            }
        )
        return
    tell(
        _("unit {unit}: {said}").format(
            unit=found.unit, said=found.refusal or found.raw.hex(" ").upper()
        )
    )
    for row in table(values) if values else ():
        tell(f"  {row}")
