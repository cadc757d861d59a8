"""What is known better than a meter told it: stated with a reason, listed, taken back."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from enum import Enum
from functools import partial

from PyQt6.QtCore import QLocale
from PyQt6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDateTimeEdit,
    QDialog,
    QFormLayout,
    QHBoxLayout,
    QInputDialog,
    QLabel,
    QLineEdit,
    QWidget,
)

from app.errors import BadInput, PlantError
from app.model.counter import (
    LONGEST_REASON,
    Accepted,
    Break,
    Broken,
    Edit,
    Entered,
    Shape,
    Spread,
    Stated,
    Statement,
    TakenBack,
    Withdrawn,
)
from app.model.reading import PointId
from app.verbs import Capability
from app.words import _
from widgets.charts.periodbar import moment_editor, moment_of
from widgets.consumption.remarks import moment_words, statement_words
from widgets.controls.carddialog import CardDialog, told_card
from widgets.controls.notice import Notice
from widgets.controls.plain import button, label, sentence
from widgets.pagetype import PageContext

_WIDTH_PX = 460


class Kind(Enum):
    """What a person may state on the screen."""

    EXCHANGE = "exchange"
    RESET = "reset"
    READ = "read"
    WITHDRAW = "withdraw"
    ACCEPT = "accept"
    SPREAD = "spread"
    SPREAD_LIKE = "spread-like"


_BREAKS = {Kind.EXCHANGE: Break.EXCHANGE, Kind.RESET: Break.RESET}
_SHAPES = {Kind.SPREAD: Shape.EVEN, Kind.SPREAD_LIKE: Shape.WEEK_BEFORE}


def kind_words(kind: Kind) -> str:
    """Return a kind in the person's words."""
    return {
        Kind.EXCHANGE: _("The meter was exchanged"),
        Kind.RESET: _("The index was reset"),
        Kind.READ: _("The index read something else"),
        Kind.WITHDRAW: _("What was sent is not to be believed"),
        Kind.ACCEPT: _("The jump is real"),
        Kind.SPREAD: _("Spread a gap evenly"),
        Kind.SPREAD_LIKE: _("Spread a gap like the weeks before"),
    }[kind]


@dataclass(frozen=True, slots=True)
class Index:
    """The index that is spoken of: its point, what it is called and counted in."""

    point: PointId
    name: str
    unit: str


class StatementForm(QDialog):
    """States one thing about an index; closes once the core has taken it."""

    def __init__(
        self,
        context: PageContext,
        index: Index,
        seen: int,
        span: tuple[datetime, datetime],
        done: Callable[[], None],
        parent: QWidget,
    ) -> None:
        """``seen`` statements were there; ``span`` is what the fields begin with (UTC)."""
        super().__init__(parent)
        self.setWindowTitle(_("State something: {index}").format(index=index.name))
        self.setMinimumWidth(_WIDTH_PX)
        self._context, self._index, self._seen, self._done = context, index, seen, done
        self.kind = QComboBox()
        for kind in Kind:
            self.kind.addItem(kind_words(kind), kind)
        self.at, self.until = (moment_editor(each, context.zone) for each in span)
        self.final, self.initial, self.figure = QLineEdit(), QLineEdit(), QLineEdit()
        self.guessed = QCheckBox(_("The final reading is a guess"))
        self.reason = QLineEdit()
        self.reason.setMaxLength(LONGEST_REASON)
        self.notice = Notice(context.look)
        self.send = button(_("State it"), self.state, role="primary")
        self._rows: dict[QWidget, QLabel] = {}
        self._build()
        self.kind.currentIndexChanged.connect(lambda _at: self._arrange())
        self.reason.textChanged.connect(lambda _text: self._arrange())
        self._arrange()

    def choose(self, kind: Kind) -> None:
        """Begin with one of the kinds."""
        self.kind.setCurrentIndex(self.kind.findData(kind))

    def edit(self) -> Edit:
        """Return what is stated; `BadInput` for a figure that is none."""
        kind = self._kind()
        at, until = (moment_of(each.dateTime(), self._context.zone) for each in self._times())
        if kind in _BREAKS:
            final, initial = (figure_of(each.text()) for each in (self.final, self.initial))
            return Broken(at, _BREAKS[kind], final, initial, None, self.guessed.isChecked())
        if kind is Kind.READ:
            value = figure_of(self.figure.text())
            if value is None:
                raise BadInput(_("Type what the index read."))
            return Entered(at, value)
        if until <= at:
            raise BadInput(_("The end must be later than the begin."))
        if kind in _SHAPES:
            return Spread(at, until, _SHAPES[kind])
        return (Withdrawn if kind is Kind.WITHDRAW else Accepted)(at, until)

    def state(self) -> None:
        """Send it to the core."""
        context = self._context
        if context.write_lock.all_locked:
            context.write_lock.ask_unlock()
            return
        try:
            says = self.edit()
        except BadInput as error:
            self.notice.tell(str(error))
            return
        self.send.setEnabled(False)
        context.asking.ask(
            context.asked.meters.state(
                context.viewer, self._index.point, says, self.reason.text(), self._seen
            ),
            owner=self,
            done=self._stated,
            failed=self._fail,
        )

    def _build(self) -> None:
        form = QFormLayout(self)
        form.addRow(self.notice)
        unit = self._index.unit
        for words, field in (
            (_("What is known"), self.kind),
            (_("When"), self.at),
            (_("End"), self.until),
            (_("Final reading [{unit}]").format(unit=unit), self.final),
            (_("Initial reading [{unit}]").format(unit=unit), self.initial),
            (_("Index [{unit}]").format(unit=unit), self.figure),
            ("", self.guessed),
            (_("Reason"), self.reason),
        ):
            beside = label(words)
            field.setAccessibleName(words or self.guessed.text())
            self._rows[field] = beside
            form.addRow(beside, field)
        form.addRow(
            sentence(
                _(
                    "Nothing that the meter sent is changed. What you state holds for every "
                    "sum from now on, stands in the activity log, and can be taken back."
                )
            )
        )
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(button(_("Go back"), self.reject))
        foot.addWidget(self.send)
        form.addRow(foot)

    def _kind(self) -> Kind:
        chosen = self.kind.currentData()
        return chosen if isinstance(chosen, Kind) else Kind.EXCHANGE

    def _times(self) -> tuple[QDateTimeEdit, QDateTimeEdit]:
        return self.at, self.until

    def _arrange(self) -> None:
        """Show the fields that this kind needs."""
        kind = self._kind()
        broken = kind in _BREAKS
        wanted = {
            self.until: not broken and kind is not Kind.READ,
            self.final: broken,
            self.initial: broken,
            self.guessed: broken,
            self.figure: kind is Kind.READ,
        }
        for field, there in wanted.items():
            field.setVisible(there)
            self._rows[field].setVisible(there)
        self.send.setEnabled(bool(self.reason.text().strip()))

    def _stated(self, _made: Statement) -> None:
        self.accept()
        self._done()

    def _fail(self, error: PlantError) -> None:
        self.notice.tell(str(error))
        self._arrange()


class StatementList(CardDialog):
    """Everything ever stated about an index; each that holds can be taken back here."""

    def __init__(
        self,
        context: PageContext,
        index: Index,
        stated: Sequence[Stated],
        done: Callable[[], None],
        parent: QWidget,
    ) -> None:
        empty = _("Nothing was stated about this index: its figures are those that it sent.")
        title = _("What was stated: {index}").format(index=index.name)
        super().__init__(context.look, title, empty, parent)
        self._context, self._index, self._stated = context, index, stated
        self._done = done
        self.refresh()

    def cards(self) -> list[QWidget]:
        """Make a card of each statement, the newest first."""
        return [self._card(each) for each in reversed(self._stated)]

    def take_back(self, statement: Statement, reason: str) -> None:
        """Take one back; that stands in the list too, and can itself be taken back."""
        context = self._context
        if context.write_lock.all_locked:
            context.write_lock.ask_unlock()
            return
        context.asking.ask(
            context.asked.meters.take_back(
                context.viewer, self._index.point, statement.id, reason, len(self._stated)
            ),
            owner=self,
            done=lambda _made: self._taken(),
            failed=lambda error: self.notice.tell(str(error)),
        )

    def _card(self, each: Stated) -> QWidget:
        made, zone = each.statement, self._context.zone
        named = {one.statement.id: one.statement for one in self._stated}
        says = made.says
        if isinstance(says, TakenBack) and says.statement in named:
            taken = statement_words(named[says.statement].says, zone, self._index.unit)
            title = _("Taken back: {statement}").format(statement=taken)
        else:
            title = statement_words(says, zone, self._index.unit)
        under = f"{made.author}, {moment_words(made.at, zone)}"
        back = button(_("Take back…"), partial(self._ask_back, made))
        back.setEnabled(self._context.viewer.may(Capability.EDIT_DEVICES))
        lines = [(made.reason, "quiet")]
        if not each.holds:
            lines.append((_("It was taken back and no longer holds."), "small"))
        return told_card(title, under, lines, [None, back if each.holds else None])

    def _ask_back(self, made: Statement) -> None:
        reason, given = QInputDialog.getText(self, _("Take back"), _("Reason"))
        if given:
            self.take_back(made, reason)

    def _taken(self) -> None:
        self.accept()
        self._done()


def figure_of(text: str) -> Decimal | None:
    """Return the figure of an index as it was typed, each digit kept; None for none."""
    plain = "".join(text.split())
    if not plain:
        return None
    mark = QLocale().decimalPoint()
    if mark != ".":
        if "." in plain and mark not in plain:
            raise BadInput(
                _("“{text}”: write the decimals behind “{mark}”.").format(text=text, mark=mark)
            )
        plain = plain.replace(".", "").replace(mark, ".")
    try:
        value = Decimal(plain)
    except InvalidOperation:
        raise BadInput(_("“{text}” is no number.").format(text=text.strip())) from None
    if not value.is_finite():
        raise BadInput(_("“{text}” is no number.").format(text=text.strip()))
    return value
