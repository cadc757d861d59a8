"""A round over a bus: what it takes on the line's own clock, and how well that is known."""

import asyncio
import sys

import pytest

from drivers.mbusmaster import Station
from tests.drivers.virtualline import VirtualLine, run_virtually


def rounds(count: int, baud: int, *, secondary: bool) -> tuple[list[float], list[float]]:
    """Return what was predicted before each round, after a tenth of it, and what it took."""

    async def work() -> tuple[list[float], list[float]]:
        line = VirtualLine(count, addressed=not secondary, baud=baud)
        stations = [
            Station(f"{n}", secondary=meter.secondary)
            if secondary
            else Station(f"{n}", meter.address)
            for n, meter in enumerate(line.bus.meters)
        ]
        for station in stations:
            line.master.expect(station)
        loop = asyncio.get_running_loop()
        predicted, took = [line.master.round_s()], list[float]()
        for _round in range(2):
            began_s = loop.time()
            for place, station in enumerate(stations):
                if place == count // 10 and not took:
                    predicted.append(line.master.round_s())
                await line.master.read(station)
            took.append(loop.time() - began_s)
            predicted.append(line.master.round_s())
        return predicted, took

    return run_virtually(work())[0]


@pytest.mark.parametrize("secondary", [False, True])
@pytest.mark.parametrize("baud", [300, 2400, 9600])
def test_a_round_takes_what_was_predicted(baud: int, secondary: bool) -> None:
    (before, early, after, _last), (first_s, second_s) = rounds(40, baud, secondary=secondary)
    assert before == pytest.approx(first_s, rel=0.35), "by the baud rate alone"
    assert early == pytest.approx(first_s, rel=0.25), "by the first tenth"
    assert after == pytest.approx(second_s, rel=0.01), "by what it took"


@pytest.mark.feature("RD-19")
@pytest.mark.campaign
def test_a_round_of_250_meters_takes_what_was_predicted() -> None:
    (before, early, after, _last), (first_s, second_s) = rounds(250, 2400, secondary=False)
    assert early == pytest.approx(first_s, rel=0.10), "known when a tenth was read"
    assert after == pytest.approx(second_s, rel=0.01)
    sys.stdout.write(
        f"predicted {before:.0f} s by the baud rate, {early:.0f} s after a tenth, "
        f"took {first_s:.0f} s; then {after:.0f} s and {second_s:.0f} s\n"
    )
