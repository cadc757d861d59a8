"""Nine radio meters, eight of them with something before their readings."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from threading import Event, Thread

import pytest

from app.model.undecoded import Cause
from drivers.simulators.street.meters import StreetMeter
from drivers.simulators.street.telegrams import Said, format_a, frame_of
from drivers.simulators.street.traffic import Street
from tests.drivers.mbus.telegrams import short_head
from tests.drivers.wireless.street import radio_project
from tests.journeys.product import heatdesk, json_lines

STREET = Street(61, 9, ("5",))
NO_KEY, WRONG, MODE, CRC, FORMAT, OWN, CUT, OLD, REPEATED = map(STREET.meter, range(9))
EXPECTED = {
    NO_KEY.number: Cause.NO_KEY,
    WRONG.number: Cause.WRONG_KEY,
    MODE.number: Cause.MODE,
    CRC.number: Cause.CRC,
    FORMAT.number: Cause.UNKNOWN_FORMAT,
    OWN.number: Cause.PROPRIETARY,
    CUT.number: Cause.TRUNCATED,
    OLD.number: Cause.REPLAY,
}


def framed(meter: StreetMeter, user: bytes) -> bytes:
    """Return a frame of this meter that says something else."""
    rest = frame_of(Said(meter, datetime.now(UTC), 1))[1:10] + user
    return bytes([len(rest)]) + rest


def turn(number: int) -> Iterator[bytes]:
    """Yield what all of them send in one turn."""
    now = datetime.now(UTC)
    yield frame_of(Said(NO_KEY, now, number))
    yield frame_of(Said(WRONG, now, number))
    yield framed(MODE, short_head(0x0D10, bytes([number])) + bytes(16))
    air = bytearray(format_a(frame_of(Said(CRC, now, number))))
    air[20] ^= 0x40
    yield bytes(air)
    yield framed(FORMAT, b"\x79" + bytes.fromhex("12345678") + bytes([number] * 8))
    yield framed(OWN, b"\xa2" + bytes([number] * 20))
    yield frame_of(Said(CUT, now, number))[:-3]
    yield frame_of(Said(OLD, now, 1))
    yield frame_of(Said(OLD, now - timedelta(hours=number), 2))
    # What only a repeater brings is sealed as the meter sealed it.
    yield frame_of(Said(REPEATED, now, number, "ell", repeated=True))


@contextmanager
def on_the_air(log: Path) -> Iterator[None]:
    """Append what is heard to a file, a turn every third of a second."""
    log.touch()
    over, numbers = Event(), count(1)

    def speak() -> None:
        while not over.wait(0.3):
            with log.open("ab") as file:
                file.writelines(each.hex().encode() + b"\n" for each in turn(next(numbers)))

    thread = Thread(target=speak)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


@pytest.mark.feature("BEYOND-16")
@pytest.mark.timeout(120)
def test_each_of_eight_causes_is_told_of_its_meter_and_a_repeater_hides_none(
    tmp_path: Path,
) -> None:
    log = tmp_path / "heard"
    folder = radio_project(tmp_path, STREET, f"log=file:{log}", unkeyed=[0], wrong=[1])
    with on_the_air(log):
        done = heatdesk(
            *(tmp_path, "receivers", folder, "--for", "3", "--json"),
            *("--password-file", tmp_path / "word"),
        )
    meters = {each["number"]: each for each in json_lines(done) if "number" in each}
    assert {number: set(meters[number]["causes"]) for number in EXPECTED} == {
        number: {cause.value} for number, cause in EXPECTED.items()
    }
    troubles = {number: meters[number]["trouble"] for number in EXPECTED}
    told = [troubles[each.number] for each in (NO_KEY, WRONG, MODE, FORMAT, OWN, OLD)]
    assert len(set(told)) == len(told)
    assert all(told)
    heard = meters[REPEATED.number]
    assert (heard["causes"], heard["trouble"]) == ({}, "")
    assert heard["telegrams"] > 1
