"""Whatever comes late is judged, too: from radio receivers, concentrators and files."""

from collections.abc import Sequence

from app.alarms.late import LateAlarms, Span
from app.alarms.service import AlarmService
from app.compose.recording import Recording
from app.history.exchange.service import ExchangeService
from app.history.quarters import following_boundary
from app.model.reading import PointId, Reading
from app.ports import Clock


def late_alarms_of(
    alarms: AlarmService, recording: Recording, samples: ExchangeService, clock: Clock
) -> LateAlarms:
    """Return what looks for alarms in all that ``recording`` and ``samples`` take in late."""
    made = LateAlarms(alarms, recording.store, clock, recording.settled)

    def heard(readings: Sequence[Reading]) -> None:
        made.note(spans_of(readings))

    recording.came_late, samples.taken_in = heard, made.note
    return made


def spans_of(readings: Sequence[Reading]) -> dict[PointId, Span]:
    """Return of which points and times they are, to the moments they are filed at."""
    found: dict[PointId, Span] = {}
    for reading in readings:
        at = reading.measured_at
        first, last = found.get(reading.point, (at, at))
        found[reading.point] = min(first, at), max(last, following_boundary(at))
    return found
