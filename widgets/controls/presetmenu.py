"""The button that keeps a selection by name and brings it back: one's own and shared ones."""

from collections.abc import Callable
from functools import partial

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QInputDialog, QMenu, QPushButton, QWidget

from app.asked import Preset
from app.verbs import Capability
from app.words import _
from widgets.controls.plain import literal
from widgets.desk import Json, content_of
from widgets.icons import icon
from widgets.pagetype import PageContext, Show

LONGEST_NAME = 200


class PresetMenu(QPushButton):
    """Keeps what ``memory`` returns; hands what was kept to ``take``.

    ``picked`` tells that another preset is shown.
    """

    picked = pyqtSignal()

    def __init__(
        self,
        context: PageContext,
        kind: str,
        memory: Callable[[], Json],
        take: Callable[[Json], None],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(literal(_("Presets…")), parent)
        self._context, self._kind = context, kind
        self._memory, self._take = memory, take
        self.current: Preset | None = None
        self.setIcon(icon("preset", context.look, "text", "text"))
        self.setAutoDefault(False)
        self.setAccessibleName(_("Presets"))
        self.clicked.connect(lambda _checked=False: self._open())
        context.desk.presets(kind)  # asked for now, there when the menu opens

    def menu_now(self) -> QMenu:
        """Return the menu as it is at this moment."""
        menu = QMenu(self)
        desk, mine = self._context.desk, self._context.viewer.login
        for preset in desk.presets(self._kind):
            name = preset.name
            if preset.owner != mine:
                name = _("{name} (by {owner})").format(name=name, owner=preset.owner)
            menu.addAction(literal(name), partial(self.show_preset, preset))
        if menu.isEmpty():
            nothing = menu.addAction(_("Nothing is kept yet"))
            if nothing is not None:
                nothing.setEnabled(False)
        menu.addSeparator()
        menu.addAction(_("Keep as…"), self._ask_name)
        now = self.current
        if now is not None and now.owner == mine:
            keep = _("Keep in “{name}”").format(name=now.name)
            menu.addAction(literal(keep), partial(self._keep, now.name, now))
            share = _("No longer share “{name}”") if now.shared else _("Share “{name}”")
            menu.addAction(literal(share.format(name=now.name)), partial(self._share, now))
            past = menu.addAction(literal(_("Versions of “{name}”").format(name=now.name)))
            if past is not None:
                way = Show("versions", part=f"preset/{now.id}")
                past.setEnabled(self._context.viewer.may(Capability.EDIT_DEVICES))
                past.triggered.connect(lambda _on=False: self._context.show(way))
            drop = _("Remove “{name}”").format(name=now.name)
            menu.addAction(literal(drop), partial(self._remove, now))
        return menu

    def show_preset(self, preset: Preset) -> None:
        """Bring back what was kept; one nobody can read any more is said to be so."""
        content = content_of(preset)
        if content is None:
            says = _("The preset “{name}” cannot be read.").format(name=preset.name)
            self._context.work.tell(says)
            return
        self.current = preset
        self.setText(literal(preset.name))
        self._take(content)
        self.picked.emit()

    def keep(self, name: str) -> None:
        """Keep the present selection under a name."""
        self._keep(name.strip()[:LONGEST_NAME], None)

    def _open(self) -> None:
        menu = self.menu_now()
        menu.exec(self.mapToGlobal(self.rect().bottomLeft()))
        menu.deleteLater()

    def _ask_name(self) -> None:
        name, given = QInputDialog.getText(self, _("Keep as a preset"), _("Name"))
        if given and name.strip():
            self.keep(name)

    def _keep(self, name: str, preset: Preset | None) -> None:
        self._context.desk.keep_preset(
            self._kind,
            name,
            self._memory(),
            shared=preset is not None and preset.shared,
            preset=preset.id if preset is not None else "",
        )
        self.setText(literal(name))

    def _share(self, preset: Preset) -> None:
        self._context.desk.share_preset(preset, shared=not preset.shared)
        self.current = None

    def _remove(self, preset: Preset) -> None:
        self._context.desk.remove_preset(preset)
        self.current = None
        self.setText(literal(_("Presets…")))
