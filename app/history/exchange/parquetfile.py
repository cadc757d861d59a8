"""Samples as Parquet, by Apache's own library, which is loaded where such a file is met."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import numpy as np

from app.errors import BadInput
from app.history.exchange.rows import FLAGS, MOST_COLUMNS
from app.history.exchange.table import QUALITY_WORDS, Rows, offset_words, offsets_s
from app.words import _

if TYPE_CHECKING:
    import pyarrow as pa

MAGIC = b"PAR1"
_ROWS_TOGETHER = 200_000  # of a row group: some megabytes
_READ_TOGETHER = 20_000  # rows
_LARGEST_FOOTER = 16_000_000  # bytes
_LARGEST_GROUP = 256_000_000  # bytes of a row group, unpacked, of the columns we read
_BLOCK = 1 << 20
_FOOT = 8  # bytes at the end: the length of the footer, and the name of the format
_SECOND_MS = 1000


class ParquetOut:
    """A Parquet file that is being written; one thread.

    The plant's zone and the unit of every point stand in the file's own head as well.
    """

    def __init__(
        self,
        stream: IO[bytes],
        zone: ZoneInfo,
        units: Mapping[str, str],
        made_by: str,
        *,
        flags: bool = False,
    ) -> None:
        """``units`` are of the points that will come; ``flags`` as of `CsvOut`."""
        import pyarrow as pa
        from pyarrow import parquet

        self._pa, self._zone = pa, zone
        utc, local = pa.timestamp("ms", tz="UTC"), pa.timestamp("ms")
        texts = ["utc_offset", "device", "point", "word", "unit", "quality", "reason"]
        texts += [FLAGS] if flags else []
        self._flags = flags
        fields = [("time_utc", utc), ("time_local", local), ("value", pa.float64())]
        self._schema = pa.schema(
            [*fields, *((name, pa.string()) for name in texts)],
            metadata={
                "heatdesk.zone": zone.key,
                "heatdesk.units": json.dumps(dict(units), ensure_ascii=False),
                "heatdesk.made_by": made_by,
            },
        )
        self._writer = parquet.ParquetWriter(stream, self._schema, compression="zstd")
        self._waiting: list[Any] = []
        self._rows = 0

    def add(self, rows: Rows) -> None:
        """Write some rows, together with those that come before and after."""
        pa, count = self._pa, len(rows)
        ahead = offsets_s(rows.times_ms, self._zone)
        local = rows.times_ms + ahead * _SECOND_MS
        words = np.array(QUALITY_WORDS, object)[rows.quality]
        facts = rows.facts
        columns = {
            "time_utc": pa.array(rows.times_ms).cast(self._schema.field("time_utc").type),
            "time_local": pa.array(local).cast(self._schema.field("time_local").type),
            "value": pa.array(rows.values, from_pandas=True),  # NaN becomes nothing
            "utc_offset": pa.array(offset_words(ahead)),
            "device": pa.repeat(facts.device, count),
            "point": pa.repeat(str(facts.point), count),
            "word": pa.array(
                [each or None for each in rows.words] or [None] * count, pa.string()
            ),
            "unit": pa.repeat(facts.unit, count),
            "quality": pa.array(words.tolist(), pa.string()),
            "reason": pa.array(list(rows.reasons) or [""] * count, pa.string()),
        }
        if self._flags:
            columns[FLAGS] = pa.array(list(rows.flags) or [""] * count, pa.string())
        self._waiting.append(pa.record_batch(list(columns.values()), schema=self._schema))
        self._rows += count
        if self._rows >= _ROWS_TOGETHER:
            self._flush()

    def close(self) -> None:
        """Write what is left; the stream stays open."""
        self._flush()
        self._writer.close()

    def _flush(self) -> None:
        if self._waiting:
            self._writer.write_table(self._pa.Table.from_batches(self._waiting))
        self._waiting, self._rows = [], 0


class ParquetIn:
    """A Parquet file of samples, read in small parts; one thread."""

    def __init__(self, path: Path, stream: IO[bytes]) -> None:
        """Look at its head alone.

        Raises:
            BadInput: It is no Parquet, or would be too large once unpacked.
        """
        self._path = path
        _require_small_footer(path, stream)
        import pyarrow as pa
        from pyarrow import parquet

        self._pa = pa
        self._stream = stream
        try:
            self._file = parquet.ParquetFile(
                stream,
                buffer_size=_BLOCK,
                pre_buffer=False,
                thrift_string_size_limit=_LARGEST_FOOTER,
                thrift_container_size_limit=_LARGEST_FOOTER,
            )
            self._require_plain()
        except (pa.ArrowException, OSError) as error:
            raise _refused(path, str(error)) from error

    @property
    def heads(self) -> list[str]:
        """The names of the columns as rows have them; a word stands in the place of a value."""
        return [name for name in self._names if name != "word"]

    @property
    def sha256(self) -> str:
        """Of the whole file."""
        self._stream.seek(0)
        digest = hashlib.sha256()
        while block := self._stream.read(_BLOCK):
            digest.update(block)
        return digest.hexdigest()

    def rows(self) -> Iterator[tuple[int, list[object]]]:
        """Yield each row with its number, from 1.

        Raises:
            BadInput: A part that cannot be read; it names the row before it.
        """
        number = 0
        try:
            for batch in self._file.iter_batches(batch_size=_READ_TOGETHER):
                columns = [self._column(batch, name) for name in self.heads]
                for row in zip(*columns, strict=True):
                    number += 1
                    yield number, list(row)
        except (self._pa.ArrowException, OSError, UnicodeDecodeError) as error:
            raise _refused(self._path, str(error), number + 1) from error

    def _column(self, batch: "pa.RecordBatch", name: str) -> Sequence[object]:
        column = batch.column(name)
        if self._pa.types.is_timestamp(column.type):
            unit = self._pa.timestamp("ms", tz=column.type.tz)
            column = column.cast(unit, safe=False).cast(self._pa.int64())
        if name == "value" and "word" in self._names:
            words = batch.column("word").to_pylist()
            pairs = zip(column.to_pylist(), words, strict=True)
            return [value if word is None else word for value, word in pairs]
        said: list[object] = column.to_pylist()
        return said

    def _require_plain(self) -> None:
        schema, meta = self._file.schema_arrow, self._file.metadata
        self._names = list(schema.names)
        if len(self._names) > MOST_COLUMNS or meta.num_columns != len(self._names):
            raise _refused(
                self._path,
                _("a file of samples has at most {most} columns, none within another").format(
                    most=MOST_COLUMNS
                ),
            )
        for group in range(meta.num_row_groups):
            if meta.row_group(group).total_byte_size > _LARGEST_GROUP:
                raise _refused(
                    self._path,
                    _("a part of it is larger than {most} MB once unpacked").format(
                        most=_LARGEST_GROUP // 1_000_000
                    ),
                )


def _require_small_footer(path: Path, stream: IO[bytes]) -> None:
    size = stream.seek(0, 2)
    stream.seek(max(0, size - _FOOT))
    foot = stream.read(_FOOT)
    stream.seek(0)
    if size < _FOOT + len(MAGIC) or stream.read(len(MAGIC)) != MAGIC or foot[4:] != MAGIC:
        raise _refused(path, _("this is no whole Parquet file"))
    length = int.from_bytes(foot[:4], "little")
    if length > min(_LARGEST_FOOTER, size):
        raise _refused(path, _("its head is too large"))
    stream.seek(0)


def _refused(path: Path, says: str, row: int = 1) -> BadInput:
    told = says.splitlines()[0] if says else ""
    return BadInput(
        _("{file}, row {row}: {says}").format(file=path.name, row=row, says=told[:300])
    )
