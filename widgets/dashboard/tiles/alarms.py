"""What needs somebody: how many alarms of each priority, and how long the oldest waits."""

from datetime import datetime

from PyQt6.QtCore import Qt
from PyQt6.QtGui import QResizeEvent
from PyQt6.QtWidgets import QGridLayout, QLabel, QVBoxLayout, QWidget

from app.model.alarm import Alarm, AlarmState
from app.verbs import Capability
from app.words import _
from widgets.alarmboard import is_unseen
from widgets.controls.card import Elided
from widgets.controls.marks import alarm_mark, mark_pixmap, priority_word
from widgets.controls.moments import age_text
from widgets.controls.plain import button, label
from widgets.controls.quality import NO_VALUE
from widgets.dashboard.bars import Share, ShareBar
from widgets.dashboard.tiletype import Given, TileType
from widgets.pagetype import Show

_PRIORITIES = (1, 2, 3, 4)
_BAR_AT = 3
_BARS_FROM_PX = 340  # in a narrow tile the numbers say enough
_ASIDE = Qt.AlignmentFlag.AlignVCenter
_MIDDLE = Qt.AlignmentFlag(0)


class AlarmsTile(QWidget):
    """A row a priority; the button opens the list."""

    def __init__(self, given: Given) -> None:
        super().__init__()
        self._given, self._context = given, given.context
        self._signs = {p: QLabel() for p in _PRIORITIES}
        self._counts = {p: label(NO_VALUE, "big") for p in _PRIORITIES}
        self._bars = {p: ShareBar(self._context.look) for p in _PRIORITIES}
        self._waits = {p: Elided("", "small") for p in _PRIORITIES}
        # How many alarms of each nobody has seen, and since when the oldest stands.
        self._waiting: dict[int, tuple[int, datetime | None]] = {}
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(2)
        grid.setColumnStretch(3, 1)
        for row, priority in enumerate(_PRIORITIES):
            count, wait = self._counts[priority], self._waits[priority]
            count.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            wait.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            word = label(priority_word(priority).capitalize())
            cells = (self._signs[priority], word, count, self._bars[priority], wait)
            for at, each in enumerate(cells):
                # Aligned, a bar of fixed height does not keep its row from growing.
                grid.addWidget(each, row, at, _ASIDE if at == _BAR_AT else _MIDDLE)
            grid.setRowStretch(row, 1)
        go = button(_("All alarms"), lambda: self._context.show(Show("alarms")), role="head")
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 8)
        column.setSpacing(4)
        column.addLayout(grid, 1)
        column.addWidget(go, 0, Qt.AlignmentFlag.AlignRight)
        self._context.alarms.changed.connect(self._tell)
        self._context.alarms.failed.connect(self._tell)
        self._context.look.changed.connect(self._tell)
        self._context.feed.aged.connect(self._grow_older)
        self._tell()

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        self._tell()

    def _tell(self) -> None:
        alarms, theme = self._context.alarms.alarms, self._context.theme
        told = _("{count} active").format(count=len(alarms))
        self._given.subtitle.setText(self._context.alarms.unknown() or told)
        by_priority: dict[int, list[Alarm]] = {p: [] for p in _PRIORITIES}
        for each in alarms:
            by_priority.setdefault(each.rule.priority, []).append(each)
        most = max(len(by_priority[p]) for p in _PRIORITIES)
        for priority in _PRIORITIES:
            mine = by_priority[priority]
            state = _loudest(mine)
            mark = alarm_mark(priority, state, 20)
            self._signs[priority].setPixmap(mark_pixmap(mark, theme, self.devicePixelRatioF()))
            moments = [each.occurred_at or each.since for each in mine if is_unseen(each)]
            waiting = len(moments)
            self._waiting[priority] = waiting, min(moments, default=None)
            known = self._context.alarms.is_told  # no count is not a count of none
            self._counts[priority].setText(str(len(mine)) if known else NO_VALUE)
            rest = Share(max(most - len(mine), 0), "surface")
            shares = (Share(waiting, "symbol_run"), Share(len(mine) - waiting), rest)
            self._bars[priority].show_shares(shares, self._sentence(priority))
            self._bars[priority].setVisible(bool(mine) and self.width() > _BARS_FROM_PX)
        self._grow_older()

    def _grow_older(self) -> None:
        for priority in _PRIORITIES:
            text = self._sentence(priority)
            if text != self._waits[priority].text():
                self._waits[priority].setText(text)

    def _sentence(self, priority: int) -> str:
        waiting, oldest = self._waiting[priority]
        if oldest is None:
            return ""
        age = age_text(max(0.0, (self._context.now() - oldest).total_seconds()))
        return _("{count} unack., oldest {age}").format(count=waiting, age=age)


def _loudest(alarms: list[Alarm]) -> AlarmState:
    states = {each.state for each in alarms}
    for state in (AlarmState.UNACKNOWLEDGED, AlarmState.RETURNED, AlarmState.ACKNOWLEDGED):
        if state in states:
            return state
    return AlarmState.NORMAL


TILE = TileType(
    "alarms",
    lambda: _("Alarms"),
    lambda: _("How many alarms of each priority, and how long the oldest waits."),
    "alarm",
    40,
    (2, 2),
    (2, 1),
    Capability.SEE_ALARMS,
    AlarmsTile,
)
