"""Lines that another program appends to a file; from its end on, over its rotation too.

``file:-`` is what is piped into this program: ``rtl_wmbus | heatdesk run …``.
"""

import asyncio
import os
import select
import sys
from concurrent.futures import CancelledError
from pathlib import Path
from threading import Event, Thread
from urllib.parse import unquote

from drivers.receivers.receiver import Outlet, ReceiverType

_LOOK_S = 0.5
_GONE_S = 10.0  # while one file is put aside there is none for a moment
_PIECE = 65_536
_PIPED = "-"


async def run(rest: str, outlet: Outlet) -> None:
    """Hand on lines until cancelled; `OSError` where the file is gone for `_GONE_S`."""
    if rest == _PIPED:
        await _piped(outlet)
        return
    path = Path(unquote(rest))
    at, own = await asyncio.to_thread(_end, path)
    outlet.up()
    left, gone_s = b"", 0.0
    while True:
        try:
            piece, at, now = await asyncio.to_thread(_more, path, at, own)
            gone_s = 0.0
        except FileNotFoundError:
            if gone_s >= _GONE_S:
                raise
            piece, now, gone_s = b"", own, gone_s + _LOOK_S
        if now != own and left:  # nobody ends the last line of the one put aside
            await outlet.take(left)
            left = b""
        own = now
        *lines, left = (left + piece).split(b"\n")
        for line in lines:
            await outlet.take(line)
        if not piece:
            await asyncio.sleep(_LOOK_S)


async def _piped(outlet: Outlet) -> None:
    """Hand on what is piped in; its end is an error, as that of any other way."""
    if sys.stdin is None or sys.stdin.closed:
        raise ConnectionError("nothing is piped into this program")
    arrived, over = asyncio.Queue[bytes](1), Event()
    loop, source = asyncio.get_running_loop(), sys.stdin.fileno()
    reading = (source, loop, arrived, over)
    Thread(target=_read, args=reading, name="piped-in", daemon=True).start()
    outlet.up()
    left = b""
    try:
        while piece := await arrived.get():
            *lines, left = (left + piece).split(b"\n")
            for line in lines:
                await outlet.take(line)
        await outlet.take(left)
    finally:
        over.set()
    raise ConnectionError("what was piped in is at its end")


def _read(
    source: int, loop: asyncio.AbstractEventLoop, arrived: asyncio.Queue[bytes], over: Event
) -> None:
    """Put what comes into the queue, empty bytes at its end; runs on a thread of its own.

    A read that waits cannot be called off. Where the system tells that something is there,
    nothing is read that nobody would take; elsewhere the thread ends with the program.
    """
    piece = b"more"
    while piece and not over.is_set():
        if os.name == "posix" and not select.select([source], [], [], _LOOK_S)[0]:
            continue
        piece = _piece(source)
        if loop.is_closed():
            return
        try:
            asyncio.run_coroutine_threadsafe(arrived.put(piece), loop).result()
        except (RuntimeError, CancelledError):  # the loop is gone
            return


def _piece(source: int) -> bytes:
    try:
        return os.read(source, _PIECE)
    except OSError:
        return b""


def _end(path: Path) -> tuple[int, int]:
    state = path.stat()
    return state.st_size, state.st_ino


def _more(path: Path, at: int, own: int) -> tuple[bytes, int, int]:
    """Return what came behind a place; one that became shorter, or another, from its start.

    What was written last before a file was put aside is read there first.
    """
    with path.open("rb") as file:
        state = os.fstat(file.fileno())
        if state.st_ino != own:
            piece = _rest(path, at, own)
            return (piece, at + len(piece), own) if piece else (b"", 0, state.st_ino)
        if state.st_size < at:
            at = 0
        file.seek(at)
        piece = file.read(_PIECE)
    return piece, at + len(piece), state.st_ino


def _rest(path: Path, at: int, own: int) -> bytes:
    """Return what stands behind a place in the file beside ``path`` that it was before."""
    for each in path.parent.iterdir():
        if each.name.startswith(path.name) and each.stat().st_ino == own:
            with each.open("rb") as file:
                file.seek(at)
                return file.read(_PIECE)
    return b""


RECEIVER = ReceiverType("file", Path, run)
