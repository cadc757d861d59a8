"""Which quarters of an hour are due: each exactly once, whatever the computer's clock does.

The boundaries lie on :00, :15, :30 and :45 of UTC, which are those of every civil time
on earth, also where it is half an hour or 45 minutes apart from the others. Summer time
moves none of them.

A boundary is **held** when the plant was being read around it: what was known then is
what was valid then. It is **missed** when the computer slept, was blocked, or its clock
was put forward over it: nobody can say what was valid, and nobody pretends to.

When the clock is put back, boundaries already recorded are not recorded again: they wait
until the time is reached once more. Put back by more than two hours, the clock was wrong
before, and what is recorded under the right time replaces what stands there.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from app.history.readings import to_moment, to_ms

QUARTER = timedelta(minutes=15)
_QUARTER_MS = 900_000
# So long after the last sign of life what was known then still counts as valid: three
# polling cycles, the time after which a silent device is called late.
GRACE = timedelta(seconds=30)
_WAIT_BACK = 8  # quarters: a clock put back by up to two hours
_MOST_MISSED = 96  # quarters recorded as missed at a time; a longer gap is left as a gap


@dataclass(frozen=True, slots=True)
class Due:
    """What is to be recorded now; ``note`` tells about a clock that jumped."""

    held: tuple[datetime, ...] = ()
    missed: tuple[datetime, ...] = ()
    note: str = ""


class QuarterClock:
    """Counts the quarters; told the time whenever something happens in the plant."""

    def __init__(self, now: datetime, last_recorded: datetime | None = None) -> None:
        self._next = _quarter(now) + 1
        self._alive = now
        if last_recorded is not None:
            following = _quarter(last_recorded) + 1
            if following <= self._next + _WAIT_BACK:
                self._next = max(self._next, following)
        self._set_quiet()

    @property
    def next_at(self) -> datetime:
        """The next boundary to be recorded."""
        return _moment(self._next)

    def quiet(self, now: datetime) -> bool:
        """Whether nothing is due; the quick question, asked with every batch of readings."""
        if self._quiet_from <= now < self._quiet_until:
            self._alive = now
            return True
        return False

    def due(self, now: datetime) -> Due:
        """Return the boundaries passed since the last call, each once."""
        if self.quiet(now):
            return Due()
        newest = _quarter(now)
        if newest < self._next:
            note = f"the clock was put back to {now:%Y-%m-%d %H:%M} UTC"
            self._next, self._alive = newest + 1, now
            self._set_quiet()
            return Due(note=note)
        passed = [_moment(quarter) for quarter in self._ends(newest)]
        held = tuple(at for at in passed if at - self._alive <= GRACE or now - at <= GRACE)
        count = newest + 1 - self._next
        missed: tuple[datetime, ...] = ()
        note = ""
        if count > len(held):
            note = f"{count - len(held)} quarter hours passed unseen before {now:%H:%M} UTC"
        if count <= _MOST_MISSED:
            all_passed = map(_moment, range(self._next, newest + 1))
            missed = tuple(at for at in all_passed if at not in held)
        self._next, self._alive = newest + 1, now
        self._set_quiet()
        return Due(held, missed, note)

    def _ends(self, newest: int) -> tuple[int, ...]:
        """Return the first and the last boundary passed: only these can be held."""
        return (newest,) if newest == self._next else (self._next, newest)

    def _set_quiet(self) -> None:
        self._quiet_from = _moment(self._next - 1 - _WAIT_BACK)
        self._quiet_until = _moment(self._next)


def following_boundary(moment: datetime) -> datetime:
    """Return the boundary at or after a moment."""
    return _moment(-(-to_ms(moment) // _QUARTER_MS))


def _quarter(moment: datetime) -> int:
    """Return the newest boundary at or before a moment, counted from 1970."""
    return to_ms(moment) // _QUARTER_MS


def _moment(quarter: int) -> datetime:
    return to_moment(quarter * _QUARTER_MS)
