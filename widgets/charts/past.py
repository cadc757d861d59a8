"""Asks the core for everything a chart shows of the past, and gives up what nobody wants."""

from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any, TypeVar

from PyQt6.QtCore import QObject

from app.asked import Note
from app.errors import PlantError
from app.model.alarm import AlarmRecord, AlarmRule, AlarmState
from app.model.control import WriteResult, WriteState
from app.model.reading import PointId, split_point
from app.series import Outline, Series, Tile
from app.words import _
from widgets.charts.marks import AlarmSpan, Event, Limit
from widgets.charts.pens import Kind, Pen, Subject
from widgets.controls.alarmwords import number
from widgets.controls.moments import moment_text
from widgets.pagetype import PageContext

_T = TypeVar("_T")


def _nothing() -> None:
    """Cancel what was never asked."""


def _silent(_error: PlantError) -> None:
    """Say nothing of what could not be learnt."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """One question: which points, from when to when (UTC)."""

    points: tuple[PointId, ...]
    start: datetime
    end: datetime


class Past(QObject):
    """Questions by name; a newer one of the same name makes the older one void."""

    MOST_RECORDS = 2000  # of the alarm journal, looked through for one chart

    def __init__(self, context: PageContext, parent: QObject) -> None:
        super().__init__(parent)
        self._context = context
        self._cancel: dict[str, Callable[[], None]] = {}
        self._asked: dict[str, int] = {}

    def series(
        self,
        name: str,
        wanted: Wanted,
        done: Callable[[Sequence[Series]], None],
        failed: Callable[[PlantError], None],
    ) -> None:
        """Ask for stored samples; an answer to an older question is dropped."""
        work = self._context.asked.history.range(
            self._context.viewer, wanted.points, wanted.start, wanted.end
        )
        self.ask(name, work, done, failed)

    def outline(
        self,
        name: str,
        wanted: Wanted,
        tile: Tile,
        done: Callable[[Sequence[Outline]], None],
        failed: Callable[[PlantError], None],
    ) -> None:
        """Ask for tiles of what is stored, in the place of every sample."""
        work = self._context.asked.history.outline(
            self._context.viewer, wanted.points, wanted.start, wanted.end, tile
        )
        self.ask(name, work, done, failed)

    def ask(
        self,
        name: str,
        work: Coroutine[Any, Any, _T],
        done: Callable[[_T], None],
        failed: Callable[[PlantError], None] = _silent,
    ) -> None:
        """Ask anything of the core; what only adorns a chart may fail in silence."""
        self.forget(name)
        nth = self._asked[name]

        def if_wanted(told: Callable[[Any], None], answer: Any) -> None:
            if self._asked[name] == nth:
                told(answer)

        self._cancel[name] = self._context.asking.ask(
            work, owner=self, done=partial(if_wanted, done), failed=partial(if_wanted, failed)
        )

    def forget(self, name: str) -> None:
        """Give a question up."""
        self._cancel.pop(name, _nothing)()
        self._asked[name] = self._asked.get(name, 0) + 1


def limits(rules: Sequence[AlarmRule], pens: Sequence[Pen]) -> list[Limit]:
    """Return the levels that rules watch on the pens' points."""
    by_point = {pen.point: pen for pen in pens if pen.kind is Kind.MEASURED}
    return [
        Limit(
            by_point[rule.point].key,
            rule.limit,
            rule.priority,
            _("{pen} limit {level}").format(
                pen=by_point[rule.point].tag, level=number(rule.limit, None)
            ),
        )
        for rule in rules
        if rule.enabled and rule.limit is not None and rule.point in by_point
    ]


def alarm_spans(
    records: Sequence[AlarmRecord], subjects: Sequence[Subject], now: datetime
) -> list[AlarmSpan]:
    """Return when alarms of the pens' devices stood, from the journal's records."""
    devices = {split_point(subject.point)[0] for subject in subjects}
    newest: dict[tuple[str, datetime], AlarmRecord] = {}
    for record in records:
        began = record.alarm.occurred_at
        if record.alarm.rule.device in devices and began is not None:
            key = record.alarm.rule.id, began
            if key not in newest or newest[key].seq < record.seq:
                newest[key] = record
    spans = []
    for (_rule, began), record in newest.items():
        alarm = record.alarm
        over = alarm.resolved_at
        stands = alarm.state in (AlarmState.UNACKNOWLEDGED, AlarmState.ACKNOWLEDGED)
        end = now if stands or over is None or over < began else over
        name = alarm.rule.name
        if alarm.historical:
            end, name = over or alarm.since, _("{alarm} (historical)").format(alarm=name)
        spans.append(AlarmSpan(began.timestamp(), end.timestamp(), alarm.rule.priority, name))
    return sorted(spans, key=lambda span: (-span.priority, span.start_s))


def setting_events(
    changes: Mapping[str, WriteResult], names: Callable[[str], str], context: PageContext
) -> list[Event]:
    """Return the last confirmed change of each setting as a mark on the chart."""
    return [
        Event(
            result.at.timestamp(),
            "S",
            _("{setting} changed by {person}").format(setting=names(key), person=result.by)
            + f"\n{moment_text(result.at.astimezone(UTC), context.zone)}",
        )
        for key, result in changes.items()
        if result.state is WriteState.CONFIRMED
    ]


def note_events(notes: Sequence[Note]) -> list[Event]:
    """Return the notes that are about a moment as marks on the chart."""
    return [
        Event(
            note.about_at.timestamp(),
            "N",
            _("{text} ({person})").format(text=note.text, person=note.author),
        )
        for note in notes
        if note.about_at is not None
    ]
