"""Groups of devices people make: named, added to, seen by all, read with care."""

from collections.abc import Callable

import pytest
from pytestqt.qtbot import QtBot

from app.asked import Preset
from tests.fakes.asked import FakeServices
from tests.fakes.desk import Desk
from tests.fakes.personal import FakeDesk
from widgets.devicelist.groups import KIND, DeviceGroups, members

MakeDesk = Callable[..., Desk]


class Stage:
    def __init__(self, make_desk: MakeDesk, qtbot: QtBot) -> None:
        services = FakeServices()
        self.kept: FakeDesk = services.desk
        for preset in (
            Preset("theirs", KIND, "Schools", "holm", True, '{"devices": ["a", "b"]}'),
            Preset("mine", KIND, "Halls", "lund", True, '{"devices": ["c"]}'),
            Preset("secret", KIND, "Private", "holm", False, '{"devices": ["d"]}'),
        ):
            self.kept.all_presets[preset.id] = preset
        self.desk, self.qtbot = make_desk(services), qtbot
        self.groups = DeviceGroups(self.desk.context.desk, "lund")
        self.groups.by_id()
        qtbot.waitUntil(lambda: bool(self.groups.by_id()))

    def content(self, name: str) -> set[str]:
        made = next(each for each in self.kept.all_presets.values() if each.name == name)
        return set(members(made))


@pytest.fixture
def stage(make_desk: MakeDesk, qtbot: QtBot) -> Stage:
    return Stage(make_desk, qtbot)


def test_one_sees_one_s_own_and_the_shared_ones(stage: Stage) -> None:
    assert stage.groups.by_id() == {
        "theirs": ("Schools", frozenset({"a", "b"})),
        "mine": ("Halls", frozenset({"c"})),
    }
    assert stage.groups.own_names() == ["Halls"]


def test_adding_to_one_s_own_keeps_what_was_in_it(stage: Stage) -> None:
    stage.groups.add("Halls", ["x", "c"])
    stage.qtbot.waitUntil(lambda: stage.content("Halls") == {"c", "x"})
    assert len(stage.kept.all_presets) == 3


def test_a_new_name_is_a_new_group_that_all_see(stage: Stage) -> None:
    stage.groups.add("  Offices ", ["x"])
    stage.qtbot.waitUntil(lambda: len(stage.kept.all_presets) == 4)
    made = next(each for each in stage.kept.all_presets.values() if each.name == "Offices")
    assert (made.owner, made.shared, members(made)) == ("lund", True, frozenset({"x"}))


def test_the_name_of_another_s_group_makes_one_of_one_s_own(stage: Stage) -> None:
    stage.groups.add("Schools", ["x"])
    stage.qtbot.waitUntil(lambda: len(stage.kept.all_presets) == 4)
    assert members(stage.kept.all_presets["theirs"]) == frozenset({"a", "b"})


def test_a_group_without_a_name_is_not_made(stage: Stage) -> None:
    stage.groups.add("   ", ["x"])
    stage.desk.core.submit(_turn()).result(timeout=5)
    assert len(stage.kept.all_presets) == 3


@pytest.mark.parametrize(
    "content", ["", "{", "[]", "3", '{"devices": 3}', '{"devices": [1, null]}', '{"x": []}']
)
def test_a_group_nobody_can_read_is_empty(content: str) -> None:
    assert members(Preset("g", KIND, "Odd", "lund", True, content)) == frozenset()


async def _turn() -> None:
    """Let the core come to what was asked before."""
