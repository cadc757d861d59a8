"""A point is meant by its key or by the number the maker's manual gives it."""

import pytest

from app.cli.points import find_point
from app.errors import BadInput
from app.model.point import PointSpec

COMFORT = PointSpec("room_comfort_hc1", "Room temperature, comfort", number=11180)
SAVING = PointSpec("room_saving_hc1", "Room temperature, saving", number=11181)
POINTS = (COMFORT, SAVING, PointSpec("s1", "Outdoor"), PointSpec("7", "Seven", number=8))


@pytest.mark.parametrize(
    ("text", "found"),
    [("room_comfort_hc1", COMFORT), ("11181", SAVING), ("7", POINTS[3]), ("8", POINTS[3])],
)
def test_the_key_comes_first_then_the_number(text: str, found: PointSpec) -> None:
    assert find_point(POINTS, text, "Ahornvej 14") is found


def test_a_number_two_points_have_means_neither() -> None:
    twice = (COMFORT, PointSpec("other", "Other", number=11180))
    with pytest.raises(BadInput, match=r"Ahornvej 14: there is no point '11180'$"):
        find_point(twice, "11180", "Ahornvej 14")


@pytest.mark.parametrize("text", ["", "room_confort_hc1", "９９", "-1", "S1", "99999999999"])
def test_any_other_word_is_refused_by_name(text: str) -> None:
    with pytest.raises(BadInput) as refused:
        find_point(POINTS, text, "Ahornvej 14")
    assert str(refused.value).startswith(f"Ahornvej 14: there is no point {text!r}")


def test_a_slip_of_the_finger_is_answered_with_what_is_there() -> None:
    with pytest.raises(BadInput, match="similar ones are room_comfort_hc1, room_saving_hc1"):
        find_point(POINTS, "room_confort_hc1", "Ahornvej 14")
