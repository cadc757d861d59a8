"""What a make of meter means beyond the standard, as its profile file describes it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple


class Gap(NamedTuple):
    """What no published source tells of a meter, and what follows of it."""

    title: str
    why: str


@dataclass(frozen=True, slots=True)
class MeterModel:
    """The addresses by which a model tells who it is; an empty set stands for any."""

    manufacturer: str  # three letters
    versions: frozenset[int] = frozenset()
    media: frozenset[int] = frozenset()
    model: str = ""

    def fits(self, manufacturer: str, version: int, medium: int) -> bool:
        """Whether a meter of this address is of this model."""
        return (
            manufacturer == self.manufacturer
            and (not self.versions or version in self.versions)
            and (not self.media or medium in self.media)
        )

    @property
    def closeness(self) -> int:
        """How much of the address it names: the closest of several that fit is taken."""
        return 2 * bool(self.versions) + bool(self.media)


@dataclass(frozen=True, slots=True)
class RecordRule:
    """What records of a meter mean; those that fit everything given here.

    ``dif_vif`` and ``vif`` are bytes as sent; None and the empty text ask for nothing.
    """

    dif_vif: bytes | None = None
    vif: bytes | None = None
    quantity: str = ""
    function: str = ""
    storage: int | None = None
    tariff: int | None = None
    subunit: int | None = None
    qualifiers: tuple[str, ...] | None = None
    key: str = ""  # of the point; empty: as the standard names it
    name: str = ""
    unit: str | None = None
    scale: float = 1.0
    decimals: int | None = None
    mask: int | None = None  # the bits of the number that count, moved to the right
    bits: Mapping[int, str] = field(default_factory=dict)
    choices: Mapping[int, str] = field(default_factory=dict)
    role: str = ""
    counts: bool | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class GoldenRecords:
    """Records as a meter sends them, and the points they must give; ``line`` of the file."""

    records: bytes
    expect: Mapping[str, float | str | None]
    status: int = 0
    note: str = ""
    line: int = 1


@dataclass(frozen=True, slots=True)
class MeterProfile:
    """A make of meter."""

    id: str
    version: int
    vendor: str
    label: str
    status: str  # how far it was proved: draft, field_tested, released
    models: tuple[MeterModel, ...]
    status_bits: Mapping[int, str] = field(default_factory=dict)  # the maker's, 5 to 7
    storages: Mapping[int, str] = field(default_factory=dict)
    rules: tuple[RecordRule, ...] = ()
    unknown: tuple[Gap, ...] = ()  # what no published source tells
    tests: tuple[GoldenRecords, ...] = ()
    sources: tuple[str, ...] = ()

    def model_of(self, manufacturer: str, version: int, medium: int) -> MeterModel | None:
        """Return the model with this address, the closest; None when it is not of this make."""
        fitting = [each for each in self.models if each.fits(manufacturer, version, medium)]
        return max(fitting, key=lambda each: each.closeness, default=None)


@dataclass(frozen=True, slots=True)
class MeterProfiles:
    """Every meter profile that can be used."""

    profiles: tuple[MeterProfile, ...] = ()

    def of(
        self, manufacturer: str, version: int, medium: int
    ) -> tuple[MeterProfile, MeterModel] | None:
        """Return the profile whose model fits an address best, and that model.

        Of two that fit alike the one by the later name holds; None: nobody described it,
        and the standard alone speaks.
        """
        best: tuple[MeterProfile, MeterModel] | None = None
        for profile in self.profiles:
            model = profile.model_of(manufacturer, version, medium)
            if model and (best is None or model.closeness >= best[1].closeness):
                best = profile, model
        return best


MeterSource = Callable[[], MeterProfiles]  # reads files when it is asked first
STANDARD_ALONE = MeterProfiles()
