"""A folder that a concentrator drops files into: each whole file is taken once, by its content.

What was read goes into ``done``, what cannot be read into ``refused``, beside it a table of
what is wrong, row by row; ``done/taken.csv`` remembers the digests. A file is whole when it has
stood unchanged for two looks; a copying program may call it ``.part`` or ``.tmp`` meanwhile.
"""

import asyncio
import csv
import hashlib
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from stat import S_ISREG

from app.errors import BadInput
from app.model.sheettext import guarded
from app.words import _, ngettext
from drivers.receivers.receiver import Outlet
from drivers.wireless.caught import Caught
from drivers.wireless.rows import Fault

LOOK_S = 1.0
DONE, REFUSED, TAKEN = "done", "refused", "taken.csv"
LARGEST = 1_000_000_000  # bytes of a file
_ENDINGS = (".csv", ".txt")
_MOST_TOLD, _MOST_WRITTEN = 5, 10_000  # faults of a file: told one by one, written beside it
_TOGETHER = 200  # rows
_MOST_REMEMBERED = 50_000  # digests
_SETTLE_AGAIN_S = 5.0
_AGAIN_S = 60.0  # a file that others hold, or that may not be read
_BLOCK = 1 << 20
_DIGEST = re.compile("[0-9a-f]{64}")
_State = tuple[int, int]
Rows = Callable[[Path], Iterator[Caught | Fault]]  # raises `BadInput`, `OSError`


@dataclass(slots=True)
class _Read:
    rows: int = 0
    bad: int = 0
    refused: str = ""  # why the rest of it cannot be read


async def watch(folder: Path, rows: Rows, outlet: Outlet) -> None:
    """Take files until cancelled; `OSError` where the folder is gone or may not be changed."""
    memory = await asyncio.to_thread(_Memory, folder)
    outlet.up()
    before: dict[Path, _State] = {}
    due_s: dict[Path, float] = {}  # of files that could not be taken
    clock = asyncio.get_running_loop().time
    while True:
        now = await asyncio.to_thread(_standing, folder)
        due_s = {path: at_s for path, at_s in due_s.items() if path in now}
        for path in sorted(now, key=lambda each: (now[each][1], each.name)):
            if before.get(path) == now[path] and clock() >= due_s.get(path, 0.0):
                try:
                    await _take(path, rows, outlet, memory)
                except OSError as error:  # the others are taken all the same
                    due_s[path] = clock() + _AGAIN_S
                    outlet.fault(f"{path.name}: {error.strerror or error}")
        before = now
        await asyncio.sleep(LOOK_S)


async def look_into(folder: Path, rows: Rows, outlet: Outlet) -> None:
    """Hand on the first rows of the newest file, which stays; `OSError` without a folder."""
    standing = await asyncio.to_thread(_standing, folder)
    outlet.up()
    if not standing:
        return
    newest = max(standing, key=lambda each: (standing[each][1], each.name))
    some, refused = await asyncio.to_thread(_some, _within(newest, rows))
    for row in some:
        if isinstance(row, Caught):
            await outlet.take(row)
        else:
            outlet.fault(_told(newest, row))
    if refused:
        outlet.fault(refused if newest.name in refused else f"{newest.name}: {refused}")


def _within(path: Path, rows: Rows) -> Iterator[Caught | Fault]:
    if path.stat().st_size > LARGEST:
        raise BadInput(_("the file is larger than 1 GB"))
    yield from rows(path)


def _standing(folder: Path) -> dict[Path, _State]:
    """Return the files there are, with size and time of change."""
    found = {}
    for path in folder.iterdir():
        if path.suffix.lower() in _ENDINGS and not path.name.startswith("."):
            with suppress(FileNotFoundError):  # taken away again meanwhile
                state = path.lstat()
                if S_ISREG(state.st_mode):
                    found[path] = (state.st_size, state.st_mtime_ns)
    return found


async def _take(path: Path, rows: Rows, outlet: Outlet, memory: "_Memory") -> None:
    """Read one file, see that what it says is kept, and put it away."""
    digest = await asyncio.to_thread(_digest, path)
    if memory.knows(digest):
        await asyncio.to_thread(memory.put_away, path, DONE, digest)
        return
    read = await _read(path, rows, outlet, memory)
    while not await outlet.settled():
        outlet.fault(_("{file}: its rows are not kept yet").format(file=path.name))
        await asyncio.sleep(_SETTLE_AGAIN_S)
    await asyncio.to_thread(memory.note, digest, path.name, read)
    place = REFUSED if read.refused else DONE
    await asyncio.to_thread(memory.put_away, path, place, digest)


async def _read(path: Path, rows: Rows, outlet: Outlet, memory: "_Memory") -> _Read:
    read, faults = _Read(), list[Fault]()
    waiting = _within(path, rows)
    more_to_come = True
    while more_to_come:
        some, read.refused = await asyncio.to_thread(_some, waiting)
        more_to_come = len(some) == _TOGETHER and not read.refused
        for row in some:
            read.rows += 1
            if isinstance(row, Caught):
                await outlet.take(row)
                continue
            read.bad += 1
            if len(faults) < _MOST_WRITTEN:
                faults.append(row)
            if read.bad <= _MOST_TOLD:
                outlet.fault(_told(path, row))
    if read.refused:
        if path.name not in read.refused:
            read.refused = f"{path.name}: {read.refused}"
        outlet.fault(read.refused)
    if (more := read.bad - _MOST_TOLD) > 0:
        said = ngettext(
            "{file}: {count} more row is wrong", "{file}: {count} more rows are wrong", more
        )
        outlet.fault(said.format(file=path.name, count=more))
    if read.bad or read.refused:
        place = REFUSED if read.refused else DONE
        await asyncio.to_thread(memory.write_faults, path, place, faults, read.refused)
    return read


def _some(waiting: Iterator[Caught | Fault]) -> tuple[list[Caught | Fault], str]:
    """Return the next rows, and why there are no more of them where that is a fault."""
    some: list[Caught | Fault] = []
    try:
        some.extend(islice(waiting, _TOGETHER))
    except BadInput as error:
        return some, str(error)
    return some, ""


def _told(path: Path, fault: Fault) -> str:
    return _("{file}, line {line}, column {column}: {says}").format(
        file=path.name, line=fault.line, column=fault.column, says=fault.says
    )


def _digest(path: Path) -> str:
    whole = hashlib.sha256()
    with path.open("rb") as stream:
        while block := stream.read(_BLOCK):
            whole.update(block)
    return whole.hexdigest()


class _Memory:
    """What was taken out of a folder before; one thread at a time."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        for name in (DONE, REFUSED):
            (folder / name).mkdir(exist_ok=True)
        self._file = folder / DONE / TAKEN
        self._known: dict[str, None] = {}
        if self._file.is_file():
            with self._file.open(encoding="utf-8", errors="replace", newline="") as stream:
                for line in stream:  # whatever else stands there, or is broken in it
                    if _DIGEST.fullmatch(digest := line.partition(",")[0]):
                        self._remember(digest)

    def knows(self, digest: str) -> bool:
        """Whether a file of this content was taken before."""
        return digest in self._known

    def note(self, digest: str, name: str, read: _Read) -> None:
        """Remember one; on return that outlives the program."""
        self._remember(digest)
        at = datetime.now(UTC).isoformat(timespec="seconds")
        with self._file.open("a", encoding="utf-8", newline="") as stream:
            csv.writer(stream).writerow([digest, guarded(name), at, read.rows, read.bad])

    def write_faults(self, path: Path, place: str, faults: list[Fault], refused: str) -> None:
        """Write down beside the file what is wrong in it, for people and their tables."""
        file = self._folder / place / f"{path.name}.faults.csv"
        with file.open("w", encoding="utf-8", newline="") as stream:
            lines = csv.writer(stream)
            lines.writerow(["line", "column", "says"])
            if refused:
                lines.writerow(["", "", guarded(refused)])
            lines.writerows([each.line, each.column, guarded(each.says)] for each in faults)

    def put_away(self, path: Path, place: str, digest: str) -> None:
        """Move a file to where it is out of the way; another of its name stays."""
        target = self._folder / place / path.name
        if target.exists():
            target = target.with_name(f"{path.stem}.{digest[:12]}{path.suffix}")
        path.replace(target)

    def _remember(self, digest: str) -> None:
        self._known[digest] = None
        if len(self._known) > _MOST_REMEMBERED:
            del self._known[next(iter(self._known))]
