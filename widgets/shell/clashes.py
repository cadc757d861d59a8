"""Asks what becomes of a preset that somebody else saved first, wherever it was saved from."""

from PyQt6.QtCore import QObject
from PyQt6.QtWidgets import QWidget

from app.asked import Preset
from app.model.version import Thing, ThingKind, ThingVersion
from app.project.thingcontent import content_of_preset, preset_from
from widgets.pagetype import PageContext
from widgets.versions.conflict import ConflictDialog


class Clashes(QObject):
    """One question a preset; the newest of one's own is what would be saved (GUI thread)."""

    def __init__(self, context: PageContext, over: QWidget) -> None:
        super().__init__(over)
        self._context, self._over = context, over
        self.open: dict[str, ConflictDialog] = {}
        context.desk.conflicted.connect(self._ask)

    def _ask(self, own: Preset, says: str) -> None:
        if own.id in self.open:
            return
        thing = Thing(ThingKind.PRESET, own.id)
        dialog = ConflictDialog(self._context, thing, says, content_of_preset(own), self._over)
        self.open[own.id] = dialog
        dialog.finished.connect(lambda _how: self.open.pop(own.id, None))
        dialog.mine.connect(lambda newest: self._settle(own, newest, mine=True))
        dialog.theirs.connect(lambda newest: self._settle(own, newest, mine=False))
        dialog.open()

    def _settle(self, own: Preset, newest: ThingVersion, *, mine: bool) -> None:
        theirs = None if newest.is_gone else preset_from(newest.content, own.id)
        self._context.desk.settle(own, theirs, mine=mine)
