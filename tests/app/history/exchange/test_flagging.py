"""Each sample of a file tells which rules found something in it, and none that did not."""

import csv
from datetime import UTC, datetime, timedelta
from io import BytesIO, StringIO
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from pyarrow import parquet

from app.history.exchange.csvout import CsvOut
from app.history.exchange.flagging import NOT_CHECKED, flagged
from app.history.exchange.parquetfile import ParquetOut
from app.history.exchange.rows import FLAGS, HEADS
from app.history.exchange.rows import Rows as FileRows
from app.history.exchange.table import Rows
from app.model.reading import PointId
from app.model.validation import Checked, Finding, Rule
from app.sampleverbs import PointFacts

START = datetime(2026, 1, 1, tzinfo=UTC)
QUARTER = timedelta(minutes=15)
COUNT = 8
FACTS = PointFacts(PointId("m.e1"), "Main", "Energy", "kWh", counts=True)
ZONE = ZoneInfo("Europe/Copenhagen")


def rows() -> Rows:
    times = int(START.timestamp()) * 1000 + np.arange(COUNT, dtype=np.int64) * 900_000
    return Rows(FACTS, times, np.arange(COUNT, dtype=np.float64), np.zeros(COUNT, np.uint8))


def checked(*findings: Finding, fault: str = "") -> Checked:
    return Checked(FACTS.point, findings, frozenset(Rule), None, fault)


def at(nth: int) -> datetime:
    return START + nth * QUARTER


def test_samples_are_marked_up_to_their_last_and_a_part_of_time_up_to_its_end() -> None:
    spike = Finding(Rule.SPIKE, at(2), at(3), 2)
    frozen = Finding(Rule.FROZEN, at(6), at(6), 1)
    part = Finding(Rule.SUM, at(0), at(3), counted=3.0, expected=2.0)
    found = flagged(rows(), checked(frozen, spike, part))
    assert list(found.flags) == ["sum", "sum", "spike sum", "spike", "", "", "frozen", ""]
    assert found.values.tolist() == rows().values.tolist(), "nothing else is changed"


def test_without_findings_no_sample_is_marked_and_unchecked_ones_say_so() -> None:
    assert list(flagged(rows(), checked()).flags) == []
    unchecked = flagged(rows(), checked(fault="its unit is not set"))
    assert list(unchecked.flags) == [NOT_CHECKED] * COUNT


@pytest.mark.parametrize("flags", [False, True])
def test_the_column_is_there_only_where_it_was_asked_for(flags: bool) -> None:
    stream = BytesIO()
    out = CsvOut(stream, ZONE, flags=flags)
    out.add(flagged(rows(), checked(Finding(Rule.NEGATIVE, at(4), at(4), 1))))
    out.add(rows())
    out.close()
    text = stream.getvalue().decode("utf-8-sig")
    heads, *told = csv.reader(StringIO(text, newline=""))
    assert heads == [*HEADS, *([FLAGS] if flags else [])]
    assert len(told) == 2 * COUNT
    if flags:
        assert [row[-1] for row in told] == ["", "", "", "", "negative"] + [""] * 11


def test_parquet_tells_the_same() -> None:
    stream = BytesIO()
    out = ParquetOut(stream, ZONE, {}, "Anna", flags=True)
    out.add(flagged(rows(), checked(Finding(Rule.NEGATIVE, at(4), at(4), 1))))
    out.add(rows())
    out.close()
    told = parquet.read_table(stream).column(FLAGS).to_pylist()
    assert told == ["", "", "", "", "negative"] + [""] * 11


def test_a_file_with_flags_comes_in_again_without_them() -> None:
    """What a rule found is found anew, never believed from a file."""
    facts = {FACTS.point: FACTS}
    file = FileRows("f.csv", [*HEADS, FLAGS], facts, START + timedelta(days=1))
    cells = ["2026-01-01T00:00:00Z", "", "", "Main", "m.e1", "1.5", "kWh", "good", "", "spike"]
    file.take(2, cells)
    assert (file.bad, len(file)) == (0, 1)
    [series] = file.part().series
    assert series.values.tolist() == [1.5]
