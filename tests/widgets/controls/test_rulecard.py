"""The rules that watch a value: what would raise an alarm, how soon, how urgent."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest
from PyQt6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from app.errors import NotPermitted
from app.model.alarm import AlarmRule
from app.model.reading import point_id
from app.verbs import Viewer
from tests.fakes.asked import FakeAlarms, FakeServices
from tests.fakes.desk import Desk
from tests.fakes.hands import click
from tests.fakes.smallplant import AHORNVEJ, READINGS
from tests.widgets.eyes import cell, column
from widgets.controls.rulecard import RuleCard

MakeDesk = Callable[..., Desk]
SPEC = {spec.key: spec for spec in READINGS}
RETURN, FLOW = point_id(AHORNVEJ, "s5"), point_id(AHORNVEJ, "s3")
HIGH = AlarmRule(
    "r1", "high", AHORNVEJ, RETURN, "Return too warm", 2, 50.0, 1.5, on_delay_s=300.0
)
LOW = replace(HIGH, id="r2", kind="low", name="Return too cold", priority=1, limit=-5.0)
OFF = replace(HIGH, id="r3", name="Old rule", priority=4, enabled=False)
BIT = AlarmRule("r4", "device-bit", AHORNVEJ, FLOW, "Sensor defective", 3)


class Rules(FakeAlarms):
    """Rules held in a list, told when the gate is open."""

    def __init__(self, rules: Sequence[AlarmRule]) -> None:
        super().__init__(())
        self.all_rules = list(rules)
        self.gate = asyncio.Event()
        self.gate.set()
        self.refusal = ""

    async def rules(self, viewer: Viewer) -> Sequence[AlarmRule]:
        await self.gate.wait()
        if self.refusal:
            raise NotPermitted(self.refusal)
        return tuple(self.all_rules)


class Stage:
    def __init__(self, make_desk: MakeDesk, qtbot: QtBot, *rules: AlarmRule) -> None:
        services = FakeServices()
        self.alarms = services.alarms = Rules(rules)
        self.desk, self.qtbot = make_desk(services), qtbot
        self.card = RuleCard(self.desk.context)
        qtbot.addWidget(self.card)
        self.card.resize(1100, 300)

    def ask(self, key_of: str = "s5") -> None:
        self.card.show_rules(point_id(AHORNVEJ, key_of), SPEC[key_of])

    def shown(self, key_of: str = "s5") -> None:
        self.ask(key_of)
        self.qtbot.waitUntil(self.card.isVisible)


@pytest.fixture
def stage(make_desk: MakeDesk, qtbot: QtBot) -> Stage:
    return Stage(make_desk, qtbot, HIGH, LOW, OFF, BIT)


def test_only_the_rules_of_the_value_are_told_the_most_urgent_first(stage: Stage) -> None:
    stage.shown()
    assert column(stage.card.model, "name") == [
        "Return too cold",
        "Return too warm",
        "Old rule",
    ]
    assert stage.card.subtitle.text() == "S5 Heating return"


def test_limit_deadband_and_delay_are_told_with_units(stage: Stage) -> None:
    stage.shown()
    told = {
        name: cell(stage.card.model, 1, name).text
        for name in ("limit", "deadband", "delay", "kind", "state")
    }
    assert told == {
        "limit": "50.0 °C",
        "deadband": "1.5 °C",
        "delay": "5 min",
        "kind": "High limit",
        "state": "in force",
    }
    assert column(stage.card.model, "limit")[0] == "−5.0 °C"


def test_a_rule_switched_off_says_so(stage: Stage) -> None:
    stage.shown()
    assert column(stage.card.model, "state")[2] == "switched off"


def test_a_rule_without_a_limit_has_dashes(stage: Stage) -> None:
    stage.shown("s3")
    assert column(stage.card.model, "limit") == ["–"]
    assert column(stage.card.model, "deadband") == ["–"]
    assert column(stage.card.model, "kind") == ["Reported by the device"]


def test_a_value_no_rule_watches_says_so_in_place_of_a_table(stage: Stage) -> None:
    stage.shown("s1")
    assert stage.card.table.isHidden()
    assert stage.card.says.text() == "No rule watches this value."


def test_an_answer_about_another_value_is_dropped(stage: Stage) -> None:
    stage.alarms.gate.clear()
    stage.ask("s5")
    stage.ask("s3")
    stage.desk.core.submit(_open(stage.alarms.gate)).result(timeout=5)
    stage.qtbot.waitUntil(stage.card.isVisible)
    assert column(stage.card.model, "name") == ["Sensor defective"]


def test_who_may_not_see_rules_is_told_why(stage: Stage) -> None:
    stage.alarms.refusal = "you may not see alarms"
    stage.shown()
    assert stage.card.says.text() == "you may not see alarms"
    assert stage.card.table.isHidden()


def test_it_is_put_away_and_comes_back(stage: Stage, qtbot: QtBot) -> None:
    stage.shown()
    [close] = [e for e in stage.card.findChildren(QPushButton) if e.accessibleName() == "Close"]
    with qtbot.waitSignal(stage.card.closed):
        click(close)
    assert stage.card.isHidden()
    stage.shown("s3")
    assert stage.card.model.rowCount() == 1


@pytest.mark.parametrize("name", ["<b>x</b>", "Ø" * 300, "🔥 חימום"])
def test_rules_are_called_as_people_called_them(
    make_desk: MakeDesk, qtbot: QtBot, name: str
) -> None:
    stage = Stage(make_desk, qtbot, replace(HIGH, name=name))
    stage.shown()
    assert column(stage.card.model, "name") == [name]


async def _open(gate: asyncio.Event) -> None:
    gate.set()
