"""Before anything was asked for: the way to the meters whose heat can be cut off."""

from collections.abc import Iterable
from functools import partial

from PyQt6.QtWidgets import QMenu, QWidget

from app.asked import DeviceView
from app.words import _
from widgets.controls.card import EmptyState
from widgets.controls.plain import literal
from widgets.metersetup.options import has_valve
from widgets.pagetype import PageContext, Show

_MOST = 25  # meters in a menu; of more one is sought in the list of meters


class NothingYet(EmptyState):
    """Says where requests come from, and leads to the setting that makes them."""

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__(
            _(
                "Nobody has asked to disconnect or to reconnect heat yet. The setting Heat "
                "supply of a meter with a valve does that; every request is listed here."
            ),
            action=_("Choose a meter…"),
            pressed=self._lead,
            parent=parent,
        )
        self._context = context

    def menu(self) -> QMenu | None:
        """Return the meters with a valve to choose from; None where there is no choice."""
        found = with_valve(self._context.directory.views)
        if not 1 < len(found) <= _MOST:
            return None
        menu = QMenu(self)
        for view in found:
            menu.addAction(literal(view.config.name), partial(self._open, view))
        return menu

    def _lead(self) -> None:
        found = with_valve(self._context.directory.views)
        menu = self.menu()
        if menu is not None:
            menu.exec(self.mapToGlobal(self.rect().center()))
            menu.deleteLater()
        elif len(found) == 1:
            self._open(found[0])
        else:
            self._context.show(Show("meters"))

    def _open(self, view: DeviceView) -> None:
        self._context.show(Show("device", view.config.id, part="settings"))


def with_valve(views: Iterable[DeviceView]) -> list[DeviceView]:
    """Return the meters for which the commands of a valve are set, by name."""
    found = [view for view in views if has_valve(view.config)]
    return sorted(found, key=lambda each: each.config.name.casefold())
