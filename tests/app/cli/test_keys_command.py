"""``heatdesk keys`` as a process: keys taken in, tried, and seen by nobody afterwards."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
import typer
from typer.main import get_command

from app.cli.keys import _tell_all, _tell_taken, _tell_tested, _tell_tried, _tested
from app.cli.main import build
from app.compose.joining import Joined
from app.compose.radio import try_key
from app.corethread import CoreThread
from app.errors import BadInput
from app.model.meterkey import KeysTaken, KeyTried
from app.project.opening import Administrator, create_project, open_project
from app.users.keyplaces import Keys
from drivers.simulators.street.meters import StreetMeter
from drivers.simulators.street.telegrams import Said, frame_of
from drivers.simulators.street.traffic import Street
from tests.app.project.test_keyfiles import PASSWORD as FILE_PASSWORD
from tests.app.project.test_keyfiles import order, sealed, zipped
from tests.drivers.simulators.test_street import AT
from tests.drivers.simulators.wire import running
from tests.drivers.wireless.street import radio_project
from tests.fakes.asked import VIEWER, FakeServices
from tests.journeys.product import PASSWORD, heatdesk, json_of
from tests.secretsearch import Searcher, Secret

METER, OTHER = StreetMeter(3, 1), StreetMeter(3, 2)


def plant(home: Path) -> Path:
    """A project of a user whose own folder lies in ``home``."""
    folder = home / "plant"
    create_project(
        folder,
        title="Street",
        zone="Europe/Copenhagen",
        administrator=Administrator("eng", "Eng", PASSWORD),
        keys=Keys(home / "data" / "heatdesk"),
    )
    (home / "word").write_text(PASSWORD, encoding="utf-8")
    return folder


@pytest.mark.feature("RD-24")
@pytest.mark.feature("RD-56")
@pytest.mark.timeout(120)
def test_keys_are_taken_in_tried_and_never_seen_again(tmp_path: Path) -> None:
    folder, opens, kem = plant(tmp_path), tmp_path / "opens", tmp_path / "order-4711.zip"
    opens.write_text(f"{FILE_PASSWORD}\n", encoding="utf-8")
    meters = [(METER.number, METER.key.hex()), (OTHER.number, bytes(range(16)).hex())]
    kem.write_bytes(zipped(order_kem=sealed(order(meters))))
    login = ("--password-file", tmp_path / "word")
    take = ("keys", folder, "--import", kem, "--file-password-file", opens, "--json")
    taken = heatdesk(tmp_path, *take, *login)
    assert json_of(taken) == {"added": 2, "changed": 0, "same": 0, "faults": []}

    good, bad = (frame_of(Said(each, AT, 7)).hex() for each in (METER, OTHER))
    opened = heatdesk(tmp_path, "keys", folder, "--try", good, "--json", *login)
    assert json_of(opened)["opens"] is True

    kem.unlink()  # what remains is ours
    key = METER.key.hex()
    secrets = [Secret("a meter's key", key), Secret("the other", meters[1][1])]
    looked = Searcher(secrets).look([tmp_path])
    assert looked.files > 5
    assert not looked.hits
    said = taken.stdout + taken.stderr + opened.stdout + opened.stderr
    assert key not in said.lower()

    project = open_project(folder, keys=Keys(tmp_path / "data" / "heatdesk"))
    try:
        listed = project.meter_keys.listed()
        written = [each.verb for each in project.audit.entries(50)]
    finally:
        project.close()
    assert [(each.meter, each.source) for each in listed] == [
        (METER.number, "order-4711.zip"),
        (OTHER.number, "order-4711.zip"),
    ]
    assert "radio.import_keys" in written
    assert KeyTried(OTHER.number, "KAM", False, "") == replace(
        try_key(bad, project.meter_keys.of), says=""
    )


def test_what_was_taken_in_is_told_in_a_line_and_faults_apart(
    capsys: pytest.CaptureFixture[str],
) -> None:
    _tell_taken(KeysTaken(2, 1, 4, ("k.csv, line 7: no number stands there",)), as_json=False)
    said = capsys.readouterr()
    assert said.out == "keys: 2 new, 1 changed, 4 known before\n"
    assert said.err.strip().endswith("k.csv, line 7: no number stands there")


def test_a_list_names_meters_and_files_and_no_key(capsys: pytest.CaptureFixture[str]) -> None:
    services, thread = FakeServices(), CoreThread()
    thread.start()
    try:
        joined = Joined(thread, services.asked, VIEWER, None)
        _tell_all(joined, as_json=False)
        _tell_all(joined, as_json=True)
    finally:
        thread.stop()
    line, text = capsys.readouterr().out.splitlines()
    assert line == "71482036  2026-03-02 09:30  order-4711.kem"
    assert json.loads(text) == {
        "meter": "71482036",
        "since": "2026-03-02T09:30:00+00:00",
        "source": "order-4711.kem",
        "earlier": 0,
    }


@pytest.mark.feature("RD-24")
@pytest.mark.timeout(120)
def test_the_key_of_a_meter_is_tested_on_what_a_street_just_said(tmp_path: Path) -> None:
    street = Street(23, 2, ("5",))
    options = ("--meters", "2", "--seed", "23", "--interval-s", "1", "--speed", "4")
    with running("wmbus", *options) as simulator:
        ways = f"roof=tcp:{simulator.addresses[0]}"
        folder = radio_project(tmp_path, street, ways, unkeyed=[1])
        login = ("--password-file", tmp_path / "word")
        ask = ("keys", folder, "--for", "20", "--json", "--test")
        good = heatdesk(tmp_path, *ask, street.meter(0).number, *login)
        bad = heatdesk(tmp_path, *ask, street.meter(1).number, *login)
    told = json_of(good)
    assert told["keys"] == 1
    assert {each["opens"] for each in told["telegrams"]} == {True}
    assert bad.returncode == 2
    refused = json.loads(bad.stdout)
    assert refused["keys"] == 0
    assert refused["telegrams"][0]["opens"] is False
    said = good.stdout + good.stderr + bad.stdout + bad.stderr
    assert street.meter(0).key.hex() not in said.lower()


def test_a_tested_key_is_told_in_lines_and_waited_for(
    capsys: pytest.CaptureFixture[str],
) -> None:
    thread = CoreThread()
    thread.start()
    try:
        joined = Joined(thread, FakeServices().asked, VIEWER, None)
        known = _tested(joined, "71482036", 0.0)
        unknown = _tested(joined, "12345678", 0.4)
    finally:
        thread.stop()
    _tell_tested(known, as_json=False)
    assert capsys.readouterr().out.splitlines() == [
        "71482036  its key opens 1 of the 2 telegrams heard last",
        "  the key opens the telegram",
        "  the telegram is not sealed",
    ]
    with pytest.raises(typer.Exit) as ended:
        _tell_tested(unknown, as_json=False)
    assert ended.value.exit_code == 2
    assert capsys.readouterr().out == "12345678  no key is kept for this meter\n"


def test_a_telegram_that_stays_closed_ends_the_command_with_2(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(typer.Exit) as ended:
        _tell_tried(
            try_key(frame_of(Said(METER, AT, 7)).hex(), lambda _meter: ()), as_json=False
        )
    assert ended.value.exit_code == 2
    assert capsys.readouterr().out == (
        f"KAM {METER.number} the telegram is sealed, and there is no key for its meter\n"
    )
    assert (
        try_key("nonsense", lambda _meter: ()).says
        == "line 1, letter 1: 'n' is no hexadecimal digit"
    )
    plain = try_key(frame_of(Said(METER, AT, 7, "0")).hex(), lambda _meter: ())
    assert (plain.opens, plain.says) == (False, "the telegram is not sealed")


@pytest.mark.parametrize(
    "options",
    [
        ("--list", "--try", "00"),
        ("--test", "1", "--list"),
        ("--import", "f", "--list"),
        ("--remove", "1", "--list"),
    ],
)
def test_one_thing_at_a_time(options: tuple[str, ...], tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="one at a time"):
        get_command(build()).main(["keys", str(tmp_path), *options], standalone_mode=False)
