"""Meters that are read in several ways: what they say is the best of what their paths say."""

from dataclasses import dataclass

from app.errors import BadInput
from app.model.device import DeviceConfig, LinkConfig
from app.model.paths import KIND
from app.model.profile import Profile
from app.ports import Clock, Device, DriverType, Link
from drivers.wmbus import RadioMeter


@dataclass(frozen=True, slots=True)
class Options:
    """Nothing is filled in for such a link: its meters name their paths."""


def _link(config: LinkConfig, clock: Clock) -> Link:
    from drivers.links.paths import PathsLink

    if config.options:
        unknown = ", ".join(sorted(config.options))
        raise BadInput(f"link {config.name}: a line of paths takes no options: {unknown}")
    return PathsLink(clock)


def _device(_link: Link, _config: DeviceConfig, _profile: Profile, _clock: Clock) -> Device:
    return RadioMeter()  # nobody asks it: its paths are asked


DRIVER = DriverType(KIND, Options, _link, _device, hears=True)
