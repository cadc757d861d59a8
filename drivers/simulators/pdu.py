"""What a Modbus device answers to one request: the part that is the same on every wire."""

import struct
from collections.abc import Sequence
from typing import Protocol

from app.errors import DeviceRefused

ILLEGAL_FUNCTION = 1
ILLEGAL_ADDRESS = 2
ILLEGAL_VALUE = 3
GATEWAY_TARGET_SILENT = 11

READ_HOLDING = 3
READ_INPUT = 4
WRITE_SINGLE = 6

_SERVED = frozenset({READ_HOLDING, READ_INPUT, WRITE_SINGLE})
_ERROR_BIT = 0x80
_REQUEST_BYTES = 5  # function, address, count or value: all requests served here


class Refusal(DeviceRefused):
    """The simulated device answers with an exception code."""

    def __init__(self, code: int, sentence: str) -> None:
        super().__init__(f"{sentence} (exception {code})")
        self.code = code


class RegisterBank(Protocol):
    """The registers of one unit, by address on the wire."""

    functions: frozenset[int]  # which of 3, 4 and 6 the unit knows
    most_registers: int  # in one read

    def read(self, function: int, address: int, count: int) -> Sequence[int]:
        """Return ``count`` words of 16 bits; raises `Refusal` for the read as a whole."""
        ...

    def write(self, address: int, word: int) -> None:
        """Take one word of 16 bits; raises `Refusal` and changes nothing."""
        ...


def answer(bank: RegisterBank, request: bytes) -> bytes:
    """Return the answer to ``request`` (function code and data), an exception if need be."""
    function = request[0]
    try:
        return _served(bank, function, request)
    except Refusal as refusal:
        return exception(function, refusal.code)


def exception(function: int, code: int) -> bytes:
    """Return an exception answer."""
    return bytes((function | _ERROR_BIT, code))


def touched(request: bytes) -> range:
    """Return the wire addresses a request of function 3, 4 or 6 is about, else none."""
    if len(request) != _REQUEST_BYTES or request[0] not in _SERVED:
        return range(0)
    address, number = struct.unpack(">HH", request[1:])
    return range(address, address + (1 if request[0] == WRITE_SINGLE else number))


def _served(bank: RegisterBank, function: int, request: bytes) -> bytes:
    if function not in bank.functions:
        raise Refusal(ILLEGAL_FUNCTION, f"function {function} is not known")
    if len(request) != _REQUEST_BYTES:
        raise Refusal(ILLEGAL_VALUE, f"{len(request)} bytes are no request")
    address, number = struct.unpack(">HH", request[1:])
    if function == WRITE_SINGLE:
        bank.write(address, number)
        return request
    if not 1 <= number <= bank.most_registers:
        raise Refusal(ILLEGAL_VALUE, f"{number} registers at once")
    words = bank.read(function, address, number)
    return struct.pack(f">BB{len(words)}H", function, 2 * len(words), *words)
