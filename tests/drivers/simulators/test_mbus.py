"""The bus of meters as a process, asked by bare bytes and by libmbus' own tools."""

import re
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from drivers.mbus.asking import FCB, REQ_UD2, SND_NKE, long_frame, short_frame
from drivers.mbus.decoder import Decoder
from drivers.simulators.wiredbus import seeded_meters
from tests.drivers.peers.libmbus import libmbus_tool
from tests.drivers.simulators.wire import Running, running, started

NKE, ASK = short_frame(SND_NKE, 1), short_frame(REQ_UD2 | FCB, 1)
AT_ONCE = ("--lapse", "0")
posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pseudo-terminals")


@contextmanager
def line(device: Running) -> Iterator[socket.socket]:
    with socket.create_connection((device.host, device.port), 5.0) as wire:
        yield wire


def heard(wire: socket.socket, still_s: float = 0.3) -> bytes:
    """Return what comes until nothing does for a while."""
    wire.settimeout(still_s)
    data = b""
    try:
        while piece := wire.recv(4096):
            data += piece
    except TimeoutError:
        pass
    return data


def answer(wire: socket.socket, request: bytes) -> bytes:
    wire.sendall(request)
    return heard(wire)


def test_libmbus_reads_meters_by_both_addresses() -> None:
    tool = libmbus_tool("mbus-tcp-request-data")
    with running("mbus", *AT_ONCE, "--units", "4") as device:
        for primary, medium in ((1, "Heat"), (3, "Water"), (4, "Electricity")):
            said = tool(device.host, device.port, primary)
            assert f"<Medium>{medium}" in said, said
            number = re.findall(r"<Id>(\d+)</Id>", said)[0]
            assert said.count("<DataRecord ") >= 5
        again = tool(device.host, device.port, f"{number:0>8}FFFFFFFF")
        assert f"<Id>{number}</Id>" in again


@posix
def test_libmbus_reads_a_meter_at_a_serial_port_at_its_own_rate_only() -> None:
    tool = libmbus_tool("mbus-serial-request-data")
    with running("mbus", *AT_ONCE, "--units", "2", "--pty", "--baud", "9600") as device:
        port = device.addresses[0]
        assert port.startswith("/dev/")
        said = tool("-b", "9600", port, 2)
        assert "<Medium>Heat" in said, said
        assert said.count("<DataRecord ") >= 5
        assert "<DataRecord " not in tool("-b", "300", port, 2)


@posix
@pytest.mark.campaign
def test_libmbus_gives_a_meter_at_a_serial_port_another_address() -> None:
    """At 9600 Bd, which its tool speaks by itself: set to another rate it fails."""
    tool = libmbus_tool("mbus-serial-set-address")
    read = libmbus_tool("mbus-serial-request-data")
    with running("mbus", *AT_ONCE, "--units", "2", "--pty", "--baud", "9600") as device:
        said = tool(device.addresses[0], 2, 77)
        assert "No reply" not in said, said
        assert "<DataRecord " in read("-b", "9600", device.addresses[0], 77)


@posix
def test_faults_and_a_restart_at_a_serial_port(tmp_path: Path) -> None:
    state = str(tmp_path / "state.json")
    with running("mbus", *AT_ONCE, "--units", "3", "--pty", "--state", state) as device:
        assert device.say("status").startswith(f"ok {device.addresses[0]} faults none meters 3")
        assert device.say("fault silent on") == "ok"
        assert "faults silent" in device.say("status")
        number = seeded_meters(3, 1, 2400, addressed=True)[1].secondary.id
        assert device.say(f"set rate {number} 300") == "ok"
        assert device.say(f"set rate {number} 301").startswith("error: write 'set info")
    with (
        running("mbus", *AT_ONCE, "--units", "3", "--state", state) as device,
        line(device) as wire,
    ):
        assert answer(wire, NKE) == b"\xe5"
        assert answer(wire, short_frame(SND_NKE, 2)) == b"", "it speaks at 300 Bd by now"


@pytest.mark.campaign
def test_libmbus_reads_a_readout_of_two_telegrams() -> None:
    tool = libmbus_tool("mbus-tcp-request-data-multi-reply")
    with running("mbus", *AT_ONCE, "--units", "1") as device:
        said = tool(device.host, device.port, 1)
    assert said.count("<StorageNumber>6</StorageNumber>") == 3, said


@pytest.mark.campaign
def test_libmbus_finds_every_meter_of_a_bus_with_collisions() -> None:
    tool = libmbus_tool("mbus-tcp-scan-secondary")
    with running("mbus", *AT_ONCE, "--units", "3", "--fresh") as device:
        said = tool(device.host, device.port)
    assert len(set(re.findall(r"Found a device on secondary address (\w{16})", said))) == 3, (
        said
    )


def test_a_line_takes_its_time() -> None:
    with running("mbus", "--units", "1") as device, line(device) as wire:
        began_s = time.monotonic()
        told = answer(wire, NKE)
        assert told == b"\xe5"
        telegram = answer(wire, ASK)
        took_s = time.monotonic() - began_s
    assert took_s > 11 * len(NKE + told + ASK + telegram) / 2400, "never faster than the line"


def test_echo_and_noise_come_with_the_answer() -> None:
    with running("mbus", *AT_ONCE, "--fault", "echo") as device, line(device) as wire:
        assert answer(wire, NKE) == NKE + b"\xe5"
        assert device.say("fault echo off") == "ok"
        assert device.say("fault noise on") == "ok"
        told = answer(wire, NKE)
        assert told.endswith(b"\xe5")
        assert len(told) == 4


def test_answers_are_cut_lost_hurt_or_somebody_elses_on_demand() -> None:
    with running("mbus", *AT_ONCE, "--fault", "lost:100") as device:
        with line(device) as wire:
            assert answer(wire, NKE) == b""
            device.say("fault clear")
            sound = answer(wire, ASK)
            assert Decoder().decode(sound).body.records
            device.say("fault broken-frames on")
            hurt = answer(wire, ASK)
            assert len(hurt) == len(sound)
            assert hurt != sound
            device.say("fault clear")
            device.say("fault wrong-unit on")
            assert Decoder().decode(answer(wire, ASK)).bus_address == 2
            device.say("fault clear")
            device.say("fault cut on")
            half = answer(wire, ASK)
            assert 0 < len(half) < len(sound)
            assert wire.recv(1) == b"", "hung up"
        device.say("fault clear")
        device.say("fault drop on")
        with line(device) as wire:
            wire.sendall(NKE)
            assert heard(wire, 3.0) == b""
        device.say("fault clear")
        device.say("fault silent on")
        with line(device) as wire:
            assert answer(wire, NKE) == b""
        assert device.say("fault exception:1 on").startswith(
            "error: fault 'exception:1': a bus"
        )


def test_an_address_given_outlives_a_restart(tmp_path_factory: pytest.TempPathFactory) -> None:
    state = str(tmp_path_factory.mktemp("bus") / "state.json")
    with running("mbus", *AT_ONCE, "--state", state) as device, line(device) as wire:
        assert answer(wire, long_frame(0x73, 2, b"\x51\x01\x7a\x63")) == b"\xe5"
        assert "meters 20" in device.say("status")
        assert device.say("set silent 1 on") == "error: there is no meter 1 on this bus"
    with running("mbus", *AT_ONCE, "--state", state) as device, line(device) as wire:
        assert answer(wire, short_frame(SND_NKE, 99)) == b"\xe5"
        assert answer(wire, short_frame(SND_NKE, 2)) == b""


def test_meters_as_they_come_from_their_makers_all_have_the_same_address() -> None:
    with running("mbus", *AT_ONCE, "--fresh") as device, line(device) as wire:
        assert answer(wire, short_frame(REQ_UD2 | FCB, 0))
        assert answer(wire, NKE) == b""


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--units", "251"), "--units: 251 is not between 1 and 250"),
        (("--baud", "1000"), "--baud: 1000 is none of 300, 600"),
        (("--lapse", "-1"), "--lapse: -1.0 is not between 0 and 10000"),
        (("--fault", "exception:1"), "fault 'exception:1': a bus of meters knows silent"),
    ],
)
def test_options_that_cannot_be_are_named(arguments: tuple[str, ...], sentence: str) -> None:
    process = started("mbus", *arguments)
    _said, errors = process.communicate(timeout=20)
    assert process.returncode == 2
    assert errors.startswith(sentence)
