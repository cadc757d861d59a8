"""Compares a device's settings with another side, and carries values over, both ways."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from PyQt6.QtCore import QObject, pyqtSignal
from PyQt6.QtWidgets import QWidget

from app.asked import Document, ReportedSettings
from app.errors import PlantError
from app.model.reading import DeviceId, Reading, split_point
from app.words import _
from widgets.comparing.choice import ReferenceDialog
from widgets.comparing.comparison import Comparison, ComparisonDialog
from widgets.controls.applying import Applying
from widgets.controls.moments import day_text
from widgets.devicetabs.tabtype import Subject
from widgets.models.settingcompare import Compared, Tolerance, typed
from widgets.models.staging import Staging

REPORT = "commissioning-report"


class Comparer(QObject):
    """One for a settings tab; ``here`` answers the tab's own values by key."""

    stage = pyqtSignal(list)  # of (key, text): what the person takes over into the tab
    failed = pyqtSignal(str)

    def __init__(
        self, subject: Subject, here: Callable[[], Mapping[str, float]], over: QWidget
    ) -> None:
        super().__init__(over)
        self._subject, self._here, self._over = subject, here, over
        self._context = subject.context
        self.dialog: ComparisonDialog | None = None

    def ask_comparison(self) -> None:
        """Let the other side be chosen: a report of this device, or another device."""
        context = self._context
        context.asking.ask(
            context.asked.project.documents(context.viewer, self._subject.device),
            owner=self,
            done=self._choose,
            failed=self._fail,
        )

    def ask_copy(self) -> None:
        """Let the device be chosen that shall be set as this one."""
        words = _("Copy the settings to another device")
        dialog = ReferenceDialog(
            self._context, self._subject.device, (), self._over, title=words, tolerance=False
        )
        if dialog.exec():
            target = dialog.chosen()
            if isinstance(target, str):
                self.copy_to(target)
        dialog.deleteLater()

    def compare_with_device(self, other: DeviceId, tolerance: Tolerance) -> None:
        """Read another device now and show both sides."""
        self._read(other, partial(self._show_device, other, tolerance))

    def compare_with_report(self, document: Document, tolerance: Tolerance) -> None:
        """Show this device beside a filed report of it."""
        context = self._context
        context.asking.ask(
            context.asked.reports.reported(context.viewer, document.id),
            owner=self,
            done=partial(self._show_report, tolerance),
            failed=self._fail,
        )

    def copy_to(self, target: DeviceId) -> None:
        """Read a target device now and offer this one's values for it."""
        self._read(target, partial(self._show_copy, target))

    def _choose(self, documents: Sequence[Document]) -> None:
        reports = [
            each for each in documents if each.kind == REPORT and each.path.suffix == ".pdf"
        ]
        dialog = ReferenceDialog(
            self._context,
            self._subject.device,
            reports,
            self._over,
            title=_("Compare the settings"),
            tolerance=True,
        )
        if dialog.exec():
            chosen, tolerance = dialog.chosen(), dialog.allowed()
            if isinstance(chosen, Document):
                self.compare_with_report(chosen, tolerance)
            elif chosen is not None:
                self.compare_with_device(chosen, tolerance)
        dialog.deleteLater()

    def _read(self, other: DeviceId, done: Callable[[Sequence[Reading]], None]) -> None:
        context, keys = self._context, [spec.key for spec in self._subject.settings()]
        name = context.directory.name(other)
        job = context.work.begin(_("Reading the settings of {device}").format(device=name))

        async def work() -> Sequence[Reading]:
            detail = await context.asked.plant.device(context.viewer, other)
            known = {spec.key for spec in detail.points}
            wanted = [key for key in keys if key in known]
            if not wanted:
                return ()
            return await context.asked.plant.read_now(context.viewer, other, wanted)

        def ended(readings: Sequence[Reading]) -> None:
            job.end()
            done(readings)

        def failed(error: PlantError) -> None:
            job.fail(str(error))
            self._fail(error)

        context.asking.ask(work(), owner=self, done=ended, failed=failed)

    def _show_device(
        self, other: DeviceId, tolerance: Tolerance, readings: Sequence[Reading]
    ) -> None:
        self._show(self._context.directory.name(other), numbers(readings), tolerance)

    def _show_report(self, tolerance: Tolerance, report: ReportedSettings) -> None:
        name = f"{report.number}, {day_text(report.read_at, self._context.zone)}"
        self._show(name, report.values, tolerance)

    def _show(self, name: str, there: Mapping[str, float], tolerance: Tolerance) -> None:
        detail, context = self._subject.detail, self._context
        comparison = Comparison(
            (detail.view.config.name, name),
            context.look,
            detail.circuits,
            _("Stage the other side’s values here"),
        )
        comparison.show_sides(self._subject.settings(), self._here(), there, tolerance)
        comparison.carry.connect(self._stage)
        self._open(ComparisonDialog(comparison, self._over))

    def _stage(self, rows: Sequence[Compared]) -> None:
        self.stage.emit([(row.spec.key, typed(row)) for row in rows])
        if self.dialog is not None:
            self.dialog.accept()

    def _show_copy(self, target: DeviceId, readings: Sequence[Reading]) -> None:
        detail, context = self._subject.detail, self._context
        name = context.directory.name(target)
        specs = {spec.key: spec for spec in self._subject.settings()}
        staging = Staging()
        applying = Applying(
            context,
            target,
            staging,
            specs,
            self._over,
            nothing=_("Nothing is staged. Choose settings and press the button below them."),
        )
        words = _("Stage for {device}").format(device=name)
        comparison = Comparison(
            (name, detail.view.config.name), context.look, detail.circuits, words
        )
        present = {split_point(each.point)[1]: each for each in readings}

        def stage(rows: Sequence[Compared]) -> None:
            staging.stage_all(
                [(row.spec, present.get(row.spec.key), typed(row)) for row in rows]
            )
            applying.tell()

        def refresh() -> None:
            self._read(target, again)

        def again(fresh: Sequence[Reading]) -> None:
            present.update({split_point(each.point)[1]: each for each in fresh})
            comparison.show_sides(
                list(specs.values()), numbers(list(present.values())), self._here(), Tolerance()
            )

        comparison.carry.connect(stage)
        applying.finished.connect(refresh)
        again(readings)
        self._open(ComparisonDialog(comparison, self._over, applying))

    def _open(self, dialog: ComparisonDialog) -> None:
        self.dialog = dialog
        dialog.finished.connect(lambda _code: self._closed(dialog))
        dialog.open()

    def _closed(self, dialog: ComparisonDialog) -> None:
        if self.dialog is dialog:
            self.dialog = None
        dialog.deleteLater()

    def _fail(self, error: PlantError) -> None:
        self.failed.emit(str(error))


def numbers(readings: Sequence[Reading]) -> dict[str, float]:
    """Return the numbers among readings, by key; what is not believed is not there."""
    return {
        split_point(each.point)[1]: float(each.value)
        for each in readings
        if isinstance(each.value, int | float)
    }
