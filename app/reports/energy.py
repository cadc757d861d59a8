"""Energy of up to fifty devices beside each other: what they counted, per m², per degree day.

Asked over `app.asked`, so that the command line and the screen get the same figures.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING

from app.errors import BadInput
from app.model.comparison import Period
from app.model.consumption import Consumption, Step
from app.model.figures import counted_in
from app.model.normalised import (
    DegreeDays,
    DegreeRule,
    Normalised,
    area_in,
    areas_of,
    degree_days,
)
from app.model.reading import DeviceId, PointId, split_point
from app.verbs import Viewer
from app.words import _

if TYPE_CHECKING:  # every command is found by loading it, and most ask nothing
    from app.asked import Asked, DeviceView

MOST_DEVICES, MOST_VALUES = 50, 2
_TEMPERATURE = "°C"


@dataclass(frozen=True, slots=True)
class Question:
    """What is to be told: indexes in a time, and by which temperature."""

    points: Sequence[PointId]
    start: datetime
    end: datetime
    step: Step = Step.MONTH
    outdoor: PointId | None = None  # None: no degree days
    rule: DegreeRule = field(default_factory=DegreeRule)

    def require_sound(self) -> None:
        """Raise `BadInput` for more than fifty devices, or than two values of one."""
        self.rule.require_sound()
        each_of = Counter(split_point(point)[0] for point in set(self.points))
        if not each_of:
            raise BadInput(_("say which indexes are to be analysed"))
        if len(each_of) > MOST_DEVICES:
            raise BadInput(_("at most {most} devices at a time").format(most=MOST_DEVICES))
        device, most = each_of.most_common(1)[0]
        if most > MOST_VALUES:
            said = _("{device}: at most {most} values of a device")
            raise BadInput(said.format(device=device, most=MOST_VALUES))


@dataclass(frozen=True, slots=True)
class Line:
    """One index: what it counted in the whole time, and in each part of it."""

    point: PointId
    device: str  # its name
    unit: str
    told: Normalised
    whole: bool  # it is all that was counted
    counted: Consumption


@dataclass(frozen=True, slots=True)
class Analysis:
    """All lines in the order asked, and the degree days of the time."""

    lines: tuple[Line, ...]
    degrees: DegreeDays | None  # None: not asked for
    faults: tuple[str, ...]  # areas that cannot be read, a sentence each


async def analysed(
    asked: "Asked", viewer: Viewer, wish: Question, views: Sequence["DeviceView"], zone: tzinfo
) -> Analysis:
    """Return what was asked; raises `BadInput` as `HistoryVerbs.consumption`, and by itself."""
    wish.require_sound()
    points = list(dict.fromkeys(wish.points))
    counted = await asked.history.consumption(viewer, points, wish.start, wish.end, wish.step)
    degrees = await _degrees(asked, viewer, wish)
    known = {view.config.id: view for view in views}
    faults, lines = list[str](), list[Line]()
    value = None if degrees is None else degrees.value
    for each in counted:
        view = known.get(split_point(each.point)[0])
        amount, whole, _guessed = counted_in(each)
        area = None
        try:
            areas = () if view is None else areas_of(view.config.options)
            area = area_in(areas, wish.start, wish.end, zone)
        except BadInput as error:
            faults.append(f"{_name(view, each.point)}: {error}")
        told = Normalised(amount, area, value)
        lines.append(Line(each.point, _name(view, each.point), each.unit, told, whole, each))
    return Analysis(tuple(lines), degrees, tuple(dict.fromkeys(faults)))


async def _degrees(asked: "Asked", viewer: Viewer, wish: Question) -> DegreeDays | None:
    if wish.outdoor is None:
        return None
    period = Period(wish.start, wish.end)
    (found,) = await asked.history.comparison(
        viewer, [wish.outdoor], period, Period(wish.start, wish.start), Step.DAY
    )
    means = found.sides[0]
    if found.counted or means.unit != _TEMPERATURE:
        said = _("{point} is no temperature: degree days need one of the air outside")
        raise BadInput(said.format(point=wish.outdoor))
    return degree_days(means, wish.rule)


def _name(view: "DeviceView | None", point: PointId) -> DeviceId | str:
    return split_point(point)[0] if view is None else view.config.name
