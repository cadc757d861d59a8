"""Devices are hosted: steered by lines, remembered on disk, many beside each other."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from app.errors import BadInput
from drivers.simulators.hosting import host
from drivers.simulators.options import ServerOptions
from drivers.simulators.pdu import RegisterBank


class Lamp:
    """A device with one number that can be set and kept."""

    most_clients = 1
    first_number = 0
    gateway = False
    broadcasts = False

    def __init__(self) -> None:
        self.changed = False
        self.number = 0
        self.ticks = 0
        self.restarts = 0

    def bank(self, unit: int) -> RegisterBank | None:
        del unit
        return None

    def tick(self) -> None:
        self.ticks += 1

    def restarted(self) -> None:
        self.restarts += 1

    def sensor_open(self, name: str, is_open: bool) -> None:
        raise BadInput(f"no sensor {name}")

    def command(self, words: Sequence[str]) -> None:
        if len(words) != 2 or not words[1].isdecimal():
            raise BadInput("write 'set number N'")
        self.number, self.changed = int(words[1]), True

    def status(self) -> str:
        return f"number {self.number}"

    def kept(self) -> Mapping[str, Any]:
        return {"number": self.number}

    def revive(self, kept: Mapping[str, Any]) -> None:
        self.number = kept["number"]


class Hosted:
    """Lamps being hosted."""

    def __init__(self, lamps: list[Lamp], options: ServerOptions) -> None:
        self.lamps = lamps
        self.addresses: list[str] = []
        self._handlers: list[Callable[[str], str]] = []
        self.task = asyncio.create_task(
            host("lamp", lamps, options, self.addresses.append, self._handlers.append)
        )

    def say(self, line: str) -> str:
        return self._handlers[0](line)

    async def up(self) -> None:
        await until(lambda: bool(self._handlers) or self.task.done())
        if self.task.done():
            await self.task


async def until(true: Callable[[], bool], within_s: float = 5.0) -> None:
    async with asyncio.timeout(within_s):
        while not true():  # noqa: ASYNC110 - the host tells nobody when a file is written
            await asyncio.sleep(0.01)


@asynccontextmanager
async def hosted(count: int = 1, **options: Any) -> AsyncIterator[Hosted]:
    made = Hosted([Lamp() for _ in range(count)], ServerOptions(count=count, **options))
    try:
        await made.up()
        yield made
    finally:
        made.task.cancel()
        await asyncio.gather(made.task, return_exceptions=True)


async def test_every_device_gets_its_address_and_its_turn() -> None:
    async with hosted(5) as plant:
        assert len(set(plant.addresses)) == 5
        await until(lambda: all(lamp.ticks > 0 for lamp in plant.lamps), 10.0)


async def test_a_line_is_for_all_or_for_one() -> None:
    async with hosted(3) as plant:
        assert plant.say("set number 4") == "ok"
        assert plant.say("#2 set number 9") == "ok"
        assert [lamp.number for lamp in plant.lamps] == [4, 9, 4]
        assert plant.say("#2 fault silent on") == "ok"
        assert plant.say("#2 status") == f"ok {plant.addresses[1]} faults silent number 9"
        assert plant.say("status").count("faults none") == 2
        assert plant.say("fault clear") == "ok"
        assert plant.say("status").count("faults none") == 3


@pytest.mark.parametrize(
    "line",
    [
        "",
        "dance",
        "#0 status",
        "#4 status",
        "#x status",
        "fault",
        "fault silent maybe",
        "fault sensor-open:S1",
        "fault nonsense off",
        "set",
        "set number many",
        "quit now",
    ],
)
async def test_a_line_that_is_none_is_answered_with_an_error(line: str) -> None:
    async with hosted(3) as plant:
        assert plant.say(line).startswith("error: ")
        assert not plant.task.done()


async def test_quit_ends_it() -> None:
    async with hosted() as plant:
        assert plant.say("quit") == "ok"
        async with asyncio.timeout(5):
            await plant.task


async def test_a_change_is_on_disk_at_once_and_comes_back(tmp_path: Path) -> None:
    state = tmp_path / "lamps.json"

    def on_disk() -> list[Any]:
        kept: list[Any] = json.loads(state.read_text(encoding="utf-8"))["devices"]
        return kept

    async with hosted(2, state=str(state)) as plant:
        plant.say("#2 set number 7")
        await until(lambda: state.exists() and on_disk()[1] == {"number": 7})
    async with hosted(2, state=str(state)) as plant:
        assert [lamp.number for lamp in plant.lamps] == [0, 7]


async def test_memory_that_cannot_be_written_does_not_stop_the_device(tmp_path: Path) -> None:
    async with hosted(1, state=str(tmp_path / "no" / "such" / "folder.json")) as plant:
        plant.say("set number 5")
        await until(lambda: not plant.lamps[0].changed)
        assert plant.say("status").endswith("number 5")


@pytest.mark.parametrize(
    "content",
    [
        "",
        "nonsense",
        "[]",
        "{}",
        '{"kind": "lamp", "version": 1}',
        '{"kind": "stove", "version": 1, "devices": [{"number": 1}]}',
        '{"kind": "lamp", "version": 99, "devices": [{"number": 1}]}',
        '{"kind": "lamp", "version": 1, "devices": []}',
        '{"kind": "lamp", "version": 1, "devices": [{}]}',
        '{"kind": "lamp", "version": 1, "devices": [3]}',
    ],
)
async def test_memory_that_does_not_fit_is_refused_and_left_as_it_is(
    tmp_path: Path, content: str
) -> None:
    state = tmp_path / "lamps.json"
    state.write_text(content, encoding="utf-8")
    with pytest.raises(BadInput, match=r"lamps\.json"):
        async with hosted(1, state=str(state)):
            pass
    assert state.read_text(encoding="utf-8") == content


async def test_a_fault_from_the_start_must_fit() -> None:
    async with hosted(2, faults=("slow:10", "silent")) as plant:
        assert plant.say("status").count("faults slow:10,silent") == 2
    with pytest.raises(BadInput, match="no sensor S1"):
        async with hosted(1, faults=("sensor-open:S1",)):
            pass


async def test_a_port_that_is_taken_stops_the_start_and_frees_the_others() -> None:
    async with hosted() as plant:
        taken = int(plant.addresses[0].partition(":")[2])
        with pytest.raises(BadInput, match=r"cannot listen on 127\.0\.0\.1:"):
            async with hosted(2, port=taken - 1 if taken > 1 else taken):
                pass
    async with hosted(1, port=taken) as again:
        assert again.addresses == [f"127.0.0.1:{taken}"]


async def test_a_restart_reaches_the_device() -> None:
    async with hosted() as plant:
        assert plant.say("fault restart:0.1") == "ok"
        assert plant.lamps[0].restarts == 1
