"""The steps of a merge: what must be decided, what is told, and that all can be called off."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from threading import Event

import pytest
from PyQt6.QtWidgets import QComboBox, QPushButton, QTreeWidgetItem
from pytestqt.qtbot import QtBot

from app.errors import ProjectInUse
from app.model.handover import Choice, Difference, Imported, MergeOrder, State
from app.project.takeover import CalledOff
from tests.fakes.hands import click
from tests.plant import NOON
from tests.widgets.welcome.conftest import Hall
from widgets.welcome.context import OpenProject, Step
from widgets.welcome.merge import MergePane

BROUGHT = Imported(Path("before.zip"), 3, 1, 0, 0, 2, 5, 1200, 7)
ONE_EACH = tuple(
    Difference("device", state.name.lower(), f"Device {state.name}", state, ("unit: 1 → 2",))
    for state in State
)


class FakeMerging:
    """Answers at once, or when its gate opens; remembers what it was asked."""

    def __init__(self) -> None:
        self.found: Sequence[Difference] = ONE_EACH
        self.orders: list[MergeOrder] = []
        self.chosen: list[dict[str, Choice]] = []
        self.gate = Event()
        self.gate.set()
        self.in_use = False
        self.went_on = True

    def compare(self, order: MergeOrder, step: Step) -> Sequence[Difference]:
        self.orders.append(order)
        if self.in_use:
            raise ProjectInUse("office is open at desk-2")
        assert self.gate.wait(20)
        self.went_on = step(50_000, 100_000)
        if not self.went_on:
            raise CalledOff("called off: nothing was changed")
        return self.found

    def merge(
        self,
        order: MergeOrder,
        seen: Sequence[Difference],
        choices: Mapping[str, Choice],
        step: Step,
    ) -> Imported:
        assert seen == self.found
        self.chosen.append(dict(choices))
        if not step(1, 0):
            raise CalledOff("called off: nothing was changed")
        return BROUGHT


class Steps:
    """The pane over a merging that does as it is told."""

    def __init__(self, hall: Hall, qtbot: QtBot) -> None:
        self.qtbot, self.merging = qtbot, FakeMerging()
        self.pane = MergePane(hall.context, self.merging)
        qtbot.addWidget(self.pane)
        self.pane.resize(900, 600)
        self.pane.show()
        self.opened: list[OpenProject] = []
        self.pane.chosen.connect(self.opened.append)

    def fill(self) -> None:
        pane = self.pane
        for field, text in (
            (pane.root, "office"),
            (pane.package, "laptop.heatdesk"),
            (pane.passphrase, "warm valves"),
            (pane.login, "lund"),
            (pane.password, "secret"),
        ):
            field.setText(text)

    def compare(self) -> None:
        click(self.pane.compare)
        self.qtbot.waitUntil(self.pane.tree.isVisible)


@pytest.fixture
def steps(hall: Hall, qtbot: QtBot) -> Steps:
    return Steps(hall, qtbot)


def test_what_is_typed_is_what_is_compared_and_no_secret_is_printed(steps: Steps) -> None:
    steps.fill()
    steps.compare()
    (order,) = steps.merging.orders
    assert order == MergeOrder(
        Path("office"), Path("laptop.heatdesk"), "warm valves", "lund", "secret"
    )
    assert "warm valves" not in repr(order)
    assert "secret" not in repr(order)


def test_each_difference_has_its_words_lines_and_what_usually_holds(steps: Steps) -> None:
    steps.compare()
    tree = steps.pane.tree
    rows = [tree.topLevelItem(at) for at in range(tree.topLevelItemCount())]
    told = {each.text(0): (each.text(1), each.isExpanded()) for each in rows if each}
    assert told == {
        "Device NEW (device:new)": ("New from the laptop", False),
        "Device CHANGED (device:changed)": ("Changed on the laptop", False),
        "Device OURS (device:ours)": ("Changed here", False),
        "Device CONFLICT (device:conflict)": ("Conflict", True),
        "Device STRANGER (device:stranger)": ("Another device at that address", True),
        "Device REMOVED (device:removed)": ("Removed on the laptop", False),
        "Device STAYS (device:stays)": ("Stays on the laptop", False),
    }
    assert {line_of(each) for each in rows if each} == {"unit: 1 → 2"}
    holds = {key: each.currentData() for key, each in steps.pane.choices.items()}
    assert holds == {each.key: each.usual for each in ONE_EACH}


def line_of(item: QTreeWidgetItem) -> str:
    child = item.child(0)
    return child.text(0) if child is not None else ""


def test_every_question_must_be_answered_and_may_be_opened_again(steps: Steps) -> None:
    steps.compare()
    pane, open_ones = steps.pane, ("device:conflict", "device:stranger")
    for key in open_ones:
        assert not pane.merge.isEnabled()
        hold(pane.choices[key], Choice.LAPTOP)
    assert pane.merge.isEnabled()
    pane.choices[open_ones[0]].setCurrentIndex(0)  # "Choose …" again
    assert not pane.merge.isEnabled()
    hold(pane.choices[open_ones[0]], Choice.HERE)
    hold(pane.choices["device:removed"], Choice.LAPTOP)
    assert pane.choices["device:stays"].findData(Choice.LAPTOP) < 0, "it cannot be brought"
    click(pane.merge)
    steps.qtbot.waitUntil(pane.open.isVisible)
    assert steps.merging.chosen == [
        {
            "device:new": Choice.LAPTOP,
            "device:changed": Choice.LAPTOP,
            "device:ours": Choice.HERE,
            "device:conflict": Choice.HERE,
            "device:stranger": Choice.LAPTOP,
            "device:removed": Choice.LAPTOP,
            "device:stays": Choice.HERE,
        }
    ]


def hold(box: QComboBox, choice: Choice) -> None:
    box.setCurrentIndex(box.findData(choice))


@pytest.mark.parametrize(("count", "says"), [(0, "0 differences"), (1, "1 difference;")])
def test_few_differences_are_counted_as_people_count(
    steps: Steps, count: int, says: str
) -> None:
    steps.merging.found = ONE_EACH[:count]
    steps.compare()
    assert steps.pane._count.text().startswith(says)
    assert steps.pane.merge.isEnabled(), "what only records history comes along"


def test_what_came_is_told_and_the_project_opened_without_typing_again(steps: Steps) -> None:
    steps.merging.found = ()
    steps.fill()
    steps.compare()
    click(steps.pane.merge)
    steps.qtbot.waitUntil(steps.pane.open.isVisible)
    told = steps.pane._told.text()
    assert "3 things, 1200 samples, 2 documents, 5 alarms" in told
    assert "As it was here: 1. The backup of before is before.zip." in told
    assert steps.pane.passphrase.text() == ""
    click(steps.pane.open)
    assert steps.opened == [OpenProject(Path("office"), "office", "lund", "secret")]
    assert steps.pane.password.text() == ""
    assert "secret" not in repr(steps.opened)


def test_a_project_that_is_open_elsewhere_is_told_and_all_stays_typed(steps: Steps) -> None:
    steps.fill()
    steps.merging.in_use = True
    click(steps.pane.compare)
    steps.qtbot.waitUntil(steps.pane.notice.isVisible)
    assert steps.pane.notice.says.text() == "office is open at desk-2"
    assert steps.pane.compare.isEnabled()
    assert steps.pane.passphrase.text() == "warm valves"
    steps.merging.in_use = False
    steps.compare()
    assert not steps.pane.notice.isVisible()


def test_what_is_under_way_is_not_begun_twice_and_can_be_called_off(steps: Steps) -> None:
    steps.merging.gate.clear()
    click(steps.pane.compare)
    assert not steps.pane.compare.isEnabled()
    click(steps.pane.compare)
    steps.pane.begin()  # the door pressed again leaves it alone
    steps.pane.call_off()
    steps.merging.gate.set()
    steps.qtbot.waitUntil(steps.pane.compare.isEnabled)
    assert len(steps.merging.orders) == 1
    assert not steps.merging.went_on
    assert not steps.pane.notice.isVisible(), "who called it off knows"
    steps.compare()
    assert steps.merging.went_on, "calling off holds for once"


def test_a_second_look_forgets_the_answers_of_the_first(steps: Steps) -> None:
    steps.compare()
    hold(steps.pane.choices["device:conflict"], Choice.HERE)
    back = [each for each in steps.pane.findChildren(QPushButton) if each.text() == "Back"]
    click(next(each for each in back if each.isVisible()))
    assert steps.pane.package.isVisible()
    steps.merging.found = ONE_EACH[3:5]
    steps.compare()
    assert set(steps.pane.choices) == {"device:conflict", "device:stranger"}
    assert steps.pane.choices["device:conflict"].currentData() is None
    assert not steps.pane.merge.isEnabled()


def test_the_last_project_is_offered_first(hall: Hall, qtbot: QtBot, tmp_path: Path) -> None:
    hall.recents.note(tmp_path, "Nordby", NOON)
    pane = MergePane(hall.context, FakeMerging())
    qtbot.addWidget(pane)
    assert pane.root.text() == str(tmp_path.resolve())
