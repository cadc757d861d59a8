"""Rows of samples as a file brings them, and who takes them in."""

from collections.abc import Sequence
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from app.history.exchange.csvin import CsvFile
from app.history.exchange.rows import Rows
from app.model.point import ValueKind
from app.model.reading import PointId
from app.sampleverbs import PointFacts

SUPPLY = PointId("ahornvej14.supply")
WORDS = PointId("ahornvej14.message")
FILE = "samples.csv"
FACTS = {
    SUPPLY: PointFacts(SUPPLY, "Ahornvej 14", "Supply", "°C"),
    WORDS: PointFacts(WORDS, "Ahornvej 14", "Message", "", ValueKind.TEXT),
}
LATEST = datetime(2200, 1, 1, tzinfo=UTC)
HEADS = ("time_utc", "point", "value", "unit", "quality", "reason")


def of_bytes(content: bytes, encoding: str = "") -> CsvFile:
    return CsvFile(Path("/somewhere") / FILE, BytesIO(content), encoding)


def read(content: bytes, encoding: str = "") -> list[tuple[int, list[str] | str]]:
    return list(of_bytes(content, encoding).rows())


def taken(*rows: Sequence[object], heads: Sequence[str] = HEADS, decimal: str = ".") -> Rows:
    """Return what takes rows of a file, with these taken; the first stands in line 2."""
    taking = Rows(FILE, heads, FACTS, LATEST, decimal)
    for line, row in enumerate(rows, 2):
        taking.take(line, row)
    return taking


def row(
    value: object = "20.5",
    *,
    at: object = "2026-01-15T12:00:00Z",
    point: str = SUPPLY,
    unit: str = "°C",
    quality: str = "good",
    reason: str = "",
) -> list[object]:
    return [at, point, value, unit, quality, reason]
