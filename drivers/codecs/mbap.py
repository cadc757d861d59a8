"""Modbus TCP frames: whether what arrived is the answer to what was asked, byte for byte."""

import struct
from dataclasses import dataclass
from enum import Enum

from app.errors import GarbledAnswer

HEADER = 7  # bytes: transaction, protocol, length, unit
LONGEST = 260  # bytes of a whole frame; Modbus Messaging on TCP/IP V1.0b, 4.1
_REFUSAL = 0x80  # set in the function of an answer that says no
_REFUSAL_LENGTH = HEADER + 2


class Function(Enum):
    """The Modbus functions we use, by their number on the wire."""

    READ_COILS = 1
    READ_DISCRETE = 2
    READ_HOLDING = 3
    READ_INPUT = 4
    WRITE_COIL = 5
    WRITE_REGISTER = 6
    WRITE_REGISTERS = 16


@dataclass(frozen=True, slots=True)
class Answer:
    """What the device said: the bytes asked for, or the code by which it refused."""

    payload: bytes = b""
    refusal: int = 0  # 0: none


@dataclass(frozen=True, slots=True)
class Question:
    """What was asked, and the exact beginning and length the answer must have."""

    transaction: int
    unit: int
    function: int
    prefix: bytes  # up to the payload: header, function, byte count or the whole echo
    length: int  # of the whole frame, bytes


def reading(transaction: int, unit: int, function: Function, size: int) -> Question:
    """Return what must come back when ``size`` bytes of registers or bits are asked for."""
    prefix = struct.pack(">HHHBBB", transaction, 0, size + 3, unit, function.value, size)
    return Question(transaction, unit, function.value, prefix, len(prefix) + size)


def writing(
    transaction: int, unit: int, function: Function, address: int, second: int
) -> Question:
    """Return what must come back after a write: its address and ``second``, as an echo.

    ``second`` is the value written to one place, or how many registers were written.
    """
    echo = struct.pack(">HHHBBHH", transaction, 0, 6, unit, function.value, address, second)
    return Question(transaction, unit, function.value, echo, len(echo))


def frame_length(received: bytes) -> int | None:
    """Return how long the frame at the beginning of ``received`` is; None: not known yet.

    Raises:
        GarbledAnswer: This is no Modbus TCP frame, and nothing behind it can be trusted.
    """
    if received[2:4] not in (b"", b"\0", b"\0\0"):
        raise GarbledAnswer("the bytes are no Modbus TCP frame (protocol is not 0)")
    if len(received) < HEADER - 1:
        return None
    length = HEADER - 1 + int.from_bytes(received[4:6], "big")
    if not HEADER < length <= LONGEST:
        raise GarbledAnswer(f"a frame of {length} bytes is impossible")
    return length


def answer_in(frame: bytes, question: Question) -> Answer | None:
    """Return what a whole frame answers; None when it belongs to another question.

    Raises:
        GarbledAnswer: It claims to answer this question but does not fit it.
    """
    prefix = question.prefix
    if len(frame) == question.length and frame.startswith(prefix):
        return Answer(frame[len(prefix) :])
    transaction, _, _, unit, function = struct.unpack_from(">HHHBB", frame)
    if transaction != question.transaction:
        return None
    if unit != question.unit:
        raise GarbledAnswer(f"unit {unit} answered where unit {question.unit} was asked")
    if function == question.function | _REFUSAL and len(frame) == _REFUSAL_LENGTH:
        return Answer(refusal=_known_refusal(frame[-1]))
    if function & ~_REFUSAL != question.function:
        raise GarbledAnswer(
            f"function {function} answered where function {question.function} was asked"
        )
    raise GarbledAnswer(f"{len(frame)} bytes answered where {question.length} fit the question")


def _known_refusal(code: int) -> int:
    if code == 0:
        raise GarbledAnswer("the device refused without a code")
    return code
