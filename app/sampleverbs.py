"""What may be asked to take samples out of a plant or bring some in: a part of `app.asked`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from app.model.exportplan import ExportPlan
from app.model.point import ValueKind
from app.model.reading import DeviceId, PointId
from app.ports import HistoryStats, Sample
from app.series import Series
from app.verbs import Viewer

INTERPOLATED = "interpolated"  # the reason of what nobody read and only a file tells


@dataclass(frozen=True, slots=True)
class PointFacts:
    """What stands beside the samples of a point in a file."""

    point: PointId
    device: str  # the device's name
    name: str  # of the point: "Supply temperature"
    unit: str
    kind: ValueKind = ValueKind.NUMBER
    decimals: int = 0
    counts: bool = False  # an index of a meter


@dataclass(frozen=True, slots=True)
class Part:
    """Some samples of a file on their way in, in the order of the file."""

    series: Sequence[Series]  # numbers, times as they come
    samples: Sequence[Sample] = ()  # what has a reason, or a word in the place of a number


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of samples that are brought."""

    fresh: int = 0  # of moments that nothing was kept of
    changed: int = 0  # in the place of what was kept
    same: int = 0  # kept already, as they are
    spared: int = 0  # left out: what is kept, or stands in the same file, is better

    def __add__(self, other: "Verdict") -> "Verdict":
        """Count both."""
        return Verdict(
            self.fresh + other.fresh,
            self.changed + other.changed,
            self.same + other.same,
            self.spared + other.spared,
        )

    @property
    def taken(self) -> int:
        """How many are written."""
        return self.fresh + self.changed


@dataclass(frozen=True, slots=True)
class HandedOut:
    """A file of samples that somebody took out of the plant."""

    file: str
    sha256: str
    devices: Sequence[DeviceId]
    start: datetime
    end: datetime
    samples: int
    interpolated: int = 0  # of them


class SampleVerbs(Protocol):
    """Samples in files."""

    async def points(self, viewer: Viewer) -> Sequence[PointFacts]:
        """Return every point there is or was, by name."""
        ...

    async def kept(
        self, viewer: Viewer, point: PointId, start: datetime, end: datetime
    ) -> Sequence[Sample]:
        """Return a point's samples of the kept stream, with all that is known of them."""
        ...

    async def stats(self, viewer: Viewer) -> HistoryStats:
        """Count what is kept; reads through it, so it may take a while."""
        ...

    async def keep_export(self, viewer: Viewer, out: HandedOut) -> None:
        """Write down that a file of samples was made."""
        ...

    async def export_plan(self, viewer: Viewer) -> ExportPlan:
        """Return when samples go out by themselves, and where to."""
        ...

    async def put_export_plan(
        self, viewer: Viewer, plan: ExportPlan, note: str = "", base: ExportPlan | None = None
    ) -> ExportPlan:
        """Let samples go out by another plan; `Conflict` when it is no longer as ``base``."""
        ...

    async def export_trouble(self, viewer: Viewer) -> str:
        """Return why the last scheduled export failed; "" while all is well."""
        ...

    async def add_import(self, viewer: Viewer, file: str, *, dry_run: bool = False) -> str:
        """Begin to bring a file's samples; return the name of the import.

        One a person at a time: what they began before is called off.
        """
        ...

    async def add_part(self, viewer: Viewer, bringing: str, part: Part) -> Verdict:
        """Judge some samples and lay them aside; nobody reads them yet."""
        ...

    async def keep_import(
        self, viewer: Viewer, bringing: str, sha256: str, *, keep: bool
    ) -> Verdict:
        """Take in all that was laid aside, at once; without ``keep`` nothing of it."""
        ...
