"""Short lives: each says what it says in whole lines, and ends as it ended."""

import os
import sys
import time
from collections.abc import Iterator
from threading import Thread

import pytest

from benchmarks.lives import Lives, lives_of


@pytest.fixture(scope="module")
def lives() -> Iterator[Lives]:
    with lives_of("tests.benchmarks.shortlife") as begun:
        yield begun


def test_a_life_gets_its_arguments_and_says_what_it_says(lives: Lives) -> None:
    for words in ("one", "blåbær and \n no line of its own"):
        life = lives.begin("tell", words)
        said = list(life.lines())
        assert "\n".join(said[:-1]) == words
        assert life.code == 0
        assert said[-1] == f"loaded here: {os.name == 'nt'}"  # forked from who had loaded it


def test_one_that_fails_says_so_and_the_next_one_lives(lives: Lives) -> None:
    life = lives.begin("fail")
    assert list(life.lines()) == []
    assert life.code == 1
    said = list(lives.begin("tell", "still here").lines())
    assert said[0] == "still here"


@pytest.mark.skipif(sys.platform == "win32", reason="a kill has another code there")
def test_one_that_is_killed_has_said_whole_lines_only(lives: Lives) -> None:
    for _ in range(5):
        life = lives.begin("talk")
        said = life.lines()
        lines = [next(said)]
        reader = Thread(target=lines.extend, args=(said,))
        reader.start()
        time.sleep(0.01)
        life.kill()
        reader.join()
        assert life.code == -9
        assert all(line.startswith("line ") and line.endswith("x end") for line in lines)
        life.kill()  # it stays over


def test_where_nothing_forks_each_is_a_process_of_its_own() -> None:
    life = Lives("tests.benchmarks.shortlife", None).begin("tell", "alone")
    said = list(life.lines())
    assert said[0] == "alone"
    failing = Lives("tests.benchmarks.shortlife", None).begin("fail")
    assert list(failing.lines()) == []
    assert failing.code == 1
