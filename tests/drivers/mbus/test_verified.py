"""The list of verified meters: each has a recorded telegram, read as others read it."""

import json
from importlib.resources import files
from typing import Any

import pytest

from app.model.verified import RADIO, WIRED, Proof, ProvenMeter
from app.profiles.meters import load_meters
from app.profiles.verified import FILE, as_csv, from_csv, proof_of, proven_meters
from drivers.mbus.decoder import Decoder
from tests.drivers.mbus.test_public_telegrams import FOLDER, read
from tests.drivers.mbus.verified import all_wired, faults, proven

PROFILES = load_meters().meters
GOOD = ProvenMeter(
    RADIO, "KAM", 0x35, 0x04, "heat", "kamstrup.multical", "MULTICAL 603", "0a" * 32
)
with_telegrams = pytest.mark.skipif(
    not FOLDER.is_dir(),
    reason="PUBLIC TELEGRAMS NOT FOUND (shared/vectors beside the project): NOT TESTED",
)


def test_the_list_that_comes_along_is_sound() -> None:
    text = (files("resources.meters") / FILE).read_text(encoding="utf-8")
    assert as_csv(proven_meters()) == text
    assert faults(proven_meters()) == []
    assert len(proven_meters()) > 50
    assert {each.way for each in proven_meters()} == {WIRED, RADIO}


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"way": "pigeon"}, "way"),
        ({"manufacturer": "Kam"}, "manufacturer"),
        ({"version": 256}, "version"),
        ({"medium": -1}, "medium"),
        ({"kind": "water"}, "kind"),
        ({"profile": "kamstrup.nothing"}, "profile"),
        ({"profile": ""}, "profile"),
        ({"model": "MULTICAL 403"}, "model"),
        ({"sha256": ""}, "sha256"),
        ({"sha256": "0A" * 32}, "sha256"),
    ],
)
def test_an_entry_that_is_no_meter_of_ours_is_named(wrong: dict[str, Any], said: str) -> None:
    assert faults([GOOD]) == []
    assert faults([GOOD._replace(**wrong)]) == [f"KAM {said}"]


def test_a_telegram_is_listed_once_and_in_its_place() -> None:
    other = GOOD._replace(sha256="0b" * 32)
    assert faults([GOOD, other]) == []
    assert faults([GOOD, GOOD]) == ["the order, or a telegram listed twice"]
    assert faults([other, GOOD]) == ["the order, or a telegram listed twice"]


def test_a_list_is_read_as_it_was_written() -> None:
    lines = (GOOD, GOOD._replace(way=WIRED, version=0, profile="", model="a, b"))
    assert from_csv(as_csv(lines)) == lines
    assert ",KAM,35,04," in as_csv(lines)


@with_telegrams
def test_the_list_is_what_the_recorded_telegrams_prove() -> None:
    """An entry without its telegram, and a telegram without its entry, are both faults."""
    listed, found = set(proven_meters()), set(proven())
    again = "write the list anew: python -m tests.drivers.mbus.verified"
    assert listed - found == set(), f"no telegram proves these; {again}"
    assert found - listed == set(), f"these are not listed; {again}"


@with_telegrams
def test_one_wrong_value_proves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = {name: read(name) for name in ("wired_mbus", "wireless_mbus")}
    spoiled = json.loads(json.dumps(whole))
    for given in spoiled["wired_mbus"]:
        for record in given["expected"]["records"]:
            if record["value_num"] is not None:
                record["value_num"] += 1 + abs(record["value_num"])
    for given in spoiled["wireless_mbus"]:
        wanted = given["expected_json"]
        for key, value in wanted.items():
            if isinstance(value, int | float) and not isinstance(value, bool):
                wanted[key] = 12345.678 + value
    monkeypatch.setattr("tests.drivers.mbus.verified.read", spoiled.__getitem__)
    left = [each for each in proven() if each.way == WIRED]
    assert left == []
    assert len([each for each in proven() if each.way == RADIO]) < 3, "only moments are left"


@with_telegrams
def test_a_wired_telegram_cut_short_proves_nothing() -> None:
    given = next(each for each in read("wired_mbus") if each["ci"] == "72")
    telegram = Decoder().decode(bytes.fromhex(given["hex"]))
    assert all_wired(given, telegram)
    given["expected"]["records"].pop(0)
    assert not all_wired(given, telegram)


def test_a_listed_make_is_verified_by_the_way_it_was_recorded_alone() -> None:
    who = ("KAM", 0x35, 0x04)
    profile, _model = PROFILES.of(*who) or pytest.fail("MULTICAL 603 has lost its profile")
    assert proof_of(RADIO, *who, profile) is Proof.VERIFIED
    assert proof_of(WIRED, *who, profile) is Proof.PROFILE


def test_an_unlisted_make_is_read_generically_and_said_to_be_not_verified() -> None:
    assert proof_of(WIRED, "ZZZ", 1, 4, None) is Proof.GENERIC
    assert proof_of(RADIO, "ABB", 2, 2, None) is Proof.GENERIC, "recorded on the wire alone"
    assert proof_of(WIRED, "ABB", 2, 2, None) is Proof.VERIFIED


def test_a_plants_own_profile_is_proved_by_nothing() -> None:
    profile, _model = PROFILES.of("KAM", 0x35, 0x04) or pytest.fail("no profile")
    assert proof_of(RADIO, "ABB", 2, 2, profile) is Proof.PROFILE
    assert proof_of(WIRED, "ABB", 2, 2, profile) is Proof.PROFILE, "not what was tried"
    assert proof_of(RADIO, "KAM", 0x35, 0x04, None) is Proof.GENERIC
