"""A simulated ECL 310 as a process of its own: sockets, raw bytes, control lines, memory."""

import asyncio
import json
import signal
import struct
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from app.errors import BadInput
from drivers.simulators.ecl310 import SIMULATOR, Ecl310Options, serve
from drivers.simulators.registers.table import signed
from tests.drivers.simulators.wire import Running, Wire, running, started
from tests.machine import posix_signals

OPEN = 19200


def address(pnu: int) -> int:
    return pnu - 1


def until(true: Callable[[], bool], within_s: float = 30.0) -> None:
    end = time.monotonic() + within_s
    while not true():
        assert time.monotonic() < end, "it never happened"
        time.sleep(0.02)


def test_it_answers_within_a_second_of_being_started() -> None:
    began = time.monotonic()
    with running("ecl310", "--seed", "3") as ecl, ecl.wire() as wire:
        assert wire.read(address(2060), 4) == [65, 266, 1, 2048]
        assert time.monotonic() - began < 5.0, "generous: the machine may be busy"


def test_the_wire_is_the_manuals() -> None:
    with running("ecl310", "--seed", "3") as ecl, ecl.wire() as wire:
        sensors = [signed(word) / 100 for word in wire.read(address(10201), 6, function=4)]
        assert 15.0 < sensors[1] < 25.0
        assert 20.0 < sensors[2] < 75.0
        assert wire.read(address(10207), 10) == [OPEN] * 10
        assert wire.read(address(10200), 2) == [-2], "one unserved register fails the block"
        assert wire.read(address(10201), 124) == [-3]
        assert wire.read(address(3999), 33)[0] >> 6 & 1 == 1
        assert wire.read(0, 1, function=1) == [-1]
        write_many = struct.pack(">BHHBH", 16, address(11180), 1, 2, 215)
        assert wire.ask(write_many) == b"\x90\x01"
        assert wire.write(address(11180), 215) == 0
        assert wire.write(address(11180), 401) == 3
        assert wire.write(address(11182), -99) == 0
        assert wire.write(address(11182), 1) == 3
        assert wire.write(address(10201), 0) == 2
        assert wire.read(address(11180), 3) == [215, 170, 0x10000 - 99]


def test_its_station_and_the_service_station_answer_and_others_are_silent() -> None:
    with running("ecl310", "--unit", "5") as ecl, ecl.wire() as wire:
        assert wire.read(address(38), unit=5) == [5]
        assert wire.read(address(38), unit=254) == [5]
        wire.send(struct.pack(">BHH", 3, address(38), 1), unit=1)
        assert wire.silent()
        wire.send(struct.pack(">BHH", 6, address(11180), 222), unit=0)
        assert wire.silent()
        assert wire.read(address(11180), unit=5) == [222], "a broadcast write is carried out"


def test_one_client_at_a_time() -> None:
    with running("ecl310") as ecl:
        with ecl.wire() as first, ecl.wire() as second:
            assert first.read(address(38)) == [1]
            assert second.closed()
            assert first.read(address(38)) == [1]
        with ecl.wire() as third:
            assert third.read(address(38)) == [1]


def test_an_idle_link_is_closed() -> None:
    with running("ecl310", "--idle-close-s", "0.5") as ecl, ecl.wire() as wire:
        assert wire.read(address(38)) == [1]
        assert wire.closed()


def test_seventy_five_seconds_is_its_patience() -> None:
    assert Ecl310Options().idle_close_s == 75.0


def test_what_is_written_changes_what_it_does() -> None:
    options = ("--speed", "300", "--season", "winter", "--no-room-sensor")
    with running("ecl310", *options) as ecl, ecl.wire() as wire:
        assert ecl.say("set s1 0") == "ok"
        assert wire.write(address(4201), 2) == 0
        until(lambda: wire.read(address(11253)) == [4900])
        assert wire.write(address(11180), 220) == 0
        until(lambda: wire.read(address(11253)) == [5500])  # 2 K x slope 1.2 x 2.5
        until(lambda: wire.read(address(10203))[0] > 5300)
        assert wire.write(address(4066), 1) == 0
        assert wire.read(address(4006)) == [0]
        return_before = wire.read(address(10205))[0]
        until(lambda: wire.read(address(10205))[0] > return_before + 1500)
        assert wire.write(address(4066), 0) == 0
        assert wire.read(address(4006)) == [1]
        assert wire.write(address(4201), 4) == 0
        until(lambda: wire.read(address(11253)) == [1000])


def test_its_clock_runs_in_the_zone_given_and_is_off_as_told() -> None:
    def shown(wire: Wire) -> datetime:
        hour, minute, day, month, year = wire.read(address(64045), 5)
        return datetime(year, month, day, hour, minute)  # noqa: DTZ001 - as the display shows

    options = ("--zone", "Europe/Athens", "--clock-offset-s", "-600")
    with running("ecl310", *options) as ecl, ecl.wire() as wire:
        local = datetime.now(ZoneInfo("Europe/Athens")).replace(tzinfo=None)
        assert 595 <= (local - shown(wire)).total_seconds() <= 665
        assert wire.write(address(64046), local.minute) == 0
        assert wire.write(address(64045), local.hour) == 0
        assert abs((local - shown(wire)).total_seconds()) <= 120


def fault_shows(ecl: Running, fault: str) -> bytes | None:
    """Put a fault in force, ask once, return what came (None: nothing within a moment)."""
    assert ecl.say(f"fault {fault} on") == "ok"
    with ecl.wire() as wire:
        wire.send(struct.pack(">BHH", 3, address(34), 2))
        try:
            return wire.rest(0.4)
        finally:
            assert ecl.say("fault clear") == "ok"


def test_faults_come_and_go_by_control_line() -> None:
    good = struct.pack(">HHHB", 1, 0, 7, 1) + bytes((3, 4, 65, 2, 2, 45))
    with running("ecl310") as ecl:
        assert fault_shows(ecl, "slow:1") == good
        assert fault_shows(ecl, "silent") is None
        assert fault_shows(ecl, "slow:3000") is None
        assert fault_shows(ecl, "drop") == b""
        assert fault_shows(ecl, "duplicate") == good + good
        assert fault_shows(ecl, "wrong-transaction") == b"\0\2" + good[2:]
        assert fault_shows(ecl, "exception:34:4") == good[:5] + b"\x03\x01\x83\x04"
        assert fault_shows(ecl, "broken-frames") != good
        assert ecl.say("fault lightning on").startswith("error: fault 'lightning' is not known")
        assert ecl.say("fault").startswith("error: 'fault ' is no control line")
        with ecl.wire() as wire:
            assert wire.read(address(34), 2) == [16642, 557]


def test_an_open_sensor_by_fault_and_by_control_line() -> None:
    with running("ecl310", "--fault", "sensor-open:S3") as ecl, ecl.wire() as wire:
        assert wire.read(address(10203)) == [OPEN]
        assert ecl.say("fault sensor-open:S3 off") == "ok"
        assert wire.read(address(10203)) != [OPEN]
        assert ecl.say("set s1 -12.5") == "ok"
        assert signed(wire.read(address(10201))[0]) == -1250
        assert ecl.say("set S2 open") == "ok"
        assert wire.read(address(10202)) == [OPEN]
        assert ecl.say("set s2 auto") == "ok"
        assert wire.read(address(10202)) != [OPEN]
        assert "none of s1 to s16" in ecl.say("fault sensor-open:S17 on")


def test_the_display_can_be_played() -> None:
    with running("ecl310") as ecl, ecl.wire() as wire:
        assert ecl.say("set 11180 225") == "ok"
        assert wire.read(address(11180)) == [225]
        assert ecl.say("set relay2 on") == "ok"
        assert wire.read(address(4007)) == [1]
        assert wire.read(address(4027)) == [2]
        assert ecl.say("set alarm3 on") == "ok"
        assert wire.read(address(1025)) == [4]
        assert ecl.say("set alarm3 auto") == "ok"
        assert wire.read(address(1025)) == [0]
        wrong_lines = (
            *("set", "set s1", "set s1 warm", "set relay9 on", "set relay1 maybe", "set 36 1"),
            *("set 11180 x", "set 4201 9", "set moon 1", "dance", "#2 status"),
        )
        for wrong in wrong_lines:
            assert ecl.say(wrong).startswith("error: "), wrong


def test_status_tells_address_faults_and_time() -> None:
    with running("ecl310", "--fault", "slow:5") as ecl:
        answer = ecl.say("status")
        assert answer.startswith(f"ok {ecl.addresses[0]} faults slow:5 time ")
        assert datetime.fromisoformat(answer.split()[-1]).tzinfo == UTC


def test_a_restart_drops_the_link_and_comes_back_on_the_same_port() -> None:
    def back() -> bool:
        try:
            with ecl.wire() as again:
                return again.read(address(34)) == [16642]
        except (ConnectionError, EOFError):
            return False

    with running("ecl310") as ecl, ecl.wire() as wire:
        assert wire.write(address(11180), 231) == 0
        assert ecl.say("fault restart:0.5") == "ok"
        assert wire.closed()
        until(back)
        with ecl.wire() as again:
            assert again.read(address(11180)) == [231], "settings outlive the power"


def test_the_end_of_standard_input_does_not_stop_it_but_quit_does() -> None:
    process = started("ecl310")
    assert process.stdout is not None
    assert process.stdin is not None
    host, _, port = process.stdout.readline().split()[-1].partition(":")
    process.stdin.close()
    with Wire(host, int(port)) as wire:
        assert wire.read(address(38)) == [1]
        time.sleep(0.3)
        assert wire.read(address(38)) == [1]
    process.terminate()
    assert process.wait(10) == 0
    other = started("ecl310")
    assert other.communicate("quit\n", timeout=10)[1] == ""
    assert other.returncode == 0
    process.stdout.close()
    assert process.stderr is not None
    process.stderr.close()


@posix_signals
@pytest.mark.parametrize("name", ["SIGTERM", "SIGINT"])
def test_signals_stop_it_cleanly(name: str) -> None:
    with running("ecl310") as ecl, ecl.wire() as wire:
        assert wire.read(address(38)) == [1]
        ecl.process.send_signal(getattr(signal, name))
        assert ecl.process.wait(10) == 0
        assert wire.closed()


def test_settings_and_index_survive_even_a_kill(tmp_path: Path) -> None:
    state = tmp_path / "ecl.json"
    options = ("--state", str(state), "--seed", "6")
    process = started("ecl310", *options)
    assert process.stdout is not None
    host, _, port = process.stdout.readline().split()[-1].partition(":")
    with Wire(host, int(port)) as wire:
        assert wire.write(address(11180), 233) == 0
        assert wire.write(address(3110), 615) == 0
        until(state.exists)
        process.kill()
    process.communicate(timeout=10)
    with running("ecl310", *options) as ecl, ecl.wire() as wire:
        assert wire.read(address(11180)) == [233]
        assert wire.read(address(3110)) == [615]


def test_a_state_that_is_none_is_refused_with_its_name(tmp_path: Path) -> None:
    for content in (
        "{",
        "[]",
        '{"kind": "toaster"}',
        json.dumps({"kind": "ecl310", "version": 1, "devices": [{"water": {}}]}),
    ):
        state = tmp_path / "broken.json"
        state.write_text(content, encoding="utf-8")
        process = started("ecl310", "--state", str(state))
        _, errors = process.communicate(timeout=10)
        assert process.returncode == 2
        assert str(state) in errors or "saved state" in errors
        assert "Traceback" not in errors
        assert state.read_text(encoding="utf-8") == content, "nothing is overwritten"


def test_many_in_one_process_have_their_own_address_serial_and_life() -> None:
    with running("ecl310", "--count", "8", "--seed", "20", count=8) as plant:
        assert len(set(plant.addresses)) == 8
        assert plant.say("#3 set 11180 250") == "ok"
        assert plant.say("#4 fault silent on") == "ok"
        serials, comforts = set(), []
        for place in range(8):
            with plant.wire(place) as wire:
                if place == 3:
                    wire.send(struct.pack(">BHH", 3, 0, 1))
                    assert wire.silent()
                    continue
                serials.add(tuple(wire.read(address(36), 2)))
                comforts.append(wire.read(address(11180))[0])
        assert len(serials) == 7
        assert comforts == [200, 200, 250, 200, 200, 200, 200]


async def test_it_can_be_served_inside_a_program_and_ends_when_told() -> None:
    addresses: list[str] = []
    handlers: list[Callable[[str], str]] = []
    options = Ecl310Options(count=2, seed=7)
    serving = asyncio.create_task(serve(options, addresses.append, handlers.append))
    async with asyncio.timeout(10):
        while len(addresses) < 2 or not handlers:  # noqa: ASYNC110 - serve only calls back
            await asyncio.sleep(0.01)
        assert handlers[0]("quit") == "ok"
        await serving
    assert SIMULATOR.serve is serve


async def test_cancelling_frees_the_port() -> None:
    addresses: list[str] = []
    serving = asyncio.create_task(serve(Ecl310Options(), addresses.append))
    async with asyncio.timeout(10):
        while not addresses:  # noqa: ASYNC110 - serve only calls back
            await asyncio.sleep(0.01)
    serving.cancel()
    with pytest.raises(asyncio.CancelledError):
        await serving
    with pytest.raises(ConnectionRefusedError):
        await asyncio.open_connection("127.0.0.1", int(addresses[0].partition(":")[2]))


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("unit", 0),
        ("unit", 248),
        ("serial", -1),
        ("serial", 1 << 32),
        ("season", "x"),
        ("zone", "x"),
        ("speed", 0.0),
        ("count", 0),
        ("host", "here"),
        ("port", 70000),
        ("spread", "wide"),
        ("idle_close_s", -1.0),
    ],
)
def test_options_that_cannot_be_are_refused(option: str, value: object) -> None:
    with pytest.raises(BadInput):
        Ecl310Options(**{option: value}).check()  # type: ignore[arg-type]
