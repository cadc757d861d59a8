"""Files dropped into a folder: whole ones only, each once, none lost, every fault told."""

import asyncio
import csv
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest

from app.errors import BadInput
from drivers.receivers import folder
from drivers.receivers.receiver import ways_of
from drivers.simulators.concentrator import Concentrator, ConcentratorOptions
from drivers.simulators.hosting import wall_clock
from drivers.wireless.rows import Fault
from tests.drivers.receivers.collected import Collected
from tests.drivers.wireless.test_rows import TELEGRAM

ROW = f"g;12345678;2026-02-01 13:00:00;1;{TELEGRAM}\n"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folder, "LOOK_S", 0.02)
    monkeypatch.setattr(folder, "_SETTLE_AGAIN_S", 0.02)


@asynccontextmanager
async def watched(
    path: Path, kind: str = "elvaco", rest: str = "?zone=UTC"
) -> AsyncIterator[Collected]:
    (way,) = ways_of(f"c={kind}:{path}{rest}")
    collected = Collected()
    task = asyncio.ensure_future(way.type.run(way.rest, collected.outlet))
    try:
        await collected.until(lambda: collected.up.is_set() or task.done())
        if task.done():
            await task
        yield collected
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


def names(place: Path) -> set[str]:
    return {each.name for each in place.iterdir()}


def taken(place: Path) -> list[list[str]]:
    with (place / "done" / "taken.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.reader(stream))


async def test_a_file_is_taken_when_it_is_whole_and_put_away(tmp_path: Path) -> None:
    async with watched(tmp_path) as collected:
        (tmp_path / "a.csv.part").write_text(ROW)
        (tmp_path / ".hidden.csv").write_text(ROW)
        (tmp_path / "notes.pdf").write_text(ROW)
        (tmp_path / "b.csv").write_text(ROW * 3)
        await collected.until((tmp_path / "done" / "b.csv").is_file)
        assert len(collected.rows) == 3
        (tmp_path / "a.csv.part").rename(tmp_path / "a.CSV")
        await collected.until((tmp_path / "done" / "a.CSV").is_file)
    assert len(collected.rows) == 4
    assert collected.faults == []
    assert names(tmp_path) == {"done", "refused", ".hidden.csv", "notes.pdf"}
    assert [(row[1], row[3], row[4]) for row in taken(tmp_path)] == [
        ("b.csv", "3", "0"),
        ("a.CSV", "1", "0"),
    ]


async def test_a_file_that_still_grows_is_left_alone(tmp_path: Path) -> None:
    async with watched(tmp_path) as collected:
        with (tmp_path / "slow.csv").open("a") as growing:
            for _each in range(20):
                growing.write(ROW)
                growing.flush()
                await asyncio.sleep(0.01)
        await collected.until((tmp_path / "done" / "slow.csv").is_file)
    assert len(collected.rows) == 20


async def test_the_same_content_is_taken_once_whatever_it_is_called(tmp_path: Path) -> None:
    async with watched(tmp_path) as collected:
        (tmp_path / "a.csv").write_text(ROW)
        await collected.until((tmp_path / "done" / "a.csv").is_file)
        (tmp_path / "b.csv").write_text(ROW)
        await collected.until((tmp_path / "done" / "b.csv").is_file)
        assert len(collected.rows) == 1
        (tmp_path / "a.csv").write_text(ROW * 2)  # another content under the same name
        await collected.until(lambda: len(collected.rows) == 3)
        await collected.until(lambda: len(names(tmp_path / "done")) == 4)
    async with watched(tmp_path) as again:  # it remembers over its own end
        (tmp_path / "c.csv").write_text(ROW * 2)
        await again.until((tmp_path / "done" / "c.csv").is_file)
        assert again.rows == []


async def test_wrong_rows_are_told_counted_and_written_beside_the_rest(tmp_path: Path) -> None:
    wrong = "=cmd|' /C calc'!A0;=1+1;2026-02-01 13:00:00;1;00\n"
    (tmp_path / "day.csv").write_text(ROW + wrong * 8 + ROW)
    async with watched(tmp_path) as collected:
        await collected.until((tmp_path / "done" / "day.csv").is_file)
    assert len(collected.rows) == 2
    assert collected.faults[0] == ("day.csv, line 2, column 2: '=1+1' is no secondary address")
    assert collected.faults[5:] == ["day.csv: 3 more rows are wrong"]
    with (tmp_path / "done" / "day.csv.faults.csv").open(newline="") as stream:
        head, *rows = csv.reader(stream)
    assert head == ["line", "column", "says"]
    assert [row[0] for row in rows] == [str(line) for line in range(2, 10)]
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "@"))]
    assert taken(tmp_path)[0][3:] == ["10", "8"]


async def test_what_is_no_text_is_refused_and_kept(tmp_path: Path) -> None:
    (tmp_path / "bad.csv").write_bytes(ROW.encode() + b"\0\0\0\n")
    (tmp_path / "good.csv").write_text(ROW * 2)
    async with watched(tmp_path) as collected:
        await collected.until(lambda: len(collected.rows) == 3)
        await collected.until((tmp_path / "done" / "good.csv").is_file)
    assert collected.faults[0].startswith("bad.csv, line 2, column 1: a NUL byte")
    assert names(tmp_path / "refused") == {"bad.csv", "bad.csv.faults.csv"}
    said = (tmp_path / "refused" / "bad.csv.faults.csv").read_text()
    assert "NUL" in said


async def test_a_file_that_may_not_be_read_holds_up_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folder, "_AGAIN_S", 0.1)
    held = {"a.csv"}

    def rows(path: Path) -> Iterator[Fault]:
        if path.name in held:
            raise PermissionError(13, "Permission denied")
        yield Fault(1, 1, path.name)

    (tmp_path / "a.csv").write_text(ROW)
    (tmp_path / "b.csv").write_text(ROW * 2)
    collected = Collected()
    task = asyncio.ensure_future(folder.watch(tmp_path, rows, collected.outlet))
    try:
        await collected.until((tmp_path / "done" / "b.csv").is_file)
        assert collected.faults[0] == "a.csv: Permission denied"
        assert (tmp_path / "a.csv").is_file(), "it is there still"
        held.clear()
        await collected.until((tmp_path / "done" / "a.csv").is_file)
        assert collected.faults[-1] == "a.csv, line 1, column 1: a.csv"
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def test_a_memory_that_somebody_spoilt_still_knows_what_it_can(tmp_path: Path) -> None:
    async with watched(tmp_path) as collected:
        (tmp_path / "a.csv").write_text(ROW)
        await collected.until((tmp_path / "done" / "a.csv").is_file)
    memory = tmp_path / "done" / "taken.csv"
    huge = b'"' + b"x" * 200_000 + b"\n"
    memory.write_bytes(huge + b"\0\xff,\n" + memory.read_bytes() + b'"never closed')
    async with watched(tmp_path) as again:
        (tmp_path / "b.csv").write_text(ROW)
        await again.until((tmp_path / "done" / "b.csv").is_file)
    assert again.rows == [], "its content was taken before"


async def test_a_file_stays_until_its_rows_are_kept(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(ROW)
    async with watched(tmp_path) as collected:
        collected.keeps = False
        await collected.until(lambda: collected.faults)
        assert (tmp_path / "a.csv").is_file()
        collected.keeps = True
        await collected.until((tmp_path / "done" / "a.csv").is_file)
    assert len(collected.rows) == 1
    assert collected.faults[0] == "a.csv: its rows are not kept yet"


async def test_tables_are_read_by_the_layout_beside_them_or_by_a_shared_one(
    tmp_path: Path,
) -> None:
    options = ConcentratorOptions(folder=str(tmp_path / "in"), form="table", meters=4)
    made = Concentrator(options, wall_clock())
    made.prepare()
    async with watched(tmp_path / "in", "table", "") as collected:
        made.drop(0)
        await collected.until(lambda: len(collected.rows) == 4)
    (tmp_path / "in" / "layout.toml").rename(tmp_path / "shared.toml")
    with pytest.raises(BadInput, match=r"layout\.toml: "):
        async with watched(tmp_path / "in", "table", ""):
            pass
    async with watched(tmp_path / "in", "table", f"?layout={tmp_path}/shared.toml") as again:
        made.drop(-1)
        await again.until(lambda: len(again.rows) == 4)
        (tmp_path / "in" / "other.csv").write_text("a;b\n1;2\n")
        await again.until(lambda: names(tmp_path / "in" / "refused"))
    assert again.faults[-1] == "other.csv: the head has no column 'Meter'"


async def test_a_folder_that_is_not_there_is_an_error_of_the_system(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        async with watched(tmp_path / "nowhere"):
            pass


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("elvaco:/in", "FOLDER\\?zone="),
        ("elvaco:/in?zone=", "no time zone"),
        ("elvaco:/in?zone=Moon/Base", "no time zone"),
        ("table:/in?zone=UTC", "FOLDER\\?layout=FILE"),
        ("table:/in?layout=", "FOLDER\\?layout=FILE"),
    ],
)
def test_a_folder_that_is_not_fully_told_is_refused(text: str, says: str) -> None:
    with pytest.raises(BadInput, match=says):
        ways_of(text)


async def test_many_bad_rows_and_many_good_ones_take_little_memory(tmp_path: Path) -> None:
    """Not more than a few hundred rows are held, and only so many faults are written."""
    held: list[int] = []

    def rows(_path: Path) -> Iterator[Fault]:
        for line in range(1, 12_001):
            held.append(line)
            yield Fault(line, 1, "no")

    (tmp_path / "big.csv").write_text("x")
    collected = Collected()
    task = asyncio.ensure_future(folder.watch(tmp_path, rows, collected.outlet))
    await collected.until((tmp_path / "done" / "big.csv").is_file)
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    assert collected.faults[-1] == "big.csv: 11995 more rows are wrong"
    written = (tmp_path / "done" / "big.csv.faults.csv").read_text().splitlines()
    assert len(written) == 10_001
