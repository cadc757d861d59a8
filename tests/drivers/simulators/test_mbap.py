"""On the wire: one client at a time, idle links closed, nonsense hung up on, real faults."""

import asyncio
import struct
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from itertools import pairwise

import pytest

from app.errors import BadInput
from drivers.simulators.faults import Fault
from drivers.simulators.mbap import MbapServer
from drivers.simulators.pdu import RegisterBank

READ_TWO = struct.pack(">BHH", 3, 4, 2)
TWO = bytes((3, 4, 0, 4, 0, 5))


class Shelf:
    """A device of one unit whose registers hold their own address."""

    functions = frozenset({3, 6})
    most_registers = 100
    most_clients = 1
    first_number = 0
    gateway = False
    broadcasts = True

    def __init__(self) -> None:
        self.written: list[tuple[int, int]] = []
        self.opened: list[tuple[str, bool]] = []
        self.restarts = 0

    def bank(self, unit: int) -> RegisterBank | None:
        return self if unit in {0, 1} else None

    def read(self, function: int, address: int, count: int) -> Sequence[int]:
        del function
        return list(range(address, address + count))

    def write(self, address: int, word: int) -> None:
        self.written.append((address, word))

    def sensor_open(self, name: str, is_open: bool) -> None:
        if name != "S1":
            raise BadInput(f"no {name}")
        self.opened.append((name, is_open))

    def restarted(self) -> None:
        self.restarts += 1


class Client:
    """A bare asyncio client."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    def send(self, pdu: bytes = READ_TWO, transaction: int = 1, unit: int = 1) -> None:
        self.writer.write(struct.pack(">HHHB", transaction, 0, len(pdu) + 1, unit) + pdu)

    async def answer(self, timeout_s: float = 2.0) -> tuple[int, int, bytes]:
        async with asyncio.timeout(timeout_s):
            head = await self.reader.readexactly(7)
            transaction, _, length, unit = struct.unpack(">HHHB", head)
            return transaction, unit, await self.reader.readexactly(length - 1)

    async def ask(self, pdu: bytes = READ_TWO, transaction: int = 1, unit: int = 1) -> bytes:
        self.send(pdu, transaction, unit)
        answered = await self.answer()
        assert answered[:2] == (transaction, unit)
        return answered[2]

    async def nothing_comes(self, for_s: float = 0.25) -> bool:
        try:
            async with asyncio.timeout(for_s):
                return await self.reader.read(1) == b"never"
        except TimeoutError:
            return True

    async def hung_up(self, within_s: float = 2.0) -> bool:
        try:
            async with asyncio.timeout(within_s):
                while await self.reader.read(4096):
                    pass
        except TimeoutError:
            return False
        except ConnectionError:
            pass
        return True


class Bench:
    """A listening server and the clients that talk to it."""

    def __init__(self, server: MbapServer, shelf: Shelf) -> None:
        self.server, self.shelf = server, shelf
        self._clients: list[Client] = []

    async def client(self) -> Client:
        made = Client(*await asyncio.open_connection("127.0.0.1", self.server.port))
        self._clients.append(made)
        return made

    async def refuses(self) -> bool:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", self.server.port)
        except (ConnectionRefusedError, ConnectionResetError):
            return True  # reset: the door was shut while we stood in it
        writer.close()
        return False

    async def close(self) -> None:
        for each in self._clients:
            each.writer.close()
        await self.server.stop()


@asynccontextmanager
async def bench(
    *faults: str, idle_close_s: float = 0.0, clients: int = 1, gateway: bool = False
) -> AsyncIterator[Bench]:
    shelf = Shelf()
    shelf.most_clients, shelf.gateway = clients, gateway
    server = MbapServer("127.0.0.1", 0, shelf, 1, idle_close_s)
    made = Bench(server, shelf)
    try:
        await server.start([Fault.parsed(text) for text in faults])
        yield made
    finally:
        await made.close()


async def until(true: Callable[[], Awaitable[bool]], within_s: float = 3.0) -> None:
    async with asyncio.timeout(within_s):
        while not await true():  # noqa: ASYNC110 - a refusing port gives no event
            await asyncio.sleep(0.01)


async def test_requests_are_answered_in_order_however_the_bytes_arrive() -> None:
    async with bench() as plant:
        client = await plant.client()
        assert await client.ask() == TWO
        whole = b"".join(
            struct.pack(">HHHB", number, 0, 6, 1) + READ_TWO for number in range(2, 12)
        )
        for place in range(0, len(whole), 5):
            client.writer.write(whole[place : place + 5])
            await client.writer.drain()
            await asyncio.sleep(0)
        assert [(await client.answer())[0] for _ in range(10)] == list(range(2, 12))


async def test_a_second_client_is_accepted_then_dropped_and_the_first_lives_on() -> None:
    async with bench() as plant:
        first = await plant.client()
        assert await first.ask() == TWO
        second = await plant.client()
        second.send()
        assert await second.hung_up()
        assert await first.ask(transaction=2) == TWO


async def test_a_client_that_follows_one_who_just_left_is_served() -> None:
    async with bench() as plant:
        for _ in range(20):
            client = await plant.client()
            assert await client.ask() == TWO
            client.writer.close()


async def test_a_gateway_serves_several_clients() -> None:
    async with bench(clients=3) as plant:
        clients = [await plant.client() for _ in range(3)]
        for client in clients:
            assert await client.ask() == TWO
        assert await (await plant.client()).hung_up()


async def test_a_client_too_many_cannot_fill_the_memory() -> None:
    async with bench() as plant:
        first = await plant.client()
        await first.ask()
        flood = await plant.client()
        flood.writer.write(bytes(100_000))
        assert await flood.hung_up()


async def test_an_idle_link_is_closed_and_a_used_one_is_not() -> None:
    async with bench(idle_close_s=0.4) as plant:
        client = await plant.client()
        loop = asyncio.get_running_loop()
        for number in range(8):
            assert await client.ask(transaction=number) == TWO
            await asyncio.sleep(0.1)
        asked_at = loop.time()
        assert await client.hung_up()
        assert 0.2 < loop.time() - asked_at < 1.5
        assert await (await plant.client()).ask() == TWO


async def test_units_that_are_not_there_are_silent_or_the_gateway_says_so() -> None:
    async with bench() as plant:
        client = await plant.client()
        client.send(unit=9)
        assert await client.nothing_comes()
        assert await client.ask() == TWO
    async with bench(gateway=True) as plant:
        assert await (await plant.client()).ask(unit=9) == bytes((0x83, 11))


async def test_a_broadcast_write_is_carried_out_without_an_answer() -> None:
    async with bench() as plant:
        client = await plant.client()
        client.send(struct.pack(">BHH", 6, 8, 99), unit=0)
        client.send(READ_TWO, unit=0)
        assert await client.nothing_comes()
        assert plant.shelf.written == [(8, 99)]


@pytest.mark.parametrize(
    "noise",
    [
        b"GET / HTTP/1.1\r\n\r\n",
        struct.pack(">HHHB", 1, 7, 6, 1) + READ_TWO,
        struct.pack(">HHHB", 1, 0, 1, 1),
        struct.pack(">HHHB", 1, 0, 255, 1),
        bytes(range(256)),
    ],
)
async def test_what_is_no_modbus_ends_the_link_and_harms_nobody(noise: bytes) -> None:
    async with bench() as plant:
        client = await plant.client()
        client.writer.write(noise)
        assert await client.hung_up()
        assert await (await plant.client()).ask() == TWO


async def test_half_a_request_is_waited_for() -> None:
    async with bench() as plant:
        client = await plant.client()
        client.writer.write(struct.pack(">HHHB", 1, 0, 6, 1) + READ_TWO[:2])
        assert await client.nothing_comes()
        client.writer.write(READ_TWO[2:])
        assert (await client.answer())[2] == TWO


async def test_a_client_that_never_fetches_its_answers_is_not_heard_for_ever() -> None:
    big = struct.pack(">HHHB", 1, 0, 6, 1) + struct.pack(">BHH", 3, 0, 100)
    async with bench(clients=2) as plant:
        greedy = await plant.client()
        for _ in range(200):
            greedy.writer.write(big * 100)
        assert await (await plant.client()).ask() == TWO


async def test_a_silent_device_takes_requests_and_answers_again_when_healed() -> None:
    async with bench("silent") as plant:
        client = await plant.client()
        client.send()
        assert await client.nothing_comes()
        plant.server.faults.clear()
        assert await client.ask() == TWO


async def test_a_slow_device_answers_after_its_delay_and_in_order() -> None:
    async with bench("slow:300") as plant:
        client = await plant.client()
        loop = asyncio.get_running_loop()
        asked_at = loop.time()
        client.send(transaction=1)
        client.send(transaction=2)
        assert (await client.answer())[0] == 1
        assert loop.time() - asked_at >= 0.29
        assert (await client.answer())[0] == 2


async def test_a_refusing_device_keeps_its_port_and_comes_back_on_it() -> None:
    async with bench() as plant:
        client, port = await plant.client(), plant.server.port
        await client.ask()
        plant.server.faults.add(Fault.parsed("refuse"))
        assert await client.hung_up()
        assert await plant.refuses()
        plant.server.faults.clear()
        await until(lambda: _answers(plant))
        assert plant.server.port == port


async def _answers(plant: Bench) -> bool:
    if await plant.refuses():
        return False
    return await (await plant.client()).ask() == TWO


async def test_a_device_may_refuse_from_the_start() -> None:
    async with bench("refuse") as plant:
        assert plant.server.port > 0
        assert await plant.refuses()


async def test_a_restarting_device_is_gone_for_a_while_and_lost_its_power() -> None:
    async with bench() as plant:
        client = await plant.client()
        plant.server.faults.add(Fault.parsed("restart:0.4"))
        assert await client.hung_up()
        assert await plant.refuses()
        assert plant.shelf.restarts == 1
        await until(lambda: _answers(plant))
        assert plant.server.faults.active == ()


async def test_a_flapping_device_comes_and_goes_until_it_is_mended() -> None:
    async with bench("flapping:0.4") as plant:
        seen: list[bool] = []

        async def both() -> bool:
            seen.append(await plant.refuses())
            changes = sum(a != b for a, b in pairwise(seen))
            return changes >= 4

        await until(both)
        plant.server.faults.clear()
        await until(lambda: _answers(plant))
        assert not await plant.refuses()


async def test_a_dropping_device_hangs_up_instead_of_answering() -> None:
    async with bench("drop") as plant:
        client = await plant.client()
        client.send()
        assert await client.hung_up()


async def test_dribbled_answers_arrive_whole() -> None:
    async with bench("dribble") as plant:
        assert await (await plant.client()).ask() == TWO


async def test_late_answers_belong_to_earlier_questions() -> None:
    async with bench("late") as plant:
        client = await plant.client()
        client.send(transaction=1)
        assert await client.nothing_comes()
        client.send(transaction=2)
        assert [(await client.answer())[0] for _ in range(2)] == [1, 2]


async def test_a_refused_register_is_refused_by_exception_fault() -> None:
    async with bench("exception:5:4") as plant:
        client = await plant.client()
        assert await client.ask() == bytes((0x83, 4))
        assert await client.ask(struct.pack(">BHH", 3, 6, 2), transaction=2) != bytes((0x83, 4))


async def test_an_open_sensor_is_the_devices_business() -> None:
    async with bench("sensor-open:S1") as plant:
        plant.server.faults.clear()
        assert plant.shelf.opened == [("S1", True), ("S1", False)]
        with pytest.raises(BadInput, match="no S2"):
            plant.server.faults.add(Fault.parsed("sensor-open:S2"))


async def test_an_address_in_use_is_said_so() -> None:
    async with bench() as plant:
        rival = MbapServer("127.0.0.1", plant.server.port, Shelf(), 1, 0.0)
        with pytest.raises(BadInput, match=f"cannot listen on 127.0.0.1:{plant.server.port}"):
            await rival.start()
        await rival.stop()


async def test_a_stopped_server_hangs_up_and_may_be_stopped_twice() -> None:
    async with bench() as plant:
        client = await plant.client()
        await client.ask()
        await plant.server.stop()
        assert await client.hung_up()
        assert await plant.refuses()
        await plant.server.stop()
