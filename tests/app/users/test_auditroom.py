"""How much room the activity log has is told in figures an operator can act on."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.users.auditroom import AuditRoom, Level, Standing, free_bytes, judged, late_words

MB = 1_000_000
ROOM = AuditRoom(100 * MB, 10 * MB)
SIZES = st.integers(0, 300 * MB)
LEVELS = st.sampled_from(Level)


@given(SIZES, SIZES, SIZES, LEVELS)
def test_a_longer_log_never_stands_better(one: int, other: int, free: int, was: Level) -> None:
    short, long = sorted((one, other))
    assert judged(ROOM, short, free, was).level <= judged(ROOM, long, free, was).level


@given(SIZES, SIZES, SIZES, LEVELS)
def test_a_fuller_disk_never_stands_better(one: int, other: int, size: int, was: Level) -> None:
    little, much = sorted((one, other))
    assert judged(ROOM, size, much, was).level <= judged(ROOM, size, little, was).level


@given(SIZES, SIZES, LEVELS)
def test_what_was_judged_stands_until_something_changes(
    size: int, free: int, was: Level
) -> None:
    first = judged(ROOM, size, free, was).level
    assert judged(ROOM, size, free, first).level is first, "it would flutter"


@given(SIZES, SIZES, LEVELS)
def test_there_is_a_sentence_exactly_where_something_is_wrong(
    size: int, free: int, was: Level
) -> None:
    standing = judged(ROOM, size, free, was)
    assert bool(standing.says) is (standing.level is not Level.WELL)
    assert "{" not in standing.says


@given(SIZES, SIZES, LEVELS)
def test_a_log_that_cannot_be_written_stops_changes_however_much_room_there_is(
    size: int, free: int, was: Level
) -> None:
    assert judged(ROOM, size, free, was, "disk I/O error").level is Level.STOPPED


@pytest.mark.parametrize(
    ("size", "free", "fault", "why"),
    [
        (0, 9.96, "", "only 10.0 MB are free on the disk of the activity log"),
        (0, 0, "disk full", "only 0.0 MB are free on the disk of the activity log"),
        (0, 900, "disk I/O error", "the activity log cannot be written (disk I/O error)"),
        (100, 900, "", "the activity log is full (100 of 100 MB)"),
        (80, 900, "", "the activity log has taken 80 of its 100 MB"),
        (5, 40, "", "only 40 MB are free on the disk of the activity log"),
    ],
)
def test_the_cause_is_told_with_its_figures(
    size: float, free: float, fault: str, why: str
) -> None:
    assert judged(ROOM, int(size * MB), int(free * MB), Level.WELL, fault).why == why


def test_who_is_warned_and_who_is_stopped_is_told_what_follows() -> None:
    scarce = Standing(Level.SCARCE, 0, 0, 0, "it is late")
    stopped = Standing(Level.STOPPED, 0, 0, 0, "it is late")
    assert scarce.says.startswith("it is late: when it is full, nothing")
    assert "acknowledging alarms go on" in stopped.says


@pytest.mark.parametrize(
    ("waiting", "lost", "words"),
    [
        (0, 0, ""),
        (1, 0, "1 entry waits"),
        (2, 0, "2 entries wait"),
        (2, 7, "7 entries of the activity log are lost"),
    ],
)
def test_what_waits_is_counted_and_what_is_lost_goes_before_it(
    waiting: int, lost: int, words: str
) -> None:
    said = late_words(waiting, lost)
    assert said.startswith(words)
    assert bool(said) is bool(words)


def test_the_disk_of_a_folder_that_is_not_there_yet_is_known(tmp_path: Path) -> None:
    assert free_bytes(tmp_path / "project" / "audit") > 0
