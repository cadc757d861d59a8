"""The driver against a server nobody here wrote: libmodbus, the C library of many devices."""

import shutil
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.errors import DeviceRefused
from app.model.device import LinkConfig, LinkId, Option
from app.model.point import PointSpec
from app.model.profile import Area, DataType, LinkRules, Profile, RegisterPlace, WordOrder
from app.model.reading import Quality
from app.ports import PollOutcome
from drivers.links.modbus import ModbusTcpLink
from drivers.modbus_tcp import DRIVER
from drivers.registerdevice import RegisterDevice
from tests.drivers.memory import AHORNVEJ, row_profile

SOURCE = Path(__file__).parent / "peers" / "libmodbus_server.c"
PACKAGES = "install the Debian packages gcc, libc6-dev and libmodbus-dev"
HEADERS = "/usr/include/modbus"


def clock() -> datetime:
    return datetime.now(UTC)


@pytest.fixture(scope="module")
def server_program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The peer, compiled; skips with the packages to install when that cannot be done."""
    compiler = shutil.which("cc")
    if compiler is None:
        pytest.skip(f"no C compiler: {PACKAGES}")
    program = tmp_path_factory.mktemp("peer") / "server"
    command = [compiler, "-o", str(program), str(SOURCE), f"-I{HEADERS}", "-lmodbus"]
    built = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    if built.returncode and ("modbus.h" in built.stderr or "-lmodbus" in built.stderr):
        pytest.skip(f"no libmodbus: {PACKAGES}")
    assert built.returncode == 0, built.stderr
    return program


@pytest.fixture
def port(server_program: Path) -> Iterator[int]:
    with subprocess.Popen([server_program], stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        yield int(server.stdout.readline())
        server.kill()


@asynccontextmanager
async def connected(
    port: int, profile: Profile
) -> AsyncIterator[tuple[ModbusTcpLink, RegisterDevice]]:
    options: dict[str, Option] = {"host": "127.0.0.1", "port": port}
    link = DRIVER.link(LinkConfig(LinkId("l"), "modbus-tcp", "Peer", options), clock)
    device = DRIVER.device(link, AHORNVEJ, profile, clock)
    assert isinstance(link, ModbusTcpLink)
    assert isinstance(device, RegisterDevice)
    try:
        yield link, device
    finally:
        await link.close()


def values(outcome: PollOutcome) -> list[object]:
    return [reading.value for reading in outcome.readings]


async def test_a_full_question_of_125_registers_and_the_rest(port: int) -> None:
    profile = row_profile(*range(100, 296))
    async with connected(port, profile) as (_, device):
        outcome = await device.poll(list(profile.places))
        assert values(outcome) == [10.0 * at for at in range(100, 296)]
        assert outcome.requests == 2


async def test_inputs_and_coils(port: int) -> None:
    places = {
        **{f"i{n}": RegisterPlace(Area.INPUT, n, DataType.UINT16, 1) for n in range(300, 350)},
        **{f"c{n}": RegisterPlace(Area.COIL, n, DataType.BIT, 1) for n in range(64)},
        **{f"d{n}": RegisterPlace(Area.DISCRETE, n, DataType.BIT, 1) for n in range(5, 64)},
    }
    async with connected(port, replace(row_profile(), places=places)) as (_, device):
        outcome = await device.poll(list(places))
        assert values(outcome) == [
            *(float(n) for n in range(300, 350)),
            *(float(n % 3 == 0) for n in range(64)),
            *(float(n % 3 == 0) for n in range(5, 64)),
        ]
        assert outcome.requests == 3


async def test_both_word_orders_as_the_library_lays_them_out(port: int) -> None:
    low = RegisterPlace(Area.HOLDING, 296, DataType.FLOAT32, 2, word_order=WordOrder.LOW_FIRST)
    high = RegisterPlace(Area.HOLDING, 298, DataType.INT32, 2)
    places = {"low_first": low, "high_first": high}
    async with connected(port, replace(row_profile(), places=places)) as (_, device):
        outcome = await device.poll(list(places))
        assert values(outcome) == [21.48, -123456789.0]
        assert outcome.requests == 1


async def test_registers_the_peer_does_not_serve_are_found_and_named(port: int) -> None:
    profile = row_profile(*range(90, 110))
    async with connected(port, profile) as (link, device):
        outcome = await device.poll(list(profile.places))
        read = {r.point: r.value for r in outcome.readings if r.quality is Quality.GOOD}
        assert read == {f"ahornvej-14.p{at}": 10.0 * at for at in range(100, 110)}
        assert outcome.faults[0] == (
            "Ahornvej 14: register 90 (PNU 91) refused: illegal data address"
        )
        assert len(outcome.faults) == 10
        again = await device.poll(list(profile.places))
        assert again.requests == 1
        assert link.figures.failures == 0


async def test_settings_are_written_and_read_back(port: int) -> None:
    rows = row_profile(150, 400)
    places = {
        **rows.places,
        "energy": RegisterPlace(
            Area.HOLDING, 160, DataType.INT32, 2, word_order=WordOrder.LOW_FIRST
        ),
        "relay": RegisterPlace(Area.COIL, 1, DataType.BIT, 1),
    }
    points = {**rows.points, "energy": PointSpec("energy", "Energy")}
    profile = replace(rows, places=places, points=points, link=LinkRules(timeout_ms=5000))
    async with connected(port, profile) as (_, device):
        await device.write("p150", -40)
        await device.write("energy", -123456789)
        await device.write("relay", 1)
        outcome = await device.poll(["p150", "energy", "relay"])
        assert values(outcome) == [-40.0, -123456789.0, 1.0]
        with pytest.raises(DeviceRefused, match=r"illegal data address: .* at no\. 401"):
            await device.write("p400", 1)
