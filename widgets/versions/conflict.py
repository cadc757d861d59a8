"""Somebody else was quicker: what they saved beside one's own, and the choice between them."""

from collections.abc import Sequence

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtWidgets import QDialog, QVBoxLayout, QWidget

from app.errors import PlantError
from app.model.version import Thing, ThingVersion
from app.project.bringback import versions_of
from app.words import _
from widgets.controls.card import MARGIN, Bar
from widgets.controls.plain import button, sentence
from widgets.pagetype import PageContext
from widgets.versions.difference import Difference

_WIDE, _LOW, _HIGH = 760, 180, 560


class ConflictDialog(QDialog):
    """Says who saved what, and asks; ``mine`` and ``theirs`` carry the version saved there.

    Closing it decides nothing: one's own stays unsaved, and theirs as it is.
    """

    mine = pyqtSignal(object)
    theirs = pyqtSignal(object)

    def __init__(
        self, context: PageContext, thing: Thing, says: str, own: str, parent: QWidget
    ) -> None:
        """``says`` names who was quicker; ``own`` is the content that was not saved."""
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(_("Somebody else was quicker"))
        self._thing, self._own = thing, own
        self.newest: ThingVersion | None = None
        self.says = sentence(says, "")
        self.choice = sentence(
            _("Whatever you choose, both stand among the versions once they are saved.")
        )
        self.difference = Difference(context.look)
        self.look_at = button(_("Look at the difference"), self._look)
        self.take_theirs = button(_("Take theirs"), self._take)
        self.save_mine = button(_("Save mine on top"), self._save, role="primary")
        self.later = button(_("Decide later"), self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, MARGIN, 0, 0)
        for each in (self.says, self.choice):
            each.setContentsMargins(MARGIN, 0, MARGIN, 0)
            column.addWidget(each)
        column.addWidget(self.difference, 1)
        column.addWidget(
            Bar("toolbar", 48)
            .add(self.look_at)
            .stretch()
            .add(self.later, self.take_theirs, self.save_mine)
        )
        self.difference.hide()
        self._allow(known=False)
        self.resize(_WIDE, _LOW)
        context.asking.ask(
            versions_of(context.asked, context.viewer, thing),
            owner=self,
            done=self._hear,
            failed=self._fail,
        )

    def _hear(self, versions: Sequence[ThingVersion]) -> None:
        newest = versions[0]
        self.newest = newest
        own = ThingVersion(0, None, "", "", self._own)
        by = _("as {author} saved it").format(author=newest.author or "–")
        self.difference.show_both(self._thing, newest, own, (by, _("yours")))
        self._allow(known=True)

    def _fail(self, error: PlantError) -> None:
        self.choice.setText(str(error))

    def _allow(self, *, known: bool) -> None:
        for each in (self.look_at, self.take_theirs, self.save_mine):
            each.setEnabled(known)

    def _look(self) -> None:
        self.difference.show()
        self.look_at.setEnabled(False)
        self.resize(self.width(), max(self.height(), _HIGH))

    def _take(self) -> None:
        self.theirs.emit(self.newest)
        self.accept()

    def _save(self) -> None:
        self.mine.emit(self.newest)
        self.accept()
