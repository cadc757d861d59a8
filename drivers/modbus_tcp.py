"""Modbus TCP: controllers, heat meters and gateways that answer when polled."""

from dataclasses import dataclass
from typing import cast

from app.errors import BadInput
from app.model.device import DeviceConfig, LinkConfig
from app.model.profile import Profile
from app.ports import Clock, DriverType, Link
from drivers.registerdevice import RegisterDevice
from drivers.registerlink import RegisterLink

PORT = 502  # as registered for Modbus TCP
LAST_PORT = 65535
CONNECT_TIMEOUT_S = 3.0  # two lost SYN packets on a mobile line
LONGEST_CONNECT_TIMEOUT_S = 60.0


@dataclass(frozen=True, slots=True)
class Options:
    """What the operator fills in for a link of this kind."""

    host: str
    port: int = PORT
    connect_timeout_s: float = CONNECT_TIMEOUT_S


def options_of(config: LinkConfig) -> Options:
    """Return the link's options, checked.

    Raises:
        BadInput: An option is missing or out of range; the sentence names link and option.
    """
    given = config.options
    host, port = given.get("host"), given.get("port", PORT)
    timeout_s = given.get("connect_timeout_s", CONNECT_TIMEOUT_S)
    if not isinstance(host, str) or not host.strip():
        raise BadInput(f"link {config.name}: 'host' is missing: the address of the device")
    if isinstance(port, bool) or not isinstance(port, int) or not 0 < port <= LAST_PORT:
        raise BadInput(f"link {config.name}: 'port' must be a number from 1 to 65535")
    if isinstance(timeout_s, bool) or not isinstance(timeout_s, int | float):
        raise BadInput(f"link {config.name}: 'connect_timeout_s' must be a number of seconds")
    if not 0 < timeout_s <= LONGEST_CONNECT_TIMEOUT_S:
        raise BadInput(f"link {config.name}: 'connect_timeout_s' must lie within 0 and 60")
    return Options(host.strip(), port, float(timeout_s))


def _link(config: LinkConfig, clock: Clock) -> Link:
    from drivers.links.modbus import ModbusTcpLink  # the library loads on first use

    options = options_of(config)
    return ModbusTcpLink(options.host, options.port, options.connect_timeout_s, clock)


def _device(link: Link, config: DeviceConfig, profile: Profile, clock: Clock) -> RegisterDevice:
    # A device is only ever made on a link of its own driver.
    return RegisterDevice(cast("RegisterLink", link), config, profile, clock)


DRIVER = DriverType(kind="modbus-tcp", options=Options, link=_link, device=_device)
