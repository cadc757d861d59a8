"""Whatever is changed, undone, redone and restored: the versions agree with a simple list."""

import shutil
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from app.database import Manner, open_database
from app.errors import BadInput, Conflict
from app.model.reading import DeviceId
from app.project.config import PlantConfig
from app.project.configuration import Configuration
from app.project.difference import differences
from app.project.migrating import migrate
from app.project.upgrade import CONFIG
from tests.app.project.sites import ZONE, Ticking, device, link
from tests.app.project.sites import rule as alarm_rule

NAMES = st.sampled_from(["ahornvej-14", "birkevej-2", "cedervej-3"])
LINES = st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp")), min_size=1)
NAMED = LINES.filter(str.strip)  # whatever stands on one line is a name
OPTION = st.none() | st.booleans() | st.integers(-5, 5) | st.floats(0.1, 0.9) | st.text()
START = PlantConfig("Nordby", ZONE).with_link(link())


class Versions(RuleBasedStateMachine):
    """The store beside the model: a list of states, and stacks for undo and redo."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        file = self.folder / "config.sqlite"
        migrate(file, CONFIG)
        self.engine = open_database(file, Manner.RARE)
        self.store = Configuration(self.engine, file, Ticking())
        self.store.begin("Ole", START)
        self.states = [START]
        self.undoable: list[PlantConfig] = []
        self.redoable: list[PlantConfig] = []

    def teardown(self) -> None:
        self.engine.dispose()
        shutil.rmtree(self.folder)

    @property
    def present(self) -> PlantConfig:
        return self.states[-1]

    def change_to(self, after: PlantConfig) -> None:
        """Save ``after`` and expect a new version unless nothing changed."""
        saved = self.store.change("Ole", "", lambda _old: after)
        if after != self.present:
            self.undoable.append(self.present)
            self.redoable.clear()
            self.states.append(after)
        assert saved.version.number == len(self.states)

    @rule(name=NAMES, text=NAMED, serial=st.text())
    def put_a_device(self, name: str, text: str, serial: str) -> None:
        unit = ord(name[0])
        self.change_to(self.present.with_device(device(name, unit, name=text, serial=serial)))

    @rule(name=NAMES)
    def remove_a_device(self, name: str) -> None:
        if name in self.present.devices:
            self.change_to(self.present.without_device(DeviceId(name)))

    @rule(value=OPTION)
    def change_an_option(self, value: str | float | bool | None) -> None:
        self.change_to(self.present.with_link(link(extra=value)))

    @rule(text=NAMED)
    def change_the_title(self, text: str) -> None:
        self.change_to(replace(self.present, title=text))

    @rule(name=NAMES, limit=st.none() | st.floats(-50, 150))
    def put_a_rule(self, name: str, limit: float | None) -> None:
        if name in self.present.devices:
            made = alarm_rule(f"{name}.high", device=DeviceId(name), point=None, limit=limit)
            self.change_to(self.present.with_rule(made))

    @rule()
    def refuse_what_is_not_valid(self) -> None:
        with pytest.raises(BadInput):
            self.store.change("Ole", "", lambda p: replace(p, title=""))

    @rule(behind=st.integers(1, 3))
    def refuse_what_is_late(self, behind: int) -> None:
        with pytest.raises(Conflict):
            self.store.change(
                "Ole",
                "",
                lambda p: replace(p, title="late"),
                expected_version=len(self.states) - behind,
            )

    @rule()
    def undo(self) -> None:
        if not self.undoable:
            with pytest.raises(BadInput):
                self.store.undo("Ole")
            return
        self.redoable.append(self.present)
        self.states.append(self.undoable.pop())
        assert self.store.undo("Ole").config == self.present

    @rule()
    def redo(self) -> None:
        if not self.redoable:
            with pytest.raises(BadInput):
                self.store.redo("Ole")
            return
        self.undoable.append(self.present)
        self.states.append(self.redoable.pop())
        assert self.store.redo("Ole").config == self.present

    @precondition(lambda self: len(self.states) > 1)
    @rule(data=st.data())
    def restore(self, data: st.DataObject) -> None:
        number = data.draw(st.integers(1, len(self.states)))
        goal = self.states[number - 1]
        saved = self.store.restore("Ole", number)
        if goal != self.present:
            self.undoable.append(self.present)
            self.redoable.clear()
            self.states.append(goal)
        assert saved.config == goal

    @invariant()
    def the_newest_version_is_what_stands(self) -> None:
        version, config = self.store.current()
        assert config == self.present
        assert version.number == len(self.states)

    @precondition(lambda self: len(self.states) % 4 == 0)
    @invariant()
    def every_version_is_as_it_was(self) -> None:
        for number, state in enumerate(self.states, start=1):
            assert self.store.at(number) == state

    @precondition(lambda self: len(self.states) > 1)
    @invariant()
    def a_difference_is_told_exactly_when_there_is_one(self) -> None:
        older, newer = self.states[-2], self.states[-1]
        told = self.store.difference(len(self.states) - 1, len(self.states))
        assert told == differences(older, newer)
        assert bool(told) == (older != newer)


Versions.TestCase.settings = settings(
    max_examples=6,
    stateful_step_count=25,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
TestVersions = Versions.TestCase
