"""Plans that lie among the options of the project: changed by whoever looked at them last."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Generic, Protocol, TypeVar

from app.asked import Version
from app.errors import Conflict
from app.model.device import Option
from app.project.changes import ChangeDesk
from app.project.config import Mutate, PlantConfig
from app.project.configuration import Saved, Witness
from app.project.opening import Project
from app.verbs import Viewer

Options = Mapping[str, Option]


class Plan(Protocol):
    """What is kept as options of the project."""

    def options(self) -> Options: ...


_Plan = TypeVar("_Plan", bound=Plan)


@dataclass(frozen=True, slots=True)
class KeptPlan(Generic[_Plan]):
    """One plan of a project: how it is read, told, and put in the place of another."""

    verb: str  # "retention.put_rules"
    place: str  # what the activity log calls it
    of: Callable[[Options], _Plan]
    told: Callable[[PlantConfig], str]  # for the activity log
    taken: Callable[[], str]  # the sentence for who wanted to change another plan
    is_of_plan: Callable[[str], bool] = lambda _option: False  # which options it alone has

    def changed_to(self, plan: _Plan, base: _Plan | None) -> Mutate:
        """Return what puts a plan in its place, unless another than ``base`` is there."""

        def mutate(config: PlantConfig) -> PlantConfig:
            if base is not None and self.of(config.options) != base:
                raise Conflict(self.taken())
            others = {
                name: value
                for name, value in config.options.items()
                if not self.is_of_plan(name)
            }
            return replace(config, options={**others, **plan.options()})

        return mutate

    async def put(
        self,
        project: Project,
        desk: ChangeDesk,
        viewer: Viewer,
        plan: _Plan,
        note: str,
        base: _Plan | None,
    ) -> None:
        """Save a plan, told before and after in the activity log.

        Raises:
            Conflict: Somebody else changed it after it was ``base``.
            StoreBroken: The databases cannot be used.
        """

        def witness(version: Version, old: PlantConfig, new: PlantConfig) -> None:
            number = f"version {version.number}"
            what = {"old": self.told(old), "new": self.told(new), "result": number}
            desk.audit(viewer, self.verb, self.place, reason=note, **what)

        def work(_witness: Witness) -> Saved:
            mutate = self.changed_to(plan, base)
            return project.configuration.change(viewer.name, note, mutate, witness=witness)

        await desk.save(viewer, self.verb.rpartition(".")[2], self.place, work, note)
