"""A substation with a week plan of two circuits, as its controller keeps it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from app.model.point import PointSpec, ValueKind, WriteRules
from app.model.profile import WeekProgram
from app.model.reading import DeviceId, Quality, Reading, point_id
from app.verbs import Viewer
from tests.fakes import smallplant
from tests.fakes.asked import FakePlant, FakeServices
from tests.fakes.smallplant import AHORNVEJ, NOON

PROGRAMS = (WeekProgram(1, 3109, writable=True), WeekProgram(2, 3209, writable=True))


def week_times(programs: Sequence[WeekProgram] = PROGRAMS) -> dict[str, PointSpec]:
    """The points of week plans, by key."""
    return {
        key: PointSpec(
            key,
            key,
            kind=ValueKind.TIME_OF_DAY,
            group="Week program",
            circuit=plan.circuit,
            live=False,
            write=WriteRules(0, 2400) if plan.writable else None,
        )
        for plan in programs
        for key in plan.times()
    }


def week_values(programs: Sequence[WeekProgram] = PROGRAMS) -> dict[str, float]:
    """Comfort from 06:00 to 22:00 every day; on Tuesday a pause over noon."""
    values: dict[str, float] = {}
    for plan in programs:
        values |= dict.fromkeys(plan.times(), 0.0)
        for day in range(7):
            values[plan.key(day, 1, stop=False)] = 600
            values[plan.key(day, 1, stop=True)] = 2200
        values[plan.key(1, 1, stop=True)] = 1000
        values[plan.key(1, 2, stop=False)] = 1500
        values[plan.key(1, 2, stop=True)] = 2200
    return values


def week_readings(values: Mapping[str, float]) -> dict[str, Reading]:
    """Readings of those values, by key."""
    return {
        key: Reading(point_id(AHORNVEJ, key), value, Quality.GOOD, NOON)
        for key, value in values.items()
    }


class WeeklyPlant(FakePlant):
    """Answers the times of the week plan; ``week`` holds what stands in the controller."""

    def __init__(self, programs: Sequence[WeekProgram] = PROGRAMS) -> None:
        super().__init__(smallplant.substations())
        detail = smallplant.detail(self.views[0])
        points = (*detail.points, *week_times(programs).values())
        self.details[AHORNVEJ] = replace(detail, week_programs=tuple(programs), points=points)
        self.week = week_values(programs)

    async def read_now(
        self, viewer: Viewer, device: DeviceId, keys: Collection[str]
    ) -> Sequence[Reading]:
        plain = await super().read_now(viewer, device, keys)
        told = week_readings(self.week)
        return [*plain, *(told[key] for key in keys if key in told)]


def weekly_services(programs: Sequence[WeekProgram] = PROGRAMS) -> FakeServices:
    """All fakes, with a week plan at Ahornvej 14."""
    services = FakeServices()
    services.plant = WeeklyPlant(programs)
    services.control._plant = services.plant
    return services
