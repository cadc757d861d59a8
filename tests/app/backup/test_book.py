"""Which backups were made is remembered, and a lost list stops no backup."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.backup.book import BackupBook
from app.errors import StoreBroken
from app.model.backup import Backup

ONE = Backup(
    "/srv/a.heatdesk-backup",
    datetime(2026, 11, 21, 2, 0, tzinfo=UTC),
    41_000_000,
    37,
    sealed=True,
    carried=False,
    verified=True,
)


def test_the_newest_stands_first_and_nothing_of_it_is_lost(tmp_path: Path) -> None:
    book = BackupBook(tmp_path / "backups")
    assert book.all() == []
    later = replace(ONE, file="/srv/b.heatdesk-backup", made_at=ONE.made_at + timedelta(days=1))
    book.add(ONE)
    book.add(later)
    assert BackupBook(tmp_path / "backups").all() == [later, ONE]
    book.remove([later.file])
    assert book.all() == [ONE]


def test_a_file_that_is_made_anew_counts_once(tmp_path: Path) -> None:
    book = BackupBook(tmp_path)
    book.add(ONE)
    book.add(replace(ONE, size_bytes=7))
    assert [each.size_bytes for each in book.all()] == [7]


def test_it_does_not_grow_for_ever(tmp_path: Path) -> None:
    book = BackupBook(tmp_path)
    many = [replace(ONE, file=f"/srv/{nth}.heatdesk-backup") for nth in range(205)]
    book._put(many[:199])
    for each in many[199:]:
        book.add(each)
    found = book.all()
    assert len(found) == 200
    assert found[0] == many[-1]


@pytest.mark.parametrize("text", ["", "{", "7", '[{"file": "x"}]', '[{"made_at": 7}]'])
def test_a_list_that_is_none_is_told_and_begun_anew(tmp_path: Path, text: str) -> None:
    (tmp_path / "made.json").write_text(text, "utf-8")
    book = BackupBook(tmp_path)
    with pytest.raises(StoreBroken, match=r"made\.json is damaged"):
        book.all()
    book.add(ONE)
    assert book.all() == [ONE]


def test_nobody_else_may_read_where_the_backups_lie(tmp_path: Path) -> None:
    BackupBook(tmp_path).add(ONE)
    assert (tmp_path / "made.json").stat().st_mode & 0o077 == 0
