"""A desk service in memory: preferences and presets of whoever asks."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace

from app.asked import Preset
from app.errors import BadInput, Conflict, NotPermitted
from app.verbs import Viewer

PASSWORD = "warm water runs uphill"


class FakeDesk:
    """Keeps what it is given; the password of everybody is `PASSWORD`."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], str] = {}
        self.all_presets: dict[str, Preset] = {}
        self.asked_passwords: list[str] = []

    async def preferences(self, viewer: Viewer) -> Mapping[str, str]:
        return {
            key: value for (login, key), value in self.kept.items() if login == viewer.login
        }

    async def keep_preference(self, viewer: Viewer, key: str, value: str) -> None:
        if value:
            json.loads(value)
            self.kept[viewer.login, key] = value
        else:
            self.kept.pop((viewer.login, key), None)

    async def presets(self, viewer: Viewer, kind: str) -> Sequence[Preset]:
        return [
            each
            for each in self.all_presets.values()
            if each.kind == kind and (each.shared or each.owner == viewer.login)
        ]

    async def keep_preset(
        self, viewer: Viewer, preset: Preset, base: Preset | None = None, note: str = ""
    ) -> Preset:
        if base is not None and self.all_presets.get(base.id) not in (base, preset):
            raise Conflict(f"B. Vagt changed “{base.name}” meanwhile")
        if not preset.name.strip():
            raise BadInput("a preset needs a name of 1 to 200 characters")
        number = preset.id or f"preset-{len(self.all_presets) + 1}"
        kept = replace(preset, id=number, owner=viewer.login)
        self.all_presets[number] = kept
        return kept

    async def remove_preset(self, viewer: Viewer, preset: str) -> None:
        self.all_presets.pop(preset, None)

    async def confirm_password(self, viewer: Viewer, password: str) -> None:
        self.asked_passwords.append(password)
        if password != PASSWORD:
            raise NotPermitted("the password is wrong")
