"""Wireless M-Bus: meters that speak by themselves, heard by one or many receivers."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from app.clipped import clipped
from app.errors import BadInput
from app.model.collector import CollectorKind, collectors_in
from app.model.device import DeviceConfig, LinkConfig
from app.model.meterprofile import MeterSource
from app.model.profile import Profile
from app.ports import Clock, DriverType, Identity, Link
from app.profiles.collectors import collector_kinds
from app.profiles.meters import brought_along
from app.words import _
from drivers.receivers.receiver import Way, ways_of
from drivers.wireless.hours import hours_of
from drivers.wireless.silence import SilenceWatch

_MOST_MINUTES = 100_000.0


@dataclass(frozen=True, slots=True)
class Options:
    """What the operator fills in for a link of this kind."""

    receivers: str  # "roof=tcp:10.0.0.7:4000 udp:0.0.0.0:4001"
    silent_min: float = 0.0  # a receiver that hears nothing for so long is lost; 0: never
    collectors: str = ""  # which of the receivers are which kind: "cellar=mini-concentrator"
    expected: str = ""  # when it should hear something; see `drivers.wireless.hours`


class RadioMeter:
    """A meter nobody can ask: who it is, it says by itself."""

    async def identify(self, candidates: Collection[Profile]) -> Identity:
        """Return nothing yet."""
        return Identity()


def receivers_of(config: LinkConfig) -> list[Way]:
    """Return a link's receivers; raises `BadInput` naming the link."""
    given = config.options.get("receivers")
    if not isinstance(given, str):
        raise BadInput(
            f"link {clipped(config.name)}: 'receivers' is missing: where telegrams come from"
        )
    try:
        return ways_of(given)
    except BadInput as error:
        raise BadInput(f"link {clipped(config.name)}: {error}") from error


def watch_of(config: LinkConfig) -> SilenceWatch:
    """Return how a link's silence is judged; raises `BadInput` naming the link."""
    silent_min = config.options.get("silent_min", 0.0)
    if not isinstance(silent_min, int | float) or not 0 <= silent_min <= _MOST_MINUTES:
        said = _(
            "'silent_min' is no number of minutes: above 0, at most {most}, or left out"
        ).format(most=round(_MOST_MINUTES))
        raise BadInput(f"link {clipped(config.name)}: {said}")
    try:
        return SilenceWatch(
            60.0 * silent_min, hours_of(str(config.options.get("expected", "")))
        )
    except BadInput as error:
        raise BadInput(f"link {clipped(config.name)}: {error}") from error


def collectors_of(config: LinkConfig) -> Mapping[str, CollectorKind]:
    """Return which receivers are collectors of what kind; raises `BadInput` naming the link."""
    named, known = collectors_in(str(config.options.get("collectors") or "")), collector_kinds()
    receivers = {way.name for way in receivers_of(config)} if named else set[str]()
    for name, kind in named.items():
        if name not in receivers:
            said = _("'collectors' names {name}, which is no receiver of this line")
            raise BadInput(f"link {clipped(config.name)}: {said.format(name=clipped(name))}")
        if kind not in known:
            said = _("{kind!r} is no kind of collector; there are {kinds}")
            kinds = ", ".join(known)
            raise BadInput(
                f"link {clipped(config.name)}: {said.format(kind=clipped(kind), kinds=kinds)}"
            )
    return {name: known[kind] for name, kind in named.items()}


def _device(_link: Link, _config: DeviceConfig, _profile: Profile, _clock: Clock) -> RadioMeter:
    return RadioMeter()


def _driver(meters: MeterSource) -> DriverType:
    def link(config: LinkConfig, clock: Clock) -> Link:
        from drivers.links.radio import RadioLink

        ways, collectors = receivers_of(config), collectors_of(config)
        return RadioLink(config, ways, meters(), clock, watch_of(config), collectors)

    return DriverType("wmbus", Options, link, _device, hears=True, with_meters=_driver)


DRIVER = _driver(brought_along)
