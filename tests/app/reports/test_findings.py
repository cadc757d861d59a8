"""Findings of a whole plant: asked in pieces, told in words and in files, nothing left out."""

import csv
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from io import StringIO
from zoneinfo import ZoneInfo

import pytest

from app.model.reading import PointId
from app.model.validation import Checked, Finding, Rule
from app.reports import findings
from app.reports.findings import Index, findings_sheet, found_in, meaning, rule_words
from app.reports.sheets.plaintable import plain_csv
from app.reports.words import Words
from app.verbs import Viewer
from app.words import LANGUAGES, use_language
from tests.fakes.asked import VIEWER, FakeHistory, FakeServices

START = datetime(2026, 1, 1, tzinfo=UTC)
END = START + timedelta(days=7)
ZONE = ZoneInfo("Europe/Copenhagen")


def index(nth: int) -> Index:
    return Index(PointId(f"m{nth}.e1"), f"Meter {nth}", "North", "Energy", "kWh", 1)


class SomeFound(FakeHistory):
    """Every third index has two findings, told in the wrong order; every fifth no unit."""

    def __init__(self) -> None:
        self.asked: list[int] = []

    async def validation(
        self, viewer: Viewer, points: Sequence[PointId], start: datetime, end: datetime
    ) -> Sequence[Checked]:
        self.asked.append(len(points))
        return [self._of(point) for point in points]

    def _of(self, point: PointId) -> Checked:
        nth = int(point[1:-3])
        if nth % 5 == 0:
            return Checked(point, (), frozenset(), None, "its unit is not set")
        late, day = START + timedelta(days=3), START + timedelta(days=1)
        found = (
            Finding(Rule.SPIKE, late, late, 1, figure=900.0),
            Finding(Rule.SUM, day, day + timedelta(days=1), counted=24.0, expected=23.4),
        )
        ran = frozenset(Rule) if nth % 2 else frozenset({Rule.RANGE, Rule.SPIKE})
        return Checked(point, found if nth % 3 == 0 else (), ran, Decimal("12.5"))


async def test_a_large_plant_is_asked_in_pieces_and_told_in_order(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(findings, "AT_ONCE", 4)
    history, reached = SomeFound(), list[int]()
    asked = replace(FakeServices().asked, history=history)
    every = [index(nth) for nth in range(1, 11)]
    found = await found_in(asked, VIEWER, every, START, END, reached.append)
    assert (history.asked, reached) == ([4, 4, 2], [4, 8, 10])
    assert [(row.index.device, row.finding.rule) for row in found.rows] == [
        (f"Meter {nth}", rule) for nth in (3, 6, 9) for rule in (Rule.SUM, Rule.SPIKE)
    ]
    assert (found.checked, found.indexes) == (8, 3)
    assert found.faults == (
        "Meter 5, Energy: its unit is not set",
        "Meter 10, Energy: its unit is not set",
    )
    assert [str(each) for each in found.unchecked] == ["m5.e1", "m10.e1"]
    assert (found.ran[Rule.SPIKE], found.ran[Rule.PHYSICS]) == (8, 4)
    assert [row.figure for row in found.rows[:2]] == [24.0, 900.0]


async def test_without_indexes_nothing_is_asked() -> None:
    history = SomeFound()
    asked = replace(FakeServices().asked, history=history)
    found = await found_in(asked, VIEWER, (), START, END)
    assert (found.rows, found.checked, history.asked) == ((), 0, [])


async def test_a_file_tells_both_figures_with_the_decimals_of_the_index() -> None:
    asked = replace(FakeServices().asked, history=SomeFound())
    found = await found_in(asked, VIEWER, [index(3)], START, END)
    table = findings_sheet(found.rows, (END, "Anna"), ZONE.key, Words("en"))
    text = plain_csv(table, Words("en")).decode("utf-8-sig")
    heads, first, second = csv.reader(StringIO(text, newline=""))
    told = [dict(zip(heads, row, strict=True)) for row in (first, second)]
    assert len(heads) == len(first)
    assert (told[0]["Finding"], told[1]["Finding"]) == (
        "Intervals do not add up",
        "More than it can count",
    )
    assert [told[0][each] for each in ("Found", "Expected", "At most in an hour")] == [
        *("24.0", "23.4"),
        "",
    ]
    assert [told[1][each] for each in ("Found", "Expected", "At most in an hour")] == [
        "900.0",
        "",
        "12.5",
    ]
    assert first[5] == "2026-01-02 01:00:00", "by the plant's clock"


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_rule_has_its_word_and_its_sentence(code: str) -> None:
    use_language(code)
    words = [rule_words(rule) for rule in Rule]
    assert len(set(words)) == len(Rule)
    assert len({meaning(rule) for rule in Rule}) == len(Rule)
    assert all(meaning(rule).endswith(".") for rule in Rule)
    use_language("en")
