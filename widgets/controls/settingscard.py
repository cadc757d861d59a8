"""The card with the table of settings: search, which of them, when they were read."""

from collections.abc import Callable, Sequence

from PyQt6.QtWidgets import QWidget

from app.model.point import PointSpec
from app.words import _
from widgets.controls.card import Bar, Card, Elided, Search, Segments
from widgets.controls.notice import Busy, Notice
from widgets.controls.plain import button, label
from widgets.controls.settingeditor import SettingsTable
from widgets.models.settings import SettingRow, SettingsModel, setting_rows
from widgets.theme import Look

ALL, DIFFERENT, STAGED = range(3)


class SettingsCard(Card):
    """Chooses which settings the table shows."""

    def __init__(
        self,
        model: SettingsModel,
        specs: Sequence[PointSpec],
        look: Look,
        read: Callable[[], object],
        *,
        editable: bool,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent=parent)
        self.model, self._specs = model, list(specs)
        self._view = ALL
        self.table = SettingsTable(model, look)
        self.search = Search(_("Find setting or ID"), look)
        self.search.textChanged.connect(lambda _text: self.show_rows())
        self.read_at = Elided("", "quiet")
        self.busy = Busy()
        self.again = button(_("Read again"), read, role="head")
        self.compare = button(_("Compare…"), _nothing, role="head")
        self.copy = button(_("Copy to…"), _nothing, role="head")
        words = (_("All"), _("Changed from default"), _("Staged"))
        self.segments = Segments(words, _("Which settings"))
        self.segments.chosen.connect(self._choose)
        tools = Bar("toolbar", 48).add(self.search, self.read_at, self.again, self.busy)
        tools.stretch().add(self.compare, self.copy, self.segments)
        self.copy.setVisible(editable)
        self.notice = Notice(look)
        self.body.addWidget(tools)
        self.body.addWidget(self.notice)
        if not editable:
            bar = Bar("cardhead", 32)
            bar.add(label(_("You may see the settings, not change them."), "quiet")).stretch()
            self.body.addWidget(bar)
        self.body.addWidget(self.table, 1)
        self.show_rows()

    def show_rows(self) -> None:
        """Show the settings wanted now."""
        words = self.search.text().casefold().split()
        wanted = [spec for spec in self._specs if self._wanted(spec, words)]
        self.model.replace(setting_rows(wanted))

    def staged(self) -> None:
        """Follow a change of what is staged."""
        count = len(self.model.staging)
        self.segments.rename(STAGED, _("Staged {count}").format(count=count))
        if self._view == STAGED:
            self.show_rows()
        self.table.touch_visible()

    def go_to(self, key: str) -> None:
        """Choose a setting, whatever was searched for or left out before."""
        if self.search.show_all_unless(lambda: self.table.go_to(lambda row: row.key == key)):
            return
        self.segments.choose(ALL)
        self.table.go_to(lambda row: row.key == key)

    def go_to_group(self, group: SettingRow) -> None:
        """Bring a group's first setting to the top."""
        for at, row in enumerate(self.model.rows):
            if row.spec is None and row.key == group.key:
                head = self.model.index(at, 0)
                if at + 1 < self.model.rowCount():
                    self.table.setCurrentIndex(self.model.index(at + 1, 0))
                self.table.scrollTo(head, SettingsTable.ScrollHint.PositionAtTop)

    def _choose(self, view: int) -> None:
        self._view = view
        self.show_rows()

    def _wanted(self, spec: PointSpec, words: Sequence[str]) -> bool:
        if self._view == STAGED and self.model.staging.get(spec.key) is None:
            return False
        reading = self.model.reading(spec.key)
        value = None if reading is None else reading.value
        if self._view == DIFFERENT and (spec.default is None or value in (None, spec.default)):
            return False
        text = f"{spec.name}\n{spec.number or ''}\n{spec.group}".casefold()
        return all(word in text for word in words)


def _nothing() -> None:
    """Leave what is pressed to whoever listens."""
