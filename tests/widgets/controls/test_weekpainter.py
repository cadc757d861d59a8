"""The hours of a band can be read, whatever the time of day is."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from PyQt6.QtCore import QRectF

from widgets.controls.weekpainter import clear_of

BAND = QRectF(100, 4, 200, 18)  # its words stand around 200


@pytest.mark.parametrize("mark", [None, 0.0, 100.0, 300.0, 900.0, 155.0, 245.0])
def test_words_stand_in_the_middle_while_the_present_moment_is_elsewhere(
    mark: float | None,
) -> None:
    assert clear_of(BAND, mark, 80) == BAND


@pytest.mark.parametrize(
    ("mark", "left", "right"), [(200.0, 100, 200), (190.0, 190, 300), (215.0, 100, 215)]
)
def test_words_stand_beside_the_present_moment_where_there_is_more_room(
    mark: float, left: float, right: float
) -> None:
    room = clear_of(BAND, mark, 80)
    assert room is not None
    assert (room.left(), room.right()) == (left, right)


def test_words_without_room_are_not_written_over_anything() -> None:
    assert clear_of(BAND, None, 193) is None
    assert clear_of(BAND, 200.0, 120) is None, "there is room for them on no side of it"
    assert clear_of(BAND, 120.0, 170) is not None


@example(375.35670599824306, 277.7469348991488, 130.0, 158.6044106787344)
@given(st.floats(20, 400), st.none() | st.floats(0, 600), st.floats(5, 300), st.floats(0, 200))
def test_no_mark_ever_runs_through_words(
    width: float, mark: float | None, words: float, start: float
) -> None:
    box = QRectF(start, 0, width, 18)
    room = clear_of(box, mark, words)
    if room is None:
        return
    rounded = 1e-9  # px: a right edge is the left one and the width, added up
    assert box.adjusted(0, 0, rounded, 0).contains(room)
    begins, ends = room.center().x() - words / 2, room.center().x() + words / 2
    assert room.left() <= begins
    assert ends <= room.right()
    assert mark is None or not begins < mark < ends
