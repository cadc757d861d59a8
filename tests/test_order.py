"""Modules that wait are spread over the run of several test processes; none is torn apart."""

from dataclasses import dataclass
from itertools import groupby, pairwise
from pathlib import Path

import pytest

from tests.order import LAST, LONG, spread


@dataclass(frozen=True)
class Written:
    """A test in a module."""

    path: Path
    number: int


def module(name: str, count: int) -> list[Written]:
    return [Written(Path("tests", name), number) for number in range(count)]


def names(tests: list[Written]) -> list[str]:
    """Return the modules in their order; one torn apart would be named twice."""
    return [path.name for path, _ in groupby(tests, key=lambda test: test.path)]


WORK = [test for nth in range(20) for test in module(f"app/test_{nth}.py", 100 - nth)]
JOURNEYS = [test for nth in range(4) for test in module(f"journeys/test_j{nth}.py", 4 - nth)]


@pytest.mark.parametrize("tests", [[], WORK, JOURNEYS, WORK + JOURNEYS, JOURNEYS + WORK])
def test_every_test_is_there_once_and_modules_stay_whole(tests: list[Written]) -> None:
    ordered = spread(tests)
    assert sorted(ordered, key=str) == sorted(tests, key=str)
    assert len(names(ordered)) == len({test.path for test in tests})
    for path in {test.path for test in tests}:
        numbers = [test.number for test in ordered if test.path == path]
        assert numbers == sorted(numbers)


def test_journeys_are_as_far_from_each_other_as_they_can_be() -> None:
    ordered = names(spread(WORK + JOURNEYS))
    places = [ordered.index(f"test_j{nth}.py") for nth in range(4)]
    assert places[0] == 0
    between = [later - earlier for earlier, later in pairwise(places)]
    assert max(between) - min(between) <= 2


def test_among_themselves_the_largest_come_first() -> None:
    ordered = names(spread(JOURNEYS[::-1] + WORK[::-1]))
    assert [each for each in ordered if "_j" in each] == [f"test_j{nth}.py" for nth in range(4)]
    assert [each for each in ordered if "_j" not in each] == [
        f"test_{nth}.py" for nth in range(20)
    ]


def test_what_takes_long_begins_first_however_few_its_tests_are() -> None:
    few = module(f"app/{LONG[1]}.py", 1)
    ordered = names(spread(WORK + few + JOURNEYS))
    assert next(each for each in ordered if "_j" not in each) == f"{LONG[1]}.py"


def test_every_module_that_takes_long_is_there() -> None:
    there = {file.stem for file in Path(__file__).parent.rglob("test_*.py")}
    assert set(LONG) <= there


def test_work_begins_before_the_last_journey_and_goes_on_after_it() -> None:
    ordered = spread(WORK + JOURNEYS)
    last = max(at for at, test in enumerate(ordered) if test.path.name == "test_j3.py")
    before = sum("_j" not in test.path.name for test in ordered[:last])
    assert LAST <= before / len(WORK) < 1
