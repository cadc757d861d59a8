"""Devices and alarms are kept once for all pages, and kept fresh."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from pytestqt.qtbot import QtBot

from app.asked import DeviceView
from app.errors import CoreLost
from app.model.device import Presence
from app.model.reading import DeviceId, PointId
from app.verbs import Viewer
from tests.fakes import smallplant
from tests.fakes.asked import FakeServices
from tests.fakes.desk import Desk
from tests.fakes.severalpaths import read_by_two_others
from tests.fakes.smallplant import AHORNVEJ
from tests.people import person
from widgets.alarmboard import unseen

MakeDesk = Callable[..., Desk]


def ids_of(views: Sequence[DeviceView]) -> list[DeviceId]:
    return [view.config.id for view in views]


def test_devices_are_known_by_name_area_and_standing(make_desk: MakeDesk, qtbot: QtBot) -> None:
    desk = make_desk()
    directory = desk.directory
    assert directory.name(AHORNVEJ) == "ahornvej-14"
    assert directory.standing(AHORNVEJ) is None
    qtbot.waitUntil(lambda: directory.is_listed)
    assert (directory.name(AHORNVEJ), directory.area(AHORNVEJ)) == (
        "Ahornvej 14",
        "Skovkvarteret",
    )
    assert directory.area(DeviceId("nobody")) == ""
    assert directory.counts() == {
        Presence.ON: 12,
        Presence.LATE: 1,
        Presence.OFFLINE: 1,
        Presence.FAULT: 1,
        Presence.DISABLED: 1,
    }


def test_the_newest_standing_counts(make_desk: MakeDesk, qtbot: QtBot) -> None:
    desk = make_desk()
    qtbot.waitUntil(lambda: desk.directory.is_listed)
    standing = replace(desk.services.plant.views[0].standing, presence=Presence.OFFLINE)
    with qtbot.waitSignal(desk.directory.changed):
        desk.feed.offer_standings([standing])
        desk.feed.refresh()
        desk.feed.age()
    assert desk.directory.counts()[Presence.OFFLINE] == 2


def test_a_plant_that_changed_is_listed_again(make_desk: MakeDesk, qtbot: QtBot) -> None:
    desk = make_desk()
    qtbot.waitUntil(lambda: desk.directory.is_listed)
    desk.services.plant.views.pop()
    with qtbot.waitSignal(desk.directory.listed):
        desk.feed.offer_standings([])
        desk.feed.refresh()
    assert len(desk.directory.views) == 15


def test_once_a_minute_the_devices_are_asked_for_anyway(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    desk = make_desk()
    qtbot.waitUntil(lambda: desk.directory.is_listed)
    with qtbot.waitSignal(desk.directory.listed):
        for _second in range(60):
            desk.feed.age()


def test_a_core_that_cannot_be_asked_is_told_as_a_sentence(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    services = FakeServices()

    async def gone(_viewer: Viewer) -> Sequence[DeviceView]:
        raise CoreLost("the core has gone")

    services.plant.devices = gone  # type: ignore[method-assign,assignment]
    desk = make_desk(services)
    qtbot.waitUntil(lambda: desk.directory.failure == "the core has gone")
    assert not desk.directory.is_listed


def test_points_of_equal_devices_are_asked_for_once(make_desk: MakeDesk, qtbot: QtBot) -> None:
    desk = make_desk()
    directory = desk.directory
    assert directory.spec(PointId("ahornvej-14.s6")) is None
    qtbot.waitUntil(lambda: directory.is_listed)
    with qtbot.waitSignal(directory.described):
        assert directory.spec(PointId("ahornvej-14.s6")) is None
        assert directory.spec(PointId("birkevej-3.s6")) is None
    spec = directory.spec(PointId("birkevej-3.s6"))
    assert spec is not None
    assert spec.name == "S6 DHW return"
    assert directory.spec(PointId("birkevej-3.nothing")) is None


def test_devices_with_the_same_points_stand_together(make_desk: MakeDesk, qtbot: QtBot) -> None:
    desk = make_desk()
    directory = desk.directory
    qtbot.waitUntil(lambda: directory.is_listed)
    with qtbot.waitSignal(directory.described):
        assert not any(roles for roles, _views in directory.alike())
    qtbot.waitUntil(lambda: all(roles for roles, _views in directory.alike()))
    seen = []
    for roles, views in directory.alike():
        assert len({view.standing.profile or view.config.profile for view in views}) == 1
        assert all(directory.roles(view.config.id) is roles for view in views)
        seen += [view.config.id for view in views]
    assert sorted(seen) == sorted(view.config.id for view in directory.views)


def test_a_path_of_a_meter_stands_in_lists_and_counts_with_its_meter_alone(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    services = FakeServices()
    meter, first, second = read_by_two_others(services)
    directory = make_desk(services).directory
    qtbot.waitUntil(lambda: directory.is_listed)
    everybody = [each for _roles, views in directory.alike() for each in ids_of(views)]
    counted = [each for _roles, views in directory.alike(paths=False) for each in ids_of(views)]
    assert {meter, first, second} <= set(everybody)
    assert set(everybody) - set(counted) == {first, second}
    # Who may see the paths alone has what they tell.
    services.plant.views = [each for each in services.plant.views if each.config.id != meter]
    with qtbot.waitSignal(directory.listed):
        directory.refresh()
    left = [each for _roles, views in directory.alike(paths=False) for each in ids_of(views)]
    assert {first, second} <= set(left)


def test_a_meter_of_paths_that_told_no_point_yet_is_asked_again(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    services = FakeServices()
    meter, *_paths = read_by_two_others(services)
    known = services.plant.details[meter]
    services.plant.details[meter] = replace(known, points=())
    directory = make_desk(services).directory
    qtbot.waitUntil(lambda: directory.is_listed)
    with qtbot.waitSignal(directory.described):
        assert not directory.roles(meter)
    services.plant.details[meter] = known
    with qtbot.waitSignal(directory.listed):
        directory.refresh()
    qtbot.waitUntil(lambda: bool(directory.roles(meter)))


def test_a_device_that_turns_out_to_be_another_leaves_those_it_stood_with(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    desk = make_desk()
    directory = desk.directory
    qtbot.waitUntil(lambda: directory.is_listed)
    first = desk.services.plant.views[0]
    turned = replace(first, standing=replace(first.standing, profile="eastron.sdm630"))
    desk.services.plant.views[0] = turned
    with qtbot.waitSignal(directory.listed):
        directory.refresh()
    alone = [views for _roles, views in directory.alike() if first.config.id in ids_of(views)]
    assert [ids_of(views) for views in alone] == [[first.config.id]]


def test_unseen_alarms_come_by_priority_and_then_the_newest() -> None:
    names = [each.rule.name for each in unseen(smallplant.alarms())]
    assert names == [
        "Supply pressure low",
        "Return temperature high",
        "DHW return above limit",
        "Flow below desired flow",
    ]


def test_a_burst_of_alarms_costs_one_question(make_desk: MakeDesk, qtbot: QtBot) -> None:
    desk = make_desk()
    qtbot.waitUntil(lambda: desk.alarms.is_told)
    told = list[None]()
    desk.alarms.changed.connect(lambda: told.append(None))
    for _alarm in range(20):
        desk.feed.offer_alarms([])
        desk.feed.refresh()
    qtbot.waitUntil(lambda: len(told) == 1)
    qtbot.wait(50)
    assert len(told) == 1


def test_who_may_see_no_alarms_asks_for_none(make_desk: MakeDesk, qtbot: QtBot) -> None:
    desk = make_desk(viewer=person("x", "X", "desk-1", frozenset()))
    qtbot.waitUntil(lambda: desk.directory.failure != "")
    assert not desk.alarms.is_told


def test_alarms_that_cannot_be_asked_for_are_told(make_desk: MakeDesk, qtbot: QtBot) -> None:
    services = FakeServices()

    async def gone(_viewer: Viewer) -> Sequence[object]:
        raise CoreLost("the core has gone")

    services.alarms.standing = gone  # type: ignore[method-assign,assignment]
    desk = make_desk(services)
    with qtbot.waitSignal(desk.alarms.failed) as failed:
        desk.alarms.refresh()
    assert failed.args == ["the core has gone"]


def test_what_was_worked_out_is_kept_until_the_points_are_others(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    desk = make_desk()
    directory, turns = desk.directory, list[None]()

    def work() -> int:
        turns.append(None)
        return len(turns)

    qtbot.waitUntil(lambda: directory.is_listed)
    assert [directory.remembered("x", work) for _turn in range(3)] == [1, 1, 1]
    with qtbot.waitSignal(directory.listed):
        directory.refresh()
    assert directory.remembered("x", work) == 1, "the same devices with the same points"
    with qtbot.waitSignal(directory.described):
        directory.roles(AHORNVEJ)
    assert directory.remembered("x", work) == 2
    desk.services.plant.views.pop()
    with qtbot.waitSignal(directory.listed):
        directory.refresh()
    assert directory.remembered("x", work) == 3
    [first, *others] = desk.services.plant.views
    renamed = replace(first, config=replace(first.config, name="Otherwise"))
    desk.services.plant.views[:] = [renamed, *others]
    with qtbot.waitSignal(directory.listed):
        directory.refresh()
    assert directory.remembered("x", work) == 4
