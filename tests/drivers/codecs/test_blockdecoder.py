"""A block taken apart at once gives exactly what its values give one by one."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import BadInput, GarbledAnswer
from app.model.profile import Area, DataType, RegisterPlace, WordOrder
from drivers.codecs.blockdecoder import BlockDecoder
from drivers.codecs.registers import decode

TEXTS = (DataType.STRING, DataType.OCTETS)
START, COUNT = 1000, 24


@st.composite
def some_places(draw: st.DrawFn) -> list[RegisterPlace]:
    places = []
    for _ in range(draw(st.integers(1, 12))):
        kind = draw(st.sampled_from(list(DataType)))
        words = draw(st.integers(1, 6)) if kind in TEXTS else kind.words
        places.append(
            RegisterPlace(
                Area.HOLDING,
                START + draw(st.integers(0, COUNT - words)),
                kind,
                words,
                scale=draw(st.sampled_from((1.0, 0.1, 0.01))),
                word_order=draw(st.sampled_from(WordOrder)),
                byte_swap=draw(st.booleans()),
                sentinels={19200: "sensor-open"},
            )
        )
    return places


@given(some_places(), st.binary(min_size=2 * COUNT, max_size=2 * COUNT), st.booleans())
def test_a_block_reads_as_its_values_do(
    places: list[RegisterPlace], payload: bytes, in_order: bool
) -> None:
    if in_order:
        places.sort(key=lambda place: place.address)
    words = struct.unpack(f">{COUNT}H", payload)
    alone = [
        decode(place, words[place.address - START : place.address - START + place.words])
        for place in places
    ]
    assert BlockDecoder(places, START, COUNT).decode(payload) == alone


def test_sixteen_sensors_in_a_row() -> None:
    places = [
        RegisterPlace(
            Area.HOLDING, 10200 + n, DataType.INT16, 1, scale=0.01, sentinels={19200: "open"}
        )
        for n in range(16)
    ]
    payload = struct.pack(">16h", *[100 * n for n in range(15)], 19200)
    values = BlockDecoder(places, 10200, 16).decode(payload)
    assert values == [(float(n), "") for n in range(15)] + [(None, "open")]


def test_gaps_before_between_and_behind_are_skipped() -> None:
    places = [
        RegisterPlace(Area.HOLDING, 2, DataType.UINT16, 1),
        RegisterPlace(Area.HOLDING, 5, DataType.INT32, 2),
    ]
    payload = struct.pack(">9H", 9, 9, 7, 9, 9, 0xFFFF, 0xFFFE, 9, 9)
    assert BlockDecoder(places, 0, 9).decode(payload) == [(7.0, ""), (-2.0, "")]


def test_coils_come_eight_to_a_byte_lowest_first() -> None:
    places = [RegisterPlace(Area.COIL, 20 + n, DataType.BIT, 1) for n in (0, 7, 8, 10)]
    decoder = BlockDecoder(places, 20, 11)
    assert decoder.size == 2
    assert decoder.decode(bytes([0b1000_0000, 0b100])) == [
        (0.0, ""),
        (1.0, ""),
        (0.0, ""),
        (1.0, ""),
    ]


@pytest.mark.parametrize("length", [0, 1, 3, 5])
def test_an_answer_of_another_length_is_not_taken_apart(length: int) -> None:
    decoder = BlockDecoder([RegisterPlace(Area.HOLDING, 0, DataType.INT32, 2)], 0, 2)
    with pytest.raises(GarbledAnswer, match=f"{length} bytes answered where 4 were asked"):
        decoder.decode(bytes(length))


def test_a_place_outside_its_block_is_a_mistake_of_ours() -> None:
    with pytest.raises(BadInput, match="register 3 lies outside the block 0"):
        BlockDecoder([RegisterPlace(Area.HOLDING, 3, DataType.INT32, 2)], 0, 4)


def test_a_coil_holds_nothing_but_a_bit() -> None:
    with pytest.raises(BadInput, match="coil 3 can only be a bit"):
        BlockDecoder([RegisterPlace(Area.COIL, 3, DataType.UINT16, 1)], 3, 1)
