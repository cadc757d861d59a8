"""At twice the scale everything is as large to the eye, and twice as sharp."""

import json
import os
import subprocess
import sys
from functools import cache
from typing import Any

import pytest

from tests.scripts import ROOT

PARTS = ("top", "rail", "head", "readings", "alarms", "settings")
SCALES = (1, 1.5, 2)


@cache
def measured(scale: float) -> dict[str, Any]:
    """Return what a desk measured of itself in a process of that scale."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.widgets.dense"],
        cwd=ROOT,
        env=os.environ | {"QT_QPA_PLATFORM": "offscreen", "QT_SCALE_FACTOR": str(scale)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("part", PARTS)
def test_a_part_keeps_its_size_to_the_eye_at_every_scale(part: str, scale: float) -> None:
    plain, dense = measured(1)[part], measured(scale)[part]
    assert measured(scale)["ratio"] == scale
    assert dense["size"] == plain["size"]
    assert dense["rows"] == plain["rows"]
    assert dense["inside"]
    assert dense["texts"] == []


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("part", PARTS)
def test_marks_and_pictures_are_drawn_for_the_screen_they_stand_on(
    part: str, scale: float
) -> None:
    dense = measured(scale)[part]
    width, height = dense["size"]
    assert dense["picture"] == [round(width * scale), round(height * scale)]
    assert set(dense["marks"]) <= {scale}


@pytest.mark.parametrize("part", ["readings", "alarms", "settings"])
def test_a_table_has_as_much_room_at_twice_the_scale(part: str) -> None:
    assert abs(measured(2)[part]["wide"] - measured(1)[part]["wide"]) <= 2
