"""A bit that flips in a history file is found, or it changes no answer at all.

A thousand copies take minutes (``pytest -m campaign``); twenty go with every run.
"""

from pathlib import Path

import pytest

from tests.app.history.byteflips import answers, flips, held, is_found, make_history


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_history(tmp_path_factory.mktemp("flips") / "history")


def look_through(file: Path, into: Path, count: int, seed: int) -> tuple[int, int, list[str]]:
    """Return how many flips were found, how many changed nothing, and those unseen."""
    before = held(file.parent)
    found, harmless, unseen = 0, 0, list[str]()
    for flipped in flips(file, into, count, seed):
        told, after = is_found(flipped), answers(flipped)
        if after == before:
            harmless += not told  # of a page's unused bytes, or of what is made anew
        elif not told:
            unseen.append(flipped.where)
        found += told
    return found, harmless, unseen


def test_twenty_flips_are_found_or_change_nothing(file: Path, tmp_path: Path) -> None:
    found, harmless, unseen = look_through(file, tmp_path, 20, 11)
    assert unseen == []
    assert found >= 5
    assert found + harmless == 20


@pytest.mark.campaign
@pytest.mark.timeout(3600)
def test_a_thousand_flips_are_found_or_change_nothing(file: Path, tmp_path: Path) -> None:
    found, harmless, unseen = look_through(file, tmp_path, 1000, 12)
    assert unseen == []
    assert found + harmless == 1000


def test_the_file_as_it_is_has_every_sample(file: Path) -> None:
    assert len(held(file.parent)) == 60 * (5 * 20 + 5)
    assert not is_found_in(file)


def is_found_in(file: Path) -> bool:
    """Whether the whole file is told to be broken."""
    from tests.app.history.byteflips import Flipped

    return is_found(Flipped(file.parent, 0, 0))
