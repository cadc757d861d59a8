"""Points as text and back: what is known of a device's own points over a restart."""

import json

import pytest

from app.model.point import Category, PointSpec, ValueKind, WriteRules
from app.model.pointtext import points_in, points_text


def test_points_of_every_kind_survive_being_written() -> None:
    order = WriteRules(allow=(0, 1), confirm=True, dual=True, tolerance=2.0, danger="Cold")
    specs = [
        PointSpec("energy", "Energy", "kWh", 3, role="meter.energy", note="Of the display"),
        PointSpec(
            "status", "Status", kind=ValueKind.FLAGS, choices={0: "low battery", 4: "leak"}
        ),
        PointSpec("number", "Number", kind=ValueKind.TEXT, digits=8, most_per_hour=2.5),
        PointSpec("supply", "Wärme", category=Category.LIMITED, write=order, listed=True),
        PointSpec("reset", "Reset", live=False, write=WriteRules(automatic=(0.0, 2.5))),
    ]
    points = {each.key: each for each in specs}
    told = points_in(points_text(points))
    assert told == points
    assert list(told) == list(points)


def test_what_a_point_does_not_say_takes_no_room() -> None:
    text = points_text({"volume": PointSpec("volume", "Volume", "m³")})
    assert json.loads(text) == [{"key": "volume", "name": "Volume", "unit": "m³"}]


@pytest.mark.parametrize(
    "spoilt",
    [
        "{",
        '[{"name": "Energy"}]',
        '[{"key": "a", "name": "A", "kind": "colour"}]',
        '[{"key": "a", "name": "A", "choices": [1]}]',
        '[{"key": "a", "name": "A", "write": {"loud": true}}]',
        "[7]",
    ],
)
def test_a_text_that_makes_no_sense_is_refused(spoilt: str) -> None:
    with pytest.raises((ValueError, TypeError, KeyError, AttributeError)):
        points_in(spoilt)
