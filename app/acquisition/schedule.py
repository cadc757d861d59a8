"""Which poll group of which device is due next on one link."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Due:
    """One poll that falls due; ``at_s`` is the event loop's clock."""

    at_s: float
    period_s: float  # 0: once
    device: int
    group: str
    keys: tuple[str, ...]


class Schedule:
    """The polls of one link, each coming round by its own period."""

    def __init__(self) -> None:
        self._dues: list[Due] = []

    def start(
        self,
        device: int,
        groups: Mapping[str, tuple[float, tuple[str, ...]]],
        at_s: float,
    ) -> None:
        """Begin polling a device's ``groups`` (name → period in s, keys), all due at once.

        A period of 0 means: once, now.
        """
        self.drop(device)
        for group, (period_s, keys) in groups.items():
            if keys:
                self._dues.append(Due(at_s, period_s, device, group, keys))

    def drop(self, device: int) -> None:
        """Poll this device no more."""
        self._dues = [due for due in self._dues if due.device != device]

    def next_s(self) -> float:
        """Return when the next poll falls due; infinity when none does."""
        return min((due.at_s for due in self._dues), default=float("inf"))

    def take(self, now_s: float) -> Due | None:
        """Return the most urgent due poll and book its next turn; None when none is due.

        Of all that is due the shortest cycle goes first, so 49 settings never hold
        up a sensor. A poll that comes too late skips the turns it missed.
        """
        ready = [due for due in self._dues if due.at_s <= now_s]
        if not ready:
            return None
        chosen = min(ready, key=lambda due: (due.period_s or 1.0, due.at_s))
        self._dues.remove(chosen)
        if chosen.period_s > 0:
            missed = int((now_s - chosen.at_s) // chosen.period_s)
            again_s = chosen.at_s + (missed + 1) * chosen.period_s
            self._dues.append(replace(chosen, at_s=again_s))
        return chosen


def groups_of(
    keys: Iterable[tuple[str, str]], periods_s: Mapping[str, float]
) -> dict[str, tuple[float, tuple[str, ...]]]:
    """Return ``{group: (period in s, keys)}`` for ``(key, group)`` pairs that are polled."""
    collected: dict[str, list[str]] = {}
    for key, group in keys:
        if group in periods_s:
            collected.setdefault(group, []).append(key)
    return {group: (periods_s[group], tuple(found)) for group, found in collected.items()}
