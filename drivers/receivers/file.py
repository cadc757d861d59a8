"""Lines that another program appends to a file; from its end on, over its rotation too."""

import asyncio
import os
from pathlib import Path
from urllib.parse import unquote

from drivers.receivers.receiver import Outlet, ReceiverType

_LOOK_S = 0.5
_PIECE = 65_536


async def run(rest: str, outlet: Outlet) -> None:
    """Hand on lines until cancelled; `OSError` where the file is gone."""
    path = Path(unquote(rest))
    at, own = await asyncio.to_thread(_end, path)
    outlet.up()
    left = b""
    while True:
        piece, at, own = await asyncio.to_thread(_more, path, at, own)
        *lines, left = (left + piece).split(b"\n")
        for line in lines:
            await outlet.take(line)
        if not piece:
            await asyncio.sleep(_LOOK_S)


def _end(path: Path) -> tuple[int, int]:
    state = path.stat()
    return state.st_size, state.st_ino


def _more(path: Path, at: int, own: int) -> tuple[bytes, int, int]:
    """Return what came behind a place; one that became shorter, or another, from its start."""
    with path.open("rb") as file:
        state = os.fstat(file.fileno())
        if state.st_ino != own or state.st_size < at:
            at = 0
        file.seek(at)
        piece = file.read(_PIECE)
    return piece, at + len(piece), state.st_ino


RECEIVER = ReceiverType("file", Path, run)
