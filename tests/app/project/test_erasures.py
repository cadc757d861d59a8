"""The list of what was erased lies twice, and tells which files came back since."""

import json
import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import StoreBroken
from app.model.customer import AskedBy
from app.project.callname import CallName
from app.project.erasures import (
    ErasedMeter,
    Erasures,
    Tombstone,
    files_of,
    read_tombstone,
)
from app.project.folder import ProjectFolder
from tests.fakes.customers import some_proof

SPRING = datetime(2026, 3, 1, 23, 30, tzinfo=UTC)
KEY = bytes(range(32))
STONE = Tombstone(
    "e-1",
    SPRING,
    "c-1",
    "Europe/Copenhagen",
    (ErasedMeter("flat-2", SPRING, SPRING + timedelta(days=60), ("flat-2.energy_e1",)),),
    (CallName("ab", 9, "cd"),),
)
MOMENTS = st.datetimes(timezones=st.just(UTC))
STONES = st.builds(
    Tombstone,
    id=st.text(min_size=1, max_size=9),
    at=MOMENTS,
    customer=st.text(max_size=9),
    zone=st.just("Europe/Copenhagen"),
    meters=st.lists(
        st.builds(
            ErasedMeter,
            meter=st.text(max_size=9),
            since=MOMENTS,
            until=MOMENTS,
            indexes=st.lists(st.text(max_size=5), max_size=2).map(tuple),
        ),
        max_size=2,
    ).map(tuple),
    names=st.lists(
        st.builds(CallName, st.text(max_size=4), st.integers(4, 99), st.text(max_size=4)),
        max_size=2,
    ).map(tuple),
    proof=st.none() | st.builds(some_proof),
)


@pytest.fixture
def erasures(tmp_path: Path) -> Erasures:
    root = tmp_path / "site"
    (root / "documents").mkdir(parents=True)
    (root / "documents" / "letter.txt").write_text("Dear all,", "utf-8")
    (root / "config.sqlite").write_text("rows", "utf-8")
    return Erasures(ProjectFolder(root), tmp_path / "private", "p-1")


def own_list(erasures: Erasures) -> Path:
    """Where the user's own folder keeps the list."""
    return erasures.private / "erasures" / "p-1.json"


@given(STONES)
def test_a_tombstone_is_read_as_it_was_written(stone: Tombstone) -> None:
    assert read_tombstone(json.loads(stone.text())) == stone


@pytest.mark.parametrize(
    "changes",
    [
        {"at": "yesterday"},
        {"at": None},
        {"meters": None},
        {"meters": [{"meter": "flat-2"}]},
        {"names": [{"first": "ab"}]},
        {"proof": {"id": "e-1"}},
        {"proof": {"at": "2026-03-01", "asked_by": "nobody", "left": [], "exports": []}},
    ],
)
def test_a_tombstone_somebody_bent_is_not_guessed_at(changes: dict[str, object]) -> None:
    bent = json.loads(STONE.text()) | changes
    with pytest.raises(StoreBroken, match="the list of what was erased cannot be read"):
        read_tombstone(bent)


def test_nobody_erased_is_an_empty_list_and_no_file(erasures: Erasures) -> None:
    assert erasures.all() == []
    assert erasures.known_here() == set()
    assert erasures.key() is None
    assert not own_list(erasures).exists()


def test_either_place_alone_tells_all_and_only_the_private_one_has_the_key(
    erasures: Erasures,
) -> None:
    later = replace(STONE, id="e-2", at=SPRING + timedelta(days=1))
    erasures.keep([later], KEY)
    erasures.keep([STONE], KEY)
    assert erasures.all() == [STONE, later]  # the oldest first
    here = erasures.folder.root / "erasures.json"
    assert KEY.hex() not in here.read_text("utf-8")
    here.unlink()  # an older copy of the project took its place
    assert erasures.all() == [STONE, later]
    assert erasures.known_here() == set()
    assert erasures.key() == KEY
    erasures.keep([], KEY)
    own_list(erasures).unlink()  # the project was carried to another computer
    assert erasures.all() == [STONE, later]
    assert erasures.key() is None


def test_an_erasure_that_was_proved_is_not_forgotten_for_one_that_was_only_begun(
    erasures: Erasures,
) -> None:
    proved = replace(STONE, proof=some_proof())
    erasures.keep([STONE], KEY)
    begun = own_list(erasures).read_bytes()
    erasures.keep([proved], KEY)
    own_list(erasures).write_bytes(begun)
    assert erasures.all() == [proved]
    (found,) = erasures.all()
    assert found.proof is not None
    assert found.proof.asked_by in AskedBy


@pytest.mark.skipif(os.name == "nt", reason="Windows knows no such mode")
def test_the_private_list_is_for_its_owner_alone(erasures: Erasures) -> None:
    erasures.keep([STONE], KEY)
    assert own_list(erasures).stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("place", [0, 1])
@pytest.mark.parametrize(
    "text",
    [
        "{", "\x00", "[]", "5", '{"tombstones": [3]}', '{"tombstones": ["e"]}',
        '{"tombstones": {"e": 1}}', '{"tombstones": null}', '{"tombstones": [{"id": "e"}]}',
    ],
)  # fmt: skip
def test_a_list_nobody_can_read_is_no_empty_list_and_the_way_out_is_told(
    erasures: Erasures, text: str, place: int
) -> None:
    erasures.keep([STONE], KEY)
    file = erasures.files[place]
    file.write_text(text, "utf-8")
    with pytest.raises(StoreBroken, match="move it away and open the project again") as told:
        erasures.all()
    assert str(told.value).startswith(f"{file} is damaged")
    if place == 0:
        with pytest.raises(StoreBroken, match="move it away"):
            erasures.known_here()
    file.unlink()
    assert erasures.all() == [STONE], "the other list knows it"


def test_a_key_and_looks_nobody_can_read_are_told_or_looked_at_again(
    erasures: Erasures,
) -> None:
    erasures.keep([STONE], KEY)
    here, own = erasures.files
    own.write_text('{"key": "no key"}', "utf-8")
    with pytest.raises(StoreBroken, match="is damaged"):
        erasures.key()
    here.write_text('{"tombstones": [], "stamps": [3]}', "utf-8")
    assert len(erasures.changed()) == 2


def test_only_files_that_look_otherwise_than_when_it_was_closed_are_gone_through(
    erasures: Erasures,
) -> None:
    root = erasures.folder.root
    letter = root / "documents" / "letter.txt"
    erasures.keep([STONE], KEY)
    assert erasures.changed() == [root / "config.sqlite", letter]  # never closed so far
    erasures.looked = True
    erasures.close()
    assert erasures.changed() == []
    letter.write_text("Dear Mads,", "utf-8")
    (root / "old.zip").write_bytes(b"PK")
    assert erasures.changed() == [letter, root / "old.zip"]
    (root / "config.sqlite").unlink()
    assert erasures.changed() == [letter, root / "old.zip"]  # what is gone holds nobody
    erasures.keep([replace(STONE, id="e-2")], KEY)
    assert erasures.changed() == [letter, root / "old.zip"]  # what was noted stays noted


def test_a_project_that_was_not_looked_through_notes_nothing_when_it_closes(
    erasures: Erasures,
) -> None:
    erasures.keep([STONE], KEY)
    erasures.close()
    assert len(erasures.changed()) == 2


def test_a_file_put_back_as_large_as_before_but_of_another_time_is_gone_through(
    erasures: Erasures,
) -> None:
    erasures.keep([STONE], KEY)
    erasures.looked = True
    erasures.close()
    letter = erasures.folder.root / "documents" / "letter.txt"
    os.utime(letter, ns=(0, 1_000_000_000))
    assert erasures.changed() == [letter]


def test_closing_never_fails_whatever_became_of_the_list(erasures: Erasures) -> None:
    erasures.looked = True
    erasures.close()  # nobody was erased: no list is made
    assert not (erasures.folder.root / "erasures.json").exists()
    (erasures.folder.root / "erasures.json").write_text("{", "utf-8")
    erasures.close()
    assert (erasures.folder.root / "erasures.json").read_text("utf-8") == "{"


def test_own_files_of_the_list_links_and_what_lies_beside_a_database_hold_nobody(
    tmp_path: Path,
) -> None:
    for name in ("lock", "secrets.bin", "audit.head", "project.toml", "erasures.json"):
        (tmp_path / name).write_text("x", "utf-8")
    for name in ("a.sqlite-wal", "a.sqlite-shm", "a.sqlite-journal"):
        (tmp_path / name).write_text("x", "utf-8")
    (tmp_path / "documents").mkdir()
    (tmp_path / "documents" / "lock").write_text("a paper of that name", "utf-8")
    try:
        (tmp_path / "link.txt").symlink_to(tmp_path / "lock")
    except OSError:
        pytest.skip("this machine makes no links")
    assert files_of(tmp_path) == [tmp_path / "documents" / "lock"]
