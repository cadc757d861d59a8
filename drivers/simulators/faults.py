"""What can go wrong between a simulated device and its reader, on demand and by seed.

A fault is written ``kind`` or ``kind:argument``. Its reply-shaping half lives
here; those that concern the listener or the device are carried out by its owner.
"""

import struct
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from app.errors import BadInput
from drivers.simulators.pdu import ILLEGAL_ADDRESS, READ_HOLDING, READ_INPUT, exception, touched
from drivers.simulators.weather import unit_noise


class FaultKind(Enum):
    """Every fault there is; the value is its name on the command line."""

    SILENT = "silent"  # takes requests, never answers
    SLOW = "slow"  # answers after :milliseconds (2000)
    FLAPPING = "flapping"  # half of every :seconds (10) there, half gone
    REFUSE = "refuse"  # connections are refused
    RESTART = "restart"  # gone for :seconds (5), then back
    DROP = "drop"  # closes the link instead of answering
    WRONG_UNIT = "wrong-unit"
    WRONG_FUNCTION = "wrong-function"
    WRONG_TRANSACTION = "wrong-transaction"
    SHORT = "short"  # one register too few
    LATE = "late"  # every second answer comes with the next, before it
    SWAPPED = "swapped"  # every second answer comes with the next, after it
    DUPLICATE = "duplicate"  # every answer twice
    WRONG_ANSWERS = "wrong-answers"  # all of the wrong ones above, and right ones, at random
    BROKEN_FRAMES = "broken-frames"  # bytes that are no frame
    DRIBBLE = "dribble"  # right answers, byte by byte (a reader must cope)
    EXCEPTION = "exception"  # :REGISTER[:CODE], reads and writes touching it are refused
    UNIT_SILENT = "unit-silent"  # :UNIT behind a gateway does not answer
    ECHO = "echo"  # what is sent comes back first
    NOISE = "noise"  # bytes of nobody before every answer
    CUT = "cut"  # half an answer, then the link is closed
    LOST = "lost"  # :PERCENT of the answers (5) never come
    SENSOR_OPEN = "sensor-open"  # :S3, the sensor is disconnected


# What happens on two wires; a Modbus TCP device knows none of it.
ON_WIRES = frozenset({FaultKind.ECHO, FaultKind.NOISE, FaultKind.CUT, FaultKind.LOST})
_NEED_ARGUMENT = frozenset({FaultKind.EXCEPTION, FaultKind.UNIT_SILENT, FaultKind.SENSOR_OPEN})
_DEFAULTS = {
    FaultKind.SLOW: "2000",
    FaultKind.FLAPPING: "10",
    FaultKind.RESTART: "5",
    FaultKind.LOST: "5",
}
_WRONG = (
    FaultKind.WRONG_UNIT,
    FaultKind.WRONG_FUNCTION,
    FaultKind.WRONG_TRANSACTION,
    FaultKind.SHORT,
    FaultKind.LATE,
    FaultKind.SWAPPED,
    FaultKind.DUPLICATE,
    None,
)


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault with its argument."""

    kind: FaultKind
    argument: str = ""

    @classmethod
    def parsed(cls, text: str, *, lifting: bool = False) -> "Fault":
        """Return the fault written as ``kind[:argument]``; raises `BadInput`.

        To lift a fault its argument may be left out.
        """
        name, _, argument = text.strip().partition(":")
        try:
            kind = FaultKind(name)
        except ValueError:
            known = ", ".join(each.value for each in FaultKind)
            raise BadInput(f"fault '{name}' is not known; there are: {known}") from None
        if lifting:
            return cls(kind, argument)
        argument = argument or _DEFAULTS.get(kind, "")
        if bool(argument) != (kind in _NEED_ARGUMENT or kind in _DEFAULTS):
            needs = "needs" if kind in _NEED_ARGUMENT else "takes no"
            raise BadInput(f"fault '{name}' {needs} argument, as in 'sensor-open:S3'")
        fault = cls(kind, argument)
        fault.check()
        return fault

    def check(self) -> None:
        """Raise `BadInput` when the argument does not fit the kind."""
        if self.kind in _DEFAULTS and not 0 < self.figure() <= 1e6:  # noqa: PLR2004
            raise BadInput(f"fault '{self}': the argument must be above 0")
        if self.kind is FaultKind.UNIT_SILENT:
            self.figure()
        if self.kind is FaultKind.EXCEPTION:
            self.refused()

    def figure(self) -> float:
        """Return the argument as a number; raises `BadInput`."""
        try:
            return float(self.argument)
        except ValueError:
            raise BadInput(f"fault '{self}': '{self.argument}' is no number") from None

    def refused(self) -> tuple[int, int]:
        """Return register and exception code of an `EXCEPTION` fault."""
        number, _, code = self.argument.partition(":")
        try:
            return int(number), int(code or ILLEGAL_ADDRESS)
        except ValueError:
            raise BadInput(f"fault '{self}': write exception:REGISTER[:CODE]") from None

    def __str__(self) -> str:
        return f"{self.kind.value}:{self.argument}" if self.argument else self.kind.value


@dataclass(frozen=True, slots=True)
class Frame:
    """One Modbus TCP message: transaction, unit, function code with data."""

    transaction: int
    unit: int
    pdu: bytes

    def encoded(self) -> bytes:
        """Return the bytes on the wire."""
        length = len(self.pdu) + 1
        return struct.pack(">HHHB", self.transaction, 0, length, self.unit) + self.pdu


@dataclass(frozen=True, slots=True)
class Sending:
    """Bytes to send after a delay; no bytes: close the link."""

    delay_s: float
    data: bytes


class Faults:
    """The faults in force at one address; changed at run time from one thread."""

    def __init__(self, seed: int, on_change: Callable[[Fault, bool], None]) -> None:
        self._seed = seed
        self._on_change = on_change
        self._active: list[Fault] = []
        self._replies = 0

    @property
    def active(self) -> tuple[Fault, ...]:
        """Return the faults in force, in the order they came."""
        return tuple(self._active)

    def add(self, fault: Fault) -> None:
        """Put a fault in force; the same one twice is once."""
        if fault not in self._active:
            self._on_change(fault, True)
            if fault.kind is not FaultKind.RESTART:  # a restart is over when it is over
                self._active.append(fault)

    def remove(self, fault: Fault) -> None:
        """Lift the fault, or every fault of its kind when it has no argument."""
        for each in self.active:
            if each == fault or (each.kind is fault.kind and not fault.argument):
                self._active.remove(each)
                self._on_change(each, False)

    def clear(self) -> None:
        """Lift all faults."""
        for fault in self.active:
            self.remove(fault)

    def has(self, kind: FaultKind) -> bool:
        """Tell whether a fault of this kind is in force."""
        return any(fault.kind is kind for fault in self._active)

    def refusal(self, request: bytes, first_number: int) -> bytes | None:
        """Return the exception an `EXCEPTION` fault gives to this request, if any."""
        if not self._active:
            return None
        addresses = touched(request)
        for fault in self._active:
            if fault.kind is FaultKind.EXCEPTION:
                number, code = fault.refused()
                if number - first_number in addresses:
                    return exception(request[0], code)
        return None

    def mutes(self, unit: int) -> bool:
        """Tell whether a request to this unit is swallowed."""
        return any(
            fault.kind is FaultKind.SILENT
            or (fault.kind is FaultKind.UNIT_SILENT and int(fault.figure()) == unit)
            for fault in self._active
        )

    def shaped(self, reply: Frame, held: list[bytes]) -> list[Sending]:
        """Return what goes out instead of ``reply``; ``held`` keeps one link's late answers."""
        if not self._active:
            return [Sending(0.0, reply.encoded())]
        self._replies += 1
        kinds = {fault.kind for fault in self._active}
        if FaultKind.DROP in kinds:
            return [Sending(0.0, b"")]
        if FaultKind.WRONG_ANSWERS in kinds:
            picked = _WRONG[int(len(_WRONG) * self._chance(1))]
            if picked is not None:
                kinds.add(picked)
        frames = self._delivered(_falsified(reply, kinds), kinds, held)
        delay_s = max(
            (each.figure() / 1000.0 for each in self._active if each.kind is FaultKind.SLOW),
            default=0.0,
        )
        if FaultKind.BROKEN_FRAMES in kinds:
            return [Sending(delay_s, self._broken(reply.encoded()))]
        if FaultKind.DRIBBLE in kinds:
            each = b"".join(frames)
            return [
                Sending(delay_s + 0.002 * place, each[place : place + 1])
                for place in range(len(each))
            ]
        return [Sending(delay_s, frame) for frame in frames]

    def _delivered(self, frame: bytes, kinds: set[FaultKind], held: list[bytes]) -> list[bytes]:
        if kinds & {FaultKind.LATE, FaultKind.SWAPPED}:
            if not held:
                held.append(frame)
                return []
            old = [held.pop()]
            return [*old, frame] if FaultKind.LATE in kinds else [frame, *old]
        frames = [*held, frame]
        held.clear()
        return [*frames, frame] if FaultKind.DUPLICATE in kinds else frames

    def _broken(self, frame: bytes) -> bytes:
        """Return noise, half a frame, a lying length or a foreign protocol, by turns."""
        turn = self._replies % 4
        if turn == 0:
            return bytes(int(256 * self._chance(place)) for place in range(2, 32))
        if turn == 1:
            return frame[: max(1, len(frame) // 2)]
        if turn == 2:  # noqa: PLR2004
            return frame[:4] + struct.pack(">H", len(frame) + 40) + frame[6:]
        return frame[:2] + b"\x4d\x42" + frame[4:]

    def _chance(self, place: int) -> float:
        return unit_noise(self._seed, 301, self._replies, place)


def _falsified(reply: Frame, kinds: set[FaultKind]) -> bytes:
    transaction, unit, pdu = reply.transaction, reply.unit, reply.pdu
    if FaultKind.WRONG_TRANSACTION in kinds:
        transaction = (transaction + 1) & 0xFFFF
    if FaultKind.WRONG_UNIT in kinds:
        unit = (unit + 1) & 0xFF
    if FaultKind.SHORT in kinds and len(pdu) > 3:  # noqa: PLR2004 - more than an exception
        is_read = pdu[0] in {READ_HOLDING, READ_INPUT}
        pdu = bytes((pdu[0], pdu[1] - 2)) + pdu[2:-2] if is_read else pdu[:-2]
    if FaultKind.WRONG_FUNCTION in kinds:
        other = {READ_HOLDING: READ_INPUT, READ_INPUT: READ_HOLDING}.get(pdu[0], READ_HOLDING)
        pdu = bytes((other,)) + pdu[1:]
    return Frame(transaction, unit, pdu).encoded()
