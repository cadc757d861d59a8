"""A street of meters: what it counts hangs together, and what it says can be read."""

from datetime import UTC, datetime, timedelta
from itertools import islice, pairwise

import pytest

from app.model.heat import KW_PER_M3H_KELVIN
from drivers.mbus.decoder import Decoder, Refused
from drivers.mbus.telegram import FrameKind, Sealed, Telegram
from drivers.simulators.street.lines import Caught, line_of
from drivers.simulators.street.meters import StreetMeter
from drivers.simulators.street.telegrams import (
    MAKER,
    MODES,
    Said,
    format_a,
    frame_of,
    records_of,
    shown,
)
from drivers.simulators.street.traffic import Street
from tests.drivers.mbus import telegrams
from tests.drivers.simulators.frozenstreet import FROZEN

AT = datetime(2026, 2, 3, 7, 21, tzinfo=UTC)
HEAT = next(m for place in range(50) if (m := StreetMeter(7, place)).heat)
WATER = next(m for place in range(50) if not (m := StreetMeter(7, place)).heat)
QUANTITIES = {
    "energy": "energy",
    "volume": "volume",
    "power": "power",
    "flow": "volume flow",
    "supply": "flow temperature",
    "return": "return temperature",
}


def opened(said: Said, key: bytes | None = None) -> Telegram:
    own = said.meter.key if key is None else key
    return Decoder(lambda _address: [own]).decode(frame_of(said))


@pytest.mark.parametrize("hours", [1, 24, 24 * 40])
def test_energy_is_the_integral_of_power_and_volume_fits_it(hours: int) -> None:
    """Summed up in small steps, by nothing but what the meter shows as present values."""
    steps = 400
    step = timedelta(hours=hours) / steps
    halves = [AT + step * (n + 0.5) for n in range(steps)]
    energy = sum(HEAT.at(each).power_kw for each in halves) * hours / steps
    volume = sum(HEAT.at(each).flow_m3h for each in halves) * hours / steps
    first, last = HEAT.at(AT), HEAT.at(AT + timedelta(hours=hours))
    assert last.energy_kwh - first.energy_kwh == pytest.approx(energy, rel=1e-4)
    assert last.volume_m3 - first.volume_m3 == pytest.approx(volume, rel=1e-4)


@pytest.mark.parametrize("place", range(30))
def test_power_is_what_the_water_gives_off(place: int) -> None:
    meter = StreetMeter(3, place)
    counted = meter.at(AT)
    assert counted.volume_m3 > 0
    assert counted.flow_m3h >= 0
    if meter.heat:
        drop_k = counted.supply_c - counted.return_c
        carried = KW_PER_M3H_KELVIN * counted.flow_m3h * drop_k
        assert counted.power_kw == pytest.approx(carried, rel=1e-9)
        assert 20 < counted.return_c < counted.supply_c < 90


def test_indexes_only_grow_over_a_year() -> None:
    for meter in (HEAT, WATER):
        counted = [meter.at(AT + timedelta(hours=70 * n)) for n in range(125)]
        assert all(a.volume_m3 <= b.volume_m3 for a, b in pairwise(counted))
        assert all(a.energy_kwh <= b.energy_kwh for a, b in pairwise(counted))


def test_numbers_and_keys_are_each_meter_s_own() -> None:
    meters = [StreetMeter(1, place) for place in range(3_000)]
    assert len({each.number for each in meters}) == 3_000
    assert len({each.key for each in meters[:300]}) == 300
    assert StreetMeter(1, 5) == StreetMeter(1, 5)
    assert StreetMeter(2, 5).key != StreetMeter(1, 5).key


@pytest.mark.parametrize("meter", [HEAT, WATER], ids=["heat", "water"])
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("repeated", [False, True], ids=["itself", "repeated"])
def test_what_a_telegram_says_is_what_the_meter_shows(
    meter: StreetMeter, mode: str, repeated: bool
) -> None:
    telegram = opened(Said(meter, AT, 259, mode, repeated))
    assert (telegram.address.id, telegram.address.manufacturer) == (meter.number, MAKER)
    assert telegram.address.medium == meter.medium
    told = {each.heading.quantity: each.value for each in telegram.body.records}
    for name, value in shown(meter, AT).items():
        assert told[QUANTITIES[name]] == pytest.approx(value, rel=1e-12)
    clock = telegram.body.records[0].time
    assert clock == AT.replace(tzinfo=None)  # the meter's clock has no zone
    expected = Sealed.NONE if mode == "0" else Sealed.DECRYPTED
    assert telegram.security.state is expected


@pytest.mark.parametrize("mode", ["5", "7", "ell"])
def test_a_wrong_key_opens_nothing(mode: str) -> None:
    with pytest.raises(Refused) as refused:
        opened(Said(HEAT, AT, 3, mode), bytes(16))
    assert refused.value.head.security.state is Sealed.WRONG_KEY


def test_a_repeater_changes_bits_but_not_what_is_said() -> None:
    for mode in MODES:
        itself = frame_of(Said(HEAT, AT, 9, mode))
        again = frame_of(Said(HEAT, AT, 9, mode, repeated=True))
        assert again != itself
        assert len(again) == len(itself)


def test_the_access_number_wraps_and_the_content_goes_on() -> None:
    assert opened(Said(HEAT, AT, 255)).access_no == 255
    assert opened(Said(HEAT, AT, 256)).access_no == 0


def test_lines_look_as_the_public_tools_print_them() -> None:
    said = Said(HEAT, AT, 5)
    caught = Caught(said, AT, 2, -71)
    frame = frame_of(said).hex()
    assert line_of(caught, "hex") == frame.upper()
    assert line_of(caught, "rtl") == (
        f"C1;1;1;2026-02-03 07:21:00.000;79;77;{HEAT.number};0x{frame}"
    )
    text = line_of(caught, "json")
    assert text.startswith('{"_":"telegram","media":"heat","meter":"kamheat","name":"Street ')
    assert f'"id":"{HEAT.number}"' in text
    assert text.endswith(
        '"timestamp":"2026-02-03T07:21:00Z","device":"rtlwmbus[00000002]","rssi_dbm":-71}'
    )
    air = bytes.fromhex(line_of(caught, "air"))
    assert air == format_a(frame_of(said))
    own = [HEAT.key]
    assert Decoder(lambda _address: own).decode(air).frame is FrameKind.RADIO_A


def test_the_same_seed_tells_the_same_story() -> None:
    street = Street(5, 40, MODES, receivers=2, lost=0.2, repeated=0.1, replayed=0.05)
    first = list(islice(street.traffic(AT), 500))
    assert list(islice(street.traffic(AT), 500)) == first
    assert [each.at for each in first] != sorted({each.at for each in first})  # two receivers
    moments = [each.at for each in first if not each.said.repeated]
    assert moments == sorted(moments)


def test_shares_of_loss_repetition_and_replay_are_kept() -> None:
    street = Street(9, 100, receivers=1, interval_s=10.0, lost=0.25, repeated=0.2, replayed=0.1)
    end = AT + timedelta(minutes=10)
    caught = []
    for each in street.traffic(AT):
        if each.at > end:
            break
        caught.append(each)
    sent = {(each.said.meter.place, each.said.count) for each in caught}
    repeated = sum(each.said.repeated for each in caught)
    replayed = sum(each.at - each.said.at > timedelta(seconds=40) for each in caught)
    assert 0.18 < repeated / 6_000 < 0.22
    assert 0.05 < replayed / 6_000 < 0.09  # a quarter of them is lost again
    assert 0.75 < len(sent) / 6_000 < 0.85  # a repeated one is heard though it was lost


def test_two_meters_do_not_stay_in_step() -> None:
    street = Street(2, 2, interval_s=16.0)
    told: dict[int, list[datetime]] = {0: [], 1: []}
    for each in islice(street.traffic(AT), 600):
        told[each.said.meter.place].append(each.at)
    gaps = [(b - a).total_seconds() for a, b in pairwise(told[0])]
    assert min(gaps) < 15.6
    assert max(gaps) > 16.4
    assert sum(gaps) / len(gaps) == pytest.approx(16.0, rel=0.01)


@pytest.fixture
def second_hand(monkeypatch: pytest.MonkeyPatch) -> StreetMeter:
    """A meter in the clothes of the tests' own builder of telegrams."""
    for name, value in (
        ("METER", bytes.fromhex(HEAT.number)[::-1]),
        ("ACCESS", 44),
    ):
        monkeypatch.setattr(telegrams, name, value)
    sender = telegrams.MAKER + telegrams.METER + bytes([telegrams.VERSION, telegrams.HEAT])
    monkeypatch.setattr(telegrams, "ADDRESS", sender)
    return HEAT


def test_mode_5_is_sealed_as_another_hand_seals_it(second_hand: StreetMeter) -> None:
    said = Said(second_hand, AT, 300)
    data = telegrams.padded(records_of(second_hand, AT))
    head = telegrams.short_head(0x0500 | len(data) // 16 << 4)
    user = head + telegrams.mode_5(data, second_hand.key, 44)
    assert frame_of(said) == telegrams.bare(user)
    assert format_a(frame_of(said)) == telegrams.format_a(user)


def test_mode_7_is_sealed_and_signed_as_another_hand_does_it(second_hand: StreetMeter) -> None:
    said = Said(second_hand, AT, 300, "7")
    user = telegrams.mode_7(records_of(second_hand, AT), 300, second_hand.key)
    below = bytes([0x8C, 0x00, 44])  # the layer a repeater may change
    assert frame_of(said) == telegrams.bare(below + user)


def test_ell_is_sealed_as_another_hand_seals_it(second_hand: StreetMeter) -> None:
    said = Said(second_hand, AT, 300, "ell")
    user = telegrams.ell_ctr(
        b"\x78" + records_of(second_hand, AT), second_hand.key, 0x2000_0000 | 300
    )
    assert frame_of(said) == telegrams.bare(user)


@pytest.mark.parametrize(
    "at",
    [
        datetime(2000, 1, 1, tzinfo=UTC),
        datetime(2026, 2, 28, 23, 59, tzinfo=UTC),
        datetime(2028, 2, 29, 12, 30, tzinfo=UTC),
        datetime(2079, 12, 31, 0, 0, tzinfo=UTC),
    ],
)
def test_the_clock_of_a_telegram_is_the_moment_to_the_minute(at: datetime) -> None:
    told = opened(Said(WATER, at, 1, "0")).body.records[0].time
    assert told == at.replace(tzinfo=None)


def test_every_meter_of_a_large_street_can_be_read() -> None:
    street = Street(11, 400, MODES)
    for said in street.once(AT, 1):
        telegram = opened(said)
        assert telegram.body.fault is None
        told = {each.heading.quantity: each.value for each in telegram.body.records}
        assert told["volume"] == shown(said.meter, AT)["volume"]


def test_levels_differ_by_place_and_receiver_and_fade_little() -> None:
    street = Street(3, 50, receivers=3)
    first = [street.level_dbm(place, 0, 1) for place in range(50)]
    second = [street.level_dbm(place, 1, 1) for place in range(50)]
    assert first != second
    assert max(first) - min(first) > 30
    assert all(-110 <= each <= -45 for each in first + second)
    assert all(abs(street.level_dbm(place, 0, 2) - first[place]) <= 6 for place in range(50))


def test_a_repeated_telegram_comes_later_and_once_for_each_receiver() -> None:
    street = Street(6, 5, receivers=2, repeated=1.0)
    caught = list(islice(street.traffic(AT), 40))
    for four in (caught[at : at + 4] for at in range(0, 40, 4)):
        assert [each.said.repeated for each in four] == [False, False, True, True]
        assert [each.receiver for each in four] == [0, 1, 0, 1]
        assert four[2].at > four[0].at
        assert len({(each.said.meter.place, each.said.count) for each in four}) == 1


def test_a_replay_carries_what_was_said_then() -> None:
    street = Street(6, 3, replayed=1.0, interval_s=60.0)
    caught = list(islice(street.traffic(AT), 30))
    later = [each for each in caught if each.at - each.said.at > timedelta(seconds=40)]
    assert later
    for each in later:
        original = next(c for c in caught if c.said == each.said and c is not each)
        assert frame_of(each.said) == frame_of(original.said)
        assert (each.at - original.at).total_seconds() == pytest.approx(45.0, abs=1e-5)


@pytest.mark.parametrize(("which", "telegram"), FROZEN)
def test_the_same_seed_stays_the_same_street(
    which: tuple[int, int, int, str, bool], telegram: str
) -> None:
    """Demos, figures and keys that somebody wrote down hang on it."""
    seed, place, count, mode, repeated = which
    at = AT + timedelta(days=31 * place)
    said = Said(StreetMeter(seed, place), at, count, mode, repeated)
    assert frame_of(said).hex().upper() == telegram
