"""Devices leave and enter service one by one; it can be stopped, and taken back."""

import asyncio
from collections.abc import Callable
from dataclasses import replace

import pytest
from PyQt6.QtCore import QObject
from pytestqt.qtbot import QtBot

from app.errors import NotPermitted
from app.model.device import DeviceConfig
from app.verbs import Viewer
from tests.fakes.asked import FakeProject, FakeServices
from tests.fakes.desk import Desk
from widgets.devicelist.switching import MOST_UNDONE, Switching
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
