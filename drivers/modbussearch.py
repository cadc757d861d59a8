"""Finding the units behind a Modbus address, and in which order their registers lie."""

import asyncio
import struct
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from app.errors import DeviceUnreachable, GarbledAnswer, NothingSent
from app.model.profile import Area, LinkRules
from drivers.registerlink import (
    GATEWAY_NO_ANSWER,
    GATEWAY_NO_PATH,
    RegisterLink,
    RegisterRefused,
)

# Which byte of two registers comes first, as makers write it: A is the most significant.
ORDERS = {
    "ABCD": (0, 1, 2, 3),
    "CDAB": (2, 3, 0, 1),
    "BADC": (1, 0, 3, 2),
    "DCBA": (3, 2, 1, 0),
}
_TYPES = {"float32": ">f", "int32": ">i", "uint32": ">I"}
_NOBODY = (GATEWAY_NO_PATH, GATEWAY_NO_ANSWER)
_LAST_UNIT = 0xFF
_PAIR = 2  # registers of a value of 32 bits


@dataclass(frozen=True, slots=True)
class FoundUnit:
    """A unit that answered; ``refusal`` is its sentence where it said no."""

    unit: int
    raw: bytes = b""
    refusal: str = ""


@dataclass(frozen=True, slots=True)
class UnitProgress:
    """How far a search has come: ``left_s`` by what it took so far."""

    share: float
    found: int
    at: str
    left_s: float


async def units_behind(
    link: RegisterLink,
    units: Sequence[int],
    place: tuple[Area, int],
    timeout_s: float,
    told: Callable[[UnitProgress], object] = lambda _progress: None,
) -> list[FoundUnit]:
    """Return who answers when each of ``units`` is asked once for two registers.

    Also a refusal is an answer: there is somebody, who has no such registers. What a
    gateway says in place of a device that is not there is none. ``timeout_s`` is that of
    one question.

    Raises:
        NothingSent: There is no connection.
    """
    loop, found = asyncio.get_running_loop(), list[FoundUnit]()
    rules, began_s = LinkRules(timeout_ms=round(1000 * timeout_s)), loop.time()
    for nth, unit in enumerate(units, 1):
        answer = await _asked(link, unit, place, rules)
        if answer is not None:
            found.append(answer)
        share = nth / len(units)
        left_s = (loop.time() - began_s) / share * (1.0 - share)
        told(UnitProgress(share, len(found), f"{unit}", left_s))
    return found


async def _asked(
    link: RegisterLink, unit: int, place: tuple[Area, int], rules: LinkRules
) -> FoundUnit | None:
    area, address = place
    try:
        return FoundUnit(unit, await link.read(unit, area, address, _PAIR, rules))
    except RegisterRefused as refusal:
        return None if refusal.code in _NOBODY else FoundUnit(unit, refusal=str(refusal))
    except NothingSent:
        raise
    except (DeviceUnreachable, GarbledAnswer):
        return None


def decodings(raw: bytes) -> Mapping[str, Mapping[str, float]]:
    """Return what four bytes are in each type and order of `ORDERS`, side by side.

    Which of them is meant, only who knows the device's display can tell.
    """
    ordered = {name: bytes(raw[at] for at in order) for name, order in ORDERS.items()}
    return {
        kind: {name: struct.unpack(code, data)[0] for name, data in ordered.items()}
        for kind, code in _TYPES.items()
    }


def unit_numbers(written: str) -> list[int] | None:
    """Return the numbers of ``1-247`` or ``1,5,10-12``, each once; None: it names none.

    Units lie between 0 and 255 (a TCP device itself may be 0 or 255).
    """
    units: dict[int, None] = {}
    for part in written.split(","):
        first, _dash, last = (each.strip() for each in part.partition("-"))
        ends = first, last or first
        if not all(end.isascii() and end.isdecimal() for end in ends):
            return None
        low, high = (int(end) for end in ends)
        if not low <= high <= _LAST_UNIT:
            return None
        units |= dict.fromkeys(range(low, high + 1))
    return list(units)


def table(values: Mapping[str, Mapping[str, float]]) -> Iterable[str]:
    """Yield the lines of a table of `decodings`: a column an order, a row a type."""
    yield "".join(["         ", *(f"{name:>16}" for name in ORDERS)])
    for kind, row in values.items():
        digits = ".7g" if kind == "float32" else "d"  # no more than the type holds
        yield "".join([f"{kind:<9}", *(f"{row[name]:>16{digits}}" for name in ORDERS)])
