"""Units behind a Modbus address, and four bytes read in every order makers use."""

import asyncio
import math
import struct
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import DeviceUnreachable, GarbledAnswer, NothingSent, PlantError
from app.model.profile import Area, LinkRules
from drivers.modbussearch import (
    ORDERS,
    FoundUnit,
    UnitProgress,
    decodings,
    table,
    unit_numbers,
    units_behind,
)
from drivers.registerlink import RegisterRefused

PLACE = Area.HOLDING, 40


class Wire:
    """A `RegisterLink` whose units answer as a test says."""

    connected = True

    def __init__(self, answers: dict[int, bytes | PlantError]) -> None:
        self.answers = answers
        self.asked: list[tuple[int, Area, int, int, int]] = []

    async def read(
        self, unit: int, area: Area, address: int, count: int, rules: LinkRules
    ) -> bytes:
        self.asked.append((unit, area, address, count, rules.timeout_ms))
        answer = self.answers.get(unit, DeviceUnreachable("nobody"))
        if isinstance(answer, PlantError):
            raise answer
        return answer

    async def write(
        self, unit: int, area: Area, address: int, words: Sequence[int], rules: LinkRules
    ) -> None:
        raise AssertionError("a search writes nothing")

    async def open(self) -> None:
        """It stands open."""

    async def close(self) -> None:
        """It stays."""


def search(wire: Wire, units: Sequence[int]) -> tuple[list[FoundUnit], list[UnitProgress]]:
    told: list[UnitProgress] = []
    return asyncio.run(units_behind(wire, units, PLACE, 0.25, told.append)), told


def test_who_answers_or_says_no_is_there_and_who_is_silent_is_not() -> None:
    wire = Wire(
        {
            1: bytes.fromhex("41C80000"),
            4: RegisterRefused(2),
            5: RegisterRefused(11),  # the gateway itself, of a device that is not there
            6: RegisterRefused(10),
            7: GarbledAnswer("no frame"),
        }
    )
    found, told = search(wire, [1, 2, 4, 5, 6, 7])
    assert found == [
        FoundUnit(1, bytes.fromhex("41C80000")),
        FoundUnit(4, refusal="illegal data address"),
    ]
    assert wire.asked == [(unit, *PLACE, 2, 250) for unit in (1, 2, 4, 5, 6, 7)]
    assert [each.at for each in told] == ["1", "2", "4", "5", "6", "7"]
    assert [each.found for each in told] == [1, 1, 2, 2, 2, 2]
    assert told[-1].share == 1.0
    assert told[-1].left_s == 0.0


def test_a_line_that_is_lost_ends_the_search() -> None:
    with pytest.raises(NothingSent):
        search(Wire({1: b"\0" * 4, 2: NothingSent("gone")}), [1, 2, 3])


@given(number=st.floats(width=32, allow_nan=False), order=st.sampled_from(sorted(ORDERS)))
def test_a_value_stands_in_the_column_of_the_order_it_was_sent_in(
    number: float, order: str
) -> None:
    letters = dict(zip("ABCD", struct.pack(">f", number), strict=True))
    raw = bytes(letters[letter] for letter in order)
    assert decodings(raw)["float32"][order] == number


@given(number=st.integers(-(2**31), 2**31 - 1))
def test_whole_numbers_with_and_without_a_sign(number: int) -> None:
    for name in ORDERS:
        letters = dict(zip("ABCD", struct.pack(">i", number), strict=True))
        told = decodings(bytes(letters[letter] for letter in name))
        assert told["int32"][name] == number
        assert told["uint32"][name] == number % 2**32


def test_a_table_has_a_column_for_each_order() -> None:
    head, *rows = table(decodings(bytes.fromhex("41C80000")))
    assert head.split() == ["ABCD", "CDAB", "BADC", "DCBA"]
    assert [row.split()[0] for row in rows] == ["float32", "int32", "uint32"]
    assert rows[0].split()[1] == "25"
    assert len({len(row) for row in [head, *rows]}) == 1, "the columns stand below each other"
    assert "nan" in next(iter(list(table(decodings(b"\x7f\xc0\0\0")))[1:]))
    assert math.isnan(decodings(b"\x7f\xc0\0\0")["float32"]["ABCD"])


@pytest.mark.parametrize(
    ("written", "units"),
    [
        ("1-4", [1, 2, 3, 4]),
        ("5", [5]),
        ("1, 3-4, 3", [1, 3, 4]),
        ("0-255", list(range(256))),
        ("4-1", None),
        ("256", None),
        ("-1", None),
        ("1-", [1]),
        ("", None),
        ("one", None),
        ("1;2", None),
        ("²", None),
    ],
)
def test_units_are_written_as_numbers_and_ranges(written: str, units: list[int] | None) -> None:
    assert unit_numbers(written) == units
