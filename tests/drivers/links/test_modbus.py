"""The line to Modbus TCP devices, against a server that does everything wrong once."""

import asyncio
import logging
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime
from random import Random

import pytest

from app.errors import BadInput, DeviceUnreachable, GarbledAnswer, NothingSent, PlantError
from app.model.profile import Area, LinkRules
from drivers.links.modbus import ModbusTcpLink
from drivers.registerlink import RegisterRefused
from tests.drivers import hostile
from tests.drivers.hostile import Answering, End, HostileServer, Request, Step, honest, truth
from tests.plant import NOON, until

QUICK = LinkRules(timeout_ms=100)
PATIENT = LinkRules(timeout_ms=5000)


def script(*answers: Answering) -> Callable[[Request], Answering]:
    """Answer the first questions as given, all later ones honestly."""
    waiting = list(answers)
    return lambda _request: waiting.pop(0) if waiting else honest


def sends(*steps: Step) -> Answering:
    def answer(_request: Request, _before: Request | None, _dice: Random) -> list[Step]:
        return list(steps)

    return answer


@asynccontextmanager
async def line(
    *answers: Answering, connect_timeout_s: float = 5.0
) -> AsyncIterator[tuple[ModbusTcpLink, HostileServer]]:
    async with HostileServer(script(*answers)) as server:
        link = ModbusTcpLink(*server.address, connect_timeout_s, lambda: datetime.now(UTC))
        try:
            yield link, server
        finally:
            await link.close()


async def read(
    link: ModbusTcpLink, address: int = 100, count: int = 3, unit: int = 1, **rules: int
) -> list[int]:
    manners = LinkRules(timeout_ms=rules.get("timeout_ms", 5000))
    payload = await link.read(unit, Area.HOLDING, address, count, manners)
    return [int.from_bytes(payload[n : n + 2], "big") for n in range(0, len(payload), 2)]


def truths(address: int = 100, count: int = 3, unit: int = 1) -> list[int]:
    return [truth(unit, address + step) for step in range(count)]


@contextmanager
def unused_port() -> Iterator[int]:
    """A port nobody listens on, kept from others meanwhile."""
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        yield holder.getsockname()[1]


async def test_registers_inputs_and_bits_are_read_from_many_units() -> None:
    async with line() as (link, server):
        assert await read(link, 100, 125, unit=1) == truths(100, 125, unit=1)
        assert await read(link, 7, 1, unit=3) == truths(7, 1, unit=3)
        inputs = await link.read(2, Area.INPUT, 5, 2, PATIENT)
        assert inputs == b"".join(truth(2, n).to_bytes(2, "big") for n in (5, 6))
        coils = await link.read(1, Area.COIL, 0, 10, PATIENT)
        assert coils == bytes([0b10101010, 0b10])
        assert await link.read(1, Area.DISCRETE, 1, 1, PATIENT) == bytes([1])
        assert server.connections == 1
        assert link.connected


async def test_one_register_is_written_by_function_6_and_two_by_16() -> None:
    async with line() as (link, server):
        await link.write(1, Area.HOLDING, 11177, [95], PATIENT)
        await link.write(1, Area.HOLDING, 20, [1, 2], PATIENT)
        await link.write(1, Area.COIL, 3, [1], PATIENT)
        await link.write(1, Area.COIL, 3, [0], PATIENT)
        assert [(r.function, r.address, r.second) for r in server.requests] == [
            (6, 11177, 95),
            (16, 20, 2),
            (5, 3, 0xFF00),
            (5, 3, 0),
        ]
        assert server.requests[1].body[5:] == bytes([4, 0, 1, 0, 2])


@pytest.mark.parametrize(
    ("area", "words"), [(Area.INPUT, [1]), (Area.DISCRETE, [1]), (Area.COIL, [1, 0])]
)
async def test_what_no_function_can_write_is_not_sent(area: Area, words: list[int]) -> None:
    async with line() as (link, server):
        with pytest.raises(BadInput, match="cannot be written"):
            await link.write(1, area, 5, words, PATIENT)
        assert server.requests == []


# Pitfall 1: a late answer is handed to the next question.


async def test_an_answer_after_the_timeout_never_meets_the_next_question() -> None:
    gave_up = asyncio.Event()

    def after_timeout(request: Request, _b: Request | None, dice: Random) -> list[Step]:
        return [gave_up, *honest(request, None, dice)]

    async with line(after_timeout) as (link, server):
        with pytest.raises(DeviceUnreachable, match=r"no answer within 0\.1 s"):
            await read(link, 100, timeout_ms=100)
        gave_up.set()
        assert await read(link, 200) == truths(200)
        assert server.connections == 2, "the old connection was cut"


async def test_the_answer_to_a_cancelled_question_never_meets_the_next() -> None:
    gave_up = asyncio.Event()

    def slowly(request: Request, _b: Request | None, dice: Random) -> list[Step]:
        return [gave_up, *honest(request, None, dice)]

    async with line(slowly) as (link, server):
        question = asyncio.create_task(read(link, 100))
        await until(lambda: server.requests)
        question.cancel()
        with pytest.raises(asyncio.CancelledError):
            await question
        gave_up.set()
        assert await read(link, 200) == truths(200)
        assert server.connections == 2
        assert link.connected


async def test_a_doubled_answer_is_booked_once() -> None:
    async with line(hostile.duplicated) as (link, server):
        assert await read(link, 100) == truths(100)
        assert await read(link, 200) == truths(200)
        await until(lambda: link.figures.strays >= 1)
        assert server.connections == 1


async def test_the_answer_to_an_older_question_is_passed_over() -> None:
    async with line(honest, hostile.glued) as (link, _server):
        assert await read(link, 100) == truths(100)
        assert await read(link, 200, 2) == truths(200, 2)
        assert await read(link, 300) == truths(300)


@pytest.mark.parametrize("transaction", [0, 77])
async def test_an_answer_with_another_transaction_is_passed_over(transaction: int) -> None:
    def foreign(request: Request, _b: Request | None, dice: Random) -> list[Step]:
        wrong = hostile.registers(request, [7, 8, 9])
        stray = hostile.frame(transaction, request.unit, wrong)
        return [stray, *honest(request, None, dice)]

    async with line(foreign) as (link, _server):
        assert await read(link, 100) == truths(100)
        assert link.figures.strays == 1


async def test_a_flood_of_answers_to_nobody_ends_the_connection() -> None:
    stray = hostile.frame(999, 1, b"\x03\x02\x00\x07")
    async with line(sends(stray * 60)) as (link, _server):
        with pytest.raises(GarbledAnswer, match="nobody had asked for"):
            await read(link)
        assert await read(link) == truths()


# Pitfall 2: a short answer is not an error to the library.


@pytest.mark.parametrize(
    "answer",
    [
        hostile.short,
        hostile.long,
        hostile.wrong_byte_count,
        hostile.foreign_unit,
        hostile.wrong_function,
        hostile.write_echo_for_a_read,
        hostile.odd_refusal,
        hostile.other_protocol,
        hostile.impossible_length,
    ],
)
async def test_an_answer_that_does_not_fit_is_told_and_the_next_one_is_right(
    answer: Answering,
) -> None:
    async with line(answer) as (link, server):
        with pytest.raises(GarbledAnswer, match=r"127\.0\.0\.1:\d+: "):
            await read(link, 100)
        assert await read(link, 200) == truths(200)
        assert server.connections == 2
        assert link.connected
        assert link.figures.failures == 1


@pytest.mark.parametrize("answer", [hostile.byte_by_byte, hostile.in_two_packets])
async def test_an_answer_in_pieces_is_put_together(answer: Answering) -> None:
    async with line(answer, answer) as (link, server):
        assert await read(link, 100, 125) == truths(100, 125)
        assert await read(link, 200) == truths(200)
        assert server.connections == 1


async def test_half_an_old_frame_before_the_answer_does_not_shift_it() -> None:
    """The library forgets half a frame when the next question goes out; we do not."""
    old = hostile.frame(999, 1, bytes([3, 6, 0, 9, 0, 9, 0, 9]))

    def first(request: Request, _b: Request | None, dice: Random) -> list[Step]:
        return [*honest(request, None, dice), old[:7]]

    def second(request: Request, _b: Request | None, dice: Random) -> list[Step]:
        return [old[7:], *honest(request, None, dice)]

    async with line(first, second) as (link, server):
        assert await read(link, 100) == truths(100)
        assert await read(link, 200) == truths(200)
        assert server.connections == 1
        assert link.figures.strays == 1


async def test_a_truncated_answer_runs_into_the_timeout_and_is_dropped() -> None:
    answer = hostile.frame(1, 1, hostile.registers(Request(1, 1, 3, 100, 3, b""), [100] * 3))
    async with line(sends(answer[:9])) as (link, _server):
        with pytest.raises(DeviceUnreachable, match="no answer within"):
            await read(link, 100, timeout_ms=100)
        assert await read(link, 100) == truths(100)


async def test_a_wrong_echo_is_no_confirmation() -> None:
    async with line(hostile.wrong_echo) as (link, server):
        with pytest.raises(GarbledAnswer):
            await link.write(1, Area.HOLDING, 11177, [95], PATIENT)
        assert len(server.requests) == 1, "and the value is not sent twice"


# Pitfall 3: refused connections, back-off, dead units.


async def test_a_refused_connection_says_so_at_once() -> None:
    with unused_port() as port:
        link = ModbusTcpLink("127.0.0.1", port, 5.0, lambda: NOON)
        with pytest.raises(NothingSent, match=rf"^127\.0\.0\.1:{port}: .*refused"):
            await link.open()
        assert not link.connected
        with pytest.raises(NothingSent):
            await read(link)
        await link.close()


async def test_a_device_that_accepts_nobody_runs_into_the_connect_timeout() -> None:
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen(0)
        with socket.socket() as first, socket.socket() as second:
            for filler in (first, second):  # fill the backlog
                filler.setblocking(False)
                filler.connect_ex(deaf.getsockname())
            link = ModbusTcpLink("127.0.0.1", deaf.getsockname()[1], 0.1, lambda: NOON)
            with pytest.raises(NothingSent, match=r"no connection within 0\.1 s"):
                await link.open()
            await link.close()


async def test_an_unknown_name_is_told_in_words() -> None:
    link = ModbusTcpLink("no.such.device.invalid", 502, 5.0, lambda: NOON)
    with pytest.raises(NothingSent, match=r"not known in the network|no connection"):
        await link.open()


async def test_a_line_lost_and_back_is_reopened_by_the_next_question() -> None:
    async with line() as (link, server):
        assert await read(link) == truths()
        await server.stop()
        await until(lambda: not link.connected)
        with pytest.raises(NothingSent):
            await read(link)
        await server.start()
        assert await read(link, 200) == truths(200)
        assert link.connected
        assert link.figures.drops == 1


@pytest.mark.parametrize("end", [End.CLOSE, End.RESET, End.HALF_CLOSE])
async def test_a_device_that_hangs_up_is_noticed_without_waiting(end: End) -> None:
    async with line(sends(end)) as (link, _server):
        with pytest.raises(DeviceUnreachable, match="closed by the device"):
            await asyncio.wait_for(read(link, timeout_ms=60000), 5)
        assert not link.connected
        assert await read(link) == truths()


async def test_an_answer_followed_by_a_hang_up_counts() -> None:
    async with line(hostile.half_closed) as (link, server):
        assert await read(link) == truths()
        await until(lambda: not link.connected)
        assert await read(link, 200) == truths(200)
        assert server.connections == 2


async def test_a_dead_unit_behind_a_gateway_costs_the_others_one_timeout() -> None:
    dead = 4

    def choose(request: Request) -> Answering:
        return hostile.silent if request.unit == dead else honest

    async with HostileServer(choose) as server:
        link = ModbusTcpLink(*server.address, 5.0, lambda: NOON)
        asked = [asyncio.create_task(read(link, unit=dead, timeout_ms=100))]
        asked += [asyncio.create_task(read(link, unit=unit)) for unit in (1, 2, 3)]
        answers = await asyncio.gather(*asked, return_exceptions=True)
        assert isinstance(answers[0], DeviceUnreachable)
        assert answers[1:] == [truths(unit=unit) for unit in (1, 2, 3)]
        await link.close()


# Pitfall 5: one question in flight; the library logs an error per timeout.


async def test_one_question_is_in_flight_and_writes_overtake_reads() -> None:
    free = asyncio.Event()
    order: list[int] = []

    def slowly(request: Request, _b: Request | None, dice: Random) -> list[Step]:
        order.append(request.address)
        return [free, *honest(request, None, dice)]

    async with line(slowly, slowly, slowly, slowly) as (link, _server):
        reads = [asyncio.create_task(read(link, address)) for address in (1, 2, 3)]
        await until(lambda: order)
        write = asyncio.create_task(link.write(1, Area.HOLDING, 99, [7], PATIENT))
        await asyncio.sleep(0)  # the write takes its place in the queue
        assert order == [1], "one question at a time"
        free.set()
        await asyncio.gather(*reads, write)
        assert order == [1, 99, 2, 3]


async def test_timeouts_do_not_flood_the_log(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        async with line(*[hostile.silent] * 5) as (link, _server):
            for _ in range(5):
                with pytest.raises(DeviceUnreachable):
                    await read(link, timeout_ms=10)
    assert len(caplog.records) <= 1


# Manners.


async def test_an_idle_line_is_closed_before_the_device_does_it() -> None:
    async with line() as (link, server):
        manners = LinkRules(timeout_ms=5000, idle_close_s=0.05)
        await link.read(1, Area.HOLDING, 0, 1, manners)
        await until(lambda: link.figures.idle_closes == 1)
        assert link.connected, "resting is not being lost"
        await link.read(1, Area.HOLDING, 0, 1, manners)
        assert server.connections == 2
        assert link.figures.drops == 0
        await until(lambda: link.figures.idle_closes == 2)


async def test_a_busy_line_is_not_idle() -> None:
    slow = sends(0.2)

    async with line(honest, slow) as (link, server):
        manners = LinkRules(timeout_ms=150, idle_close_s=0.05)
        await link.read(1, Area.HOLDING, 0, 1, manners)
        with pytest.raises(DeviceUnreachable, match="no answer"):
            await link.read(1, Area.HOLDING, 0, 1, manners)
        assert link.figures.idle_closes == 0
        assert server.connections == 1


async def test_the_device_gets_its_pause_between_questions() -> None:
    async with line() as (link, _server):
        manners = LinkRules(timeout_ms=5000, turnaround_ms=60)
        await link.read(1, Area.HOLDING, 0, 1, manners)
        answered = link.frames()[-1].at
        await link.read(1, Area.HOLDING, 0, 1, manners)
        asked = link.frames()[-2]
        assert asked.sent
        assert (asked.at - answered).total_seconds() >= 0.055


async def test_a_device_that_hangs_up_during_its_pause_is_called_again() -> None:
    async with line(hostile.half_closed) as (link, server):
        manners = LinkRules(timeout_ms=5000, turnaround_ms=60)
        await link.read(1, Area.HOLDING, 0, 1, manners)
        await link.read(1, Area.HOLDING, 0, 1, manners)
        assert server.connections == 2
        assert link.figures.failures == 0


async def test_closing_twice_is_closing_once_and_opening_again_works() -> None:
    async with line() as (link, server):
        await link.open()
        await link.open()
        await link.close()
        await link.close()
        with pytest.raises(NothingSent, match="the link is closed"):
            await read(link)
        await link.open()
        assert await read(link) == truths()
        assert server.connections == 2


async def test_closing_ends_a_question_under_way_and_those_that_wait() -> None:
    async with line(hostile.silent) as (link, server):
        asked = [asyncio.create_task(read(link, timeout_ms=60000)) for _ in range(3)]
        await until(lambda: server.requests)
        await link.close()
        for answer in await asyncio.gather(*asked, return_exceptions=True):
            assert isinstance(answer, PlantError)


async def test_closing_while_connecting_leaves_nothing_open() -> None:
    async with line() as (link, _server):
        opening = asyncio.create_task(link.open())
        await asyncio.sleep(0)
        await link.close()
        with pytest.raises(NothingSent, match="the link is closed"):
            await opening
        assert not link.connected


async def test_cancelling_a_connection_attempt_is_clean() -> None:
    async with line() as (link, _server):
        opening = asyncio.create_task(link.open())
        await asyncio.sleep(0)
        opening.cancel()
        with pytest.raises(asyncio.CancelledError):
            await opening
        assert await read(link) == truths()


async def test_the_conversation_can_be_read_afterwards() -> None:
    async with line() as (link, _server):
        await read(link, 0x64, 1)
        asked, answered = link.frames()
        assert (asked.sent, answered.sent) == (True, False)
        assert asked.hex == "00 01 00 00 00 06 01 03 00 64 00 01"
        assert answered.hex == "00 01 00 00 00 05 01 03 02 20 64"
        assert asked.at <= answered.at
        for _ in range(150):
            await read(link)
        assert len(link.frames()) == 200


async def test_the_figures_count_what_happened() -> None:
    def refuse(request: Request, _b: Request | None, _d: Random) -> list[Step]:
        return [hostile.frame(request.transaction, request.unit, b"\x83\x02")]

    async with line(honest, refuse, hostile.silent) as (link, _server):
        await read(link)
        with pytest.raises(RegisterRefused, match="illegal data address") as refusal:
            await read(link)
        assert refusal.value.code == 2
        with pytest.raises(DeviceUnreachable):
            await read(link, timeout_ms=20)
        figures = link.figures
        assert (figures.requests, figures.refusals, figures.failures) == (3, 1, 1)
        assert figures.connects == 1
        assert figures.latency_s is not None
        assert 0 < figures.latency_s < 5


@pytest.mark.parametrize("code", [1, 3, 4, 6, 10, 11, 77])
async def test_every_refusal_has_its_words(code: int) -> None:
    def refuse(request: Request, _b: Request | None, _d: Random) -> list[Step]:
        return [hostile.frame(request.transaction, request.unit, bytes([0x83, code]))]

    async with line(refuse) as (link, _server):
        with pytest.raises(RegisterRefused, match=r"illegal|device|gateway|code 77"):
            await read(link)
        assert await read(link) == truths()
