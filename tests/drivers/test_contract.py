"""What every driver must keep to, whatever its protocol; runs on each one found."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import fields, is_dataclass, replace

import pytest

import drivers
from app.errors import BadInput, DeviceUnreachable
from app.model.device import LinkConfig, LinkId, Option
from app.model.profile import Profile
from app.plugins import discover
from app.ports import Device, DriverType, Link, Polled, Writable
from drivers.simulators.wiredbus import WiredBus
from tests.drivers.memory import AHORNVEJ, row_profile
from tests.drivers.telnetbus import TelnetBus
from tests.drivers.terminal import DeafTerminal
from tests.fakes.clock import FakeClock
from tests.plant import until

DRIVERS = {
    name: driver
    for name, driver in discover(drivers, "DRIVER", DriverType).items()
    if driver.kind != "mbus-serial" or sys.platform != "win32"  # without pseudo-terminals
}
every_driver = pytest.mark.parametrize("name", DRIVERS)
# Those that meet a peer of their own; tests/drivers/links/test_paths.py has the other.
every_meeting_driver = pytest.mark.parametrize(
    "name", [name for name, driver in DRIVERS.items() if fields(driver.options)]
)
# Those whose devices answer; the others only listen, and hear nothing of a silent peer.
every_asking_driver = pytest.mark.parametrize(
    "name", [name for name, driver in DRIVERS.items() if not driver.hears]
)


# Those whose points can be set by a profile alone. What can be set at a wired meter is known
# when its map is, and is proved in test_mbusvalve.py.
every_writing_driver = pytest.mark.parametrize(
    "name", [name for name, driver in DRIVERS.items() if driver.kind.startswith("modbus")]
)


class Deaf:
    """Accepts connections and never says a word; ``heard`` counts what it was asked."""

    def __init__(self) -> None:
        self.heard = 0
        self.open = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.open += 1
        try:
            while data := await reader.read(1000):
                self.heard += bool(data)
        except ConnectionError:
            pass  # the driver cut the line, as it may
        finally:
            self.open -= 1
            writer.close()


class MutePort(TelnetBus):
    """A serial port that lets itself be set, and behind which nobody says a word."""

    def __init__(self, deaf: Deaf) -> None:
        super().__init__(WiredBus([], FakeClock()))
        self.deaf = deaf

    def line(self, byte: bytes, writer: asyncio.StreamWriter) -> None:
        self.deaf.heard += 1


class DeafPort(Deaf):
    """Accepts connections to its port and counts what is said there."""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.open += 1
        try:
            await MutePort(self).serve(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # the driver cut the line, as it may
        finally:
            self.open -= 1
            writer.close()


@asynccontextmanager
async def silent_peer(driver: DriverType) -> AsyncIterator[tuple[Link, Deaf | DeafTerminal]]:
    """A link of the driver to a peer that takes everything and answers nothing."""
    assert is_dataclass(driver.options)
    needed = {field.name for field in fields(driver.options)}
    if "device" in needed:
        with DeafTerminal() as terminal:
            place: dict[str, Option] = {"device": terminal.name}
            link = driver.link(LinkConfig(LinkId("l"), driver.kind, "Line", place), FakeClock())
            yield link, terminal
            await link.close()
            await until(lambda: terminal.open == 0)
        return
    deaf = DeafPort() if driver.kind == "mbus-rfc2217" else Deaf()
    server = await asyncio.start_server(deaf.serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    options: dict[str, Option] = {"host": "127.0.0.1", "port": port}
    if driver.hears:
        options = {"receivers": f"tcp:127.0.0.1:{port}"}
    assert set(options) <= needed, "teach this test how a silent peer looks for it"
    config = LinkConfig(LinkId("l"), driver.kind, "Line", options)
    link = driver.link(config, FakeClock())
    try:
        yield link, deaf
    finally:
        await link.close()
        await until(lambda: deaf.open == 0)
        server.close()
        await server.wait_closed()


def a_profile(driver: DriverType, timeout_ms: int = 60) -> Profile:
    profile = row_profile(0)
    rules = replace(profile.link, timeout_ms=timeout_ms, retries=0)
    return replace(profile, driver=driver.kind, link=rules)


def a_device(driver: DriverType, link: Link, timeout_ms: int = 60) -> Device:
    return driver.device(link, AHORNVEJ, a_profile(driver, timeout_ms), FakeClock())


def test_modbus_tcp_is_among_the_drivers() -> None:
    assert "modbus_tcp" in DRIVERS


@every_driver
def test_its_kind_is_its_own(name: str) -> None:
    assert [driver.kind for driver in DRIVERS.values()].count(DRIVERS[name].kind) == 1


@every_meeting_driver
async def test_making_a_link_opens_nothing(name: str) -> None:
    async with silent_peer(DRIVERS[name]) as (link, deaf):
        await asyncio.sleep(0.01)
        assert deaf.open == 0
        assert not link.connected


@every_meeting_driver
async def test_it_opens_and_closes_twice(name: str) -> None:
    async with silent_peer(DRIVERS[name]) as (link, deaf):
        for _ in range(2):
            await link.open()
            await link.open()
            await until(lambda: link.connected and deaf.open == 1)
            await link.close()
            await link.close()
            await until(lambda: not link.connected and deaf.open == 0)


@every_asking_driver
async def test_silence_means_unreachable_with_the_device_s_name(name: str) -> None:
    driver = DRIVERS[name]
    async with silent_peer(driver) as (link, deaf):
        device = a_device(driver, link)
        with pytest.raises(DeviceUnreachable, match=AHORNVEJ.name):
            await device.identify([])
        if isinstance(device, Polled):
            with pytest.raises(DeviceUnreachable, match=AHORNVEJ.name):
                await device.poll(["p0"])
        assert deaf.heard


@every_writing_driver
async def test_a_write_into_silence_is_sent_once_and_left_open(name: str) -> None:
    driver = DRIVERS[name]
    async with silent_peer(driver) as (link, deaf):
        device = a_device(driver, link)
        if isinstance(device, Writable):
            with pytest.raises(DeviceUnreachable, match=AHORNVEJ.name):
                await device.write("p0", 1.0)
            await until(lambda: deaf.open == 0)
            assert deaf.heard == 1


@every_asking_driver
async def test_a_refused_connection_means_unreachable(name: str) -> None:
    driver = DRIVERS[name]
    nowhere: dict[str, Option] = {"host": "127.0.0.1", "port": 1, "device": "/dev/no-such-port"}
    config = LinkConfig(LinkId("l"), driver.kind, "Line", nowhere)
    link = driver.link(config, FakeClock())
    with pytest.raises(DeviceUnreachable):
        await link.open()
    await link.close()


@every_asking_driver
async def test_it_cancels_cleanly_in_the_middle_of_a_question(name: str) -> None:
    driver = DRIVERS[name]
    async with silent_peer(driver) as (link, deaf):
        device = a_device(driver, link, timeout_ms=60000)
        asking = asyncio.create_task(device.identify([]))
        await until(lambda: deaf.heard)
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asyncio.wait_for(asking, 5)
    left = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    assert left == []


@every_driver
def test_wrong_options_are_told_with_the_link_s_name(name: str) -> None:
    config = LinkConfig(LinkId("l"), DRIVERS[name].kind, "Line to nowhere", {"no-such": 1})
    with pytest.raises(BadInput, match="Line to nowhere"):
        DRIVERS[name].link(config, FakeClock())


@every_driver
def test_it_needs_no_screen(name: str) -> None:
    probe = (
        "import sys; sys.modules['PyQt6'] = None\n"
        f"import drivers.{name}, drivers.links.modbus\n"
        "assert not [m for m in sys.modules if m.startswith('PyQt6.')]"
    )
    done = subprocess.run([sys.executable, "-c", probe], check=False, timeout=60)
    assert done.returncode == 0


@every_driver
def test_its_library_loads_only_when_a_link_is_made(name: str) -> None:
    probe = (
        f"import sys, drivers.{name}\n"
        "assert not {'pymodbus', 'asyncua', 'serialx'} & set(sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", probe], check=False, timeout=60)
    assert done.returncode == 0
