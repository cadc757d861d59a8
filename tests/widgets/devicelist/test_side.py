"""Beside the table: the tree opens and closes, smart groups count, nothing jumps by itself."""

from collections.abc import Callable, Sequence

import pytest
from PyQt6.QtCore import QPoint, Qt
from PyQt6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from app.asked import DeviceView
from app.words import use_language
from tests.fakes.asked import FakeServices
from tests.fakes.desk import Desk
from tests.fakes.hands import click, key
from tests.fakes.smallplant import view
from tests.widgets.eyes import ground, place
from widgets.devicelist.side import Group, Side
from widgets.models.devicefilter import SMART, By, Condition, Plant
from widgets.models.measured import Measurements

MakeDesk = Callable[..., Desk]
NORTH = Condition(By.AREA, "North")
SCHOOL = Condition(By.AREA, "North/School")


def houses(*areas: str) -> list[DeviceView]:
    return [view(f"House {at}", area, number=at) for at, area in enumerate(areas)]


class Stage:
    def __init__(self, desk: Desk, qtbot: QtBot, views: Sequence[DeviceView]) -> None:
        values = Measurements(desk.directory, desk.feed, desk.now, None)
        self.plant, self.views = Plant(desk.directory, values, desk.now), views
        self.side = Side(desk.look)
        qtbot.addWidget(self.side)
        self.side.resize(248, 800)
        self.picked: list[Condition | None] = []
        self.grouped: list[Group] = []
        self.side.picked.connect(self.picked.append)
        self.side.grouped.connect(self.grouped.append)
        self.side.show_plant(views, self.plant, ())
        with qtbot.waitActive(self.side):
            self.side.show()
            self.side.activateWindow()

    @property
    def lines(self) -> list[str]:
        return [node.words for node in self.side.tree_model.rows]

    def again(self, own: Sequence[tuple[str, str, Sequence[Condition]]] = ()) -> None:
        self.side.show_plant(self.views, self.plant, own)
        self.side.settle()


@pytest.fixture
def stage(make_desk: MakeDesk, qtbot: QtBot) -> Stage:
    desk = make_desk(FakeServices.empty())
    return Stage(desk, qtbot, houses("North/School", "North/Church", "North", "South", ""))


def test_the_whole_plant_is_open_at_first(stage: Stage) -> None:
    assert stage.lines == ["All areas", "North", "Church", "School", "South"]


def test_walking_the_tree_by_arrows_tells_each_branch(stage: Stage) -> None:
    tree = stage.side.tree
    tree.setCurrentIndex(stage.side.tree_model.index(0, 0))
    stage.picked.clear()
    for _step in range(3):
        key(tree, Qt.Key.Key_Down)
    assert stage.picked == [NORTH, Condition(By.AREA, "North/Church"), SCHOOL]


def test_left_closes_right_opens_and_leaves_do_neither(stage: Stage) -> None:
    tree = stage.side.tree
    tree.go_to(lambda node: node.words == "North")
    key(tree, Qt.Key.Key_Left)
    key(tree, Qt.Key.Key_Left)
    assert stage.lines == ["All areas", "North", "South"]
    key(tree, Qt.Key.Key_Right)
    assert len(stage.lines) == 5
    tree.go_to(lambda node: node.words == "South")
    key(tree, Qt.Key.Key_Right)
    key(tree, Qt.Key.Key_Return)
    assert len(stage.lines) == 5


def test_what_is_closed_stays_closed_when_news_come(stage: Stage) -> None:
    stage.side.tree.go_to(lambda node: node.words == "North")
    key(stage.side.tree, Qt.Key.Key_Left)
    stage.views = [*stage.views, view("Hall", "North/Hall", number=9)]
    stage.again()
    assert stage.lines == ["All areas", "North", "South"]
    assert stage.side.tree_model.rows[1].devices == 4


def test_news_neither_move_the_focus_nor_tell_a_choice(stage: Stage) -> None:
    stage.side.tree.go_to(lambda node: node.words == "School")
    stage.picked.clear()
    for _turn in range(3):
        stage.again()
    current = stage.side.tree.current()
    assert current is not None
    assert current.words == "School"
    assert stage.picked == []


def test_a_click_on_the_triangle_opens_and_closes_a_click_beside_it_only_picks(
    stage: Stage,
) -> None:
    tree = stage.side.tree
    row = tree.visualRect(stage.side.tree_model.index(1, 0))
    letter = tree.fontMetrics().height()
    click(ground(tree), QPoint(12 + letter + 4, row.center().y()))
    assert len(stage.lines) == 3
    click(ground(tree), QPoint(row.right() - 4, row.center().y()))
    assert len(stage.lines) == 3
    assert stage.picked[-1] == NORTH


@pytest.mark.parametrize(
    ("conditions", "words"),
    [
        ([SCHOOL], "School"),
        ([Condition(By.STATE, "late"), NORTH], "North"),
        ([Condition(By.AREA, "Nowhere")], "All areas"),
        ([], "All areas"),
    ],
)
def test_the_tree_follows_the_chips_without_telling(
    stage: Stage, conditions: list[Condition], words: str
) -> None:
    stage.picked.clear()
    stage.side.mark(conditions)
    current = stage.side.tree.current()
    assert current is not None
    assert current.words == words
    assert stage.picked == []


def test_a_chip_of_a_group_brings_the_tree_of_groups(stage: Stage) -> None:
    stage.plant.groups = {"g1": ("Schools", frozenset({stage.views[0].config.id}))}
    stage.side.mark([Condition(By.GROUP, "g1")])
    assert stage.side.trunk.currentText() == "By group"
    current = stage.side.tree.current()
    assert current is not None
    assert current.words == "Schools"


def test_another_trunk_begins_at_the_whole_plant(stage: Stage) -> None:
    stage.side.tree.go_to(lambda node: node.words == "School")
    stage.side.trunk.setCurrentIndex(1)
    assert stage.lines[0] == "All gateways"
    assert stage.picked[-1] is None


def test_smart_groups_are_the_product_s_and_one_s_own(stage: Stage) -> None:
    stage.again([("p1", "My <b>corner</b>", [NORTH, Condition(By.SMART, "wrong")])])
    groups = {each.words: each.devices for each in stage.side.group_model.rows}
    assert len(groups) == len(SMART) + 1
    assert groups["My <b>corner</b>"] == 0
    stage.again([("p1", "My corner", [NORTH])])
    assert {each.words: each.devices for each in stage.side.group_model.rows}["My corner"] == 3


def test_a_click_or_enter_on_a_group_tells_it(stage: Stage) -> None:
    groups = stage.side.groups
    click(ground(groups), place(groups, 1))
    groups.setCurrentIndex(stage.side.group_model.index(0, 0))
    key(groups, Qt.Key.Key_Return)
    assert [each.key for each in stage.grouped] == ["silent", "wrong"]


def test_plus_asks_for_a_group_of_one_s_own(stage: Stage, qtbot: QtBot) -> None:
    add = next(
        each
        for each in stage.side.findChildren(QPushButton)
        if each.accessibleName() == "New group…"
    )
    with qtbot.waitSignal(stage.side.adding):
        click(add)


def test_a_flood_of_news_lays_the_tree_out_once(stage: Stage, qtbot: QtBot) -> None:
    resets: list[int] = []
    stage.side.tree_model.modelReset.connect(lambda: resets.append(1))
    for _turn in range(50):
        stage.side.show_plant(stage.views, stage.plant, ())
    assert not stage.side.settled()
    qtbot.waitUntil(stage.side.settled)
    assert len(resets) == 1


@pytest.mark.parametrize("language", ["en", "de", "fr"])
def test_counts_stand_within_the_narrow_side_in_every_language(
    make_desk: MakeDesk, qtbot: QtBot, language: str
) -> None:
    use_language(language)
    try:
        stage = Stage(make_desk(FakeServices.empty()), qtbot, houses("North", "South"))
        for table in (stage.side.tree, stage.side.groups):
            bar = table.horizontalScrollBar()
            assert bar is not None
            assert bar.maximum() == 0, "a scroll bar would stand below"
    finally:
        use_language("en")
