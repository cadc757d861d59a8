"""What is said of a question about energy before anything is asked, and how figures read."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from app.cli.analysis import _area, _plain, _tell, _temperature, _words, run
from app.cli.options import day_named
from app.errors import BadInput
from app.model.consumption import Consumption
from app.model.normalised import DegreeDays, Normalised
from app.model.reading import PointId
from app.reports.energy import MOST_DEVICES, Analysis, Line, Question

BEGIN, END = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 2, 1, tzinfo=UTC)
POINT = PointId("main.energy")


def line(told: Normalised, *, whole: bool = True) -> Line:
    part = Consumption(POINT, "kWh", (BEGIN,), END, (told.amount,), (whole,), (False,))
    return Line(POINT, "Main", "kWh", told, whole, part)


@pytest.mark.parametrize(
    ("points", "said"),
    [
        ([], "say which indexes"),
        ([f"d-{nth}.energy" for nth in range(MOST_DEVICES + 1)], "at most 50 devices"),
        (["d.a", "d.b", "d.c"], "d: at most 2 values"),
    ],
)
def test_fifty_devices_of_two_values_are_the_most(points: Sequence[str], said: str) -> None:
    with pytest.raises(BadInput, match=said):
        Question([PointId(each) for each in points], BEGIN, END).require_sound()
    most = [PointId(f"d-{nth}.{key}") for nth in range(MOST_DEVICES) for key in ("a", "b")]
    Question([*most, *most], BEGIN, END).require_sound()  # the same twice is once


def test_words_of_the_command_are_read_or_refused() -> None:
    assert _temperature("17,5") == Decimal("17.5")
    assert _area("main=1400.5@2024-07-01") == ("main", date(2024, 7, 1), Decimal("1400.5"))
    zone = ZoneInfo("Europe/Copenhagen")
    assert day_named("2026-02-28", zone) == datetime(2026, 2, 28, tzinfo=zone)
    for wrong in ("main", "main=1400", "main=big@2024-07-01", "main=5@soon"):
        with pytest.raises(BadInput, match="is no floor area"):
            _area(wrong)
    with pytest.raises(BadInput, match="is no temperature"):
        _temperature("warm")
    with pytest.raises(BadInput, match="is no day"):
        day_named("yesterday", zone)


def test_a_part_or_a_file_of_another_kind_is_refused_before_anything_is_opened() -> None:
    with pytest.raises(BadInput, match="is no part"):
        run(Path("nowhere"), step="week")
    with pytest.raises(BadInput, match="must end with"):
        run(Path("nowhere"), out=Path("a.doc"))


def test_what_is_unknown_stands_as_unknown_in_every_form(
    capsys: pytest.CaptureFixture[str],
) -> None:
    nothing = line(Normalised(None, None, None), whole=False)
    known = line(Normalised(Decimal("1440.00"), Decimal(600), Decimal(464)))
    degrees = DegreeDays(None, 31, 2, 1)
    found = Analysis((nothing, known), degrees, ("Main: '5' is no floor area",))
    _tell(found)
    said = capsys.readouterr().out
    assert "Degree days: – K·d (days: 31)" in said
    assert "days without a temperature: 2" in said
    assert "some temperatures are missing: 1" in said
    assert "! Main: '5' is no floor area" in said
    assert "~– kWh  – kWh/m²" in said
    assert "1440 kWh  2.4 kWh/m²  3.1034 kWh/(K·d)  0.0052 kWh/(m²·K·d)" in said
    plain = _plain(found)
    lines = plain["lines"]
    assert isinstance(lines, list)
    assert (lines[0]["amount"], lines[0]["per_m2"], lines[0]["whole"]) == (None, None, False)
    assert lines[1]["per_m2"] == "2.400000"
    assert plain["days_unknown"] == 2
    assert _plain(Analysis((), None, ()))["degree_days"] is None


def test_figures_read_without_noughts_that_say_nothing() -> None:
    assert [_words(Decimal(each)) for each in ("100", "2.50000", "0.00004")] == [
        "100",
        "2.5",
        "0",
    ]
