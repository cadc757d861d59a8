"""``heatdesk receivers``: who is heard by whom, in lines and as JSON, by a real process."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from threading import Event, Thread

import pytest

from app.cli.receivers import _found, _how, _tell_meter, _tell_receiver, run
from app.compose.joining import Joined
from app.corethread import CoreThread
from app.errors import BadInput
from drivers.simulators.street.lines import Caught, line_of
from drivers.simulators.street.telegrams import Said
from drivers.simulators.street.traffic import Street
from tests.drivers.simulators.wire import running
from tests.drivers.wireless.street import radio_project
from tests.fakes.asked import VIEWER, FakeServices
from tests.journeys.product import heatdesk, json_lines
from tests.mosquitto import USER, WORD, Broker, NoBroker, serving

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


@pytest.mark.timeout(120)
def test_a_broker_is_heard_by_a_process_that_knows_its_sealed_password(tmp_path: Path) -> None:
    """Three forms of telegrams over Mosquitto; what is none is counted and told."""
    street = Street(22, 3, ("0",))
    try:
        with serving(tmp_path / "broker", tls=True) as broker:
            way = f"broker=mqtt:{USER}@127.0.0.1:{broker.port}/meters/%23?ca={broker.ca}"
            folder = radio_project(tmp_path, street, way)
            login = ("--password-file", tmp_path / "word")
            (tmp_path / "other").write_text(WORD + "\n", encoding="utf-8")
            keep = ("--secret", "broker", "--secret-file", tmp_path / "other")
            kept = heatdesk(tmp_path, "receivers", folder, *keep, *login)
            assert kept.stdout == "broker: the password is kept\n", kept.stderr
            with published(broker, street):
                listen = ("receivers", folder, "--for", "4", "--json")
                told = json_lines(heatdesk(tmp_path, *listen, *login))
    except NoBroker as error:
        pytest.skip(str(error))
    (receiver,) = (each for each in told if "receiver" in each)
    assert (receiver["trouble"], receiver["damaged"]) == ("", 0)
    assert receiver["no_telegrams"] > 0
    meters = [each for each in told if "number" in each]
    assert len(meters) == 3
    assert all(each["telegrams"] > 0 and not each["causes"] for each in meters)
    files = [each for each in folder.rglob("*") if each.is_file()]
    assert not [each for each in files if WORD.encode() in each.read_bytes()]


@contextmanager
def published(broker: Broker, street: Street) -> Iterator[None]:
    """Publish each meter in another form, and what is no telegram, again and again."""
    ending, number = Event(), count(1)

    def publish() -> None:
        while not ending.wait(0.3):
            now, access_no = datetime.now(UTC), next(number) % 256
            said = [Said(street.meter(place), now, access_no) for place in range(3)]
            heard = [
                line_of(Caught(each, now, 0, -70), form)
                for each, form in zip(said, ("hex", "rtl", "json"), strict=True)
            ]
            payloads = [each.encode() for each in heard]
            broker.publish(
                "meters/roof", b"\n".join(payloads[:2]), payloads[2], b"\xff nothing"
            )

    thread = Thread(target=publish)
    thread.start()
    try:
        yield
    finally:
        ending.set()
        thread.join()


def test_a_password_is_kept_and_forgotten_in_words(
    joined: Joined, capsys: Told, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    @contextmanager
    def joining(*_asked: object, **_how: object) -> Iterator[Joined]:
        yield joined

    monkeypatch.setattr("app.compose.joining.join", joining)
    monkeypatch.setattr("app.cli.receivers.who", lambda *_given: ("eng", "word"))
    for written, says in (
        ("word\n", "roof: the password is kept"),
        ("\n", "roof: no password is kept"),
    ):
        (tmp_path / "word").write_text(written, encoding="utf-8")
        run(tmp_path, secret="roof", secret_file=tmp_path / "word")
        assert capsys.readouterr().out == says + "\n"
    with pytest.raises(BadInput, match="no receiver cellar"):
        run(tmp_path, secret="cellar", secret_file=tmp_path / "word")


def test_receivers_and_strangers_are_told_in_lines(joined: Joined, capsys: Told) -> None:
    roof, yard = joined.ask(joined.asked.radio.receivers(joined.viewer))
    _tell_receiver(roof, strangers=True, as_json=False)
    _tell_receiver(yard, strangers=True, as_json=False)
    assert capsys.readouterr().out.splitlines() == [
        "roof  120 telegrams of our meters, 16 of others, 4 damaged  1 line is no telegram",
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
            "71482036  m-1  -71 dBm, heard by roof, 4 % missed, last 2026-03-02 09:30:00 UTC  "
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
