"""What devices are as configured, for those that do not run: profiles with their options."""

from collections.abc import Mapping

from app.errors import BadInput
from app.model.device import DeviceConfig, Option
from app.model.profile import Profile
from app.profiles.resolve import resolve

_Key = tuple[str, tuple[tuple[str, Option], ...]]


class Configured:
    """Works each profile out once for each set of options; one thread."""

    def __init__(self, profiles: Mapping[str, Profile]) -> None:
        self._profiles = profiles
        self._made: dict[_Key, tuple[Profile, Profile]] = {}

    def of(self, config: DeviceConfig) -> Profile | None:
        """Return the profile of a device with its units and places; None where it has none.

        Options that the profile cannot take leave it as its file says.
        """
        found = self._profiles.get(config.profile)
        if found is None or not config.options:
            return found
        key = config.profile, tuple(sorted(config.options.items()))
        known = self._made.get(key)
        if known is None or known[0] is not found:
            try:
                known = found, resolve(found, config.options)
            except BadInput:
                known = found, found
            self._made[key] = known
        return known[1]
