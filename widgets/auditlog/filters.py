"""Which entries of the log are shown: a filter for every column, in words people read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

from PyQt6.QtCore import QDate, QTimer, pyqtSignal
from PyQt6.QtWidgets import QComboBox, QDateEdit, QLineEdit, QWidget

from app.auditverbs import AuditQuery, Sought
from app.words import _
from widgets.controls.flowline import FlowLine
from widgets.controls.moments import local
from widgets.controls.plain import button
from widgets.models.audit import LogWords

CHOSEN = ("who", "workstation", "verb", "result")  # few different ones: chosen from a list
WRITTEN = ("entity", "old", "new", "reason")  # written into a field
_PAUSE_MS = 300  # after the last key
_OWN = -1
_MOST_DIGITS = 18  # of a number in the log
_LAST_YEAR = 9998  # the day after the last one chosen is one, too
_DAYS = (0, 1, 7, 30, 365, _OWN)  # of the period; 0: any time


@dataclass(frozen=True, slots=True)
class Filters:
    """What is filtered by, as it stands in the fields."""

    words: Mapping[str, str]  # column → text
    chosen: Mapping[str, str]  # column → as written in the log
    number: str = ""
    start: datetime | None = None
    end: datetime | None = None


class FilterLine(QWidget):
    """One field a column; ``changed`` comes a moment after the last key."""

    changed = pyqtSignal()

    def __init__(self, search: QWidget, now: datetime, zone: tzinfo | None) -> None:
        """``search`` looks through all columns and stands first."""
        super().__init__()
        self._zone = zone
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE_MS)
        self._pause.timeout.connect(self.changed)
        row = FlowLine(self)
        row.addWidget(search)
        self.number = self._field(_("No. (12 or 10–20)"), 130)
        row.addWidget(self.number)
        self.period = self._choice(_("When"), 130)
        for words in (_("any time"), _("today"), _("last 7 days"), _("last 30 days")):
            self.period.addItem(_("When: {what}").format(what=words))
        self.period.addItem(_("When: {what}").format(what=_("last 365 days")))
        self.period.addItem(_("From … to …"))
        self.period.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        row.addWidget(self.period)
        today = local(now, zone).date()
        self.days = [self._day(says, today) for says in (_("From"), _("To"))]
        for day in self.days:
            row.addWidget(day)
        self._titles = {
            "who": _("Who: {what}"),
            "workstation": _("Where: {what}"),
            "verb": _("What: {what}"),
            "result": _("Result: {what}"),
        }
        self.choices = {name: self._choice(self._titles[name], 138) for name in CHOSEN}
        titles = (_("Of what"), _("Old"), _("New"), _("Reason"))
        self.fields = {
            name: self._field(title, 98) for name, title in zip(WRITTEN, titles, strict=True)
        }
        for widget in (*self.choices.values(), *self.fields.values()):
            row.addWidget(widget)
        row.addWidget(button(_("Clear filters"), self.clear, role="head"))
        self.period.currentIndexChanged.connect(self._show_days)
        self._show_days()
        self._pause.stop()  # nobody has chosen anything yet

    def filters(self, now: datetime) -> Filters:
        """Return what is filtered by; a period ends now."""
        start, end = self._period(now)
        return Filters(
            {
                name: text
                for name, field in self.fields.items()
                if (text := field.text().strip())
            },
            {
                name: str(choice.currentData())
                for name, choice in self.choices.items()
                if choice.currentIndex() > 0
            },
            self.number.text().strip(),
            start,
            end,
        )

    def offer(self, written: Mapping[str, Sequence[str]], words: LogWords) -> None:
        """Offer what is written in the log, by its words; what is chosen stays chosen."""
        for name, choice in self.choices.items():
            chosen = choice.currentData()
            texts = {each: words.told(name, each) for each in written.get(name, ())}
            choice.blockSignals(True)
            choice.clear()
            choice.addItem(self._titles[name].format(what=_("all")), None)
            for each in sorted(texts, key=lambda key: texts[key].casefold()):
                choice.addItem(texts[each] or "–", each)
            choice.setCurrentIndex(0 if chosen is None else max(choice.findData(chosen), 0))
            choice.blockSignals(False)

    def clear(self) -> None:
        """Show everything again."""
        for field in (self.number, *self.fields.values()):
            field.clear()
        for choice in (self.period, *self.choices.values()):
            choice.setCurrentIndex(0)

    def memory(self) -> dict[str, object]:
        """Return what stands in the fields."""
        texts: dict[str, object] = {name: field.text() for name, field in self.fields.items()}
        return texts | {"number": self.number.text(), "period": self.period.currentIndex()}

    def recall(self, memory: Mapping[str, object]) -> None:
        """Put back what `memory` returned; trusts nothing."""
        for name, field in (*self.fields.items(), ("number", self.number)):
            text = memory.get(name)
            if isinstance(text, str):
                field.setText(text)
        period = memory.get("period")
        if isinstance(period, int) and 0 <= period < len(_DAYS) - 1:
            self.period.setCurrentIndex(period)

    def _period(self, now: datetime) -> tuple[datetime | None, datetime | None]:
        days = _DAYS[self.period.currentIndex()]
        if not days:
            return None, None
        here = local(now, self._zone)
        if days != _OWN:
            first = here.date() - timedelta(days=days - 1)
            return _begin(first, here.tzinfo), None
        first, last = (day.date().toPyDate() for day in self.days)
        return _begin(first, here.tzinfo), _begin(last + timedelta(days=1), here.tzinfo)

    def _show_days(self) -> None:
        for day in self.days:
            day.setVisible(_DAYS[self.period.currentIndex()] == _OWN)

    def _field(self, says: str, least_px: int) -> QLineEdit:
        made = QLineEdit()
        made.setPlaceholderText(says)
        made.setAccessibleName(says)
        made.setClearButtonEnabled(True)
        made.setFixedWidth(max(least_px, made.fontMetrics().horizontalAdvance(says) + 40))
        made.textChanged.connect(lambda _text: self._pause.start())
        return made

    def _choice(self, says: str, least_px: int) -> QComboBox:
        made = QComboBox()
        made.setAccessibleName(says.replace(": {what}", ""))
        made.setMinimumContentsLength(12)
        made.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        made.setMinimumWidth(least_px)
        made.currentIndexChanged.connect(lambda _at: self._pause.start())
        return made

    def _day(self, says: str, today: date) -> QDateEdit:
        made = QDateEdit(QDate(today.year, today.month, today.day))
        made.setCalendarPopup(True)
        made.setMaximumDate(QDate(_LAST_YEAR, 12, 31))
        made.setAccessibleName(says)
        inside = made.lineEdit()
        if inside is not None:
            inside.setAccessibleName(says)
        made.dateChanged.connect(lambda _day: self._pause.start())
        return made


def query_of(
    filters: Filters,
    search: str,
    order: tuple[str, bool],
    written: Mapping[str, Sequence[str]],
    words: LogWords,
) -> AuditQuery:
    """Return what the core is asked for; texts mean what they mean in the screen's language."""
    sought = [Sought(each, (), words.means(each, written)) for each in search.split()]
    for name, text in filters.words.items():
        means = words.means(text, written)
        own = {name: means[name]} if name in means else {}
        sought.append(Sought(text, (name,), own))
    first, last = _numbers(filters.number)
    column, falling = order
    return AuditQuery(
        tuple(sought),
        {name: (text,) for name, text in filters.chosen.items()},
        filters.start,
        filters.end,
        first,
        last,
        column,
        falling,
        words.ranks(column, written),
    )


def _numbers(text: str) -> tuple[int | None, int | None]:
    """Return the first and last number of "12", "10–20", "10-" or nothing sensible."""
    begin, dash, end = text.replace("–", "-").partition("-")
    first = _number(begin.strip())
    return (first, _number(end.strip())) if dash else (first, first)


def _number(text: str) -> int | None:
    """Return a number the core can look for: what is longer is as high as it goes."""
    if not text.isdecimal():
        return None
    return int(text) if len(text) <= _MOST_DIGITS else 10**_MOST_DIGITS


def _begin(day: date, zone: tzinfo | None) -> datetime:
    return datetime.combine(day, time(), zone)
