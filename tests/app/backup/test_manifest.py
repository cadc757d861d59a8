"""The list of parts follows what lies there, and nothing else of it changes."""

import json
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest

from app.backup.manifest import NAME, Manifest, Part, part_of, read_manifest, renew_manifest
from app.errors import StoreBroken

MADE_AT = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)


def manifest(*parts: Part) -> Manifest:
    return Manifest(
        1, "0.1.0", "ab" * 16, MADE_AT, sealed=False, server="db.example:5432/plant",
        revisions={"config": "0009", "history": "3"}, parts=parts,
    )  # fmt: skip


def test_a_part_is_its_place_its_size_and_its_sum(tmp_path: Path) -> None:
    content = bytes(range(256)) * 9000
    (tmp_path / "x").write_bytes(content)
    assert part_of("history/x", tmp_path / "x") == Part(
        "history/x", len(content), sha256(content).hexdigest()
    )


def test_after_something_was_taken_out_the_sums_are_those_of_what_is_left(
    tmp_path: Path,
) -> None:
    (tmp_path / "documents").mkdir()
    for name in ("documents/a.txt", "config.sqlite"):
        (tmp_path / name).write_text(name, "utf-8")
    gone = Part("documents/gone.txt", 3, "00" * 32)
    before = manifest(gone, Part("config.sqlite", 99, "11" * 32))
    (tmp_path / NAME).write_text(before.text(), "utf-8")
    renew_manifest(tmp_path)
    after = read_manifest((tmp_path / NAME).read_bytes(), "x")
    assert [each.name for each in after.parts] == ["config.sqlite", "documents/a.txt"]
    assert all(each == part_of(each.name, tmp_path / each.name) for each in after.parts)
    assert (after.made_at, after.server, after.revisions) == (
        before.made_at,
        before.server,
        before.revisions,
    )


def test_anybody_can_read_it_without_heatdesk() -> None:
    told = json.loads(manifest(Part("a", 1, "ff")).text())
    assert told["made_at"] == "2026-11-21T02:00:00+00:00"
    assert told["parts"] == [{"name": "a", "size_bytes": 1, "sha256": "ff"}]


def test_a_list_that_is_none_is_not_renewed(tmp_path: Path) -> None:
    (tmp_path / NAME).write_text("{}", "utf-8")
    with pytest.raises(StoreBroken, match="its list of parts is damaged"):
        renew_manifest(tmp_path)
