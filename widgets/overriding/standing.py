"""The badge that says what stands out of automatic, and the list of who, why, until when."""

from functools import partial

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QDialog, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from app.errors import PlantError
from app.model.control import WriteResult, WriteState
from app.model.override import Override
from app.model.reading import DeviceId, point_id
from app.sentences import told_sentence
from app.words import _, ngettext
from widgets.controls.card import MARGIN, Card
from widgets.controls.cardlist import CardList
from widgets.controls.moments import since_text
from widgets.controls.notice import Notice
from widgets.controls.plain import button, sentence
from widgets.controls.quality import number_text
from widgets.pagetype import PageContext

_WIDTH_PX = 640


class OverrideBadge(QPushButton):
    """Counts what stands out of automatic for as long as it does; pressed, lists it."""

    def __init__(self, context: PageContext, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("badge")
        self.setAutoDefault(False)
        self._context = context
        self.clicked.connect(lambda _on=False: self.open_list())
        context.overrides.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Count anew."""
        count = len(self._context.overrides.standing)
        words = ngettext("{count} OVERRIDE", "{count} OVERRIDES", count)
        said = ngettext(
            "{count} setting is out of automatic; press to see who, why and until when",
            "{count} settings are out of automatic; press to see who, why and until when",
            count,
        )
        self.setText(words.format(count=count))
        self.setAccessibleName(said.format(count=count))
        self.setVisible(count > 0)

    def open_list(self) -> None:
        """Show each of them."""
        OverrideList(self._context, self.window() or self).open()


class OverrideList(QDialog):
    """Every override with who, why and until when; each is taken back here."""

    def __init__(self, context: PageContext, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(_("Out of automatic"))
        self.setMinimumWidth(_WIDTH_PX)
        self._context = context
        self.notice = Notice(context.look)
        self._cards = CardList(_("Out of automatic"))
        column = QVBoxLayout(self)
        column.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        column.setSpacing(MARGIN)
        column.addWidget(self.notice)
        column.addWidget(self._cards, 1)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(button(_("Close"), self.reject))
        column.addLayout(foot)
        context.overrides.changed.connect(self.refresh)
        context.directory.described.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Show those that stand now."""
        cards = [self._card(each) for each in self._context.overrides.standing]
        self._cards.show_cards(cards or [sentence(_("Everything is in automatic."))])

    def _card(self, each: Override) -> QWidget:
        context = self._context
        card = Card(context.directory.name(each.device), override_words(context, each))
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(MARGIN, 8, MARGIN, MARGIN)
        column.addWidget(sentence(value_words(context, each), "strong"))
        if each.reason:
            column.addWidget(sentence(each.reason))
        row = QHBoxLayout()
        row.addStretch(1)
        back = button(_("Take back now"), partial(self._take_back, each), role="primary")
        back.setEnabled(not context.write_lock.all_locked)
        row.addWidget(back)
        column.addLayout(row)
        card.body.addWidget(inside)
        return card

    def _take_back(self, each: Override) -> None:
        if self._context.write_lock.locked:
            self._context.write_lock.ask_unlock()
            return
        self._context.overrides.take_back(each, self._taken, self._fail)

    def _taken(self, result: WriteResult) -> None:
        if result.state is WriteState.CONFIRMED:
            self.notice.hide()
        else:
            self.notice.tell(told_sentence(result.reason))

    def _fail(self, error: PlantError) -> None:
        self.notice.tell(str(error))


def override_words(context: PageContext, each: Override) -> str:
    """Return who and until when: "K. Lund, until 16:00"."""
    if each.until is None:
        return _("{name}, until it is taken back").format(name=each.name)
    when = since_text(each.until, context.now(), context.zone)
    return _("{name}, until {when}").format(name=each.name, when=when)


def value_words(context: PageContext, each: Override) -> str:
    """Return what stands there, and what will: "Relay 2: ON, then AUTO again"."""
    spec = context.directory.spec(point_id(each.device, each.key))
    if spec is None:
        return each.key
    value, former = number_text(each.value, spec), number_text(each.former, spec)
    words = _("{setting}: {value}, then {former} again")
    return words.format(setting=spec.name, value=value, former=former)


def held_words(context: PageContext, device: DeviceId, key: str) -> str:
    """Return who holds a setting out of automatic, until when and why; "" while nobody does."""
    each = context.overrides.of(device, key)
    if each is None:
        return ""
    words = _("Out of automatic: {who}").format(who=override_words(context, each))
    return f"{words}. {each.reason}" if each.reason else words
