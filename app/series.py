"""Samples of one point as columns, the way charts and sums want them."""

from __future__ import annotations

from dataclasses import dataclass
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
