"""What a period report asks for: which devices stand in it, and which points are theirs."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.asked import DeviceView
from app.model.comparison import Period
from app.model.consumption import Step
from app.model.figures import WholeFigures, together, whole_of
from app.model.point import PointSpec
from app.model.reading import DeviceId, PointId, point_id
from app.model.units import is_known
from app.plantverbs import HistoryVerbs
from app.verbs import Viewer
from widgets.directory import Directory
from widgets.periodreport.picks import Pick

Alike = Iterable[tuple[Mapping[str, PointSpec], Sequence[DeviceView]]]
Place = tuple[str, str]  # device, key of its point
_LATELY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Question:
    """The devices that have a point for any of the columns, and the points to ask for."""

    devices: Sequence[tuple[DeviceView, Mapping[str, PointSpec]]]
    counted: Mapping[PointId, Place]  # indexes of which nothing but what they counted is told
    measured: Mapping[PointId, Place]  # points of which other figures are
    units: Mapping[tuple[str, ...], int]  # what the columns are told in, and of how many

    def is_like(self, other: "Question | None") -> bool:
        """Whether another asks for the same, in the same units."""
        return (
            other is not None
            and self.counted == other.counted
            and self.measured == other.measured
            and self.units == other.units
            and len(self.devices) == len(other.devices)
        )


def question_of(alike: Alike, picks: Sequence[Pick]) -> Question:
    """Return what to ask for; devices that have the same points are looked through once.

    Of a meter whose unit nobody set there are no figures; it has its row all the same.
    """
    devices: list[tuple[DeviceView, Mapping[str, PointSpec]]] = []
    counted: dict[PointId, Place] = {}
    measured: dict[PointId, Place] = {}
    units: dict[tuple[str, ...], int] = {}
    for roles, views in alike:
        found = [(pick, spec) for pick in picks if (spec := pick.spec(roles)) is not None]
        if not found:
            continue
        told = tuple(spec.unit for _pick, spec in found)
        units[told] = units.get(told, 0) + len(views)
        known = [(pick, spec.key) for pick, spec in found if is_known(spec.unit)]
        other = {key for pick, key in known if not pick.adds_up}
        keys = dict.fromkeys(key for _pick, key in known)
        for view in views:
            device = view.config.id
            devices.append((view, roles))
            for key in keys:
                asked = measured if key in other else counted
                asked[point_id(device, key)] = device, key
    return Question(devices, counted, measured, units)


def heard_lately(directory: Directory, now: datetime) -> frozenset[DeviceId]:
    """Return the devices that answered within the last day: most meters are read once in it."""
    since = now - _LATELY
    return frozenset(
        each.device
        for each in directory.standings()
        if each.last_answer_at is not None and each.last_answer_at >= since
    )


async def told_of(
    asks: Question, verbs: HistoryVerbs, viewer: Viewer, period: Period, step: Step
) -> dict[Place, WholeFigures]:
    """Return the figures of a period; means and extremes only where a column shows them.

    Raises:
        PlantError: As `HistoryVerbs.figures` does.
    """
    told: dict[Place, WholeFigures] = {}
    span = period.start, period.end, step
    if period.start >= period.end:  # it has not begun
        return told
    if asks.counted:
        for each in await verbs.consumption(viewer, tuple(asks.counted), *span):
            told[asks.counted[each.point]] = whole_of(each)
    if asks.measured:
        for figures in await verbs.figures(viewer, tuple(asks.measured), *span):
            told[asks.measured[figures.point]] = together(figures)
    return told
