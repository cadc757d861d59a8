"""One person's hand on a week plan: what is chosen, and what keys do to it."""

from collections.abc import Sequence

from widgets.models.weekplan import DAY_MINUTES, DAYS, Band, WeekPlan, Wish

SNAP_MIN, FINE_MIN = 15, 1
_NEW_MIN = 120  # how long a period is that was just added


class WeekEdit:
    """Answers wishes; nothing is changed here, the plan shows them once they are staged."""

    def __init__(self, plan: WeekPlan) -> None:
        self.plan = plan
        self.day = 0
        self.edge = 0  # of the day's edges in order: start, stop, start …
        self.copied: int | None = None  # the day that is carried elsewhere

    def edges(self) -> list[tuple[Band, bool]]:
        """Return the edges of the chosen day by time; True marks the end of a period."""
        bands = self.plan.day(self.day) or ()
        return [(band, stop) for band in bands for stop in (False, True)]

    def chosen(self) -> tuple[Band, bool] | None:
        """Return the edge that would be moved, None where there is none."""
        edges = self.edges()
        return edges[min(self.edge, len(edges) - 1)] if edges else None

    def choose(self, band: Band, *, stop: bool) -> None:
        """Choose an edge of a period of the chosen day."""
        for at, (each, end) in enumerate(self.edges()):
            if each.period == band.period and end is stop:
                self.edge = at

    def go(self, days: int) -> None:
        """Choose another day."""
        self.day = max(0, min(self.day + days, DAYS - 1))
        self.settle()

    def along(self, edges: int) -> None:
        """Choose another edge of the day."""
        self.edge += edges
        self.settle()

    def settle(self) -> None:
        """Keep the chosen edge among those there are."""
        self.edge = max(0, min(self.edge, len(self.edges()) - 1))

    def shift(self, minutes: int) -> list[Wish]:
        """Move the chosen edge, as far as the next period or the end of the day."""
        chosen = self.chosen()
        if chosen is None:
            return []
        band, stop = chosen
        low, high = self.plan.room(self.day, band)
        place = band.stop if stop else band.start
        wanted = place + minutes if abs(minutes) == FINE_MIN else _stepped(place, minutes)
        if stop:
            moved = Band(band.period, band.start, max(band.start + 1, min(wanted, high)))
        else:
            moved = Band(band.period, max(low, min(wanted, band.stop - 1)), band.stop)
        return self.plan.edited(self.day, moved) if moved != band else []

    def add(self, around: int) -> tuple[Band, list[Wish]] | None:
        """Return a new period around a minute of the day; None without room or place."""
        gap = self.plan.gap(self.day, around)
        if gap is None:
            return None
        low, high = gap
        start = max(low, min(snapped(around - _NEW_MIN // 2), high - _NEW_MIN))
        return self.plan.added(self.day, start, min(start + _NEW_MIN, high))

    def add_somewhere(self) -> tuple[Band, list[Wish]] | None:
        """Return a new period where the day has most room."""
        bands = self.plan.day(self.day)
        if bands is None:
            return None
        edges = [0, *(edge for band in bands for edge in (band.start, band.stop)), DAY_MINUTES]
        gaps = [(edges[at], edges[at + 1]) for at in range(0, len(edges), 2)]
        low, high = max(gaps, key=lambda gap: gap[1] - gap[0])
        return self.add((low + high) // 2)

    def remove(self) -> list[Wish]:
        """Make the chosen period unused."""
        chosen = self.chosen()
        return [] if chosen is None else self.plan.removed(self.day, chosen[0])

    def carry(self, days: Sequence[int]) -> list[Wish]:
        """Make other days as the chosen one."""
        return self.plan.copied(self.day, days)

    def paste(self) -> list[Wish]:
        """Make the chosen day as the one that was copied."""
        return [] if self.copied is None else self.plan.copied(self.copied, [self.day])

    def dragged(self, band: Band, what: str, by: int) -> Band:
        """Return where a period lies whose start, stop or all was pulled ``by`` minutes."""
        low, high = self.plan.room(self.day, band)
        start, stop = band.start, band.stop
        if what == "start":
            start = max(low, min(snapped(start + by), stop - SNAP_MIN))
        elif what == "stop":
            stop = min(high, max(snapped(stop + by), start + SNAP_MIN))
        else:
            length = stop - start
            start = max(low, min(snapped(start + by), high - length))
            stop = start + length
        return Band(band.period, start, stop)


def snapped(minute: int) -> int:
    """Return the nearest quarter of an hour."""
    return round(minute / SNAP_MIN) * SNAP_MIN


def _stepped(minute: int, by: int) -> int:
    """Return the next quarter of an hour in the direction of ``by``."""
    whole = minute // SNAP_MIN * SNAP_MIN
    if by > 0:
        return whole + SNAP_MIN
    return whole if whole < minute else minute - SNAP_MIN
