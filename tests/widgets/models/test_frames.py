"""Raw frames are told in words an engineer would use, byte by byte if need be."""

import pytest

from app.model.conversation import Frame
from tests.fakes.smallplant import NOON
from widgets.models.frames import Told, frame_columns, unit_of, words_of
from widgets.models.rows import RowsModel


def frame(text: str, *, sent: bool = True) -> Frame:
    return Frame(NOON, sent, bytes.fromhex(text))


@pytest.mark.parametrize(
    ("text", "sent", "words"),
    [
        (
            "0001 0000 0006 01 03 2BF4 0002",
            True,
            "read holding registers, address 11252, 2 of them",
        ),
        (
            "0001 0000 0007 01 03 04 000A 0014",
            False,
            "read holding registers: 4 bytes answered",
        ),
        ("0002 0000 0006 01 06 2BAB 00C8", True, "write a register, address 11179: 200"),
        ("0002 0000 0006 01 06 2BAB 00C8", False, "write a register: done"),
        ("0003 0000 0003 01 83 02", False, "refused: the device has no such register"),
        ("0003 0000 0003 01 83 63", False, "refused: code 99"),
        ("0004 0000 0006 01 2B 0000 0000", True, "function 43, address 0, 0 of them"),
        ("0005 00", False, "a piece of an answer"),
        ("0005 1234 0006 01 03 0000 0001", True, "a piece of an answer"),
    ],
)
def test_a_frame_says_what_is_asked_or_answered(text: str, sent: bool, words: str) -> None:
    assert words_of(frame(text, sent=sent)) == words


def test_a_frame_names_its_device_and_shows_its_bytes() -> None:
    one = frame("0001 0000 0006 05 03 2BF4 0002")
    assert unit_of(one) == 5
    assert unit_of(frame("0001")) is None
    model: RowsModel[Told] = RowsModel(frame_columns(None), lambda row: row.number)
    model.replace([Told(1, one)])
    told = [column.cell(model.rows[0]).text for column in model.columns]
    assert told[1] == "→ sent"
    assert told[3] == "00 01 00 00 00 06 05 03 2B F4 00 02"
    assert told[4] == "12"
    assert told[0].endswith(".000")
