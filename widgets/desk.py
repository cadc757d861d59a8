"""What the person at this screen prefers, at hand without waiting for the core."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TypeAlias

from PyQt6.QtCore import QObject, pyqtSignal

from app.asked import Asked, Preset
from app.errors import PlantError
from app.verbs import Viewer
from widgets.asking import Asking

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"
Memory: TypeAlias = dict[str, Json]


class Desk(QObject):
    """One person's preferences and presets (GUI thread).

    Preferences are told at the start, before the first page is built; what is kept
    later is known at once here and brought to the project aside.
    """

    failed = pyqtSignal(str)
    presets_changed = pyqtSignal(str)  # kind

    def __init__(
        self,
        asked: Asked,
        viewer: Viewer,
        asking: Asking,
        known: Mapping[str, str],
        parent: QObject | None = None,
    ) -> None:
        """``known`` are the preferences as `DeskVerbs.preferences` answered them."""
        super().__init__(parent)
        self._asked, self._viewer, self._asking = asked, viewer, asking
        self._known = dict(known)
        self._presets: dict[str, Sequence[Preset]] = {}

    def value(self, key: str, default: Json = None) -> Json:
        """Return a preference; ``default`` when there is none, or none that can be read."""
        try:
            found: Json = json.loads(self._known[key])
        except (KeyError, ValueError):
            return default
        return found

    def keep(self, key: str, value: Json) -> None:
        """Keep a preference; None takes it away."""
        text = "" if value is None else json.dumps(value, ensure_ascii=False)
        if self._known.get(key, "") == text:
            return
        if text:
            self._known[key] = text
        else:
            self._known.pop(key, None)
        self._asking.ask(
            self._asked.desk.keep_preference(self._viewer, key, text),
            owner=self,
            done=lambda _done: None,
            failed=self._fail,
        )

    def presets(self, kind: str) -> Sequence[Preset]:
        """Return the presets of a kind as last heard; `presets_changed` tells of news."""
        if kind not in self._presets:
            self._presets[kind] = ()
            self.refresh(kind)
        return self._presets[kind]

    def refresh(self, kind: str) -> None:
        """Ask for the presets of a kind again: others may have shared some."""
        self._asking.ask(
            self._asked.desk.presets(self._viewer, kind),
            owner=self,
            done=lambda found: self._hear(kind, found),
            failed=self._fail,
        )

    def keep_preset(
        self, kind: str, name: str, content: Json, *, shared: bool, preset: str = ""
    ) -> None:
        """Add a preset, or change the one with the id ``preset``."""
        made = Preset(
            preset,
            kind,
            name,
            self._viewer.login,
            shared,
            json.dumps(content, ensure_ascii=False),
        )
        self._asking.ask(
            self._asked.desk.keep_preset(self._viewer, made),
            owner=self,
            done=lambda _kept: self.refresh(kind),
            failed=self._fail,
        )

    def share_preset(self, preset: Preset, *, shared: bool) -> None:
        """Let others see one of one's own presets, or no longer."""
        self._asking.ask(
            self._asked.desk.keep_preset(self._viewer, replace(preset, shared=shared)),
            owner=self,
            done=lambda _kept: self.refresh(preset.kind),
            failed=self._fail,
        )

    def remove_preset(self, preset: Preset) -> None:
        """Remove one of one's own presets."""
        self._asking.ask(
            self._asked.desk.remove_preset(self._viewer, preset.id),
            owner=self,
            done=lambda _gone: self.refresh(preset.kind),
            failed=self._fail,
        )

    def _hear(self, kind: str, found: Sequence[Preset]) -> None:
        self._presets[kind] = tuple(found)
        self.presets_changed.emit(kind)

    def _fail(self, error: PlantError) -> None:
        self.failed.emit(str(error))


def content_of(preset: Preset) -> Json:
    """Return what a preset holds; None when nobody can read it any more."""
    try:
        found: Json = json.loads(preset.content)
    except ValueError:
        return None
    return found
