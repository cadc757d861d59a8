"""Compares and merges for the welcome page, each with a project of its own hands."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.compose.handover.importing import importing
from app.compose.handover.package import Step
from app.errors import Conflict
from app.model.handover import Choice, Difference, Imported, MergeOrder
from app.users.keyplaces import Keys
from app.words import _


@dataclass(frozen=True, slots=True)
class Merger:
    """Blocks for as long as it takes; any thread."""

    keys: Keys | None = None  # None: this machine's own places

    def compare(self, order: MergeOrder, step: Step) -> Sequence[Difference]:
        """Return what differs; nothing is changed. Raises what `importing` raises."""
        keys, person = self._keys(), (order.login, order.password)
        with importing(
            order.root, order.package, order.passphrase, person, keys, step=step
        ) as found:
            return found.differences

    def merge(
        self,
        order: MergeOrder,
        seen: Sequence[Difference],
        choices: Mapping[str, Choice],
        step: Step,
    ) -> Imported:
        """Merge what was compared; `Conflict` when something else differs by now."""
        keys, person = self._keys(), (order.login, order.password)
        with importing(order.root, order.package, order.passphrase, person, keys) as found:
            if tuple(seen) != found.differences:
                raise Conflict(_("the project was changed meanwhile: compare again"))
            return found.apply(choices, keys, step)

    def _keys(self) -> Keys:
        return self.keys or Keys.of_this_machine()
