"""Whatever stands in a profile file, the answer is profiles or named faults, never a crash."""

import json
import random
from collections.abc import Iterable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import cast

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.profiles.fault import ProfileError
from app.profiles.loader import builtin_folder, load_folders
from app.profiles.shape import schema
from app.profiles.tree import plain, read_tree
from tests.app.profiles.files import EVERYTHING, SOUND

NAME = "acme.meter.yaml"
PIECES = sorted(set(EVERYTHING.replace("\n", " \n ").split(" ")))
ECL = builtin_folder().joinpath("danfoss.ecl310.base.yaml").read_text(encoding="utf-8")


@dataclass(frozen=True)
class Held:
    """A file held in memory; hypothesis writes too many for a disk."""

    name: str
    data: bytes

    def is_file(self) -> bool:
        return True

    def open(self, mode: str) -> BytesIO:
        return BytesIO(self.data)


@dataclass(frozen=True)
class Folder:
    files: tuple[Held, ...]

    def iterdir(self) -> Iterable[Held]:
        return self.files


def judged(data: bytes, name: str = NAME) -> tuple[ProfileError, ...]:
    """Load one file; every fault must name it, a line it has, and say something."""
    loaded = load_folders([cast("Path", Folder((Held(name, data),)))])
    lines = data.count(b"\n") + data.count(b"\r") + 2
    for error in loaded.errors:
        assert error.file == name
        assert 1 <= error.line <= lines
        assert error.sentence
        assert "\n" not in error.sentence
    assert bool(loaded.errors) or loaded.profiles or b"abstract" in data
    return loaded.errors


@given(st.binary(max_size=300))
def test_any_bytes(data: bytes) -> None:
    judged(data)


@given(st.text(max_size=300))
def test_any_text(text: str) -> None:
    judged(text.encode("utf-8", "replace"))


@given(st.lists(st.sampled_from(PIECES), max_size=60))
def test_any_heap_of_the_right_words(words: list[str]) -> None:
    judged(" ".join(words).encode())


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_a_sound_profile_with_something_put_in_the_place_of_something(
    data: st.DataObject,
) -> None:
    start = data.draw(st.integers(0, len(EVERYTHING)))
    length = data.draw(st.integers(0, 30))
    instead = data.draw(
        st.sampled_from([*PIECES, "", "1e999", "-1", "9" * 30, "{}", "[]", "~"])
    )
    judged((EVERYTHING[:start] + instead + EVERYTHING[start + length :]).encode())


SECTIONS = sorted(schema()["properties"])
WORDS = st.text(max_size=8)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=8,
)


@given(st.sampled_from(SECTIONS), VALUES)
def test_any_value_in_any_section(section: str, value: object) -> None:
    text = "\n".join(line for line in SOUND.splitlines() if not line.startswith(f"{section}:"))
    judged(
        f"{text}\n{section}: {json.dumps(value, ensure_ascii=False)}\n".encode(
            "utf-8", "replace"
        )
    )


@given(st.binary(max_size=200))
def test_a_tree_is_read_or_refused(data: bytes) -> None:
    tree, faults = read_tree(NAME, data)
    assert tree is None or plain(tree) is not object
    assert all(fault.file == NAME for fault in faults)


BOMBS = {
    "lists": "[" * 100_000,
    "groups": "{a: " * 50_000,
    "dashes": "- " * 100_000,
    "keys": "? " * 50_000,
    "itself": "&a [*a, *a]",
    "aliases": "a: &a [x]\nb: [*a, *a]",
    "quotes": "'" * 99_999,
    "block": "a: |\n" + " " * 99_999 + "x",
    "version": "%YAML 9.9\n---\na",
    "tag": "--- !<!> a",
    "merge": "<<: {a: 1}",
}


@pytest.mark.parametrize("bomb", BOMBS.values(), ids=BOMBS)
def test_what_was_made_to_hurt_is_refused_quickly(bomb: str) -> None:
    assert judged(bomb.encode())


@pytest.mark.campaign
def test_two_thousand_spoilt_controllers() -> None:
    chance = random.Random(310)
    lines = ECL.splitlines()
    for _ in range(2000):
        spoilt = list(lines)
        for _ in range(chance.randrange(1, 4)):
            line = chance.randrange(len(spoilt))
            action = chance.randrange(4)
            if action == 0:
                del spoilt[line]
            elif action == 1:
                spoilt.insert(line, chance.choice(lines))
            elif action == 2:
                spoilt[line] = spoilt[line].replace(": ", ":", 1)
            else:
                spoilt[line] = spoilt[line][chance.randrange(1 + len(spoilt[line])) :]
        judged("\n".join(spoilt).encode(), "danfoss.ecl310.base.yaml")
