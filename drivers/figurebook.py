"""The figures of one index as several paths told them, so that none falls by another's digits.

A meter that shows 12.345 by its wire is told as 12.34 by a radio with fewer digits. Read one
after the other, such an index would fall and rise again, and what was counted would be counted
twice. Here the higher figure before stands, doubtful, until it is passed. A fall of a whole
digit or more is told as it is: what to make of it is for who counts.
"""

from bisect import bisect_left
from dataclasses import dataclass, replace
from datetime import datetime

from app.model.reading import Quality, Reading

MOST_FIGURES = 2000  # of an index: twenty days of quarters of an hour
_NEARLY = 0.999  # of a digit: floats are not exact


@dataclass(slots=True)
class _Figure:
    sent: Reading  # in the meter's own unit
    digit: float  # what its last digit is worth
    rank: int  # of its path; 0 is the best
    coarse: str  # the reason where the figure before stands
    value: float
    told: float = 0.0
    slack: float = 0.0  # so far what is told may be off

    def stand_after(self, before: "_Figure | None") -> None:
        """Tell it, or the one before where it lies below that by less than a digit."""
        self.told, self.slack = self.value, self.digit
        if before is None:
            return
        slack = max(self.digit, before.slack)
        if 0 < before.told - self.value < _NEARLY * slack:
            self.told, self.slack = before.told, slack

    def stay_below(self, after: "_Figure") -> None:
        """Give way to a better path's figure that came before it and is of later."""
        slack = max(self.slack, after.digit)
        if after.rank < self.rank and 0 < self.told - after.told < _NEARLY * slack:
            self.told, self.slack = after.told, slack

    def reading(self) -> Reading:
        """Return it as it is told."""
        if self.told == self.value:
            return self.sent
        doubt = Quality.UNCERTAIN
        return replace(self.sent, value=self.told, quality=doubt, reason=self.coarse)


class FigureBook:
    """Remembers the newest figures of an index in the order of time."""

    def __init__(self) -> None:
        self._times: list[datetime] = []
        self._figures: list[_Figure] = []

    def __len__(self) -> int:
        return len(self._times)

    def put(self, sent: Reading, digit: float, rank: int, coarse: str) -> list[Reading]:
        """Put in a figure, and return what is told now and was not: it, and some after it.

        Of one moment the better path counts. A figure from before all that is remembered
        is told as it was sent.
        """
        at = bisect_left(self._times, sent.measured_at)
        value = sent.value
        if not isinstance(value, float | int):
            return [sent]
        figure = _Figure(sent, digit, rank, coarse, float(value))
        if at < len(self._times) and self._times[at] == sent.measured_at:
            if self._figures[at].rank < rank:
                return []
            self._figures[at] = figure
        elif not at and len(self._times) == MOST_FIGURES:
            return [sent]
        else:
            self._times.insert(at, sent.measured_at)
            self._figures.insert(at, figure)
        told = self._told_from(at)
        surplus = len(self._times) - MOST_FIGURES
        if surplus > 0:
            del self._times[:surplus], self._figures[:surplus]
        return told

    def _told_from(self, at: int) -> list[Reading]:
        """Judge a figure and those after it, until nothing changes."""
        news = []
        for place in range(at, len(self._figures)):
            figure = self._figures[place]
            known = figure.told, figure.slack
            figure.stand_after(self._figures[place - 1] if place else None)
            if place == at and at + 1 < len(self._figures):
                figure.stay_below(self._figures[at + 1])
            if place > at and known == (figure.told, figure.slack):
                break
            news.append(figure.reading())
        return news
