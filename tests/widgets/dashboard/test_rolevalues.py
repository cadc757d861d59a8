"""The values of a whole plant are asked for once, and only those nobody has told yet."""

from collections.abc import Callable, Collection, Sequence

from PyQt6.QtCore import QObject
from pytestqt.qtbot import QtBot

from app.model.reading import PointId, Quality, Reading
from app.verbs import Viewer
from tests.fakes.asked import FakeServices
from tests.fakes.desk import Desk
from tests.fakes.severalpaths import read_by_two_others
from tests.fakes.smallplant import NOON
from widgets.dashboard.rolevalues import RoleValues, kinds_of_values

MakeDesk = Callable[..., Desk]


def asking_desk(make_desk: MakeDesk, qtbot: QtBot) -> tuple[Desk, list[PointId]]:
    """Return a desk that knows its plant, and what of it is asked for from now on."""
    services, asked = FakeServices(), list[PointId]()
    inner = services.plant.latest

    async def latest(viewer: Viewer, points: Collection[PointId]) -> Sequence[Reading]:
        asked.extend(points)
        return await inner(viewer, points)

    services.plant.latest = latest  # type: ignore[method-assign]
    desk = make_desk(services)
    qtbot.waitUntil(lambda: desk.directory.is_listed)
    qtbot.waitUntil(lambda: all(roles for roles, _views in desk.directory.alike()))
    asked.clear()
    return desk, asked


def test_what_the_window_heard_already_is_not_asked_for(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    desk, asked = asking_desk(make_desk, qtbot)
    owner = QObject()
    kind = kinds_of_values()["return"]
    first = RoleValues(desk.context, kind, owner)
    qtbot.waitUntil(lambda: bool(asked))
    points = [each.point for each in first.held]
    assert sorted(asked) == sorted(points)
    desk.feed.offer([Reading(point, 44.0, Quality.GOOD, NOON) for point in points])
    desk.feed.refresh()
    asked.clear()
    second = RoleValues(desk.context, kind, owner)
    qtbot.waitUntil(lambda: bool(second.held))
    assert [each.number for each in second.held] == [44.0] * len(points)
    assert asked == []


def test_the_worst_come_first_and_those_without_a_value_last(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    desk, _asked = asking_desk(make_desk, qtbot)
    owner = QObject()
    values = RoleValues(desk.context, kinds_of_values()["return"], owner)
    qtbot.waitUntil(lambda: len(values.held) > 2)
    points = [each.point for each in values.held]
    told = [Reading(point, 40.0 + nth, Quality.GOOD, NOON) for nth, point in enumerate(points)]
    told[0] = Reading(points[0], 99.0, Quality.STALE, NOON, "device-late")
    desk.feed.offer(told)
    desk.feed.refresh()
    numbers, count = values.numbers()
    assert sorted(numbers) == [40.0 + nth for nth in range(1, len(points))]
    assert count == len(points)
    worst = [number for number, _held in values.rated(len(points), highest=True)]
    assert worst == [*sorted(numbers, reverse=True), None]
    assert [number for number, _held in values.rated(2, highest=False)] == [41.0, 42.0]


def test_the_first_value_is_told_at_once_and_later_ones_with_the_seconds(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    desk, _asked = asking_desk(make_desk, qtbot)
    owner, told = QObject(), list[int]()
    values = RoleValues(desk.context, kinds_of_values()["return"], owner)
    values.changed.connect(lambda: told.append(len(values.numbers()[0])))
    qtbot.waitUntil(lambda: len(values.held) > 1)
    points = [each.point for each in values.held]
    silent = [Reading(each, None, Quality.OFFLINE, NOON, "device-offline") for each in points]
    desk.feed.offer(silent)
    desk.feed.refresh()
    values.numbers()
    told.clear()
    desk.feed.devices_changed.emit()
    assert told == [0], "a device was heard: is there a value now?"
    for nth, point in enumerate(points):
        desk.feed.offer([Reading(point, 44.0, Quality.GOOD, NOON)])
        desk.feed.refresh()
        desk.feed.devices_changed.emit()
        assert told == [0, 1], f"{nth}: a mean is not told anew with each device"


def test_a_disabled_device_is_in_no_figure(make_desk: MakeDesk, qtbot: QtBot) -> None:
    desk, _asked = asking_desk(make_desk, qtbot)
    owner = QObject()
    values = RoleValues(desk.context, kinds_of_values()["return"], owner)
    qtbot.waitUntil(lambda: bool(values.held))
    enabled = {view.config.id for view in desk.directory.views if view.config.enabled}
    assert {each.device for each in values.held} <= enabled
    assert len(enabled) < len(desk.directory.views)


def test_a_meter_that_is_read_in_several_ways_is_in_every_figure_once(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    services = FakeServices()
    meter, *ways = read_by_two_others(services)
    desk = make_desk(services)
    qtbot.waitUntil(lambda: desk.directory.is_listed)
    qtbot.waitUntil(lambda: all(roles for roles, _views in desk.directory.alike()))
    owner = QObject()
    values = RoleValues(desk.context, kinds_of_values()["return"], owner)
    qtbot.waitUntil(lambda: bool(values.held))
    devices = [each.device for each in values.held]
    assert devices.count(meter) == 1
    assert not {*ways} & {*devices}
    assert values.numbers()[1] == len(devices)
