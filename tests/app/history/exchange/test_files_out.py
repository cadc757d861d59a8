"""What goes into a file comes out of it again: exactly, with its unit, harmless."""

import csv
import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from io import BytesIO, StringIO
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyarrow import parquet

from app.errors import BadInput
from app.history.exchange.csvin import CsvFile
from app.history.exchange.csvout import CsvOut
from app.history.exchange.parquetfile import ParquetIn, ParquetOut
from app.history.exchange.rows import HEADS
from app.history.exchange.rows import Rows as Taking
from app.history.exchange.table import Rows, of_samples
from app.model.reading import Quality, Reading
from app.model.sheettext import RISKY
from app.ports import Sample
from app.sampleverbs import Part
from tests.app.history.exchange.files import FACTS, LATEST, SUPPLY, WORDS

ZONE = ZoneInfo("Europe/Copenhagen")
AUTUMN_MS = int(datetime(2026, 10, 25, 0, 0, tzinfo=UTC).timestamp()) * 1000
AT = datetime(2026, 1, 15, 12, tzinfo=UTC)


def autumn(values: list[float]) -> Rows:
    """Quarter hours of the night in which an hour comes twice."""
    times = AUTUMN_MS + np.arange(len(values), dtype=np.int64) * 900_000
    quality = np.zeros(len(values), np.uint8)
    return Rows(FACTS[SUPPLY], times, np.array(values, np.float64), quality)


def as_csv(*rows: Rows, separator: str = ",", decimal: str = ".") -> bytes:
    stream = BytesIO()
    out = CsvOut(stream, ZONE, separator, decimal)
    for each in rows:
        out.add(each)
    out.close()
    return stream.getvalue()


def as_parquet(*rows: Rows) -> bytes:
    stream = BytesIO()
    out = ParquetOut(stream, ZONE, {SUPPLY: "°C"}, "K. Lund")
    for each in rows:
        out.add(each)
    out.close()
    return stream.getvalue()


def back(content: bytes, *, decimal: str = ".") -> Part:
    """Read a file again; nothing in it may be wrong."""
    file: CsvFile | ParquetIn
    read: Iterator[tuple[int, Sequence[object] | str]]
    if content.startswith(b"PAR1"):
        file = ParquetIn(Path("samples.parquet"), BytesIO(content))
        read, heads = file.rows(), file.heads
    else:
        file = CsvFile(Path("samples.csv"), BytesIO(content))
        read = file.rows()
        _, first = next(read)
        assert not isinstance(first, str)
        heads = [str(each) for each in first]
    taking = Taking("samples", heads, FACTS, LATEST, decimal)
    for line, cells in read:
        assert not isinstance(cells, str)
        taking.take(line, cells)
    assert not taking.faults
    return taking.part()


def test_the_hour_that_comes_twice_is_told_apart() -> None:
    lines = list(csv.reader(StringIO(as_csv(autumn([1.0] * 9)).decode("utf-8-sig"))))
    assert tuple(lines[0]) == HEADS
    assert [line[1:3] for line in lines[1::4]] == [
        ["2026-10-25 02:00:00", "UTC+02:00"],
        ["2026-10-25 02:00:00", "UTC+01:00"],
        ["2026-10-25 03:00:00", "UTC+01:00"],
    ]
    assert {line[6] for line in lines[1:]} == {"°C"}


@pytest.mark.parametrize("form", [as_csv, as_parquet])
@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=8))
def test_every_number_comes_back_to_the_last_digit(form: object, values: list[float]) -> None:
    assert callable(form)
    (series,) = back(form(autumn(values))).series
    assert series.values.tolist() == values
    assert series.times_ms.tolist() == autumn(values).times_ms.tolist()


def test_a_comma_stands_where_it_was_wished() -> None:
    content = as_csv(autumn([-1.5]), separator=";", decimal=",")
    assert b";-1,5;" in content
    (series,) = back(content, decimal=",").series
    assert series.values.tolist() == [-1.5]


@pytest.mark.parametrize("form", [as_csv, as_parquet])
@pytest.mark.parametrize("quality", list(Quality))
def test_every_quality_and_its_reason_comes_back(form: object, quality: Quality) -> None:
    assert callable(form)
    value = 20.5 if quality.believable else None
    sample = Sample(AT, Reading(SUPPLY, value, quality, AT, "sensor-open"))
    (found,) = back(form(of_samples(FACTS[SUPPLY], [sample]))).samples
    read = found.reading
    assert (found.at, read.value, read.quality, read.reason) == (
        AT, value, quality, "sensor-open",
    )  # fmt: skip


@pytest.mark.parametrize("form", [as_csv, as_parquet])
@pytest.mark.parametrize(
    "word", ["=cmd|'/C calc'!A0", "-2+3", "@SUM(A1)", "+1", "frost", "＝1"]
)
def test_a_word_that_looks_like_a_formula_stays_a_word(form: object, word: str) -> None:
    assert callable(form)
    sample = Sample(AT, Reading(WORDS, word, Quality.GOOD, AT))
    content = form(of_samples(FACTS[WORDS], [sample]))
    (found,) = back(content).samples
    assert found.reading.value == word
    if form is as_csv:
        for line in csv.reader(StringIO(content.decode("utf-8-sig"))):
            assert not any(cell.startswith(RISKY) for cell in line)


def test_the_head_of_a_parquet_file_has_the_zone_and_the_units() -> None:
    file = parquet.ParquetFile(BytesIO(as_parquet(autumn([1.0, 2.0]))))
    head = {k.decode(): v.decode() for k, v in file.schema_arrow.metadata.items()}
    assert head["heatdesk.zone"] == "Europe/Copenhagen"
    assert json.loads(head["heatdesk.units"]) == {SUPPLY: "°C"}
    assert file.schema_arrow.field("time_utc").type == pa.timestamp("ms", tz="UTC")


def parquet_of(table: pa.Table, **how: object) -> bytes:
    stream = BytesIO()
    parquet.write_table(table, stream, **how)
    return stream.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"PAR1",
        b"PAR1" + b"\xff" * 40 + b"\xff\xff\xff\x7fPAR1",
        b"PK\x03\x04" + b"0" * 40,
        as_parquet(autumn([1.0]))[:-10],
        parquet_of(pa.table({f"c{n}": [1] for n in range(200)})),
        parquet_of(pa.table({"point": [{"a": 1, "b": 2}]})),
    ],
)
def test_what_is_no_parquet_of_samples_is_refused_by_name(content: bytes) -> None:
    with pytest.raises(BadInput, match=r"^samples.parquet, row 1: "):
        ParquetIn(Path("samples.parquet"), BytesIO(content))


def test_a_part_that_would_be_huge_once_unpacked_is_refused_unread() -> None:
    stream = BytesIO()
    rows = 1_000_000
    some = pa.record_batch({"value": np.zeros(rows)})
    how = {"use_dictionary": False, "compression": "zstd"}
    with parquet.ParquetWriter(stream, some.schema, **how) as writer:
        writer.write_table(pa.Table.from_batches([some] * 40), row_group_size=40 * rows)
    content = stream.getvalue()
    assert len(content) < 20_000_000
    with pytest.raises(BadInput, match="once unpacked"):
        ParquetIn(Path("samples.parquet"), BytesIO(content))


@given(st.integers(0, 400), st.integers(0, 255))
def test_a_damaged_parquet_file_is_refused_or_read(at: int, byte: int) -> None:
    content = bytearray(as_parquet(autumn([1.0, 2.0, 3.0])))
    content[at % len(content)] = byte
    try:
        file = ParquetIn(Path("samples.parquet"), BytesIO(bytes(content)))
        taking = Taking("samples", file.heads, FACTS, LATEST)
        for line, cells in file.rows():
            taking.take(line, cells)
    except BadInput as refused:
        said = str(refused)
    else:
        said = ""
    assert said == "" or said.startswith("samples")
