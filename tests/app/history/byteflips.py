"""Copies of a history file with a flipped bit each, and what a reader still learns of them."""

import random
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from app.database import health_of
from app.errors import StoreBroken
from app.history.inspecting import faults_of_file
from app.history.store import EmbeddedHistory
from tests.app.history.plant import (
    FAR_OFF,
    LONG_AGO,
    MIDNIGHT,
    always,
    plant_points,
    record_quarters,
)

POINTS = plant_points(60)
YEAR = "2026.sqlite"
Held = dict[tuple[str, int], float]  # point and moment: value


@dataclass(frozen=True, slots=True)
class Flipped:
    """A copy of the file, and where one bit of it is another."""

    folder: Path
    at: int
    bit: int

    @property
    def file(self) -> Path:
        """The copy."""
        return self.folder / YEAR

    @property
    def where(self) -> str:
        """To be said when something is not as it should be."""
        return f"byte {self.at}, bit {self.bit}"


def make_history(folder: Path) -> Path:
    """Make a year's file with chunks of days and of months, and batches that wait."""
    with closing(EmbeddedHistory(folder)) as store:
        for day in (0, 1, 2, 9, 40):
            record_quarters(
                store, POINTS, MIDNIGHT + timedelta(days=day), 20, lambda n, q: n * 3.1 + q * q
            )
        store.compact(FAR_OFF, always)
        record_quarters(store, POINTS, MIDNIGHT + timedelta(days=70), 5)
        store.compact(MIDNIGHT + timedelta(days=70, hours=3), always)
    return folder / YEAR


def flips(file: Path, into: Path, count: int, seed: int) -> Iterator[Flipped]:
    """Yield copies one after the other, each gone when the next is asked for."""
    whole, chance = file.read_bytes(), random.Random(seed)
    folder = into / "flipped"
    folder.mkdir()
    for _nth in range(count):
        at, bit = chance.randrange(len(whole)), chance.randrange(8)
        for old in folder.iterdir():
            old.unlink()
        changed = bytes([whole[at] ^ (1 << bit)])
        (folder / YEAR).write_bytes(whole[:at] + changed + whole[at + 1 :])
        yield Flipped(folder, at, bit)


def held(folder: Path) -> Held:
    """Return every sample there; `StoreBroken` where one cannot be read."""
    with closing(EmbeddedHistory(folder)) as store:
        found = store.ranges(POINTS, LONG_AGO, FAR_OFF, "quarter")
        latest = {str(each.point): each.value for each in store.latest()}
    kept: Held = {
        (each.point, at): value
        for each in found
        for at, value in zip(each.times_ms.tolist(), each.values.tolist(), strict=True)
    }
    newest = {point: value for (point, _at), value in sorted(kept.items())}
    if any(latest.get(point) != value for point, value in newest.items()):
        raise StoreBroken("the newest values are others than the samples")
    return kept


def is_found(flipped: Flipped) -> bool:
    """Whether anybody who looks through the file is told."""
    return bool(health_of(flipped.file)) or bool(list(faults_of_file(flipped.file)))


def answers(flipped: Flipped) -> Held | None:
    """Return what reading gives; None where it says that the file is damaged."""
    try:
        return held(flipped.folder)
    except StoreBroken:
        return None
