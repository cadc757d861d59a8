"""The rows of a file of samples: what each column means, and what is wrong with a row."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from math import isfinite, isnan, nan

import numpy as np

from app.errors import BadInput
from app.history.exchange.judging import BEGIN_MS
from app.history.readings import to_moment, to_ms
from app.model.point import ValueKind
from app.model.reading import Origin, PointId, Quality, Reading, Value
from app.model.sheettext import unguarded
from app.ports import Sample
from app.sampleverbs import INTERPOLATED, Part, PointFacts
from app.series import CODE_OF, Series
from app.words import _

HEADS = (
    "time_utc", "time_local", "utc_offset", "device", "point", "value", "unit", "quality",
    "reason",
)  # fmt: skip
FLAGS = "flags"  # what the rules found: of a file alone, never taken in
MOST_TOLD = 100  # faults told one by one; more are counted
MOST_COLUMNS = 64
_NEEDED = ("point", "value")
_NUMBER = re.compile(r"[+-]?\d{1,40}(\.\d{1,40})?([eE][+-]?\d{1,3})?", re.ASCII)
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d{1,6})?)?", re.ASCII)
_OFFSET = re.compile(r"Z|[+-]\d\d:\d\d", re.ASCII)
_QUALITY = {each.value: each for each in Quality}
_SHOWN = 40  # letters of a cell that a sentence repeats
_LONGEST_REASON = 200
_LONGEST_WORD = 1000


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one row, and where a person finds it."""

    line: int  # of the file, from 1; of Parquet the row
    column: int  # from 1
    head: str  # of the column; "" for the row as such
    says: str


class _Wrong(Exception):
    """A cell that does not say what it should; made into a `Fault`."""

    def __init__(self, column: int, says: str, cell: object = "", **words: object) -> None:
        super().__init__(says)
        self.column, self.says, self.cell, self.words = column, says, cell, words


class Rows:
    """Takes row after row, and gives back parts to be brought; one file, one thread."""

    def __init__(
        self,
        file: str,
        heads: Sequence[str],
        facts: Mapping[PointId, PointFacts],
        latest: datetime,
        decimal_sign: str = ".",
    ) -> None:
        """``facts`` are of the points that may be brought; times without seconds are whole.

        No sample may be later than ``latest``.

        Raises:
            BadInput: A head that is not known or is missing; it names file, line, column.
        """
        self._at = _columns(file, heads)
        self._width = len(heads)
        self._facts, self._decimal_sign = facts, decimal_sign
        self._latest_ms = to_ms(latest)
        self._columns: dict[PointId, tuple[list[int], list[float], list[int]]] = {}
        self._samples: list[Sample] = []
        self._last_time: tuple[object, object, int] = ("", "", 0)
        self._held = 0
        self.faults: list[Fault] = []
        self.read = self.bad = 0
        self.interpolated = 0  # rows that nobody read: left out

    def __len__(self) -> int:
        return self._held

    def take(self, line: int, cells: Sequence[object]) -> None:
        """Take a row; what is wrong with it is told in ``faults`` and counted in ``bad``."""
        try:
            self._take(cells)
        except _Wrong as wrong:
            self.tell(line, wrong.column, wrong.says, wrong.cell, **wrong.words)
            return
        self.read += 1

    def tell(
        self, line: int, column: int, says: str, cell: object = "", **words: object
    ) -> None:
        """Count a row that is wrong, and tell it while there is room."""
        head = next((name for name, at in self._at.items() if at == column), "")
        shown = str(cell)[:_SHOWN]
        self._tell(Fault(line, column + 1, head, says.format(cell=f"{shown!r}", **words)))

    def leave_out(self, line: int, column: int, says: str) -> None:
        """Count what is no row at all; ``column`` in letters from 1."""
        self._tell(Fault(line, column, "", says))

    def _tell(self, fault: Fault) -> None:
        self.read += 1
        self.bad += 1
        if len(self.faults) < MOST_TOLD:
            self.faults.append(fault)

    def part(self) -> Part:
        """Return what was taken since the last time."""
        series = [
            Series(
                point,
                np.array(times, np.int64),
                np.array(values, np.float64),
                np.array(quality, np.uint8),
            )
            for point, (times, values, quality) in self._columns.items()
        ]
        part = Part(series, self._samples)
        self._columns, self._samples, self._held = {}, [], 0
        return part

    def _take(self, cells: Sequence[object]) -> None:
        if len(cells) != self._width:
            raise _Wrong(
                min(len(cells), self._width),
                _("the row has {cells} cells, the head has {heads}"),
                cells=len(cells),
                heads=self._width,
            )
        facts = self._point(cells)
        at_ms = self._time(cells)
        quality, reason = self._quality(cells), self._reason(cells)
        if reason == INTERPOLATED:
            self.interpolated += 1
            return
        value = self._value(cells, facts, quality)
        self._held += 1
        if reason or isinstance(value, str | datetime):
            at = to_moment(at_ms)
            reading = Reading(facts.point, value, quality, at, reason, Origin.BACK_FILLED)
            self._samples.append(Sample(at, reading))
            return
        times, values, codes = self._columns.setdefault(facts.point, ([], [], []))
        times.append(at_ms)
        values.append(nan if value is None else value)
        codes.append(CODE_OF[quality])

    def _text(self, cells: Sequence[object], head: str) -> str:
        place = self._at.get(head)
        if place is None:
            return ""
        cell = cells[place]
        return "" if cell is None else str(cell)

    def _point(self, cells: Sequence[object]) -> PointFacts:
        named = unguarded(self._text(cells, "point").strip())
        facts = self._facts.get(PointId(named))
        if facts is None:
            raise _Wrong(
                self._at["point"], _("there is no point {cell}, or not for you"), named
            )
        unit = self._text(cells, "unit").strip()
        if unit and facts.unit and unguarded(unit) != facts.unit:
            raise _Wrong(
                self._at["unit"], _("the point counts in {unit}, not in {cell}"), unit,
                unit=facts.unit,
            )  # fmt: skip
        return facts

    def _time(self, cells: Sequence[object]) -> int:
        """Return the moment; the same cells as in the row before are not read again."""
        utc = self._at.get("time_utc")
        first = utc if utc is not None else self._at["time_local"]
        cell = cells[first]
        beside = "" if utc is not None else cells[self._at["utc_offset"]]
        if (cell, beside) != self._last_time[:2]:
            offset = str(beside or "").strip().removeprefix("UTC")
            at_ms = _moment_ms(first, cell, offset, utc is not None)
            self._require_in_time(first, cell, at_ms)
            self._last_time = (cell, beside, at_ms)
        return self._last_time[2]

    def _require_in_time(self, place: int, cell: object, at_ms: int) -> None:
        """Refuse here, where the line is known, what the core would refuse without one."""
        if BEGIN_MS <= at_ms <= self._latest_ms:
            return
        early = at_ms < BEGIN_MS
        says = _("{cell}: a time before 1970") if early else _("{cell}: a time in the future")
        raise _Wrong(place, says, _shown(cell))

    def _quality(self, cells: Sequence[object]) -> Quality:
        text = self._text(cells, "quality").strip().lower()
        quality = _QUALITY.get(text or "good")
        if quality is None:
            raise _Wrong(
                self._at["quality"], _("{cell} is no quality; there are {known}"), text,
                known=", ".join(_QUALITY),
            )  # fmt: skip
        return quality

    def _reason(self, cells: Sequence[object]) -> str:
        text = unguarded(self._text(cells, "reason").strip())
        if len(text) > _LONGEST_REASON or not text.isprintable():
            raise _Wrong(
                self._at["reason"], _("{cell} is no reason: too long or no text"), text
            )
        return text

    def _value(
        self, cells: Sequence[object], facts: PointFacts, quality: Quality
    ) -> Value | None:
        place = self._at["value"]
        cell = cells[place]
        empty = cell is None or cell == ""
        if not quality.believable:
            if not empty:
                raise _Wrong(
                    place, _("{cell}: there is no value where the quality is {quality}"), cell,
                    quality=quality.value,
                )  # fmt: skip
            return None
        if isinstance(cell, float | int) and not isinstance(cell, bool):
            number = float(cell)
        elif empty:
            raise _Wrong(place, _("there is no value, though the quality is {quality}"),
                         quality=quality.value)  # fmt: skip
        else:
            return self._said(place, str(cell), facts)
        if isnan(number) or not isfinite(number):
            raise _Wrong(place, _("{cell} is no number"), cell)
        return number

    def _said(self, place: int, text: str, facts: PointFacts) -> Value:
        """Return what a cell says in letters: a number, a moment, of some points a word."""
        plain = text.strip()
        if self._decimal_sign == "," and "." not in plain:
            plain = plain.replace(",", ".", 1)
        elif self._decimal_sign == "," and facts.kind is not ValueKind.TEXT:
            raise _Wrong(place, _("{cell}: the decimal sign of this file is a comma"), text)
        if facts.kind is not ValueKind.TEXT and _NUMBER.fullmatch(plain):
            number = float(plain)
            if isfinite(number):
                return number
        if (moment := _word_of_time(text)) is not None:
            return moment
        if facts.kind is not ValueKind.TEXT:
            raise _Wrong(place, _("{cell} is no number"), text)
        word = unguarded(text)
        if len(word) > _LONGEST_WORD or not word.isprintable():
            raise _Wrong(place, _("{cell} is no value: too long or no text"), text)
        return word


def _columns(file: str, heads: Sequence[str]) -> dict[str, int]:
    """Return where each known head stands; `BadInput` for a head nobody understands."""
    if len(heads) > MOST_COLUMNS:
        raise BadInput(
            _("{file}, line 1, column {column}: a file of samples has at most {most} columns")
            .format(file=file, column=MOST_COLUMNS + 1, most=MOST_COLUMNS)
        )  # fmt: skip
    at: dict[str, int] = {}
    for number, head in enumerate(heads):
        name = head.strip().lower()
        if name not in (*HEADS, FLAGS) or name in at:
            raise BadInput(
                _("{file}, line 1, column {column}: {head} is no head of a file of samples, "
                  "or stands there twice; the heads are {known}").format(
                    file=file, column=number + 1, head=f"{head[:_SHOWN]!r}",
                    known=", ".join(HEADS),
                )
            )  # fmt: skip
        at[name] = number
    needed = [*_NEEDED, *(() if "time_utc" in at else ("time_local", "utc_offset"))]
    for name in needed:
        if name not in at:
            raise BadInput(
                _("{file}, line 1, column {column}: the head {head} is missing").format(
                    file=file, column=len(heads) + 1, head=f"{name!r}"
                )
            )
    return at


def _moment_ms(place: int, cell: object, offset: str, is_utc: bool) -> int:
    if isinstance(cell, int) and not isinstance(cell, bool):
        return cell  # milliseconds, of a file that knows times by itself
    text = str(cell or "").strip()
    found = _MOMENT.match(text)
    said = text[found.end() :] if found is not None else ""
    if found is None or (said and not _OFFSET.fullmatch(said)):
        raise _Wrong(place, _("{cell} is no time: write 2026-02-28T13:45:00Z"), text)
    if not said and not is_utc and not _OFFSET.fullmatch(offset):
        raise _Wrong(place, _("{cell}: say how far from UTC it is, as +01:00"), text)
    try:
        moment = datetime.fromisoformat(found.group() + (said or offset or "+00:00"))
        return to_ms(moment.astimezone(UTC))
    except (ValueError, OverflowError):
        raise _Wrong(place, _("{cell} is no time: write 2026-02-28T13:45:00Z"), text) from None


def _shown(cell: object) -> object:
    """Return a time as a person reads it, where a file has it in milliseconds."""
    if not isinstance(cell, int) or not -(2**63) < cell < 2**63:
        return cell
    return f"{np.datetime64(cell, 'ms').astype('datetime64[s]')}Z"


def _word_of_time(text: str) -> datetime | None:
    found = _MOMENT.match(text)
    if found is None or not _OFFSET.fullmatch(text[found.end() :]):
        return None
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None
