"""The same day by day, for the devices chosen: on which days readings lack, and the last."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

from app.model.performance import Performance
from app.words import _
from widgets.charts.timescale import day_bounds
from widgets.controls.card import Card
from widgets.controls.moments import day_text
from widgets.controls.quality import figures
from widgets.controls.table import Table
from widgets.models.rows import Cell, Column, RowsModel
from widgets.received.rows import percent_words, together
from widgets.theme import Look

MOST_DAYS = 62  # of which each is a question of its own
_DAY = timedelta(days=1)
_DAY_PX, _COUNT_PX = 110, 64


@dataclass(frozen=True, slots=True)
class DayRow:
    """What came of what was due on one day."""

    day: date
    start: datetime  # UTC
    expected: int
    received: int


def days_between(
    start: datetime, end: datetime, zone: tzinfo | None
) -> list[tuple[date, datetime, datetime]]:
    """Return the plant's days that a time touches, the newest at most `MOST_DAYS` of them.

    Each with its begin and end (UTC), cut to the time asked for.
    """
    first, last = start.astimezone(zone).date(), end.astimezone(zone).date()
    first = max(first, last - MOST_DAYS * _DAY)
    found = []
    for nth in range((last - first).days + 1):
        day = first + nth * _DAY
        begin, over = day_bounds(day, zone)
        begin, over = max(begin, start), min(over, end)
        if begin < over:
            found.append((day, begin, over))
    return found[-MOST_DAYS:]


def day_row(day: date, start: datetime, found: Sequence[Performance]) -> DayRow:
    """Return the sums of one day."""
    return DayRow(day, start, *together(found))


def last_lacking(rows: Sequence[DayRow]) -> DayRow | None:
    """Return the newest day on which something was due and did not come."""
    lacking = [row for row in rows if row.received < row.expected]
    return max(lacking, key=lambda row: row.start, default=None)


class DaysCard(Card):
    """A row a day, the newest first."""

    def __init__(self, look: Look, zone: tzinfo | None) -> None:
        super().__init__(_("By day"))
        self._zone = zone
        columns: list[Column[DayRow]] = [
            Column(
                "day",
                lambda: _("Day"),
                lambda row: Cell(day_text(row.start, zone)),
                _DAY_PX,
                order=lambda row: row.start,
                stretch=True,
            ),
            Column(
                "due",
                lambda: _("Due"),
                lambda row: Cell(figures(row.expected, 0)),
                _COUNT_PX,
                lambda row: row.expected,
                right=True,
            ),
            Column(
                "received",
                lambda: _("Received"),
                lambda row: Cell(figures(row.received, 0)),
                _COUNT_PX,
                lambda row: row.received,
                right=True,
            ),
            Column(
                "percent",
                lambda: "%",
                lambda row: Cell(
                    percent_words(row.received, row.expected),
                    strong=row.received < row.expected,
                ),
                _COUNT_PX,
                lambda row: row.received / row.expected if row.expected else -1.0,
                right=True,
            ),
        ]
        model: RowsModel[DayRow] = RowsModel(columns, lambda row: row.day)
        self.table = Table(model, look, _("Readings by day"))
        model.setParent(self.table)
        self.body.addWidget(self.table, 1)

    def show_days(self, rows: Sequence[DayRow], of: str) -> None:
        """Show the days of what ``of`` names."""
        self.table.rows_model.replace(reversed(rows))
        last = last_lacking(rows)
        words = (
            _("nothing lacks")
            if last is None
            else _("last lacking: {day}").format(day=day_text(last.start, self._zone))
        )
        self.subtitle.setText(f"{of} · {words}" if rows else of)
