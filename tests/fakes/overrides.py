"""Overrides kept in memory, as a project keeps them over a restart."""

from collections.abc import Sequence
from datetime import datetime

from app.model.override import Override


class FakeOverrides:
    """An `app.ports.OverrideBook`; hand the same one to two cores for a restart."""

    def __init__(self) -> None:
        self.open: dict[str, Override] = {}
        self.ended: list[tuple[Override, str]] = []

    def standing(self) -> Sequence[Override]:
        return list(self.open.values())

    def begin(self, made: Override) -> None:
        self.open[made.id] = made

    def end(self, override: str, how: str, at: datetime) -> None:
        if override in self.open:
            self.ended.append((self.open.pop(override), how))
