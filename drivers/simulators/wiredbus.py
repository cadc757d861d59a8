"""The two wires: what every meter on them hears, and how their answers lie over each other.

A meter answers by drawing more current for a low bit. Where several answer at once the line
is low whenever any of them pulls it low, so the master's receiver sees bytes that nobody
sent. Answers that are equal and begin at the same bit look like one.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.errors import BadInput
from drivers.mbus.asking import BITS_A_BYTE, CI_BAUD, Secondary, frame_in, maker_number
from drivers.mbus.telegram import BrokenTelegram
from drivers.mbus.wired import wired_frame
from drivers.simulators.clocks import SimulatedTime
from drivers.simulators.weather import unit_noise
from drivers.simulators.wiredmeter import WiredMeter, latency_bits
from drivers.simulators.wiredvalues import ElectricityValues, HeatValues, WaterValues

_DATA_BITS = 8
_KINDS = (  # letters of the maker, version, medium, what it counts; every fourth is water …
    ("KAM", 0x35, 0x04, HeatValues),
    ("KAM", 0x35, 0x0C, HeatValues),
    ("SIM", 0x01, 0x07, WaterValues),
    ("KAM", 0x30, 0x02, ElectricityValues),
)
_OF_MONTHS = 5  # every fifth sends a second telegram


@dataclass(frozen=True, slots=True)
class Sent:
    """A byte on the line, and the bit time at which its last bit is over."""

    end_bit: int
    byte: int


def superposed(answers: Sequence[tuple[int, bytes]]) -> list[Sent]:
    """Return what a receiver makes of answers that begin at their bit times."""
    if len(answers) == 1:
        start, data = answers[0]
        return [
            Sent(start + BITS_A_BYTE * place, byte) for place, byte in enumerate(data, start=1)
        ]
    low = 0
    for start, data in answers:
        low |= _low_bits(data) << start
    return _received(low)


def _low_bits(data: bytes) -> int:
    """Return a bit for each bit time at which a sender pulls the line low, first bit lowest."""
    low = 0
    for place, byte in enumerate(data):
        parity = byte.bit_count() & 1
        # start low, eight bits the lowest first, even parity, stop high
        character = 1 | (~byte & 0xFF) << 1 | (parity ^ 1) << 9
        low |= character << BITS_A_BYTE * place
    return low


def _received(low: int) -> list[Sent]:
    received: list[Sent] = []
    at = 0
    while low >> at:
        at += ((low >> at) & -(low >> at)).bit_length() - 1  # the next start bit
        byte = ~(low >> at + 1) & 0xFF
        received.append(Sent(at + BITS_A_BYTE, byte))
        at += BITS_A_BYTE - 1
        while low >> at & 1:  # a break: the receiver waits for the line to rise
            at += 1
    return received


class WiredBus:
    """Up to 250 meters on two wires; lives on the loop's thread."""

    def __init__(
        self,
        meters: Sequence[WiredMeter],
        now: Callable[[], datetime],
        speed: float = 1.0,
    ) -> None:
        self.meters = list(meters)
        self.changed = False
        self._time = SimulatedTime.starting(now, speed)
        self._wall, self._speed = now, speed
        self._heard = b""

    def hear(self, data: bytes, baud: int) -> list[Sent]:
        """Let the meters hear bytes of the master at ``baud``; return what comes back.

        Bit times count from the end of ``data``.
        """
        self._heard += data
        found = frame_in(self._heard, acknowledged=False)
        if found is None:
            self._heard = self._heard[-261:]
            return []
        self._heard = b""
        try:
            frame = wired_frame(found[0])
        except BrokenTelegram:
            return []
        if frame is None:
            return []
        at = self._time()
        answers = [
            (meter.latency_bits, answer)
            for meter in self.meters
            if meter.baud == baud and (answer := meter.hear(frame, at)) is not None
        ]
        self.changed = self.changed or any(meter.changed for meter in self.meters)
        return superposed(answers) if answers else []

    def forget_half_a_frame(self) -> None:
        """Begin anew: the line was still for long."""
        self._heard = b""

    def tick(self) -> None:
        """Let time pass, which costs nothing: what meters count is told by formulas."""

    def command(self, words: Sequence[str]) -> None:
        """Carry out ``set info ID BITS`` and the like; raises `BadInput`."""
        match words:
            case ["info", number, bits] if bits.isdecimal():
                meter = self._of(number)
                if not isinstance(meter.values, HeatValues):
                    raise BadInput(f"{number} is no heat meter")
                meter.values.info, meter.status = int(bits), 0x08 if int(bits) else 0
            case ["silent", number, "on" | "off" as state]:
                self._of(number).silent = state == "on"
            case ["rate", number, baud] if baud.isdecimal() and int(baud) in CI_BAUD:
                self._of(number).baud = int(baud)
            case ["vanish", number, "on" | "off" as state]:
                self._of(number).vanishes = state == "on"
            case _:
                raise BadInput(
                    "write 'set info ID BITS', 'set silent ID on', 'set vanish ID on' or "
                    "'set rate ID BAUD'"
                )

    def status(self) -> str:
        """Return how many meters hang on the bus, and their time."""
        return f"meters {len(self.meters)} time {self._time().isoformat(timespec='seconds')}"

    def kept(self) -> Mapping[str, Any]:
        """Return what must survive a restart."""
        for meter in self.meters:
            meter.changed = False
        return {
            "story": self._time().timestamp(),
            "meters": {meter.secondary.id: meter.kept() for meter in self.meters},
        }

    def revive(self, kept: Mapping[str, Any]) -> None:
        """Go on where `kept` left off."""
        if self._speed != 1.0:
            story = datetime.fromtimestamp(kept["story"], self._wall().tzinfo)
            self._time = SimulatedTime.starting(self._wall, self._speed, story)
        for meter in self.meters:
            meter.revive(kept["meters"][meter.secondary.id])

    def _of(self, number: str) -> WiredMeter:
        for meter in self.meters:
            if meter.secondary.id == number:
                return meter
        raise BadInput(f"there is no meter {number} on this bus")


def seeded_meters(count: int, seed: int, baud: int, *, addressed: bool) -> list[WiredMeter]:
    """Return meters with numbers and manners by seed.

    ``addressed`` counts them 1, 2, 3 and so on; those that nobody gave a primary address
    all have 0, as they come from their makers.
    """
    meters: list[WiredMeter] = []
    taken: set[str] = set()
    for place in range(count):
        own = seed * 1000 + place
        letters, version, medium, values = _KINDS[place % len(_KINDS)]
        number = _number(own, taken)
        meters.append(
            WiredMeter(
                own,
                place + 1 if addressed else 0,
                Secondary(number, maker_number(letters), version, medium),
                values(own),
                baud,
                latency_bits(own),
                sends_months=place % _OF_MONTHS == 0,
            )
        )
    return meters


def _number(seed: int, taken: set[str]) -> str:
    """Return eight digits; makers number in runs, so that some differ in the last ones only."""
    run = int(unit_noise(seed // 7, 5) * 10**6)
    number = run * 100 + int(unit_noise(seed, 6) * 100)
    while f"{number % 10**8:08d}" in taken:
        number += 1
    taken.add(text := f"{number % 10**8:08d}")
    return text
