"""Pseudo-terminals as serial ports: one that is deaf, and what its opener has set."""

import asyncio
import os
import sys
from contextlib import suppress
from types import TracebackType
from typing import Self


class DeafTerminal:
    """A port that takes everything and never says a word; ``heard`` counts what it was told.

    Make it on a running loop.
    """

    ours, theirs, name = -1, -1, ""
    heard, said = 0, b""

    def __init__(self) -> None:
        if sys.platform == "win32":
            raise OSError("Windows has no pseudo-terminals")
        import pty
        import tty

        self.ours, self.theirs = pty.openpty()
        tty.setraw(self.theirs)
        os.set_blocking(self.ours, False)
        self.name = os.ttyname(self.theirs)

    @property
    def open(self) -> int:
        """How many have the port: it is opened by one at a time, who locks it."""
        if sys.platform == "win32":
            return 0
        import fcntl

        try:
            fcntl.flock(self.theirs, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return 1
        fcntl.flock(self.theirs, fcntl.LOCK_UN)
        return 0

    @property
    def baud(self) -> int:
        """The rate that is set, as the system counts it."""
        if sys.platform == "win32":
            return 0
        import termios

        speeds = {getattr(termios, f"B{rate}"): rate for rate in (300, 1200, 2400, 9600, 38400)}
        return speeds.get(termios.tcgetattr(self.theirs)[5], 0)

    def __enter__(self) -> Self:
        asyncio.get_running_loop().add_reader(self.ours, self._readable)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.pull_out()

    def pull_out(self) -> None:
        """Take the adapter out of its socket; may be done twice."""
        if self.ours < 0:
            return
        asyncio.get_running_loop().remove_reader(self.ours)
        os.close(self.ours)
        os.close(self.theirs)
        self.ours = -1

    def _readable(self) -> None:
        with suppress(BlockingIOError):
            self.said += os.read(self.ours, 1000)
            self.heard += 1
