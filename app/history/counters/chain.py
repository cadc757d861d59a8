"""Which samples of an index are believed: those that make a chain that only rises.

A figure that falls and soon stands where it had been was wrong: a digit mistyped, a bit
flipped on the line. One that falls and stays there is the index itself: past its last digit
where its digits say so, else broken off, and what it counted meanwhile is unknown. One that
rises further than it can and soon returns was wrong too; when it stays, that is a jump, which
counts but has no place until somebody says that it is real. One that stood still before and
then makes up for it was not read meanwhile: what it repeated is no reading.

A chain is worked out from all samples that are known, so the order in which they came makes
no difference, and one that arrives late may settle what was open.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from app.history.counters.marks import Mark
from app.model.counter import HOUR_MS

# So many samples in a row may be wrong together; more of them are the truth.
MOST_WRONG = 3
_LIKELY_TURN = 10  # a rollover counts at most this part of a whole turn if no limit is known


@dataclass(frozen=True, slots=True)
class Limits:
    """What an index can do; all in its smallest counts."""

    step: int = 1  # its last digit, or the one before its unit changed: so much is rounding
    wraps: int | None = None
    most_per_hour: int | None = None


@dataclass(frozen=True, slots=True)
class Seed:
    """Where an index stood before the first sample of a chain."""

    time_ms: int
    level: int


@dataclass(slots=True)
class Chain:
    """The samples believed, by position, with what was counted up to each; and the others."""

    kept: list[int] = field(default_factory=list)
    gains: list[int] = field(default_factory=list)  # never negative
    marks: list[int] = field(default_factory=list)  # of the stretch that ends there
    levels: list[int] = field(default_factory=list)
    dropped: dict[int, Mark] = field(default_factory=dict)


def chain(
    times_ms: Sequence[int],
    counts: Sequence[int],
    limits: Limits,
    *,
    stated: Collection[int] = (),
    accepted: Sequence[tuple[int, int]] = (),
    seed: Seed | None = None,
) -> Chain:
    """Return the chain of samples in the order of their times.

    Args:
        times_ms: Whole ms, never falling.
        counts: What the index showed, in its smallest counts.
        limits: What it can do.
        stated: Positions of figures that a person put in: these are always believed.
        accepted: Periods (ms) in which jumps are real.
        seed: Where it stood before, if it goes on from there.
    """
    walk = _Walk(times_ms, counts, limits, stated, accepted, seed)
    at = walk.on(0)
    while at < len(counts):
        at = walk.on(walk.step(at))
    return walk.found


class _Walk:
    """One way along the samples of an index."""

    def __init__(
        self,
        times_ms: Sequence[int],
        counts: Sequence[int],
        limits: Limits,
        stated: Collection[int],
        accepted: Sequence[tuple[int, int]],
        seed: Seed | None,
    ) -> None:
        self.found = Chain()
        self._times, self._counts = times_ms, counts
        self._limits, self._stated, self._accepted = limits, stated, accepted
        self._seed = seed
        self._turn = limits.wraps or 1 << 63

    def on(self, at: int) -> int:
        """Go on while the samples plainly rise; return the position of the first that does not.

        It does nothing that `step` would not do; most indexes never need more.
        """
        before, found, counts, times = self._before(), self.found, self._counts, self._times
        if before is None:
            return at
        level, time_ms = before.level, before.time_ms
        most, turn, step = self._limits.most_per_hour, self._turn, self._limits.step
        begin = at
        for at in range(begin, len(counts)):  # noqa: PLR1704 - goes on from where it stands
            gain = counts[at] - level
            if gain < 0 or gain > (
                turn if most is None else most * (times[at] - time_ms) // HOUR_MS + step
            ):
                break
            found.gains.append(gain)
            level, time_ms = counts[at], times[at]
        else:
            at = len(counts)
        found.kept.extend(range(begin, at))
        found.levels.extend(counts[begin:at])
        found.marks.extend([0] * (at - begin))
        return at

    def step(self, at: int) -> int:
        """Judge a sample; return the position of the next one to be judged."""
        before = self._before()
        if before is None:
            return self._keep(at, 0)
        gain = self._counts[at] - before.level
        if gain >= 0:
            if gain <= self._most(before, at) or self._is_accepted(before, at):
                return self._keep(at, gain)
            return self._rose(before, at, gain)
        if gain >= -self._limits.step:
            return self._keep(at, 0, level=before.level)  # rounded down by another unit
        return self._fell(before, at, gain)

    def _rose(self, before: Seed, at: int, gain: int) -> int:
        wrong = self._until_return(before, at)
        if wrong and self._counts[at + wrong] < self._counts[at]:
            return self._drop(at, wrong, Mark.SPIKE)
        repeated = self._repeated(at)
        if repeated:
            self._take_back(repeated, Mark.FROZEN)
            return self._keep(at, gain)
        if self._is_open(at):
            return self._drop(at, 1, Mark.SPIKE | Mark.OPEN)
        return self._keep(at, gain, Mark.JUMP)

    def _repeated(self, at: int) -> int:
        """Return how many of the newest only repeat one that a sample plainly follows, or 0."""
        found = self.found
        still = 0
        while still < len(found.kept) - 1 and not found.gains[-1 - still]:
            if found.kept[-1 - still] in self._stated or found.marks[-1 - still]:
                break
            still += 1
        earlier = self._before(still)
        return still if earlier is not None and self._fits(earlier, at) else 0

    def _fell(self, before: Seed, at: int, gain: int) -> int:
        turned = self._turned(before, at, gain)
        if turned is not None:
            return self._keep(at, turned, Mark.ROLLOVER)
        wrong, wrong_before = self._until_return(before, at), self._wrong_before(at)
        if wrong and (not wrong_before or wrong <= wrong_before):
            return self._drop(at, wrong, Mark.FELL)
        if wrong_before:
            self._take_back(wrong_before, Mark.SPIKE)
            return at  # judged again, from further back
        if self._is_open(at):
            return self._drop(at, 1, Mark.FELL | Mark.OPEN)
        return self._keep(at, 0, Mark.BROKEN)

    def _turned(self, before: Seed, at: int, gain: int) -> int | None:
        """Return what was counted if it went past its last digit; None if it did not."""
        wraps = self._limits.wraps
        if wraps is None:
            return None
        turned = gain + wraps
        if self._limits.most_per_hour is None:
            likely = 0 <= turned * _LIKELY_TURN <= wraps
        else:
            likely = 0 <= turned <= self._most(before, at)
        following = range(at + 1, min(at + 1 + MOST_WRONG, len(self._counts)))
        leaps_back = any(
            self._counts[nth] >= before.level
            and (self._counts[nth] - self._counts[nth - 1]) * 2 > wraps
            for nth in following
        )
        return turned if likely and not leaps_back else None

    def _until_return(self, before: Seed, at: int) -> int:
        """Return how many samples from here on are wrong, 0 when it does not return."""
        for wrong in range(1, MOST_WRONG + 1):
            if at + wrong >= len(self._counts) or at + wrong - 1 in self._stated:
                return 0
            if self._fits(before, at + wrong):
                return wrong
        return 0

    def _wrong_before(self, at: int) -> int:
        """Return how many of the newest believed are wrong, 0 when that explains nothing."""
        found = self.found
        for wrong in range(1, MOST_WRONG + 1):
            if wrong > len(found.kept) or found.kept[-wrong] in self._stated:
                return 0
            if found.marks[-wrong] & Mark.BROKEN:
                return 0
            earlier = self._before(wrong)
            if earlier is None:
                return 0
            if self._fits(earlier, at):
                return wrong
        return 0

    def _fits(self, before: Seed, at: int) -> bool:
        gain = self._counts[at] - before.level
        return -self._limits.step <= gain <= self._most(before, at)

    def _most(self, before: Seed, at: int) -> int:
        """Return the most it can have counted since."""
        most = self._limits.most_per_hour
        if most is None:
            return self._turn
        passed = self._times[at] - before.time_ms
        return most * passed // HOUR_MS + self._limits.step

    def _is_accepted(self, before: Seed, at: int) -> bool:
        return at in self._stated or any(
            begin <= self._times[at] and before.time_ms <= end for begin, end in self._accepted
        )

    def _is_open(self, at: int) -> bool:
        return len(self._counts) - at <= MOST_WRONG and at not in self._stated

    def _before(self, back: int = 0) -> Seed | None:
        """Return where the index stood, ``back`` believed samples ago."""
        found = self.found
        if len(found.kept) <= back:
            return self._seed
        place = len(found.kept) - 1 - back
        return Seed(self._times[found.kept[place]], found.levels[place])

    def _keep(self, at: int, gain: int, mark: int = 0, level: int | None = None) -> int:
        self.found.kept.append(at)
        self.found.gains.append(gain)
        self.found.marks.append(mark)
        self.found.levels.append(self._counts[at] if level is None else level)
        return at + 1

    def _drop(self, at: int, count: int, mark: Mark) -> int:
        for wrong in range(at, at + count):
            self.found.dropped[wrong] = mark
        return at + count

    def _take_back(self, count: int, why: Mark) -> None:
        for _ in range(count):
            self.found.dropped[self.found.kept.pop()] = why
            for column in (self.found.gains, self.found.marks, self.found.levels):
                column.pop()
