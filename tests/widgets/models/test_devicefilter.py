"""Filters mean what they say, are kept as they are, and survive what nobody understands."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytestqt.qtbot import QtBot

from app.asked import DeviceView
from app.model.area import path_of
from app.model.device import DeviceStanding, Presence
from app.model.reading import DeviceId, Quality, Reading, point_id
from tests.fakes import smallplant
from tests.fakes.asked import FakeServices
from tests.fakes.desk import Desk
from tests.fakes.smallplant import AHORNVEJ, NOON, view
from widgets.desk import Json
from widgets.models.devicefilter import (
    SMART,
    By,
    Condition,
    Plant,
    comparison,
    counted,
    from_json,
    holds,
    to_json,
    wanted,
    words_of,
)
from widgets.models.measured import Measurements

MakeDesk = Callable[..., Desk]


@pytest.fixture
def plant(make_desk: MakeDesk, qtbot: QtBot) -> Plant:
    desk = make_desk(FakeServices())
    qtbot.waitUntil(lambda: desk.directory.is_listed)
    values = Measurements(desk.directory, desk.feed, desk.now, None)
    desk.directory.roles(AHORNVEJ)
    qtbot.waitUntil(lambda: bool(desk.directory.roles(AHORNVEJ)))
    alarms = {DeviceId("lindevej-8"): [smallplant.alarms()[1]]}
    made = Plant(desk.directory, values, desk.now, alarms)
    made.groups = {"g1": ("Schools", frozenset({"ahornvej-14"}))}
    desk.feed.offer([Reading(point_id(AHORNVEJ, "s5"), 48.0, Quality.GOOD, NOON)])
    desk.feed.refresh()
    return made


def names(plant: Plant, *conditions: Condition) -> list[str]:
    views: Sequence[DeviceView] = plant.directory.views
    return [view.config.name for view in views if wanted(conditions, view, plant)]


@pytest.mark.parametrize(
    ("area", "path"),
    [
        ("North", "North"),
        (" North / School ", "North/School"),
        ("//North//", "North"),
        ("", ""),
        ("/", ""),
    ],
)
def test_an_area_is_a_way_from_the_outermost_in(area: str, path: str) -> None:
    assert path_of(area) == path


def test_an_area_holds_what_lies_in_it_and_not_what_only_begins_alike(plant: Plant) -> None:
    inside, beside = view("A", "North/School"), view("B", "Northern")
    north = Condition(By.AREA, "North")
    assert holds(north, inside, plant)
    assert not holds(north, beside, plant)


def test_no_condition_shows_all(plant: Plant) -> None:
    assert len(names(plant)) == 16


def test_one_of_each_sort_must_hold(plant: Plant) -> None:
    offline = Condition(By.STATE, Presence.OFFLINE.value)
    late = Condition(By.STATE, Presence.LATE.value)
    assert set(names(plant, offline, late)) == {"Lindevej 8", "Birkevej 27"}
    assert names(plant, offline, late, Condition(By.AREA, "Birkely")) == ["Birkevej 27"]


def test_groups_people_made_hold_their_devices(plant: Plant) -> None:
    assert names(plant, Condition(By.GROUP, "g1")) == ["Ahornvej 14"]
    assert names(plant, Condition(By.GROUP, "gone")) == []


@pytest.mark.parametrize(
    ("smart", "expected"),
    [
        ("wrong", {"Lindevej 8", "Egevænget 5"}),
        ("silent", {"Lindevej 8"}),
        ("return", {"Ahornvej 14"}),
        ("alarm", {"Lindevej 8"}),
        ("unseen", set()),
        ("unknown", set()),
        ("disabled", {"Birkevej 44"}),
        ("nonsense", set()),
    ],
)
def test_each_smart_group_finds_its_own(plant: Plant, smart: str, expected: set[str]) -> None:
    assert set(names(plant, Condition(By.SMART, smart))) == expected


def test_a_device_that_was_never_identified_is_found(plant: Plant) -> None:
    odd = replace(view("New", ""), label="")
    assert SMART["unknown"].holds(odd, plant)


@pytest.mark.parametrize(
    ("sign", "level", "found"),
    [(">", 47.9, True), (">", 48.0, False), ("<", 48.1, True), ("<", 10.0, False)],
)
def test_a_value_is_above_or_below_a_level(
    plant: Plant, sign: str, level: float, found: bool
) -> None:
    assert ("Ahornvej 14" in names(plant, comparison("return", sign, level))) is found


@pytest.mark.parametrize("what", ["", "return", "return > x", "nothing > 3", "return = 3"])
def test_a_comparison_nobody_understands_holds_for_nothing(plant: Plant, what: str) -> None:
    assert names(plant, Condition(By.VALUE, what)) == []
    assert words_of(Condition(By.VALUE, what), plant)[1] == what


def test_chips_speak_the_words_of_people(plant: Plant) -> None:
    link = plant.directory.views[0].link
    assert [
        words_of(each, plant)
        for each in (
            Condition(By.AREA, "North/School"),
            Condition(By.GATEWAY, link.id),
            Condition(By.GATEWAY, "gone"),
            Condition(By.GROUP, "g1"),
            Condition(By.STATE, "offline"),
            Condition(By.STATE, "asleep"),
            Condition(By.SMART, "silent"),
            comparison("return", ">", 45.0),
        )
    ] == [
        ("Area", "North/School"),
        ("Gateway", link.name),
        ("Gateway", "gone"),
        ("Group", "Schools"),
        ("State", "Offline"),
        ("State", "asleep"),
        ("Group", "No data for 1 h"),
        ("Value", "Return > 45.0 °C"),
    ]


@given(st.lists(st.builds(Condition, st.sampled_from(By), st.text())))
def test_what_is_kept_comes_back(conditions: list[Condition]) -> None:
    assert from_json(to_json(conditions)) == conditions


_JSON: st.SearchStrategy[Json] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=3),
)


@given(_JSON)
def test_whatever_lies_in_the_memory_is_read_without_harm(kept: Json) -> None:
    assert all(isinstance(each, Condition) for each in from_json(kept))


def test_groups_counted_together_are_as_large_as_asked_device_by_device(plant: Plant) -> None:
    kept = list(plant.directory.views)
    odd = replace(kept[2], label="")
    long_ago = replace(kept[3].standing, last_answer_at=NOON - timedelta(hours=2))
    views = [*kept[:2], odd, replace(kept[3], standing=long_ago), *kept[4:]]
    plant.alarms = {**plant.alarms, AHORNVEJ: smallplant.alarms()}
    counts = counted(views, plant)
    assert counts == {
        smart.id: sum(smart.holds(each, plant) for each in views) for smart in SMART.values()
    }
    assert [name for name, count in counts.items() if not count] == []


def test_the_whole_plant_s_standings_are_looked_up_together(
    plant: Plant, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    real = plant.directory.standing

    def standing(device: DeviceId) -> DeviceStanding | None:
        asked.append(device)
        return real(device)

    monkeypatch.setattr(plant.directory, "standing", standing)
    whole = counted(plant.directory.views, plant)
    assert asked == []
    some = plant.directory.views[1:]
    part = counted(some, plant)
    assert asked == [each.config.id for each in some]
    assert all(whole[name] - part[name] in (0, 1) for name in SMART)
