"""The quick way from a telegram to its points says exactly what the thorough one says."""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from app.model.meterprofile import STANDARD_ALONE
from app.model.reading import Quality
from app.profiles.meters import load_meters
from drivers.mbus import decoder, points
from drivers.mbus.decoder import Decoder
from drivers.mbus.points import report_of
from drivers.mbus.telegram import Telegram
from drivers.simulators.street.meters import StreetMeter
from drivers.simulators.street.telegrams import Said, frame_of
from drivers.wireless import sayings
from drivers.wireless.sayings import Sayings, said_by
from tests.drivers.mbus.telegrams import bare, short_head, wired
from tests.drivers.wireless.street import AT

METERS = [StreetMeter(2, place) for place in range(12)]
PROFILES = load_meters().meters


def telegram(records: str, status: int = 0) -> Telegram:
    """A radio telegram of a KAM heat meter with these records in the clear."""
    head = bytearray(short_head())
    head[2] = status
    return Decoder().decode(bare(bytes(head) + bytes.fromhex(records)))


def street(count: int) -> list[Telegram]:
    heard = []
    for meter in METERS:
        opener = Decoder(lambda _address, own=meter.key: [own])  # type: ignore[misc]
        for turn in range(count):
            said = Said(
                meter, AT + timedelta(hours=turn), turn, ("0", "5", "7", "ell")[turn % 4]
            )
            heard.append(opener.decode(frame_of(said)))
    return heard


def test_a_whole_street_says_the_same_both_ways() -> None:
    quick = Sayings(PROFILES)
    for each in street(8):
        assert quick.of(each) == said_by(report_of(each, PROFILES))


def test_the_thorough_way_is_gone_once_for_a_shape(monkeypatch: pytest.MonkeyPatch) -> None:
    gone: list[Telegram] = []

    def counted(each: Telegram, profiles: object) -> object:
        gone.append(each)
        return points.report_of(each, STANDARD_ALONE)

    monkeypatch.setattr(sayings, "report_of", counted)
    quick = Sayings(STANDARD_ALONE)
    for each in street(6):
        quick.of(each)
    assert len(gone) == 4  # heat and water, and both without a status in mode ELL


INDEXES = ["0406E8030000", "040600000000", "0406FFFFFF7F"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("0406E8030000", "0406E9030000"),
        ("0C0678563412", "0C06FFFFFFFF"),  # a number, and none
        ("0C06FFFFFFFF", "0C0678563412"),
        ("426C2A3B", "426CFFFF"),  # a date, and none
        ("046D1C0B5F31", "046DFFFFFFFF"),
        ("0D7805414243444E", "0D780541424344FF"),  # texts
        ("02FD17 0000", "02FD17 0F00"),  # error flags
        ("0406E8030000 4406D0070000", "0406E9030000 4406D1070000"),  # now, and at a due date
        ("8410 06E8030000", "8410 06E9030000"),  # a tariff
        ("04863B E8030000", "04863B E9030000"),  # backward
        ("0403E8030000", "0403E9030000"),  # Wh become kWh
        ("040EE8030000", "040EE9030000"),  # MJ become GJ
        ("0413E8030000", "0413E9030000"),
        ("0422E8030000", "0422E9030000"),  # hours it runs
        ("01FF21 05", "01FF21 06"),  # a maker's own
        ("0406E8030000 0406E8030000", "0406E8030000 0406E9030000"),  # twice the same
        ("", ""),
    ],
)
def test_each_kind_of_value_is_the_same_both_ways(one: str, other: str) -> None:
    for profiles in (STANDARD_ALONE, PROFILES):
        quick = Sayings(profiles)
        for records in (one, other, one, other):
            each = telegram(records.replace(" ", ""))
            assert quick.of(each) == said_by(report_of(each, profiles))


@pytest.mark.parametrize("status", [0, 1, 2, 3, 4, 8, 16, 32, 0xE0, 0xFF])
def test_the_status_byte_is_part_of_what_is_said(status: int) -> None:
    quick = Sayings(PROFILES)
    for records in INDEXES:
        quick.of(telegram(records))
        each = telegram(records, status)
        assert quick.of(each) == said_by(report_of(each, PROFILES))


def test_the_same_shape_has_the_same_points() -> None:
    quick = Sayings(STANDARD_ALONE)
    first, second = quick.of(telegram(INDEXES[0])), quick.of(telegram(INDEXES[1]))
    quick.of(telegram("0413E8030000"))
    assert quick.of(telegram(INDEXES[2])).specs is second.specs
    assert first.totals == {"energy": 1000.0}
    assert second.totals == {"energy": 0.0}
    assert [each.key for each in second.specs] == ["energy", "status"]


def test_a_value_that_is_none_keeps_its_reason_and_counts_nothing() -> None:
    quick = Sayings(STANDARD_ALONE)
    for _each in range(2):
        saying = quick.of(telegram("0C06FFFFFFFF"))
        assert (saying.values[0], saying.qualities[0]) == (None, Quality.BAD)
        assert saying.reasons[0]
        assert saying.totals == {}


def test_the_clock_is_the_meter_s_own() -> None:
    quick = Sayings(STANDARD_ALONE)
    for records in ("046D1C0B5F31", "046D1D0B5F31", "0406E8030000"):
        each = telegram(records)
        assert quick.of(each).clock == report_of(each, STANDARD_ALONE).clock


def test_shapes_that_somebody_makes_up_do_not_fill_the_memory(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sayings, "_MOST_SHAPES", 10)
    quick = Sayings(STANDARD_ALONE)
    told: Sequence[float | str | None] = ()
    for storage in range(60):
        head = f"{0x84 | (storage & 1) << 6:02X}{storage >> 1 & 0x0F:02X}"
        told = quick.of(telegram(f"{head}06E8030000")).values
    assert told[0] == 1000.0
    assert len(quick._shapes) == 10


def test_wired_telegrams_have_no_other_way() -> None:
    frame = wired(bytes.fromhex("72785634122D2C1B042A000000") + bytes.fromhex(INDEXES[0]))
    each = decoder.Decoder().decode(frame)
    assert Sayings(PROFILES).of(each) == said_by(report_of(each, PROFILES))
