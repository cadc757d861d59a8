"""``heatdesk validate``: which days, which rules, and how findings read."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from app.cli.validate import _plain, _rules, _tell, _time, run
from app.errors import BadInput
from app.model.reading import PointId
from app.model.validation import Finding, Rule
from app.reports.findings import FindingRow, Findings, Index

ZONE = ZoneInfo("Europe/Copenhagen")
AT = datetime(2026, 1, 20, 15, tzinfo=UTC)
INDEX = Index(PointId("main.e1"), "Main", "", "Energy", "kWh", 1)
FELL = FindingRow(INDEX, Finding(Rule.NEGATIVE, AT, AT, 1, figure=3.0), None)
SUM = FindingRow(
    INDEX,
    Finding(Rule.SUM, AT, AT + timedelta(days=1), counted=24.0, expected=23.4),
    Decimal(12),
)


def test_without_days_the_last_seven_whole_ones_are_checked() -> None:
    start, end = _time("", "", ZONE)
    assert end - start == timedelta(days=7)
    assert (end.hour, end.minute, end.date()) == (0, 0, datetime.now(ZONE).date())
    start, end = _time("2026-02-01", "2026-02-28", ZONE)
    assert (start, end) == (
        datetime(2026, 2, 1, tzinfo=ZONE),
        datetime(2026, 3, 1, tzinfo=ZONE),
    )
    with pytest.raises(BadInput, match="lies before the first"):
        _time("2026-02-03", "2026-02-01", ZONE)


@pytest.mark.parametrize(
    ("named", "rules"),
    [((), set(Rule)), (("sum",), {Rule.SUM}), (("sum", "spike"), {Rule.SUM, Rule.SPIKE})],
)
def test_rules_are_chosen_by_name(named: Sequence[str], rules: set[Rule]) -> None:
    assert _rules(named) == rules


def test_what_cannot_be_meant_is_refused_before_anything_is_opened() -> None:
    with pytest.raises(BadInput, match="'speed'; there are range, spike, negative"):
        run(Path("nowhere"), rule=["speed"])
    with pytest.raises(BadInput, match="must end with"):
        run(Path("nowhere"), out=Path("a.doc"))


def test_each_finding_is_a_line_and_what_was_not_checked_is_said(
    capsys: pytest.CaptureFixture[str],
) -> None:
    _tell(Findings((FELL, SUM), 5, {}, ("Pump, Energy: its unit is not set",)), ZONE)
    first, second, fault, sums = capsys.readouterr().out.splitlines()
    assert first.split()[:3] == ["2026-01-20", "16:00", "main.e1"]
    assert first.endswith("Counted backwards: 3.0 kWh")
    assert second.endswith("Intervals do not add up: 24.0  (23.4) kWh")
    assert fault == "! Pump, Energy: its unit is not set"
    assert sums == "2 findings; indexes checked: 5"
    _tell(Findings((), 5), ZONE)
    assert capsys.readouterr().out == "0 findings; indexes checked: 5\n"


def test_a_program_gets_names_that_stay() -> None:
    told = _plain(Findings((SUM,), 5, {Rule.SUM: 2}), frozenset({Rule.SUM, Rule.SPIKE}))
    assert told["ran"] == {"spike": 0, "sum": 2}
    assert told["findings"] == [
        {
            "point": "main.e1",
            "device": "main",
            "rule": "sum",
            "start": "2026-01-20T15:00:00+00:00",
            "end": "2026-01-21T15:00:00+00:00",
            "samples": 0,
            "figure": 24.0,
            "expected": 23.4,
            "unit": "kWh",
        }
    ]
