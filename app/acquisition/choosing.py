"""Which profile is in force for a device: what it says it is, or what was configured."""

from collections.abc import Callable, Collection, Mapping

from app.acquisition.unit import Unit
from app.errors import BadInput
from app.model.device import DeviceConfig, Option
from app.model.profile import Profile
from app.ports import Identity

GENERIC = "generic.modbus"  # the view of a device nobody knows
Resolve = Callable[[Profile, Mapping[str, Option]], Profile]


class ProfileChooser:
    """Picks profiles and settles what a device's options leave open."""

    def __init__(self, profiles: Mapping[str, Profile], resolve: Resolve) -> None:
        """``resolve`` applies a device's options (units, maps) to a profile."""
        self._profiles = profiles
        self._resolve = resolve
        self._resolved: dict[tuple[str, tuple[tuple[str, Option], ...]], Profile] = {}

    def candidates(self, driver: str) -> Collection[Profile]:
        """Return the profiles a device on such a driver may be told apart from."""
        return [p for p in self._profiles.values() if p.driver == driver and p.detect]

    def first(self, config: DeviceConfig) -> Profile:
        """Return the profile to begin with, before the device said anything."""
        if not config.profile:
            return self._get(GENERIC, config)
        if config.profile not in self._profiles:
            raise BadInput(f"device {config.name}: there is no profile {config.profile!r}")
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
            return self._get(found, config)
        if identity.profile and identity.profile != config.profile:
            unit.mismatch = (
                f"{config.name}: configured as {config.profile}, "
                f"but the device says it is {identity.label or identity.profile}"
            )
        return self.first(config)

    def _get(self, profile: str, config: DeviceConfig) -> Profile:
        found = self._profiles.get(profile)
        if found is None:
            raise BadInput(f"device {config.name}: there is no profile {profile!r}")
        options = tuple(sorted(config.options.items()))
        key = (profile, options)
        if key not in self._resolved:
            self._resolved[key] = self._resolve(found, config.options) if options else found
        return self._resolved[key]
