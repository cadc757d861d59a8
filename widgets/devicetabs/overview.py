"""The device at a glance: its live picture, what matters most, and what to do about it."""

from collections.abc import Sequence

from PyQt6.QtGui import QResizeEvent
from PyQt6.QtWidgets import QBoxLayout, QFrame, QVBoxLayout, QWidget

from app.model.point import PointSpec, ValueKind
from app.verbs import Capability
from app.words import _
from widgets.ataglance.daycard import DayCard
from widgets.ataglance.keycard import KeyCard
from widgets.ataglance.metercard import meter_card
from widgets.ataglance.situationline import SituationLine
from widgets.controls.card import GAP, MARGIN, Card, EmptyState
from widgets.controls.facts import Facts
from widgets.controls.identity import identity_facts
from widgets.controls.late import Scrolled
from widgets.devicetabs.tabtype import Subject, Tab, TabType
from widgets.devicetabs.values import no_points_words, point_table
from widgets.models.keyvalues import key_rows

_SIDE_PX = 460
_BESIDE_FROM_PX = 1480  # narrower, the cards stand below the picture
_PICTURE_PX, _SHAPE = 420, 0.62  # least height; height to width at which letters stay large
_NO_LIMIT = 16_777_215  # Qt's own
_MOST_KEYS = 14


class OverviewTab(Tab):
    """Picture at the left, cards at the right; below it where the window is narrow."""

    def __init__(self, subject: Subject) -> None:
        super().__init__(subject)
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._row.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        self._row.setSpacing(GAP)
        self._line = SituationLine(subject)
        self._picture = self._main()
        self._side = QWidget()
        self._cards = self._make_cards()
        column = QVBoxLayout(self._side)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GAP)
        for card in self._cards:
            column.addWidget(card)
        column.addStretch(1)
        self._row.addWidget(self._picture, 1)
        self._row.addWidget(self._side)
        inside = QWidget()
        inside.setObjectName("groundinside")
        inside.setLayout(self._row)
        self._scroll = Scrolled()
        self._scroll.setObjectName("ground")
        self._scroll.setAccessibleName(_("Overview"))
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setWidget(inside)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._scroll)
        self._arrange()
        self.become_ready()

    def settled(self) -> bool:
        told = [card.is_told for card in self._cards if isinstance(card, KeyCard | DayCard)]
        return self.is_ready and all(told)

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        beside = self.width() >= _BESIDE_FROM_PX
        way = QBoxLayout.Direction
        self._row.setDirection(way.LeftToRight if beside else way.TopToBottom)
        self._side.setMaximumWidth(_SIDE_PX if beside else _NO_LIMIT)
        self._side.setMinimumWidth(_SIDE_PX if beside else 0)
        whole = max(_PICTURE_PX, round(self.width() * _SHAPE))
        self._picture.setMinimumHeight(0 if beside else whole)
        self._picture.setMaximumHeight(_NO_LIMIT if beside else whole)
        body = self._picture.body
        first = 1  # after the head: what matters most is in view before one scrolls
        wanted = body.count() - 1 if beside else first
        if body.indexOf(self._line) != wanted:
            body.removeWidget(self._line)
            body.insertWidget(wanted, self._line)

    def _make_cards(self) -> list[Card]:
        subject = self.subject
        cards: list[Card | None] = [meter_card(subject)]
        if key_rows(subject.live_points()):
            cards.append(KeyCard(subject))
        if subject.detail.week_programs:
            cards.append(DayCard(subject))
        else:
            cards.append(identity_card(subject))
        return [card for card in cards if card is not None]

    def _main(self) -> Card:
        picture = self.subject.diagram(self.context, self.subject.detail)
        card = picture if isinstance(picture, Card) else None
        if card is None:
            specs = list(self.subject.live_points())
            card = Card(_("Readings"))
            if not specs:
                card.body.addWidget(EmptyState(no_points_words()))
            else:
                card.subtitle.setText(_("there is no picture of this application"))
                card.body.addWidget(point_table(self.subject, specs, narrow=True))
        card.body.addWidget(self._line)
        return card


def key_points(specs: Sequence[PointSpec]) -> list[PointSpec]:
    """Return the values that matter most: those with a role, else the first numbers."""
    with_role = [spec for spec in specs if spec.role]
    numbers = [spec for spec in specs if spec.kind is ValueKind.NUMBER]
    return list(with_role or numbers)[:_MOST_KEYS]


def identity_card(subject: Subject) -> Card:
    """Return who the device is, in its own words and the project's."""
    card = Card(_("Identity"))
    card.body.addWidget(Facts(identity_facts(subject.detail)))
    return card


TAB = TabType("overview", lambda: _("Overview"), 10, Capability.SEE_PLANT, OverviewTab)
