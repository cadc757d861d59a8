"""A file of samples taken out of a project or brought into one, by whoever has joined it."""

import hashlib
import os
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from secrets import token_hex
from typing import IO
from zoneinfo import ZoneInfo

from app.compose.joining import Joined
from app.compose.terminal import complain
from app.errors import BadInput, PlantError
from app.history.exchange.csvin import CsvFile, Spoiled
from app.history.exchange.csvout import CsvOut
from app.history.exchange.filling import filled, within
from app.history.exchange.flagging import flagged
from app.history.exchange.judging import AHEAD
from app.history.exchange.parquetfile import ParquetIn, ParquetOut
from app.history.exchange.rows import Fault, Rows
from app.history.exchange.table import Rows as PointRows
from app.history.exchange.table import Writing, of_samples, of_series
from app.history.readings import to_ms
from app.model.reading import DeviceId, PointId, split_point
from app.model.rights import Capability
from app.sampleverbs import INTERPOLATED, HandedOut, PointFacts, Verdict
from app.words import _

ENDINGS = (".csv", ".parquet")
_WINDOW = timedelta(days=366)  # asked for together, of so many points:
_POINTS_TOGETHER = 10
_ROWS_TOGETHER = 50_000  # brought together: some megabytes
_BLOCK = 1 << 20
_GIVEN_UP_S = 86_400.0


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be taken out."""

    points: Sequence[PointFacts]
    start: datetime
    end: datetime
    separator: str = ","
    decimal_sign: str = "."
    fill: timedelta = timedelta()  # gaps of indexes up to so long are filled, and marked
    flags: bool = False  # a column tells what the rules found in indexes


@dataclass(frozen=True, slots=True)
class Manner:
    """How a file is to be brought in."""

    dry_run: bool = False
    skip_bad: bool = False  # rows that are wrong are left out, not all rows with them
    encoding: str = ""
    decimal_sign: str = "."


@dataclass(frozen=True, slots=True)
class Brought:
    """What a file held, and what became of it."""

    rows: int
    bad: int
    faults: Sequence[Fault]
    verdict: Verdict
    sha256: str
    kept: bool  # False: nothing was taken in
    interpolated: int = 0  # rows of the file that nobody read: left out


def take_out(joined: Joined, path: Path, wish: Wish) -> HandedOut:
    """Write the samples of a wish into a file; whole, or none.

    Raises:
        BadInput: The file cannot be written, or has no ending that is known.
    """
    if path.suffix.lower() not in ENDINGS:
        raise BadInput(_("{file}: it must end with .csv or .parquet").format(file=path))
    zone = ZoneInfo(joined.ask(joined.asked.plant.zone_name(joined.viewer)))
    with _whole_file(path) as stream:
        out = _writing(path, stream, wish, zone, joined.viewer.name)
        counts = [_points_out(joined, wish, part, out) for part in _parts(wish.points)]
        count, filled_in = (sum(each) for each in zip((0, 0), *counts, strict=True))
        out.close()
        stream.flush()
        stream.seek(0)
        digest = hashlib.sha256()
        while block := stream.read(_BLOCK):
            digest.update(block)
        devices = tuple(dict.fromkeys(split_point(each.point)[0] for each in wish.points))
        made = HandedOut(
            path.name, digest.hexdigest(), devices, wish.start, wish.end, count, filled_in
        )
        # Written down first: a file that nobody knows of does not come to be.
        joined.ask(joined.asked.samples.keep_export(joined.viewer, made))
    return made


def bring_in(joined: Joined, path: Path, manner: Manner) -> Brought:
    """Bring a file's samples into the project: all of them at once, or nothing.

    Raises:
        BadInput: It is no file of samples; the sentence names the file, line and column.
        NotPermitted: Nothing may be brought in by this person.
    """
    asked, viewer = joined.asked.samples, joined.viewer
    bringing = joined.ask(asked.add_import(viewer, path.name, dry_run=manner.dry_run))
    try:
        facts = {
            each.point: each
            for each in joined.ask(asked.points(viewer))
            if viewer.may(Capability.EDIT_DEVICES, split_point(each.point)[0])
        }
        with _opened(path) as stream:
            rows, sha256, verdict = _read(joined, path, stream, facts, bringing, manner)
        keep = not manner.dry_run and (manner.skip_bad or not rows.bad)
        if keep:
            joined.ask(asked.keep_import(viewer, bringing, sha256, keep=True))
            bringing = ""
        return Brought(
            rows.read, rows.bad, rows.faults, verdict, sha256, keep, rows.interpolated
        )
    except KeyboardInterrupt:
        if _called_off(joined, bringing):
            complain(_("called off: nothing was taken in"))
        else:
            complain(_("too late: all of it was taken in already"))
        bringing = ""
        raise
    finally:
        if bringing:
            _called_off(joined, bringing)


def _called_off(joined: Joined, bringing: str) -> bool:
    """Call an import off; whether there was anything to call off."""
    asked, viewer = joined.asked.samples, joined.viewer
    try:
        joined.ask(asked.keep_import(viewer, bringing, "", keep=False))
    except PlantError:
        return False
    return True


def _read(
    joined: Joined,
    path: Path,
    stream: IO[bytes],
    facts: Mapping[PointId, PointFacts],
    bringing: str,
    manner: Manner,
) -> tuple[Rows, str, Verdict]:
    if path.suffix.lower() == ".parquet":
        file: CsvFile | ParquetIn = ParquetIn(path, stream)
    else:
        file = CsvFile(path, stream, manner.encoding, forgiving=manner.skip_bad)
    read = file.rows()
    heads = file.heads if isinstance(file, ParquetIn) else _heads(path, read)
    rows = Rows(path.name, heads, facts, datetime.now(UTC) + AHEAD, manner.decimal_sign)
    verdict = Verdict()
    for line, cells in read:
        if isinstance(cells, Spoiled):
            rows.leave_out(line, cells.column, str(cells))
        elif isinstance(cells, str):
            rows.tell(line, 0, _("this is no row of CSV: {cell}"), cells)
        else:
            rows.take(line, cells)
        if len(rows) >= _ROWS_TOGETHER:
            verdict += _brought(joined, rows, bringing)
    verdict += _brought(joined, rows, bringing)
    return rows, file.sha256, verdict


def _brought(joined: Joined, rows: Rows, bringing: str) -> Verdict:
    if not len(rows):
        return Verdict()
    return joined.ask(joined.asked.samples.add_part(joined.viewer, bringing, rows.part()))


def _heads(path: Path, rows: Iterator[tuple[int, Sequence[object] | str]]) -> list[str]:
    line, cells = next(rows, (1, []))
    if isinstance(cells, Spoiled):  # without a head no row can be read
        raise BadInput(
            _("{file}, line {line}, column {column}: {says}").format(
                file=path.name, line=line, column=cells.column, says=cells
            )
        )
    if isinstance(cells, str) or not cells:
        raise BadInput(
            _("{file}, line {line}, column 1: there is no head").format(
                file=path.name, line=line
            )
        )
    return [str(cell) for cell in cells]


def _points_out(
    joined: Joined, wish: Wish, points: Sequence[PointFacts], out: Writing
) -> tuple[int, int]:
    """Write the samples of some points; return how many, and how many nobody read."""
    count, made_up, start = 0, 0, wish.start
    names = [each.point for each in points]
    history, viewer = joined.asked.history, joined.viewer
    while start < wish.end:
        end = min(start + _WINDOW, wish.end)
        # What a gap at an edge lies between is read too, and is written only where it was
        # asked for.
        around = start - wish.fill, end + wish.fill
        found = joined.ask(history.quarters(viewer, names, *around))
        for facts, series in zip(points, found, strict=True):
            if not len(series):
                continue
            rows = of_series(facts, series)
            if rows is None:
                kept = joined.asked.samples.kept(viewer, facts.point, *around)
                rows = of_samples(facts, joined.ask(kept))
            if wish.fill:
                rows = _with_gaps_filled(rows, wish.fill, start, end)
            if wish.flags and facts.counts:
                [told] = joined.ask(history.validation(viewer, [facts.point], start, end))
                rows = flagged(rows, told)
            out.add(rows)
            count += len(rows)
            made_up += sum(reason == INTERPOLATED for reason in rows.reasons)
        start = end
    return count, made_up


def _with_gaps_filled(
    rows: PointRows, most: timedelta, start: datetime, end: datetime
) -> PointRows:
    if rows.facts.counts:
        rows = filled(rows, most // timedelta(milliseconds=1)).rows
    return within(rows, to_ms(start), to_ms(end))


def _parts(points: Sequence[PointFacts]) -> Iterator[Sequence[PointFacts]]:
    for begin in range(0, len(points), _POINTS_TOGETHER):
        yield points[begin : begin + _POINTS_TOGETHER]


def _writing(
    path: Path, stream: IO[bytes], wish: Wish, zone: ZoneInfo, made_by: str
) -> Writing:
    if path.suffix.lower() == ".parquet":
        units = {str(each.point): each.unit for each in wish.points}
        return ParquetOut(stream, zone, units, made_by, flags=wish.flags)
    return CsvOut(stream, zone, wish.separator, wish.decimal_sign, flags=wish.flags)


@contextmanager
def _whole_file(path: Path) -> Iterator[IO[bytes]]:
    """Lend a file beside the one wanted, and put it in its place when all went well.

    Whoever writes the same one at the same time has another beside it: the last one stays.
    What a kill left of the same one is taken away once nobody has written into it for a day.
    """
    begun = f".{hashlib.sha256(os.fsencode(path.name)).hexdigest()[:12]}-"
    half = path.with_name(f"{begun}{token_hex(8)}.part")
    try:
        for left in path.parent.glob(f"{begun}*.part"):
            if time.time() - left.stat().st_mtime > _GIVEN_UP_S:
                left.unlink()
        with half.open("x+b") as stream:
            yield stream
        half.replace(path)
    except OSError as error:
        raise BadInput(f"{path} cannot be written: {error.strerror or error}") from error
    finally:
        with suppress(OSError):
            half.unlink(missing_ok=True)


@contextmanager
def _opened(path: Path) -> Iterator[IO[bytes]]:
    try:
        with path.open("rb") as stream:
            yield stream
    except OSError as error:
        raise BadInput(f"{path} cannot be read: {error.strerror or error}") from error


def chosen(
    points: Sequence[PointFacts], devices: Collection[DeviceId], keys: Collection[str]
) -> list[PointFacts]:
    """Return the points of some devices and keys; all where none are named.

    Raises:
        BadInput: A device or a key that nothing is known of.
    """
    known = {split_point(each.point) for each in points}
    for device in devices:
        if device not in {each for each, _key in known}:
            raise BadInput(_("there is no device {device}").format(device=device))
    for key in keys:
        if key not in {each for _device, each in known}:
            raise BadInput(_("there is no point {point}").format(point=key))
    return [
        each
        for each in points
        if (not devices or split_point(each.point)[0] in devices)
        and (not keys or split_point(each.point)[1] in keys)
    ]
