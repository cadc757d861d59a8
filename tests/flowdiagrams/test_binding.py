"""A slot is filled by one point; what it reads is never taken for more than it is."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from app.model.point import PointSpec, ValueKind, WriteRules
from app.model.reading import PointId, Quality, Reading, Value
from flowdiagrams.binding import Binding, Figure, figure
from tests.flowdiagrams.substation import FRESH, NOW, OLD
from widgets.controls.quality import Style

FLOW = PointSpec("flow", "Volume flow", "m³/h", 2)
LIMIT = PointSpec("limit", "Return limit", "°C", 0, write=WriteRules(10, 110, off_value=9))
MODE = PointSpec("mode", "Mode", kind=ValueKind.CHOICE, choices={1: "Scheduled"})
SPECS = {"flow": FLOW, "limit": LIMIT, "mode": MODE}


def read(key: str, value: Value | None, quality: Quality = Quality.GOOD) -> Reading:
    reason = "" if quality is Quality.GOOD else "sensor-open"
    at = OLD if quality is Quality.STALE else FRESH
    return Reading(PointId(f"hus-7.{key}"), value, quality, at, reason)


@pytest.fixture
def binding() -> Binding:
    return Binding({key: PointId(f"hus-7.{key}") for key in SPECS}, SPECS)


def test_slots_are_bound_or_not(binding: Binding) -> None:
    assert binding.bound(("flow", "limit"))
    assert not binding.bound(("flow", "power"))
    assert binding.any_bound(("power", "mode"))
    assert not binding.any_bound(("power",))
    assert binding.bound(())
    assert binding.point("flow") == "hus-7.flow"
    assert binding.point("power") is None


def test_a_device_with_a_dot_in_its_name_still_finds_its_specs() -> None:
    dotted = Binding({"flow": PointId("hus.7.flow")}, SPECS)
    assert dotted.spec("flow") is FLOW


def test_before_the_first_reading_there_is_none(binding: Binding) -> None:
    assert binding.reading("flow") is None
    assert binding.number("flow") is None
    assert binding.figure("flow", NOW) == Figure("–", "", Style.NONE)


def test_the_newest_reading_counts(binding: Binding) -> None:
    binding.take(read("flow", 1.0))
    binding.take(read("flow", 2.5))
    assert binding.number("flow") == 2.5
    assert binding.figure("flow", NOW) == Figure("2.50", "m³/h", Style.PLAIN)


@pytest.mark.parametrize("quality", [Quality.BAD, Quality.OFFLINE])
def test_what_is_not_believable_is_no_number(binding: Binding, quality: Quality) -> None:
    binding.take(read("flow", 2.0))
    binding.take(read("flow", None, quality))
    assert binding.number("flow") is None
    assert binding.figure("flow", NOW).text == "–"


def test_a_stale_number_is_still_one_and_carries_its_age(binding: Binding) -> None:
    binding.take(read("flow", 2.0, Quality.STALE))
    assert binding.number("flow") == 2.0
    assert binding.figure("flow", NOW) == Figure("2.00", "m³/h", Style.STALE, "14 min")


def test_off_is_a_word_and_no_number(binding: Binding) -> None:
    binding.take(read("limit", 9.0))
    assert binding.number("limit") is None
    assert binding.figure("limit", NOW) == Figure("OFF", "", Style.PLAIN)
    binding.take(read("limit", 40.0))
    assert binding.number("limit") == 40.0


def test_a_choice_is_shown_by_its_word_and_judged_by_its_number(binding: Binding) -> None:
    binding.take(read("mode", 1.0))
    assert binding.number("mode") == 1.0
    assert binding.figure("mode", NOW).text == "Scheduled"
    binding.take(read("mode", 7.0))
    assert binding.figure("mode", NOW).text == "code 7"


@pytest.mark.parametrize("value", ["2.45", datetime(2026, 1, 1, tzinfo=ZoneInfo("UTC"))])
def test_texts_and_times_are_no_numbers(binding: Binding, value: Value) -> None:
    binding.take(read("flow", value))
    assert binding.number("flow") is None


def test_the_tip_tells_time_in_the_zone_of_the_plant(binding: Binding) -> None:
    binding.take(read("flow", 2.0))
    assert "08:47:12" in binding.tip("flow", NOW, ZoneInfo("Europe/Copenhagen"))
    assert "07:47:12" in binding.tip("flow", NOW, ZoneInfo("UTC"))


def test_a_value_is_spoken_with_its_name_and_doubts(binding: Binding) -> None:
    binding.take(read("flow", 2.0, Quality.STALE))
    assert binding.spoken("flow", NOW) == "Volume flow: 2.00 m³/h, stale, 14 min old"


def test_equal_figures_are_equal_so_that_nothing_is_painted_twice() -> None:
    one, other = (figure(read("flow", value), FLOW, NOW) for value in (2.001, 2.002))
    assert one == other
    assert figure(read("flow", 2.01), FLOW, NOW) != one
