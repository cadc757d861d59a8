"""Totals as screens and commands may ask for them: the plan as kept, and its figures."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from app.errors import BadInput
from app.history.gasenergy import gas_energy
from app.history.service import HistoryService
from app.model.balance import UNKNOWN, Amount, Doubt, Found, Told, Totals, worked_out
from app.model.consumption import Consumption, Step
from app.model.counter import INDEX_ROLES
from app.model.figures import counted_in
from app.model.paths import meters_of_paths, paths_of
from app.model.point import PointSpec
from app.model.reading import PointId, split_point
from app.model.totals import Entry, Kind, Medium, TotalsPlan, is_of_plan, totals_plan
from app.model.units import converted, is_known, rounded
from app.project.changes import ChangeDesk
from app.project.config import PlantConfig
from app.project.opening import Project
from app.project.plans import KeptPlan
from app.verbs import Capability, Viewer, verb
from app.words import _

_PLACE = "totals"
_DECIMALS = 9  # of kWh and m³, to which an index in GJ is rounded once
_LONG = frozenset({Step.MONTH, Step.YEAR, Step.DECADE})  # more than a day
_KEPT = KeptPlan(
    "totals.put_plan",
    _PLACE,
    totals_plan,
    lambda config: said(config),  # noqa: PLW0108 - made below
    lambda: _("somebody else changed what counts in totals: look again"),
    is_of_plan,
)


class TotalsService:
    """Fulfils `app.totalsverbs.TotalsVerbs`; lives on the core's loop."""

    def __init__(
        self,
        project: Project,
        desk: ChangeDesk,
        history: HistoryService,
        spec_of: Callable[[PointId], PointSpec | None],
    ) -> None:
        """``spec_of`` tells what a point is; None for one that nobody knows any more."""
        self._project, self._desk = project, desk
        self._history, self._spec_of = history, spec_of

    @verb(Capability.SEE_HISTORY, whole=True)
    async def plan(self, viewer: Viewer) -> TotalsPlan:
        """Return which meter counts in which total.

        Raises:
            BadInput: What is kept of it contradicts itself.
        """
        return totals_plan(self._config.options)

    @verb(Capability.EDIT_PROJECT, whole=True)
    async def put_plan(
        self, viewer: Viewer, plan: TotalsPlan, note: str = "", base: TotalsPlan | None = None
    ) -> TotalsPlan:
        """Count by another plan from now on, in every sum of any time.

        Raises:
            BadInput: A plan that contradicts itself, or an index that is none.
            Conflict: Somebody else changed it after it was ``base``.
            StoreBroken: The databases cannot be used.
        """
        plan.require_sound()
        self._require_indexes(plan)
        await _KEPT.put(self._project, self._desk, viewer, plan, note, base)
        return totals_plan(self._config.options)

    @verb(Capability.SEE_HISTORY, whole=True, stoppable=True)
    async def told(self, viewer: Viewer, start: datetime, end: datetime, step: Step) -> Totals:
        """Return what each entry counted, what is left, and the total of each medium.

        Raises:
            BadInput: A time without zone, an end before the start, too much at once, or a
                plan that contradicts itself.
            StoreBroken: A file cannot be read.
        """
        plan = totals_plan(self._config.options)
        units = {each.id: unit for each in plan.entries if (unit := self._unit(each))}
        metered = [each for each in plan.entries if each.id in units]
        counted = await self._counted(viewer, metered, start, end, step)
        some = next(iter(counted.values()), None)
        starts, ends_at = ((), end) if some is None else (some.starts, some.ends_at)
        measured = {
            each.id: _told(each, counted[PointId(each.point)], units[each.id])
            for each in metered
        }
        found = worked_out(plan, measured, starts, ends_at)
        gas, unvalued = await self._gas(viewer, plan, metered, step, found)
        doubts = (*found.doubts, *unvalued, *self._doubts(plan, units))
        return replace(found, gas_kwh=gas, doubts=doubts)

    async def _gas(
        self,
        viewer: Viewer,
        plan: TotalsPlan,
        metered: Sequence[Entry],
        step: Step,
        found: Totals,
    ) -> tuple[Told | None, list[Found]]:
        """Return the total of gas in kWh, and the entries that no value holds for."""
        gas = [each for each in metered if each.medium is Medium.GAS]
        if not gas or not plan.gas or not found.starts:
            return None, []
        fine = Step.DAY if step in _LONG else step
        counted = await self._counted(viewer, gas, found.starts[0], found.ends_at, fine)
        edges, zone = (*found.starts, found.ends_at), self._config.timezone
        worth = {
            each.id: gas_energy(plan, each.id, counted[PointId(each.point)], edges, zone)
            for each in gas
        }
        own = replace(plan, entries=tuple(e for e in plan.entries if e.medium is Medium.GAS))
        measured = {own: told for own, (told, _unvalued) in worth.items()}
        total = worked_out(own, measured, found.starts, found.ends_at).total(Medium.GAS)
        lacking = [own for own, (_told, unvalued) in worth.items() if unvalued]
        return total, [Found(Doubt.NO_GAS_VALUE, each) for each in lacking]

    @property
    def _config(self) -> PlantConfig:
        return self._desk.present.config

    async def _counted(
        self,
        viewer: Viewer,
        entries: Sequence[Entry],
        start: datetime,
        end: datetime,
        step: Step,
    ) -> Mapping[PointId, Consumption]:
        points = list(dict.fromkeys(PointId(each.point) for each in entries))
        if not points:
            return {}
        told = await self._history.consumption(viewer, points, start, end, step)
        return {each.point: each for each in told}

    def _unit(self, entry: Entry) -> str | None:
        """Return the unit of an entry's index; None where it has none that can be told."""
        spec = self._spec_of(PointId(entry.point)) if entry.point else None
        if spec is None or spec.role not in INDEX_ROLES or not is_known(spec.unit):
            return None
        return spec.unit if _fits(spec.unit, entry.medium) else None

    def _require_indexes(self, plan: TotalsPlan) -> None:
        """Refuse an entry whose index is known to be none of its medium."""
        for each in plan.entries:
            if not each.point:
                continue
            spec = self._spec_of(PointId(each.point)) if "." in each.point else None
            known = spec is not None and spec.role in INDEX_ROLES
            if "." not in each.point or (spec is not None and not known):
                said = _("{name}: {point} is no index of a meter")
                raise BadInput(said.format(name=each.name, point=each.point))
            if spec is not None and is_known(spec.unit) and not _fits(spec.unit, each.medium):
                said = _("{name}: {point} counts in {unit}, which is another medium")
                raise BadInput(said.format(name=each.name, point=each.point, unit=spec.unit))

    def _doubts(self, plan: TotalsPlan, units: Mapping[str, str]) -> list[Found]:
        """Return which index is none any more, and which meter counts by two devices."""
        found: list[Found] = []
        first: dict[tuple[str, str], str] = {}
        meters = meters_of_paths(self._config.devices.values())
        for each in plan.entries:
            if each.kind is not Kind.METER:
                continue
            if each.id not in units:
                found.append(Found(Doubt.UNKNOWN_POINT, each.id))
            device, key = split_point(PointId(each.point))
            config = self._config.devices.get(device)
            if config is None or not each.counts:
                continue
            # A path counts what its meter counts, whatever serial numbers say.
            own = meters.get(device) or (device if paths_of(config) else config.serial)
            if not own:
                continue
            other = first.setdefault((own, key), each.id)
            if other != each.id:
                found.append(Found(Doubt.SAME_METER, each.id, other))
        return found


def said(config: PlantConfig) -> str:
    """Return a plan in a line, as the activity log keeps it."""
    try:
        plan = totals_plan(config.options)
    except BadInput as error:
        return str(error)
    gas = [
        f"gas {each.since}: {each.calorific_kwh_m3} kWh/m³ × {each.correction}"
        for each in plan.gas
    ]
    return "; ".join([*map(_said, plan.entries), *gas])


def _said(entry: Entry) -> str:
    share = f" {entry.percent} %" if entry.kind is Kind.SHARE else ""
    words = [entry.point or f"{entry.kind.value}{share}"]
    words += [f"under {entry.above}"] if entry.above else []
    words += ["outward"] if entry.outward else []
    words += [] if entry.counts else ["left out"]
    return f"{entry.id} ({entry.medium.value}): {', '.join(words)}"


def _fits(unit: str, medium: Medium) -> bool:
    try:
        converted(0, unit, medium.unit)
    except BadInput:
        return False
    return True


def _exactly(value: Decimal, unit: str, target: str) -> Decimal:
    """Return a value in the unit of its medium, rounded where it has no end there."""
    if unit == target:
        return value
    return rounded(converted(value, unit, target), _DECIMALS)


def _told(entry: Entry, counted: Consumption, unit: str) -> Told:
    """Return what an index counted, in the unit of its medium.

    What was counted up to the end of each part is rounded, not the part: hours come to the
    very figure that their month has.
    """
    target = entry.medium.unit
    flags = zip(counted.amounts, counted.complete, counted.estimated, strict=True)
    parts: list[Amount] = []
    exact = before = Decimal(0)
    for value, whole, guessed in flags:
        if value is None:
            parts.append(UNKNOWN)
            continue
        exact += value
        after = _exactly(exact, unit, target)
        parts.append(Amount(after - before, whole, guessed))
        before = after
    change, whole, guessed = counted_in(counted)
    amount = (
        UNKNOWN if change is None else Amount(_exactly(change, unit, target), whole, guessed)
    )
    return Told(entry.id, tuple(parts), amount)
