"""Long answers cross the channel piece by piece, so that nobody waits for somebody else's.

Everything of a project is served by one loop. A message of 20,000 series made at once
held it for seconds: devices were not read and windows froze meanwhile. So whatever is long
is made into JSON a part at a time, columns of samples too, and every few milliseconds all
others get their turn.
"""

import asyncio
import json
from base64 import b64encode
from collections.abc import Collection, Iterator, Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from typing import Any, get_args, get_origin, get_type_hints

import cattrs
import numpy as np

from app.channel.wire import COLUMNS, LONGEST_MESSAGE
from app.errors import BadInput
from app.words import _

TURN_S = 0.01  # at most so long at a stretch
STRETCH = 256 * 1024  # bytes handed to the connection at a time
MOST_BYTES = LONGEST_MESSAGE - 10_000  # of an answer; what is said of it comes on top
_FEW = 100  # elements: fewer cost less than asking how late it is
_AT_ONCE = 24 * 1024  # numbers of a column written at once: 8 bytes each, a multiple of 3


async def pieces_of(wire: cattrs.Converter, value: Any, kind: object = None) -> list[bytes]:
    """Return a typed value as JSON, in parts that follow each other.

    Raises `BadInput` for a list that no client would take.

    Args:
        wire: The converter.
        value: What is to cross.
        kind: Its type as a verb names it; found from the value when left out.
    """
    clock = asyncio.get_running_loop().time
    parts, size, ends = list[bytes](), 0, clock() + TURN_S
    for part in _parts(wire, value, kind):
        parts.append(part)
        size += len(part)
        if size > MOST_BYTES:
            raise BadInput(_("the answer is too long to be told at once: ask for less"))
        if clock() > ends:
            await asyncio.sleep(0)
            ends = clock() + TURN_S
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


def _parts(wire: cattrs.Converter, value: Any, kind: Any) -> Iterator[bytes]:
    """Yield a value as JSON; none of the parts takes long to make."""
    element = _element(kind)
    is_list = isinstance(value, list | tuple)
    if not _is_long(value) or (is_list and kind is not None and element is None):
        yield _json(wire.unstructure(value) if kind is None else wire.unstructure(value, kind))
    elif type(value) in COLUMNS:
        yield from _columns(value)
    elif is_list:
        yield from _list(wire, tuple(value), element)  # the list may change in the meantime
    else:
        yield from _fields(wire, value)


def _list(wire: cattrs.Converter, value: tuple[Any, ...], element: object) -> Iterator[bytes]:
    yield b"["
    if _is_plain(element):
        many: Any = list[element]  # type: ignore[valid-type]
        for first in range(0, len(value), _FEW):
            told = _json(wire.unstructure(list(value[first : first + _FEW]), many))[1:-1]
            yield b"," + told if first else told
    else:
        for place, each in enumerate(value):
            parts = _parts(wire, each, element)
            yield b"," + next(parts) if place else next(parts)
            yield from parts
    yield b"]"


def _fields(wire: cattrs.Converter, value: Any) -> Iterator[bytes]:
    """Yield a dataclass field by field, as the converter names them."""
    kind: Any = type(value)
    hints = _hints(kind)
    for place, each in enumerate(field for field in fields(value) if field.init):
        yield (b"," if place else b"{") + _json(each.name) + b":"
        yield from _parts(wire, getattr(value, each.name), hints[each.name])
    yield b"}"


def _columns(value: Any) -> Iterator[bytes]:
    """Yield columns as the converter writes them, a stretch at a time."""
    yield b'{"point":' + _json(value.point) + b',"columns":{'
    for place, (name, kind) in enumerate(COLUMNS[type(value)].items()):
        yield (b',"' if place else b'"') + name.encode() + b'":"'
        column: np.ndarray[Any, Any] = getattr(value, name)
        for first in range(0, len(column), _AT_ONCE):
            yield b64encode(column[first : first + _AT_ONCE].astype(kind).tobytes())
        yield b'"'
    yield b"}}"


def _is_long(value: Any) -> bool:
    """Whether a value takes so long to be written that others must have a turn meanwhile."""
    if type(value) in COLUMNS:
        return len(value) > _AT_ONCE
    if isinstance(value, list | tuple):
        return len(value) > _FEW or any(map(_is_long, value))
    if is_dataclass(value):
        kind: Any = type(value)
        return any(_is_long(getattr(value, name)) for name in _holders(kind))
    return False


def _is_plain(element: Any) -> bool:
    """Whether elements are known to be small: numbers, words, moments."""
    inside = (element, *get_args(element))
    held = get_origin(element)
    is_held = isinstance(held, type) and issubclass(held, Collection)
    return element is not None and not is_held and not any(map(is_dataclass, inside))


@cache
def _hints(kind: Any) -> Mapping[str, Any]:
    return get_type_hints(kind)


@cache
def _holders(kind: Any) -> tuple[str, ...]:
    """Return the fields of a dataclass that may hold many things."""
    return tuple(name for name, hint in _hints(kind).items() if _may_hold(hint))


def _may_hold(hint: Any) -> bool:
    origin = get_origin(hint)
    if isinstance(origin, type) and issubclass(origin, Collection):
        return True
    inside = [hint] if isinstance(hint, type) else get_args(hint)
    return any(
        each in COLUMNS or (is_dataclass(each) and bool(_holders(each)))
        for each in inside
        if isinstance(each, type)
    )


def _element(kind: Any) -> object:
    """Return what the elements of a list are, None when the type does not tell."""
    origin, kinds = get_origin(kind), get_args(kind)
    if isinstance(origin, type) and issubclass(origin, Collection) and kinds:
        several = issubclass(origin, Mapping) or (len(kinds) > 1 and kinds[-1] is not ...)
        return None if several else kinds[0]
    return None


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
