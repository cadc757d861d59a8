"""What the person at this screen prefers, at hand without waiting for the core."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TypeAlias

from PyQt6.QtCore import QObject, pyqtSignal

from app.asked import Asked, Preset
from app.errors import Conflict, PlantError
from app.verbs import Viewer
from app.words import _
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
    conflicted = pyqtSignal(object, str)  # the preset that was not kept, and who was quicker
    overruled = pyqtSignal(object)  # the preset as somebody else saved it: one's own gives way

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
        self._seen: dict[str, Preset] = {}  # what the next keeping is made from
        self._under_way: Counter[str] = Counter()  # keepings not answered yet
        self._held: dict[str, Preset] = {}  # one's own, until somebody chose between two

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
            name.strip(),
            self._viewer.login,
            shared,
            json.dumps(content, ensure_ascii=False),
        )
        self._keep(made)

    def share_preset(self, preset: Preset, *, shared: bool) -> None:
        """Let others see one of one's own presets, or no longer."""
        self._keep(replace(preset, shared=shared))

    def settle(self, own: Preset, theirs: Preset | None, *, mine: bool) -> None:
        """Somebody chose between their own preset and ``theirs`` (None: it was removed)."""
        held = self._held.pop(own.id, own)
        if theirs is None:
            self._seen.pop(own.id, None)
        else:
            self._seen[own.id] = theirs
        if mine:
            self._keep(held)
            return
        if theirs is not None:
            self.overruled.emit(theirs)
        self.refresh(own.kind)

    def remove_preset(self, preset: Preset) -> None:
        """Remove one of one's own presets."""
        self._asking.ask(
            self._asked.desk.remove_preset(self._viewer, preset.id),
            owner=self,
            done=lambda _gone: self.refresh(preset.kind),
            failed=self._fail,
        )

    def _keep(self, made: Preset) -> None:
        """Keep a preset unless somebody else saved it since it was seen."""
        if made.id in self._held:
            self._held[made.id] = made
            self.conflicted.emit(made, _("Somebody else saved it; choose first."))
            return
        base = self._seen.get(made.id)
        if made.id:
            self._seen[made.id] = made
            self._under_way[made.id] += 1
        self._asking.ask(
            self._asked.desk.keep_preset(self._viewer, made, base),
            owner=self,
            done=lambda kept: self._kept(made, kept),
            failed=lambda error: self._not_kept(made, error),
        )

    def _kept(self, made: Preset, kept: Preset) -> None:
        self._answered(made)
        if not made.id:
            self._seen[kept.id] = kept
        self.refresh(kept.kind)

    def _not_kept(self, made: Preset, error: PlantError) -> None:
        self._answered(made)
        if isinstance(error, Conflict):
            self._held[made.id] = made
            self.conflicted.emit(made, str(error))
            return
        self._seen.pop(made.id, None)
        self._fail(error)
        self.refresh(made.kind)

    def _answered(self, made: Preset) -> None:
        if made.id:
            self._under_way[made.id] -= 1

    def _hear(self, kind: str, found: Sequence[Preset]) -> None:
        for each in found:
            if not self._under_way[each.id] and each.id not in self._held:
                self._seen[each.id] = each
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
