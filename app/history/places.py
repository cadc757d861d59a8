"""Where packed samples belong, and what damaged ones may lead to."""

import struct
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import zstandard
from numpy.typing import NDArray

from app.errors import StoreBroken
from app.history.samples import Ints

MISFITS = (
    TypeError,  # a damaged database may hand out anything
    IndexError,
    ValueError,
    OverflowError,
    MemoryError,
    struct.error,
    zstandard.ZstdError,
)


@dataclass(frozen=True, slots=True)
class Places:
    """Where chunks belong: each one's point (a batch's group of points) and slot of time."""

    owners: Ints
    slots: Ints  # the last one covered, counted from 1970 in slots
    slot_ms: int
    covered: Ints | None = None  # how many slots each covers; None: one

    @classmethod
    def of(
        cls,
        owners: Sequence[int],
        slots: Sequence[int],
        slot_ms: int,
        covered: Sequence[int] = (),
    ) -> "Places":
        """Return the places of as many chunks as owners."""
        try:
            return cls(
                np.array(owners, np.int64),
                np.array(slots, np.int64),
                slot_ms,
                np.array(covered, np.int64) if covered else None,
            )
        except MISFITS as error:
            raise StoreBroken("a block of history lies in no place") from error

    def part(self, span: slice | NDArray[np.bool_]) -> "Places":
        """Return the places of some of the chunks."""
        covered = None if self.covered is None else self.covered[span]
        return Places(self.owners[span], self.slots[span], self.slot_ms, covered)

    @property
    def begins_ms(self) -> Ints:
        """When each chunk's last slot begins: its times are counted from there."""
        return self.slots * self.slot_ms

    def seeds(self) -> list[int]:
        """Return what each chunk's checksum begins with: another number for every place."""
        mixed = self.owners * 0x9E3779B1 ^ self.slots * 0x85EBCA6B
        if self.covered is not None:
            mixed ^= (self.covered - 1) * 0xC2B2AE35
        seeds: list[int] = (mixed & 0xFFFFFFFF).tolist()
        return seeds
