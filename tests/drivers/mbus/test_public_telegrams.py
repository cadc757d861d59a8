"""The public telegrams of wired and radio meters, where they lie beside the project.

They are not the project's to pass on: without them these tests are skipped.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from drivers.mbus.decoder import Decoder, Refused
from drivers.mbus.telegram import BrokenTelegram, Record, Sealed, Telegram, Why
from drivers.mbus.written import KeyRing, telegram_of

FOLDER = Path(__file__).parents[4] / "shared" / "vectors"
pytestmark = pytest.mark.skipif(
    not FOLDER.is_dir(),
    reason="PUBLIC TELEGRAMS NOT FOUND (shared/vectors beside the project): NOT TESTED",
)
BASE = {  # what a unit is in the unit of the expectation
    "Wh": ("Wh", 1.0),
    "kWh": ("Wh", 1e3),
    "MWh": ("Wh", 1e6),
    "MJ": ("J", 1e6),
    "GJ": ("J", 1e9),
    "W": ("W", 1.0),
    "kW": ("W", 1e3),
    "m3": ("m^3", 1.0),
    "l": ("l", 1.0),
    "m3/h": ("m^3/h", 1.0),
    "°C": ("°C", 1.0),
    "K": ("K", 1.0),
    "V": ("V", 1.0),
    "A": ("A", 1.0),
    "s": ("s", 1.0),
    "min": ("s", 60.0),
    "h": ("s", 3600.0),
    "d": ("s", 86400.0),
}
FUNCTIONS = {
    "Instantaneous value": "instantaneous",
    "Actual value": "instantaneous",
    "Maximum value": "maximum",
    "Minimum value": "minimum",
    "Value during error state": "error",
}
SUFFIXES: dict[
    str, dict[str, float]
] = {  # of the expectations' field names: factors from our units
    "kwh": {"Wh": 1e-3, "kWh": 1, "MWh": 1e3, "MJ": 1 / 3.6, "GJ": 1e3 / 3.6},
    "mj": {"MJ": 1, "GJ": 1e3},
    "gj": {"MJ": 1e-3, "GJ": 1},
    "kw": {"W": 1e-3, "kW": 1},
    "m3": {"m3": 1, "l": 1e-3},
    "m3h": {"m3/h": 1},
    "lh": {"m3/h": 1e3},
    "h": {"h": 1, "min": 1 / 60, "s": 1 / 3600, "d": 24},
    "s": {"s": 1, "min": 60, "h": 3600},
    # a driver of one maker knows that its second subunit counts reactive energy
    "kvarh": {"kvarh": 1, "Wh": 1e-3},
}


def read(name: str) -> list[dict[str, Any]]:
    """Return the telegrams of one file; none where the folder is absent."""
    file = FOLDER / f"{name}.json"
    return json.loads(file.read_text(encoding="utf-8")) if file.is_file() else []


def named(name: str) -> list[Any]:
    """Return the telegrams of one file as parameters with their names."""
    return [pytest.param(each, id=each["name"]) for each in read(name)]


def excused(expected: dict[str, Any], caveats: list[str]) -> bool:
    """Tell whether the file itself says that this expectation is wrong."""
    return any(
        note.startswith(f"record {expected['index']}:") and "BCD" in note for note in caveats
    )


@pytest.mark.parametrize("given", named("wired_mbus"))
def test_a_wired_meter_is_read_as_others_read_it(given: dict[str, Any]) -> None:
    telegram = Decoder().decode(bytes.fromhex(given["hex"]))
    expected = given["expected"]
    assert telegram.address.id.lstrip("0").upper() == expected["id"].lstrip("0").upper()
    assert telegram.address.manufacturer == (expected.get("manufacturer") or "")
    told = [each for each in expected["records"] if each["function"] in FUNCTIONS]
    assert len(told) == len(telegram.body.records)
    for each, record in zip(told, telegram.body.records, strict=True):
        heading = record.heading
        assert FUNCTIONS[each["function"]] == heading.function
        assert (each["storage"] or 0, each["tariff"] or 0, each["device"] or 0) == (
            heading.storage,
            heading.tariff,
            heading.subunit,
        )
        if excused(each, given["caveats"]):
            assert record.value is None
        else:
            same(each, record)


def same(expected: dict[str, Any], record: Record) -> None:
    """Compare a value with an expectation that was rounded to six decimals."""
    if expected["value_num"] is not None:
        unit, factor = BASE.get(record.heading.unit, ("", 1.0))
        assert record.value is not None
        if unit and expected["unit"] in {base for base, _factor in BASE.values()}:
            assert unit == expected["unit"]
        assert record.value * factor == pytest.approx(expected["value_num"], rel=1e-6, abs=1e-5)
    elif record.time is not None:
        assert record.time.isoformat() == expected["value"].rstrip("Z")
    else:
        assert (record.text or "") == expected["value"].replace(" ", "") or (
            record.text == expected["value"]
        )


@pytest.mark.parametrize("given", named("broken_frames"))
def test_a_broken_frame_is_refused(given: dict[str, Any]) -> None:
    with pytest.raises(Refused) as caught:
        Decoder().decode(bytes.fromhex(given["hex"]))
    assert caught.value.head.body.records == ()


class Listener:
    """One who hears all telegrams of a file in turn, as a receiver does."""

    def __init__(self) -> None:
        self.keys: list[bytes] = []
        self.decoder = Decoder(lambda _address: self.keys)

    def hear(self, given: dict[str, Any]) -> Telegram | BrokenTelegram:
        """Return what the last telegram of this entry says."""
        key = given.get("key") or ""
        self.keys = [bytes.fromhex(key)] if len(key) == 32 else []
        answer: Telegram | BrokenTelegram = BrokenTelegram(Why.TRUNCATED, 0, "")
        for text in given["telegrams"]:
            try:
                answer = self.decoder.decode(telegram_of(text))
            except BrokenTelegram as fault:
                answer = fault
        return answer


def holds(telegram: Telegram, key: str, value: object) -> bool:
    """Tell whether a record says what a field of the expectation says."""
    records = telegram.body.records
    if isinstance(value, (int, float)):
        factors = SUFFIXES.get(key.rsplit("_", 1)[-1], {})
        return any(
            record.value * factors.get(record.heading.unit, 1)
            == pytest.approx(value, rel=1e-6, abs=1e-6)
            for record in records
            if record.value is not None
        )
    moment = str(value).replace(" ", "T").rstrip("Z")
    return any(
        record.time is not None and record.time.isoformat().startswith(moment)
        for record in records
    )


def is_moment(value: object) -> bool:
    return isinstance(value, str) and value[4:5] == "-" and value[7:8] == "-"


# Fields that no record tells, or a meter that tells no real day.
NOT_TOLD = {
    ("emerlin868", "target_date"),  # the 0th of month 0
    ("hcae2", "meter_datetime_at_error"),  # likewise
    ("kaden", "target_date"),  # "every year"
    ("sharky774", "operating_time_in_error_h"),  # the meter answers "data error"
}


def test_every_standard_field_of_the_radio_meters_is_found() -> None:
    listener = Listener()
    missed: list[str] = []
    fields = 0
    for given in read("wireless_mbus"):
        answer = listener.hear(given)
        if given["class"] != "standard" or len("".join(given["telegrams"])) % 2:
            continue
        assert isinstance(answer, Telegram), (given["name"], str(answer))
        lacking = given["standard_fields"]["missing"]
        for key, value in given["expected_json"].items():
            skipped = key in {*lacking, "timestamp", "id", "rssi_dbm"}
            if skipped or isinstance(value, bool) or (given["driver"], key) in NOT_TOLD:
                continue
            if isinstance(value, (int, float)) or is_moment(value):
                fields += 1
                if not holds(answer, key, value):
                    missed.append(f"{given['name']} {key} {value}")
    assert fields > 500
    assert missed == []


def test_makers_own_telegrams_and_failures_are_never_values() -> None:
    listener = Listener()
    for given in read("wireless_mbus"):
        answer = listener.hear(given)
        if given["class"] == "proprietary CI":
            assert isinstance(answer, BrokenTelegram)
            assert answer.why is Why.PROPRIETARY
        if given["class"] == "fail":
            assert isinstance(answer, BrokenTelegram)


def test_every_secured_telegram_opens() -> None:
    listener = Listener()
    for given in read("wireless_mbus_secured"):
        answer = listener.hear(given)
        if given["kind"] in ("mode5", "mode7", "ell_ctr"):
            assert isinstance(answer, Telegram), (given["name"], str(answer))
            assert answer.security.state is Sealed.DECRYPTED
        elif isinstance(answer, Telegram):
            assert answer.frame == f"wmbus-{given['kind'][-1].lower()}"


def test_without_their_key_secured_telegrams_say_so() -> None:
    for given in read("wireless_mbus_secured"):
        if given["kind"] not in ("mode5", "mode7", "ell_ctr"):
            continue
        with pytest.raises(Refused) as caught:
            Decoder(KeyRing()).decode(telegram_of(given["telegrams"][-1]))
        assert caught.value.head.security.state is Sealed.NO_KEY
