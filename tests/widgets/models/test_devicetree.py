"""The plant as a tree: each device counted where it stands, the worst alarm seen from above."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytestqt.qtbot import QtBot

from app.asked import DeviceView
from app.model.alarm import Alarm, AlarmState
from app.model.area import path_of
from app.model.reading import DeviceId
from tests.fakes import smallplant
from tests.fakes.asked import FakeServices
from tests.fakes.desk import Desk
from tests.fakes.smallplant import NOON, view
from widgets.models.devicefilter import By, Condition, Plant, holds
from widgets.models.devicetree import Node, Trunk, nodes, tree_columns, worst_alarm
from widgets.models.measured import Measurements

MakeDesk = Callable[..., Desk]
Told = list[tuple[int, str, int]]


@pytest.fixture
def plant(make_desk: MakeDesk, qtbot: QtBot) -> Plant:
    desk = make_desk(FakeServices.empty())
    qtbot.waitUntil(lambda: desk.directory.is_listed)
    values = Measurements(desk.directory, desk.feed, desk.now, None)
    return Plant(desk.directory, values, desk.now)


def houses(*areas: str) -> list[DeviceView]:
    return [view(f"House {at}", area, number=at) for at, area in enumerate(areas)]


def told(lines: Sequence[Node]) -> Told:
    return [(node.depth, node.words, node.devices) for node in lines]


def alarm(device: str, priority: int, state: AlarmState) -> Alarm:
    made = smallplant.alarm(5, f"Alarm {priority}", DeviceId(device), priority, state)
    seen = NOON if state is AlarmState.ACKNOWLEDGED else None
    return replace(made, acknowledged_at=seen)


def test_no_device_is_one_line(plant: Plant) -> None:
    assert told(nodes(Trunk.AREA, [], plant, ())) == [(0, "All areas", 0)]


def test_areas_stand_by_name_whatever_their_letters_are(plant: Plant) -> None:
    lines = nodes(Trunk.AREA, houses("ådalen", "Zoo", "birkely", "Ahorn"), plant, ())
    assert [node.words for node in lines[1:]] == ["Ahorn", "birkely", "Zoo", "ådalen"]


def test_devices_without_an_area_count_for_the_whole_plant_alone(plant: Plant) -> None:
    assert told(nodes(Trunk.AREA, houses("", " / ", "North"), plant, ())) == [
        (0, "All areas", 3),
        (1, "North", 1),
    ]


def test_the_same_name_in_two_areas_is_two_places(plant: Plant) -> None:
    lines = nodes(Trunk.AREA, houses("North/Main street", "South/Main street"), plant, ())
    streets = [node for node in lines if node.words == "Main street"]
    assert [node.condition for node in streets] == [
        Condition(By.AREA, "North/Main street"),
        Condition(By.AREA, "South/Main street"),
    ]
    assert len({node.key for node in lines}) == len(lines)


def test_a_closed_branch_keeps_its_count_and_hides_what_is_below(plant: Plant) -> None:
    views = houses("North/School/Gym", "North/School", "South")
    closed = {"area North/School"}
    lines = nodes(Trunk.AREA, views, plant, closed)
    assert told(lines) == [
        (0, "All areas", 3),
        (1, "North", 2),
        (2, "School", 2),
        (1, "South", 1),
    ]
    school = lines[2]
    assert (school.branches, school.open) == (True, False)


def test_gateways_are_told_by_name_and_known_by_id(plant: Plant) -> None:
    one, other = houses("A", "B")
    same = replace(other, link=replace(one.link, name=one.link.name))
    lines = nodes(Trunk.GATEWAY, [one, same], plant, ())
    assert told(lines) == [(0, "All gateways", 2), (1, one.link.name, 2)]
    assert lines[1].condition == Condition(By.GATEWAY, one.link.id)


def test_groups_count_only_devices_there_are(plant: Plant) -> None:
    views = houses("A", "B")
    plant.groups = {
        "g1": ("Schools", frozenset({views[0].config.id, "gone"})),
        "g2": ("Empty", frozenset()),
    }
    lines = nodes(Trunk.GROUP, views, plant, ())
    assert told(lines) == [(0, "All devices", 2), (1, "Empty", 0), (1, "Schools", 1)]


def test_a_branch_shows_the_worst_alarm_below_it(plant: Plant) -> None:
    views = houses("North/School", "North/Church", "South")
    low = alarm("x", 4, AlarmState.UNACKNOWLEDGED)
    high = alarm("y", 1, AlarmState.ACKNOWLEDGED)
    plant.alarms = {views[0].config.id: [low], views[1].config.id: [high]}
    found = {node.words: node.alarm for node in nodes(Trunk.AREA, views, plant, ())}
    assert found == {
        "All areas": high,
        "North": high,
        "School": low,
        "Church": high,
        "South": None,
    }


def test_of_two_as_urgent_the_one_nobody_has_seen_is_worse() -> None:
    seen = alarm("x", 2, AlarmState.ACKNOWLEDGED)
    fresh = alarm("y", 2, AlarmState.UNACKNOWLEDGED)
    less = alarm("z", 3, AlarmState.UNACKNOWLEDGED)
    assert worst_alarm([less, seen, fresh]) is fresh
    assert worst_alarm([]) is None


def test_a_line_tells_name_alarm_and_count(plant: Plant) -> None:
    views = houses("North/School")
    plant.alarms = {views[0].config.id: [alarm("x", 1, AlarmState.UNACKNOWLEDGED)]}
    north = nodes(Trunk.AREA, views, plant, ())[1]
    name, mark, count = (column.cell(north) for column in tree_columns())
    assert name.text.strip() == "▾ North"
    assert name.tip == "North"
    assert mark.mark is not None
    assert (mark.mark.priority, mark.tip) == (1, "Alarm 1")
    assert count.text == "1"


_NAMES = st.text(st.characters(exclude_characters="/", exclude_categories=["Cs"]), max_size=6)
_AREAS = st.lists(st.lists(_NAMES, max_size=3).map("/".join), max_size=12)


@given(_AREAS)
def test_every_branch_counts_exactly_the_devices_its_filter_shows(areas: list[str]) -> None:
    views = houses(*areas)
    bare = Plant(None, None, lambda: NOON)  # type: ignore[arg-type]  # areas ask neither
    lines = nodes(Trunk.AREA, views, bare, ())
    for node in lines[1:]:
        assert node.condition is not None
        assert node.devices == sum(holds(node.condition, each, bare) for each in views)
    tops = sum(node.devices for node in lines if node.depth == 1)
    assert tops == sum(bool(path_of(area)) for area in areas)
