"""The alarm rules that watch one value: limits, delays, priority, whether they are in force."""

from collections.abc import Sequence

from PyQt6.QtCore import pyqtSignal

from app.errors import PlantError
from app.model.alarm import AlarmRule, AlarmState
from app.model.point import PointSpec
from app.model.reading import PointId
from app.words import _, told
from widgets.controls.alarmwords import kind_word, number
from widgets.controls.card import Bar, Card, Elided
from widgets.controls.marks import alarm_mark, priority_word
from widgets.controls.moments import age_text
from widgets.controls.plain import button
from widgets.controls.quality import NO_VALUE
from widgets.controls.table import HEAD_PX, ROW_PX, Table
from widgets.models.rows import Cell, Column, RowsModel, Tone
from widgets.pagetype import PageContext

_MOST_ROWS = 5


class RuleCard(Card):
    """Hidden until somebody asks for a value's rules; ``closed`` when it was put away."""

    closed = pyqtSignal()

    def __init__(self, context: PageContext) -> None:
        super().__init__(_("Alarm rules"))
        self._context = context
        self._spec: PointSpec | None = None
        self._point: PointId | None = None
        self.model: RowsModel[AlarmRule] = RowsModel(
            self._columns(), lambda rule: rule.id, self
        )
        self.table = Table(self.model, context.look, _("Alarm rules"))
        self.says = Elided("", "quiet")
        self._foot = Bar("cardfoot", 28).add(self.says).stretch()
        close = button(
            "", self._close, look=context.look, drawing="close", role="bare", says=_("Close")
        )
        self.head.add(close)
        self.body.addWidget(self.table)
        self.body.addWidget(self._foot)
        self.hide()

    def show_rules(self, point: PointId, spec: PointSpec) -> None:
        """Show the rules that watch a point."""
        self._point, self._spec = point, spec
        self.subtitle.setText(spec.name)
        context = self._context
        context.asking.ask(
            context.asked.alarms.rules(context.viewer),
            owner=self,
            done=lambda rules: self._take(point, rules),
            failed=self._fail,
        )

    def _take(self, point: PointId, rules: Sequence[AlarmRule]) -> None:
        if point != self._point:
            return
        mine = [rule for rule in rules if rule.point == point]
        self.model.replace(sorted(mine, key=lambda rule: (rule.priority, rule.name)))
        self.table.setVisible(bool(mine))
        self.table.setFixedHeight(HEAD_PX + ROW_PX * min(len(mine), _MOST_ROWS) + 2)
        self._say("" if mine else _("No rule watches this value."))
        self.show()

    def _fail(self, error: PlantError) -> None:
        self.table.hide()
        self._say(str(error))
        self.show()

    def _say(self, words: str) -> None:
        self.says.setText(words)
        self._foot.setVisible(bool(words))

    def _close(self) -> None:
        self.hide()
        self.closed.emit()

    def _columns(self) -> Sequence[Column[AlarmRule]]:
        return (
            Column("priority", lambda: _("Priority"), _priority, 120, lambda r: r.priority),
            Column("name", lambda: _("Rule"), lambda rule: Cell(told(rule.name)), 260),
            Column("kind", lambda: _("Kind"), lambda rule: Cell(kind_word(rule.kind)), 180),
            Column("limit", lambda: _("Limit"), self._limit, 120, right=True),
            Column("deadband", lambda: _("Deadband"), self._deadband, 110, right=True),
            Column("delay", lambda: _("Delay"), _delay, 110, right=True),
            Column("state", lambda: _("State"), _state, 140, stretch=True),
        )

    def _limit(self, rule: AlarmRule) -> Cell:
        return Cell(NO_VALUE if rule.limit is None else self._figure(rule.limit))

    def _deadband(self, rule: AlarmRule) -> Cell:
        text = self._figure(rule.deadband) if rule.limit is not None else NO_VALUE
        return Cell(text, tone=Tone.QUIET)

    def _figure(self, value: float) -> str:
        unit = f" {self._spec.unit}" if self._spec is not None and self._spec.unit else ""
        return f"{number(value, self._spec)}{unit}"


def _priority(rule: AlarmRule) -> Cell:
    mark = alarm_mark(rule.priority, AlarmState.UNACKNOWLEDGED)
    return Cell(priority_word(rule.priority), mark)


def _delay(rule: AlarmRule) -> Cell:
    return Cell(age_text(rule.on_delay_s), tone=Tone.QUIET)


def _state(rule: AlarmRule) -> Cell:
    words = _("in force") if rule.enabled else _("switched off")
    return Cell(words, tone=Tone.NORMAL if rule.enabled else Tone.QUIET)
