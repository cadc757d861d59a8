"""What stands beside a figure: exchanges, gaps, what is not over, in plant time."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from PyQt6.QtCore import QLocale

from app.model.consumption import UnplacedAmount
from app.model.counter import (
    Accepted,
    Break,
    Broken,
    Edit,
    Entered,
    Shape,
    Spread,
    Stated,
    Statement,
    StatementId,
    TakenBack,
    Withdrawn,
)
from app.model.exchange import Figures, doubts
from app.model.point import PointSpec
from app.model.reading import PointId
from widgets.consumption.pairs import Part, Told
from widgets.consumption.remarks import remarks, span_words, statement_words, unplaced_words
from widgets.controls.quality import exact
from widgets.exchanging.doing import Read
from widgets.exchanging.steps import read_words

SENT = (datetime(2026, 1, 20, 6, tzinfo=UTC), Decimal("9.25"))
ZONE = ZoneInfo("Europe/Copenhagen")
EIGHT = datetime(2026, 1, 20, 7, tzinfo=UTC)  # by the plant's clock
HOUR = timedelta(hours=1)
NOW = EIGHT + 10 * HOUR
KWH = Told("kWh", "kWh", 1)
WHOLE = Part(EIGHT, EIGHT + HOUR, Decimal("1.5"), whole=True, estimated=False)
EXCHANGE = Broken(EIGHT, Break.EXCHANGE, Decimal("812.40"), Decimal("0.30"))


def stated(says: Edit | TakenBack, *, holds: bool = True) -> Stated:
    made = Statement(StatementId("s1"), PointId("m.e"), says, "noted", "K. Lund", NOW)
    return Stated(made, holds)


def said(part: Part | None, *, gaps: Sequence[UnplacedAmount] = (), of: Sequence[Stated] = ()):  # type: ignore[no-untyped-def]  # noqa: ANN201
    return remarks(part, KWH, gaps, of, NOW, ZONE)


@pytest.fixture
def german() -> Iterator[None]:
    """Write figures as a German screen does, English again after it."""
    before = QLocale()
    QLocale.setDefault(QLocale(QLocale.Language.German, QLocale.Country.Germany))
    yield
    QLocale.setDefault(before)


@pytest.mark.usefixtures("german")
def test_figures_of_a_statement_are_written_as_the_screen_writes_figures() -> None:
    assert statement_words(EXCHANGE, ZONE).endswith(": 812,40 → 0,30")
    assert statement_words(Entered(EIGHT, Decimal("500.5")), ZONE).endswith(": 500,5")
    read = Read(PointSpec("e1", "Energy", "kWh", 2), Decimal("-0.50"), None)
    assert read_words(read) == "Energy: \u22120,50 → – kWh"
    low = Figures("Energy", "kWh", Decimal("2.50"), Decimal("0.5"), (SENT, SENT), SENT)
    assert doubts([low], NOW, exact) == [
        "Energy: the final reading 2,50 is lower than 9,25 kWh, which came."
    ]


@pytest.mark.parametrize(
    ("says", "words"),
    [
        (EXCHANGE, "Meter exchanged 20 Jan 2026 08:00: 812.40 → 0.30"),
        (
            replace(EXCHANGE, estimated=True),
            "Meter exchanged 20 Jan 2026 08:00: 812.40 (estimated) → 0.30",
        ),
        (replace(EXCHANGE, final=None), "Meter exchanged 20 Jan 2026 08:00: – → 0.30"),
        (Broken(EIGHT, Break.RESET), "Index reset 20 Jan 2026 08:00"),
        (Broken(EIGHT, Break.UNIT), "Counts on otherwise 20 Jan 2026 08:00"),
        (Entered(EIGHT, Decimal("500.5")), "Index read 20 Jan 2026 08:00: 500.5"),
        (Withdrawn(EIGHT, NOW), "Not to be believed 20 Jan 2026 08:00 – 18:00"),
        (Accepted(EIGHT, NOW), "The jump is real 20 Jan 2026 08:00 – 18:00"),
        (Spread(EIGHT, NOW), "Spread evenly 20 Jan 2026 08:00 – 18:00"),
        (
            Spread(EIGHT, NOW + 24 * HOUR, Shape.WEEK_BEFORE),
            "Spread like the weeks before 20 Jan 2026 08:00 – 21 Jan 2026 18:00",
        ),
        (TakenBack(StatementId("s7")), "Taken back: s7"),
    ],
)
def test_a_statement_is_told_in_plant_time(says: Edit | TakenBack, words: str) -> None:
    assert statement_words(says, ZONE) == words


def test_a_span_over_midnight_names_both_days() -> None:
    assert span_words(EIGHT, EIGHT + HOUR, ZONE) == "20 Jan 2026 08:00 – 09:00"
    late = EIGHT + 16 * HOUR
    assert span_words(EIGHT, late, ZONE) == "20 Jan 2026 08:00 – 21 Jan 2026 00:00"


@pytest.mark.parametrize(
    ("jump", "words"),
    [
        (False, "3.2 kWh counted in 20 Jan 2026 08:00 – 09:00, nobody knows when"),
        (True, "3.2 kWh more than can be counted in 20 Jan 2026 08:00 – 09:00"),
    ],
)
def test_what_has_no_place_is_told_with_its_time(jump: bool, words: str) -> None:
    gap = UnplacedAmount(EIGHT, EIGHT + HOUR, Decimal("3.2"), jump)
    assert unplaced_words(gap, KWH, ZONE) == words


def test_a_good_figure_needs_no_remark() -> None:
    assert said(WHOLE) == []
    assert said(None) == []
    assert said(replace(WHOLE, start=NOW, end=NOW + HOUR, amount=None)) == [], "not begun"


@pytest.mark.parametrize(
    ("part", "words"),
    [
        (replace(WHOLE, end=NOW + HOUR, whole=False), ["not over yet"]),
        (replace(WHOLE, amount=None, whole=False), ["nothing is known"]),
        (replace(WHOLE, whole=False), ["not everything is known"]),
        (replace(WHOLE, estimated=True), ["estimated"]),
    ],
)
def test_what_is_not_the_whole_truth_says_so(part: Part, words: list[str]) -> None:
    assert said(part) == words


def test_an_exchange_stands_in_its_own_part_alone() -> None:
    before = replace(WHOLE, start=EIGHT - HOUR, end=EIGHT)
    told = "Meter exchanged 20 Jan 2026 08:00: 812.40 → 0.30"
    assert said(WHOLE, of=[stated(EXCHANGE)]) == [told]
    assert said(before, of=[stated(EXCHANGE)]) == []
    assert said(WHOLE, of=[stated(EXCHANGE, holds=False)]) == [], "it was taken back"
    assert said(WHOLE, of=[stated(Spread(EIGHT, NOW))]) == [], "that is told by the figure"


def test_a_gap_stands_in_every_part_it_touches() -> None:
    gap = UnplacedAmount(EIGHT - HOUR, EIGHT + HOUR, Decimal("3.2"), jump=False)
    words = unplaced_words(gap, KWH, ZONE)
    lost = replace(WHOLE, whole=False)
    assert said(lost, gaps=[gap]) == [words]
    assert said(replace(lost, start=EIGHT - HOUR, end=EIGHT), gaps=[gap]) == [words]
    assert said(replace(WHOLE, start=EIGHT + HOUR, end=EIGHT + 2 * HOUR), gaps=[gap]) == []


def test_an_estimate_of_a_day_that_is_not_over_says_both() -> None:
    part = replace(WHOLE, end=NOW + HOUR, whole=False, estimated=True)
    assert said(part) == ["not over yet", "estimated"]


@pytest.mark.parametrize(
    ("says", "end"),
    [(EXCHANGE, "812.40 → 0.30 kWh"), (Entered(EIGHT, Decimal("7.5")), ": 7.5 kWh")],
)
def test_where_no_unit_stands_beside_it_a_statement_tells_its_own(says: Edit, end: str) -> None:
    assert statement_words(says, ZONE, "kWh").endswith(end)
    assert statement_words(says, ZONE).endswith(end.removesuffix(" kWh"))
