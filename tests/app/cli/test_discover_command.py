"""The command that finds meters on a line, against the simulated bus as a process."""

import asyncio
import json
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest

from app.cli.main import run
from drivers.mbus.asking import Secondary
from drivers.simulators.wiredbus import seeded_meters
from tests.drivers.simulators.wire import Running, running

Asked = Callable[..., tuple[int, list[dict[str, object]], str]]
QUICK = ("--lapse", "1000", "--network-s", "0.25")
HEAD = {"line", "baud", "primary", "secondary"}
KEYS = HEAD | {"manufacturer", "id", "version", "medium", "verified"}


@pytest.fixture
def discover(capsys: pytest.CaptureFixture[str]) -> Asked:
    """Return the command as a function: exit code, objects, complaint."""

    def ask(*arguments: str) -> tuple[int, list[dict[str, object]], str]:
        code = run(["discover", *arguments])
        said = capsys.readouterr()
        return code, [json.loads(line) for line in said.out.splitlines()], said.err

    return ask


@pytest.fixture(scope="module")
def bus() -> Iterator[Running]:
    with running("mbus", "--units", "3", "--lapse", "0") as device:
        yield device


@pytest.mark.campaign
def test_meters_are_found_by_wildcards_and_told_with_every_key(
    discover: Asked, bus: Running
) -> None:
    line = bus.addresses[0]
    code, meters, complaint = discover("mbus", line, "--json", *QUICK)
    assert (code, complaint) == (0, "")
    assert len(meters) == 3
    for meter in meters:
        assert set(meter) == KEYS
        assert (meter["line"], meter["baud"]) == (line, 2400)
        address = Secondary.parsed(str(meter["secondary"]))
        assert (address.id, address.version) == (meter["id"], meter["version"])
        assert meter["verified"] is False, "the simulator's make stands on no list"
    assert sorted(int(str(meter["primary"])) for meter in meters) == [1, 2, 3]
    assert [meter["medium"] for meter in meters].count("heat") == 2
    number = str(meters[0]["id"])
    code, again, _ = discover("mbus", line, "--within", number, "--json", *QUICK)
    assert (code, again) == (0, meters[:1]), "only the numbers asked for are searched"


def test_a_person_reads_lines_and_a_sum(
    bus: Running, capsys: pytest.CaptureFixture[str]
) -> None:
    number = _first_number(bus)
    code = run(["discover", "mbus", bus.addresses[0], "--within", number, *QUICK])
    line, summed = capsys.readouterr().out.splitlines()
    assert code == 0
    assert summed == "1 meter found"
    assert bus.addresses[0] in line
    assert line.startswith(number)
    assert line.endswith("not verified"), "the simulator's make stands on no list"


def test_a_line_nobody_serves_ends_with_the_code_for_it_and_the_others_are_searched(
    discover: Asked, bus: Running
) -> None:
    with socket.socket() as never_listening:
        never_listening.bind(("127.0.0.1", 0))
        dead, number = f"127.0.0.1:{never_listening.getsockname()[1]}", _first_number(bus)
        lines = (dead, bus.addresses[0], "--within", number)
        code, meters, complaint = discover("mbus", *lines, "--json", *QUICK)
    assert code == 4
    assert [meter["id"] for meter in meters] == [number]
    assert complaint.count("\n") == 1
    assert dead in complaint


def test_several_rates_are_tried_in_turn(discover: Asked, bus: Running) -> None:
    """The simulated serial server has one rate; what we take it for only sets our patience."""
    rates = ("--baud", "2400", "--baud", "9600", "--within", _first_number(bus))
    code, meters, _ = discover("mbus", bus.addresses[0], *rates, "--json", *QUICK)
    assert code == 0
    assert [meter["baud"] for meter in meters] == [2400, 9600]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pseudo-terminals")
def test_a_meter_at_a_serial_port_is_found_by_the_real_command() -> None:
    number = seeded_meters(1, 1, 300, addressed=True)[0].secondary.id
    with running("mbus", "--units", "2", "--lapse", "0", "--pty", "--baud", "300") as device:
        port = device.addresses[0]
        command = [sys.executable, "-m", "app", "discover", "mbus", port, "--within", number]
        quick = ["--lapse", "1000", "--network-s", "0.1", "--json"]
        rates = ["--baud", "2400", "--baud", "300"]
        done = subprocess.run(
            [*command, *rates, *quick], capture_output=True, text=True, check=False, timeout=60
        )
    assert (done.returncode, done.stderr) == (0, "")
    (meter,) = [json.loads(line) for line in done.stdout.splitlines()]
    assert (meter["line"], meter["baud"], meter["id"]) == (port, 300, number)


def test_a_port_that_is_not_there_ends_with_the_code_for_it(discover: Asked) -> None:
    code, found, complaint = discover("mbus", "/dev/no-such-port", "--json", *QUICK)
    assert (code, found) == (4, [])
    assert "this computer has no such port" in complaint


def _first_number(bus: Running) -> str:
    """Return the number of the first meter of the simulator's seed."""
    assert bus.addresses
    return seeded_meters(1, 1, 2400, addressed=True)[0].secondary.id


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("knx", "127.0.0.1:1"), "‘knx’ cannot be searched for; there are: mbus, modbus"),
        (
            ("mbus", "127.0.0.1"),
            "‘127.0.0.1’ is no address of a serial server: write host:port",
        ),
        (("mbus", "127.0.0.1:x"), "is no address of a serial server"),
        (("mbus", "127.0.0.1:70000"), "is no address of a serial server"),
        (("mbus", f"127.0.0.1:{'9' * 5000}"), "is no address of a serial server"),
        (("mbus", "127.0.0.1:1", "--baud", "1000"), "1000 is no baud rate of M-Bus: 300"),
        (("mbus", "127.0.0.1:1", "--within", "12"), "‘12’ is no secondary address"),
        (("mbus", "127.0.0.1:1", "--network-s", "0"), "--network-s is a number of seconds"),
    ],
)
def test_what_cannot_be_is_one_sentence(
    discover: Asked, arguments: tuple[str, ...], sentence: str
) -> None:
    code, found, complaint = discover(*arguments)
    assert (code, found) == (2, [])
    assert sentence in complaint
    assert complaint.count("\n") == 1


@pytest.mark.campaign
def test_primary_addresses_are_searched_one_by_one(discover: Asked, bus: Running) -> None:
    code, meters, _ = discover("mbus", bus.addresses[0], "--primary", "--json", *QUICK)
    assert code == 0
    assert [meter["primary"] for meter in meters] == list(range(1, 4))


def test_no_loop_is_left_behind(discover: Asked, bus: Running) -> None:
    discover("mbus", bus.addresses[0], "--within", "00000000", "--json", *QUICK)
    with pytest.raises(RuntimeError):
        asyncio.get_running_loop()
