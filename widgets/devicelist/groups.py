"""Groups of devices people made: by name, one's own and those colleagues share."""

from collections.abc import Mapping, Sequence

from PyQt6.QtWidgets import QInputDialog, QWidget

from app.asked import Preset
from app.words import _
from widgets.controls.presetmenu import LONGEST_NAME
from widgets.desk import Desk, Json, content_of

KIND = "device-group"


class DeviceGroups:
    """The groups as last heard (GUI thread); kept as presets that everybody sees."""

    def __init__(self, desk: Desk, login: str) -> None:
        self._desk, self._login = desk, login

    def by_id(self) -> Mapping[str, tuple[str, frozenset[str]]]:
        """Return name and devices of every group."""
        return {
            preset.id: (preset.name, members(preset)) for preset in self._desk.presets(KIND)
        }

    def own_names(self) -> list[str]:
        """Return the names of the groups one may add to."""
        return [
            preset.name for preset in self._desk.presets(KIND) if preset.owner == self._login
        ]

    def add(self, name: str, devices: Sequence[str]) -> None:
        """Add devices to one's own group of that name, or make it."""
        name = name.strip()[:LONGEST_NAME]
        if not name:
            return
        own = (each for each in self._desk.presets(KIND) if each.owner == self._login)
        before = next((each for each in own if each.name == name), None)
        kept = members(before) if before is not None else frozenset()
        content: Json = {"devices": [*sorted(kept | set(devices))]}
        number = before.id if before is not None else ""
        self._desk.keep_preset(KIND, name, content, shared=True, preset=number)

    def ask_name(self, parent: QWidget) -> str:
        """Let a group be chosen or named; "" when nobody did."""
        name, given = QInputDialog.getItem(
            parent,
            _("Add to group"),
            _("Group (choose one or type a new name)"),
            self.own_names(),
        )
        return name.strip() if given else ""


def members(preset: Preset) -> frozenset[str]:
    """Return the ids of a group's devices, as far as they can be read."""
    content = content_of(preset)
    devices = content.get("devices") if isinstance(content, dict) else None
    return frozenset(
        each for each in (devices if isinstance(devices, list) else []) if isinstance(each, str)
    )
