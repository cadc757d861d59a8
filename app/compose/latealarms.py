"""Whatever comes late is judged, too: from radio receivers, concentrators and files."""

import json
import logging
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path

from app.alarms.late import LateAlarms, Span
from app.alarms.service import AlarmService
from app.compose.recording import Recording
from app.history.exchange.service import ExchangeService
from app.history.quarters import following_boundary
from app.model.reading import PointId, Reading
from app.ports import Clock
from app.users.privatefile import replace_file

_LEFT = "late-alarms.json"  # beside the history, while anything waits
_log = logging.getLogger(__name__)


def late_alarms_of(
    alarms: AlarmService, recording: Recording, samples: ExchangeService, clock: Clock
) -> LateAlarms:
    """Return what looks for alarms in all that ``recording`` and ``samples`` take in late."""
    left = recording.folder / _LEFT
    keep = partial(leave_behind, left)
    made = LateAlarms(alarms, recording.store, clock, recording.settled, leave=keep)
    made.note(left_behind(left))

    def heard(readings: Sequence[Reading]) -> None:
        made.note(spans_of(readings))

    recording.came_late, samples.taken_in = heard, made.note
    return made


def leave_behind(file: Path, spans: Mapping[PointId, Span]) -> None:
    """Keep what is not judged yet for the next start; without any there is no file."""
    told = {point: [each.isoformat() for each in span] for point, span in spans.items()}
    try:
        if told:
            file.parent.mkdir(parents=True, exist_ok=True)  # nothing may be recorded yet
            replace_file(file, json.dumps(told).encode())
        else:
            file.unlink(missing_ok=True)
    except OSError as error:
        _log.warning("%s: late readings are not judged: %s", file, error)


def left_behind(file: Path) -> dict[PointId, Span]:
    """Return what the last run left; nothing of a file that makes no sense."""
    try:
        told = json.loads(file.read_bytes())
        return {PointId(point): _span(*ends) for point, ends in told.items()}
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, TypeError, AttributeError) as error:
        _log.warning("%s: which late readings are to be judged is lost: %s", file, error)
        return {}


def _span(first: str, last: str) -> Span:
    start, end = datetime.fromisoformat(first), datetime.fromisoformat(last)
    if start.tzinfo is None or end.tzinfo is None:
        raise ValueError(f"{first}, {last}: times without a zone")
    return start, end


def spans_of(readings: Sequence[Reading]) -> dict[PointId, Span]:
    """Return of which points and times they are, to the moments they are filed at."""
    found: dict[PointId, Span] = {}
    for reading in readings:
        at = reading.measured_at
        first, last = found.get(reading.point, (at, at))
        found[reading.point] = min(first, at), max(last, following_boundary(at))
    return found
