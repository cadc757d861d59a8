"""Simulators are started by name, explain themselves, and say in one sentence what is wrong."""

import subprocess
import sys
from dataclasses import fields

import pytest

from app.errors import BadInput
from app.ports import SimulatorType
from drivers.simulators import launch
from drivers.simulators.faults import FaultKind
from drivers.simulators.options import ServerOptions, addresses
from tests.drivers.simulators.wire import ROOT, started

KINDS = ("ecl310", "modbus-load", "modbus-meter")


def test_every_simulator_introduces_itself() -> None:
    found = launch.kinds()
    assert set(KINDS) <= set(found)
    for kind, simulator in found.items():
        assert isinstance(simulator, SimulatorType)
        assert simulator.kind == kind
        assert simulator.summary
        assert issubclass(simulator.options, ServerOptions) or simulator.options
        assert set(simulator.faults) <= {each.value for each in FaultKind}
        assert launch.simulator(kind) is simulator


@pytest.mark.parametrize("kind", KINDS)
def test_help_names_every_option_and_fault(kind: str) -> None:
    process = started(kind, "--help")
    said, errors = process.communicate(timeout=20)
    assert (process.returncode, errors) == (0, "")
    simulator = launch.simulator(kind)
    for each in fields(simulator.options):
        flag = each.metadata["name"] or each.name
        assert "--" + flag.replace("_", "-") in said
    for fault in simulator.faults:
        assert fault in said
    assert "fault clear" in said


def test_the_list_names_them_all() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "drivers.simulators", "--list"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=20,
        check=True,
    )
    assert [line.split()[0] for line in done.stdout.splitlines()] == sorted(launch.kinds())


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["toaster"], "there is no simulator 'toaster'; there are: concentrator, ecl310, mbus"),
        (["os.path"], "there is no simulator 'os.path'"),
        (["hosting"], "there is no simulator 'hosting'"),
        (["ecl310", "--unit", "300"], "--unit: 300 is not between 1 and 247"),
        (["ecl310", "--zone", "Nowhere"], "time zone 'Nowhere' is not known"),
        (["ecl310", "--fault", "gremlins"], "fault 'gremlins' is not known"),
        (["ecl310", "--fault", "sensor-open:S99"], "'S99' is none of s1 to s16"),
        (["ecl310", "--host", "192.0.2.1"], "cannot listen on 192.0.2.1:0"),
        (["modbus-meter", "--model", "abacus"], "--model: 'abacus' is none of multical"),
        (["modbus-load", "--port", "65500", "--count", "100"], "no room for 100 ports"),
    ],
)
def test_bad_input_is_one_sentence_and_exit_code_two(
    arguments: list[str], sentence: str
) -> None:
    process = started(*arguments)
    said, errors = process.communicate(timeout=20)
    assert process.returncode == 2
    assert said == ""
    assert sentence in errors
    assert errors.count("\n") == 1


def test_an_option_nobody_knows_is_refused() -> None:
    process = started("ecl310", "--colour", "red")
    _, errors = process.communicate(timeout=20)
    assert process.returncode == 2
    assert "--colour" in errors


def test_a_simulator_is_a_small_program() -> None:
    """No Qt, no arrays, no database, no protocol library: it starts fast and stays small."""
    code = (
        "import sys; from drivers.simulators import launch; launch.simulator('ecl310');"
        "heavy = {'PyQt6', 'numpy', 'sqlalchemy', 'pymodbus', 'asyncua'} & set(sys.modules);"
        "sys.exit(', '.join(heavy) or None)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=20,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_consecutive_ports_or_addresses_are_given_out() -> None:
    assert addresses(ServerOptions(port=5000, count=3)) == [
        ("127.0.0.1", 5000),
        ("127.0.0.1", 5001),
        ("127.0.0.1", 5002),
    ]
    spread = ServerOptions(host="127.0.1.254", port=502, count=2, spread="addresses")
    assert addresses(spread) == [("127.0.1.254", 502), ("127.0.2.1", 502)]
    with pytest.raises(BadInput):
        launch.simulator("no-such")
