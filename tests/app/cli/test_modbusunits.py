"""``heatdesk discover modbus`` against simulated devices that are processes of their own."""

import json
import socket
from collections.abc import Callable, Iterator

import pytest

from app.cli.main import run
from tests.drivers.simulators.wire import Running, running

Asked = Callable[..., tuple[int, list[dict[str, object]], str]]
KEYS = {"line", "unit", "area", "register", "raw", "refusal", "decodings"}
QUICK = ("--network-s", "0.3")


@pytest.fixture
def discover(capsys: pytest.CaptureFixture[str]) -> Asked:
    """Return the command as a function: exit code, objects, complaint."""

    def ask(*arguments: str) -> tuple[int, list[dict[str, object]], str]:
        code = run(["discover", "modbus", *arguments, "--json", *QUICK])
        said = capsys.readouterr()
        return code, [json.loads(line) for line in said.out.splitlines()], said.err

    return ask


@pytest.fixture(scope="module")
def meter() -> Iterator[Running]:
    with running("modbus-meter", "--model", "sdm630") as device:
        yield device


@pytest.mark.feature("BEYOND-15")
def test_a_unit_is_found_with_four_decodings_side_by_side(
    discover: Asked, meter: Running
) -> None:
    """An SDM630 tells the voltage of its first phase in input registers 0 and 1 as a float."""
    line = meter.addresses[0]
    code, units, complaint = discover(line, "--units", "1-2", "--inputs", "--register", "0")
    assert (code, complaint) == (0, "")
    (found,) = units
    assert set(found) == KEYS
    assert (found["unit"], found["area"], found["register"]) == (1, "input", 0)
    ways = found["decodings"]
    assert isinstance(ways, dict)
    assert set(ways) == {"float32", "int32", "uint32"}
    assert all(set(row) == {"ABCD", "CDAB", "BADC", "DCBA"} for row in ways.values())
    assert 200 < ways["float32"]["ABCD"] < 260, "volts, the way its maker sends them"
    assert len(str(found["raw"])) == 8


def test_a_refusal_is_somebody(discover: Asked, meter: Running) -> None:
    line = meter.addresses[0]
    code, (found,), _ = discover(line, "--units", "1", "--register", "65000")
    assert code == 0
    assert (found["raw"], found["decodings"]) == (None, None)
    assert "illegal" in str(found["refusal"])


def test_a_person_reads_a_table_and_a_sum(
    meter: Running, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ["discover", "modbus", meter.addresses[0], "--units", "1,6", "--inputs", *QUICK]
    assert run(asked) == 0
    unit, head, *rows, summed = capsys.readouterr().out.splitlines()
    assert unit.startswith("unit 1: ")
    assert head.split() == ["ABCD", "CDAB", "BADC", "DCBA"]
    assert len(rows) == 3
    assert summed == "1 unit answered"


def test_a_server_that_is_not_there_ends_with_the_code_for_it(
    discover: Asked, meter: Running
) -> None:
    with socket.socket() as never_listening:
        never_listening.bind(("127.0.0.1", 0))
        dead = f"127.0.0.1:{never_listening.getsockname()[1]}"
        code, units, complaint = discover(dead, meter.addresses[0], "--units", "1", "--inputs")
    assert code == 4
    assert [each["unit"] for each in units] == [1], "the others are searched all the same"
    assert dead in complaint


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("COM3",), "is no address of a Modbus server"),
        (("h:0",), "is no address of a Modbus server"),
        ((f"h:{'9' * 5000}",), "is no address of a Modbus server"),
        (("h:502", "--units", "1-300"), "--units takes numbers from 0 to 255"),
        (("h:502", "--register", "65535"), "--register is a number from 0 to 65534"),
        (("h:502", "--register", "-1"), "--register is a number from 0 to 65534"),
    ],
)
def test_what_cannot_be_is_one_sentence(
    discover: Asked, arguments: tuple[str, ...], sentence: str
) -> None:
    code, units, complaint = discover(*arguments)
    assert (code, units) == (2, [])
    assert sentence in complaint
    assert complaint.count("\n") == 1
