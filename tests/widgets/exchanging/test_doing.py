"""An exchange is stated of all indexes or of none, and taken back as a whole."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

from app.errors import BadInput, PlantError
from app.model.counter import Break, Broken, Edit, Statement, TakenBack, as_listed
from app.model.device import DeviceConfig
from app.model.exchange import Plan, plan_of, planned
from app.model.point import PointSpec
from app.model.reading import PointId, point_id
from app.series import Series
from app.verbs import Viewer
from tests.app.project.sites import device
from tests.fakes.asked import FakeHistory, FakeServices
from tests.fakes.desk import Desk
from tests.fakes.meters import FakeMeters
from tests.fakes.smallplant import NOON
from widgets.exchanging.doing import Read, Visit, beside_sent, do, keep_plan, undo

MakeDesk = Callable[..., Desk]
METER = replace(device("meter-1"), serial="12345678")
ENERGY = PointSpec("e1", "Energy", "kWh", 2, role="meter.energy", most_per_hour=40.0)
VOLUME = PointSpec("v1", "Volume", "m³", 3, role="meter.volume")
POINTS = [point_id(METER.id, each.key) for each in (ENERGY, VOLUME)]
READ = [
    Read(ENERGY, Decimal("2010.00"), Decimal("0.50")),
    Read(VOLUME, Decimal("812.125"), None),
]


class Sent(FakeHistory):
    """A history of hourly figures that begin a day before noon and end a day after."""

    async def quarters(
        self, viewer: Viewer, points: Sequence[PointId], start: datetime, end: datetime
    ) -> Sequence[Series]:
        hours = np.arange(-24, 25)
        times = round(NOON.timestamp() * 1000) + hours * 3_600_000
        values = np.where(hours <= 0, 2000 + 10.0 * hours, 10.0 * hours)
        values[3] = np.nan
        quality = np.zeros(len(hours), np.uint8)
        told = Series(points[0], times.astype(np.int64), values, quality)
        none = np.zeros(0, np.int64)
        silent = Series(PointId("x.y"), none, none.astype(np.float64), none.astype(np.uint8))
        return [told, *[silent] * (len(points) - 1)]


class Choosy(FakeMeters):
    """Refuses what is stated about one index."""

    async def state(
        self, viewer: Viewer, point: PointId, says: Edit, reason: str, seen: int | None = None
    ) -> Statement:
        if point == POINTS[1]:
            raise BadInput("more digits than the index")
        return await super().state(viewer, point, says, reason, seen)


def visit(photo: Path | None = None, serial: str = "") -> Visit:
    return Visit(NOON, READ, True, serial, "worn out", photo)


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    file = tmp_path / "old meter.jpg"
    file.write_bytes(b"\xff\xd8\xff\xe0")
    return file


def desk_of(make_desk: MakeDesk, meters: FakeMeters | None = None) -> Desk:
    services = FakeServices()
    if meters is not None:
        services.meters = meters
    return make_desk(services)


def changes(desk: Desk) -> list[DeviceConfig]:
    made = desk.services.project.changes
    return [each for each in made if isinstance(each, DeviceConfig)]


def test_all_indexes_are_stated_with_the_photo_and_the_new_number(
    make_desk: MakeDesk, photo: Path
) -> None:
    desk = desk_of(make_desk)
    plan = planned(METER, Plan(NOON, "87654321", "worn out"))
    done = asyncio.run(do(desk.context, plan, visit(photo, "87654321")))
    ((kept, content),) = desk.services.project.added
    assert (kept.title, content) == ("old meter", photo.read_bytes())
    assert [each.point for each in desk.services.meters.made] == POINTS
    for made, read in zip(desk.services.meters.made, READ, strict=True):
        assert made.says == Broken(
            NOON,
            Break.EXCHANGE,
            read.final,
            read.initial,
            None,
            True,
            kept.id,
        )
        assert made.reason == "worn out"
    (changed,) = changes(desk)
    assert (changed.serial, plan_of(changed)) == ("87654321", None)
    assert (done.before, done.after) == (plan, changed)


def test_without_a_new_number_or_a_plan_the_device_stays_as_it_is(make_desk: MakeDesk) -> None:
    desk = desk_of(make_desk)
    asyncio.run(do(desk.context, METER, visit()))
    assert changes(desk) == []
    assert len(desk.services.meters.made) == len(POINTS)


def test_where_one_index_is_refused_nothing_is_left(make_desk: MakeDesk, photo: Path) -> None:
    meters = Choosy()
    desk = desk_of(make_desk, meters)
    with pytest.raises(BadInput, match="more digits"):
        asyncio.run(do(desk.context, METER, visit(photo, "87654321")))
    stated, back = meters.made
    assert back.says == TakenBack(stated.id)
    assert [each.holds for each in as_listed(tuple(meters.made))] == [False, True]
    assert changes(desk) == []
    assert asyncio.run(desk.services.project.documents(desk.viewer)) == []


def test_a_photo_that_is_none_states_nothing(make_desk: MakeDesk, tmp_path: Path) -> None:
    desk = desk_of(make_desk)
    for file in (tmp_path / "gone.jpg", tmp_path / "words.jpg"):
        if file.name == "words.jpg":
            file.write_text("this is no picture")
        with pytest.raises(PlantError):
            asyncio.run(do(desk.context, METER, visit(file)))
    assert desk.services.meters.made == []


def test_taken_back_the_meter_is_what_it_was(make_desk: MakeDesk) -> None:
    desk = desk_of(make_desk)
    done = asyncio.run(do(desk.context, METER, visit(serial="87654321")))
    asyncio.run(undo(desk.context, done, "the other meter"))
    listed = as_listed(tuple(desk.services.meters.made))
    assert [each.holds for each in listed] == [False, False, True, True]
    assert {each.statement.reason for each in listed[2:]} == {"the other meter"}
    assert changes(desk)[-1] == METER


def test_a_plan_is_kept_with_the_device(make_desk: MakeDesk) -> None:
    desk = desk_of(make_desk)
    wanted = planned(METER, Plan(NOON, "", "worn out"))
    assert asyncio.run(keep_plan(desk.context, METER, wanted)) == wanted
    assert changes(desk) == [wanted]


def test_what_was_read_stands_beside_what_was_sent(make_desk: MakeDesk) -> None:
    services = FakeServices()
    services.history = Sent()
    desk = make_desk(services)
    energy, volume = asyncio.run(beside_sent(desk.context, METER, READ, NOON))
    day, hour = timedelta(days=1), timedelta(hours=1)
    assert energy.before == ((NOON - day, Decimal("1760.00")), (NOON, Decimal("2000.00")))
    assert energy.after == (NOON + hour, Decimal("10.00"))
    assert (energy.final, energy.initial) == (Decimal("2010.00"), Decimal("0.50"))
    assert energy.most_per_hour == 40
    assert (volume.before, volume.after, volume.most_per_hour) == (None, None, None)
    gap = asyncio.run(beside_sent(desk.context, METER, READ[:1], NOON - 21 * hour))
    assert gap[0].before is not None
    assert gap[0].before[1] == (NOON - 22 * hour, Decimal("1780.00")), "no value is no reading"
