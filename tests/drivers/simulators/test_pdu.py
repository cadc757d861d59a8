"""Requests are answered, refused or called nonsense as the Modbus specification has it."""

import struct
from collections.abc import Sequence

import pytest

from drivers.simulators.pdu import Refusal, answer, exception, touched


class Shelf:
    """A bank of ten registers that hold their own address; register 5 takes up to 100."""

    functions = frozenset({3, 6})
    most_registers = 8

    def __init__(self) -> None:
        self.written: dict[int, int] = {}

    def read(self, function: int, address: int, count: int) -> Sequence[int]:
        if address + count > 10:
            raise Refusal(2, "beyond the shelf")
        return [self.written.get(each, each) for each in range(address, address + count)]

    def write(self, address: int, word: int) -> None:
        if address != 5:
            raise Refusal(2, "read only")
        if word > 100:
            raise Refusal(3, "too much")
        self.written[address] = word


def request(function: int, address: int, number: int) -> bytes:
    return struct.pack(">BHH", function, address, number)


def test_a_read_brings_its_words_and_a_write_its_echo() -> None:
    shelf = Shelf()
    assert answer(shelf, request(3, 2, 3)) == bytes((3, 6, 0, 2, 0, 3, 0, 4))
    assert answer(shelf, request(6, 5, 77)) == request(6, 5, 77)
    assert answer(shelf, request(3, 5, 1)) == bytes((3, 2, 0, 77))


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        (request(4, 0, 1), 1),
        (request(1, 0, 1), 1),
        (bytes((43, 14, 1, 0)), 1),
        (request(3, 8, 3), 2),
        (request(6, 4, 1), 2),
        (request(6, 5, 101), 3),
        (request(3, 0, 0), 3),
        (request(3, 0, 9), 3),
        (request(3, 0, 1)[:4], 3),
        (request(3, 0, 1) + b"\0", 3),
        (bytes((3,)), 3),
    ],
)
def test_what_cannot_be_answered_is_an_exception(asked: bytes, code: int) -> None:
    assert answer(Shelf(), asked) == bytes((asked[0] | 0x80, code))
    assert exception(asked[0], code) == bytes((asked[0] | 0x80, code))


def test_a_refused_write_changes_nothing() -> None:
    shelf = Shelf()
    answer(shelf, request(6, 5, 101))
    assert shelf.written == {}


def test_touched_names_the_registers_a_request_is_about() -> None:
    assert touched(request(3, 7, 4)) == range(7, 11)
    assert touched(request(6, 7, 400)) == range(7, 8)
    assert len(touched(request(1, 7, 4))) == 0
    assert len(touched(b"\x03")) == 0
