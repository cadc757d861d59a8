"""A file that is written stands whole or not at all, whoever else writes the same one."""

import os
import time
from contextlib import ExitStack
from pathlib import Path

import pytest

from app.compose.samplefiles import _whole_file
from app.errors import BadInput, StoreBroken


def test_two_who_write_the_same_file_at_the_same_time_never_mix_theirs(tmp_path: Path) -> None:
    place = tmp_path / "samples.csv"
    with _whole_file(place) as one:
        one.write(b"of the first, ")
        with _whole_file(place) as two:
            two.write(b"of the second, which is longer than the first by far")
        assert place.read_bytes().startswith(b"of the second")
        one.write(b"to its end")
    assert place.read_bytes() == b"of the first, to its end"
    assert list(tmp_path.iterdir()) == [place]


def test_what_breaks_off_leaves_the_file_of_before_and_nothing_beside_it(
    tmp_path: Path,
) -> None:
    place = tmp_path / "samples.csv"
    place.write_bytes(b"of yesterday")
    for error, told in ((StoreBroken("gone"), StoreBroken), (KeyboardInterrupt(), None)):
        with ExitStack() as tried:
            tried.enter_context(pytest.raises(told or KeyboardInterrupt))
            stream = tried.enter_context(_whole_file(place))
            stream.write(b"half of to")
            raise error
    assert place.read_bytes() == b"of yesterday"
    assert list(tmp_path.iterdir()) == [place]


def test_a_name_may_be_as_long_as_the_disk_takes_and_a_place_that_is_none_is_told(
    tmp_path: Path,
) -> None:
    place = tmp_path / f"{'a' * 251}.csv"
    with _whole_file(place) as stream:
        stream.write(b"x")
    assert place.read_bytes() == b"x"
    for wrong in (tmp_path / "no" / "x.csv", tmp_path / f"{'a' * 252}.csv", place / "x.csv"):
        with pytest.raises(BadInput, match="cannot be written: "), _whole_file(wrong) as stream:
            stream.write(b"x")
    assert list(tmp_path.iterdir()) == [place]


def test_what_a_kill_left_goes_a_day_later_and_what_another_writes_stays(
    tmp_path: Path,
) -> None:
    place = tmp_path / "samples.csv"
    with _whole_file(place), _whole_file(tmp_path / "other.csv"):
        halves = [each.name for each in tmp_path.iterdir()]
    for name in halves:  # as if both had been killed, yesterday and just now
        (tmp_path / name).write_bytes(b"half")
    with _whole_file(place) as stream:
        stream.write(b"whole")
        assert set(halves) < {each.name for each in tmp_path.iterdir()}, "young ones stay"
    for name in halves:
        os.utime(tmp_path / name, (time.time() - 90_000,) * 2)
    with _whole_file(place) as stream:
        stream.write(b"whole")
    left = {each.name for each in tmp_path.iterdir()} - {"samples.csv", "other.csv"}
    assert len(left) == 1, "of another file nobody takes anything away"
