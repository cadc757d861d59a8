"""What a device does in the plant: measures, tells states, takes commands, guards a circuit."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum

from app.model.point import PointSpec, ValueKind
from app.model.reading import Reading

BREAKER_ROLE = "breaker.state"  # of the point that tells how a circuit breaker stands


class Function(Enum):
    """What a device can be used for."""

    MEASURE = "measure"  # it tells quantities with a unit
    STATE = "state"  # it tells in which of several states something is
    COMMAND = "command"  # something in it can be changed from here


class Breaker(Enum):
    """How a circuit breaker stands; the values are the words of a profile's choices."""

    OPEN = "open"
    CLOSED = "closed"
    TRIPPED = "tripped"
    UNKNOWN = "unknown"  # nothing is told, or nothing to believe


@dataclass(frozen=True, slots=True)
class Functions:
    """What devices of one kind do, and where their breaker's state is found."""

    does: frozenset[Function] = frozenset()
    breaker: str = ""  # key of its point; "" for a device that guards nothing
    stands: Mapping[int, Breaker] = field(default_factory=dict)  # code → how it stands

    def breaker_stands(self, reading: Reading | None) -> Breaker:
        """Return how the breaker stands by the newest reading of its point."""
        value = None if reading is None else reading.value
        if not isinstance(value, int | float) or value != int(value):
            return Breaker.UNKNOWN
        return self.stands.get(int(value), Breaker.UNKNOWN)


BREAKER_WORDS = frozenset(
    each.value for each in (Breaker.OPEN, Breaker.CLOSED, Breaker.TRIPPED)
)


def functions_of(points: Iterable[PointSpec]) -> Functions:
    """Return what a device with these points does; their words are the profile's own."""
    specs = tuple(points)
    does = {each for spec in specs if (each := _function(spec)) is not None}
    guard = next((spec for spec in specs if spec.role == BREAKER_ROLE), None)
    if guard is None:
        return Functions(frozenset(does))
    known = guard.choices.items()
    stands = {code: Breaker(word) for code, word in known if word in BREAKER_WORDS}
    return Functions(frozenset(does), guard.key, stands)


def _function(spec: PointSpec) -> Function | None:
    if spec.is_setting:
        return Function.COMMAND
    if spec.kind in (ValueKind.CHOICE, ValueKind.FLAGS):
        return Function.STATE
    return Function.MEASURE if spec.kind is ValueKind.NUMBER and spec.unit else None
