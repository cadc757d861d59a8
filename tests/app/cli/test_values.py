"""What is typed becomes a value of the setting, and a reading becomes its public JSON."""

from datetime import UTC, datetime

import pytest

from app.asked import DeviceView
from app.cli.devices import described as device_described
from app.cli.read import _in_order, described
from app.cli.write import _number
from app.errors import BadInput
from app.model.device import DeviceStanding, Presence
from app.model.point import PointSpec, ValueKind, WriteRules
from app.model.reading import PointId, Quality, Reading
from tests.plant import DEVICE, LINK, NOON, SUPPLY, device, reading

CUT_OUT = PointSpec("cut_out", "Heating cut-out", "°C", write=WriteRules(1, 50, 1, 0.0))
MODE = PointSpec(
    "mode",
    "Mode",
    kind=ValueKind.CHOICE,
    choices={1: "scheduled", 2: "comfort", 3: "OFF"},
    write=WriteRules(),
)
PLAIN = PointSpec("limit", "Limit", "°C", write=WriteRules(-60, 20))


@pytest.mark.parametrize(
    ("typed", "spec", "value"),
    [
        ("21", PLAIN, 21.0),
        ("21.5", PLAIN, 21.5),
        ("21,5", PLAIN, 21.5),
        ("-5", PLAIN, -5.0),
        ("−5", PLAIN, -5.0),
        (" 7 ", PLAIN, 7.0),
        ("OFF", CUT_OUT, 0.0),
        ("off", CUT_OUT, 0.0),
        ("comfort", MODE, 2.0),
        ("Comfort", MODE, 2.0),
        ("off", MODE, 3.0),
        ("2", MODE, 2.0),
    ],
)
def test_what_is_typed_is_understood(typed: str, spec: PointSpec, value: float) -> None:
    assert _number(typed, spec, "Ahornvej 14") == value


@pytest.mark.parametrize(
    "typed", ["", "warm", "OFF", "1.234,5", "1,234.5", "nan", "inf", "0x1", "1_0", "٣", "--5"]
)
def test_what_is_no_number_is_said_and_never_guessed(typed: str) -> None:
    with pytest.raises(BadInput, match=r"^Ahornvej 14, Limit: .* is no number$"):
        _number(typed, PLAIN, "Ahornvej 14")


@pytest.mark.parametrize("typed", ["1,500", "12,000", "-1,250"])
def test_a_comma_that_may_divide_thousands_is_asked_for_again(typed: str) -> None:
    with pytest.raises(BadInput, match=r"^Ahornvej 14, Limit: .* can mean .* Type the one"):
        _number(typed, PLAIN, "Ahornvej 14")


def test_a_script_s_decimals_are_read_whatever_their_number() -> None:
    assert _number("1.500", PLAIN, "Ahornvej 14") == 1.5


def test_a_reading_s_json_has_the_published_keys() -> None:
    spec = PointSpec("supply", "Supply", "°C", 1)
    assert described(reading(71.5), spec) == {
        "device": "station-7",
        "point": "supply",
        "value": 71.5,
        "unit": "°C",
        "quality": "good",
        "measured_at": "2026-01-15T12:00:00+00:00",
    }
    bad = Reading(SUPPLY, None, Quality.BAD, NOON, "sensor-open")
    assert described(bad, None) == {
        "device": "station-7",
        "point": "supply",
        "value": None,
        "unit": "",
        "quality": "bad",
        "measured_at": "2026-01-15T12:00:00+00:00",
        "reason": "sensor-open",
    }
    word = Reading(PointId("station-7.mode"), 2.0, Quality.GOOD, NOON)
    assert described(word, MODE)["word"] == "comfort"
    unknown = Reading(PointId("station-7.mode"), 9.0, Quality.GOOD, NOON)
    assert "word" not in described(unknown, MODE)
    moment = datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    told = Reading(PointId("station-7.clock"), moment, Quality.GOOD, NOON)
    assert described(told, None)["value"] == "2026-03-29T01:30:00+00:00"


def test_readings_come_in_the_order_asked_for() -> None:
    found = [Reading(PointId(f"a.{key}"), 1.0, Quality.GOOD, NOON) for key in "abc"]
    assert [r.point for r in _in_order(found, ["c", "a", "b"])] == ["a.c", "a.a", "a.b"]
    assert _in_order(found, []) == found


@pytest.mark.parametrize("presence", list(Presence))
def test_a_device_is_online_when_it_answers_well_or_ill(presence: Presence) -> None:
    standing = DeviceStanding(DEVICE, presence, NOON, NOON, 12.345, 7, 1, "no answer", "p")
    shown = device_described(DeviceView(device(), LINK, standing, "Test substation"))
    assert shown["online"] is (presence in (Presence.ON, Presence.FAULT))
    assert (shown["state"], shown["latency_ms"]) == (presence.value, 12.3)
    assert shown["address"] == {"unit": 1}
    silent = DeviceStanding(DEVICE, presence, NOON)
    never = device_described(DeviceView(device(), LINK, silent, ""))
    assert (never["last_answer_at"], never["latency_ms"]) == (None, None)
    assert never["profile"] == "test.substation"
