"""The steps of a guided exchange, each a widget: before, at the meter, the check, the end."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from PyQt6.QtCore import QSize, Qt, pyqtSignal
from PyQt6.QtGui import QImageReader, QPixmap
from PyQt6.QtWidgets import (
    QCheckBox,
    QFileDialog,
    QFormLayout,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from app.model.counter import LONGEST_REASON
from app.model.exchange import LONGEST_SERIAL, Plan
from app.model.point import PointSpec
from app.words import _
from widgets.charts.periodbar import moment_editor, moment_of
from widgets.consumption.stating import figure_of
from widgets.controls.ownfolder import note_folder, own_folder
from widgets.controls.plain import button, label, sentence
from widgets.controls.quality import NO_VALUE, exact
from widgets.exchanging.doing import Read
from widgets.pagetype import PageContext

_PICTURES = ("png", "jpg", "jpeg", "webp", "tif", "tiff", "bmp")
_SHOWN = QSize(180, 120)
_REASON_ROOM = 200  # letters left for the serial number and what was checked


class BeforeStep(QWidget):
    """What is known before the visit: when, which new meter, why."""

    def __init__(self, context: PageContext, plan: Plan | None, now: datetime) -> None:
        super().__init__()
        self._context = context
        self.at = moment_editor(now if plan is None else plan.at, context.zone)
        self.serial, self.reason = QLineEdit(), QLineEdit()
        self.serial.setMaxLength(LONGEST_SERIAL)
        self.reason.setMaxLength(LONGEST_REASON - _REASON_ROOM)
        form = _form(self)
        for words, field in (
            (_("Day of the visit"), self.at),
            (_("Serial number of the new meter"), self.serial),
            (_("Reason"), self.reason),
        ):
            _row(form, words, field)
        form.addRow(
            sentence(
                _(
                    "A plan lies with the device, for whoever makes the visit. Nothing is "
                    "counted otherwise before the exchange is confirmed."
                )
            )
        )
        if plan is not None:
            self.serial.setText(plan.serial)
            self.reason.setText(plan.reason)

    def plan(self) -> Plan:
        """Return what is filled in."""
        at = moment_of(self.at.dateTime(), self._context.zone)
        return Plan(at, self.serial.text().strip(), self.reason.text().strip())


class MeterStep(QWidget):
    """What is read at the meter: of each index its end and its new start, and a photo."""

    def __init__(self, context: PageContext, specs: Sequence[PointSpec], now: datetime) -> None:
        super().__init__()
        self._context, self._specs = context, specs
        self.photo: Path | None = None
        self.at = moment_editor(now, context.zone)
        self.guessed = QCheckBox(_("The final reading is a guess"))
        self.fields: list[tuple[QLineEdit, QLineEdit]] = []
        form = _form(self)
        _row(form, _("Moment of the exchange"), self.at)
        form.addRow(self._grid())
        form.addRow(self.guessed)
        self.pick = button(_("Add a photo…"), self.ask_photo, look=context.look, drawing="add")
        self.drop = button(_("Without a photo"), lambda: self.show_photo(None))
        self.shown, self.picture = label("", "quiet"), QLabel()
        row = QHBoxLayout()
        for each in (self.pick, self.drop, self.shown):
            row.addWidget(each)
        row.addStretch(1)
        form.addRow(row)
        form.addRow(self.picture)
        self.show_photo(None)

    def moment(self) -> datetime:
        """Return when the meter was exchanged, in UTC."""
        return moment_of(self.at.dateTime(), self._context.zone)

    def read(self) -> list[Read]:
        """Return what was read of each index; `BadInput` for a figure that is none."""
        return [
            Read(spec, *(figure_of(each.text()) for each in pair))
            for spec, pair in zip(self._specs, self.fields, strict=True)
        ]

    def ask_photo(self) -> None:
        """Let a picture be chosen; a camera's folder is where the last one lay."""
        kinds = " ".join(f"*.{each}" for each in _PICTURES)
        chosen, _filter = QFileDialog.getOpenFileName(
            self,
            _("Photo of the meter"),
            str(own_folder(self._context)),
            f"{_('Pictures')} ({kinds})",
        )
        if chosen:
            note_folder(self._context, Path(chosen))
            self.show_photo(Path(chosen))

    def show_photo(self, photo: Path | None) -> None:
        """Take this picture along, or none; a small one of it is shown where it can be."""
        self.photo = photo
        self.drop.setVisible(photo is not None)
        self.shown.setText("" if photo is None else photo.name)
        small = QPixmap() if photo is None else _small(photo)
        self.picture.setPixmap(small)
        self.picture.setVisible(not small.isNull())

    def _grid(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setSpacing(8)
        for column, words in enumerate(
            (_("Old meter, at its end"), _("New meter, at its start"))
        ):
            grid.addWidget(label(words, "small"), 0, column + 1)
        for row, spec in enumerate(self._specs, 1):
            name = f"{spec.name} [{spec.unit}]"
            final, start = QLineEdit(), QLineEdit()
            final.setAccessibleName(_("{index}: final reading").format(index=name))
            start.setAccessibleName(_("{index}: start of the new meter").format(index=name))
            for column, each in enumerate((sentence(name, ""), final, start)):
                grid.addWidget(each, row, column)
            self.fields.append((final, start))
        for column in range(3):
            grid.setColumnStretch(column, 1)
        return grid


class CheckStep(QWidget):
    """What is compared before anything is stated; ``ready`` when it may be confirmed."""

    ready = pyqtSignal(bool)

    def __init__(self) -> None:
        super().__init__()
        self.summary, self.says = sentence(""), sentence("", "strong")
        self.ticks = {
            each: QCheckBox(each)
            for each in (
                _("figures compared with both meters"),
                _("serial number read off the new meter"),
                _("seals and direction of flow looked at"),
            )
        }
        self.doubted = QCheckBox(_("what looks odd was looked at, and is right"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        for each in (self.summary, self.says, *self.ticks.values(), self.doubted):
            column.addWidget(each)
        column.addStretch(1)
        for tick in (*self.ticks.values(), self.doubted):
            tick.toggled.connect(lambda _on: self.ready.emit(self.is_ready()))

    def show_doubts(self, summary: str, doubts: Sequence[str]) -> None:
        """Tell what was read, and what looks odd about it."""
        self.summary.setText(summary)
        self.says.setText("\n".join(doubts) or _("Nothing looks odd."))
        for tick in (*self.ticks.values(), self.doubted):
            tick.setChecked(False)
        self.doubted.setVisible(bool(doubts))
        self.ready.emit(self.is_ready())

    def checked(self) -> list[str]:
        """Return what was ticked, in words."""
        ticks = (*self.ticks.values(), self.doubted)
        return [tick.text() for tick in ticks if tick.isChecked() and not tick.isHidden()]

    def is_ready(self) -> bool:
        """Whether all is ticked that has to be: the figures, and what looks odd."""
        compared = next(iter(self.ticks.values()))
        return compared.isChecked() and (self.doubted.isHidden() or self.doubted.isChecked())


class EndStep(QWidget):
    """What was confirmed, and where it is found from now on."""

    def __init__(self) -> None:
        super().__init__()
        self.summary, self.says = sentence(""), sentence("", "quiet")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.summary)
        column.addWidget(self.says)

    def show_done(self, summary: str) -> None:
        """Tell once more what was read: the last look before the dialog goes."""
        self.summary.setText(summary)
        self.says.setText(
            _(
                "The exchange holds for every sum from now on. It stands in the activity "
                "log and among what was stated; its photo lies with the documents."
            )
        )


def read_words(read: Read) -> str:
    """Return an index with both of its figures."""
    final, start = (
        NO_VALUE if each is None else exact(each) for each in (read.final, read.initial)
    )
    return f"{read.spec.name}: {final} → {start} {read.spec.unit}"


def _form(parent: QWidget) -> QFormLayout:
    form = QFormLayout(parent)
    form.setContentsMargins(0, 0, 0, 0)
    form.setVerticalSpacing(8)
    form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
    return form


def _row(form: QFormLayout, words: str, field: QWidget) -> None:
    field.setAccessibleName(words)
    beside = label(words)
    beside.setBuddy(field)
    form.addRow(beside, field)


def _small(photo: Path) -> QPixmap:
    """Return the picture no larger than is shown; it is never read whole."""
    reader = QImageReader(str(photo))
    reader.setAutoTransform(True)
    size = reader.size()
    if not size.isValid():
        return QPixmap()
    reader.setScaledSize(size.scaled(_SHOWN, Qt.AspectRatioMode.KeepAspectRatio))
    return QPixmap.fromImage(reader.read())
