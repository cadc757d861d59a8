"""Wired M-Bus behind a serial server on the network that hands raw bytes on."""

from dataclasses import dataclass
from typing import cast

from app.errors import BadInput
from app.model.device import DeviceConfig, LinkConfig
from app.model.meterprofile import MeterSource
from app.model.profile import Profile
from app.ports import Clock, DriverType, Link
from app.profiles.meters import brought_along
from drivers.mbus.asking import CI_BAUD, USUAL_BAUD, Timing
from drivers.mbusdevice import MbusDevice
from drivers.mbusmaster import MbusMaster

LAST_PORT = 65535
CONNECT_TIMEOUT_S = 3.0  # two lost SYN packets on a mobile line
USUAL_NETWORK_S = 0.3
LONGEST_S = 60.0


@dataclass(frozen=True, slots=True)
class Options:
    """What the operator fills in for a link of this kind."""

    host: str
    port: int
    baud: int = USUAL_BAUD
    network_s: float = USUAL_NETWORK_S  # what the way to the serial server and back takes
    connect_timeout_s: float = CONNECT_TIMEOUT_S
    lapse: float = 1.0  # of simulated lines, which may run faster than their baud rate


def options_of(config: LinkConfig) -> Options:
    """Return the link's options, checked.

    Raises:
        BadInput: An option is missing or out of range; the sentence names link and option.
    """
    given, where = config.options, f"link {config.name}"
    host, port = given.get("host"), given.get("port")
    if not isinstance(host, str) or not host.strip():
        raise BadInput(f"{where}: 'host' is missing: the address of the serial server")
    if isinstance(port, bool) or not isinstance(port, int) or not 0 < port <= LAST_PORT:
        raise BadInput(f"{where}: 'port' must be a number from 1 to 65535")
    return Options(
        host.strip(),
        port,
        baud_of(config),
        seconds_of(config, "network_s", USUAL_NETWORK_S),
        seconds_of(config, "connect_timeout_s", CONNECT_TIMEOUT_S),
        seconds_of(config, "lapse", 1.0, most=10_000.0),
    )


def baud_of(config: LinkConfig) -> int:
    """Return a link's rate, 2400 where none is set; raises `BadInput`."""
    baud = config.options.get("baud", USUAL_BAUD)
    if isinstance(baud, bool) or not isinstance(baud, int) or baud not in CI_BAUD:
        rates = ", ".join(str(each) for each in CI_BAUD)
        raise BadInput(f"link {config.name}: 'baud' must be one of {rates}")
    return baud


def seconds_of(config: LinkConfig, name: str, usual: float, most: float = LONGEST_S) -> float:
    """Return an option that counts seconds (or times faster), above 0; raises `BadInput`."""
    given = config.options.get(name, usual)
    if isinstance(given, bool) or not isinstance(given, int | float) or not 0 < given <= most:
        raise BadInput(f"link {config.name}: '{name}' must lie within 0 and {most:g}")
    return float(given)


def _link(config: LinkConfig, clock: Clock) -> Link:
    from drivers.links.mbus import MbusLink, dial_tcp

    options = options_of(config)
    dial = dial_tcp(options.host, options.port)
    timing = Timing(options.baud, options.network_s, options.lapse)
    address = f"{options.host}:{options.port}"
    return MbusMaster(MbusLink(address, dial, timing, options.connect_timeout_s, clock))


def driver_with(meters: MeterSource) -> DriverType:
    """Return this driver, its meters told by these profiles."""

    def device(link: Link, config: DeviceConfig, profile: Profile, clock: Clock) -> MbusDevice:
        # A device is only ever made on a link of its own driver.
        return MbusDevice(cast("MbusMaster", link), config, profile, clock, meters)

    return DriverType("mbus-tcp", Options, _link, device, with_meters=driver_with)


DRIVER = driver_with(brought_along)
