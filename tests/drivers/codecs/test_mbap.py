"""An answer counts only when every byte of it fits the question."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import GarbledAnswer
from drivers.codecs.mbap import Answer, Function, answer_in, frame_length, reading, writing

ASKED = reading(17, 5, Function.READ_HOLDING, 4)
RIGHT = bytes.fromhex("0011 0000 0007 05 03 04 0102 0304")


def test_the_right_answer_brings_its_registers() -> None:
    assert frame_length(RIGHT) == len(RIGHT)
    assert answer_in(RIGHT, ASKED) == Answer(bytes.fromhex("01020304"))


def test_a_refusal_brings_its_code() -> None:
    assert answer_in(bytes.fromhex("0011 0000 0003 05 83 02"), ASKED) == Answer(refusal=2)


def test_an_answer_to_another_question_is_nobody_s() -> None:
    assert answer_in(bytes.fromhex("0010 0000 0007 05 03 04 0102 0304"), ASKED) is None
    assert answer_in(bytes.fromhex("0000 0000 0007 05 03 04 0102 0304"), ASKED) is None


@pytest.mark.parametrize(
    ("frame", "sentence"),
    [
        ("0011 0000 0007 06 03 04 0102 0304", "unit 6 answered where unit 5 was asked"),
        ("0011 0000 0007 05 04 04 0102 0304", "function 4 answered where function 3"),
        ("0011 0000 0006 05 06 0000 0102", "function 6 answered where function 3"),
        ("0011 0000 0005 05 03 02 0102", "11 bytes answered where 13 fit"),
        ("0011 0000 0007 05 03 02 0102 0304", "13 bytes answered where 13 fit"),
        ("0011 0000 0009 05 03 06 0102 0304 0506", "15 bytes answered where 13 fit"),
        ("0011 0000 0008 05 03 04 0102 0304 05", "14 bytes answered where 13 fit"),
        ("0011 0000 0003 05 84 02", "function 132 answered where function 3"),
        ("0011 0000 0004 05 83 02 02", "10 bytes answered where 13 fit"),
        ("0011 0000 0002 05 83", "8 bytes answered where 13 fit"),
        ("0011 0000 0003 05 83 00", "refused without a code"),
        ("0011 0000 0003 06 83 02", "unit 6 answered"),
    ],
)
def test_an_answer_that_does_not_fit_is_garbled(frame: str, sentence: str) -> None:
    data = bytes.fromhex(frame)
    assert frame_length(data) == len(data)
    with pytest.raises(GarbledAnswer, match=sentence):
        answer_in(data, ASKED)


def test_a_write_is_confirmed_by_its_echo_alone() -> None:
    asked = writing(9, 1, Function.WRITE_REGISTER, 11177, 95)
    echo = struct.pack(">HHHBBHH", 9, 0, 6, 1, 6, 11177, 95)
    assert answer_in(echo, asked) == Answer()
    for other in ((11177, 94), (11176, 95)):
        with pytest.raises(GarbledAnswer):
            answer_in(struct.pack(">HHHBBHH", 9, 0, 6, 1, 6, *other), asked)


def test_a_frame_s_length_is_known_from_its_header() -> None:
    for end in range(6):
        assert frame_length(RIGHT[:end]) is None
    assert frame_length(RIGHT[:6]) == len(RIGHT)


@pytest.mark.parametrize(
    "header",
    ["0011 0001", "0011 01", "0011 0000 0000", "0011 0000 0001", "0011 0000 00FF", "FFFF FFFF"],
)
def test_what_is_no_modbus_frame_is_known_at_once(header: str) -> None:
    with pytest.raises(GarbledAnswer):
        frame_length(bytes.fromhex(header))


@given(st.binary(min_size=8, max_size=260))
def test_noise_never_becomes_an_answer_nor_a_crash(noise: bytes) -> None:
    try:
        length = frame_length(noise)
        answer = answer_in(noise, ASKED) if length == len(noise) else None
    except GarbledAnswer:
        return
    if answer is not None and not answer.refusal:
        assert noise[:9] == RIGHT[:9]


@given(st.integers(0, len(RIGHT) - 5), st.integers(1, 255))
def test_one_wrong_byte_before_the_registers_is_never_booked(place: int, flip: int) -> None:
    data = bytearray(RIGHT)
    data[place] ^= flip
    try:
        if frame_length(bytes(data)) != len(data):
            return
        answer = answer_in(bytes(data), ASKED)
    except GarbledAnswer:
        return
    assert answer is None
