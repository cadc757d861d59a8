"""One simulated meter on a wired M-Bus: its addresses, its memory of the last request."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from drivers.mbus.asking import (
    BROADCAST,
    CI_APPLICATION_RESET,
    CI_BAUD,
    CI_DATA,
    CI_SELECT,
    FCB,
    LAST_PRIMARY,
    REQ_UD2,
    SELECTED,
    SND_NKE,
    SND_UD,
    Secondary,
    long_frame,
)
from drivers.mbus.dates import moment
from drivers.mbus.records import body_of
from drivers.mbus.wired import ACKNOWLEDGED, WiredFrame
from drivers.simulators.weather import unit_noise
from drivers.simulators.wiredvalues import HeatValues, Values

ACK = bytes((ACKNOWLEDGED,))
_TEST = 0xFE
_RSP_UD = 0x08
_LONG_HEAD, _MORE = 0x72, b"\x1f"
_RATES = {ci: baud for baud, ci in CI_BAUD.items()}
# A sample of a maker's command, for simulators alone: data of the maker's own (DIF 0F) that
# says so, and 01 to energise or 00 to release the output. No meter understands it.
SAMPLE_VALVE = b"\x0fSAMPLE"
_SELECTED_FOR_READOUT = b"\x08"
_SELECTION = 9  # bytes: the CI field and the address


@dataclass(slots=True)
class _Memory:
    """What a meter remembers of one address it was asked at."""

    fcb: int | None = None
    last: bytes = b""


@dataclass(slots=True)
class WiredMeter:
    """A slave of the bus; ``latency_bits`` is how long it thinks, in bit times."""

    seed: int
    address: int
    secondary: Secondary
    values: Values
    baud: int = 2400
    latency_bits: int = 20
    sends_months: bool = False
    status: int = 0
    selected: bool = False
    silent: bool = False
    vanishes: bool = False  # carries the next command out, and is silent from then on
    changed: bool = False
    clock_shift: timedelta = timedelta()
    chosen: tuple[bytes, ...] = ()  # VIFs, when the readout was restricted to some
    _access: int = 0
    _next: int = 0
    _by_address: dict[int, _Memory] = field(default_factory=dict)

    def hear(self, frame: WiredFrame, at: datetime) -> bytes | None:
        """Take a frame that stood on the line at ``at``; return the answer, if any."""
        if self.silent:
            return None
        if self._selection(frame):
            return ACK if self.selected else None
        if not self._means_me(frame.address):
            return None
        answer = self._carry_out(frame, at)
        if self.vanishes and frame.control & ~FCB == SND_UD:
            self.vanishes, self.silent = False, True
            return None
        return None if frame.address == BROADCAST else answer

    def kept(self) -> Mapping[str, Any]:
        """Return what survives a restart."""
        return {
            "address": self.address,
            "baud": self.baud,
            "shift_s": self.clock_shift.total_seconds(),
        }

    def revive(self, kept: Mapping[str, Any]) -> None:
        """Go on where `kept` left off."""
        self.address, self.baud = int(kept["address"]), int(kept["baud"])
        self.clock_shift = timedelta(seconds=float(kept["shift_s"]))

    def _means_me(self, address: int) -> bool:
        if address in (_TEST, BROADCAST, self.address):
            return True
        return address == SELECTED and self.selected

    def _selection(self, frame: WiredFrame) -> bool:
        """Whether this chooses a meter by its own address; then take note."""
        user = frame.user
        if frame.address != SELECTED or user is None or user[0] != CI_SELECT:
            return False
        wanted = len(user) >= _SELECTION and Secondary.of_bytes(user[1:_SELECTION])
        self.selected = bool(wanted and wanted.covers(self.secondary))
        self._by_address.pop(SELECTED, None)
        return True

    def _carry_out(self, frame: WiredFrame, at: datetime) -> bytes | None:
        memory = self._by_address.setdefault(frame.address, _Memory())
        kind, fcb = frame.control & ~FCB, frame.control & FCB
        if kind == SND_NKE:
            self._by_address[frame.address] = _Memory()
            self._next = 0
            if frame.address == SELECTED:
                self.selected = False
            return ACK
        repeated, memory.fcb = fcb == memory.fcb, fcb
        if repeated and memory.last:
            return memory.last
        if kind == REQ_UD2:
            memory.last = self._readout(at)
        elif kind == SND_UD and frame.user is not None:
            memory.last = ACK if self._take(frame.user, at) else b""
        else:
            memory.last = b""
        return memory.last or None

    def _readout(self, at: datetime) -> bytes:
        parts = self.parts(at)
        place = self._next % len(parts)
        self._next = place + 1
        self._access = self._access + 1 & 0xFF
        more = _MORE if place + 1 < len(parts) else b""
        head = bytes((_LONG_HEAD,)) + self.secondary.encoded()
        head += bytes((self._access, self.status, 0, 0))
        return long_frame(_RSP_UD, self.address, head + parts[place] + more)

    def parts(self, at: datetime) -> Sequence[bytes]:
        """Return the records of each telegram of a readout."""
        parts = self.values.telegrams(at, at.replace(tzinfo=None) + self.clock_shift)
        if self.chosen:
            return [_only(self.chosen, parts[0])]
        return parts if self.sends_months else parts[:1]

    def _take(self, user: bytes, at: datetime) -> bool:
        """Carry out what was sent; a meter that knows nothing of it does not answer."""
        ci, rest = user[0], user[1:]
        if ci == CI_APPLICATION_RESET:
            self._next, self.chosen = 0, ()
            return True
        if ci in _RATES:
            self.baud, self.changed = _RATES[ci], True
            return True
        if ci != CI_DATA:
            return False
        for heading, size, take in self._settings(at):
            if rest[: len(heading)] == heading and len(rest) == len(heading) + size:
                self.changed = True
                return take(rest[len(heading) :])
        return self._choose(rest)

    def _choose(self, rest: bytes) -> bool:
        """Restrict the readout to VIFs, each behind the DIF 08; what is none is not taken."""
        chosen: list[bytes] = []
        while rest[:1] == _SELECTED_FOR_READOUT and len(rest) > 1:
            end = 1
            while rest[end] & 0x80 and end + 1 < len(rest):
                end += 1
            chosen.append(rest[1 : end + 1])
            rest = rest[end + 1 :]
        if rest or not chosen:
            return False
        self.chosen, self._next = tuple(chosen), 0
        return True

    def _settings(self, at: datetime) -> Sequence[tuple[bytes, int, Callable[[bytes], bool]]]:
        def renumber(raw: bytes) -> bool:
            if raw[0] > LAST_PRIMARY:
                return False
            self.address = raw[0]
            return True

        def set_clock(raw: bytes) -> bool:
            wished = moment(raw)
            if not isinstance(wished, datetime):
                return False
            self.clock_shift = wished - at.replace(tzinfo=None)
            return True

        def move_valve(raw: bytes) -> bool:
            if not isinstance(self.values, HeatValues) or self.values.valve is None:
                return False
            self.values.move_valve(at, energised=raw == b"\x01")
            return raw in (b"\x00", b"\x01")

        return (
            (b"\x01\x7a", 1, renumber),
            (b"\x04\x6d", 4, set_clock),
            (SAMPLE_VALVE, 1, move_valve),
        )


def _only(chosen: Sequence[bytes], part: bytes) -> bytes:
    """Return the records of a telegram whose VIFs were chosen."""
    taken = b""
    for record in body_of(part).records:
        heading = record.heading
        if any(heading.dif_vif.endswith(vif) for vif in chosen) and not heading.storage:
            taken += heading.dif_vif + record.raw
    return taken


def latency_bits(seed: int) -> int:
    """Return how long a meter thinks: EN 13757-2 allows 11 bit times and more."""
    return 11 + int(60 * unit_noise(seed, 77))
