"""How long a round over the meters of a bus takes: predicted, and learned from what it took."""

from dataclasses import dataclass, field

from drivers.mbus.asking import Timing

USUAL_THINK_BITS = 40  # bit times that meters think, before one was met
USUAL_ANSWER = 110  # bytes of a readout, before one was met: a heat meter's
_REQUEST = 5  # bytes of a request by primary address
_SELECTION = 17 + 1  # bytes of a selection, and its acknowledgement
_SMOOTHING = 0.3  # weight of the newest readout


@dataclass(slots=True)
class RoundTime:
    """Remembers what each meter's readout took; all results are seconds of the wall clock."""

    _took_s: dict[str, float] = field(default_factory=dict)  # by station

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
