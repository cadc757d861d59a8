"""Messages of the local channel: typed values as JSON, framed by their length."""

import asyncio
import base64
import hmac
import json
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from functools import cache, partial
from pathlib import Path
from types import MappingProxyType, UnionType
from typing import Any, Union, get_args, get_origin

import cattrs
import numpy as np
from cattrs.preconf.json import make_converter
from cattrs.strategies import configure_tagged_union

from app.errors import BadInput
from app.model.counter import Edit, TakenBack
from app.model.rights import Grant, Rights
from app.series import Outline, Series

LONGEST_MESSAGE = 256 * 1024 * 1024  # bytes; a year of many points as columns fits
LONGEST_QUESTION = 48 * 1024 * 1024  # bytes; the largest document fits, in base64
PHONE = "phone"  # what a client may say it is at the login; any other is a computer
MOST_PARTS = 500_000  # of a question: the numbers of as many entries of the activity log
_LARGEST_NUMBER = 2**63 - 1  # what a database keeps
_HALF_LETTER = re.compile(rb"\\u[dD][89a-fA-F]")
# Columns cross as the bytes they are, in base64: how each one is written down.
COLUMNS: Mapping[type, Mapping[str, str]] = MappingProxyType(
    {
        Series: {"times_ms": "<i8", "values": "<f8", "quality": "|u1"},
        Outline: {
            "starts_ms": "<i8",
            "ends_ms": "<i8",
            "least": "<f8",
            "most": "<f8",
            "mean": "<f8",
            "quality": "|u1",
        },
    }
)
Value = float | str | datetime | None


def proves(said: object, expected: str) -> bool:
    """Whether somebody said what only a holder of the token can say."""
    return hmac.compare_digest(str(said).encode(), expected.encode())


def proof(token: bytes, role: bytes, nonce: bytes) -> str:
    """Return what only a holder of the token can say about a nonce."""
    return hmac.new(token, role + nonce, "sha256").hexdigest()


async def send(writer: asyncio.StreamWriter, message: object) -> None:
    """Write one message; waits while the other side is slow."""
    writer.write(framed(message))
    await writer.drain()


def framed(message: object) -> bytes:
    """Return one message as it is written."""
    payload = json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode()
    return len(payload).to_bytes(4, "big") + payload


async def receive(
    reader: asyncio.StreamReader,
    longest: int = LONGEST_MESSAGE,
    most_parts: int = LONGEST_MESSAGE,
) -> Any:
    """Read one message; `BadInput` when it is none, `IncompleteReadError` at the end.

    ``most_parts`` bounds what it is made of before it is taken apart: that cannot be
    interrupted, and the whole plant would wait for millions of empty lists.
    """
    size = int.from_bytes(await reader.readexactly(4), "big")
    if size > longest:
        raise BadInput(f"local channel: a message of {size} bytes is too long")
    payload = await reader.readexactly(size)
    if payload.count(b",") > most_parts:
        raise BadInput("local channel: a message has too many parts")
    try:
        message = _parsed(payload)
    except (ValueError, RecursionError) as error:
        raise BadInput(f"local channel: a message is no JSON: {error}") from error
    if not isinstance(message, dict):
        raise BadInput("local channel: a message is no JSON object")
    return message


def _parsed(payload: bytes) -> Any:
    """Return what a message says; raises ValueError for what nobody could write down."""
    message = json.loads(payload.decode("utf-8"), parse_int=_number)
    if _HALF_LETTER.search(payload):  # half a letter is none: no file and no database takes it
        json.dumps(message, ensure_ascii=False).encode("utf-8")
    return message


def _number(digits: str) -> int:
    number = int(digits)
    if abs(number) > _LARGEST_NUMBER:
        raise ValueError("a number is too large")
    return number


@cache
def the_wire() -> cattrs.Converter:
    """Return the converter that all typed values cross the channel with.

    There is one for all: what it has learned of a type it need not learn again (all verbs'
    types are 0.16 s of processor). Any thread may use it.
    """
    converter = make_converter()
    converter.register_unstructure_hook_func(lambda kind: kind == Value, _value_out)
    converter.register_structure_hook_func(
        lambda kind: kind == Value, lambda raw, _kind: _value_in(raw)
    )
    converter.register_unstructure_hook(Path, str)
    converter.register_unstructure_hook(Decimal, str)
    converter.register_structure_hook(Decimal, lambda raw, _kind: _decimal_in(raw))
    converter.register_structure_hook(Path, lambda raw, _kind: Path(raw))
    for columns in COLUMNS:
        converter.register_unstructure_hook(columns, _columns_out)
        converter.register_structure_hook(columns, _columns_in)
    converter.register_structure_hook_func(
        lambda kind: getattr(kind, "__origin__", None) is Collection,
        lambda raw, kind: converter.structure(raw, Sequence[kind.__args__[0]]),  # type: ignore[name-defined,type-abstract]
    )
    # Rights cross as they stand; who watches them is each side's own business.
    converter.register_unstructure_hook(
        Grant, lambda grant: converter.unstructure(grant.rights)
    )
    converter.register_structure_hook(
        Grant, lambda raw, _kind: Grant(converter.structure(raw, Rights))
    )
    converter.register_structure_hook(datetime, lambda raw, _kind: _time_in(raw))
    converter.register_structure_hook(type(None), lambda _raw, _kind: None)
    # cattrs asks for help with unions of plain types; JSON keeps them apart already
    converter.register_structure_hook_func(_is_plain_union, lambda raw, _kind: raw)
    for stated in (Edit, Edit | TakenBack):  # which of them it is crosses by its name
        configure_tagged_union(stated, converter, tag_name="stated")
        named = partial(_named_in, converter.get_structure_hook(stated))
        converter.register_structure_hook(stated, named)
    return converter


def _named_in(structure: Callable[[Any, Any], Any], raw: Any, kind: Any) -> Any:
    if not isinstance(raw, dict):
        raise ValueError(f"{raw!r} does not say what it is")  # noqa: TRY004 - as all others here
    return structure(raw, kind)


def _value_out(value: Value) -> object:
    return {"time": value.isoformat()} if isinstance(value, datetime) else value


def _value_in(raw: Any) -> Value:
    if isinstance(raw, dict):
        return _time_in(raw["time"])
    if raw is None or isinstance(raw, str | float | int):
        return raw
    raise BadInput(f"local channel: {raw!r} is no value")


def _decimal_in(raw: Any) -> Decimal:
    try:
        number = Decimal(str(raw))
    except InvalidOperation as error:
        raise ValueError(f"{raw!r} is no number") from error
    if not number.is_finite():
        raise ValueError(f"{raw!r} is no number")
    return number


def _time_in(raw: Any) -> datetime:
    at = datetime.fromisoformat(raw)
    try:
        at.astimezone(UTC)
    except OverflowError as error:
        raise ValueError(f"{raw} lies outside the calendar") from error
    return at


def _is_plain_union(kind: Any) -> bool:
    if get_origin(kind) not in (Union, UnionType):
        return False
    return set(get_args(kind)) <= {str, int, float, bool, type(None)}


def _columns_out(told: Series | Outline) -> dict[str, object]:
    return {
        "point": told.point,
        "columns": {
            name: base64.b64encode(getattr(told, name).astype(kind).tobytes()).decode()
            for name, kind in COLUMNS[type(told)].items()
        },
    }


def _columns_in(raw: dict[str, Any], kind_of: Any) -> Any:
    columns = {
        name: np.frombuffer(base64.b64decode(raw["columns"][name]), dtype=kind)
        for name, kind in COLUMNS[kind_of].items()
    }
    return kind_of(raw["point"], **columns)
