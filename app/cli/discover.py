"""``heatdesk discover``: what answers on a line, found and named."""

import asyncio
import sys
from collections.abc import Callable, Coroutine, Iterable
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.command import Command
from app.cli.modbusunits import units_searched
from app.cli.options import AsJson
from app.compose.terminal import tell, tell_json
from app.errors import BadInput, PlantError
from app.model.profile import Area
from app.words import _, ngettext

if TYPE_CHECKING:
    from drivers.links.mbus import Dial
    from drivers.mbussearch import FoundMeter, Progress, Search
    from drivers.modbussearch import UnitProgress

_KINDS = _MBUS, _MODBUS = "mbus", "modbus"
_LAST_PORT = 65535
_CONNECT_S = 5.0
_USUAL_BAUD = 2400
_TELNET = "rfc2217://"


def run(
    kind: Annotated[
        str,
        typer.Argument(
            help=_("mbus: meters on a wired M-Bus; modbus: units behind a Modbus server.")
        ),
    ],
    addresses: Annotated[
        list[str],
        typer.Argument(
            help=_(
                "Serial ports or servers: COM3, /dev/ttyUSB0, host:port, rfc2217://host:port."
            )
        ),
    ],
    primary: Annotated[
        bool, typer.Option("--primary", help=_("Ask the addresses 0 to 250 one by one."))
    ] = False,
    within: Annotated[
        str, typer.Option(help=_("Only these numbers, with F for any digit: 1234FFFF."))
    ] = "FFFFFFFF",
    baud: Annotated[
        list[int] | None,
        typer.Option(help=_("The baud rate of the line (2400); several are tried in turn.")),
    ] = None,
    network_s: Annotated[
        float, typer.Option(help=_("What the way there and back takes, in seconds."))
    ] = 0.3,
    units: Annotated[
        str, typer.Option(help=_("modbus: the numbers to ask, as 1-247 or 1,5,10-12."))
    ] = "1-247",
    register: Annotated[
        int, typer.Option(help=_("modbus: the first of two registers to show, from 0."))
    ] = 0,
    inputs: Annotated[
        bool, typer.Option("--inputs", help=_("modbus: input registers, not holding ones."))
    ] = False,
    lapse: Annotated[float, typer.Option(hidden=True)] = 1.0,
    as_json: AsJson = False,
) -> None:
    """Find the meters on a line and say who they are."""
    if kind not in _KINDS:
        raise BadInput(
            _("‘{kind}’ cannot be searched for; there are: mbus, modbus").format(kind=kind)
        )
    if kind == _MODBUS:
        registers = (Area.INPUT if inputs else Area.HOLDING, register)
        told = _progress(as_json=as_json)
        options = units, registers, network_s, told
        _run_all(partial(units_searched, each, *options, as_json=as_json) for each in addresses)
        return
    for address in addresses:
        _dial(address, _USUAL_BAUD)  # says what is wrong with it before any is searched
    rates = [(rate, network_s, lapse) for rate in baud or [_USUAL_BAUD]]
    _run_all(
        partial(_searched, place, speed, within, primary=primary, as_json=as_json)
        for place in addresses
        for speed in rates
    )


def _run_all(searches: Iterable[Callable[[], Coroutine[object, object, None]]]) -> None:
    """Search each line; one that is lost keeps none of the others from it."""
    lost: PlantError | None = None
    for search in searches:
        try:
            asyncio.run(search())
        except PlantError as error:
            lost = error
    if lost is not None:
        raise lost


async def _searched(
    place: str,
    timing: tuple[int, float, float],
    within: str,
    *,
    primary: bool,
    as_json: bool,
) -> None:
    from app.compose.core import utc_now
    from drivers.links.mbus import MbusLink
    from drivers.mbus.asking import Secondary, Timing, baud_change
    from drivers.mbussearch import Search

    baud, network_s, lapse = timing
    baud_change(baud)  # says which rates there are
    if network_s <= 0 or lapse <= 0:
        raise BadInput(_("--network-s is a number of seconds above 0"))
    speed = Timing(baud, network_s, lapse)
    address = place.removeprefix(_TELNET)
    link = MbusLink(address, _dial(place, baud), speed, _CONNECT_S, utc_now)
    search = Search(link, _progress(as_json=as_json), Secondary.parsed(within))
    try:
        await link.open()
        await (search.primary() if primary else search.secondary())
    finally:
        await link.close()
        _tell(link.address, search, as_json=as_json)


def _tell(line: str, search: "Search", *, as_json: bool) -> None:
    for meter in search.found:
        told = described(line, search.link.timing.baud, meter)
        if as_json:
            tell_json(told)
        else:
            known = _("verified with recorded telegrams"), _("not verified")
            proof = known[0] if told["verified"] else known[1]
            tell(f"{meter.secondary}  {meter.primary:>3}  {line}  {proof}")
    if as_json:
        return
    tell(
        ngettext("{n} meter found", "{n} meters found", len(search.found)).format(
            n=len(search.found)
        )
    )
    for mask in search.unresolved:
        tell(_("several meters share the address {address}").format(address=mask))


def described(line: str, baud: int, meter: "FoundMeter") -> dict[str, object]:
    """Return a meter as the public JSON shows it."""
    from app.model.verified import WIRED
    from app.profiles.verified import is_proven
    from drivers.mbus.names import maker_letters, medium_name

    address = meter.secondary
    maker = maker_letters(address.maker)
    return {
        "line": line,
        "baud": baud,
        "primary": meter.primary,
        "secondary": str(address),
        "manufacturer": maker,
        "id": address.id,
        "version": address.version,
        "medium": medium_name(address.medium),
        "verified": is_proven(WIRED, maker, address.version, address.medium),
    }


def _progress(*, as_json: bool) -> "_Meter":
    return _Meter(shown=not as_json and sys.stderr.isatty())


class _Meter:
    """Tells a person at a terminal how far a search has come."""

    def __init__(self, *, shown: bool) -> None:
        self._shown = shown

    def __call__(self, progress: "Progress | UnitProgress") -> None:
        if not self._shown:
            return
        left = "" if progress.left_s is None else f"  {progress.left_s:.0f} s"
        share = f"{100 * progress.share:5.1f} %"
        sys.stderr.write(f"\r{share}  {progress.found}  {progress.at}{left}   ")
        sys.stderr.flush()


def _dial(address: str, baud: int) -> "Dial":
    """Return what connects to a serial port or server; raises `BadInput`."""
    from drivers.links.mbus import dial_tcp
    from drivers.links.portname import is_port
    from drivers.links.rfc2217 import dial_rfc2217
    from drivers.links.serialport import dial_serial

    if is_port(address):
        return dial_serial(address, baud)
    telnet, written = address.startswith(_TELNET), address.removeprefix(_TELNET)
    host, colon, port = written.rpartition(":")
    number = int(port) if port.isdecimal() and len(port) <= len(str(_LAST_PORT)) else 0
    if not colon or not host or not 0 < number <= _LAST_PORT:
        raise BadInput(
            _(
                "‘{address}’ is no address of a serial server: write host:port, or the name of "
                "a serial port"
            ).format(address=address)
        )
    host = host.strip("[]")
    return dial_rfc2217(host, number, baud) if telnet else dial_tcp(host, number)


COMMAND = Command("discover", run, 24)
