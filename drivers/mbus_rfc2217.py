"""Wired M-Bus behind a serial server that speaks RFC 2217: its baud rate is set from here."""

from app.model.device import LinkConfig
from app.model.meterprofile import MeterSource
from app.ports import Clock, DriverType, Link
from app.profiles.meters import brought_along
from drivers.mbus.asking import Timing
from drivers.mbus_tcp import Options, driver_with, options_of
from drivers.mbusmaster import MbusMaster


def _link(config: LinkConfig, clock: Clock) -> Link:
    from drivers.links.mbus import MbusLink
    from drivers.links.rfc2217 import dial_rfc2217

    options = options_of(config)
    dial = dial_rfc2217(options.host, options.port, options.baud)
    timing = Timing(options.baud, options.network_s, options.lapse)
    address = f"{options.host}:{options.port}"
    return MbusMaster(MbusLink(address, dial, timing, options.connect_timeout_s, clock))


def _driver(meters: MeterSource) -> DriverType:
    device = driver_with(meters).device
    return DriverType("mbus-rfc2217", Options, _link, device, with_meters=_driver)


DRIVER = _driver(brought_along)
