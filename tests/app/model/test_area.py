"""Areas within areas: one way to write them, and what lies in which."""

import pytest

from app.model.area import lies_in, path_of


@pytest.mark.parametrize(
    ("typed", "path"),
    [
        ("Havnen", "Havnen"),
        (" Havnen / Kaj 5 ", "Havnen/Kaj 5"),
        ("/Havnen//Kaj 5/", "Havnen/Kaj 5"),
        (" / ", ""),
        ("", ""),
    ],
)
def test_an_area_is_written_in_one_way(typed: str, path: str) -> None:
    assert path_of(typed) == path
    assert path_of(path) == path


@pytest.mark.parametrize(
    ("path", "outer", "lies"),
    [
        ("Havnen", "Havnen", True),
        ("Havnen/Kaj 5", "Havnen", True),
        ("Havnen", "Havnen/Kaj 5", False),
        ("Havnen 2", "Havnen", False),
        ("havnen", "Havnen", False),
        ("", "", True),
        ("Havnen", "", False),
        ("", "Havnen", False),
    ],
)
def test_what_lies_in_an_area(path: str, outer: str, lies: bool) -> None:
    assert lies_in(path, outer) is lies
