"""Wired M-Bus at a serial port of this computer: a level converter at COM3 or /dev/ttyUSB0."""

from dataclasses import dataclass

from app.errors import BadInput
from app.model.device import LinkConfig
from app.model.meterprofile import MeterSource
from app.ports import Clock, DriverType, Link
from app.profiles.meters import brought_along
from app.words import _
from drivers.links.portname import is_port
from drivers.mbus.asking import USUAL_BAUD, Timing
from drivers.mbus_tcp import CONNECT_TIMEOUT_S, baud_of, driver_with, seconds_of
from drivers.mbusmaster import MbusMaster

# What the driver of an adapter may hold bytes back: 16 ms as most come, and a busy system.
USUAL_PORT_S = 0.1


@dataclass(frozen=True, slots=True)
class Options:
    """What the operator fills in for a link of this kind."""

    device: str  # the port's name
    baud: int = USUAL_BAUD
    network_s: float = USUAL_PORT_S  # what the adapter holds bytes back, there and back
    connect_timeout_s: float = CONNECT_TIMEOUT_S
    lapse: float = 1.0  # of simulated lines, which may run faster than their baud rate


def options_of(config: LinkConfig) -> Options:
    """Return the link's options, checked.

    Raises:
        BadInput: An option is missing or out of range; the sentence names link and option.
    """
    device = config.options.get("device")
    if not isinstance(device, str) or not is_port(device.strip()):
        raise BadInput(
            _("link {name}: ‘device’ is no serial port such as COM3 or /dev/ttyUSB0").format(
                name=config.name
            )
        )
    return Options(
        device.strip(),
        baud_of(config),
        seconds_of(config, "network_s", USUAL_PORT_S),
        seconds_of(config, "connect_timeout_s", CONNECT_TIMEOUT_S),
        seconds_of(config, "lapse", 1.0, most=10_000.0),
    )


def _link(config: LinkConfig, clock: Clock) -> Link:
    from drivers.links.mbus import MbusLink
    from drivers.links.serialport import dial_serial

    options = options_of(config)
    dial = dial_serial(options.device, options.baud)
    timing = Timing(options.baud, options.network_s, options.lapse)
    return MbusMaster(MbusLink(options.device, dial, timing, options.connect_timeout_s, clock))


def _driver(meters: MeterSource) -> DriverType:
    device = driver_with(meters).device
    return DriverType("mbus-serial", Options, _link, device, with_meters=_driver)


DRIVER = _driver(brought_along)
