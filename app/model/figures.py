"""What is told of a point for each day or month: readings, means, what came, what was used."""

from dataclasses import dataclass
from datetime import datetime

from app.model.consumption import Consumption
from app.model.performance import Performance
from app.model.reading import PointId

Figure = float | None  # in the point's unit; None where nothing was believed


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of one point, one entry for each part of the period."""

    point: PointId
    unit: str
    starts: tuple[datetime, ...]  # UTC, of each part
    ends_at: datetime  # of the last part
    first: tuple[Figure, ...]  # the first reading within the part
    last: tuple[Figure, ...]
    least: tuple[Figure, ...]
    most: tuple[Figure, ...]
    mean: tuple[Figure, ...]  # of the samples of the part, each counted alike
    came: tuple[Performance, ...]  # of the readings due in the part
    counted: Consumption | None = None  # what an index counted; None for any other point

    def __len__(self) -> int:
        return len(self.starts)
