"""A key figure of the whole plant, such as the mean return temperature, with its target."""

from PyQt6.QtCore import Qt
from PyQt6.QtGui import QFontMetrics
from PyQt6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app.verbs import Capability
from app.words import _, ngettext
from widgets.controls.card import Elided
from widgets.controls.plain import label
from widgets.controls.quality import NO_VALUE, figures
from widgets.dashboard.asking import Form, number_of
from widgets.dashboard.bars import TargetBar
from widgets.dashboard.rolevalues import RoleValues, kinds_of_values, sum_words
from widgets.dashboard.tiletype import Given, Options, TileType
from widgets.fonts import FIGURE_PX, SMALL_PX, font
from widgets.pagetype import PageContext

_DECIMALS = 2  # of a target, as its field shows it


class KeyFigureTile(QWidget):
    """Counts who is in the figure and who is missing: a mean of half the plant says so."""

    def __init__(self, given: Given) -> None:
        super().__init__()
        self._given = given
        kinds, sums = kinds_of_values(), sum_words()
        role = given.word("role") if given.word("role") in kinds else "return"
        how = given.word("how") if given.word("how") in sums else "mean"
        self._target = number_of(given.options, "target")
        self._low_is_good = given.word("good") != "high"
        kind = kinds[role]
        self._sum_word, self._sum = sums[how]
        given.title.setText(given.word("title") or kind.word)
        given.subtitle.setText(self._sum_word)
        self.figure = QLabel()
        self.figure.setTextFormat(Qt.TextFormat.PlainText)
        self.figure.setProperty("role", "livefigure")
        self._unit = label("", "small")
        on_one_line = (
            QFontMetrics(font(FIGURE_PX)).descent() - QFontMetrics(font(SMALL_PX)).descent()
        )
        self._unit.setContentsMargins(0, 0, 0, on_one_line)
        self._says = Elided("", "small")
        self._range = Elided("", "small")
        self._met = label("", "strong")
        self._bar = TargetBar(given.context.look)
        self._bar.setVisible(self._target is not None)
        top = QHBoxLayout()
        top.setSpacing(4)
        top.addWidget(self.figure)
        top.addWidget(self._unit, 0, Qt.AlignmentFlag.AlignBottom)
        top.addStretch(1)
        top.addWidget(self._met, 0, Qt.AlignmentFlag.AlignBottom)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 4, 12, 8)
        column.setSpacing(4)
        column.addLayout(top)
        column.addWidget(self._bar)
        column.addWidget(self._says)
        column.addWidget(self._range)
        column.addStretch(1)
        self.values = RoleValues(given.context, kind, self)
        self.values.changed.connect(self._tell)
        self._tell()

    def _tell(self) -> None:
        numbers, count = self.values.numbers()
        missing = count - len(numbers)
        value = self._sum(numbers) if numbers else None
        decimals = self.values.decimals
        sign = "~" if missing and value is not None else ""
        text = NO_VALUE if value is None else f"{sign}{figures(value, decimals)}"
        self.figure.setText(text)
        self.figure.setEnabled(value is not None)  # a dash is no live value
        self._unit.setText(self.values.unit)
        self._range.setText(
            _("from {low} to {high}").format(
                low=figures(min(numbers), decimals), high=figures(max(numbers), decimals)
            )
            if len(numbers) > 1
            else ""
        )
        counted = ngettext(
            "{count} device", "{count} devices", len(numbers)
        ).format(count=len(numbers))  # fmt: skip
        if missing:
            counted = ngettext(
                "{counted}, without {count} that has no value",
                "{counted}, without {count} that have no value",
                missing,
            ).format(counted=counted, count=missing)
        directory = self._given.context.directory
        if not count and not directory.is_listed:  # how many there are, nobody said yet
            counted = directory.failure or _("No answer yet")
        self._says.setText(counted)
        self._judge(value, decimals)
        spoken = f"{text} {self._unit.text()}, {counted} {self._met.text()}".strip()
        self.setAccessibleName(f"{self._given.title.text()}, {self._sum_word}: {spoken}")

    def _judge(self, value: float | None, decimals: int) -> None:
        if self._target is None:
            return
        self._bar.show_value(value, self._target, low_is_good=self._low_is_good)
        if value is None:
            words = _("target {sign} {value}")
        elif value <= self._target if self._low_is_good else value >= self._target:
            words = _("target {sign} {value}, met")
        else:
            words = _("target {sign} {value}, missed")
        sign = "≤" if self._low_is_good else "≥"
        goal = figures(self._target, decimals)
        self._met.setText(words.format(sign=sign, value=goal))


def _ask(_context: PageContext, options: Options, parent: QWidget) -> Options | None:
    form = Form(_("Key figure"), parent)
    kinds = {key: kind.word for key, kind in kinds_of_values().items()}
    sums = {key: word for key, (word, _sum) in sum_words().items()}
    form.choice("role", _("Of which value"), kinds, options.get("role"))
    form.choice("how", _("Over all devices"), sums, options.get("how"))
    hint = _("Left empty there is none.")
    form.number("target", _("Target"), number_of(options, "target"), _DECIMALS, hint)
    good = {"low": _("at most the target"), "high": _("at least the target")}
    form.choice("good", _("It is met with"), good, options.get("good"))
    form.line("title", _("Title"), str(options.get("title", "")))
    given = form.asked()
    if given is None:
        return None
    return {**given, "target": form.numbers["target"], "title": given["title"][:200]}


TILE = TileType(
    "keyfigure",
    lambda: _("Key figure"),
    lambda: _("One figure for the whole plant, such as the mean return temperature."),
    "overview",
    15,
    (2, 1),
    (2, 1),
    Capability.SEE_PLANT,
    KeyFigureTile,
    _ask,
)
