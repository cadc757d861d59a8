"""A history that cannot be kept is told to whoever looks, not only to the log."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from app.compose.recording import Recording
from app.model.reading import PointId, Quality, Reading
from app.pointtable import PointTable
from app.settings.parts import HistorySettings

NOW = datetime(2026, 1, 20, 11, tzinfo=UTC)


async def test_a_damaged_file_is_set_aside_and_told_while_recording_goes_on(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "history"
    folder.mkdir()
    (folder / "fast.sqlite").write_bytes(b"no database at all" * 200)
    table = PointTable()
    recording = Recording(folder, table, HistorySettings(), lambda: NOW)
    assert recording.troubles == ()
    await recording.start()
    table.publish([Reading(PointId("a.s3"), 50.0, Quality.GOOD, NOW)])
    await until(lambda: bool(recording.troubles))
    said = " ".join(recording.troubles)
    assert said.startswith("1 history file is damaged and was set aside (fast.sqlite)")
    assert "recording goes on" in said
    await until(lambda: bool(recording.stored))
    await recording.stop()
    aside = list((folder / "quarantine").rglob("fast.sqlite.broken"))
    assert [each.read_bytes() for each in aside] == [b"no database at all" * 200]


async def test_a_sound_history_is_no_trouble(tmp_path: Path) -> None:
    table = PointTable()
    recording = Recording(tmp_path / "history", table, HistorySettings(), lambda: NOW)
    await recording.start()
    table.publish([Reading(PointId("a.s3"), 50.0, Quality.GOOD, NOW)])
    await until(lambda: bool(recording.stored))
    assert recording.troubles == ()
    await recording.stop()


async def test_history_leaves_the_last_of_the_disk_to_the_activity_log(tmp_path: Path) -> None:
    table, free = PointTable(), [49_000_000]
    settings = HistorySettings(commit_s=0.1)
    folder = tmp_path / "history"
    recording = Recording(folder, table, settings, lambda: NOW, 50_000_000, lambda _at: free[0])
    await recording.start()
    table.publish([Reading(PointId("a.s3"), 50.0, Quality.GOOD, NOW)])
    await until(lambda: bool(recording.troubles))
    (said,) = recording.troubles
    assert said.startswith("history is not recorded: only 49 MB are free on the disk, kept")
    assert recording.stored == 0
    free[0] = 51_000_000
    await until(lambda: bool(recording.stored))
    await until(lambda: not recording.troubles)
    await recording.stop()


async def until(holds: Callable[[], bool]) -> None:
    """Wait for what another thread does."""
    for _turn in range(400):
        if holds():
            return
        await asyncio.sleep(0.05)
    raise AssertionError("never")
