"""Radio modules behind a serial port: what they send is cut into telegrams and handed on."""

import json
from collections.abc import Callable, Sequence

from app.clipped import clipped
from app.errors import BadInput
from app.words import _
from drivers.links.portname import is_port
from drivers.receivers.receiver import Outlet, ReceiverType

_MOST_LEFT = 2_048  # bytes; no message of any module is as long
Found = tuple[bytes, float | None]  # a telegram and how strong it was, in dBm
# What bytes hold from their beginning: telegrams, and how many bytes are done with.
Cut = Callable[[bytes], tuple[Sequence[Found], int]]


def dongle(kind: str, baud: int, greeting: bytes, cut: Cut) -> ReceiverType:
    """Return a way to a module: ``greeting`` is sent once its port is open."""

    async def run(rest: str, outlet: Outlet) -> None:
        from drivers.links.serialstream import serial_stream

        async with serial_stream(rest, baud) as port:
            if greeting:
                port.write(greeting)
            outlet.up()
            left = b""
            while True:
                left += await port.read()
                found, done = cut(left)
                left = left[done:][-_MOST_LEFT:]
                for frame, level_dbm in found:
                    line = {"telegram": frame.hex(), "rssi_dbm": level_dbm}
                    await outlet.take(json.dumps(line).encode())

    return ReceiverType(kind, _check, run)


def _check(rest: str) -> None:
    if not is_port(rest):
        said = _("{text!r} is no serial port such as COM3 or /dev/ttyUSB0")
        raise BadInput(said.format(text=clipped(rest)))


def chipcon_dbm(raw: int) -> float:
    """Return the level of a CC1101's register in dBm (its data sheet, section 17.3)."""
    return (raw - 256 if raw >= 128 else raw) / 2 - 74  # noqa: PLR2004 - two's complement
