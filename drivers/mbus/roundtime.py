"""How long a round over the meters of a bus takes: predicted, and learned from what it took."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from drivers.mbus.asking import Timing

USUAL_THINK_BITS = 40  # bit times that meters think, before one was met
USUAL_ANSWER = 110  # bytes of a readout, before one was met: a heat meter's
_REQUEST = 5  # bytes of a request by primary address
_SELECTION = 17 + 1  # bytes of a selection, and its acknowledgement
_SMOOTHING = 0.3  # weight of the newest readout
_WORTH_KEEPING = 0.1  # share by which a readout takes longer or shorter than was kept
_LONGEST_S = 3600.0


@dataclass(slots=True)
class RoundTime:
    """Remembers what each meter's readout took; all results are seconds of the wall clock."""

    _took_s: dict[str, float] = field(default_factory=dict)  # by station
    _kept_s: dict[str, float] = field(default_factory=dict)  # as it was told to be kept

    def recall(self, kept: Mapping[str, str]) -> None:
        """Begin with what an earlier run told; what is no time is passed over."""
        for station, said in kept.items():
            took_s = _seconds(said)
            if took_s is not None:
                self._kept_s[station] = took_s
                self._took_s.setdefault(station, took_s)

    @property
    def known_s(self) -> float:
        """What one readout of every meter ever timed takes."""
        return sum(self._took_s.values())

    def news(self) -> dict[str, str]:
        """Return what differs by much from what was told to be kept, in s; "": forgotten."""
        found = {
            station: f"{took_s:.3f}"
            for station, took_s in self._took_s.items()
            if abs(took_s - self._kept_s.get(station, 0.0)) > _WORTH_KEEPING * took_s
        }
        gone = [station for station in self._kept_s if station not in self._took_s]
        self._kept_s = {**self._kept_s, **{each: self._took_s[each] for each in found}}
        for station in gone:
            del self._kept_s[station]
        return {**found, **dict.fromkeys(gone, "")}

    def learn(self, station: str, took_s: float) -> None:
        """Take note of what a readout took, retries left out."""
        before = self._took_s.get(station)
        self._took_s[station] = (
            took_s if before is None else before + _SMOOTHING * (took_s - before)
        )

    def forget(self, station: str) -> None:
        """A meter that is silent takes another time than it did."""
        self._took_s.pop(station, None)

    def readout_s(self, station: str, timing: Timing, *, selected: bool = False) -> float:
        """Return what one readout will take: as it did, or as the baud rate says."""
        known = self._took_s.get(station)
        if known is not None:
            return known
        if self._took_s:
            return sum(self._took_s.values()) / len(self._took_s)
        count = _REQUEST + USUAL_ANSWER + (_SELECTION if selected else 0)
        think_s = USUAL_THINK_BITS / timing.baud / timing.lapse * (2 if selected else 1)
        return timing.line_s(count) + think_s


def _seconds(said: str) -> float | None:
    try:
        took_s = float(said)
    except ValueError:
        return None
    return took_s if 0.0 < took_s < _LONGEST_S else None
