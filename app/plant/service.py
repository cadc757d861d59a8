"""What devices there are, how they are doing, and what they say right now."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from app.acquisition.service import Acquisition
from app.asked import DeviceDetail, DeviceView
from app.clipped import quoted
from app.errors import BadInput, NotPermitted
from app.model.conversation import Attendance, Conversation, Frame
from app.model.device import DeviceConfig, DeviceStanding, LinkConfig, LinkId, Presence
from app.model.meterprofile import MeterSource
from app.model.plantclock import CLOCK_SHIFT
from app.model.point import PointSpec
from app.model.profile import Profile
from app.model.reading import DeviceId, PointId, Reading, split_point
from app.plant.clocks import clock_standing, shift_standing
from app.pointtable import PointTable
from app.ports import Clock
from app.profiles.configured import Configured
from app.profiles.meters import brought_along, gaps_of
from app.profiles.verified import METER_PROFILE
from app.verbs import Capability, Viewer, verb
from app.words import _

Attended = Callable[
    [DeviceId, Collection[DeviceId], datetime, datetime], Awaitable[Attendance]
]  # device, all on its line, from, to


class PlantService:
    """Answers from memory, except `read_now`; lives on the core's loop."""

    def __init__(
        self,
        acquisition: Acquisition,
        table: PointTable,
        profiles: Mapping[str, Profile],
        clock: Clock,
        troubles: Callable[[], Sequence[str]] = tuple,
        attendance: Attended | None = None,
        meters: MeterSource = brought_along,
    ) -> None:
        """``troubles`` tells what is wrong with the core itself, a sentence each.

        ``attendance`` knows since earlier runs who was there when; ``meters`` tell what
        makes of meters mean.
        """
        self._meters = meters
        self._attendance = attendance
        self._troubles = troubles
        self._acquisition = acquisition
        self._table = table
        self._configured = Configured(profiles)
        self._clock = clock
        self._title = ""
        self._zone = ZoneInfo("UTC")
        self._links: dict[LinkId, LinkConfig] = {}
        self._devices: dict[DeviceId, DeviceConfig] = {}
        self._known: Mapping[DeviceId, DeviceConfig] = {}

    def apply(
        self,
        title: str,
        zone: str,
        links: Collection[LinkConfig],
        devices: Collection[DeviceConfig],
        known: Mapping[DeviceId, DeviceConfig] | None = None,
    ) -> None:
        """Answer from this configuration from now on; ``zone`` is an IANA name.

        ``known`` are devices that are not served now, and whose points have a past; the
        ones served when it is left out.
        """
        self._title, self._zone = title, ZoneInfo(zone)
        self._links = {link.id: link for link in links}
        self._devices = {device.id: device for device in devices}
        self._known = self._devices if known is None else known

    @property
    def zone(self) -> ZoneInfo:
        """The plant's own time zone."""
        return self._zone

    @verb(Capability.SEE_PLANT)
    async def title(self, viewer: Viewer) -> str:
        """Return the project's name."""
        return self._title

    @verb(Capability.SEE_PLANT)
    async def troubles(self, viewer: Viewer) -> Sequence[str]:
        """Return what is wrong with the core itself, a sentence each; mostly nothing."""
        return tuple(self._troubles())

    @verb(Capability.SEE_PLANT)
    async def zone_name(self, viewer: Viewer) -> str:
        """Return the plant's time zone as an IANA name."""
        return self._zone.key

    @verb(Capability.SEE_PLANT)
    async def devices(self, viewer: Viewer) -> Sequence[DeviceView]:
        """Return every configured device, in the project's order."""
        return [self._view(config) for config in self._devices.values()]

    @verb(Capability.SEE_PLANT)
    async def device(self, viewer: Viewer, device: DeviceId) -> DeviceDetail:
        """Return everything a device page needs besides readings."""
        config = self._config(device)
        profile = self.profile(config)
        identity = self._acquisition.identity_of(device)
        facts = dict(identity.facts) if identity else {}
        gaps = gaps_of(self._meters(), facts[METER_PROFILE]) if METER_PROFILE in facts else ()
        drift_s, note = self._clock_standing(device, profile)
        return DeviceDetail(
            self._view(config),
            tuple(profile.points.values()) if profile else (),
            facts,
            profile.diagram if profile else "",
            dict(profile.slots) if profile else {},
            (*(profile.unknown if profile else ()), *gaps),
            profile.week_programs if profile else (),
            drift_s,
            note,
            dict(profile.circuits) if profile else {},
        )

    @verb(Capability.SEE_PLANT)
    async def latest(self, viewer: Viewer, points: Collection[PointId]) -> Sequence[Reading]:
        """Return the newest readings of the points that have one; all points when empty."""
        if not points:
            return self._table.snapshot()
        found = (self._table.latest(point) for point in points)
        return [reading for reading in found if reading is not None]

    @verb(Capability.SEE_PLANT)
    async def read_now(
        self, viewer: Viewer, device: DeviceId, keys: Collection[str]
    ) -> Sequence[Reading]:
        """Ask the device itself, ahead of the cycle; empty ``keys`` means every point."""
        self._config(device)
        return await self._acquisition.read_now(device, keys)

    @verb(Capability.SEE_PLANT)
    async def conversation(self, viewer: Viewer, device: DeviceId) -> Conversation:
        """Return how a device has been answering over the last 24 hours."""
        self._config(device)
        return self._acquisition.conversation_of(device)

    @verb(Capability.SEE_PLANT)
    async def attendance(
        self, viewer: Viewer, device: DeviceId, start: datetime, end: datetime
    ) -> Attendance:
        """Return when a device and its line were there, as far as a core looked on.

        Raises:
            BadInput: There is no such device, or the times make no period.
            StoreBroken: The file cannot be read.
        """
        link = self._config(device).link
        if start.tzinfo is None or end.tzinfo is None or end <= start:
            raise BadInput("a period needs a beginning and a later end, with their time zones")
        if self._attendance is None:
            return Attendance(None, (), (), 0.0, 0.0)
        line = [config.id for config in self._devices.values() if config.link == link]
        return await self._attendance(device, line, start, end)

    @verb(Capability.SEE_PLANT)
    async def frames(self, viewer: Viewer, device: DeviceId) -> Sequence[Frame]:
        """Return what went over the device's line last, of all devices on it.

        Raises `NotPermitted` to who does not see all of them.
        """
        line = self._config(device).link
        if not all(viewer.sees(o.id) for o in self._devices.values() if o.link == line):
            raise NotPermitted(_("only who sees every device of this line may see its frames"))
        return self._acquisition.frames_of(device)

    def specs_of(self, device: DeviceId) -> Mapping[str, PointSpec]:
        """Return every point of a device by its key, none of one that nobody knows."""
        config = self._known.get(device)
        profile = None if config is None else self.profile(config)
        return {} if profile is None else profile.points

    def spec_of(self, point: PointId) -> PointSpec | None:
        """Return what the profile in force says of a point; None where nobody knows it."""
        device, key = split_point(point)
        config = self._known.get(device)
        profile = None if config is None else self.profile(config)
        return None if profile is None else profile.points.get(key)

    def _view(self, config: DeviceConfig) -> DeviceView:
        standing = self._acquisition.standing_of(config.id)
        profile = self.profile(config)
        return DeviceView(
            config,
            self._links[config.link],
            standing or DeviceStanding(config.id, Presence.DISABLED, self._clock()),
            profile.label if profile else "",
        )

    def _config(self, device: DeviceId) -> DeviceConfig:
        if device not in self._devices:
            raise BadInput(f"there is no device {quoted(device)} in this project")
        return self._devices[device]

    def profile(self, config: DeviceConfig) -> Profile | None:
        """Return what a device is: in force, or as configured while it does not run."""
        return self._acquisition.profile_of(config.id) or self._configured.of(config)

    def _clock_standing(
        self, device: DeviceId, profile: Profile | None
    ) -> tuple[float | None, str]:
        if profile is None:
            return None, ""
        if key := next((s.key for s in profile.points.values() if s.role == CLOCK_SHIFT), ""):
            return shift_standing(self._reader(device)(key), self._zone)
        if profile.clock is None:
            return None, ""
        return clock_standing(profile.clock, self._reader(device), self._zone)

    def _reader(self, device: DeviceId) -> Callable[[str], tuple[int, datetime] | None]:
        def read(key: str) -> tuple[int, datetime] | None:
            reading = self._table.latest(PointId(f"{device}.{key}"))
            if reading is None or not isinstance(reading.value, int | float):
                return None
            return int(reading.value), reading.measured_at

        return read
