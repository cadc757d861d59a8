"""Long paper and large files say how far they are, and end when nobody wants them any more."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from app.model.letterhead import Letterhead
from app.model.reading import PointId
from app.reports.pace import Pace, tell, tell_rows
from app.reports.paper.values import values_pdf
from app.reports.sheets.valuetable import values_csv, values_xlsx
from app.reports.valuetable import ValueColumn, ValueTable, value_table
from app.reports.words import Words
from app.series import Series

START = datetime(2026, 1, 1, tzinfo=UTC)
ROWS = 1200


class Told(Pace):
    """Remembers what it was told, and gives up at a step."""

    def __init__(self, until: int = ROWS) -> None:
        super().__init__()
        self.steps: list[tuple[int, int]] = []
        self.until = until

    def __call__(self) -> bool:
        return self.done >= self.until

    def step(self, done: int, of: int) -> None:
        super().step(done, of)
        self.steps.append((done, of))


@pytest.fixture(scope="module")
def table() -> ValueTable:
    times = round(START.timestamp() * 1000) + 900_000 * np.arange(ROWS, dtype=np.int64)
    series = Series(PointId("a.s3"), times, np.arange(ROWS) / 10, np.zeros(ROWS, np.uint8))
    return value_table(
        [ValueColumn("S3", "Ahornvej 14", "°C", 1, series)],
        (START, START + timedelta(days=30)),
        title="Ahornvej 14",
        zone="Europe/Copenhagen",
        made_at=START,
        made_by="K. Lund",
    )


def on_paper(table: ValueTable, given_up: Callable[[], bool]) -> bytes:
    return values_pdf(table, Letterhead("Østerby"), Words(), given_up=given_up)


def as_csv(table: ValueTable, given_up: Callable[[], bool]) -> bytes:
    return values_csv(table, Words(), given_up=given_up)


def as_xlsx(table: ValueTable, given_up: Callable[[], bool]) -> bytes:
    return values_xlsx(table, Words(), given_up=given_up)


def test_paper_counts_its_pages(table: ValueTable) -> None:
    pace = Told()
    assert on_paper(table, pace)
    assert pace.steps == [(nth, 20) for nth in range(20)]


@pytest.mark.parametrize("make", [as_csv, as_xlsx])
def test_files_count_their_rows(
    table: ValueTable, make: Callable[[ValueTable, Callable[[], bool]], bytes]
) -> None:
    pace = Told()
    assert make(table, pace)
    assert pace.steps == [(0, ROWS), (500, ROWS), (1000, ROWS)]


def test_what_was_given_up_ends_where_it_was(table: ValueTable) -> None:
    pace = Told(until=5)
    assert on_paper(table, pace) == b""
    assert pace.done == 5
    rows = Told(until=500)
    assert as_csv(table, rows).count(b"\r\n") < 520


def test_who_only_asks_is_told_nothing() -> None:
    tell(lambda: False, 1, 2)
    tell_rows(lambda: False, 500, 1000)
    assert not Pace()()
    assert Pace(lambda: True)()
