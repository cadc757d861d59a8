"""The badge that says the page in front shows the past; pressed, it comes back to now."""

from collections.abc import Callable

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QPushButton, QWidget

from app.words import _
from widgets.controls.plain import tip
from widgets.icons import icon
from widgets.pagetype import Page
from widgets.theme import Look


class PastBadge(QPushButton):
    """Stands in the top bar while what is looked at is not the present (GUI thread)."""

    def __init__(self, front: Callable[[], Page | None], look: Look, parent: QWidget) -> None:
        """``front`` answers the page in front, None when no page is open."""
        super().__init__(_("HISTORY"), parent)
        self._front = front
        self.setObjectName("badge")
        self.setAutoDefault(False)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setIcon(icon("clock", look))
        says = _("This page shows the past, not the present; press to come back to now")
        self.setAccessibleName(says)
        self.setToolTip(tip(says))
        self.clicked.connect(self._press)
        self.hide()

    def refresh(self) -> None:
        """Show whether the page in front shows the past."""
        page = self._front()
        self.setVisible(page is not None and page.way_to_now() is not None)

    def _press(self) -> None:
        page = self._front()
        way = page.way_to_now() if page is not None else None
        if page is not None and way is not None:
            way()
            self.refresh()
            page.setFocus()
