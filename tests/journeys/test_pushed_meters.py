"""Meters that push over HTTP into a real core: stored once, told by medium, replays refused."""

from collections.abc import Iterator

import pytest

from app.model.alarm import AlarmRule, AlarmState
from app.model.reading import Quality
from tests.journeys.product import wait_for
from tests.journeys.pushedmeters import PATIENCE_S, RECEIVERS, Air, Meter, air

ON_SCREEN_S = 5.0  # RD-12: within this time of the telegram, also on a busy machine
KEY, OTHER = bytes(range(16)), bytes(range(1, 17))
HEAT = Meter("10000001")
COOLING = Meter("10000002", medium=0x0A)
BOTH = Meter("10000003", medium=0x0D)
WATER = Meter("10000004", medium=0x16, version=0x1B)
POWER = Meter("10000005", medium=0x02, version=0x30)
PRESSURE = Meter("10000006", medium=0x18, version=0x01)
SPLIT = Meter("10000007")
THRICE = Meter("10000008")
CLOCKED = Meter("10000009")
SEALED = Meter("10000010")
ALARMING = Meter("10000011")
PUSHED = Meter("10000012")
EVERY = [
    *(HEAT, COOLING, BOTH, WATER, POWER, PRESSURE),
    *(SPLIT, THRICE, CLOCKED, SEALED, ALARMING, PUSHED),
]
LOW_BATTERY = AlarmRule(
    "battery", "device-bit", ALARMING.device, ALARMING.point("status"), "Battery", 1, limit=2.0
)
pytestmark = [pytest.mark.timeout(240), pytest.mark.campaign]


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Air]:
    with air(tmp_path_factory.mktemp("air"), EVERY, [LOW_BATTERY]) as here:
        yield here


def litres(count: int) -> str:
    """Return a record of a volume, in litres."""
    return "0413" + count.to_bytes(4, "little").hex()


def minute(year: int, month: int, day: int, hour: int) -> str:
    """Return a record of the meter's clock (type F)."""
    short = year - 2000
    told = bytes((0, hour, day | (short & 7) << 5, month | short >> 3 << 4))
    return "046D" + told.hex()


@pytest.mark.feature("RD-02")
@pytest.mark.parametrize(
    ("meter", "records", "expected", "medium"),
    [
        (
            HEAT,
            "04064A0100000413E8030000043B7B000000022B7C1502596419025D380E",
            {
                "energy": (330.0, "kWh"),
                "volume": (1.0, "m³"),
                "volume_flow": (0.123, "m³/h"),
                "power": (5.5, "kW"),
                "flow_temperature": (65.0, "°C"),
                "return_temperature": (36.4, "°C"),
            },
            "heat",
        ),
        (
            COOLING,
            "040E19000000025958 02025DB004".replace(" ", ""),
            {
                "energy": (0.025, "GJ"),
                "flow_temperature": (6.0, "°C"),
                "return_temperature": (12.0, "°C"),
            },
            "cooling",
        ),
        (
            BOTH,
            "04064A01000004863C14000000",
            {"energy": (330.0, "kWh"), "energy_backward_flow": (20.0, "kWh")},
            "heat and cooling",
        ),
        (WATER, litres(71482), {"volume": (71.482, "m³")}, "cold water"),
        (
            POWER,
            "0403E803000004833C0A000000042B64000000",
            {"energy": (1.0, "kWh"), "power": (0.1, "kW")},
            "electricity",
        ),
        (PRESSURE, "02695302", {"pressure": (5.95, "bar")}, "pressure"),
    ],
)
def test_each_medium_is_told_in_its_own_quantities_and_units(
    here: Air,
    meter: Meter,
    records: str,
    expected: dict[str, tuple[float, str]],
    medium: str,
) -> None:
    assert here.push(meter.says(records, 1)) == 200
    for key, (value, unit) in expected.items():
        here.spoken(meter, key)
        assert here.value(meter, key) == pytest.approx(value)
        assert here.unit(meter, key) == unit
    assert here.medium(meter) == medium


@pytest.mark.feature("RD-10")
def test_packets_split_by_kind_and_sent_twice_make_one_meter(here: Air) -> None:
    """Volumes in one packet, temperatures in the other, each repeated for safety."""
    volumes, heat = SPLIT.says(litres(1000), 1), SPLIT.says("02596419025D380E", 2)
    assert here.push(volumes, volumes, heat, volumes, heat) == 200
    first = here.told(SPLIT, "volume", 1.0)
    second = here.told(SPLIT, "flow_temperature", 65.0)
    wait_for(lambda: here.reception(SPLIT).repeats == 3, PATIENCE_S)
    assert here.reception(SPLIT).telegrams == 2
    assert here.reception(SPLIT).causes == {}
    assert here.push(SPLIT.says(litres(1001), 3)) == 200
    later = here.told(SPLIT, "volume", 1.001)
    assert later.measured_at > first.measured_at
    kept = here.latest(SPLIT, "flow_temperature")
    assert kept == second, "each part stands with its own time"


@pytest.mark.feature("RD-18")
def test_a_push_needs_its_token_and_late_or_doubled_ones_are_stored_once(here: Air) -> None:
    first, second = PUSHED.says(litres(500), 1), PUSHED.says(litres(510), 2)
    for token in ("", "the-fjord-is-open-today-x"):
        assert here.push(first, token=token) == 401
    assert here.latest(PUSHED, "volume") is None, "nothing of it was taken"
    assert here.push(first) == 200
    assert here.push(first, second, second) == 200
    newest = here.told(PUSHED, "volume", 0.51)
    assert here.push(first) == 200, "once more, behind the newer one"
    assert here.push(PUSHED.says(litres(505), 9)) == 200, (
        "the line is fine, what it says is old"
    )
    told = here.waits_for(PUSHED, "replay")
    assert here.latest(PUSHED, "volume") == newest
    assert (told.telegrams, told.repeats) == (2, 3)


def test_three_receivers_and_a_repeater_bring_one_reading(here: Air) -> None:
    said = THRICE.says(litres(700), 7, hops=0x20)
    again = THRICE.says(litres(700), 7, hops=0x21)
    for door in RECEIVERS:
        assert here.push(said, receiver=door) == 200
    assert here.push(again, receiver=RECEIVERS[2]) == 200
    here.told(THRICE, "volume", 0.7)
    wait_for(lambda: here.reception(THRICE).repeats == 3, PATIENCE_S)
    told = here.reception(THRICE)
    assert told.telegrams == 1
    assert {each.receiver for each in told.receivers} == set(RECEIVERS)


@pytest.mark.parametrize("back", [minute(2026, 2, 3, 6), minute(2025, 2, 3, 7)])
def test_what_was_recorded_an_hour_or_a_year_ago_is_refused_and_told(
    here: Air, back: str
) -> None:
    now = minute(2026, 2, 3, 7)
    assert here.push(CLOCKED.says(now + litres(900), 1)) == 200
    true = here.told(CLOCKED, "volume", 0.9)
    before = here.reception(CLOCKED).causes.get("replay", 0)
    # More than was counted since: only the meter's own clock says that it is old.
    assert here.push(CLOCKED.says(back + litres(990), 90)) == 200
    told = here.waits_for(CLOCKED, "replay", before + 1)
    assert here.value(CLOCKED, "volume") == true.value
    assert "sent again" in told.trouble or "old" in told.trouble, told.trouble


def test_no_key_a_wrong_key_and_a_swapped_key_are_told_apart_and_never_mute(
    here: Air,
) -> None:
    asked, viewer = here.joined.asked, here.joined.viewer

    def keep(key: bytes) -> None:
        text = f"meter,key\n{SEALED.number},{key.hex()}\n".encode()
        taken = here.joined.ask(asked.radio.import_keys(viewer, "keys.csv", text))
        assert taken

    assert here.push(SEALED.says(litres(100), 1, key=KEY)) == 200
    assert "key" in here.waits_for(SEALED, "no-key").trouble
    keep(OTHER)
    assert here.push(SEALED.says(litres(101), 2, key=KEY)) == 200
    wrong = here.waits_for(SEALED, "wrong-key")
    assert "key" in wrong.trouble
    assert here.latest(SEALED, "volume") is None, "no value out of a seal that does not open"
    keep(KEY)
    assert here.push(SEALED.says(litres(102), 3, key=KEY)) == 200
    opened = here.told(SEALED, "volume", 0.102)
    assert opened.quality is Quality.GOOD
    # Somebody sends its number in the clear: kept beside, doubted, and the meter goes on.
    assert here.push(SEALED.says(litres(103), 4)) == 200
    doubted = here.told(SEALED, "volume", 0.103)
    assert doubted.quality is Quality.UNCERTAIN
    assert here.push(SEALED.says(litres(104), 5, key=KEY)) == 200
    assert here.told(SEALED, "volume", 0.104).quality is Quality.GOOD
    keep(OTHER)
    assert here.push(SEALED.says(litres(105), 6, key=OTHER)) == 200
    assert here.told(SEALED, "volume", 0.105).quality is Quality.GOOD, "the key was exchanged"


@pytest.mark.feature("RD-12")
def test_an_alarm_of_a_meter_stands_as_soon_as_its_telegram_came(here: Air) -> None:
    def standing() -> list[str]:
        told = here.joined.ask(here.joined.asked.alarms.standing(here.joined.viewer))
        return [each.rule.id for each in told if each.state is AlarmState.UNACKNOWLEDGED]

    assert here.push(ALARMING.says(litres(1), 1)) == 200
    here.told(ALARMING, "volume", 0.001)
    assert LOW_BATTERY.id not in standing()
    assert here.push(ALARMING.says(litres(2), 2, status=0x04)) == 200
    wait_for(lambda: LOW_BATTERY.id in standing(), ON_SCREEN_S, step_s=0.05)
    assert here.push(ALARMING.says(litres(3), 3)) == 200
    wait_for(lambda: LOW_BATTERY.id not in standing(), PATIENCE_S)
