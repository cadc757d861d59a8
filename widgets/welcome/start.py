"""The projects opened lately, to be opened again with one key or click."""

from functools import partial
from pathlib import Path

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from app.project.recent import Recent
from app.words import _
from widgets.controls.card import Card, EmptyState
from widgets.controls.moments import since_text
from widgets.controls.plain import button, label
from widgets.welcome.context import OpenProject, WelcomeContext
from widgets.welcome.door import Door


class RecentRow(QFrame):
    """One project: its door, and a small button that takes it off the list."""

    opening = pyqtSignal()
    forgetting = pyqtSignal()

    def __init__(self, context: WelcomeContext, recent: Recent) -> None:
        super().__init__()
        self.recent = recent
        when = since_text(recent.opened_at, context.now())
        says, last = str(recent.root), recent.known()
        if last is not None and last.is_guest:
            says = _("{folder} – {login} is a guest there").format(
                folder=says, login=last.login
            )
        if not recent.is_there:
            says = _("not found any more: {folder}").format(folder=recent.root)
        self.door = Door(
            context.look, "plant", recent.title or recent.root.name, says, self.opening.emit
        )
        self.door.setEnabled(recent.is_there)
        self.away = button(
            "",
            self.forgetting.emit,
            look=context.look,
            drawing="close",
            role="bare",
            says=_("Take {project} off this list").format(project=recent.title),
        )
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.door, 1)
        moment = label(when, "small")
        moment.setMinimumWidth(moment.fontMetrics().horizontalAdvance("00 MMM 0000 00:00"))
        moment.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(moment)
        row.addWidget(self.away)


class StartPane(QWidget):
    """Recent projects; without any it says what to do first."""

    chosen = pyqtSignal(object)  # OpenProject
    trying = pyqtSignal()  # the demo is wanted

    def __init__(self, context: WelcomeContext) -> None:
        super().__init__()
        self._context = context
        self.rows: list[RecentRow] = []
        self._card = Card(_("Recent projects"))
        self._column = QVBoxLayout()
        self._column.setContentsMargins(12, 12, 12, 12)
        self._column.setSpacing(8)
        inside = QWidget()
        inside.setObjectName("plain")
        inside.setLayout(self._column)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setAccessibleName(_("Recent projects"))
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(inside)
        self._area = area
        self._empty = EmptyState(
            _(
                "The projects you open are listed here. If Heatdesk is new to you, begin with "
                "the demo plant: its devices are simulated, so nothing can break."
            ),
            action=_("Open the demo plant"),
            pressed=self.trying.emit,
        )
        self._card.body.addWidget(area, 1)
        self._card.body.addWidget(self._empty, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._card)
        self.refresh()

    def refresh(self) -> None:
        """Read the list again."""
        for old in self.rows:
            self._column.removeWidget(old)
            old.hide()
            old.deleteLater()
        while self._column.count():
            self._column.takeAt(0)
        self.rows = [RecentRow(self._context, each) for each in self._context.recents.all()]
        for row in self.rows:
            self._column.addWidget(row)
            root, title = row.recent.root, row.recent.title
            row.opening.connect(lambda r=root, t=title: self.chosen.emit(OpenProject(r, t)))
            row.door.stepped.connect(partial(self._step, row))
            row.forgetting.connect(lambda r=root: self._forget(r))
        self._column.addStretch(1)
        self._area.setVisible(bool(self.rows))
        self._empty.setVisible(not self.rows)

    def begin(self) -> None:
        """Wait on the newest project that is there."""
        for row in self.rows:
            if row.door.isEnabled():
                row.door.setFocus()
                return

    def _step(self, row: RecentRow, by: int) -> None:
        doors = [each.door for each in self.rows if each.door.isEnabled()]
        doors[(doors.index(row.door) + by) % len(doors)].setFocus()

    def _forget(self, root: Path) -> None:
        self._context.recents.forget(root)
        self.refresh()
