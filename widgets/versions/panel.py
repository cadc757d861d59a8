"""The versions of one thing: the list, what differs between two, and bringing one back."""

from collections.abc import Sequence

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtWidgets import QInputDialog, QSplitter, QVBoxLayout, QWidget

from app.errors import PlantError
from app.model.version import Thing, ThingKind, ThingVersion
from app.project.bringback import bring_back, versions_of, why_not_back
from app.words import _
from widgets.controls.card import Bar, Card
from widgets.controls.notice import Notice
from widgets.controls.plain import button, sentence
from widgets.controls.table import Table
from widgets.models.rows import RowsModel
from widgets.models.versions import version_columns, why_not_saved
from widgets.pagetype import PageContext
from widgets.versions.difference import Difference, Pictures

LONGEST_REASON = 200


class VersionsPanel(Card):
    """Shows a thing's versions; ``changed`` tells that one was brought back."""

    changed = pyqtSignal()
    told = pyqtSignal()  # the versions asked for are here, or the reason why not

    def __init__(self, context: PageContext, pictures: Pictures | None = None) -> None:
        super().__init__(_("Versions"))
        self._context = context
        self.thing: Thing | None = None
        self._name = ""
        self._undo: tuple[Thing, int] | None = None  # the version that stood before
        look = context.look
        self.model: RowsModel[ThingVersion] = RowsModel(
            version_columns(context.zone), lambda each: each.number, self
        )
        self.table = Table(self.model, look, _("Versions"))
        self.difference = Difference(look, pictures)
        self.notice = Notice(look)
        self.says = sentence("", "small")
        self.back = button(_("Bring back…"), self.ask_back, role="primary")
        self.undo = button(_("Undo"), self.take_back, look=look, drawing="undo")
        self._build()
        chosen = self.table.selectionModel()
        if chosen is not None:
            chosen.selectionChanged.connect(lambda _new, _old: self._follow())
        self._follow()

    def show_thing(self, thing: Thing, name: str) -> None:
        """Show the versions of a thing, the newest beside the one before."""
        if thing != self.thing:
            self.model.replace(())
            self.notice.hide()
        self.thing, self._name = thing, name
        self.title.setText(name)
        self.undo.hide()  # until it is known what it would be saved over
        self.refresh()

    def refresh(self) -> None:
        """Ask for the versions again."""
        thing, context = self.thing, self._context
        if thing is None:
            return
        context.asking.ask(
            versions_of(context.asked, context.viewer, thing),
            owner=self,
            done=lambda found: self._take(thing, found),
            failed=self._fail,
        )

    def look_again(self, name: str) -> None:
        """Ask once more, and change what is shown only where it is told otherwise by now."""
        thing, context = self.thing, self._context
        if thing is None:
            return
        self._name = name
        self.title.setText(name)
        context.asking.ask(
            versions_of(context.asked, context.viewer, thing),
            owner=self,
            done=lambda found: None if list(found) == self._all() else self._take(thing, found),
            failed=self._fail,
        )

    def pair(self) -> tuple[ThingVersion, ThingVersion] | None:
        """Return the two versions compared, the older one first.

        Two chosen ones are compared with each other, one with the newest, and the
        newest with the one before it.
        """
        rows, chosen = self._all(), self.table.chosen()
        if not chosen or not rows:
            return None
        if len(chosen) > 1:
            both = sorted(chosen, key=lambda each: each.number)
            return both[0], both[-1]
        at = rows.index(chosen[0])
        if at:
            return chosen[0], rows[0]
        nothing = ThingVersion(0, None, "", "", "")
        return (rows[1] if len(rows) > 1 else nothing), rows[0]

    def ask_back(self) -> None:
        """Ask for the reason, then bring the version chosen back."""
        chosen = self.table.chosen()
        if len(chosen) != 1:
            return
        words = _("Why is version {number} of {name} brought back?").format(
            number=chosen[0].number, name=self._name
        )
        reason, given = QInputDialog.getText(self, _("Bring back a version"), words)
        if given and reason.strip():
            self.bring_back(chosen[0], reason.strip()[:LONGEST_REASON])
        elif given:
            self.notice.tell(_("Nothing was brought back: a reason is needed."))

    def bring_back(self, wanted: ThingVersion, reason: str, *, undoing: bool = False) -> None:
        """Save the thing as ``wanted`` has it, over what is shown as the newest."""
        thing, rows = self.thing, self._all()
        if thing is None or not rows:
            return
        newest, name = rows[0], self._name
        self.back.setEnabled(False)
        context = self._context
        context.asking.ask(
            bring_back(context.asked, context.viewer, thing, wanted, newest, reason),
            owner=self,
            done=lambda _done: self._brought(thing, name, wanted, None if undoing else newest),
            failed=self._fail,
        )

    def take_back(self) -> None:
        """Take back the bringing back: what stood before it stands again."""
        if self._undo is None or self._undo[0] != self.thing:
            return
        number = self._undo[1]
        wanted = next((each for each in self._all() if each.number == number), None)
        if wanted is not None:
            self._undo = None
            self.undo.hide()
            self.bring_back(wanted, _("undone"), undoing=True)

    def _build(self) -> None:
        below = QWidget()
        column = QVBoxLayout(below)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.difference, 1)
        split = QSplitter(Qt.Orientation.Vertical)
        split.setChildrenCollapsible(False)
        split.addWidget(self.table)
        split.addWidget(below)
        split.setSizes([240, 480])
        self.says.setContentsMargins(12, 8, 12, 8)
        self.body.addWidget(self.notice)
        self.body.addWidget(split, 1)
        self.body.addWidget(self.says)
        self.body.addWidget(Bar("cardfoot", 44).stretch().add(self.undo, self.back))
        self.undo.hide()

    def _all(self) -> list[ThingVersion]:
        """Return the versions, newest first, however they are sorted on the screen."""
        return sorted(self.model.rows, key=lambda each: -each.number)

    def _take(self, thing: Thing, versions: Sequence[ThingVersion]) -> None:
        if thing != self.thing:  # another one was chosen meanwhile
            return
        self.model.replace(versions)
        self.undo.setVisible(self._undo is not None and self._undo[0] == thing)
        if not self.table.chosen():
            self.table.go_to(lambda _row: True)
        self._follow()
        self.told.emit()

    def _follow(self) -> None:
        """Show what the choice means: the difference, and whether it can be brought back."""
        both, rows = self.pair(), self._all()
        if both is None or self.thing is None:
            self.difference.clear()
            self.says.setText("")
            self.back.setEnabled(False)
            return
        self.difference.show_both(self.thing, *both)
        chosen = self.table.chosen()
        why = why_not_saved(self._context.viewer, self.thing)
        if not why and len(chosen) > 1:
            why = _("Two versions are compared; choose one alone to bring it back.")
        why = why or why_not_back(self.thing, chosen[0], rows[0])
        if not why and self.thing.kind is ThingKind.PROFILE:
            self.says.setText(_("A profile serves as it was brought back after a restart."))
        else:
            self.says.setText(why)
        self.says.setVisible(bool(self.says.text()))
        self.back.setEnabled(not why)

    def _brought(
        self, thing: Thing, name: str, wanted: ThingVersion, over: ThingVersion | None
    ) -> None:
        if over is not None and not over.is_gone:
            self._undo = (thing, over.number)
        self._context.work.tell(
            _("{name} is as in version {number} again.").format(name=name, number=wanted.number)
        )
        self._context.directory.refresh()
        if thing == self.thing:  # else another one was chosen meanwhile, and stays
            self.notice.hide()
            self.table.clearSelection()
            self.show_thing(thing, name)
        self.changed.emit()

    def _fail(self, error: PlantError) -> None:
        self.notice.tell(str(error), retry=self.refresh)
        self._follow()
        self.told.emit()
