"""Standing alarms and their journal in one list, for the whole plant or one device."""

from collections import Counter
from collections.abc import Sequence

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QHBoxLayout, QWidget

from app.errors import PlantError
from app.model.alarm import PROGRAM, AlarmRecord, AlarmState
from app.model.reading import DeviceId
from app.words import _
from widgets.alarmboard import unseen
from widgets.controls.alarmpanel import AlarmPanel
from widgets.controls.card import GAP, Bar, Card, EmptyState, Search, Segments
from widgets.controls.late import Stack
from widgets.controls.marked import Marked
from widgets.controls.marks import alarm_mark, alarm_state_word, priority_word
from widgets.controls.notice import Notice
from widgets.controls.plain import button, label
from widgets.controls.table import Table, least_px
from widgets.models.alarms import AlarmCells, AlarmRow, alarm_columns
from widgets.models.rows import RowsModel
from widgets.pagetype import PageContext, Show
from widgets.speech import told_alarm
from widgets.valuedoor import Door, open_table

_PAGE = 500  # journal lines asked for at once
ACTIVE, HISTORY, NOTHING = range(3)


_GIVES_WAY = ("area", "duration", "state", "occurred")  # the panel beside has them too


class AlarmTable(Table[AlarmRow]):
    """What is wrong, and how far off, is read in a narrow window: other columns give way."""

    def spread(self) -> None:
        """Hide, one after the other, what leaves no room for the alarm's name and its limit."""
        head, columns = self.horizontalHeader(), self.rows_model.columns
        names = [column.id for column in columns]
        if head is None or "name" not in names:
            return
        before = columns[: names.index("limit") + 1]
        over = sum(least_px(each) for each in before) - self._ground().width()
        for name in _GIVES_WAY:
            if name not in names:
                continue
            away = over > 0
            head.setSectionHidden(names.index(name), away)
            over -= least_px(columns[names.index(name)]) if away else 0
        super().spread()


class AlarmList(QWidget):
    """Two tables and the panel of the chosen alarm."""

    loaded = pyqtSignal()
    counted = pyqtSignal(int, int)  # standing, unacknowledged

    def __init__(self, context: PageContext, device: DeviceId | None = None) -> None:
        super().__init__()
        self._context, self._device = context, device
        self._oldest: int | None = None
        self._wanted_rule, self._lost = "", False
        self.active = self._table(_("Active alarms"), history=False)
        self.past = self._table(_("Alarm journal"), history=True)
        self.panel = AlarmPanel(context)
        self._stack = Stack()
        self._notice = Notice(context.look)
        self._search = Search(_("Find in list"), context.look)
        self.segments = Segments((_("Active"), _("History")), _("Which alarms"))
        self._build()
        context.alarms.changed.connect(self._take)
        context.alarms.failed.connect(self._lose)
        context.directory.described.connect(self._rename)
        context.directory.listed.connect(self._rename)
        context.feed.aged.connect(self._touch)
        if context.alarms.is_told:
            self._take()
        else:
            self._stack.setCurrentIndex(NOTHING)
            context.alarms.refresh()

    def choose(self, rule: str) -> None:
        """Bring an alarm into view by its rule and let the person note something.

        Before the core has told which alarms stand, this waits for its answer.
        """
        self._wanted_rule = "" if self._context.alarms.is_told else rule
        self.segments.choose(ACTIVE)
        if rule and self._search.show_all_unless(lambda: self._go_to(rule)):
            self.panel.note.setFocus()

    def refresh(self) -> None:
        """Ask again."""
        self._context.alarms.refresh()
        self._oldest = None
        if self._stack.currentIndex() == HISTORY:
            self._load()

    def _go_to(self, rule: str) -> bool:
        return self.active.go_to(lambda row: row.alarm.rule.id == rule)

    def _table(self, says: str, *, history: bool) -> Table[AlarmRow]:
        context = self._context
        cells = AlarmCells(context.directory, context.now, context.zone)
        columns = alarm_columns(cells, history=history, device=self._device is None)
        model: RowsModel[AlarmRow] = RowsModel(columns, lambda row: row.key, self)
        table = AlarmTable(model, context.look, says)
        table.opened.connect(self._open)
        open_table(table, context, lambda row, _column: _door(context, row))
        selection = table.selectionModel()
        if selection is not None:
            selection.selectionChanged.connect(lambda *_: self._choose(table))
        return table

    def _build(self) -> None:
        context = self._context
        card = Card()
        self._search.textChanged.connect(self.active.rows_model.find)
        self._search.textChanged.connect(self.past.rows_model.find)
        self.segments.chosen.connect(self._switch)
        self._counts = label("", "quiet")
        tools = Bar("toolbar", 48).add(self._search, self.segments).stretch().add(self._counts)
        self._empty = EmptyState(context.alarms.unknown() or _calm_words())
        self._older = button(_("Load older"), self._load, role="head")
        self._older.hide()
        foot = Bar("cardfoot", 32)
        for state in (
            AlarmState.UNACKNOWLEDGED,
            AlarmState.ACKNOWLEDGED,
            AlarmState.RETURNED,
        ):
            foot.add(Marked(alarm_mark(2, state), alarm_state_word(state), context.look))
        foot.stretch().add(self._older)
        for each in (self.active, self.past, self._empty):
            self._stack.addWidget(each)
        card.body.addWidget(tools)
        card.body.addWidget(self._notice)
        card.body.addWidget(self._stack, 1)
        card.body.addWidget(foot)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GAP)
        row.addWidget(card, 1)
        row.addWidget(self.panel)

    def _take(self) -> None:
        board = self._context.alarms
        self._empty.says.setText(_calm_words())
        if self._lost:
            self._lost = False
            self._notice.hide()
        alarms = board.alarms if self._device is None else board.of(self._device)
        self.active.rows_model.replace(AlarmRow(each) for each in alarms)
        counts = Counter(each.rule.priority for each in alarms)
        parts = [f"{counts[at]} {priority_word(at)}" for at in sorted(counts)]
        self._counts.setText(" · ".join(parts))
        self.segments.rename(ACTIVE, _("Active {count}").format(count=len(alarms)))
        self.counted.emit(len(alarms), len(unseen(alarms)))
        if self._stack.currentIndex() != HISTORY:
            self._stack.setCurrentIndex(ACTIVE if alarms else NOTHING)
        if self._wanted_rule:
            self.choose(self._wanted_rule)
        elif alarms and not self.active.chosen():
            self.active.selectRow(0)
        self._choose(self.active)
        self.loaded.emit()

    def _lose(self, why: str) -> None:
        """Say that the core could not tell, and let it be asked again."""
        self._empty.says.setText(self._context.alarms.unknown() or _calm_words())
        self._lost = True
        self._notice.tell(why, retry=self._context.alarms.refresh)
        self.loaded.emit()

    def _switch(self, which: int) -> None:
        self._older.setVisible(which == HISTORY)
        if which == ACTIVE:
            empty = self.active.rows_model.total == 0
            self._stack.setCurrentIndex(NOTHING if empty else ACTIVE)
            self._choose(self.active)
            return
        self._stack.setCurrentIndex(HISTORY)
        if self._oldest is None:
            self._load()

    def _load(self) -> None:
        context, before = self._context, self._oldest
        self._older.setEnabled(False)
        context.asking.ask(
            context.asked.alarms.history(context.viewer, _PAGE, before),
            owner=self,
            done=lambda records: self._take_history(records, before),
            failed=self._fail,
        )

    def _take_history(self, records: Sequence[AlarmRecord], before: int | None) -> None:
        if before != self._oldest:
            return  # asked before the list was begun anew
        self._older.setEnabled(len(records) == _PAGE)
        rows = [
            AlarmRow(told_alarm(each.alarm), each.seq, each.at)
            for each in records
            if self._device in (None, each.alarm.rule.device)
        ]
        if self._oldest is None:
            self.past.rows_model.replace(rows)
        else:
            self.past.rows_model.append(rows)
        if records:
            self._oldest = min(each.seq for each in records)

    def _fail(self, error: PlantError) -> None:
        self._older.setEnabled(True)
        self._notice.tell(str(error), retry=self._load)

    def _choose(self, table: Table[AlarmRow]) -> None:
        if self._stack.currentWidget() in (table, self._empty):
            self.panel.take(table.chosen())

    def _open(self, row: AlarmRow) -> None:
        rule = row.alarm.rule
        if rule.device == PROGRAM:
            return  # there is no device to be shown
        self._context.show(Show("device", rule.device, rule.point, row.alarm.occurred_at))

    def _rename(self) -> None:
        self._touch()
        self._choose(self.active)
        self._choose(self.past)

    def _touch(self) -> None:
        if self.isVisible():
            self.active.touch_visible()


def _calm_words() -> str:
    return _("No alarm stands. An alarm appears here as soon as a rule is broken.")


def _door(context: PageContext, row: AlarmRow) -> Door | None:
    """Return the value an alarm watches, at the time it came up."""
    point = row.alarm.rule.point
    spec = None if point is None else context.directory.spec(point)
    return (
        None
        if point is None or spec is None
        else Door(point, spec, at=row.alarm.occurred_at or row.at)
    )
