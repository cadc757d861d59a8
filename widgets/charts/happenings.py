"""What happened beside the lines: alarms that stood, limits they watch, settings changed."""

from collections.abc import Mapping, Sequence
from functools import partial

from PyQt6.QtCore import QObject, pyqtSignal

from app.asked import Note
from app.model.alarm import AlarmRecord, AlarmRule
from app.model.control import WriteResult
from app.model.reading import DeviceId, PointId, point_id, split_point
from app.verbs import Capability
from widgets.charts.marks import AlarmSpan, Event, Limit
from widgets.charts.past import Past, alarm_spans, limits, note_events, setting_events
from widgets.charts.pens import Pen, Subject
from widgets.pagetype import PageContext


class Happenings(QObject):
    """Asks for what happened to the pens' devices; ``heard`` says there is news."""

    heard = pyqtSignal()

    def __init__(self, context: PageContext, past: Past, parent: QObject) -> None:
        super().__init__(parent)
        self._context, self._past = context, past
        self._rules: Sequence[AlarmRule] = ()
        self._of: dict[PointId | None, list[AlarmRule]] = {}  # the rules of the pens' points
        self._records: Sequence[AlarmRecord] = ()
        self._changed: dict[DeviceId, Mapping[str, WriteResult]] = {}
        self._notes: dict[DeviceId, Sequence[Note]] = {}
        context.directory.described.connect(self.heard)

    def ask(self, subjects: Sequence[Subject]) -> None:
        """Ask anew, as far as the viewer may see it."""
        viewer, asked = self._context.viewer, self._context.asked
        devices = {split_point(subject.point)[0] for subject in subjects}
        self._changed = {device: self._changed.get(device, {}) for device in devices}
        self._notes = {device: self._notes.get(device, ()) for device in devices}
        if viewer.may(Capability.SEE_ALARMS):
            self._past.ask("rules", asked.alarms.rules(viewer), self._take_rules)
            journal = asked.alarms.history(viewer, self._past.MOST_RECORDS)
            self._past.ask("journal", journal, self._take_records)
        if viewer.may(Capability.SEE_PLANT):
            for device in devices:
                changes = asked.control.last_changes(viewer, device)
                self._past.ask(
                    f"changes {device}", changes, partial(self._take_changes, device)
                )
                notes = asked.project.notes(viewer, device)
                self._past.ask(f"notes {device}", notes, partial(self._take_notes, device))

    def limits(self, pens: Sequence[Pen]) -> list[Limit]:
        """Return the levels that rules watch on the pens' points."""
        points = dict.fromkeys(pen.point for pen in pens)
        if not points.keys() <= self._of.keys():
            self._of = {point: [] for point in points}
            for rule in self._rules:  # a plant has tens of thousands, a chart some few
                if rule.point in self._of:
                    self._of[rule.point].append(rule)
        return limits([rule for point in points for rule in self._of[point]], pens)

    def events(self) -> list[Event]:
        """Return what happened, device by device, and what somebody noted about it."""
        notes = [event for each in self._notes.values() for event in note_events(each)]
        return notes + [
            event
            for device, changes in self._changed.items()
            for event in setting_events(changes, partial(self._name, device), self._context)
        ]

    def alarms(self, subjects: Sequence[Subject]) -> list[AlarmSpan]:
        """Return when alarms of the subjects' devices stood."""
        return alarm_spans(self._records, subjects, self._context.now())

    def _take_rules(self, rules: Sequence[AlarmRule]) -> None:
        self._rules, self._of = rules, {}
        self.heard.emit()

    def _take_records(self, records: Sequence[AlarmRecord]) -> None:
        self._records = records
        self.heard.emit()

    def _take_changes(self, device: DeviceId, changes: Mapping[str, WriteResult]) -> None:
        if device in self._changed:
            self._changed[device] = changes
            self.heard.emit()

    def _take_notes(self, device: DeviceId, notes: Sequence[Note]) -> None:
        if device in self._notes:
            self._notes[device] = notes
            self.heard.emit()

    def _name(self, device: DeviceId, key: str) -> str:
        """Return what people call a setting; its key until the core has told."""
        spec = self._context.directory.spec(point_id(device, key))
        return spec.name if spec is not None else key
