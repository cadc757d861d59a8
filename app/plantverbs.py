"""What may be asked of samples, alarms and the door for writing: a part of `app.asked`."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from app.model.alarm import Alarm, AlarmRecord, AlarmRule
from app.model.comparison import Compared, Period
from app.model.consumption import Consumption, Step
from app.model.control import WriteRequest, WriteResult
from app.model.figures import Figures
from app.model.override import Override
from app.model.performance import Performance
from app.model.reading import DeviceId, PointId
from app.model.validation import Checked
from app.series import Outline, Series, Tile
from app.verbs import Viewer


class HistoryVerbs(Protocol):
    """Stored samples."""

    async def range(
        self, viewer: Viewer, points: Sequence[PointId], start: datetime, end: datetime
    ) -> Sequence[Series]:
        """Return one series a point: the finest samples kept of each moment."""
        ...

    async def quarters(
        self, viewer: Viewer, points: Sequence[PointId], start: datetime, end: datetime
    ) -> Sequence[Series]:
        """Return one series a point: its samples at :00, :15, :30 and :45."""
        ...

    async def outline(
        self,
        viewer: Viewer,
        points: Sequence[PointId],
        start: datetime,
        end: datetime,
        tile: Tile,
    ) -> Sequence[Outline]:
        """Return least, most and mean of each point in all tiles that touch the period."""
        ...

    async def figures(
        self,
        viewer: Viewer,
        points: Sequence[PointId],
        start: datetime,
        end: datetime,
        step: Step,
        interval_s: int = 900,
    ) -> Sequence[Figures]:
        """Return what each point read, was on average and counted, by the day or month."""
        ...

    async def consumption(
        self,
        viewer: Viewer,
        points: Sequence[PointId],
        start: datetime,
        end: datetime,
        step: Step,
    ) -> Sequence[Consumption]:
        """Return what each index counted in every part that touches the period."""
        ...

    async def performance(
        self,
        viewer: Viewer,
        points: Sequence[PointId],
        start: datetime,
        end: datetime,
        interval_s: int = 900,
    ) -> Sequence[Performance]:
        """Return how many of the readings that were due came, and of which quality."""
        ...

    async def comparison(
        self,
        viewer: Viewer,
        points: Sequence[PointId],
        first: Period,
        second: Period,
        step: Step,
    ) -> Sequence[Compared]:
        """Return up to 100 points in two periods: what indexes counted, else means."""
        ...

    async def validation(
        self, viewer: Viewer, points: Sequence[PointId], start: datetime, end: datetime
    ) -> Sequence[Checked]:
        """Return what the rules find in indexes; nothing is changed by it."""
        ...


class AlarmVerbs(Protocol):
    """Alarms standing, their history, and acknowledgement."""

    async def standing(self, viewer: Viewer) -> Sequence[Alarm]:
        """Return every alarm not normal: by priority, then newest first."""
        ...

    async def history(
        self, viewer: Viewer, limit: int, before_seq: int | None = None
    ) -> Sequence[AlarmRecord]: ...

    async def acknowledge(
        self, viewer: Viewer, rules: Sequence[str], note: str = ""
    ) -> Sequence[Alarm]: ...

    async def rules(self, viewer: Viewer) -> Sequence[AlarmRule]: ...


class ControlVerbs(Protocol):
    """The one door for writing."""

    async def write(self, viewer: Viewer, request: WriteRequest) -> WriteResult:
        """Change one setting; every outcome but a fault of ours is a result, not an error."""
        ...

    async def last_changes(
        self, viewer: Viewer, device: DeviceId
    ) -> Mapping[str, WriteResult]: ...

    async def set_clock(self, viewer: Viewer, device: DeviceId) -> Sequence[WriteResult]:
        """Set the device's clock to the plant's local time; refuses in an ambiguous hour.

        Returns one result per register written, in order; a refusal ends the list.
        """
        ...

    async def overrides(self, viewer: Viewer) -> Sequence[Override]:
        """Return what was taken out of automatic and stands so, the oldest first."""
        ...

    async def take_back(self, viewer: Viewer, device: DeviceId, key: str) -> WriteResult:
        """End an override now: its former value is written, unless somebody changed it."""
        ...
