"""A Modbus TCP server that misbehaves on purpose: late, doubled, foreign, broken, silent.

Raw bytes on plain sockets: it shares no code with what it tests. Every register holds
a number made of its unit and address, so a value booked to a wrong point shows at once.
"""

import asyncio
import struct
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum
from random import Random
from types import TracebackType
from typing import Self

UNITS, ADDRESSES = 8, 8192  # what fits together into 16 bits
READS = (1, 2, 3, 4)


def truth(unit: int, address: int) -> int:
    """Return what the register ``address`` of ``unit`` holds, and no other register does."""
    return (unit % UNITS) << 13 | address % ADDRESSES


@dataclass(frozen=True, slots=True)
class Request:
    """One question as it arrived."""

    transaction: int
    unit: int
    function: int
    address: int
    second: int  # how many, or the value to write
    body: bytes


class End(Enum):
    """Ways to end a connection."""

    HALF_CLOSE = "half-close"
    CLOSE = "close"
    RESET = "reset"


Step = bytes | float | asyncio.Event | End  # send, wait so many seconds or for …, hang up
Answering = Callable[[Request, "Request | None", Random], Sequence[Step]]


def frame(transaction: int, unit: int, pdu: bytes, protocol: int = 0) -> bytes:
    return struct.pack(">HHHB", transaction, protocol, len(pdu) + 1, unit) + pdu


def content(request: Request) -> bytes:
    """Return the right answer without its header."""
    if request.function in (1, 2):
        bits = [truth(request.unit, request.address + n) & 1 for n in range(request.second)]
        packed = bytearray((len(bits) + 7) // 8)
        for position, bit in enumerate(bits):
            packed[position >> 3] |= bit << (position & 7)
        return bytes([request.function, len(packed)]) + bytes(packed)
    if request.function in READS:
        return registers(request, range(request.address, request.address + request.second))
    return struct.pack(">BHH", request.function, request.address, request.second)


def registers(request: Request, addresses: Sequence[int], unit: int | None = None) -> bytes:
    words = [truth(request.unit if unit is None else unit, address) for address in addresses]
    return struct.pack(f">BB{len(words)}H", request.function, 2 * len(words) & 0xFF, *words)


def honest(request: Request, _before: Request | None, _dice: Random) -> Sequence[Step]:
    return [frame(request.transaction, request.unit, content(request))]


def silent(_request: Request, _before: Request | None, _dice: Random) -> Sequence[Step]:
    return []


def late(request: Request, _before: Request | None, dice: Random) -> Sequence[Step]:
    return [dice.uniform(0.03, 0.12), *honest(request, None, dice)]


def duplicated(request: Request, _before: Request | None, dice: Random) -> Sequence[Step]:
    return [*honest(request, None, dice)] * dice.randint(2, 4)


def swapped(request: Request, before: Request | None, dice: Random) -> Sequence[Step]:
    """Answer the question before this one, then this one (or not at all)."""
    steps = [*honest(before, None, dice)] if before else []
    return [*steps, *honest(request, None, dice)] if dice.random() < 0.7 else steps


def previous_content(request: Request, before: Request | None, dice: Random) -> Sequence[Step]:
    """Answer with what was asked before, where its length or function gives it away."""
    if before is None or (before.function, before.second) == (request.function, request.second):
        return swapped(request, before, dice)
    return [frame(request.transaction, request.unit, content(before))]


def short(request: Request, _before: Request | None, dice: Random) -> Sequence[Step]:
    fewer = dice.randrange(request.second) if request.function in (3, 4) else 0
    pdu = registers(request, range(request.address + 1, request.address + 1 + fewer))
    return [frame(request.transaction, request.unit, pdu)]


def cut_off(request: Request, _before: Request | None, dice: Random) -> Sequence[Step]:
    whole = frame(request.transaction, request.unit, content(request))
    part = whole[: dice.randrange(1, len(whole))]
    return [part] if dice.random() < 0.5 else [part, End.CLOSE]


def wrong_byte_count(request: Request, _before: Request | None, dice: Random) -> Sequence[Step]:
    pdu = bytearray(content(request))
    pdu[1] = (pdu[1] + dice.choice((-2, -1, 1, 2, 100))) & 0xFF
    return [frame(request.transaction, request.unit, bytes(pdu))]


def long(request: Request, _before: Request | None, dice: Random) -> Sequence[Step]:
    more = min(request.second + dice.randint(1, 9), 125) + (request.second >= 125)
    pdu = registers(request, range(request.address + 1, request.address + 1 + more))
    return [frame(request.transaction, request.unit, pdu)]


def foreign_unit(request: Request, _before: Request | None, dice: Random) -> Sequence[Step]:
    unit = (request.unit + dice.randint(1, 6)) % UNITS
    other = Request(
        request.transaction, unit, request.function, request.address, request.second, b""
    )
    return [frame(request.transaction, dice.choice((unit, 0, 255)), content(other))]


def wrong_function(request: Request, _before: Request | None, dice: Random) -> Sequence[Step]:
    function = dice.choice([f for f in (1, 2, 3, 4, 5, 6, 16, 23, 43) if f != request.function])
    pdu = bytearray(registers(request, range(request.address + 7, request.address + 9)))
    pdu[0] = function
    return [frame(request.transaction, request.unit, bytes(pdu))]


def write_echo_for_a_read(
    request: Request, _before: Request | None, _dice: Random
) -> Sequence[Step]:
    """Answer a read of one register as if it had been written: one register, wrong value."""
    pdu = struct.pack(">BHH", 6, request.address, truth(request.unit + 1, request.address))
    return [frame(request.transaction, request.unit, pdu)]


def wrong_transaction(
    request: Request, _before: Request | None, dice: Random
) -> Sequence[Step]:
    transaction = dice.choice((0, 0xFFFF, request.transaction + 1, request.transaction - 1))
    pdu = content(request)
    if request.function in (3, 4):
        start = request.address + 3
        pdu = registers(request, range(start, start + request.second))
    answer = frame(transaction & 0xFFFF, request.unit, pdu)
    return [answer, *honest(request, None, dice)] if dice.random() < 0.5 else [answer]


def refused(request: Request, _before: Request | None, dice: Random) -> Sequence[Step]:
    pdu = bytes([request.function | 0x80, dice.choice((1, 2, 3, 4, 5, 6, 8, 10, 11, 77))])
    return [frame(request.transaction, request.unit, pdu)]


def odd_refusal(request: Request, _before: Request | None, dice: Random) -> Sequence[Step]:
    function = request.function | 0x80
    pdu = dice.choice((bytes([function ^ 1, 2]), bytes([function, 0]), bytes([function, 2, 2])))
    return [frame(request.transaction, request.unit, pdu)]


def garbage(request: Request, _before: Request | None, dice: Random) -> Sequence[Step]:
    noise = dice.randbytes(dice.randint(1, 40))
    return [noise, *honest(request, None, dice)] if dice.random() < 0.7 else [noise]


def other_protocol(request: Request, _before: Request | None, dice: Random) -> Sequence[Step]:
    return [frame(request.transaction, request.unit, content(request), dice.randint(1, 0xFFFF))]


def impossible_length(
    request: Request, _before: Request | None, dice: Random
) -> Sequence[Step]:
    header = struct.pack(">HHH", request.transaction, 0, dice.choice((0, 1, 255, 300, 65535)))
    return [header + bytes([request.unit]) + content(request)]


def byte_by_byte(request: Request, _before: Request | None, _dice: Random) -> Sequence[Step]:
    whole = frame(request.transaction, request.unit, content(request))
    return [step for byte in whole for step in (bytes([byte]), 0.0)]


def in_two_packets(request: Request, _before: Request | None, dice: Random) -> Sequence[Step]:
    whole = frame(request.transaction, request.unit, content(request))
    cut = dice.randrange(1, len(whole))
    return [whole[:cut], 0.001, whole[cut:]]


def glued(request: Request, before: Request | None, dice: Random) -> Sequence[Step]:
    """Several answers in one packet, the right one in the middle or at the end."""
    right = frame(request.transaction, request.unit, content(request))
    stale = frame(before.transaction, before.unit, content(before)) if before else right
    return [stale + right + dice.choice((b"", stale, right[:5]))]


def half_closed(request: Request, _before: Request | None, dice: Random) -> Sequence[Step]:
    return [*honest(request, None, dice), End.HALF_CLOSE]


def hung_up(_request: Request, _before: Request | None, dice: Random) -> Sequence[Step]:
    return [dice.choice((End.CLOSE, End.RESET))]


def wrong_echo(request: Request, _before: Request | None, dice: Random) -> Sequence[Step]:
    """Confirm a write of another value, or at another address."""
    if request.function in READS:
        return short(request, None, dice)
    shift = dice.choice(((1, 0), (0, 1)))
    pdu = struct.pack(
        ">BHH", request.function, request.address + shift[0], request.second ^ shift[1]
    )
    return [frame(request.transaction, request.unit, pdu)]


MISCHIEF: tuple[Answering, ...] = (
    byte_by_byte,
    cut_off,
    duplicated,
    foreign_unit,
    garbage,
    glued,
    half_closed,
    hung_up,
    impossible_length,
    in_two_packets,
    late,
    long,
    odd_refusal,
    other_protocol,
    previous_content,
    refused,
    short,
    silent,
    swapped,
    write_echo_for_a_read,
    wrong_byte_count,
    wrong_echo,
    wrong_function,
    wrong_transaction,
)


class HostileServer:
    """Serves on 127.0.0.1 and answers each question as ``choose`` says.

    Use it as ``async with HostileServer(choose) as server``. ``choose`` gets the
    question and returns the way to answer it; ``requests`` keeps what was asked.
    """

    def __init__(self, choose: Callable[[Request], Answering], seed: int = 1) -> None:
        self.port = 0
        self.requests: list[Request] = []
        self.connections = 0
        self._choose = choose
        self._dice = Random(seed)
        self._tasks: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None

    @property
    def address(self) -> tuple[str, int]:
        return "127.0.0.1", self.port

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.stop()

    async def start(self) -> None:
        """Listen, on the same port as before if there was one."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Refuse new connections and drop the old ones."""
        if self._server is not None:
            self._server.close()
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        task = asyncio.current_task()
        if task is not None:
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        before: Request | None = None
        # A connection ends when either side is tired of it.
        with suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            while True:
                request = await _next_request(reader)
                self.requests.append(request)
                steps = self._choose(request)(request, before, self._dice)
                self._play(writer, steps)
                before = request
        writer.close()

    def _play(self, writer: asyncio.StreamWriter, steps: Sequence[Step]) -> None:
        # In its own task: a late answer does not keep the next question waiting.
        task = asyncio.get_running_loop().create_task(_play(writer, steps))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


async def _next_request(reader: asyncio.StreamReader) -> Request:
    header = await reader.readexactly(7)
    transaction, _, length, unit = struct.unpack(">HHHB", header)
    body = await reader.readexactly(length - 1)
    function, address, second = struct.unpack_from(">BHH", body)
    return Request(transaction, unit, function, address, second, body)


async def _play(writer: asyncio.StreamWriter, steps: Sequence[Step]) -> None:
    with suppress(ConnectionError, RuntimeError):  # the client may be gone already
        for step in steps:
            if isinstance(step, bytes):
                writer.write(step)
            elif isinstance(step, float):
                await asyncio.sleep(step)
            elif isinstance(step, asyncio.Event):
                await step.wait()
            elif step is End.HALF_CLOSE:
                writer.write_eof()
            elif step is End.RESET:
                writer.transport.abort()
            else:
                writer.close()
