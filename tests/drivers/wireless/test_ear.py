"""What of everything heard is told: once, of whom it is, and nothing that is old."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from app.errors import BadInput
from app.model.device import DeviceConfig
from app.model.reading import Quality
from app.model.undecoded import Cause
from app.ports import Heard
from drivers.mbus.checks import crc
from drivers.simulators.street.lines import Caught as Sent
from drivers.simulators.street.lines import line_of
from drivers.simulators.street.meters import StreetMeter
from drivers.simulators.street.telegrams import MODES, Said, format_a, frame_of, shown
from drivers.wireless.caught import Caught, caught_in
from drivers.wireless.ear import MOST_FOREIGN, NOT_SEALED, Ear
from drivers.wireless.heardmeter import MOST_RECENT
from tests.drivers.mbus import telegrams as built
from tests.drivers.wireless.street import AT, device_of, keys_of

METERS = [StreetMeter(7, place) for place in range(6)]
HEAT = next(each for each in METERS if each.heat)
OTHER = next(each for each in METERS if each is not HEAT)
NOW = datetime(2026, 11, 22, 2, tzinfo=UTC)
ROOF, YARD = "roof", "yard"


def ear(
    keys: Mapping[str, Sequence[bytes]] | None = None, devices: Sequence[DeviceConfig] = ()
) -> Ear:
    known = keys_of(METERS) if keys is None else keys
    configs = devices or [device_of(each) for each in METERS]
    return Ear(configs, lambda number: known.get(number, ()), lambda: NOW)


def say(
    at: Ear, said: Said, at_s: float, receiver: str = ROOF, level: float | None = -70.0
) -> Heard | None:
    return at.take(Caught(frame_of(said), level), receiver, at_s)


def said(count: int, mode: str = "5", meter: StreetMeter = HEAT, minutes: int = 0) -> Said:
    return Said(meter, AT + timedelta(minutes=minutes), count, mode)


def values_of(heard: Heard | None) -> dict[str, object]:
    assert heard is not None
    return {each.point.rpartition(".")[2]: each.value for each in heard.readings}


@pytest.mark.parametrize("mode", MODES)
def test_a_telegram_becomes_readings_of_its_device(mode: str) -> None:
    heard = say(ear(), said(1, mode), 0.0)
    assert heard is not None
    assert heard.device == device_of(HEAT).id
    told, truth = values_of(heard), shown(HEAT, AT)
    assert told["energy"] == truth["energy"]
    assert told["volume"] == truth["volume"]
    assert told["return_temperature"] == truth["return"]
    assert heard.points is not None
    assert heard.points["energy"].unit == "kWh"
    assert heard.facts["serial"] == HEAT.number
    assert heard.facts["decoding"] == "not verified: generic reading"
    assert {each.measured_at for each in heard.readings} == {NOW}
    assert {each.quality for each in heard.readings} == {Quality.GOOD}


def test_points_are_told_once_and_again_when_there_are_new_ones() -> None:
    at = ear()
    assert say(at, said(1), 0.0).points  # type: ignore[union-attr]
    second = say(at, said(2, minutes=1), 60.0)
    assert second is not None
    assert second.points is None


@pytest.mark.parametrize("mode", MODES)
def test_a_telegram_heard_by_three_and_a_repeater_is_told_once(mode: str) -> None:
    at = ear()
    once = said(5, mode)
    assert say(at, once, 0.0, ROOF, -88.0)
    assert say(at, once, 0.1, YARD, -61.0) is None
    assert say(at, once, 0.1, "cellar", None) is None
    assert say(at, replace(once, repeated=True), 0.4, ROOF, -80.0) is None
    reception = at.meters[HEAT.number].reception
    assert (reception.heard, reception.again, reception.best_dbm) == (1, 3, -61.0)
    assert set(reception.by_receiver) == {ROOF, YARD, "cellar"}
    assert say(at, said(6, mode, minutes=1), 60.0)


def test_a_meter_s_own_number_begins_anew_after_255() -> None:
    at = ear()
    for nth, count in enumerate((254, 255, 0, 1)):
        assert values_of(say(at, said(count, minutes=nth), 60.0 * nth)), count
    reception = at.meters[HEAT.number].reception
    assert (reception.heard, reception.missed, sum(reception.causes.values())) == (4, 0, 0)


def test_packets_repeated_in_turns_are_told_once_each() -> None:
    """A meter may split its values by kind and send each part again and again, in turns."""
    at = ear()
    parts = [said(count) for count in (5, 6, 7)]
    told = [say(at, part, 0.5 * n) for n, part in enumerate([*parts, *parts, *parts])]
    assert [each is not None for each in told] == [True] * 3 + [False] * 6
    reception = at.meters[HEAT.number].reception
    assert (reception.heard, reception.again) == (3, 6)
    assert say(at, replace(parts[0], repeated=True), 5.0) is None, "by a repeater, too"


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("later_s", [45.0, 3_600.0, 31_536_000.0])
def test_a_recorded_telegram_is_refused_and_counted(mode: str, later_s: float) -> None:
    at = ear()
    assert say(at, said(5, mode), 0.0)
    assert say(at, said(6, mode, minutes=30), 1_800.0)
    again = say(at, said(5, mode), 1_800.0 + later_s)
    assert again is not None
    assert not again.readings
    assert again.trouble == "an old telegram, sent again"
    assert at.meters[HEAT.number].reception.causes == {Cause.REPLAY: 1}
    assert values_of(say(at, said(7, mode, minutes=31), 1_900.0 + later_s))


def test_the_newest_telegram_sent_again_later_is_old_too() -> None:
    at = ear()
    assert say(at, said(5), 0.0)
    again = say(at, said(5), 3_600.0)
    assert again is not None
    assert again.trouble


def test_two_telegrams_within_the_minute_of_the_clock_are_both_told() -> None:
    at = ear()
    assert values_of(say(at, said(5), 0.0))
    assert values_of(say(at, said(6), 16.0))
    assert values_of(say(at, said(7), 32.0))


def test_a_meter_that_was_set_back_goes_on_after_some_telegrams() -> None:
    at = ear()
    assert values_of(say(at, said(200, minutes=60 * 24 * 400), 0.0))
    heard = [say(at, said(count, minutes=count), 60.0 * count) for count in range(1, 12)]
    believed = [bool(each and each.readings) for each in heard]
    assert believed == [False] * 7 + [True] * 4


def test_a_recorder_who_shuffles_old_telegrams_is_never_believed() -> None:
    at = ear()
    assert values_of(say(at, said(200, minutes=2_000), 0.0))
    for turn, minutes in enumerate([500, 300, 400, 100, 450, 200, 350, 50, 90, 20] * 3):
        heard = say(at, said(turn, minutes=minutes), 30.0 * (turn + 1))
        assert heard is not None
        assert not heard.readings
    assert values_of(say(at, said(201, minutes=2_001), 2_000.0))


def test_a_meter_without_a_key_is_not_mute_once_its_key_is_there() -> None:
    keys: dict[str, Sequence[bytes]] = {}
    at = ear(keys)
    heard = say(at, said(1), 0.0)
    assert heard is not None
    assert heard.trouble == "the telegram is sealed, and there is no key for its meter"
    keys[HEAT.number] = [bytes(16)]
    heard = say(at, said(2, minutes=1), 60.0)
    assert heard is not None
    assert heard.trouble == "the telegram is sealed, and the key for its meter does not fit"
    keys[HEAT.number] = [HEAT.key]
    assert values_of(say(at, said(3, minutes=2), 120.0))
    causes = at.meters[HEAT.number].reception.causes
    assert causes == {Cause.NO_KEY: 1, Cause.WRONG_KEY: 1}


def test_a_wrong_key_never_mutes_even_after_thousands() -> None:
    keys: dict[str, Sequence[bytes]] = {HEAT.number: [bytes(16)]}
    at = ear(keys)
    for count in range(300):
        say(at, said(count), 16.0 * count)
    keys[HEAT.number] = [HEAT.key, bytes(16)]
    assert values_of(say(at, said(301, minutes=90), 5_000.0))


def test_a_key_that_changed_opens_by_the_older_one_meanwhile() -> None:
    at = ear({HEAT.number: [bytes(16), HEAT.key]})
    assert values_of(say(at, said(1), 0.0))


def test_a_sealed_meter_that_speaks_in_the_clear_is_kept_and_doubted() -> None:
    at = ear()
    assert values_of(say(at, said(1, "5"), 0.0))
    heard = say(at, said(2, "0", minutes=1), 60.0)
    assert heard is not None
    assert {each.quality for each in heard.readings} == {Quality.UNCERTAIN}
    assert {each.reason for each in heard.readings} == {NOT_SEALED}
    sealed = say(at, said(3, "5", minutes=2), 120.0)
    assert sealed is not None
    assert {each.quality for each in sealed.readings} == {Quality.GOOD}


def test_meters_of_others_are_counted_and_not_opened() -> None:
    at = ear(devices=[device_of(METERS[0])])
    strangers = METERS[1:4]
    for turn in range(3):
        for each in strangers:
            assert say(at, said(turn, meter=each), float(turn), YARD, -60.0 - turn) is None
    traffic = at.of(YARD)
    assert (traffic.foreign, traffic.own) == (9, 0)
    assert set(traffic.heard) == {each.number for each in strangers}
    known = traffic.heard[strangers[0].number]
    assert (known.maker, known.count, known.last_s, known.level_dbm) == ("KAM", 3, 2.0, -62.0)
    assert not at.last  # nothing of theirs is kept


def test_strangers_do_not_fill_the_memory() -> None:
    at = ear()
    frame = bytearray(frame_of(said(1)))
    for number in range(MOST_FOREIGN + 500):
        frame[4:8] = (number + 0x10000000).to_bytes(4, "little")
        at.take(Caught(bytes(frame)), ROOF, 0.0)
    assert len(at.of(ROOF).heard) == MOST_FOREIGN
    assert at.of(ROOF).foreign == MOST_FOREIGN + 500


def test_the_same_number_of_another_maker_is_a_stranger() -> None:
    own = [device_of(HEAT, maker="ELS")]
    at = ear(devices=own)
    assert say(at, said(1), 0.0) is None
    assert at.of(ROOF).foreign == 1
    assert values_of(say(ear(devices=[device_of(HEAT, maker="kam")]), said(1), 0.0))


@pytest.mark.parametrize(
    "below",
    [
        b"",
        bytes.fromhex("8C2000"),  # an extended link layer
        bytes.fromhex("8E2000") + built.ADDRESS,  # one that names its receiver
        bytes.fromhex("90020000"),  # a layer that could authenticate, and does not
        bytes.fromhex("8C200090020000"),
    ],
    ids=["plain", "ell", "ell with an address", "afl", "ell and afl"],
)
def test_a_meter_behind_an_adapter_is_known_by_its_own_number(below: bytes) -> None:
    """The radio module has a number of its own; the long head tells the meter's."""
    number = built.METER[::-1].hex()
    config = replace(device_of(HEAT), options={"secondary": number})
    at = ear(devices=[config])
    frame = bytearray(built.bare(below + built.long_head() + bytes.fromhex("0406E8030000")))
    frame[4:8] = bytes.fromhex("99999999")
    heard = at.take(Caught(bytes(frame)), ROOF, 0.0)
    assert values_of(heard)["energy"] == 1000.0


def test_damage_on_the_way_is_counted_and_says_nothing_of_the_meter() -> None:
    at = ear()
    air = bytearray(format_a(frame_of(said(1))))
    air[20] ^= 0x40
    assert at.take(Caught(bytes(air)), ROOF, 0.0) is None
    assert at.take(Caught(frame_of(said(1))[:-3]), ROOF, 1.0) is None
    assert at.take(Caught(damaged=True), ROOF, 2.0) is None
    assert at.take(Caught(b"\x03\x44"), ROOF, 3.0) is None
    causes = at.meters[HEAT.number].reception.causes
    assert causes == {Cause.CRC: 1, Cause.TRUNCATED: 1}
    assert at.of(ROOF).damaged == 4
    assert values_of(say(at, said(2), 4.0))


@pytest.mark.parametrize(
    ("user", "cause"),
    [
        (built.short_head(0x0D20, b"\x00") + bytes(32), Cause.MODE),
        (b"\xa2" + bytes(20), Cause.PROPRIETARY),
        (b"\x79" + bytes.fromhex("34129999") + bytes(8), Cause.UNKNOWN_FORMAT),
        (b"\x31" + bytes(20), Cause.NO_TELEGRAM),
    ],
)
def test_every_other_cause_is_told_apart(user: bytes, cause: Cause) -> None:
    frame = bytearray(built.bare(user))
    frame[4:8] = bytes.fromhex(HEAT.number)[::-1]
    at = ear()
    heard = at.take(Caught(bytes(frame)), ROOF, 0.0)
    assert heard is not None
    assert heard.trouble
    assert at.meters[HEAT.number].reception.causes == {cause: 1}


def test_what_wmbusmeters_decoded_is_told_with_unit_and_role() -> None:
    at = ear()
    line = line_of(Sent(said(1), AT, 0, -66), "json").encode()
    caught = caught_in(line)
    assert caught is not None
    heard = at.take(caught, ROOF, 0.0)
    assert heard is not None
    assert heard.points is not None
    told = values_of(heard)
    assert told["total_energy_consumption_kwh"] == shown(HEAT, AT)["energy"]
    assert heard.points["t1_temperature_c"].unit == "°C"
    assert heard.points["total_energy_consumption_kwh"].role == "meter.energy"
    assert at.take(caught, YARD, 0.2) is None
    assert at.meters[HEAT.number].reception.again == 1
    later = caught_in(line_of(Sent(said(2, minutes=9), AT, 0, -66), "json").encode())
    assert later is not None
    assert at.take(later, ROOF, 540.0)
    old = at.take(replace_values(caught, timestamp="2030-01-01T00:00:00Z"), ROOF, 600.0)
    assert old is not None
    assert bool(old.trouble) is (told["total_volume_m3"] != values_of_line(later))
    stranger = replace_values(caught, id="1")
    assert at.take(stranger, ROOF, 700.0) is None
    assert at.of(ROOF).foreign == 1


def replace_values(caught: Caught, **values: str) -> Caught:
    return caught._replace(values={**(caught.values or {}), **values})


def values_of_line(caught: Caught) -> object:
    return (caught.values or {})["total_volume_m3"]


@pytest.mark.parametrize("number", ["", "123456789", "KAM1", None])
def test_a_device_without_a_number_is_refused_by_name(number: str | None) -> None:
    with pytest.raises(BadInput, match="Street"):
        ear(devices=[replace(device_of(HEAT), options={"secondary": number})])


def test_the_serial_number_stands_in_for_the_option() -> None:
    config = replace(device_of(HEAT), options={}, serial=HEAT.number)
    assert values_of(say(ear(devices=[config]), said(1), 0.0))


def test_an_index_alone_tells_an_old_telegram_of_a_meter_without_a_clock() -> None:
    at = ear()
    meter = at.meters[HEAT.number]
    assert values_of(say(at, said(1), 0.0))
    now = shown(HEAT, AT)["energy"]
    assert meter.replayed({"energy": now - 1}, None, 60.0)
    assert not meter.replayed({"energy": now}, None, 61.0)
    assert not meter.replayed({"energy": now + 1}, None, 62.0)


def test_a_telegram_that_ends_as_if_it_had_a_check_is_not_lost() -> None:
    """One in 65,536 does: of a town that is some every hour.

    Of a receiver of which nothing is known yet it is none: its end might be a value's.
    """
    frame = bytearray(built.bare(built.short_head() + bytes.fromhex("0406E803000002FD170000")))
    frame[4:8] = bytes.fromhex(HEAT.number)[::-1]
    frame[-2:] = crc(bytes(frame[:-2])).to_bytes(2, "big")  # error flags, by chance these
    known = ear()
    assert known.take(Caught(bytes(frame)), ROOF, 0.0) is None
    assert values_of(say(known, said(1, "0", meter=OTHER), 1.0))
    assert known.of(ROOF).strips
    assert values_of(known.take(Caught(bytes(frame)), ROOF, 2.0))["energy"] == 1000.0


def test_a_receiver_that_leaves_checks_in_is_understood_as_well() -> None:
    at = ear()
    user = built.short_head() + bytes.fromhex("0406E8030000")
    for count in range(3):
        frame = bytearray(built.format_b(user + bytes([0x01, 0x13, count])))
        frame[4:8] = bytes.fromhex(HEAT.number)[::-1]
        whole = built.checked(bytes(frame[:-2]))
        heard = at.take(Caught(whole), ROOF, 60.0 * count)
        assert values_of(heard)["energy"] == 1000.0
    assert at.of(ROOF).strips is None


def test_the_last_telegrams_of_a_meter_are_kept_as_they_came_read_or_not() -> None:
    at = ear({})
    frames = []
    for count in range(1, MOST_RECENT + 3):
        frames.append(frame_of(said(count)))
        for receiver in (ROOF, YARD):
            say(at, said(count), 16.0 * count, receiver)
    assert at.meters[HEAT.number].recent == tuple(frames[-MOST_RECENT:])
    readable = ear()
    say(readable, said(1), 0.0)
    assert readable.meters[HEAT.number].recent == (frames[0],)
    spoilt = bytearray(format_a(frame_of(said(2))))
    spoilt[14] ^= 1
    readable.take(Caught(bytes(spoilt), -70.0, stripped=False), ROOF, 20.0)
    assert readable.meters[HEAT.number].recent == (frames[0],)
