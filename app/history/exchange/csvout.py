"""Samples as CSV: plain for programs, harmless for spreadsheets."""

import csv
from io import TextIOWrapper
from typing import IO, Literal
from zoneinfo import ZoneInfo

import numpy as np

from app.history.exchange.rows import FLAGS, HEADS
from app.history.exchange.table import QUALITY_WORDS, Rows, offset_words, offsets_s
from app.model.sheettext import guarded

_BOM = "\ufeff"  # without it Excel takes UTF-8 for the computer's own code page
_SECOND_MS = 1000


class CsvOut:
    """A CSV file (RFC 4180, UTF-8) that is being written, row after row; one thread.

    Numbers stand with all their digits. A text that a spreadsheet would take for a
    formula gets an apostrophe, which reading it again takes away.
    """

    def __init__(
        self,
        stream: IO[bytes],
        zone: ZoneInfo,
        separator: str = ",",
        decimal_sign: str = ".",
        *,
        flags: bool = False,
    ) -> None:
        """``zone`` is the plant's; ``flags``: a column tells what the rules found."""
        self._text = TextIOWrapper(stream, "utf-8", newline="")
        self._text.write(_BOM)
        self._writer = csv.writer(self._text, delimiter=separator, lineterminator="\r\n")
        self._writer.writerow((*HEADS, FLAGS) if flags else HEADS)
        self._flags = flags
        self._zone, self._decimal_sign = zone, decimal_sign

    def add(self, rows: Rows) -> None:
        """Write some rows."""
        facts, times = rows.facts, rows.times_ms
        ahead = offsets_s(times, self._zone)
        unit: Literal["ms", "s"] = "ms" if (times % _SECOND_MS).any() else "s"
        utc, local = (
            np.datetime_as_string(each.astype("datetime64[ms]"), unit=unit).tolist()
            for each in (times, times + ahead * _SECOND_MS)
        )
        device, point, counted = (
            guarded(each) for each in (facts.device, facts.point, facts.unit)
        )
        words = rows.words or ("",) * len(rows)
        reasons = rows.reasons or ("",) * len(rows)
        flags = [(each,) for each in rows.flags or ("",) * len(rows)]
        told = flags if self._flags else [()] * len(rows)
        columns = (utc, local, offset_words(ahead), rows.values.tolist(), rows.quality.tolist())
        self._writer.writerows(
            (
                f"{at}Z",
                here.replace("T", " "),
                offset,
                device,
                point,
                guarded(word) if word else self._number(value),
                counted,
                QUALITY_WORDS[quality],
                guarded(reason),
                *flag,
            )
            for at, here, offset, value, quality, word, reason, flag in zip(
                *columns, words, reasons, told, strict=True
            )
        )

    def close(self) -> None:
        """Write what is left; the stream stays open."""
        self._text.flush()
        self._text.detach()

    def _number(self, value: float) -> str:
        if value != value:  # noqa: PLR0124 - what is no number is not even itself
            return ""
        text = repr(value)
        return text if self._decimal_sign == "." else text.replace(".", self._decimal_sign)
