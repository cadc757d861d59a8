"""A simulated M-Bus on a pseudo-terminal: what opens it takes it for its level converter.

A pseudo-terminal knows the rate that whoever opened it has set, so meters of another rate
hear nothing. It does not keep the parity.
"""

import asyncio
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

from app.errors import BadInput
from drivers.mbus.asking import CI_BAUD
from drivers.simulators.busserver import BusServer
from drivers.simulators.faults import Fault

_PIECE = 4096


class BusTerminal(BusServer):
    """A `BusServer` behind a device file; there is one such line, whoever opens it."""

    _ours: int | None = None
    _theirs: int | None = None
    _name = ""

    @property
    def address(self) -> str:
        """Return the device file's path, "" before."""
        return self._name

    async def start(self, faults: Sequence[Fault] = ()) -> None:
        """Put the faults in force and open the terminal; raises `BadInput`."""
        for fault in faults:
            self.faults.add(fault)
        if sys.platform == "win32":
            raise BadInput("--pty: Windows has no pseudo-terminals")
        import pty
        import tty

        try:
            # Their end stays open here as well: a program that closes it hangs nobody up.
            self._ours, self._theirs = pty.openpty()
        except OSError as error:
            raise BadInput(f"no pseudo-terminal is to be had: {error}") from error
        tty.setraw(self._theirs)
        os.set_blocking(self._ours, False)
        self._name = os.ttyname(self._theirs)
        asyncio.get_running_loop().add_reader(self._ours, self._readable)
        self.joined(_Wire(self._ours))

    async def stop(self) -> None:
        """Close both ends; may be called twice."""
        self._clients.clear()
        if self._ours is not None:
            asyncio.get_running_loop().remove_reader(self._ours)
        for end in (self._ours, self._theirs):
            if end is not None:
                os.close(end)
        self._ours = self._theirs = None

    def _readable(self) -> None:
        if self._ours is None or self._theirs is None:
            return
        with suppress(BlockingIOError):
            data = os.read(self._ours, _PIECE)
            self.speed = replace(self.speed, baud=_rate_of(self._theirs))
            self.sent(data)


class _Wire(asyncio.WriteTransport):
    """Our end, as the server writes to it; what nobody takes is lost, as on a wire."""

    def __init__(self, ours: int) -> None:
        super().__init__()
        self._ours = ours

    def write(self, data: Any) -> None:
        with suppress(BlockingIOError):
            os.write(self._ours, data)

    def abort(self) -> None:
        """A serial line cannot hang up."""


def _rate_of(terminal: int) -> int:
    """Return the rate that is set; one M-Bus has not stands for none that anybody hears."""
    if sys.platform == "win32":
        return 0
    import termios

    set_to = termios.tcgetattr(terminal)[5]
    return next((baud for baud in CI_BAUD if getattr(termios, f"B{baud}") == set_to), 50)
