"""Radio modules behind a serial port: what they send is cut into telegrams and handed on.

Only where the system has POSIX terminals; elsewhere a module behind a port server is reached
by ``tcp``.
"""

import asyncio
import json
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress

from app.errors import BadInput
from app.words import _
from drivers.receivers.receiver import Outlet, ReceiverType

_PIECE, _MOST_LEFT = 4_096, 2_048  # bytes; no message of any module is as long as the second
Found = tuple[bytes, float | None]  # a telegram and how strong it was, in dBm
# What bytes hold from their beginning: telegrams, and how many bytes are done with.
Cut = Callable[[bytes], tuple[Sequence[Found], int]]


def dongle(kind: str, baud: int, greeting: bytes, cut: Cut) -> ReceiverType:
    """Return a way to a module: ``greeting`` is sent once its port is open."""

    async def run(rest: str, outlet: Outlet) -> None:
        port = await asyncio.to_thread(_opened, rest, baud)
        try:
            if greeting:
                os.write(port, greeting)
            outlet.up()
            left = b""
            while True:
                left += await _read(port)
                found, done = cut(left)
                left = left[done:][-_MOST_LEFT:]
                for frame, level_dbm in found:
                    line = {"telegram": frame.hex(), "rssi_dbm": level_dbm}
                    await outlet.take(json.dumps(line).encode())
        finally:
            os.close(port)

    return ReceiverType(kind, _check, run)


def _check(rest: str) -> None:
    if not rest.startswith("/dev/"):
        raise BadInput(_("{text!r} is no serial port such as /dev/ttyUSB0").format(text=rest))


def _opened(path: str, baud: int) -> int:
    """Return a port that hands on bytes as they are; raises `OSError`."""
    if sys.platform == "win32":
        raise OSError(_("serial ports are not opened on Windows; use a port server and tcp"))
    import termios
    import tty

    speeds = {9600: termios.B9600, 38400: termios.B38400, 57600: termios.B57600}
    port = os.open(path, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
    try:
        tty.setraw(port)
        fields = termios.tcgetattr(port)
        fields[4] = fields[5] = speeds[baud]
        termios.tcsetattr(port, termios.TCSANOW, fields)
    except termios.error as error:
        os.close(port)
        raise OSError(*error.args) from error
    return port


async def _read(port: int) -> bytes:
    """Return what came; raises `OSError` when the module was pulled out."""
    loop, came = asyncio.get_running_loop(), asyncio.Event()
    loop.add_reader(port, came.set)
    try:
        while True:
            await came.wait()
            came.clear()
            with suppress(BlockingIOError):
                piece = os.read(port, _PIECE)
                if not piece:
                    raise ConnectionError("the receiver is gone")
                return piece
    finally:
        loop.remove_reader(port)


def chipcon_dbm(raw: int) -> float:
    """Return the level of a CC1101's register in dBm (its data sheet, section 17.3)."""
    return (raw - 256 if raw >= 128 else raw) / 2 - 74  # noqa: PLR2004 - two's complement
