"""What may be asked of how long samples are kept, a part of `app.asked`."""

from typing import Protocol

from app.model.retention import KeepRules, Room, Thinning
from app.verbs import Viewer


class RetentionVerbs(Protocol):
    """How long which samples are kept, what room they take, and what goes next."""

    async def rules(self, viewer: Viewer) -> KeepRules:
        """Return how long each kind of samples is kept."""
        ...

    async def put_rules(
        self, viewer: Viewer, rules: KeepRules, note: str = "", base: KeepRules | None = None
    ) -> KeepRules:
        """Keep samples by other rules from now on; `Conflict` when not as ``base`` now."""
        ...

    async def preview(self, viewer: Viewer, rules: KeepRules) -> Thinning:
        """Return what these rules would throw away now; nothing is changed."""
        ...

    async def run_now(self, viewer: Viewer) -> Thinning:
        """Throw away what the rules say, without waiting for the night."""
        ...

    async def room(self, viewer: Viewer) -> Room:
        """Return what each kind of data takes, and when the disk will be full."""
        ...
