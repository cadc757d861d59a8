"""Which profile is in force for a device: what it says it is, or what was configured."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace

from app.acquisition.unit import Unit
from app.errors import BadInput
from app.model.device import DeviceConfig, Option
from app.model.profile import Profile
from app.model.reading import DeviceId
from app.ports import Identity

GENERIC = "generic.modbus"  # the view of a device nobody knows
Find = Callable[[str], Profile]
Resolve = Callable[[Profile, Mapping[str, Option]], Profile]


class ProfileChooser:
    """Picks profiles and settles what a device's options leave open."""

    def __init__(
        self,
        profiles: Mapping[str, Profile],
        resolve: Resolve,
        find: Find | None = None,
    ) -> None:
        """``resolve`` applies a device's options (units, maps) to a profile.

        ``find`` may know better why one is missing; it raises `BadInput` with that.
        """
        self._find = find or self._known
        self._profiles = profiles
        self._resolve = resolve
        self._own: dict[DeviceId, Profile] = {}  # with the points a device told of itself
        self._resolved: dict[tuple[str, tuple[tuple[str, Option], ...]], Profile] = {}

    def candidates(self, driver: str) -> Collection[Profile]:
        """Return the profiles a device on such a driver may be told apart from."""
        return [p for p in self._profiles.values() if p.driver == driver and p.detect]

    def first(self, config: DeviceConfig) -> Profile:
        """Return the profile to begin with, before the device said anything."""
        if not config.profile:
            return self._get(GENERIC, config)
        return self._get(config.profile, config)

    def choose(self, unit: Unit, identity: Identity) -> Profile:
        """Return the profile in force, and note on the unit when the device disagrees.

        A configured profile stays in force (a person chose it), but a device that
        says it is another one is shown as faulty and takes no writes.
        """
        config = unit.config
        unit.mismatch = ""
        if not config.profile:
            found = identity.profile if identity.profile in self._profiles else GENERIC
            return self._told(self._get(found, config), config, identity)
        if identity.profile and identity.profile != config.profile:
            unit.mismatch = (
                f"{config.name}: configured as {config.profile}, "
                f"but the device says it is {identity.label or identity.profile}"
            )
        return self._told(self.first(config), config, identity)

    def _told(self, profile: Profile, config: DeviceConfig, identity: Identity) -> Profile:
        """Return the profile with what the device told of its own points.

        The same answer is the same object, so that a device met again keeps its values.
        """
        if not identity.points:
            return profile
        points, groups = {**profile.points, **identity.points}, dict(profile.poll_groups)
        if identity.interval_s is not None:
            for spec in identity.points.values():
                groups[spec.poll_group] = identity.interval_s
        made = replace(
            profile, points=points, poll_groups=groups, told=frozenset(identity.points)
        )
        kept = self._own.setdefault(config.id, made)
        if kept != made:
            self._own[config.id] = kept = made
        return kept

    def _get(self, profile: str, config: DeviceConfig) -> Profile:
        try:
            found = self._find(profile)
        except BadInput as error:
            raise BadInput(f"device {config.name}: {error}") from error
        options = tuple(sorted(config.options.items()))
        key = (profile, options)
        if key not in self._resolved:
            self._resolved[key] = self._applied(found, config)
        return self._resolved[key]

    def _applied(self, profile: Profile, config: DeviceConfig) -> Profile:
        if not config.options:
            return profile
        try:
            return self._resolve(profile, config.options)
        except BadInput as error:
            raise BadInput(f"device {config.name}: {error}") from error

    def _known(self, profile: str) -> Profile:
        if profile not in self._profiles:
            raise BadInput(f"there is no profile {profile!r}")
        return self._profiles[profile]
