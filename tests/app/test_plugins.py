"""One driver, page or rule that cannot be loaded never keeps the rest from starting."""

import importlib
import logging
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

import app.alarms.rules
import drivers
import drivers.simulators
from app.alarms.ruletype import RuleType
from app.plugins import discover
from app.ports import DriverType, SimulatorType
from tests.scripts import lay_out

FILES = {
    "gathered/__init__.py": "",
    "gathered/good.py": "THING = 7",
    "gathered/another.py": "THING = 8",
    "gathered/needs_a_library.py": "import a_library_nobody_has\nTHING = 9",
    "gathered/of_another_kind.py": "THING = 'seven'",
    "gathered/without.py": "OTHER = 7",
    "gathered/inner/__init__.py": "THING = 10",
}


@pytest.fixture
def gathered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    lay_out(tmp_path, FILES)
    monkeypatch.syspath_prepend(tmp_path)
    yield importlib.import_module("gathered")
    for name in [name for name in sys.modules if name.split(".")[0] == "gathered"]:
        del sys.modules[name]


def test_every_module_that_introduces_itself_is_found(gathered: ModuleType) -> None:
    assert discover(gathered, "THING", int) == {"another": 8, "good": 7, "inner": 10}


def test_one_whose_library_is_missing_is_left_out_and_named(
    gathered: ModuleType, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        discover(gathered, "THING", int)
    assert "gathered.needs_a_library left out: No module named 'a_library" in caplog.text


@pytest.mark.parametrize("fault", ["def (", "1 / 0", "raise RuntimeError('odd')", "x = y"])
def test_one_that_is_broken_in_itself_is_left_out_and_named(
    gathered: ModuleType, tmp_path: Path, caplog: pytest.LogCaptureFixture, fault: str
) -> None:
    lay_out(tmp_path, {"gathered/broken.py": f"THING = 1\n{fault}\n"})
    importlib.invalidate_caches()
    with caplog.at_level(logging.WARNING):
        found = discover(gathered, "THING", int)
    assert found == {"another": 8, "good": 7, "inner": 10}
    assert "gathered.broken left out" in caplog.text


def test_drivers_rules_and_simulators_are_found_by_their_own_words() -> None:
    found = discover(drivers, "DRIVER", DriverType)
    assert {driver.kind for driver in found.values()} >= {"modbus-tcp"}
    rules = discover(app.alarms.rules, "RULE", RuleType)
    assert {rule.kind for rule in rules.values()} >= {"high", "low", "offline"}
    simulators = discover(drivers.simulators, "SIMULATOR", SimulatorType)
    kinds = {simulator.kind for simulator in simulators.values()}
    assert kinds >= {"ecl310", "modbus-meter", "modbus-load"}
