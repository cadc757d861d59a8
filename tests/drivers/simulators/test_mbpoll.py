"""A master nobody here wrote (mbpoll on libmodbus) reads and writes the simulated devices."""

import shutil
import subprocess

import pytest

from tests.drivers.simulators.wire import Running, running

MBPOLL = shutil.which("mbpoll")
pytestmark = pytest.mark.skipif(
    MBPOLL is None, reason="mbpoll is not installed: apt-get install mbpoll"
)


def mbpoll(device: Running, *arguments: str) -> tuple[int, str]:
    """Run mbpoll once against the device; return its exit code and all it said."""
    assert MBPOLL is not None
    host, _, port = device.addresses[0].partition(":")
    done = subprocess.run(
        [MBPOLL, "-m", "tcp", "-p", port, "-0", "-q", "-o", "2", *arguments[:-1], host]
        + ([arguments[-1]] if arguments[-1] else []),
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=30,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def values(said: str) -> dict[int, str]:
    """Return what mbpoll printed, register → text."""
    found = {}
    for line in said.splitlines():
        if line.startswith("["):
            register, _, value = line.partition("]:")
            found[int(register[1:])] = value.strip()
    return found


def test_it_reads_the_sensors_of_the_controller() -> None:
    with running("ecl310", "--seed", "3") as ecl:
        code, said = mbpoll(ecl, "-a", "1", "-t", "4", "-r", "10200", "-c", "16", "-1", "")
        assert code == 0, said
        read = values(said)
        assert sorted(read) == list(range(10200, 10216))
        assert read[10206] == "19200"
        assert 1500 < int(read[10201].split()[0]) < 2500


def test_it_is_refused_a_block_that_touches_a_register_not_served() -> None:
    with running("ecl310") as ecl:
        code, said = mbpoll(ecl, "-a", "1", "-t", "4", "-r", "10199", "-c", "4", "-1", "")
        assert code != 0
        assert "Illegal data address" in said


def test_it_writes_a_set_point_reads_it_back_and_is_refused_one_out_of_range() -> None:
    with running("ecl310") as ecl:
        code, said = mbpoll(ecl, "-a", "1", "-t", "4", "-r", "11179", "215")
        assert code == 0, said
        _, said = mbpoll(ecl, "-a", "1", "-t", "4", "-r", "11179", "-1", "")
        assert values(said) == {11179: "215"}
        code, said = mbpoll(ecl, "-a", "1", "-t", "4", "-r", "11179", "9999")
        assert code != 0
        assert "Illegal data value" in said


def test_coils_are_an_illegal_function() -> None:
    with running("ecl310") as ecl:
        code, said = mbpoll(ecl, "-a", "1", "-t", "0", "-r", "0", "-1", "")
        assert code != 0
        assert "Illegal function" in said


def test_it_reads_the_floats_of_an_electricity_and_a_heat_meter() -> None:
    big_endian_float = ("-t", "4:float", "-B")
    with running("modbus-meter", "--model", "multical", "--units", "2") as meter:
        code, said = mbpoll(meter, "-a", "2", *big_endian_float, "-r", "6", "-c", "2", "-1", "")
        assert code == 0, said
        read = values(said)
        assert 55.0 < float(read[6]) < 95.0
        assert 15.0 < float(read[8]) < 60.0
    with running("modbus-meter", "--model", "sdm630") as meter:
        code, said = mbpoll(
            meter, "-a", "1", "-t", "3:float", "-B", "-r", "0", "-c", "3", "-1", ""
        )
        assert code == 0, said
        assert all(220.0 < float(volts) < 240.0 for volts in values(said).values())


def test_it_is_held_to_eleven_registers_by_an_em24() -> None:
    with running("modbus-meter", "--model", "em24") as meter:
        code, said = mbpoll(meter, "-a", "1", "-t", "3:int", "-r", "0", "-c", "3", "-1", "")
        assert code == 0, said
        assert all(2200 < int(volts) < 2400 for volts in values(said).values())
        code, said = mbpoll(meter, "-a", "1", "-t", "3", "-r", "12", "-c", "12", "-1", "")
        assert code != 0
        assert "Illegal data value" in said
