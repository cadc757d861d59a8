"""``heatdesk receivers``: who is heard by whom, in lines and as JSON, by a real process."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.cli.receivers import _found, _how, _tell_meter, _tell_receiver
from app.compose.joining import Joined
from app.corethread import CoreThread
from app.errors import BadInput
from drivers.simulators.street.traffic import Street
from tests.drivers.simulators.wire import running
from tests.drivers.wireless.street import radio_project
from tests.fakes.asked import VIEWER, FakeServices
from tests.journeys.product import heatdesk, json_lines

Told = pytest.CaptureFixture[str]


@pytest.fixture
def joined() -> Iterator[Joined]:
    thread = CoreThread()
    thread.start()
    yield Joined(thread, FakeServices().asked, VIEWER, None)
    thread.stop()


@pytest.mark.feature("RD-16")
@pytest.mark.feature("RD-66")
@pytest.mark.timeout(120)
def test_a_process_says_who_is_heard_by_whom_and_why_one_is_not(tmp_path: Path) -> None:
    """Three meters of a street of five are ours, one of them without a key."""
    heard, own = Street(21, 5, ("5",)), Street(21, 3, ("5",))
    options = ("--meters", "5", "--seed", "21", "--interval-s", "1", "--speed", "4")
    with running("wmbus", *options, "--receivers", "2", count=2) as simulator:
        ways = " ".join(f"r{n}=tcp:{each}" for n, each in enumerate(simulator.addresses))
        folder = radio_project(tmp_path, own, f"{ways} gone=tcp:127.0.0.1:9", unkeyed=[2])
        login = ("--password-file", tmp_path / "word")
        done = heatdesk(
            *(tmp_path, "receivers", folder, "--for", "4", "--strangers", "--json"), *login
        )
    told = json_lines(done)
    receivers = {each["receiver"]: each for each in told if "receiver" in each}
    meters = {each["number"]: each for each in told if "number" in each}
    assert set(receivers) == {"r0", "r1", "gone"}
    assert receivers["gone"]["trouble"]
    assert receivers["r0"]["own"] > 3
    strangers = {each["number"] for each in receivers["r0"]["strangers"]}
    assert strangers == {heard.meter(3).number, heard.meter(4).number}
    first, second, third = (own.meter(place).number for place in range(3))
    assert set(meters) == {first, second, third}
    for number in (first, second):
        assert meters[number]["telegrams"] > 0
        assert meters[number]["trouble"] == ""
        assert {each["receiver"] for each in meters[number]["receivers"]} == {"r0", "r1"}
    assert meters[third]["telegrams"] == 0
    assert meters[third]["causes"]["no-key"] > 0
    assert meters[third]["receivers"]


def test_receivers_and_strangers_are_told_in_lines(joined: Joined, capsys: Told) -> None:
    roof, yard = joined.ask(joined.asked.radio.receivers(joined.viewer))
    _tell_receiver(roof, strangers=True, as_json=False)
    _tell_receiver(yard, strangers=True, as_json=False)
    assert capsys.readouterr().out.splitlines() == [
        "roof  120 telegrams of our meters, 16 of others, 4 damaged",
        "  ELS 12345678  4  -77 dBm",
        "yard  0 telegrams of our meters, 0 of others, 0 damaged  not connected: no route",
    ]
    _tell_receiver(roof, strangers=False, as_json=True)
    told = json.loads(capsys.readouterr().out)
    assert "strangers" not in told
    assert told["last_at"] == "2026-03-02T09:30:00+00:00"


def test_meters_are_told_with_level_losses_and_causes(joined: Joined, capsys: Told) -> None:
    heard, silent = joined.ask(joined.asked.radio.reception(joined.viewer))
    _tell_meter(heard, as_json=False)
    _tell_meter(silent, as_json=False)
    assert capsys.readouterr().out.splitlines() == [
        (
            "71482036  m-1  -71 dBm, heard by roof, 4 % missed, last 2026-03-02 09:30:00  "
            "damaged on the way: 2"
        ),
        "71482037  m-2  not heard",
    ]
    _tell_meter(heard, as_json=True)
    told = json.loads(capsys.readouterr().out)
    assert told["receivers"][0]["last_at"] == told["last_at"] == "2026-03-02T09:30:00+00:00"
    assert _how(silent) == "not heard"


def test_one_meter_is_found_by_its_number(joined: Joined) -> None:
    assert _found(joined, " 71482037 ").device == "m-2"
    with pytest.raises(BadInput, match="there is no radio meter 99"):
        _found(joined, "99")
