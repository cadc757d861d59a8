"""The line below a device's picture: what is wrong, why perhaps, and the way out."""

from functools import partial

from PyQt6.QtCore import QSize, Qt
from PyQt6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QSizePolicy

from widgets.controls.card import PAD
from widgets.controls.marked import Marked
from widgets.controls.marks import Mark
from widgets.controls.plain import button, sentence
from widgets.devicetabs.tabtype import Subject
from widgets.models.situation import Situation, situation_of

_NAME_PX, _WORDS_PX = 360, 240  # an endless name leaves room for what to do


class SituationLine(QFrame):
    """Follows readings, alarms and presence; changes only when its words do."""

    def __init__(self, subject: Subject) -> None:
        super().__init__()
        self.setObjectName("cardfoot")
        self._subject, context = subject, subject.context
        self.situation: Situation | None = None
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(PAD, 8, PAD, 8)
        self._row.setSpacing(8)
        self._head = Marked(Mark("presence-on"), "", context.look, "strong", most_px=_NAME_PX)
        self._words = sentence("", "")
        self._words.setMinimumWidth(_WORDS_PX)
        self._row.addWidget(self._head, 0, Qt.AlignmentFlag.AlignVCenter)
        self._row.addWidget(self._words, 1)
        self._ways: list[QPushButton] = []
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        context.feed.aged.connect(self.refresh)
        context.alarms.changed.connect(self.refresh)
        context.directory.changed.connect(self.refresh)
        context.write_lock.changed.connect(self._show)
        self.refresh()

    def minimumSizeHint(self) -> QSize:
        return QSize(0, super().minimumSizeHint().height())

    def refresh(self) -> None:
        """Judge anew."""
        context, detail = self._subject.context, self._subject.detail
        device = self._subject.device
        found = situation_of(
            detail,
            context.directory.standing(device) or detail.view.standing,
            context.alarms.of(device),
            self._subject.latest,
            context.now(),
        )
        if found != self.situation:
            self.situation = found
            self._show()

    def _show(self) -> None:
        situation, context = self.situation, self._subject.context
        if situation is None:
            return
        self._head.show_state(situation.mark, situation.title)
        self._words.setText(situation.words)
        for old in self._ways:
            self._row.removeWidget(old)
            old.hide()
            old.deleteLater()
        locked = context.write_lock.locked
        self._ways = [
            button(
                way.words,
                partial(context.show, way.to),
                look=context.look,
                drawing="lock" if way.changes and locked else "",
            )
            for way in situation.ways
        ]
        for each in self._ways:
            self._row.addWidget(each, 0, Qt.AlignmentFlag.AlignVCenter)
