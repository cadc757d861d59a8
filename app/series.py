"""Samples of one point as columns, and outlines of them, as charts and sums want them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from app.model.reading import PointId, Quality

if TYPE_CHECKING:  # simulators are small processes: they know the ports, not the arrays
    import numpy as np
    from numpy.typing import NDArray

QUALITY_CODES: tuple[Quality, ...] = (
    Quality.GOOD,
    Quality.UNCERTAIN,
    Quality.STALE,
    Quality.MANUAL,
    Quality.BAD,
    Quality.OFFLINE,
)  # position = the code stored; append only, never reorder
CODE_OF = {quality: code for code, quality in enumerate(QUALITY_CODES)}


@dataclass(frozen=True, slots=True)
class Series:
    """Times (whole ms UTC, rising), values (NaN where nothing is believable), qualities."""

    point: PointId
    times_ms: NDArray[np.int64]
    values: NDArray[np.float64]
    quality: NDArray[np.uint8]  # positions in QUALITY_CODES

    def __len__(self) -> int:
        return len(self.times_ms)


class Tile(Enum):
    """How long the parts are that an outline is told in."""

    HOUR = "hour"  # of UTC
    EIGHT_HOURS = "8h"  # of UTC; what a chart of a year is drawn from
    DAY = "day"  # of the plant: 23, 24 or 25 hours


@dataclass(frozen=True, slots=True)
class Outline:
    """Least, most and mean of one point in parts of time, the earlier part first.

    A part of which nothing is stored is not there. Where nothing is believed the figures
    are NaN; a mean is NaN too where only least and most are kept of so short a part.
    """

    point: PointId
    starts_ms: NDArray[np.int64]  # whole ms UTC, rising
    ends_ms: NDArray[np.int64]
    least: NDArray[np.float64]
    most: NDArray[np.float64]
    mean: NDArray[np.float64]  # of the samples of the part, each counted alike
    quality: NDArray[np.uint8]  # the worst of what is believed, else what says why nothing is

    def __len__(self) -> int:
        return len(self.starts_ms)
