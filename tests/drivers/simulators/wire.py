"""A Modbus TCP client made of bare bytes, and simulators as real processes."""

import socket
import struct
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

ROOT = Path(__file__).resolve().parents[3]


class Wire:
    """One TCP link to a simulated device; every byte is made here."""

    def __init__(self, host: str, port: int, timeout_s: float = 5.0) -> None:
        self.socket = socket.create_connection((host, port), timeout_s)
        self.transaction = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.socket.close()

    def send(self, pdu: bytes, unit: int = 1) -> int:
        self.transaction = (self.transaction + 1) & 0xFFFF
        self.socket.sendall(struct.pack(">HHHB", self.transaction, 0, len(pdu) + 1, unit) + pdu)
        return self.transaction

    def frame(self) -> tuple[int, int, bytes]:
        """Return transaction, unit and PDU of the next frame; EOFError when closed."""
        transaction, protocol, length, unit = struct.unpack(">HHHB", self._exactly(7))
        assert protocol == 0
        return transaction, unit, self._exactly(length - 1)

    def ask(self, pdu: bytes, unit: int = 1) -> bytes:
        sent = self.send(pdu, unit)
        transaction, answered, reply = self.frame()
        assert (transaction, answered) == (sent, unit)
        return reply

    def read(self, address: int, count: int = 1, function: int = 3, unit: int = 1) -> list[int]:
        """Return the words, or one negative number: the exception code."""
        reply = self.ask(struct.pack(">BHH", function, address, count), unit)
        if reply[0] == function | 0x80:
            return [-reply[1]]
        assert reply[:2] == bytes((function, 2 * count))
        return list(struct.unpack(f">{count}H", reply[2:]))

    def write(self, address: int, word: int, unit: int = 1) -> int:
        """Return 0 when the write was echoed, else the exception code."""
        request = struct.pack(">BHH", 6, address, word & 0xFFFF)
        reply = self.ask(request, unit)
        if reply == request:
            return 0
        assert reply[0] == 0x86
        return reply[1]

    def silent(self, for_s: float = 0.3) -> bool:
        """Tell whether nothing comes for a while."""
        self.socket.settimeout(for_s)
        try:
            return self.socket.recv(1, socket.MSG_PEEK) == b"never"
        except TimeoutError:
            return True
        finally:
            self.socket.settimeout(5.0)

    def rest(self, quiet_s: float) -> bytes | None:
        """Return all that comes until a quiet moment or the end; None: nothing came."""
        self.socket.settimeout(quiet_s)
        taken, ended = b"", False
        try:
            while more := self.socket.recv(4096):
                taken += more
            ended = True
        except TimeoutError:
            pass
        return taken if taken or ended else None

    def closed(self, within_s: float = 3.0) -> bool:
        """Tell whether the other side closes the link in time."""
        self.socket.settimeout(within_s)
        try:
            while self.socket.recv(4096):
                pass
        except TimeoutError:
            return False
        except ConnectionError:
            return True
        return True

    def _exactly(self, count: int) -> bytes:
        taken = b""
        while len(taken) < count:
            more = self.socket.recv(count - len(taken))
            if not more:
                raise EOFError
            taken += more
        return taken


class Running:
    """A simulator process with its addresses."""

    def __init__(self, process: "subprocess.Popen[str]", addresses: Sequence[str]) -> None:
        self.process = process
        self.addresses = addresses

    @property
    def host(self) -> str:
        return self.addresses[0].partition(":")[0]

    @property
    def port(self) -> int:
        return int(self.addresses[0].partition(":")[2])

    def wire(self, place: int = 0) -> Wire:
        host, _, port = self.addresses[place].partition(":")
        return Wire(host, int(port))

    def say(self, line: str) -> str:
        """Send a control line and return its answer."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        return self.process.stdout.readline().strip()


def started(kind: str, *arguments: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "drivers.simulators", kind, *arguments],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )


@contextmanager
def running(kind: str, *arguments: str, count: int = 1) -> Iterator[Running]:
    """Run a simulator process until the end of the block; it must end cleanly."""
    process = started(kind, *arguments)
    assert process.stdout is not None
    try:
        addresses = []
        for _ in range(count):
            line = process.stdout.readline()
            assert line.startswith(f"{kind} listening on "), line + process.communicate()[1]
            addresses.append(line.split()[-1])
        yield Running(process, addresses)
    finally:
        process.terminate()
        _, errors = process.communicate(timeout=10)
    assert errors == ""
