"""What a changed configuration may not ask for: devices, links and rules nobody could serve."""

from collections.abc import Callable, Collection, Iterator, Mapping

from app.errors import BadInput
from app.model.device import DeviceConfig, LinkConfig
from app.model.profile import Profile
from app.ports import Clock, DriverType
from app.profiles.resolve import resolve
from app.project.config import PlantConfig


class Admission:
    """A `Check` of a project: looks at what a change brings, and at that alone.

    What stood there before may have lost its profile or its driver since; it is shown
    as faulty on its page, and must not keep anybody from changing something else.
    """

    def __init__(
        self,
        profiles: Mapping[str, Profile],
        drivers: Mapping[str, DriverType],
        rules: Collection[str],
        clock: Clock,
    ) -> None:
        """``drivers`` by kind, ``rules`` the kinds of alarm rules there are."""
        self._profiles = profiles
        self._drivers = drivers
        self._rules = rules
        self._clock = clock
        self.present: Callable[[], PlantConfig] | None = None

    def __call__(self, wished: PlantConfig) -> list[str]:
        """Return a sentence for everything new that could not be served."""
        before = self.present() if self.present else PlantConfig("", "")
        faults: list[str] = []
        for link in wished.links.values():
            was = before.links.get(link.id)
            if was is None or (was.kind, was.options) != (link.kind, link.options):
                faults += self._link(link)
        for device in wished.devices.values():
            stood = before.devices.get(device.id)
            if stood is None or _served_by(stood) != _served_by(device):
                faults += self._device(device, wished.links.get(device.link))
        for rule in wished.rules.values():
            old = before.rules.get(rule.id)
            if (old is None or old.kind != rule.kind) and rule.kind not in self._rules:
                faults.append(f"alarm rule {rule.id}: there is no kind {rule.kind!r}")
        return faults

    def _link(self, link: LinkConfig) -> Iterator[str]:
        driver = self._drivers.get(link.kind)
        if driver is None:
            yield f"link {link.id}: there is no driver of kind {link.kind!r}"
            return
        try:
            driver.link(link, self._clock)  # opens nothing, but looks at the options
        except BadInput as error:
            yield str(error)

    def _device(self, device: DeviceConfig, link: LinkConfig | None) -> Iterator[str]:
        profile = self._profiles.get(device.profile)
        if profile is None:
            if device.profile:
                yield f"device {device.id}: there is no profile {device.profile!r}"
            return
        if link is not None and profile.driver != link.kind:
            yield f"device {device.id}: {profile.id} is not read over {link.kind!r}"
        try:
            resolve(profile, device.options)
        except BadInput as error:
            yield f"device {device.id}: {error}"


def _served_by(device: DeviceConfig) -> tuple[object, ...]:
    """Return what decides whether a device can be served; its name may always change."""
    return device.profile, device.link, dict(device.options)
