"""The pens of one chart: of the points chosen, filled from history, grown by the present."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial

from PyQt6.QtCore import QObject, pyqtSignal

from app.model.reading import PointId, Reading
from app.series import Outline, Series
from app.words import _
from widgets.charts.compare import Compare, difference, moved_on
from widgets.charts.pens import Kind, Pen, Subject
from widgets.charts.tiled import Tiled, closer, line_of
from widgets.pagetype import PageContext

MOST_PENS = 20


def too_many(added: Subject, gone: Subject) -> str:
    """Say which pen a full chart gave up for another one."""
    words = _(
        "A chart draws {most} pens at most: “{added}” took the place of “{gone}”. "
        "Delete in the list below takes a pen away and makes room."
    )
    return words.format(most=MOST_PENS, added=called(added), gone=called(gone))


def called(subject: Subject) -> str:
    """Return what a pen is called beside pens of other devices."""
    return ", ".join(part for part in (subject.spec.name, subject.device) if part)


class PenSet(QObject):
    """Measured pens, those of the time compared with, and differences.

    ``belongs`` tells whether a reading lies in the period shown; ``grown`` that one was
    added to a line, ``changed`` that lines are there or seen which were not before.
    """

    grown = pyqtSignal()
    changed = pyqtSignal()

    def __init__(
        self, context: PageContext, belongs: Callable[[Reading], bool], parent: QObject
    ) -> None:
        super().__init__(parent)
        self._context, self._belongs = context, belongs
        self.subjects: list[Subject] = []
        self.compare = Compare()
        self.pens: list[Pen] = []
        self._ears: QObject | None = None

    @property
    def points(self) -> tuple[PointId, ...]:
        """The points drawn."""
        return tuple(subject.point for subject in self.subjects)

    def of(self, kind: Kind) -> list[Pen]:
        """Return the pens of one kind."""
        return [pen for pen in self.pens if pen.kind is kind]

    def show(self, subjects: Sequence[Subject], compare: Compare) -> None:
        """Draw these points from now on; what was hidden stays hidden."""
        self.subjects, self.compare = list(subjects)[:MOST_PENS], compare
        hidden = {pen.key for pen in self.pens if not pen.visible}
        alone = {pen.point for pen in self.pens if pen.alone}
        kinds = [Kind.MEASURED]
        if compare.days:
            kinds.append(Kind.BEFORE)
            kinds += [Kind.DIFFERENCE] if compare.difference else []
        self.pens = [
            Pen(nth, subject, kind, compare.words)
            for kind in kinds
            for nth, subject in enumerate(self.subjects)
        ]
        for pen in self.pens:
            pen.visible = pen.key not in hidden
            pen.alone = pen.point in alone
        self._listen()

    def stand_alone(self, pen: Pen, *, alone: bool) -> None:
        """Give a point's pens a scale of their own, or the one of their unit again."""
        for each in self.pens:
            if each.point == pen.point:
                each.alone = alone

    def forget(self) -> None:
        """Drop every sample: another period is wanted."""
        for pen in self.pens:
            pen.trace.forget()
            pen.tiled = None

    def take(self, stored: Sequence[Series]) -> None:
        """Take the stored samples of the period."""
        by_point = {series.point: series for series in stored}
        for pen in self.of(Kind.MEASURED):
            if pen.point in by_point:
                self._load(pen, by_point[pen.point])
            pen.tiled = None
        self._subtract()

    def begin_tiles(self) -> None:
        """Draw tiles from now on, until every sample is taken."""
        for pen in self.of(Kind.MEASURED):
            pen.tiled = Tiled()

    def take_tiles(self, told: Sequence[Outline]) -> None:
        """Take the tiles of the period."""
        by_point, now = {each.point: each for each in told}, self._context.now()
        for pen in self.of(Kind.MEASURED):
            if pen.tiled is not None and pen.point in by_point:
                pen.tiled.line = line_of(by_point[pen.point], round(now.timestamp() * 1000))
                self._load(pen, pen.tiled.line)

    def take_means(self, told: Sequence[Outline]) -> None:
        """Take the means of the period's days."""
        by_point = {each.point: each for each in told}
        for pen in self.of(Kind.MEASURED):
            if pen.tiled is not None:
                pen.tiled.days = by_point.get(pen.point)
        self.changed.emit()

    def take_closer(self, stored: Sequence[Series], start: datetime, end: datetime) -> None:
        """Take every sample of a stretch of a long time (UTC), in the place of its tiles."""
        by_point = {series.point: series for series in stored}
        first, last = start.timestamp(), end.timestamp()
        for pen in self.of(Kind.MEASURED):
            if pen.tiled is None or pen.tiled.line is None or pen.point not in by_point:
                continue
            bounds = round(first * 1000), round(last * 1000)
            self._load(pen, closer(pen.tiled.line, by_point[pen.point], *bounds))
            pen.tiled.fine = (first, last)

    def is_fine(self, start_s: float, end_s: float) -> bool:
        """Whether every sample of a stretch is drawn (seconds since 1970)."""
        measured = self.of(Kind.MEASURED)
        return all(pen.tiled is None or pen.tiled.is_fine(start_s, end_s) for pen in measured)

    def take_before(self, stored: Sequence[Series]) -> None:
        """Take the stored samples of the time compared with."""
        by_point = {series.point: series for series in stored}
        for pen in self.of(Kind.BEFORE):
            if pen.point in by_point:
                moved = moved_on(by_point[pen.point], self.compare.days, self._context.zone)
                pen.trace.load(moved)
        self._subtract()
        self.changed.emit()

    def toggle(self, pen: Pen) -> None:
        """Hide a line, or show it again."""
        pen.visible = not pen.visible
        self.changed.emit()

    def without(self, pen: Pen) -> tuple[list[Subject], Compare]:
        """Return what `show` would take to draw everything but this pen."""
        if pen.kind is Kind.MEASURED:
            return [each for each in self.subjects if each is not pen.subject], self.compare
        if pen.kind is Kind.DIFFERENCE:
            return self.subjects, replace(self.compare, difference=False)
        return self.subjects, Compare()

    def _listen(self) -> None:
        if self._ears is not None:
            self._ears.deleteLater()
        self._ears = QObject(self)
        for pen in self.of(Kind.MEASURED):
            pen.now = self._context.feed.latest(pen.point)
            self._context.feed.show(pen.point, partial(self._take_live, pen), self._ears)

    def _take_live(self, pen: Pen, reading: Reading) -> None:
        pen.now = reading
        if self._add(pen, reading):
            self.grown.emit()

    def _load(self, pen: Pen, stored: Series) -> None:
        """Draw what is stored, and behind it the newest reading."""
        if pen.tiled is not None:
            pen.trace.forget()  # where tiles end no reading came
        pen.trace.load(stored)
        if pen.now is not None:
            self._add(pen, pen.now)

    def _add(self, pen: Pen, reading: Reading) -> bool:
        return self._belongs(reading) and pen.trace.append(reading)

    def _subtract(self) -> None:
        """Work out the differences anew."""
        then = {pen.point: pen.trace for pen in self.of(Kind.BEFORE)}
        now = {pen.point: pen.trace for pen in self.of(Kind.MEASURED)}
        for pen in self.of(Kind.DIFFERENCE):
            pen.trace.forget()
            pen.trace.load(difference(now[pen.point], then[pen.point], pen.point))
