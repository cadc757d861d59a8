"""A serial port of this computer: ours alone while it is open, set to 8E1, its rate changed."""

import asyncio
import os
from contextlib import suppress
from typing import Any

import serialx

from drivers.links.mbus import Dial, Made, Switchable
from drivers.links.portname import why_closed


class _Port(Switchable):
    """An open port as who speaks on it sees it."""

    def __init__(self, real: serialx.BaseSerialTransport) -> None:
        super().__init__()
        self._real = real

    def write(self, data: Any) -> None:
        """Send bytes; of an adapter that was pulled out the ear is told by itself."""
        with suppress(OSError):
            self._real.write(bytes(data))

    def abort(self) -> None:
        """Close the port at once."""
        self._real.abort()

    async def closed(self) -> None:
        """Wait until others may open the port."""
        await self._real.wait_closed()

    async def switch(self, baud: int) -> None:
        """Speak at another rate from now on; raises `OSError`."""
        try:
            await self._real.reconfigure_port(baudrate=baud)
        except serialx.SerialException as error:
            raise OSError(str(error)) from error


def dial_serial(name: str, baud: int) -> Dial:
    """Return what opens a port and sets it to 8E1 at ``baud`` (EN 13757-2, 5.5)."""

    async def dial(made: Made) -> Switchable:
        loop = asyncio.get_running_loop()
        try:
            real, _protocol = await serialx.create_serial_connection(
                loop, made, name, baud, parity=_parity_of(name)
            )
        except (OSError, serialx.SerialException) as error:
            raise OSError(why_closed(error)) from error
        return _Port(real)

    return dial


def _parity_of(name: str) -> serialx.Parity:
    """Return even; a pseudo-terminal has none, and refuses to be asked for it again."""
    pseudo = os.path.realpath(name).startswith("/dev/pts/")
    return serialx.Parity.NONE if pseudo else serialx.Parity.EVEN
