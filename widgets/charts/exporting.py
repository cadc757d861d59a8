"""What is seen of a chart as a file: PNG, PDF (vectors), Excel, CSV."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PyQt6.QtCore import QObject, QPoint
from PyQt6.QtGui import QPixmap
from PyQt6.QtWidgets import QMenu, QWidget

from app.model.letterhead import Letterhead
from app.reports.trend import TrendAlarm, TrendData, TrendPen, in_words
from app.reports.valuetable import ValueColumn, ValueTable, value_table
from app.reports.words import Words
from app.series import Series
from app.words import _, language
from widgets.charts.pens import Kind, Pen
from widgets.charts.still import still
from widgets.controls.filewriter import FileWriter, Maker
from widgets.controls.moments import moment_text, zone_text
from widgets.pagetype import PageContext
from widgets.speech import PAPER_KEY, paper_language

if TYPE_CHECKING:
    from widgets.charts.chart import Chart


class Exporting(QObject):
    """Asks for a file and fills it aside, with its work in the work centre."""

    def __init__(self, context: PageContext, chart: "Chart", parent: QWidget) -> None:
        super().__init__(parent)
        self._context, self._chart, self._over = context, chart, parent
        self.files = FileWriter(context, parent)

    def ask(self) -> None:
        """Let the sort of file be chosen."""
        menu = QMenu(self._over)
        for words, end, write in (
            (_("Picture (PNG)…"), "png", self.write_png),
            (_("Paper (PDF)…"), "pdf", self.write_pdf),
            (_("Spreadsheet (XLSX)…"), "xlsx", self.write_xlsx),
            (_("Values (CSV)…"), "csv", self.write_csv),
        ):
            menu.addAction(words, partial(self._ask_path, end, write))
        menu.addSeparator()
        menu.addAction(_("Print…"), self.print_it)
        place = self._over.mapToGlobal(QPoint(self._over.width() - 240, 44))
        menu.exec(place)
        menu.deleteLater()

    def title(self) -> str:
        """Return what stands above the chart on paper."""
        devices = list(dict.fromkeys(each.device for each in self._chart.set.subjects))
        return devices[0] if len(devices) == 1 else _("Trend")

    def write_png(self, path: Path) -> None:
        """Write the chart as it looks, with title, period, zone and every pen drawn."""
        picture = self.picture()
        if picture.save(str(path), "PNG"):
            self._context.work.tell(_("Written: {path}").format(path=path))
        else:
            self._context.work.tell(_("{path} cannot be written.").format(path=path))

    def picture(self) -> QPixmap:
        """Return the chart with title, period, zone and every pen drawn; without controls."""
        pens = [pen for pen in self._chart.set.pens if pen.visible]
        plot, theme = self._chart.picture.plot, self._context.theme
        return still(self.title(), self.period_words(), plot, pens, theme)

    def period_words(self) -> str:
        """Return the time seen with its zone."""
        start, end = self._seen()
        zone = self._context.zone
        both = (moment_text(moment, zone) for moment in (start, end))
        return " – ".join(both) + f" {zone_text(end, zone)}"

    def write_pdf(self, path: Path) -> None:
        """Print the chart as vectors, on the utility's paper, in the report language."""
        self.files.write(path, self.paper())

    def print_it(self) -> None:
        """Show the paper before it is printed."""
        from widgets.printing import Preview  # QtPdf, only for who prints

        Preview.begin(self._context, self._over, self.title(), self.paper(), self.files)

    def paper(self) -> Maker:
        """Return what prints the chart as it is now."""
        words = Words(paper_language(self._context.desk.value(PAPER_KEY)))
        data = in_words(self.data(), words)

        def made(head: Letterhead, _given_up: Callable[[], bool]) -> bytes:
            from app.reports.paper.trend import trend_pdf  # reportlab, only for who prints

            return trend_pdf(data, head, words)

        return made

    def write_xlsx(self, path: Path) -> None:
        """Write every sample of the time seen as a spreadsheet, once all are there."""
        self._chart.loading.with_every_sample(partial(self._write_xlsx, path))

    def write_csv(self, path: Path) -> None:
        """Write every sample of the time seen as CSV, once all are there."""
        self._chart.loading.with_every_sample(partial(self._write_csv, path))

    def _write_xlsx(self, path: Path) -> None:
        table = self.table()

        def made(_head: Letterhead, given_up: Callable[[], bool]) -> bytes:
            from app.reports.sheets.valuetable import values_xlsx

            return values_xlsx(table, Words(language()), given_up=given_up)

        self.files.write(path, made)

    def _write_csv(self, path: Path) -> None:
        table = self.table()

        def made(_head: Letterhead, given_up: Callable[[], bool]) -> bytes:
            from app.reports.sheets.valuetable import values_csv

            return values_csv(table, Words(language()), given_up=given_up)

        self.files.write(path, made)

    def table(self) -> ValueTable:
        """Return the samples seen, pen beside pen."""
        columns = [
            ValueColumn(
                pen.name if pen.kind is not Kind.MEASURED else pen.spec.name,
                pen.subject.device,
                pen.spec.unit,
                pen.spec.decimals,
                _series(pen),
            )
            for pen in self._chart.set.pens
            if pen.visible
        ]
        return value_table(
            columns,
            self._seen(),
            title=self.title(),
            zone=self._zone(),
            made_at=self._context.now(),
            made_by=self._context.viewer.name,
        )

    def data(self) -> TrendData:
        """Return the chart as it is printed."""
        start, end = self._seen()
        plot = self._chart.picture.plot
        at = plot.cursors.at if plot is not None else {}
        happened = self._chart.picture.happened
        pens = [pen for pen in self._chart.set.pens if pen.visible]
        by_key = {pen.key: pen for pen in pens}
        return TrendData(
            title=self.title(),
            subtitle=_("Trend"),
            start=start,
            end=end,
            zone=self._zone(),
            made_at=self._context.now(),
            made_by=self._context.viewer.name,
            pens=tuple(_printed(pen) for pen in pens),
            limits=tuple(
                (by_key[limit.pen].lane, limit.level, limit.words)
                for limit in happened.limits(pens)
            ),
            alarms=tuple(
                TrendAlarm(alarm.start_s, alarm.end_s, alarm.priority, alarm.words)
                for alarm in happened.alarms(self._chart.set.subjects)
                if alarm.end_s > start.timestamp() and alarm.start_s < end.timestamp()
            ),
            cursor_a_s=at.get("a"),
            cursor_b_s=at.get("b"),
        )

    def _ask_path(self, end: str, write: Callable[[Path], None]) -> None:
        start, _end = self._seen()
        day = start.astimezone(self._context.zone).strftime("%Y-%m-%d")
        path = self.files.ask_path(_("Export the chart"), f"{self.title()} {day}", end)
        if path is not None:
            write(path)

    def _seen(self) -> tuple[datetime, datetime]:
        plot = self._chart.picture.plot
        if plot is None or plot.seen[0] < 1:  # nothing was shown yet
            return self._chart.bounds()
        first, last = plot.seen
        return datetime.fromtimestamp(first, UTC), datetime.fromtimestamp(last, UTC)

    def _zone(self) -> str:
        return str(getattr(self._context.zone, "key", "") or "UTC")


def _printed(pen: Pen) -> TrendPen:
    lines = pen.lines
    told = pen.summary
    return TrendPen(
        tag=pen.tag,
        name=pen.name,
        device=pen.subject.device,
        unit=pen.spec.unit,
        decimals=pen.spec.decimals,
        lane=pen.lane,
        faint=pen.kind is Kind.BEFORE,
        good=(np.array(lines.x), np.array(lines.good)),
        doubtful=(np.array(lines.faded_x), np.array(lines.doubtful)),
        at_a=pen.at_a[0] if pen.at_a is not None else None,
        at_b=pen.at_b[0] if pen.at_b is not None else None,
        least=told.least,
        most=told.most,
        mean=told.mean,
        good_share=pen.good_share,
    )


def _series(pen: Pen) -> Series:
    trace = pen.trace
    times = np.round(trace.times * 1000).astype(np.int64)
    return Series(pen.point, times, trace.values.copy(), trace.qualities.copy())
