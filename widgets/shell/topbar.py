"""The bar above everything: which plant, where one is, how the devices do, what time it is."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, tzinfo

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtGui import QPixmap, QResizeEvent
from PyQt6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app.model.device import Presence
from app.words import _
from widgets.controls.card import Elided
from widgets.controls.marks import mark_pixmap, presence_mark
from widgets.controls.moments import clock_text, day_text, zone_text
from widgets.controls.plain import button, label, tip
from widgets.controls.quality import figures
from widgets.directory import Directory
from widgets.icons import drawing, icon
from widgets.shell.finder import Finder
from widgets.shell.projectname import ProjectName
from widgets.shell.rail import WIDE_PX
from widgets.theme import Look

HEIGHT_PX = 48
_WAY_FROM_PX, _LOGO_PX = 1100, 72  # narrower, the way's end and the logo are enough
_AROUND_NAME_PX = 78  # of the project: the logo, what leads to another one, the gaps
_WORDS_FROM_PX = 1360  # narrower, the counts of devices stand without their words
_ALWAYS = (Presence.ON, Presence.LATE, Presence.OFFLINE)
_ORDER = (*_ALWAYS, Presence.DISABLED, Presence.FAULT)


def _presence_count_word(presence: Presence) -> str:
    return {
        Presence.ON: _("online"),
        Presence.LATE: _("late"),
        Presence.OFFLINE: _("offline"),
        Presence.FAULT: _("with faults"),
        Presence.DISABLED: _("disabled"),
    }[presence]


class Communication(QWidget):
    """How many devices are doing how: shape, number, word."""

    def __init__(self, directory: Directory, look: Look) -> None:
        super().__init__()
        self._directory, self._look = directory, look
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        self._parts = {each: _Count(_presence_count_word(each)) for each in Presence}
        for each in _ORDER:
            row.addWidget(self._parts[each])
        self.setAccessibleName(_("Communication"))
        directory.changed.connect(self.refresh)
        directory.listed.connect(self.refresh)
        look.changed.connect(self.refresh)
        self.refresh()

    def shorten(self, short: bool) -> None:
        """Leave the words away where there is no room for them; the tip has them."""
        for part in self._parts.values():
            part.word.setVisible(not short)

    def refresh(self) -> None:
        """Count again."""
        counts = self._directory.counts()
        for presence, part in self._parts.items():
            part.setVisible(presence in _ALWAYS or counts.get(presence, 0) > 0)
            part.icon.setPixmap(
                mark_pixmap(presence_mark(presence), self._look.theme, self.devicePixelRatioF())
            )
            part.number.setText(figures(counts.get(presence, 0), 0))
        self.setAccessibleDescription(self.text(counts))
        self.setToolTip(tip(self.text(counts)))

    @staticmethod
    def text(counts: Mapping[Presence, int]) -> str:
        """Return the summary as one line: ``12 online · 1 late · 1 offline``."""
        return " · ".join(
            f"{counts.get(each, 0)} {_presence_count_word(each)}"
            for each in _ORDER
            if each in _ALWAYS or counts.get(each, 0)
        )


class _Count(QWidget):
    def __init__(self, word: str) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        self.icon = QLabel()
        self.number, self.word = label("0", "strong"), label(word, "quiet")
        for each in (self.icon, self.number, self.word):
            row.addWidget(each)


class TopBar(QFrame):
    """Project, breadcrumb, communication, badges, look and clock."""

    look_switched = pyqtSignal()
    finding = pyqtSignal()
    another_wanted = pyqtSignal()  # another project

    def __init__(
        self,
        directory: Directory,
        look: Look,
        now: Callable[[], datetime],
        zone: tzinfo | None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("top")
        self.setFixedHeight(HEIGHT_PX)
        self._look, self._now, self._zone = look, now, zone
        self._row = row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 16, 1)
        row.setSpacing(16)
        self._logo = QLabel()
        self.project = ProjectName()
        self.project.renamed.connect(self._crowd)
        row.addWidget(self._project_box())
        self.crumbs = QHBoxLayout()
        self.crumbs.setSpacing(8)
        row.addLayout(self.crumbs)
        row.addStretch(1)
        row.addWidget(Finder(look, self.finding.emit), 2)
        row.addStretch(1)
        self.simulated = self._badge("SIM", _("The devices are simulated"))
        self.guest = self._badge(_("GUEST"), _("You are a guest in this project"))
        self.no_core = self._badge(_("NO CORE"), _("The core of Heatdesk does not answer"))
        self.communication = Communication(directory, look)
        self._switch = button("", self.look_switched.emit, role="bare", says=_("Day or night"))
        self._clock, self._day = label("", "strong"), label("", "small")
        for each in (self.simulated, self.guest, self.no_core):
            row.addWidget(each)
        self._badges = QHBoxLayout()
        self._badges.setSpacing(16)
        row.addLayout(self._badges)
        row.addWidget(self.communication)
        self._seat = QHBoxLayout()
        self._seat.setSpacing(8)
        row.addLayout(self._seat)
        row.addWidget(self._switch)
        QWidget.setTabOrder(self._switch, self.other)  # who comes in stands in the search
        row.addWidget(self._clock_box())
        look.changed.connect(self._dress)
        self._dress()
        self.tick()

    def seat(self, person: QWidget, work: QWidget, badges: Sequence[QWidget]) -> None:
        """Place what belongs to the person: their menu, their work, the badges of a mode."""
        for badge in badges:
            self._badges.addWidget(badge)
        self._seat.addWidget(work)
        self._seat.addWidget(person)

    def tick(self) -> None:
        """Show the time of this moment."""
        now = self._now()
        self._clock.setText(f"{clock_text(now, self._zone)} {zone_text(now, self._zone)}")
        self._day.setText(day_text(now, self._zone))

    def lead_to(self, crumbs: Sequence[str]) -> None:
        """Show the way to the current page, outermost first."""
        while (item := self.crumbs.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for at, word in enumerate(crumbs):
            if at:
                arrow = QLabel()
                arrow.setPixmap(self._drawing("chevron-right", 12, "quiet"))
                self.crumbs.addWidget(arrow)
            last = at == len(crumbs) - 1
            self.crumbs.addWidget(Elided(word, "strong" if last else "quiet"))
        self._crowd()

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        self.communication.shorten(self.width() < _WORDS_FROM_PX)
        self._crowd()

    def _crowd(self) -> None:
        """Leave of the way only its end where the window is narrow."""
        whole = self.width() >= _WAY_FROM_PX
        for row in (self._row, self._badges):
            row.setSpacing(16 if whole else 8)
        self.project.setVisible(whole)
        wide = min(max(WIDE_PX, self.project.whole_px() + _AROUND_NAME_PX), self.width() // 6)
        self._box.setFixedWidth(max(wide, WIDE_PX) if whole else _LOGO_PX)
        self._box.setToolTip("" if whole else tip(self.project.text()))
        for at in range(self.crumbs.count()):
            item = self.crumbs.itemAt(at)
            widget = item.widget() if item is not None else None
            if widget is not None and widget.parent() is not None:
                widget.setVisible(whole or at == self.crumbs.count() - 1)

    def _dress(self) -> None:
        self._logo.setPixmap(self._drawing("logo", 24, "text"))
        other = "day" if self._look.theme.dark else "night"
        self._switch.setIcon(icon(other, self._look))

    def _drawing(self, name: str, size: int, role: str) -> QPixmap:
        return drawing(name, self._look.theme, size, role, self.devicePixelRatioF())

    def _project_box(self) -> QWidget:
        box = QFrame()
        box.setObjectName("project")
        box.setFixedWidth(WIDE_PX)
        self._box = box
        row = QHBoxLayout(box)
        row.setContentsMargins(12, 0, 8, 0)
        row.setSpacing(8)
        row.addWidget(self._logo)
        row.addWidget(self.project, 1)
        other = button(
            "",
            self.another_wanted.emit,
            look=self._look,
            drawing="chevron-down",
            role="bare",
            says=_("Another project…"),
        )
        other.setFixedWidth(20)
        row.setSpacing(6)
        row.addWidget(other)
        other.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.other = other
        return box

    def _clock_box(self) -> QWidget:
        box = QWidget()
        column = QVBoxLayout(box)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addStretch(1)
        for each in (self._clock, self._day):
            each.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            column.addWidget(each)
        column.addStretch(1)
        return box

    @staticmethod
    def _badge(word: str, says: str) -> QLabel:
        badge = label(word)
        badge.setObjectName("badge")
        badge.setAccessibleDescription(says)
        badge.hide()
        return badge
