"""How long samples are kept, as screens and commands may ask for it; and the nightly run."""

import asyncio
import logging
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from threading import Event
from typing import TypeVar

from app.errors import PlantError
from app.history.history import History
from app.history.retention.job import Known, Retention, kind_of
from app.history.retention.room import Beside, room_of
from app.model.point import PointSpec
from app.model.profile import Profile
from app.model.reading import DeviceId, PointId, split_point
from app.model.retention import DataKind, KeepRules, Room, Stage, Thinning, keep_rules
from app.ports import Clock, StatementBook
from app.project.changes import ChangeDesk
from app.project.opening import Project
from app.project.plans import KeptPlan
from app.verbs import Capability, Viewer, verb
from app.words import _

LOOK_S = 3600.0  # how often it is looked whether anything is due
_PLACE = "retention"
_T = TypeVar("_T")
_log = logging.getLogger(__name__)
_KEPT = KeptPlan(
    "retention.put_rules",
    _PLACE,
    keep_rules,
    lambda config: told(keep_rules(config.options)),
    lambda: _("somebody else changed how long samples are kept: look again"),
)


class Plant:
    """What a run must know of points: taken on the core's loop, used in a thread."""

    def __init__(self, project: Project, profiles: Mapping[DeviceId, Profile | None]) -> None:
        self._project, self._profiles = project, profiles
        self._moves: dict[str, list[datetime]] | None = None

    @property
    def statements(self) -> StatementBook:
        """What people stated about indexes."""
        return self._project.statements

    def spec_of(self, point: PointId) -> PointSpec | None:
        """Return what a point is; None for one that no profile knows any more."""
        device, key = split_point(point)
        profile = self._profiles.get(device)
        return None if profile is None else profile.points.get(key)

    def moves(self, points: Collection[PointId]) -> Mapping[PointId, Sequence[datetime]]:
        """Return when tenants moved in and out where the points were counted."""
        if self._moves is None:
            self._moves = {}
            for customer in self._project.customers.all():
                for each in customer.meters:
                    ends = [at for at in (each.since, each.until) if at is not None]
                    self._moves.setdefault(each.meter, []).extend(ends)
        known = self._moves
        found = {point: known.get(split_point(point)[0], []) for point in points}
        return {point: at for point, at in found.items() if at}


class RetentionService:
    """`RetentionVerbs` over a history; works in a thread of its own."""

    def __init__(
        self,
        project: Project,
        desk: ChangeDesk,
        history: History,
        profile_of: Callable[[DeviceId], Profile | None],
        now: Clock,
        free: Callable[[], int | None],
        beside: Callable[[], Beside] = Beside,
    ) -> None:
        """``free`` tells how many bytes of the disk may be filled; None: nobody knows.

        ``beside`` tells what else grows there; it blocks.
        """
        self._project, self._desk, self._history = project, desk, history
        self._profile_of, self._now, self._free = profile_of, now, free
        self._beside = beside
        self._worker = ThreadPoolExecutor(1, "retention")
        self._closing = Event()
        self._at_work = asyncio.Lock()

    @verb(Capability.SEE_HISTORY, whole=True)
    async def rules(self, viewer: Viewer) -> KeepRules:
        """Return how long each kind of samples is kept."""
        return self._rules()

    @verb(Capability.EDIT_PROJECT, whole=True)
    async def put_rules(
        self, viewer: Viewer, rules: KeepRules, note: str = "", base: KeepRules | None = None
    ) -> KeepRules:
        """Keep samples by other rules from now on.

        What was thrown away stays away; what would go by these, `preview` tells.

        Raises:
            BadInput: Rules that contradict themselves.
            Conflict: Somebody else changed them after they were ``base``.
            StoreBroken: The databases cannot be used.
        """
        rules.require_sound()
        before = self._rules()
        if rules == before:
            return before
        await _KEPT.put(self._project, self._desk, viewer, rules, note, base)
        return self._rules()

    @verb(Capability.SEE_HISTORY, whole=True)
    async def preview(self, viewer: Viewer, rules: KeepRules) -> Thinning:
        """Return what these rules would throw away now; nothing is changed.

        Cancelling the call gives it up.

        Raises:
            BadInput: Rules that contradict themselves.
            StoreBroken: A file cannot be read.
        """
        rules.require_sound()
        retention, now = self._retention(), self._now()
        return await self._work(lambda going: retention.preview(rules, now, going))

    @verb(Capability.EDIT_PROJECT, whole=True)
    async def run_now(self, viewer: Viewer) -> Thinning:
        """Throw away what the rules say, without waiting for the night.

        Cancelling the call gives it up: what is done is done, the rest goes another time.

        Raises:
            StoreBroken: A file cannot be read or written.
        """
        said = told(self._rules())
        await self._desk.deed(
            lambda: self._desk.audit(
                viewer, "retention.run_now", _PLACE, new=said, result="asked"
            )
        )
        return await self._run()

    @verb(Capability.SEE_HISTORY, whole=True)
    async def room(self, viewer: Viewer) -> Room:
        """Return what each kind of data takes, and when the disk will be full.

        Raises:
            StoreBroken: A file cannot be read.
        """
        plant, rules, now = self._plant(), self._rules(), self._now()

        def kind(point: PointId) -> DataKind:
            return kind_of(plant.spec_of(point))

        return await self._work(
            lambda _going: room_of(
                self._history, kind, rules, self._free(), now, self._beside()
            )
        )

    async def run(self) -> None:
        """Thin out whatever is due, now and then, for as long as the core lives."""
        while True:
            await asyncio.sleep(LOOK_S)
            try:
                done = await self._run()
            except PlantError as error:
                _log.warning("old samples are not thinned out: %s", error)
                continue
            if done.gone:
                _log.info("%d old samples were thinned out", done.gone)

    def close(self) -> None:
        """End after the step at hand; blocks for a moment."""
        self._closing.set()
        self._worker.shutdown(cancel_futures=True)

    async def _run(self) -> Thinning:
        async with self._at_work:
            retention, rules, now = self._retention(), self._rules(), self._now()
            return await self._work(lambda going: retention.run(rules, now, going))

    def _rules(self) -> KeepRules:
        return keep_rules(self._desk.present.config.options)

    def _plant(self) -> Plant:
        devices = self._desk.present.config.devices
        return Plant(self._project, {each: self._profile_of(each) for each in devices})

    def _retention(self) -> Retention:
        known: Known = self._plant()
        return Retention(self._history, known)

    async def _work(self, work: Callable[[Callable[[], bool]], _T]) -> _T:
        """Work in the thread; one that is given up ends after the step at hand."""
        given_up = Event()

        def going() -> bool:
            return not given_up.is_set() and not self._closing.is_set()

        loop = asyncio.get_running_loop()
        try:
            return await loop.run_in_executor(self._worker, lambda: work(going))
        finally:
            given_up.set()


def told(rules: KeepRules) -> str:
    """Return rules in a line, as the activity log keeps them."""
    return "; ".join(f"{kind.value}: {_told(rules, kind)}" for kind in DataKind)


def _told(rules: KeepRules, kind: DataKind) -> str:
    rule = rules.of[kind]
    if rule.stage(1 << 30) is Stage.ALL:
        return "all for ever"
    said = f"all {rule.all_months} months"
    if not rule.daily_years:
        return f"{said}, then daily"
    return f"{said}, daily to {rule.daily_years} years, then {rule.then.value}"
