"""Answers that lie over each other, beside a second model: the levels on the wire."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.mbus.asking import frame_in, long_frame
from drivers.simulators.wiredbus import superposed

MARK, SPACE = True, False


def levels(data: bytes) -> list[bool]:
    """Return the level of each bit time as EN 13757-2 draws a character."""
    drawn: list[bool] = []
    for byte in data:
        bits = [byte >> place & 1 == 1 for place in range(8)]
        parity = sum(bits) % 2 == 1  # even: all nine together hold an even number of ones
        drawn += [SPACE, *bits, parity, MARK]
    return drawn


def on_the_wire(answers: list[tuple[int, bytes]]) -> list[bool]:
    """Return the level at every bit time: space wherever anybody draws current."""
    length = max(start + 11 * len(data) for start, data in answers)
    wire = [MARK] * (length + 1)
    for start, data in answers:
        for place, level in enumerate(levels(data), start):
            wire[place] = wire[place] and level
    return wire


def received(wire: list[bool]) -> list[tuple[int, int]]:
    """Return what a receiver makes of the levels: where each byte ends, and the byte."""
    heard, at = list[tuple[int, int]](), 0
    padded = wire + [MARK] * 12
    while at < len(wire):
        if padded[at] is MARK:
            at += 1
            continue
        byte = sum(1 << place for place in range(8) if padded[at + 1 + place])
        heard.append((at + 11, byte))
        at += 10
        while at < len(wire) and padded[at] is SPACE:
            at += 1
    return heard


answer = st.tuples(st.integers(11, 90), st.binary(min_size=1, max_size=20))


@given(st.lists(answer, min_size=1, max_size=6))
def test_both_models_hear_the_same(answers: list[tuple[int, bytes]]) -> None:
    ours = [(each.end_bit, each.byte) for each in superposed(answers)]
    assert ours == received(on_the_wire(answers))


@given(answer, st.integers(2, 8))
def test_any_number_of_equal_answers_sounds_like_one(
    one: tuple[int, bytes], times: int
) -> None:
    assert superposed([one] * times) == superposed([one])


@given(st.lists(answer, min_size=2, max_size=5))
def test_the_order_in_which_they_are_named_changes_nothing(
    answers: list[tuple[int, bytes]],
) -> None:
    assert superposed(answers) == superposed(answers[::-1])


@pytest.mark.parametrize("apart_bits", range(24))
@pytest.mark.parametrize("other", [b"\x00", b"\x7f\x80", bytes(range(10))])
def test_two_telegrams_never_make_a_third(apart_bits: int, other: bytes) -> None:
    first = long_frame(0x08, 1, b"\x72" + bytes(12))
    second = long_frame(0x08, 2, b"\x72" + other + bytes(11))
    heard = bytes(each.byte for each in superposed([(20, first), (20 + apart_bits, second)]))
    found = frame_in(heard)
    assert found is None or found[0] in (first, second)


def test_silence_between_two_is_no_byte() -> None:
    assert [each.byte for each in superposed([(11, b"\x55"), (200, b"\xaa")])] == [0x55, 0xAA]


def test_a_line_held_low_is_one_byte_and_not_many() -> None:
    held = superposed([(20, b"\x00"), (28, b"\x00"), (36, b"\x00"), (44, b"\x00")])
    assert [each.byte for each in held] == [0]
