"""Numbers, times, qualifiers and what is broken, as records of a wired meter."""

from datetime import date, datetime, time

import pytest

from drivers.mbus.decoder import Decoder, Refused
from drivers.mbus.telegram import Function, State, Why
from drivers.mbus.telling import told
from tests.drivers.mbus.telegrams import long_head, record_of, records_of, wired


def at(*figures: int) -> datetime:
    """Return a time of the meter's own clock."""
    return datetime(*figures)  # type: ignore[arg-type]  # noqa: DTZ001 - no zone is told


@pytest.mark.parametrize(
    ("data", "value"),
    [
        ("0113FF", -0.001),  # type B: with a sign
        ("02137B00", 0.123),
        ("0213FFFF", -0.001),
        ("0313FFFF7F", 8388.607),
        ("0413FFFFFF7F", 2147483.647),
        ("0613FFFFFFFFFF7F", 140737488355.327),
        ("0713FFFFFFFFFFFFFF7F", 9223372036854775807 / 1000),
        ("091399", 0.099),  # type A: packed decimal
        ("0A133412", 1.234),
        ("0B13563412", 123.456),
        ("0C1378563412", 12345.678),
        ("0E13127856341290", 901234567.812),
        ("0A5A23F1", -12.3),  # a minus in the highest digit
        ("0513000020C1", -0.01),  # a real number of four bytes: -10 litres
        ("0D13C23412", 1.234),  # of any length, positive decimal
        ("0D13D23412", -1.234),
        ("0D13E2D204", 1.234),  # binary
        ("0D13E2FFFF", -0.001),
        ("0D13F80000000000489340", 1.234),  # a double of 1234
    ],
)
def test_numbers_of_every_kind_are_exact(data: str, value: float) -> None:
    record = record_of(data)
    assert record.value == value
    assert record.state is State.OK


@pytest.mark.parametrize(
    "data",
    [
        "0C13DDB4EBDD",  # letters: the display of an error
        "0A5AFFFF",
        "0C137856A4F1",
        "02130080",  # type B's "no value"
        "041300000080",
        "05130000C07F",  # not a number
        "05130000807F",  # infinite
        "0D07F8FFFFFFFFFFFFEF7F",  # a double that leaves its range in kWh
        "0420FFFFFFFF",  # type C's "no value"
        "0D13C212AB",
    ],
)
def test_what_is_no_number_is_told_as_invalid_and_never_as_one(data: str) -> None:
    record = record_of(data)
    assert (record.state, record.value, record.text) == (State.INVALID, None, None)
    assert record.raw  # and nothing of it is lost


def test_flags_have_no_sign_and_all_of_them_may_be_set() -> None:
    assert record_of("02FD17FFFF").value == 0xFFFF
    assert record_of("01FD17FF").value == 0xFF


def test_a_number_that_is_a_name_is_told_with_its_leading_noughts() -> None:
    record = record_of("0C7878563401")
    assert (record.value, record.text) == (1345678, "01345678")


def test_letters_are_read_from_the_last_to_the_first_without_controls() -> None:
    assert record_of("0DFD0C0548454C4C4F").text == "OLLEH"
    assert record_of("0DFD0C03410A42").text == "BA"
    assert record_of("0DFD1103E6F8E5").text == "åøæ"
    assert record_of("0DFD1105000041420D").text == "BA"  # padded, and its line ended


def test_a_maker_s_block_that_is_sent_as_letters_is_told_as_its_bytes() -> None:
    assert record_of("0DFF5F0400824107").text == "00824107"
    assert record_of("0DFF5F0341424D").text == "MBA"


def test_letters_in_a_number_that_is_a_name_are_told() -> None:
    record = record_of("0E789986012401FF")
    assert (record.value, record.text, record.state) == (None, "FF0124018699", State.OK)
    assert record_of("0C13998601FF").state is State.INVALID


def test_a_binary_of_sixteen_bytes_is_told_as_its_digits_highest_first() -> None:
    record = record_of("0DFD16F0" + "".join(f"{each:02X}" for each in range(16)))
    assert record.text == "0F0E0D0C0B0A09080706050403020100"


@pytest.mark.parametrize(
    ("data", "moment"),
    [
        ("426CFF2C", date(2023, 12, 31)),
        ("026C6131", date(2027, 1, 1)),
        ("046D1E0A722B", at(2019, 11, 18, 10, 30)),
        ("046D1E2A4F3C", at(2026, 12, 15, 10, 30)),
        ("026CD341", date(2038, 1, 19)),  # the day 32 bits with a sign end
        ("046D0E03D341", at(2038, 1, 19, 3, 14)),
        ("046D1C46C702", at(2106, 2, 7, 6, 28)),  # and those without: its century is told
        ("066D1E1E0A722B05", at(2019, 11, 18, 10, 30, 30)),
        ("036D1E1E0A", time(10, 30, 30)),
        ("04FD701E0A722B", at(2019, 11, 18, 10, 30)),  # battery change
    ],
)
def test_times_of_every_type_are_read(data: str, moment: date | datetime | time) -> None:
    record = record_of(data)
    assert record.time == moment
    assert (record.value, record.heading.unit, record.state) == (None, "none", State.OK)


@pytest.mark.parametrize(
    "data",
    [
        "026CFFFF",  # never set
        "026C0000",  # the 0th of nothing
        "026CE1F1",  # every year
        "026C7E22",  # the 30th of February
        "046D9E0A722B",  # the meter says that its clock is wrong
        "046D1E1F722B",  # every hour
        "046D3F0A722B",  # every minute
        "066D1E9E0A722B05",
        "036DFFFFFF",
    ],
)
def test_a_time_that_names_no_moment_is_invalid(data: str) -> None:
    record = record_of(data)
    assert (record.state, record.time) == (State.INVALID, None)


@pytest.mark.parametrize(
    ("data", "digits"),
    [
        ("0D6DE61E0A8B8A2B05", "1E0A8B8A2B05"),  # six bytes, which type I would make a time of
        ("0D6DE41E0A722B", "1E0A722B"),  # four, as of type F
        ("0D6DE21F2C", "1F2C"),
        ("0D6D064142434445464748"[:18], "414243444546"),  # as if they were letters
        ("0D6DC43015221178"[:14], "30152211"),  # as if they were decimal digits
        ("0D6DE93015221104060000FF", "3015221104060000FF"),
        ("8D40FD30E61E0A8B8A2B05", "1E0A8B8A2B05"),  # the start of a tariff
    ],
)
def test_a_time_of_variable_length_is_told_as_its_bytes_and_never_guessed(
    data: str, digits: str
) -> None:
    """Type M holds UTC and an offset (EN 13757-3, annex A); its bits are not public."""
    record = record_of(data)
    assert (record.text, record.time, record.value) == (digits, None, None)
    assert record.state is State.UNKNOWN_VIF


def test_what_follows_a_time_of_variable_length_is_read() -> None:
    moment, volume = records_of("0D6DE61E0A8B8A2B050413D2040000")
    assert (moment.heading.quantity, volume.value) == ("date and time", 1.234)


def test_dif_and_difes_say_function_storage_tariff_and_subunit() -> None:
    headings = [record.heading for record in records_of("11130121130131130141130181401301")]
    functions = [heading.function for heading in headings[:3]]
    assert functions == [Function.MAXIMUM, Function.MINIMUM, Function.ERROR]
    assert (headings[3].storage, headings[4].subunit) == (1, 1)
    far = record_of("C4FF7F1300000000").heading
    assert far.storage == 1 | 0x0F << 1 | 0x0F << 5
    assert (far.tariff, far.subunit) == (0b1111, 0b11)


@pytest.mark.parametrize(
    ("vif", "qualifier", "value", "unit"),
    [
        ("933B", "forward flow", 1.234, "m3"),
        ("933C", "backward flow", 1.234, "m3"),
        ("8622", "per hour", 1234, "kWh"),
        ("8628", "per input pulse on channel 0", 1234, "kWh"),
        ("863A", "uncorrected unit", 1234, "kWh"),
        ("BE40", "lower limit", 1234, "m3/h"),
        ("BE48", "upper limit", 1234, "m3/h"),
        ("BE41", "number of lower limit exceeds", 1234, "none"),
        ("BE49", "number of upper limit exceeds", 1234, "none"),
        ("BE52", "duration of the first lower limit exceed", 1234, "h"),
        ("BE5F", "duration of the last upper limit exceed", 1234, "d"),
        ("BE61", "duration of the first", 1234, "min"),
        ("937E", "in the future", 1.234, "m3"),
        ("FDC8FC01", "at phase L1", 123.4, "V"),
        ("FDC8FC05", "between phases L1 and L2", 123.4, "V"),
        ("FDC8FC30", "second table 30", 123.4, "V"),
        ("8674", "", 12.34, "kWh"),  # a factor of 0.01
        ("867D", "", 1234000, "kWh"),
        ("DA7B", "", 124.4, "°C"),  # one whole unit is added
    ],
)
def test_vifes_qualify_or_correct_the_value(
    vif: str, qualifier: str, value: float, unit: str
) -> None:
    record = record_of(f"04{vif}D2040000")
    assert record.value == pytest.approx(value, rel=1e-15)
    assert record.heading.unit == unit
    assert record.heading.qualifiers == ((qualifier,) if qualifier else ())


def test_a_vife_that_makes_it_a_time_is_read_as_one() -> None:
    record = record_of("04BE471E0A722B")
    assert record.time == at(2019, 11, 18, 10, 30)
    assert record.heading.qualifiers == ("end of the last lower limit exceed",)


def test_what_a_meter_has_no_value_for_is_told_with_its_reason() -> None:
    record = record_of("02931518FC")
    assert (record.state, record.value) == (State.INVALID, None)
    assert record.heading.qualifiers == ("no data available",)


def test_behind_a_maker_s_vife_the_number_is_the_maker_s() -> None:
    record = record_of("0493FF21D2040000")
    assert (record.heading.quantity, record.state) == ("volume", State.MANUFACTURER)
    assert record.heading.qualifiers == ("for the maker 21",)


def test_fillers_a_maker_s_block_and_more_to_come_are_told() -> None:
    decoder = Decoder()
    data = bytes.fromhex("2F2F0113012F0F010203")
    body = decoder.decode(wired(long_head() + data)).body
    assert len(body.records) == 1
    assert (body.manufacturer_data, body.more_follows) == (b"\x01\x02\x03", False)
    body = decoder.decode(wired(long_head() + bytes.fromhex("0113011F"))).body
    assert (body.manufacturer_data, body.more_follows) == (None, True)


def test_a_reserved_dif_loses_nothing_before_it_and_says_where_it_stands() -> None:
    body = Decoder().decode(wired(long_head() + bytes.fromhex("0113013F0102"))).body
    assert [record.value for record in body.records] == [0.001]
    assert body.manufacturer_data == bytes.fromhex("3F0102")
    assert body.fault is not None
    assert (body.fault.why, body.fault.offset) == (Why.MALFORMED, 3)


@pytest.mark.parametrize(
    ("data", "why", "offset"),
    [
        ("0113010413010203", Why.TRUNCATED, 3),
        ("01130184", Why.TRUNCATED, 3),
        ("01130104", Why.TRUNCATED, 3),
        ("0113010493", Why.TRUNCATED, 3),
        ("0113010D13", Why.TRUNCATED, 3),
        ("0113010D13054142", Why.TRUNCATED, 3),
        ("0113010D13F9", Why.MALFORMED, 5),
        ("011301047C0941", Why.TRUNCATED, 3),
        ("8484848484848484848484841301", Why.MALFORMED, 0),
        ("0193848484848484848484848401", Why.MALFORMED, 0),
    ],
)
def test_a_telegram_that_ends_within_a_record_tells_no_value_but_the_place(
    data: str, why: Why, offset: int
) -> None:
    with pytest.raises(Refused) as caught:
        records_of(data)
    assert (caught.value.why, caught.value.offset) == (why, offset)
    assert caught.value.head.body.records == ()
    assert caught.value.head.address.id == "12345678"


@pytest.mark.parametrize(
    ("digits", "said"),
    [
        ("046DA62D752A", "2019-10-21T13:38:00"),  # type F; the bit of its minutes is set
        ("066D1EA60D752A00", "2019-10-21T13:38:30"),  # type I
        ("046D262D752A", "2019-10-21T13:38:00"),
        ("046DBF3F752A", None),  # of no hour 31
        ("026CFFFF", None),
    ],
)
def test_a_time_that_its_meter_calls_invalid_is_shown_and_is_no_value(
    digits: str, said: str | None
) -> None:
    record = record_of(digits)
    (shown,) = told(Decoder().decode(wired(long_head() + bytes.fromhex(digits))))["records"]
    assert shown["time"] == said
    assert shown["state"] == record.state.value
    assert (record.time is None) is (record.state is State.INVALID)
