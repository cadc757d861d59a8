"""A folder with a file of samples for each day, and the list of them: whole at any moment.

What stands where, and what may change from one version of the schema to the next, is in
docs/export-schema.md. A file is written beside its place and put there in one go, the list
after it. So whatever ends the program in between, the next run goes on where it ended, and
does nothing twice: a day whose samples are as they were is left as it is.
"""

import hashlib
import json
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import TypeAlias
from zoneinfo import ZoneInfo

from app.errors import BadInput
from app.history.exchange.csvout import CsvOut
from app.history.exchange.flagging import flagged
from app.history.exchange.table import Rows, of_samples, of_series
from app.history.history import History
from app.model.exportplan import ExportPlan
from app.model.reading import PointId
from app.model.validation import Checked
from app.sampleverbs import PointFacts
from app.users.privatefile import sync_folder
from app.words import _

SCHEMA, VERSION, FLAGGED = "heatdesk-samples", 1, 2  # the version with a column of flags
LIST = "manifest.json"
MOST_BEHIND = timedelta(days=400)  # so far back days are made up for
_DAY = timedelta(days=1)
_TOGETHER = 50  # points
_HALF = ".part"  # ends the name of what is still being written


Check: TypeAlias = Callable[[Sequence[PointId], datetime, datetime], Sequence[Checked]]


@dataclass(frozen=True, slots=True)
class Outgoing:
    """What goes out, and from where."""

    store: History
    facts: Sequence[PointFacts]
    check: Check | None = None  # says what the rules find in indexes; None: no column of flags

    @property
    def version(self) -> int:
        """Of the schema."""
        return VERSION if self.check is None else FLAGGED


@dataclass(frozen=True, slots=True)
class DayFile:
    """One file of the list."""

    file: str
    day: str  # of the plant's calendar
    revision: int  # 1 when it was written first; counts up when its samples changed
    samples: int
    sha256: str
    written_at: str  # UTC


@dataclass(frozen=True, slots=True)
class Folder:
    """What the list of a folder tells."""

    project: str
    ran_at: datetime | None = None  # of the last run that came to its end
    files: tuple[DayFile, ...] = ()


def read_list(folder: Path, project: str, wanted: int = VERSION) -> Folder:
    """Return what stands in a folder; nothing where there is no list.

    One version is never written over another: ``wanted`` is the one to be written.

    Raises:
        BadInput: It is the folder of another project, of another version, or no list.
        OSError: It cannot be read.
    """
    path = folder / LIST
    if not path.exists():
        return Folder(project)
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
        schema, version, of = raw["schema"], raw["version"], raw["project"]
        ran_at = datetime.fromisoformat(raw["ran_at"]) if raw["ran_at"] else None
        files = tuple(DayFile(**each) for each in raw["files"])
    except (ValueError, KeyError, TypeError) as error:
        said = _("{file}: it is no list of exported files; move it away")
        raise BadInput(said.format(file=path)) from error
    if (schema, version) != (SCHEMA, wanted):
        said = _("{file}: it is of schema {schema} {version}; choose another folder")
        raise BadInput(said.format(file=path, schema=schema, version=version))
    if of != project:
        raise BadInput(_("{file}: another project exports there").format(file=path))
    return Folder(project, ran_at, files)


def is_due(known: Folder, plan: ExportPlan, zone: ZoneInfo, now: datetime) -> bool:
    """Whether a run is due: since the plan's hour none came to its end."""
    here = now.astimezone(zone)
    begin = here.replace(hour=plan.hour, minute=0, second=0, microsecond=0, fold=0)
    if here < begin:
        begin = (begin - _DAY).replace(hour=plan.hour)
    return known.ran_at is None or known.ran_at.timestamp() < begin.timestamp()


def days_to_write(known: Folder, plan: ExportPlan, zone: ZoneInfo, now: datetime) -> list[date]:
    """Return the days to look at: those of the window, and all since the newest file.

    The window reaches back from the last run, too: what came late while none could be made
    may belong to days before.
    """
    today, window = now.astimezone(zone).date(), timedelta(days=plan.window_days)
    first = today - window
    if known.ran_at is not None:
        ran = known.ran_at.astimezone(zone).date()
        first = max(min(first, ran - window), today - MOST_BEHIND)
    if known.files:
        newest = max(date.fromisoformat(each.day) for each in known.files)
        first = max(min(first, newest), today - MOST_BEHIND)
    return [first + nth * _DAY for nth in range((today - first).days)]


def write_days(
    outgoing: Outgoing,
    plan: ExportPlan,
    zone: ZoneInfo,
    project: str,
    now: Callable[[], datetime],
    going: Callable[[], bool],
) -> list[DayFile]:
    """Write what changed of the days that are due; return the files written. Blocks.

    Raises:
        BadInput: The folder is not this project's.
        OSError: It cannot be written.
        StoreBroken: The history cannot be read.
    """
    folder = Path(plan.folder)
    known = read_list(folder, project, outgoing.version)
    _sweep(folder)
    files = {each.day: each for each in known.files}
    written: list[DayFile] = []
    for day in days_to_write(known, plan, zone, now()):
        if not going():
            return written  # what is written stands in the list; the run is not at its end
        name, before = f"samples-{day}.csv", files.get(day.isoformat())
        with _beside(folder / name) as half:
            digest, samples = _lay_down(half, outgoing, zone, day)
            if before is not None and before.sha256 == digest and (folder / name).exists():
                continue
            revision = 1 if before is None else before.revision + (before.sha256 != digest)
            made = DayFile(name, f"{day}", revision, samples, digest, _told(now()))
            _take_place(half, folder / name)
        files[made.day] = made
        so_far = Folder(project, known.ran_at, tuple(files.values()))
        _write_list(folder, so_far, zone, outgoing.version)
        written.append(made)
    _write_list(folder, Folder(project, now(), tuple(files.values())), zone, outgoing.version)
    return written


def _lay_down(half: Path, outgoing: Outgoing, zone: ZoneInfo, day: date) -> tuple[str, int]:
    """Write the samples of a day as CSV, by point and time; return the hash and how many.

    A few points are in memory at a time, however many the plant has.
    """
    start, end = (
        datetime.combine(each, time(), zone).astimezone(UTC) for each in (day, day + _DAY)
    )
    facts, count = outgoing.facts, 0
    with half.open("w+b") as stream:
        out = CsvOut(stream, zone, flags=outgoing.check is not None)
        for first in range(0, len(facts), _TOGETHER):
            for rows in _rows(outgoing, facts[first : first + _TOGETHER], start, end):
                out.add(rows)
                count += len(rows)
        out.close()
        stream.flush()
        os.fsync(stream.fileno())
        stream.seek(0)
        return hashlib.file_digest(stream, "sha256").hexdigest(), count


def _rows(
    outgoing: Outgoing, some: Sequence[PointFacts], start: datetime, end: datetime
) -> Iterator[Rows]:
    """Yield the samples of each point that has some, with their flags where they are wanted."""
    store, told = outgoing.store, dict[PointId, Checked]()
    indexes = [each.point for each in some if each.counts]
    if outgoing.check is not None and indexes:
        told = {each.point: each for each in outgoing.check(indexes, start, end)}
    found = store.ranges([each.point for each in some], start, end, "quarter")
    for each, series in zip(some, found, strict=True):
        if not len(series):
            continue
        rows = of_series(each, series)
        if rows is None:
            rows = of_samples(each, store.samples(each.point, start, end, "quarter"))
        checked = told.get(each.point)
        yield rows if checked is None else flagged(rows, checked)


def _write_list(folder: Path, known: Folder, zone: ZoneInfo, version: int) -> None:
    told = {
        "schema": SCHEMA,
        "version": version,
        "project": known.project,
        "zone": zone.key,
        "ran_at": "" if known.ran_at is None else _told(known.ran_at),
        "files": [asdict(each) for each in sorted(known.files, key=lambda each: each.day)],
    }
    text = json.dumps(told, ensure_ascii=False, indent=1)
    _put(folder / LIST, text.encode())


def _put(path: Path, content: bytes) -> None:
    """Write a file whole or not at all, also where the power is cut."""
    with _beside(path) as half:
        with half.open("wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        _take_place(half, path)


@contextmanager
def _beside(path: Path) -> Iterator[Path]:
    """Lend a place beside a file; nothing stays there."""
    half = path.with_name(f".{path.name}{_HALF}")
    try:
        yield half
    finally:
        with suppress(OSError):  # a share that is gone; the next run takes it away
            half.unlink(missing_ok=True)


def _sweep(folder: Path) -> None:
    """Take away halves of an earlier run: its days may never be written again."""
    for half in (*folder.glob(f".samples-*{_HALF}"), *folder.glob(f".{LIST}{_HALF}")):
        with suppress(OSError):
            half.unlink(missing_ok=True)


def _take_place(half: Path, path: Path) -> None:
    """Put what was written in the place of the file."""
    half.replace(path)
    with suppress(OSError):  # a share may know no such thing
        sync_folder(path.parent)


def _told(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds")
