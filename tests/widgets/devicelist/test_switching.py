"""Devices leave and enter service one by one; it can be stopped, and taken back."""

import asyncio
from collections.abc import Callable
from dataclasses import replace

import pytest
from PyQt6.QtCore import QObject
from pytestqt.qtbot import QtBot

from app.channel.wishes import arguments
from app.errors import NotPermitted
from app.model.crowd import MANY
from app.model.device import DeviceConfig
from app.model.rights import every_right
from app.model.second import Danger, WishEnd
from app.verbs import Grant, Viewer
from tests.fakes.asked import FakeProject, FakeServices
from tests.fakes.desk import Desk
from tests.fakes.personal import PASSWORD
from widgets.controls.plain import label
from widgets.devicelist.switching import MOST_UNDONE, Switching
from widgets.secondperson.dialog import SecondPersonDialog
from widgets.workcentre import Job, JobState

MakeDesk = Callable[..., Desk]


class Slow(FakeProject):
    """A configuration that waits for its gate and may refuse some."""

    def __init__(self, services: FakeServices) -> None:
        super().__init__(services.reports)
        self.gate = asyncio.Event()
        self.gate.set()
        self.refused: set[str] = set()
        self.remarks: list[str] = []

    async def put_device(
        self,
        viewer: Viewer,
        device: DeviceConfig,
        note: str = "",
        base: DeviceConfig | None = None,
    ) -> None:
        await self.gate.wait()
        self.remarks.append(note)
        if device.name in self.refused:
            raise NotPermitted(f"{device.name} is locked by the utility")
        await super().put_device(viewer, device, note, base)


class Stage:
    def __init__(self, make_desk: MakeDesk, qtbot: QtBot) -> None:
        services = FakeServices()
        self.project = Slow(services)
        services.project = self.project
        self.desk, self.qtbot = make_desk(services), qtbot
        self.owner = QObject()
        self.switching = Switching(self.desk.context, self.owner)
        self.configs = [view.config for view in services.plant.views]
        self.ended = 0
        self.switching.changed.connect(self._count)

    def _count(self) -> None:
        self.ended += 1

    @property
    def job(self) -> Job:
        return self.desk.context.work.jobs[0]

    @property
    def put(self) -> list[tuple[str, bool]]:
        made = [each for each in self.project.changes if isinstance(each, DeviceConfig)]
        return [(each.name, each.enabled) for each in made]

    def done(self) -> None:
        self.qtbot.waitUntil(lambda: not self.switching.is_busy)


@pytest.fixture
def stage(make_desk: MakeDesk, qtbot: QtBot) -> Stage:
    return Stage(make_desk, qtbot)


def test_they_are_switched_in_order_with_a_count(stage: Stage) -> None:
    stage.switching.switch(stage.configs[:3], enabled=False)
    assert stage.job.title == "Disabling 3 devices"
    assert stage.switching.is_busy
    stage.done()
    assert stage.put == [(each.name, False) for each in stage.configs[:3]]
    assert (stage.job.done, stage.job.of) == (3, 3)
    assert (stage.job.state, stage.job.sentence) == (JobState.DONE, "3 devices changed.")
    assert stage.ended == 1


def test_the_version_says_what_was_done(stage: Stage) -> None:
    stage.switching.switch(stage.configs[:1], enabled=False)
    stage.done()
    stage.switching.undo()
    stage.done()
    assert stage.project.remarks == [
        "Disabling 1 device",
        "Taken back: enabling or disabling devices",
    ]


def test_it_can_be_stopped_and_what_was_done_is_taken_back(stage: Stage) -> None:
    stage.project.gate.clear()
    stage.switching.switch(stage.configs[:5], enabled=False)
    stage.job.cancel()
    assert stage.job.state is JobState.CANCELLING
    stage.desk.core.submit(_open(stage.project.gate)).result(timeout=10)
    stage.done()
    assert len(stage.put) == 1
    assert stage.job.sentence == "1 device changed."
    stage.switching.undo()
    stage.done()
    assert stage.put == [(stage.configs[0].name, False), (stage.configs[0].name, True)]


def test_while_one_change_is_under_way_no_other_begins(stage: Stage) -> None:
    stage.project.gate.clear()
    stage.switching.switch(stage.configs[:2], enabled=False)
    stage.switching.switch(stage.configs[2:4], enabled=False)
    stage.switching.undo()
    stage.desk.core.submit(_open(stage.project.gate)).result(timeout=10)
    stage.done()
    assert [name for name, _on in stage.put] == [each.name for each in stage.configs[:2]]
    assert len(stage.desk.context.work.jobs) == 1


def test_what_is_refused_is_named_and_not_taken_back(stage: Stage) -> None:
    bad = stage.configs[1].name
    stage.project.refused = {bad}
    stage.switching.switch(stage.configs[:3], enabled=False)
    stage.done()
    assert stage.job.state is JobState.FAILED
    assert stage.job.sentence == (f"2 devices changed.\n{bad}: {bad} is locked by the utility")
    stage.project.refused = set()
    stage.switching.undo()
    stage.done()
    assert bad not in [name for name, _on in stage.put]


def test_nothing_changed_is_nothing_to_take_back(stage: Stage) -> None:
    stage.project.refused = {each.name for each in stage.configs}
    stage.switching.switch(stage.configs[:2], enabled=False)
    stage.done()
    assert not stage.switching.can_undo
    stage.switching.undo()
    assert len(stage.desk.context.work.jobs) == 1


def test_changes_are_taken_back_one_after_the_other_newest_first(stage: Stage) -> None:
    first, second = stage.configs[0], stage.configs[1]
    for config in (first, second):
        stage.switching.switch([config], enabled=False)
        stage.done()
    for _turn in range(2):
        stage.switching.undo()
        stage.done()
    assert stage.put[2:] == [(second.name, True), (first.name, True)]
    assert not stage.switching.can_undo


def test_enabling_is_taken_back_as_well(stage: Stage) -> None:
    off = replace(stage.configs[0], enabled=False)
    stage.switching.switch([off], enabled=True)
    assert stage.job.title == "Enabling 1 device"
    stage.done()
    stage.switching.undo()
    stage.done()
    assert stage.put == [(off.name, True), (off.name, False)]


def test_a_hundred_changes_are_remembered() -> None:
    assert MOST_UNDONE >= 100


async def _open(gate: asyncio.Event) -> None:
    gate.set()


class TwoPeople(Stage):
    """Where nobody switches many devices alone; the two agree, and the core carries it out."""

    def __init__(self, make_desk: MakeDesk, qtbot: QtBot) -> None:
        services = FakeServices()
        self.project = Slow(services)
        services.project = self.project
        rights = replace(every_right(), paired=frozenset({Danger.BULK}))
        viewer = Viewer("lund", "K. Lund", "desk-1", Grant(rights))
        self.desk, self.qtbot = make_desk(services, viewer=viewer), qtbot
        self.window = label("")
        qtbot.addWidget(self.window)
        self.owner = QObject(self.window)
        self.switching = Switching(self.desk.context, self.owner)
        self.configs = [view.config for view in services.plant.views][: MANY + 1]
        self.ended = 0
        self.switching.changed.connect(self._count)

    @property
    def wishes(self) -> list[tuple[str, bool, bool]]:
        """What was asked for last: name, in service, and as it was when it was asked for."""
        asked = [*self.desk.services.pairs.requests.values()][-1]
        given = [arguments(each) for each in asked.wishes]
        return [
            (each["device"].name, each["device"].enabled, each["base"].enabled)
            for each in given
        ]

    def undoable(self) -> bool:
        return self.switching.can_undo

    def agree(self, *faults: str) -> None:
        """Let the second person confirm; as many devices end with a fault."""
        ends = [WishEnd("null")] * (len(self.configs) - len(faults))
        self.desk.services.pairs.ends = (*ends, *(WishEnd("", why) for why in faults))
        before = self.ended
        dialog = self._dialog()
        dialog._login.setText("vagt")
        dialog._password.setText(PASSWORD)
        dialog._confirm()
        self.qtbot.waitUntil(lambda: self.ended > before, timeout=30_000)

    def give_up(self) -> None:
        self._dialog().reject()
        self.qtbot.waitUntil(lambda: not self._open())

    def _open(self) -> list[SecondPersonDialog]:
        return [
            each for each in self.window.findChildren(SecondPersonDialog) if each.isVisible()
        ]

    def _dialog(self) -> SecondPersonDialog:
        (dialog,) = self._open()
        return dialog


@pytest.fixture
def two(make_desk: MakeDesk, qtbot: QtBot) -> TwoPeople:
    return TwoPeople(make_desk, qtbot)


def test_what_two_people_switched_is_taken_back_as_what_one_did(two: TwoPeople) -> None:
    two.switching.switch(two.configs, enabled=False)
    assert two.undoable() is False, "nothing was switched yet"
    two.agree()
    assert two.wishes == [(each.name, False, True) for each in two.configs]
    assert two.undoable() is True
    two.switching.undo()
    two.agree()
    assert two.wishes == [(each.name, True, False) for each in two.configs]
    assert two.undoable() is False
    assert two.put == [], "the core carried it out, not the screen"


def test_taking_back_that_was_given_up_is_offered_again(two: TwoPeople) -> None:
    two.switching.switch(two.configs, enabled=False)
    two.give_up()
    assert two.undoable() is False, "it never came to be"
    two.switching.switch(two.configs, enabled=False)
    two.agree()
    two.switching.undo()
    two.give_up()
    assert two.undoable() is True


def test_of_what_two_people_switched_only_what_was_done_is_taken_back(two: TwoPeople) -> None:
    told: list[str] = []
    two.desk.context.work.told.connect(told.append)
    two.switching.switch(two.configs, enabled=False)
    two.agree("it is locked by the utility")
    last = two.configs[-1].name
    assert told == [f"{MANY} devices changed.\n{last}: it is locked by the utility"]
    two.switching.undo()
    two.done()
    assert two.put == [(each.name, True) for each in two.configs[:-1]], "so few, one alone"
