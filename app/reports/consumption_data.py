"""What a consumption report tells of a device, and whether the history still says the same."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from app.model.consumption import Consumption
from app.model.figures import counted_in
from app.model.point import PointSpec
from app.model.reading import PointId, split_point

FORMAT = 1


@dataclass(frozen=True, slots=True)
class DayCounted:
    """What an index counted in a day; amounts in its unit, as they were worked out."""

    start: datetime
    amount: str  # "" where nothing is known
    whole: bool
    estimated: bool


@dataclass(frozen=True, slots=True)
class IndexCounted:
    """One index: each day, and all of them with what a gap among them took."""

    key: str
    name: str
    unit: str
    decimals: int
    days: tuple[DayCounted, ...]
    total: DayCounted


@dataclass(frozen=True, slots=True)
class ConsumptionData:
    """Everything a consumption report shows.

    ``until`` is the end of the last day that was over when it was made, at most ``end``.
    A report of the same period of the device made before is ``replaces``.
    """

    device_id: str
    device: str
    project: str
    zone: str  # IANA name
    start: datetime  # UTC, midnight there
    end: datetime
    until: datetime
    made_at: datetime
    made_by: str
    lines: tuple[IndexCounted, ...]
    language: str = "en"
    number: str = ""
    revision: int = 1
    replaces: str = ""
    replaces_at: datetime | None = None
    format: int = field(default=FORMAT)


def counted_lines(
    found: Sequence[Consumption], specs: Mapping[PointId, PointSpec]
) -> tuple[IndexCounted, ...]:
    """Return what each index counted, as a report keeps it."""
    lines = []
    for each in found:
        parts = zip(each.starts, each.amounts, each.complete, each.estimated, strict=True)
        days = tuple(
            DayCounted(start, "" if amount is None else str(amount), whole, estimated)
            for start, amount, whole, estimated in parts
        )
        change, whole, estimated = counted_in(each)
        total = DayCounted(
            each.starts[0] if each.starts else each.ends_at,
            "" if change is None else str(change), whole, estimated,
        )  # fmt: skip
        spec, key = specs[each.point], split_point(each.point)[1]
        lines.append(IndexCounted(key, spec.name, each.unit, spec.decimals, days, total))
    return tuple(lines)


def figures(lines: Sequence[IndexCounted]) -> list[object]:
    """Return what two reports of a period must have alike: all but names."""
    return [(each.key, each.unit, each.days, each.total) for each in lines]
