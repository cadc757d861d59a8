"""What can be read of a damaged history is brought back once, and never over what is newer."""

import shutil
import sqlite3
import struct
import sys
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from app.errors import StoreBroken
from app.history.carving import PAGE
from app.history.salvage import bring_back, found_in
from app.history.schema import FAST
from app.history.schema import QUARTER as KEPT
from app.history.store import EmbeddedHistory
from app.model.reading import Origin, Quality, Reading
from tests.app.history.byteflips import POINTS, YEAR, flips, held, make_history
from tests.app.history.plant import (
    FAR_OFF,
    LONG_AGO,
    MIDNIGHT,
    QUARTER,
    SUPPLY,
    all_of,
    always,
    reading,
    record_quarters,
)

LARGEST_BLOCK = 80  # samples of one point and month


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_history(tmp_path_factory.mktemp("salvage") / "history")


def salvaged(file: Path, into: Path, log: Path | None = None) -> tuple[int, int, int]:
    """Bring a file back into a history; readable, brought, blocks lost."""
    with closing(EmbeddedHistory(into)) as store:
        done = bring_back(file, file.name, store, log)
    return done.samples, done.brought, done.unreadable


def test_a_whole_file_comes_back_whole_and_twice_is_once(file: Path, tmp_path: Path) -> None:
    before = held(file.parent)
    assert salvaged(file, tmp_path / "new") == (len(before), len(before), 0)
    assert salvaged(file, tmp_path / "new") == (len(before), 0, 0)
    assert held(tmp_path / "new") == before
    with closing(EmbeddedHistory(tmp_path / "new")) as store:
        store.compact(FAR_OFF, always)
        counts = store.samples_per_point("quarter")
    assert salvaged(file, tmp_path / "new") == (len(before), 0, 0)
    assert sum(counts.values()) == len(before)


def test_qualities_reasons_words_and_times_come_back_with_the_values(tmp_path: Path) -> None:
    at = MIDNIGHT + timedelta(seconds=7)
    told = [
        Reading(SUPPLY, None, Quality.OFFLINE, at, "no-answer"),
        Reading(SUPPLY, "on", Quality.GOOD, at + QUARTER),
        Reading(SUPPLY, -0.0, Quality.UNCERTAIN, at + 2 * QUARTER, origin=Origin.BACK_FILLED),
    ]
    with closing(EmbeddedHistory(tmp_path / "old")) as store:
        for nth, each in enumerate(told):
            store.append([each], "quarter", MIDNIGHT + nth * QUARTER)
        before = store.samples(SUPPLY, LONG_AGO, FAR_OFF, "quarter")
    salvaged(tmp_path / "old" / YEAR, tmp_path / "new")
    with closing(EmbeddedHistory(tmp_path / "new")) as store:
        assert store.samples(SUPPLY, LONG_AGO, FAR_OFF, "quarter") == before
    assert len(before) == 3


def test_what_is_there_already_stays_as_it_is(file: Path, tmp_path: Path) -> None:
    with closing(EmbeddedHistory(tmp_path / "new")) as store:
        store.append([reading(POINTS[0], MIDNIGHT, 777.0)], "quarter", MIDNIGHT)
    total = len(held(file.parent))
    assert salvaged(file, tmp_path / "new") == (total, total - 1, 0)
    with closing(EmbeddedHistory(tmp_path / "new")) as store:
        assert all_of(store, POINTS[0]).values[0] == 777.0


def test_commits_that_lie_in_the_log_alone_are_brought_back(tmp_path: Path) -> None:
    with closing(EmbeddedHistory(tmp_path / "old")) as store:
        record_quarters(store, POINTS, MIDNIGHT, 9)
        shutil.copytree(tmp_path / "old", tmp_path / "copy")
    copy = tmp_path / "copy" / YEAR
    log = copy.with_name(f"{YEAR}-wal")
    assert log.stat().st_size
    assert salvaged(copy, tmp_path / "new", log)[:2] == (540, 540)


def test_a_late_batch_counts_before_the_chunk_of_its_day(tmp_path: Path) -> None:
    with closing(EmbeddedHistory(tmp_path / "old")) as store:
        record_quarters(store, [SUPPLY], MIDNIGHT, 4)
        store.compact(FAR_OFF, always)
        store.append([reading(SUPPLY, MIDNIGHT, 42.0)], "quarter", MIDNIGHT)
    salvaged(tmp_path / "old" / YEAR, tmp_path / "new")
    with closing(EmbeddedHistory(tmp_path / "new")) as store:
        assert all_of(store, SUPPLY).values.tolist() == [42.0, 0.1, 0.2, 0.3]


def test_outlines_and_figures_are_never_taken_for_samples(file: Path) -> None:
    with closing(sqlite3.connect(file)) as connection:
        outlines = connection.execute("SELECT series, slot, slots FROM outline").fetchall()
        chunks = connection.execute("SELECT series, slot, slots FROM chunk").fetchall()
    found = found_in(file, KEPT)
    assert outlines
    assert set(found.chunks) == set(chunks)
    assert set(outlines) & set(chunks)  # both have the same keys, and the same seals


def test_names_come_from_their_index_where_the_table_is_damaged(
    file: Path, tmp_path: Path
) -> None:
    copy = tmp_path / YEAR
    shutil.copy(file, copy)
    with closing(sqlite3.connect(copy)) as connection:
        [root] = connection.execute(
            "SELECT rootpage FROM sqlite_master WHERE name = 'series'"
        ).fetchone()
    whole = bytearray(copy.read_bytes())
    whole[(root - 1) * 4096 : root * 4096] = bytes(4096)
    copy.write_bytes(whole)
    assert len(found_in(copy, KEPT).names) == len(POINTS)
    total = len(held(file.parent))
    assert salvaged(copy, tmp_path / "new") == (total, total, 0)
    assert held(tmp_path / "new") == held(file.parent)


def test_a_name_whose_seal_is_damaged_holds_where_its_index_says_the_same(
    file: Path, tmp_path: Path
) -> None:
    copy = tmp_path / YEAR
    shutil.copy(file, copy)
    with closing(sqlite3.connect(copy)) as connection:
        connection.execute("UPDATE series SET seal = seal + 1 WHERE id = 7")
        connection.commit()
    assert found_in(copy, KEPT).names == found_in(file, KEPT).names


def test_the_fast_stream_comes_back_too(tmp_path: Path) -> None:
    with closing(EmbeddedHistory(tmp_path / "old")) as store:
        for nth in range(60):
            at = MIDNIGHT + nth * timedelta(seconds=40)
            store.append([reading(point, at, nth) for point in POINTS[:9]], "fast")
        store.compact(MIDNIGHT + timedelta(minutes=20), always)
        before = [all_of(store, point, "fast").values.tolist() for point in POINTS[:9]]
    old = tmp_path / "old" / "fast.sqlite"
    assert found_in(old, FAST).chunks
    assert found_in(old, FAST).batches
    assert salvaged(old, tmp_path / "new") == (540, 540, 0)
    with closing(EmbeddedHistory(tmp_path / "new")) as store:
        assert [all_of(store, point, "fast").values.tolist() for point in POINTS[:9]] == before


def cells_of(whole: bytes, file: Path, table: str) -> list[int]:
    """Return where the records of a table begin, of its pages without pages below."""
    with closing(sqlite3.connect(file)) as connection:
        [root] = connection.execute(
            "SELECT rootpage FROM sqlite_master WHERE name = ?", (table,)
        ).fetchone()
    base = (root - 1) * PAGE
    if whole[base] in (2, 5):  # its first child that is a leaf
        [cell] = struct.unpack_from(">H", whole, base + 12)
        [child] = struct.unpack_from(">I", whole, base + cell)
        base = (child - 1) * PAGE
    assert whole[base] in (10, 13)
    [count] = struct.unpack_from(">H", whole, base + 3)
    return [base + at for at in struct.unpack_from(f">{count}H", whole, base + 8)]


@pytest.mark.parametrize(("table", "lost"), [("chunk", 1), ("batch", 1), ("day", 0)])
def test_a_block_whose_head_is_damaged_is_told_to_be_lost(
    file: Path, tmp_path: Path, table: str, lost: int
) -> None:
    """Of blocks of samples; what is worked out of them is made anew and nobody's loss."""
    whole, sound = file.read_bytes(), found_in(file, KEPT)
    at = cells_of(whole, file, table)[-1]
    copy = tmp_path / YEAR
    copy.write_bytes(whole[:at] + b"\x7f\xff\xff" + whole[at + 3 :])  # its length, and its row
    found = found_in(copy, KEPT)
    missing = len(sound.chunks) + len(sound.batches) - len(found.chunks) - len(found.batches)
    assert (missing, found.unreadable) == (lost, lost)


def test_a_column_that_has_become_a_text_makes_a_block_unreadable(
    file: Path, tmp_path: Path
) -> None:
    copy = tmp_path / YEAR
    shutil.copy(file, copy)
    with closing(sqlite3.connect(copy)) as connection:
        connection.execute(
            "UPDATE batch SET packed = 'æ' WHERE id = (SELECT min(id) FROM batch)"
        )
        connection.execute("UPDATE chunk SET samples = 'x' WHERE series = 3 AND slots > 1")
        changed = connection.total_changes
        connection.commit()
    assert changed >= 2
    assert found_in(copy, KEPT).unreadable == changed


def test_it_can_be_given_up_and_done_again(file: Path, tmp_path: Path) -> None:
    with closing(EmbeddedHistory(tmp_path / "new")) as store:
        done = bring_back(file, YEAR, store, keep_going=lambda: False)
        assert (done.samples, done.brought) == (0, 0)
        with pytest.raises(StoreBroken, match="cannot be read"):
            bring_back(tmp_path / "none.sqlite", YEAR, store)


def after_flips(file: Path, into: Path, count: int, seed: int) -> list[float]:
    """Return for each flipped copy which part of the samples beside the block hit came back.

    A block counts as hit where salvage says that one is lost, and nowhere else: what is
    missing without a word is missing from the others.
    """
    before, ratios = held(file.parent), []
    for flipped in flips(file, into, count, seed):
        shutil.rmtree(into / "new", ignore_errors=True)
        _readable, brought, lost = salvaged(flipped.file, into / "new")
        after = held(into / "new") if brought else {}
        assert {key: before.get(key) for key in after} == after, (
            flipped.where
        )  # nothing made up
        assert lost in (0, 1), flipped.where
        assert lost or len(after) == len(before), flipped.where
        hit = LARGEST_BLOCK if lost else 0
        ratios.append(min(1.0, len(after) / (len(before) - hit)))
        if ratios[-1] < 1:
            sys.stdout.write(f"{flipped.where}: {ratios[-1]:.4f} of the others came back\n")
    return ratios


def test_of_twenty_flipped_copies_all_other_samples_come_back(
    file: Path, tmp_path: Path
) -> None:
    assert min(after_flips(file, tmp_path, 20, 21)) >= 0.99


@pytest.mark.campaign
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("seed", [22, 23, 24, 25])
def test_of_a_thousand_flipped_copies_all_other_samples_come_back(
    file: Path, tmp_path: Path, seed: int
) -> None:
    ratios = after_flips(file, tmp_path, 250, seed)
    whole = sum(ratio == 1 for ratio in ratios)
    sys.stdout.write(f"{whole} of {len(ratios)} whole, worst {min(ratios):.4f}\n")
    assert min(ratios) >= 0.99
