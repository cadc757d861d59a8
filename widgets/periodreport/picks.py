"""What a column of the period report tells: a quantity, and which figure of it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from app.model.counter import INDEX_ROLES
from app.model.point import PointSpec, ValueKind
from app.words import _
from widgets.models.measured import MEASURES, OF_EM_METERS, Measure

# What an index counts, by what it is: E1, E3 and V1 of a heat meter's display.
_COUNTED = (
    Measure("energy", lambda: _("Energy (E1)"), "kWh", 3, ("meter.energy",)),
    Measure("cooling", lambda: _("Cooling (E3)"), "kWh", 3, ("meter.energy_cooling",)),
    Measure("export", lambda: _("Energy, export"), "kWh", 3, ("meter.energy_export",)),
    Measure("volume", lambda: _("Volume (V1)"), "m³", 3, ("meter.volume",)),
)
QUANTITIES = (
    *_COUNTED,
    *(each for each in MEASURES if each.id not in {"energy", "volume", "desired"}),
    *OF_EM_METERS,
)
_BY_ID = {each.id: each for each in QUANTITIES}


class Take(Enum):
    """Which figure of a period stands in a column."""

    CHANGE = "change"
    FIRST = "first"
    LAST = "last"
    LEAST = "least"
    MOST = "most"
    MEAN = "mean"


def take_words(take: Take) -> str:
    """Return what a figure is called."""
    words: Mapping[Take, Callable[[], str]] = {
        Take.CHANGE: lambda: _("counted"),
        Take.FIRST: lambda: _("first"),
        Take.LAST: lambda: _("last"),
        Take.LEAST: lambda: _("smallest"),
        Take.MOST: lambda: _("largest"),
        Take.MEAN: lambda: _("mean"),
    }
    return words[take]()


@dataclass(frozen=True, slots=True)
class Pick:
    """One column."""

    measure: Measure
    take: Take

    @property
    def key(self) -> str:
        """What it is remembered by."""
        return f"{self.measure.id}.{self.take.value}"

    @property
    def adds_up(self) -> bool:
        """Whether the figures of devices have a sum."""
        return self.take is Take.CHANGE

    def title(self) -> str:
        """Return what it is called, without its unit."""
        return f"{self.measure.title()}, {take_words(self.take)}"

    def spec(self, roles: Mapping[str, PointSpec]) -> PointSpec | None:
        """Return the point of a device it is about; None where the device has none."""
        specs = (roles[role] for role in self.measure.roles if role in roles)
        return next((each for each in specs if each.kind is ValueKind.NUMBER), None)


def pick_of(key: object) -> Pick | None:
    """Return the column of a key; None for what nobody knows."""
    name, _dot, take = str(key).partition(".")
    measure = _BY_ID.get(name)
    if measure is None or take not in {each.value for each in Take}:
        return None
    made = Pick(measure, Take(take))
    return made if made.take is not Take.CHANGE or _counts(measure) else None


def offered(roles: Iterable[Mapping[str, PointSpec]]) -> list[Pick]:
    """Return every column that at least one of the devices has something for."""
    known = {role for each in roles for role in each}
    return [
        Pick(measure, take)
        for measure in QUANTITIES
        if known & set(measure.roles)
        for take in Take
        if take is not Take.CHANGE or _counts(measure)
    ]


def usual(offers: Sequence[Pick]) -> list[Pick]:
    """Return what is shown before anybody chose: what every index counted."""
    counted = [each for each in offers if each.adds_up]
    return counted or [each for each in offers if each.take is Take.MEAN][:4]


def _counts(measure: Measure) -> bool:
    return bool(INDEX_ROLES & set(measure.roles))
