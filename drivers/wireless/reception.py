"""How a meter is heard: by whom, how strongly, how often, and what is missing."""

from dataclasses import dataclass, field

from app.model.undecoded import Cause

_SMOOTHING = 0.1  # weight of the newest interval
_ACCESS_NUMBERS = 256
_TURN_S = 10.0  # what comes again sooner is the same turn: a repeater's, another packet
_MOST_MISSED = 128  # more between two telegrams is another count, not a gap


@dataclass(slots=True)
class Ears:
    """What one receiver heard of one meter; times by the loop's clock, in s."""

    count: int = 0
    last_s: float = 0.0
    level_dbm: float | None = None  # of the last time
    best_dbm: float | None = None
    _turns: int = 0  # times something new came, by the moments told
    _first_s: float = 0.0
    _turn_s: float = 0.0

    @property
    def interval_s(self) -> float | None:
        """Return how often it brings something new; None before the third time."""
        passed = self._turns - 1
        return (self._turn_s - self._first_s) / passed if passed > 1 else None

    def came(self, moment_s: float) -> None:
        """Count a turn; ``moment_s`` is when it was measured, by whatever clock tells it."""
        if not self._turns:
            self._first_s = moment_s
        elif moment_s - self._turn_s < _TURN_S:
            return
        self._turns += 1
        self._turn_s = moment_s


@dataclass(slots=True)
class Reception:
    """What all receivers together heard of one meter."""

    heard: int = 0  # telegrams of its own, each once
    again: int = 0  # the same ones, by other receivers, repeaters
    missed: int = 0  # by gaps in its own numbers
    last_s: float | None = None
    before_s: float | None = None  # … when an earlier core heard it last
    interval_s: float | None = None  # smoothed
    best_dbm: float | None = None  # of the newest telegram, of the receiver that heard best
    by_receiver: dict[str, Ears] = field(default_factory=dict)
    causes: dict[Cause, int] = field(default_factory=dict)
    _access_no: int | None = None

    @property
    def heard_s(self) -> float | None:
        """Return when it was heard last, by this core or an earlier one."""
        return self.before_s if self.last_s is None else self.last_s

    @property
    def missed_share(self) -> float | None:
        """Return the share of its telegrams that nobody heard, 0…1; None while unknown."""
        sent = self.heard + self.missed
        return self.missed / sent if self.heard > 1 else None

    def caught(
        self,
        receiver: str,
        level_dbm: float | None,
        at_s: float,
        measured_s: float | None = None,
    ) -> None:
        """Note that a receiver heard it, the first one or not.

        ``measured_s`` is the moment a file tells, by a clock of its own.
        """
        ears = self.by_receiver.get(receiver)
        if ears is None:
            ears = self.by_receiver[receiver] = Ears()
        ears.count += 1
        ears.last_s = at_s
        ears.came(at_s if measured_s is None else measured_s)
        if level_dbm is not None:
            ears.level_dbm = level_dbm
            if ears.best_dbm is None or level_dbm > ears.best_dbm:
                ears.best_dbm = level_dbm

    def told(self, access_no: int | None, level_dbm: float | None, at_s: float) -> None:
        """Note a telegram that was not heard before."""
        if self.last_s is not None:
            self._note_gap(access_no, at_s - self.last_s)
        self.heard += 1
        self.last_s, self._access_no, self.best_dbm = at_s, access_no, level_dbm

    def repeated(self, level_dbm: float | None) -> None:
        """Note the newest telegram once more; the best level of all is kept."""
        self.again += 1
        if level_dbm is not None and (self.best_dbm is None or level_dbm > self.best_dbm):
            self.best_dbm = level_dbm

    def failed(self, cause: Cause) -> None:
        """Count why a telegram told nothing."""
        self.causes[cause] = self.causes.get(cause, 0) + 1

    def _note_gap(self, access_no: int | None, passed_s: float) -> None:
        steps = 1
        if access_no is not None and self._access_no is not None:
            steps = (access_no - self._access_no) % _ACCESS_NUMBERS
            if not 1 <= steps <= _MOST_MISSED:
                return  # it was reset, or counts another way
            self.missed += steps - 1
        each_s = passed_s / steps
        before = self.interval_s
        self.interval_s = each_s if before is None else before + _SMOOTHING * (each_s - before)
