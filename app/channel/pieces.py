"""Long answers cross the channel piece by piece, so that nobody waits for somebody else's.

Everything of a project is served by one loop. A message of 20,000 series made at once
held it for seconds: devices were not read and windows froze meanwhile. So a list is made
into JSON element by element, and every few milliseconds all others get their turn.
"""

import asyncio
import json
from collections.abc import Collection, Mapping
from typing import Any, get_args, get_origin

import cattrs

from app.channel.wire import LONGEST_MESSAGE
from app.errors import BadInput
from app.words import _

TURN_S = 0.01  # at most so long at a stretch
STRETCH = 256 * 1024  # bytes handed to the connection at a time
MOST_BYTES = LONGEST_MESSAGE - 10_000  # of an answer; what is said of it comes on top
_FEW = 100  # elements: fewer cost less than asking how late it is


async def pieces_of(wire: cattrs.Converter, value: Any, kind: object = None) -> list[bytes]:
    """Return a typed value as JSON, in parts that follow each other.

    Raises `BadInput` for a list that no client would take.

    Args:
        wire: The converter.
        value: What is to cross.
        kind: Its type as a verb names it; found from the value when left out.
    """
    element = _element(kind)
    is_list = isinstance(value, list | tuple) and (kind is None or element is not None)
    if not is_list or len(value) <= _FEW:
        plain = wire.unstructure(value) if kind is None else wire.unstructure(value, kind)
        return [_json(plain)]
    clock = asyncio.get_running_loop().time
    parts, size, ends = [b"["], 2, clock() + TURN_S
    for place, each in enumerate(tuple(value)):  # the list may change in the meantime
        plain = wire.unstructure(each) if element is None else wire.unstructure(each, element)
        parts.append(_json(plain) if place == 0 else b"," + _json(plain))
        size += len(parts[-1])
        if size > MOST_BYTES:
            raise BadInput(_("the answer is too long to be told at once: ask for less"))
        if clock() > ends:
            await asyncio.sleep(0)
            ends = clock() + TURN_S
    parts.append(b"]")
    return parts


async def send_pieces(
    writer: asyncio.StreamWriter, head: Mapping[str, object], key: str, pieces: list[bytes]
) -> None:
    """Write one message, ``head`` with the pieces under ``key``; waits for a slow reader."""
    begin = _json(head)[:-1] + (b"," if head else b"") + _json(key) + b":"
    size = len(begin) + sum(map(len, pieces)) + 1
    stretch = bytearray(size.to_bytes(4, "big") + begin)
    for piece in [*pieces, b"}"]:
        stretch += piece
        if len(stretch) >= STRETCH:
            writer.write(bytes(stretch))
            stretch.clear()
            await writer.drain()
            await asyncio.sleep(0)
    writer.write(bytes(stretch))
    await writer.drain()


def _element(kind: Any) -> object:
    """Return what the elements of a list are, None when the type does not tell."""
    origin, kinds = get_origin(kind), get_args(kind)
    if isinstance(origin, type) and issubclass(origin, Collection) and kinds:
        several = issubclass(origin, Mapping) or (len(kinds) > 1 and kinds[-1] is not ...)
        return None if several else kinds[0]
    return None


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
