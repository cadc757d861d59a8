"""A zip is looked into to its limits: the last that is allowed is taken, the next is named."""

import io
import stat
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import BadInput
from app.project.safezip import (
    DEEPEST,
    LONGEST_NAME,
    MOST_NAME_BYTES,
    fault_of_step,
    members_of,
    pieces_of,
    place_of,
)

STICK = Path("stick/laptop.zip")


def entry(name: str, mode: int | None = None) -> zipfile.ZipInfo:
    """An entry as some program wrote it; without a mode as an honest one would."""
    made = zipfile.ZipInfo(name)
    honest = stat.S_IFDIR | 0o755 if made.is_dir() else stat.S_IFREG | 0o644
    made.external_attr = (honest if mode is None else mode) << 16
    return made


def packed(*entries: zipfile.ZipInfo | str, content: bytes = b"x") -> zipfile.ZipFile:
    """A zip of entries, open to be looked into."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as pack:
        for each in entries:
            made = entry(each) if isinstance(each, str) else each
            pack.writestr(made, b"" if made.is_dir() else content)
    return zipfile.ZipFile(stream)


def taken(*entries: zipfile.ZipInfo | str) -> list[str]:
    """Where the files of a zip would go."""
    return [place_of(each).as_posix() for each in members_of(packed(*entries), STICK)]


def refused(*entries: zipfile.ZipInfo | str) -> str:
    """Why a zip is not taken."""
    with pytest.raises(BadInput) as told:
        members_of(packed(*entries), STICK)
    assert str(STICK) in str(told.value)
    return str(told.value)


def test_folders_are_looked_at_but_only_files_are_taken() -> None:
    assert taken("documents/", "documents/a.pdf", "project.toml") == [
        *("documents/a.pdf", "project.toml"),
    ]
    assert taken("documents/a.pdf", "documents/") == ["documents/a.pdf"]
    assert taken() == []


def test_a_name_is_taken_up_to_its_longest_and_a_longer_one_is_not() -> None:
    longest = "a" * LONGEST_NAME
    assert taken(longest, f"b/{longest}") == [longest, f"b/{longest}"]
    assert "its name is too long" in refused(f"{longest}a")
    wide = "ø" * (MOST_NAME_BYTES // 2)  # two bytes each: shorter, and yet as long as may be
    assert taken(wide) == [wide]
    assert "its name is too long" in refused(f"{wide}ø")


def test_folders_lie_as_deep_as_any_and_no_deeper() -> None:
    deepest = "/".join("a" * DEEPEST)
    assert taken(deepest) == [deepest]
    assert "its name is too long" in refused(f"{deepest}/a")


@pytest.mark.parametrize("mode", [0, stat.S_IFREG | 0o600, stat.S_IFREG | 0o777])
def test_files_of_any_program_are_taken(mode: int) -> None:
    assert taken(entry("a.txt", mode)) == ["a.txt"]


@pytest.mark.parametrize(
    ("name", "mode", "fault"),
    [
        ("a.txt", stat.S_IFDIR | 0o755, "neither a file nor a folder"),
        ("a/", stat.S_IFREG | 0o644, "neither a file nor a folder"),
        ("a.txt", stat.S_IFSOCK | 0o644, "neither a file nor a folder"),
        ("a/", stat.S_IFLNK | 0o777, "a link, which could lead anywhere"),
    ],
)
def test_what_an_entry_says_it_is_and_is_not_is_named(name: str, mode: int, fault: str) -> None:
    told = refused("project.toml", entry(name, mode))
    assert told == f"{STICK} cannot be trusted: {name!r}: it is {fault}"


def test_a_link_as_windows_marks_it_is_a_link() -> None:
    marked = entry("a.txt")
    marked.external_attr |= 0x400
    assert "it is a link" in refused(marked)


def test_an_entry_with_a_password_of_its_own_says_what_to_do() -> None:
    pack = packed("a.txt")
    pack.infolist()[0].flag_bits |= 1
    with pytest.raises(BadInput, match="unpack the zip first"):
        members_of(pack, STICK)


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA, 97])
def test_an_entry_packed_in_a_rare_way_is_refused_before_it_is_unpacked(method: int) -> None:
    pack = packed("a.txt")
    pack.infolist()[0].compress_type = method
    with pytest.raises(BadInput, match="packed in a way that is not known here"):
        members_of(pack, STICK)


def test_a_small_file_may_be_packed_as_tightly_as_it_likes() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as pack:
        pack.writestr("zeros.csv", bytes(3_000_000))  # a thousand times what it takes
    with zipfile.ZipFile(stream) as pack:
        (member,) = members_of(pack, STICK)
        pieces = [*pieces_of(pack, member, STICK)]
    assert sum(map(len, pieces)) == 3_000_000
    assert len(pieces) == 3  # piece by piece: not all of it is in memory


def test_nothing_lies_in_what_is_a_file_nor_takes_its_place() -> None:
    assert "it lies in a file" in refused("a", "A/b")
    assert "it is a file already" in refused("a", "a/")
    assert "its place is taken" in refused("a/b/c", "a/B")
    assert taken("a/b", "a/c", "b/a") == ["a/b", "a/c", "b/a"]


@given(st.text(min_size=1, max_size=40))
def test_a_name_that_is_no_fault_can_be_a_file_wherever_it_is_put(name: str) -> None:
    if "/" in name or fault_of_step(name):
        return
    here = Path("folder") / name
    assert here.name == name
    assert here.parent == Path("folder")
    assert not set(name) & set('/\\:*?"<>|\0\n')
    assert taken(f"folder/{name}") == [f"folder/{name}"]
