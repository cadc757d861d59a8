"""Every page looks as it did when somebody last looked: by day, by night, dense, translated."""

import os
import sys
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from PyQt6.QtGui import QColor, QImage

from tests.pictures.golden import (
    AT_MOST,
    FOLDER,
    KIND,
    LEAST_WORK,
    LOOKS,
    SIZE,
    Look,
    difference,
    golden,
    keep,
    pixels,
    take,
)
from tests.pictures.stage import places

PLACES = [str(place) for place in places()]
QUICK = ("dashboard", "devices", "device-overview", "device-chart", "device-settings")
BY_DAY, DENSE_NIGHT = LOOKS[0], LOOKS[3]
RENEW = "if it is meant: python -m tests.pictures.golden"
MOST_MB = 6.0

pytestmark = [
    pytest.mark.timeout(300),
    pytest.mark.skipif(sys.platform != "linux", reason="Windows draws letters its own way"),
]


@pytest.fixture(scope="module")
def taken(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for the pictures of now; they stay there to be looked at."""
    return tmp_path_factory.mktemp("pictures")


@cache
def taking(folder: Path, look: Look, wanted: tuple[str, ...]) -> None:
    """Take pictures once."""
    take(folder, look.scale, wanted, [look.name])


def unlike(folder: Path, place: str, look: Look) -> str:
    """Return how a picture of now differs from the one kept."""
    now = folder / golden(place, look).name
    return difference(pixels(golden(place, look)), pixels(now))


@pytest.mark.parametrize("place", PLACES)
def test_every_page_looks_as_it_did(taken: Path, place: str) -> None:
    taking(taken, BY_DAY, ())
    differs = unlike(taken, place, BY_DAY)
    assert not differs, f"{place}: {differs}; {taken} has it as it is now; {RENEW}"


@pytest.mark.parametrize("place", QUICK)
def test_a_dense_screen_at_night_looks_as_it_did(taken: Path, place: str) -> None:
    taking(taken, DENSE_NIGHT, QUICK)
    differs = unlike(taken, place, DENSE_NIGHT)
    assert not differs, f"{place}: {differs}; {taken} has it as it is now; {RENEW}"


@pytest.mark.campaign
@pytest.mark.parametrize("look", LOOKS, ids=lambda look: look.name)
def test_every_page_looks_as_it_did_in_every_look(tmp_path: Path, look: Look) -> None:
    taking(tmp_path, look, ())
    found = {place: unlike(tmp_path, place, look) for place in PLACES}
    assert {place: differs for place, differs in found.items() if differs} == {}, RENEW


def test_no_habit_of_the_machine_is_seen_in_a_picture(taken: Path, tmp_path: Path) -> None:
    taking(taken, BY_DAY, ())
    habits = {
        "TZ": "Asia/Tokyo",
        "LANG": "de_DE.UTF-8",
        "LC_ALL": "C",
        "HOME": str(tmp_path),
        "HOSTNAME": "elsewhere",
        "QT_FONT_DPI": "120",
        "QT_SCREEN_SCALE_FACTORS": "1.5",
        "QT_STYLE_OVERRIDE": "windows",
        "FONTCONFIG_FILE": str(tmp_path / "none.conf"),
    }
    take(tmp_path, 1, ["devices"], ["day"], os.environ | habits)
    name = golden("devices", BY_DAY).name
    assert np.array_equal(pixels(tmp_path / name), pixels(taken / name))


def test_there_is_a_picture_of_every_page_in_every_look_and_no_other() -> None:
    wanted = {golden(place, look).name for place in PLACES for look in LOOKS}
    assert {each.name for each in FOLDER.iterdir()} == wanted


def test_the_pictures_stay_small() -> None:
    whole = sum(each.stat().st_size for each in FOLDER.iterdir())
    assert whole / 1e6 <= MOST_MB


def test_a_missing_word_is_seen_and_an_edge_drawn_a_little_softer_is_not(
    tmp_path: Path,
) -> None:
    now = pixels(golden("devices", BY_DAY))
    height, width = now.shape[:2]
    word, softer = now.copy(), now.copy()
    word[100:116, 100:160] = 0  # as large as a word
    softer += np.int16(NEAR_ENOUGH)
    assert "from 100,100 to 159,115" in difference(now, word)
    assert difference(now, softer) == ""
    assert AT_MOST * height * width < 16 * 60
    assert difference(now, now[:, : width // 2]).endswith(f"instead of {width}×{height}")


NEAR_ENOUGH = 12


def test_a_dense_picture_is_kept_at_the_size_of_the_window(tmp_path: Path) -> None:
    dense = QImage(SIZE[0] * 2, SIZE[1] * 2, QImage.Format.Format_RGB32)
    dense.setDevicePixelRatio(2)
    dense.fill(QColor("#1B2027"))
    keep(dense, tmp_path / f"x.{KIND}", LEAST_WORK)
    assert pixels(tmp_path / f"x.{KIND}").shape == (SIZE[1], SIZE[0], 3)
    with pytest.raises(FileNotFoundError):
        pixels(tmp_path / "none.webp")
