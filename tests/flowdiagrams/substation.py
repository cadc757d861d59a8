"""A substation as the A266.1 picture sees it: its points on one cold morning."""

from collections.abc import Collection, Mapping
from datetime import UTC, datetime, timedelta

from PyQt6.QtCore import QRect
from PyQt6.QtGui import QImage
from PyQt6.QtWidgets import QWidget

from app.model.point import PointSpec, ValueKind, WriteRules
from app.model.reading import PointId, Quality, Reading, Value
from flowdiagrams.binding import Binding
from tests.pixels import names_in

NOW = datetime(2026, 1, 20, 7, 47, 20, tzinfo=UTC)
FRESH = NOW - timedelta(seconds=8)
OLD = NOW - timedelta(minutes=14)
MODES = {0: "Manual", 1: "Scheduled", 2: "Comfort", 3: "Saving", 4: "Frost protection"}
STATES = {0: "Saving", 1: "Pre-comfort", 2: "Comfort", 3: "Pre-saving"}
CURVE = {f"curve_y{nth}": y for nth, y in enumerate((75.0, 63, 55, 49, 43, 28), start=1)}
MEASURED = {"s1": -2.3, "s2": 20.8, "s3": 51.6, "s4": 53.4, "s5": 33.3, "s6": 47.3}
SET = {
    "room_set": 20.0,
    "dhw_set": 53.0,
    "return_x1": 15.0,
    "return_y1": 33.0,
    "return_x2": -15.0,
    "return_y2": 43.0,
    "dhw_return_limit": 40.0,
    "neutral_zone": 6.0,
    "slope": 1.2,
    "flow_min": 28.0,
    "flow_max": 70.0,
    "cut_out": 20.0,
    "room_influence_max": -4.0,
    "room_influence_min": 0.0,
} | CURVE
RUNNING = {
    "s3_set": 51.8,
    "p1": 1.0,
    "p2": 1.0,
    "m1_open": 1.0,
    "m1_close": 0.0,
    "m2_open": 0.0,
    "m2_close": 0.0,
    "c1_mode": 1.0,
    "c1_status": 2.0,
    "c2_mode": 1.0,
    "c2_status": 2.0,
}
FORCED = {"p1_manual": 0.0, "p1_override": 0.0, "p2_manual": 0.0, "p2_override": 2.0}
MORNING: Mapping[str, float] = MEASURED | SET | RUNNING | FORCED


def point(slot: str) -> PointId:
    return PointId(f"ahornvej-14.{slot}")


def spec(slot: str) -> PointSpec:
    if slot.endswith("_mode"):
        return PointSpec(slot, "Mode", kind=ValueKind.CHOICE, choices=MODES)
    if slot.endswith("_status"):
        return PointSpec(slot, "Status", kind=ValueKind.CHOICE, choices=STATES)
    if slot in SET or slot in FORCED:
        return PointSpec(slot, slot, "°C", 1, write=WriteRules(off_value=9))
    return PointSpec(slot, f"Name of {slot}", "°C", 1)


def reading(
    slot: str, value: Value | None, quality: Quality = Quality.GOOD, at: datetime = FRESH
) -> Reading:
    reason = "" if quality is Quality.GOOD else "link-lost"
    return Reading(point(slot), value, quality, at, reason)


def morning(
    quality: Quality = Quality.GOOD, at: datetime = FRESH, slots: Collection[str] = MORNING
) -> list[Reading]:
    return [
        reading(slot, MORNING[slot] if quality.believable else None, quality, at)
        for slot in slots
    ]


def points(slots: Collection[str] = MORNING) -> dict[str, PointId]:
    return {slot: point(slot) for slot in slots}


def specs(slots: Collection[str] = MORNING) -> dict[str, PointSpec]:
    return {slot: spec(slot) for slot in slots}


def bound(*readings: Reading, slots: Collection[str] = MORNING) -> Binding:
    binding = Binding(points(slots), specs(slots))
    for one in readings:
        binding.take(one)
    return binding


def picture_of(widget: QWidget) -> QImage:
    return widget.grab().toImage()


def colours(image: QImage, left: int, top: int, width: int, height: int) -> set[str]:
    """Return every colour of an area of the picture, as ``#rrggbb``."""
    return names_in(image, QRect(left, top, width, height))
