"""Meters answer in their own registers, formats and manners, and their indexes agree."""

import struct
from collections.abc import Sequence
from pathlib import Path

import pytest

from app.errors import BadInput
from drivers.simulators.modbus_meter import MeterGateway, ModbusMeterOptions
from drivers.simulators.pdu import Refusal
from tests.drivers.simulators.plant import Hands
from tests.drivers.simulators.wire import Wire, running


def gateway(hands: Hands, model: str, units: int = 1, **more: float) -> MeterGateway:
    options = ModbusMeterOptions(model=model, units=units, seed=4, **more)  # type: ignore[arg-type]
    options.check()
    return MeterGateway(options, 0, hands)


def words(
    device: MeterGateway, address: int, count: int, function: int, unit: int = 1
) -> Sequence[int]:
    bank = device.bank(unit)
    assert bank is not None
    assert function in bank.functions
    return bank.read(function, address, count)


def real(device: MeterGateway, address: int, function: int, unit: int = 1) -> float:
    value: float
    (value,) = struct.unpack(
        ">f", struct.pack(">HH", *words(device, address, 2, function, unit))
    )
    return value


def long(device: MeterGateway, address: int) -> int:
    low, high = words(device, address, 2, 4)
    value: int
    (value,) = struct.unpack(">i", struct.pack(">HH", high, low))
    return value


def test_a_multical_shows_one_heat_circuit_that_agrees_with_itself() -> None:
    hands = Hands()
    meter = gateway(hands, "multical")
    flow_lh, power_kw = real(meter, 0, 3), real(meter, 4, 3)
    t1_c, t2_c, spread_k = real(meter, 6, 3), real(meter, 8, 3), real(meter, 14, 3)
    assert 60.0 < t1_c < 95.0
    assert 20.0 < t2_c < 50.0
    assert spread_k == pytest.approx(t1_c - t2_c, abs=0.02)
    assert power_kw == pytest.approx(1.163 * flow_lh / 1000.0 * spread_k, rel=0.01)
    assert real(meter, 78, 3) == pytest.approx(0.992 * real(meter, 52, 3), rel=1e-4)


def test_a_multicals_index_grows_by_the_integral_of_its_power() -> None:
    hands = Hands()
    meter = gateway(hands, "multical")
    before_kwh, before_m3 = real(meter, 20, 3), real(meter, 52, 3)
    kwh = m3 = 0.0
    for _ in range(3 * 3600):
        hands.pass_s(1.0)
        kwh += real(meter, 4, 3) / 3600.0
        m3 += real(meter, 0, 3) / 3.6e6
    assert kwh > 20.0
    assert real(meter, 20, 3) - before_kwh == pytest.approx(kwh, abs=1.0 + 0.05 * 3)
    assert real(meter, 52, 3) - before_m3 == pytest.approx(m3, abs=0.02)


def test_inputs_a_multical_lacks_are_invalid_and_gaps_are_not_served() -> None:
    meter = gateway(Hands(), "multical")
    for address in (2, 10, 12, 16):
        assert real(meter, address, 3) != real(meter, address, 3), "not a number"
    assert len(words(meter, 0, 18, 3)) == 18
    for address, count in ((18, 1), (0, 19), (22, 2), (54, 2), (80, 1)):
        with pytest.raises(Refusal) as refusal:
            words(meter, address, count, 3)
        assert refusal.value.code == 2


def test_an_open_sensor_of_a_multical_reads_185_and_stops_power_and_energy() -> None:
    hands = Hands()
    meter = gateway(hands, "multical")
    meter.sensor_open("T1", True)
    before_kwh = real(meter, 20, 3)
    hands.pass_s(3600.0)
    assert real(meter, 6, 3) == 185.0
    assert real(meter, 4, 3) == 0.0
    assert real(meter, 20, 3) == before_kwh
    meter.command(["t1", "auto"])
    hands.pass_s(600.0)
    assert real(meter, 6, 3) < 100.0
    assert real(meter, 20, 3) > before_kwh
    with pytest.raises(BadInput, match="neither t1 nor t2"):
        meter.sensor_open("t9", True)
    with pytest.raises(BadInput, match="neither open nor auto"):
        meter.command(["t1", "85"])


def test_an_sdm630_answers_function_four_with_consistent_sums() -> None:
    hands = Hands()
    meter = gateway(hands, "sdm630")
    watts = [real(meter, address, 4) for address in (12, 14, 16)]
    assert real(meter, 52, 4) == pytest.approx(sum(watts), rel=1e-5)
    volts, amps, factor = real(meter, 0, 4), real(meter, 6, 4), real(meter, 30, 4)
    assert volts * amps * factor == pytest.approx(watts[0], rel=1e-4)
    assert 49.9 < real(meter, 70, 4) < 50.1
    imported = [real(meter, address, 4) for address in (346, 348, 350)]
    assert real(meter, 72, 4) == pytest.approx(sum(imported), rel=1e-6)
    assert real(meter, 342, 4) == pytest.approx(real(meter, 72, 4) + real(meter, 74, 4))
    bank = meter.bank(1)
    assert bank is not None
    assert bank.functions == frozenset({4})


@pytest.mark.parametrize(
    ("address", "count"), [(0, 18), (30, 6), (234, 6), (342, 2), (346, 18)]
)
def test_an_sdm630_serves_its_published_blocks(address: int, count: int) -> None:
    assert len(words(gateway(Hands(), "sdm630"), address, count, 4)) == count


def test_an_sdm630_counts_a_known_load_exactly() -> None:
    hands = Hands()
    meter = gateway(hands, "sdm630")
    for phase in ("l1", "l2", "l3"):
        meter.command([phase, "1200"])
    before = [real(meter, address, 4) for address in (346, 348, 350)]
    hands.pass_s(10 * 3600.0)
    gained = [
        real(meter, address, 4) - start
        for address, start in zip((346, 348, 350), before, strict=True)
    ]
    assert gained == pytest.approx([12.0] * 3, abs=0.01)


def test_an_em24_speaks_low_word_first_and_eleven_registers_at_most() -> None:
    hands = Hands()
    meter = gateway(hands, "em24")
    assert 2200 < long(meter, 0) < 2400
    assert long(meter, 40) == pytest.approx(
        sum(long(meter, each) for each in (18, 20, 22)), abs=3
    )
    assert long(meter, 52) == pytest.approx(
        sum(long(meter, each) for each in (64, 66, 68)), abs=3
    )
    assert 499 <= words(meter, 51, 1, 3)[0] <= 501
    bank = meter.bank(1)
    assert bank is not None
    assert bank.most_registers == 11


def test_an_em24_gives_its_identity_one_word_at_a_time() -> None:
    meter = gateway(Hands(), "em24")
    assert list(words(meter, 0x0B, 1, 4)) == [1648]
    assert len(words(meter, 0x0300, 1, 4)) == 1
    for address, count in ((0x0B, 2), (0x0300, 5), (0x0A, 2), (6, 1)):
        with pytest.raises(Refusal) as refusal:
            words(meter, address, count, 4)
        assert refusal.value.code == 2


def test_an_em24s_export_is_negative_power_and_a_growing_index() -> None:
    hands = Hands()
    meter = gateway(hands, "em24")
    for phase in ("l1", "l2", "l3"):
        meter.command([phase, "-2000"])
    before = long(meter, 78)
    hands.pass_s(3600.0)
    assert long(meter, 40) == -60_000
    assert long(meter, 78) - before == pytest.approx(60, abs=1)


def test_nothing_can_be_written_to_a_meter() -> None:
    bank = gateway(Hands(), "em24").bank(1)
    assert bank is not None
    with pytest.raises(Refusal):
        bank.write(0, 1)


def test_units_behind_one_address_are_different_meters() -> None:
    device = gateway(Hands(), "sdm630", units=5)
    indexes = {real(device, 72, 4, unit) for unit in range(1, 6)}
    assert len(indexes) == 5
    assert device.bank(0) is None
    assert device.bank(6) is None


def test_meters_go_on_where_they_were_kept() -> None:
    for model in ("multical", "sdm630"):
        hands = Hands()
        device = gateway(hands, model, units=2)
        hands.pass_s(600.0)
        device.tick()
        kept = device.kept()
        hands.pass_s(600.0)
        device.tick()
        revived = gateway(hands, model, units=2)
        revived.revive(kept)
        assert revived.kept() == device.kept()
        with pytest.raises(BadInput):
            revived.revive({"story": 0.0, "meters": []})


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("model", "abacus"),
        ("units", 0),
        ("units", 248),
        ("pv_kw", -1.0),
        ("season", "monsoon"),
        ("zone", "Mars/North"),
    ],
)
def test_options_that_cannot_be_are_named(option: str, value: object) -> None:
    with pytest.raises(BadInput):
        ModbusMeterOptions(**{option: value}).check()  # type: ignore[arg-type]


def test_unknown_things_cannot_be_set() -> None:
    device = gateway(Hands(), "em24")
    for wrong in (["l4", "1"], ["l1"], ["l1", "much"], ["volts", "1"]):
        with pytest.raises(BadInput):
            device.command(wrong)
    with pytest.raises(BadInput, match="no sensor"):
        device.sensor_open("S1", True)


def test_as_a_process_a_gateway_serves_its_units_to_several_readers() -> None:
    options = ("--model", "sdm630", "--units", "3", "--gateway-says")
    with (
        running("modbus-meter", *options) as meters,
        meters.wire() as one,
        meters.wire() as other,
    ):
        assert len(one.read(72, 2, function=4, unit=1)) == 2
        assert one.read(72, 2, 4, unit=1) != other.read(72, 2, 4, unit=3)
        assert one.read(72, 2, 4, unit=4) == [-11]
        assert one.read(72, 2, 3) == [-1]
        assert meters.say("fault unit-silent:2 on") == "ok"
        one.send(struct.pack(">BHH", 4, 72, 2), unit=2)
        assert one.silent()
        assert len(other.read(72, 2, 4, unit=3)) == 2


def test_as_a_process_a_meter_remembers_its_index_over_a_stop(tmp_path: Path) -> None:
    state = str(tmp_path / "meter.json")
    options = ("--model", "sdm630", "--seed", "9", "--state", state, "--speed", "600")

    def index(wire: Wire) -> float:
        value: float
        (value,) = struct.unpack(">f", struct.pack(">HH", *wire.read(72, 2, 4)))
        return value

    with running("modbus-meter", *options) as meter, meter.wire() as wire:
        first = index(wire)
        assert meter.say("set l1 50000") == "ok"
        while index(wire) < first + 5.0:
            pass
        assert meter.say("status").startswith("ok 127.0.0.1:")
        last = index(wire)
    with running("modbus-meter", *options) as meter, meter.wire() as wire:
        assert index(wire) >= last
