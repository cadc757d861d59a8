"""A chart with its bar: period, presets, comparison, more pens, export, full screen."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial

from PyQt6.QtCore import Qt
from PyQt6.QtGui import QKeySequence, QShortcut
from PyQt6.QtWidgets import QInputDialog, QMenu, QVBoxLayout, QWidget

from app.model.reading import DeviceId, PointId, split_point
from app.words import _
from widgets.charts.chart import Chart
from widgets.charts.compare import MOST_BACK_D, SHIFTS_D, Compare
from widgets.charts.exporting import Exporting
from widgets.charts.penpicker import PenPicker, subject_of
from widgets.charts.pens import Subject
from widgets.charts.penset import MOST_PENS, called, too_many
from widgets.charts.period import recalled
from widgets.charts.xyplot import XYWindow
from widgets.controls.card import GAP, MARGIN, Elided
from widgets.controls.flowline import FlowLine
from widgets.controls.hint import Hint
from widgets.controls.plain import button, literal, tip
from widgets.controls.presetmenu import PresetMenu
from widgets.desk import Json, Memory
from widgets.pagetype import PageContext, Show

_BAR_PX = 28


class TrendPanel(QWidget):
    """What a person works with; ``device`` is whose points are offered first."""

    def __init__(
        self,
        context: PageContext,
        subjects: Sequence[Subject],
        device: DeviceId | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._context, self._device = context, device
        self.chart = Chart(context, subjects)
        self._waiting: list[PointId] = []  # remembered, while the core is asked what they are
        self._full: _FullScreen | None = None
        self.hint = Hint(context.look, self)
        self.presets = PresetMenu(
            context, "chart", lambda: dict(self.memory()), self._take_preset, self
        )
        self.exporting = Exporting(context, self.chart, self)
        look = context.look
        self.compare = button(_("Compare…"), self._ask_compare, look=look, drawing="history")
        self.more = button(_("Pen…"), self.ask_pen, look=look, drawing="add")
        self.xy = button(_("XY…"), self._show_xy, look=look, drawing="trend")
        self.export = button(_("Export…"), self.exporting.ask, look=look, drawing="export")
        self.note = button(_("Note…"), self.write_note, look=look, drawing="edit")
        self.full = button(
            "", self.toggle_full, look=look, drawing="full-screen", says=_("Full screen (F11)")
        )
        self._lay_out()
        context.directory.described.connect(self._try_waiting)
        self.chart.altered.connect(self._tell_compare)
        self._tell_compare()
        QShortcut(
            QKeySequence("F11"),
            self,
            self.toggle_full,
            context=Qt.ShortcutContext.WidgetWithChildrenShortcut,
        )

    def add(self, subject: Subject, *, first: bool = False) -> None:
        """Draw one more point, as the first when it was asked for.

        A full chart gives up its last pen for it, says which, and offers it back.
        """
        have = self.chart.set.subjects
        if any(each.point == subject.point for each in have):
            return
        others, gone = have[: MOST_PENS - 1], have[MOST_PENS - 1 :]
        self.chart.show_pens([subject, *others] if first else [*others, subject])
        if gone:
            back = _("Bring “{pen}” back").format(pen=called(gone[0]))
            before = partial(self.chart.show_pens, have)
            self.hint.tell(too_many(subject, gone[0]), back, before)

    def write_note(self) -> None:
        """Begin a note about the first pen, at cursor A or the moment under the pointer."""
        subjects, plot = self.chart.set.subjects, self.chart.picture.plot
        if not subjects or plot is None:
            return
        at = plot.cursors.at["a"] or plot.cursors.at["hover"]
        moment = self._context.now() if at is None else datetime.fromtimestamp(at, UTC)
        chosen = [pen.subject for pen in self.chart.set.pens if pen.key == plot.chosen]
        point = (chosen or subjects)[0].point
        device, _key = split_point(point)
        self._context.show(Show("device", device, point, moment, "documents:note"))

    def way_to_now(self) -> Callable[[], None] | None:
        """Return what brings the present into the period; None while it is there."""
        chart = self.chart
        if not chart.set.subjects or chart.period.holds_the_present(self._context.now()):
            return None
        return chart.period_bar.go_to_now

    def memory(self) -> Memory:
        """Return what `recall` makes the same chart of."""
        pens: list[Json] = [str(point) for point in self.chart.set.points]
        compare = self.chart.set.compare
        alone: list[Json] = [str(pen.point) for pen in self.chart.set.pens if pen.alone]
        return {
            "period": self.chart.period.memory(),
            "pens": pens,
            "alone": alone,
            "compare": compare.days,
            "difference": compare.difference,
        }

    def recall(self, memory: Memory) -> None:
        """Show again what `memory` returned, as far as those points still exist."""
        days, points = memory.get("compare"), memory.get("pens")
        alone = memory.get("alone")
        if isinstance(alone, list):
            for pen in self.chart.set.pens:
                pen.alone = pen.point in alone
        compare = Compare(
            days if isinstance(days, int) and 0 <= days <= MOST_BACK_D else 0,
            difference=memory.get("difference") is True,
        )
        if isinstance(points, list) and points:
            self._waiting = [PointId(point) for point in points if isinstance(point, str)]
        self.chart.show_pens(compare=compare)
        self.chart.period_bar.choose(recalled(memory.get("period")))
        self._try_waiting()

    def toggle_full(self) -> None:
        """Show the chart on the whole screen, or bring it back (F11, Esc)."""
        if self._full is None:
            self._full = _FullScreen(self)
            self._full.take(self.chart)
        else:
            self._full.give_back()

    def returned(self) -> None:
        """Take the chart back from the whole screen."""
        if self._full is not None:
            self._column.addWidget(self.chart, 1)
            self._full.deleteLater()
            self._full = None
            self.chart.show()
            self.chart.setFocus()

    def _lay_out(self) -> None:
        row = FlowLine()
        if self._device is None:  # a device's page has its name above
            row.addWidget(Elided(_("Trend"), "title"))
        row.addWidget(self.chart.period_bar)
        row.push_right()
        tools = (
            self.presets,
            self.compare,
            self.more,
            self.xy,
            self.note,
            self.export,
            self.full,
        )
        for tool in tools:
            row.addWidget(tool)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(MARGIN, GAP - 4, MARGIN, MARGIN)
        self._column.setSpacing(GAP - 4)
        self._column.addLayout(row)
        self._column.addWidget(self.hint)
        self._column.addWidget(self.chart, 1)

    def _ask_compare(self) -> None:
        now = self.chart.set.compare
        menu = QMenu(self)
        words = {
            0: _("Compare with nothing"),
            1: _("The day before"),
            7: _("A week before, same weekday"),
            28: _("4 weeks before, same weekday"),
            364: _("52 weeks before, same weekday"),
        }
        for days in (0, *SHIFTS_D):
            choose = partial(
                self.chart.show_pens, None, Compare(days, difference=now.difference)
            )
            action = menu.addAction(literal(words[days]), choose)
            if action is not None:
                action.setCheckable(True)
                action.setChecked(days == now.days)
        other = menu.addAction(_("Another number of days…"), self._ask_days)
        if other is not None:
            other.setCheckable(True)
            other.setChecked(now.days not in (0, *SHIFTS_D))
        menu.addSeparator()
        flip = partial(
            self.chart.show_pens, None, Compare(now.days or 7, difference=not now.difference)
        )
        action = menu.addAction(_("Draw the difference too"), flip)
        if action is not None:
            action.setCheckable(True)
            action.setChecked(now.difference and bool(now.days))
        menu.exec(self.compare.mapToGlobal(self.compare.rect().bottomLeft()))
        menu.deleteLater()

    def _ask_days(self) -> None:
        """Let it be said how many days back the other time lies."""
        now = self.chart.set.compare
        title, words = _("Compare"), _("Days before (a multiple of 7 keeps the weekday)")
        days, given = QInputDialog.getInt(self, title, words, now.days or 7, 1, MOST_BACK_D)
        if given:
            self.chart.show_pens(None, Compare(days, difference=now.difference))

    def _tell_compare(self) -> None:
        compare = self.chart.set.compare
        words = _("Compare {shift}").format(shift=compare.words) if compare.days else ""
        self.compare.setText(literal(words or _("Compare…")))
        full = len(self.chart.set.subjects) >= MOST_PENS
        self.more.setEnabled(not full)
        says = _("A chart draws {most} pens at most. Take one away first: Delete in its list.")
        self.more.setToolTip(tip(says.format(most=MOST_PENS)) if full else "")
        if not full:
            self.hint.hide()  # there is room again

    def ask_pen(self) -> None:
        """Let more pens be chosen."""
        picker = PenPicker(self._context, self._device, self)
        picker.leave_room(MOST_PENS, self.chart.set.points)
        if picker.exec():
            for subject in picker.picked():
                self.add(subject)
        picker.deleteLater()

    def _show_xy(self) -> None:
        """Show one value against another, once every sample is there."""
        self.chart.loading.with_every_sample(self._open_xy)

    def _open_xy(self) -> None:
        window = XYWindow(self._context, self.chart.set.pens, self)
        window.exec()
        window.deleteLater()

    def _take_preset(self, content: Json) -> None:
        if isinstance(content, dict):
            self.recall(content)

    def _try_waiting(self) -> None:
        """Draw the points remembered once it is known what they are."""
        if not self._waiting:
            return
        found = [subject_of(self._context, point) for point in self._waiting]
        known = [subject for subject in found if subject is not None]
        devices = {view.config.id for view in self._context.directory.views}
        missing = [
            point
            for point, subject in zip(self._waiting, found, strict=True)
            if subject is None and split_point(point)[0] in devices
        ]
        if known and not missing:
            self._waiting = []
            self.chart.show_pens(known)


class _FullScreen(QWidget):
    """A window over the whole screen that borrows the chart."""

    def __init__(self, panel: TrendPanel) -> None:
        super().__init__(panel, Qt.WindowType.Window)
        self.setWindowTitle(_("Chart"))
        self.setObjectName("page")
        self._panel = panel
        column = QVBoxLayout(self)
        column.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        self._column = column
        for key in ("Esc", "F11"):
            QShortcut(QKeySequence(key), self, self.give_back)

    def take(self, chart: Chart) -> None:
        """Show the chart here."""
        self._column.addWidget(chart)
        self.showFullScreen()
        chart.setFocus()

    def give_back(self) -> None:
        """Bring the chart back to its panel."""
        self.hide()
        self._panel.returned()

    def closeEvent(self, event: object) -> None:
        """Closing the window brings the chart back."""
        del event
        self._panel.returned()
