"""Wireless M-Bus: meters that speak by themselves, heard by one or many receivers."""

from collections.abc import Collection
from dataclasses import dataclass

from app.errors import BadInput
from app.model.device import DeviceConfig, LinkConfig
from app.model.meterprofile import MeterSource
from app.model.profile import Profile
from app.ports import Clock, DriverType, Identity, Link
from app.profiles.meters import brought_along
from drivers.receivers.receiver import Way, ways_of


@dataclass(frozen=True, slots=True)
class Options:
    """What the operator fills in for a link of this kind."""

    receivers: str  # "roof=tcp:10.0.0.7:4000 udp:0.0.0.0:4001"


class RadioMeter:
    """A meter nobody can ask: who it is, it says by itself."""

    async def identify(self, candidates: Collection[Profile]) -> Identity:
        """Return nothing yet."""
        return Identity()


def receivers_of(config: LinkConfig) -> list[Way]:
    """Return a link's receivers; raises `BadInput` naming the link."""
    given = config.options.get("receivers")
    if not isinstance(given, str):
        raise BadInput(f"link {config.name}: 'receivers' is missing: where telegrams come from")
    try:
        return ways_of(given)
    except BadInput as error:
        raise BadInput(f"link {config.name}: {error}") from error


def _device(_link: Link, _config: DeviceConfig, _profile: Profile, _clock: Clock) -> RadioMeter:
    return RadioMeter()


def _driver(meters: MeterSource) -> DriverType:
    def link(config: LinkConfig, clock: Clock) -> Link:
        from drivers.links.radio import RadioLink

        return RadioLink(config, receivers_of(config), meters(), clock)

    return DriverType("wmbus", Options, link, _device, hears=True, with_meters=_driver)


DRIVER = _driver(brought_along)
