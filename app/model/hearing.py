"""What a link whose devices speak by themselves may ask of the project around it."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from app.model.device import Presence
from app.model.point import PointSpec
from app.model.reading import DeviceId, PointId, Reading

MeterKeyring = Callable[[str], Sequence[bytes]]  # a meter's number → its keys, newest first
# A receiver's name → its password or token, "" where none is kept; blocks shortly.
SecretOf = Callable[[str], str]


class LateBook(Protocol):
    """Where readings go that came late; its methods are called on the core's loop."""

    def file(self, readings: Sequence[Reading]) -> None:
        """Keep each reading at the moment it was measured; quick."""
        ...

    async def settled(self) -> bool:
        """Wait until all that was filed outlives a power cut; False when it does not yet."""
        ...


def no_keys(_meter: str) -> Sequence[bytes]:
    """Return the keys of somebody who has none."""
    return ()


def no_secrets(_receiver: str) -> str:
    """Return "", the secret of everybody where no store is open."""
    return ""


async def settled_at_once() -> bool:
    """Return True: nothing is kept, so nothing is waited for."""
    return True


class NothingLate:
    """A `LateBook` of somebody who keeps nothing."""

    def file(self, readings: Sequence[Reading]) -> None:
        """Let them go."""

    async def settled(self) -> bool:
        """Return False: nothing of it outlives anything."""
        return False


class Others(Protocol):
    """What is known of the other devices of the plant; called on the core's loop."""

    def watch(
        self,
        now: Callable[[Sequence[Reading]], None],
        late: Callable[[Sequence[Reading]], None],
    ) -> Callable[[], None]:
        """Hear of every reading as it comes, and of those of earlier moments, until called."""
        ...

    def latest(self, point: PointId) -> Reading | None:
        """Return the newest reading of a point."""
        ...

    def points_of(self, device: DeviceId) -> Mapping[str, PointSpec]:
        """Return the points of a device as far as they are known by now."""
        ...

    def presence_of(self, device: DeviceId) -> Presence | None:
        """Return how a device is doing; None for one that is not configured."""
        ...


@dataclass(frozen=True, slots=True)
class Around:
    """What a link that hears may ask of the project around it."""

    keys: MeterKeyring = no_keys
    secrets: SecretOf = no_secrets
    settled: Callable[[], Awaitable[bool]] = settled_at_once  # see `LateBook`
    others: Others | None = None  # None: nobody else is known here
