"""The columns of alarms: how urgent, where each stands, what, where, when, who has seen it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

from app.model.alarm import Alarm, AlarmState
from app.model.point import PointSpec
from app.words import _
from widgets.controls.alarmwords import kind_word, limit_text, number, standing_word
from widgets.controls.marks import alarm_mark, priority_word
from widgets.controls.moments import age_text, since_text
from widgets.controls.quality import NO_VALUE
from widgets.directory import Directory
from widgets.models.rows import Cell, Column, Tone

_EVER = datetime(1970, 1, 1, tzinfo=UTC)
_UNSEEN = (AlarmState.UNACKNOWLEDGED, AlarmState.RETURNED)


@dataclass(frozen=True, slots=True)
class AlarmRow:
    """An alarm that stands, or one line of the journal (``seq`` > 0)."""

    alarm: Alarm
    seq: int = 0
    at: datetime | None = None  # of the journal line

    @property
    def key(self) -> str:
        """What tells this row from others."""
        return f"{self.seq}/{self.alarm.rule.id}"


class AlarmCells:
    """The cells of one alarm; names and units come from the directory."""

    def __init__(
        self, directory: Directory, now: Callable[[], datetime], zone: tzinfo | None
    ) -> None:
        self._directory, self._now, self._zone = directory, now, zone

    def priority(self, row: AlarmRow) -> Cell:
        """Return the marker with the priority in words."""
        rule = row.alarm.rule
        return Cell(priority_word(rule.priority), alarm_mark(rule.priority, row.alarm.state))

    def state(self, row: AlarmRow) -> Cell:
        """Return where it stands."""
        calm = row.alarm.state not in _UNSEEN
        return Cell(standing_word(row.alarm), tone=Tone.QUIET if calm else Tone.NORMAL)

    def name(self, row: AlarmRow) -> Cell:
        """Return what is wrong."""
        return Cell(row.alarm.rule.name, strong=row.alarm.state in _UNSEEN)

    def kind(self, row: AlarmRow) -> Cell:
        """Return which sort of rule raised it."""
        return Cell(kind_word(row.alarm.rule.kind), tone=Tone.QUIET)

    def source(self, row: AlarmRow) -> Cell:
        """Return the point it is about."""
        spec = self._spec(row)
        return Cell(spec.name if spec is not None else "", tone=Tone.QUIET)

    def device(self, row: AlarmRow) -> Cell:
        """Return the device it is about."""
        name = self._directory.name(row.alarm.rule.device)
        return Cell(name, strong=row.alarm.state in _UNSEEN)

    def area(self, row: AlarmRow) -> Cell:
        """Return where the device stands."""
        return Cell(self._directory.area(row.alarm.rule.device), tone=Tone.QUIET)

    def value(self, row: AlarmRow) -> Cell:
        """Return the value that raised it, with its unit."""
        value, spec = row.alarm.value, self._spec(row)
        if value is None:
            return Cell(NO_VALUE, tone=Tone.QUIET)
        unit = f" {spec.unit}" if spec is not None and spec.unit else ""
        return Cell(f"{number(value, spec)}{unit}", tone=Tone.LIVE)

    def limit(self, row: AlarmRow) -> Cell:
        """Return the limit it crossed."""
        return Cell(limit_text(row.alarm, self._spec(row)), tone=Tone.QUIET)

    def occurred(self, row: AlarmRow) -> Cell:
        """Return when it came up."""
        return self._moment(row.alarm.occurred_at or row.alarm.since)

    def duration(self, row: AlarmRow) -> Cell:
        """Return how long the condition has held, or held."""
        return Cell(age_text(self.duration_s(row)), tone=Tone.NORMAL)

    def duration_s(self, row: AlarmRow) -> float:
        """Return the same in seconds, to sort by."""
        came = row.alarm.occurred_at or row.alarm.since
        over = row.alarm.resolved_at or self._now()
        return max((over - came).total_seconds(), 0.0)

    def resolved(self, row: AlarmRow) -> Cell:
        """Return when the condition was over."""
        return self._moment(row.alarm.resolved_at)

    def seen(self, row: AlarmRow) -> Cell:
        """Return who acknowledged it, and when."""
        alarm = row.alarm
        if alarm.acknowledged_at is None:
            return Cell()
        when = since_text(alarm.acknowledged_at, self._now(), self._zone)
        return Cell(f"{alarm.acknowledged_by}, {when}", tone=Tone.QUIET)

    def note(self, row: AlarmRow) -> Cell:
        """Return what that person noted."""
        return Cell(row.alarm.note, tone=Tone.QUIET)

    def logged(self, row: AlarmRow) -> Cell:
        """Return when the journal's line was written."""
        return self._moment(row.at)

    def _moment(self, moment: datetime | None) -> Cell:
        return Cell(since_text(moment, self._now(), self._zone), tone=Tone.QUIET)

    def _spec(self, row: AlarmRow) -> PointSpec | None:
        point = row.alarm.rule.point
        return self._directory.spec(point) if point is not None else None


def alarm_columns(
    cells: AlarmCells, *, history: bool, device: bool
) -> Sequence[Column[AlarmRow]]:
    """Return the columns of the standing alarms or of the journal; ``device`` names it."""
    columns = [
        Column("priority", lambda: _("Priority"), cells.priority, 108, _priority),
        Column("state", lambda: _("State"), cells.state, 132),
        Column("occurred", lambda: _("Occurred"), cells.occurred, 128, _occurred, right=True),
        Column(
            "duration",
            lambda: _("Duration"),
            cells.duration,
            92,
            cells.duration_s,
            right=True,
        ),
        Column("device", lambda: _("Device"), cells.device, 150),
        Column("area", lambda: _("Area"), cells.area, 116),
        Column("name", lambda: _("Alarm"), cells.name, 230, stretch=True),
        Column("value", lambda: _("Value"), cells.value, 84, _value, right=True),
        Column("limit", lambda: _("Limit"), cells.limit, 72),
        Column("resolved", lambda: _("Resolved"), cells.resolved, 112, _resolved, right=True),
        Column("seen", lambda: _("Acknowledged"), cells.seen, 136, _seen),
        Column("note", lambda: _("Note"), cells.note, 120),
        Column("kind", lambda: _("Type"), cells.kind, 104),
        Column("source", lambda: _("Input"), cells.source, 120),
    ]
    if history:
        columns.insert(
            0, Column("logged", lambda: _("When"), cells.logged, 128, _logged, right=True)
        )
        columns = [each for each in columns if each.id != "duration"]
    if not device:
        columns = [each for each in columns if each.id not in ("device", "area")]
    return columns


def _priority(row: AlarmRow) -> tuple[int, float]:
    return row.alarm.rule.priority, -_occurred(row).timestamp()


def _occurred(row: AlarmRow) -> datetime:
    return row.alarm.occurred_at or row.alarm.since


def _resolved(row: AlarmRow) -> datetime:
    return row.alarm.resolved_at or _EVER


def _seen(row: AlarmRow) -> datetime:
    return row.alarm.acknowledged_at or _EVER


def _logged(row: AlarmRow) -> datetime:
    return row.at or _EVER


def _value(row: AlarmRow) -> float:
    return row.alarm.value if row.alarm.value is not None else float("-inf")
