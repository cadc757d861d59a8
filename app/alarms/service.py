"""Keep every alarm's standing up to date with the plant."""

import asyncio
import logging
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from app.alarms.judge import Memory, acknowledged, judged, remember, waited
from app.alarms.patient import PatientJournal
from app.alarms.ruletype import ByReading, ByStanding, ByTrouble, RuleType
from app.errors import BadInput
from app.model.alarm import Alarm, AlarmRecord, AlarmRule, AlarmState
from app.model.device import DeviceStanding
from app.model.reading import DeviceId, PointId, Reading
from app.model.typed import require_keepable
from app.pointtable import Watchers
from app.ports import AlarmJournal, AuditTrail, Clock
from app.verbs import Capability, Viewer, verb

WAIT_EVERY_S = 1.0  # how finely delays are timed
Alarms = Callable[[Sequence[Alarm]], None]
_log = logging.getLogger(__name__)


class AlarmService:
    """Judges readings and standings by the rules and journals what changed; core's loop."""

    def __init__(
        self,
        kinds: Iterable[RuleType],
        journal: AlarmJournal,
        audit: AuditTrail,
        clock: Clock,
    ) -> None:
        self._kinds = {kind.kind: kind for kind in kinds}
        self.journal = PatientJournal(journal)
        self._audit = audit
        self._clock = clock
        self._memories: dict[str, Memory] = {}
        self._by_point: dict[PointId, list[tuple[str, ByReading]]] = {}
        self._by_device: dict[DeviceId, list[tuple[str, ByStanding]]] = {}
        self._by_trouble: list[tuple[str, ByTrouble]] = []
        self._waiting: set[str] = set()
        self._watchers: Watchers[Sequence[Alarm]] = Watchers(_log_error)

    def apply(self, rules: Collection[AlarmRule]) -> None:
        """Judge by these rules from now on; alarms that stand go on standing."""
        stood = {alarm.rule.id: alarm for alarm in self.journal.standing()}
        stood |= {rule_id: memory.alarm for rule_id, memory in self._memories.items()}
        self._memories, self._by_point, self._by_device = {}, {}, {}
        self._by_trouble = []
        for rule in rules:
            if rule.enabled:
                self._take(rule, stood.get(rule.id))
        self._waiting &= set(self._memories)
        self._watchers.tell([])

    def on_readings(self, readings: Sequence[Reading]) -> None:
        """Judge a batch (the point table calls this)."""
        by_point, changed = self._by_point, []
        for reading in readings:
            rules = by_point.get(reading.point)
            if rules is None:
                continue
            for rule_id, judge in rules:
                memory = self._memories[rule_id]
                holds = judge(memory.alarm.rule, reading, memory.held)
                if holds is None:
                    continue
                value = reading.value if isinstance(reading.value, int | float) else None
                changed += self._after(rule_id, judged(memory, holds, self._clock(), value))
        self._tell(changed)

    def on_standings(self, standings: Sequence[DeviceStanding]) -> None:
        """Judge how devices are doing (acquisition calls this)."""
        changed = []
        for standing in standings:
            for rule_id, judge in self._by_device.get(standing.device, ()):
                memory = self._memories[rule_id]
                holds = judge(memory.alarm.rule, standing, memory.held)
                if holds is not None:
                    changed += self._after(rule_id, judged(memory, holds, standing.since, None))
        self._tell(changed)

    def on_troubles(
        self, troubles: Collection[str], unsure: Collection[str] = frozenset()
    ) -> None:
        """Judge what the core says of itself: the names of what troubles it now.

        Rules of what is ``unsure``, and no trouble, stay as they were.
        """
        changed, now = list[Alarm](), self._clock()
        for rule_id, judge in self._by_trouble:
            if rule_id in unsure and rule_id not in troubles:
                continue
            memory = self._memories[rule_id]
            holds = judge(memory.alarm.rule, troubles, memory.held)
            if holds is not None:
                changed += self._after(rule_id, judged(memory, holds, now, None))
        self._tell(changed)

    @property
    def troubles(self) -> Sequence[str]:
        """What an operator must know of the alarm journal; nothing while all is well."""
        return self.journal.troubles

    async def run(self) -> None:
        """Let delays run out, for as long as the core lives."""
        while True:
            await asyncio.sleep(WAIT_EVERY_S)
            self.journal.catch_up()
            self.on_time(self._clock())

    def on_time(self, now: datetime) -> None:
        """Raise and resolve what only waited for its delay."""
        changed = []
        for rule_id in tuple(self._waiting):
            changed += self._after(rule_id, waited(self._memories[rule_id], now))
        self._tell(changed)

    def watch(self, watcher: Alarms) -> Callable[[], None]:
        """Hear of changed alarms; an empty batch means: look at them all again."""
        return self._watchers.add(watcher)

    @verb(Capability.SEE_ALARMS)
    async def standing(self, viewer: Viewer) -> Sequence[Alarm]:
        """Return every alarm not normal: by priority, then newest first."""
        alarms = [m.alarm for m in self._memories.values()]
        raised = [alarm for alarm in alarms if alarm.state is not AlarmState.NORMAL]
        return sorted(raised, key=lambda a: (a.rule.priority, -a.since.timestamp()))

    @verb(Capability.SEE_ALARMS)
    async def history(
        self, viewer: Viewer, limit: int, before_seq: int | None = None
    ) -> Sequence[AlarmRecord]:
        """Return journal lines of the viewer's devices, newest first, at most ``limit``."""
        found: list[AlarmRecord] = []
        while len(found) < limit:
            page = await asyncio.to_thread(self.journal.history, limit, before_seq)
            found += [each for each in page if viewer.sees(each.alarm.rule.device)]
            if len(page) < limit:
                break
            before_seq = page[-1].seq
        return found[:limit]

    @verb(Capability.SEE_ALARMS)
    async def rules(self, viewer: Viewer) -> Sequence[AlarmRule]:
        """Return the rules in force."""
        return [memory.alarm.rule for memory in self._memories.values()]

    def rules_of(self, point: PointId) -> Sequence[tuple[AlarmRule, ByReading]]:
        """Return the rules in force that readings of a point are judged by; core's loop."""
        found = self._by_point.get(point, ())
        return [(self._memories[rule_id].alarm.rule, judge) for rule_id, judge in found]

    async def devices_of(self, kind: str, named: object) -> Collection[DeviceId] | None:
        """Return which device an alarm rule is about, for `app.verbs`; None when unknown."""
        memory = self._memories.get(str(named))
        return None if memory is None else (memory.alarm.rule.device,)

    @verb(Capability.ACKNOWLEDGE, of={"rules": "alarm rule"})
    async def acknowledge(
        self, viewer: Viewer, rules: Sequence[str], note: str = ""
    ) -> Sequence[Alarm]:
        """Note that a person has seen these alarms; returns those that changed.

        Raises:
            BadInput: No such rule, or a note with signs that no database keeps.
        """
        require_keepable(note)
        unknown = [rule for rule in rules if rule not in self._memories]
        if unknown:
            raise BadInput(f"there is no alarm rule {unknown[0]!r}")
        changed = []
        for rule_id in rules:
            memory = self._memories[rule_id]
            after = acknowledged(memory, viewer.name, note, self._clock())
            if after is not memory:
                await self._record(viewer, memory.alarm, after.alarm, note)
                memory = self._memories[rule_id]  # the plant went on while we wrote
                after = acknowledged(memory, viewer.name, note, self._clock())
                changed += self._after(rule_id, after)
        self._tell(changed)
        return changed

    def _take(self, rule: AlarmRule, stood: Alarm | None) -> None:
        kind = self._kinds.get(rule.kind)
        if kind is None:  # of a newer program, or a plug-in that was taken out
            _log.error("alarm rule %s left out: there is no kind %r", rule.id, rule.kind)
            return
        alarm = Alarm(rule, AlarmState.NORMAL, since=self._clock())
        if stood is not None:
            alarm = replace(stood, rule=rule)
        self._memories[rule.id] = remember(alarm)
        if kind.by_reading is not None and rule.point is not None:
            self._by_point.setdefault(rule.point, []).append((rule.id, kind.by_reading))
        if kind.by_standing is not None:
            self._by_device.setdefault(rule.device, []).append((rule.id, kind.by_standing))
        if kind.by_trouble is not None:
            self._by_trouble.append((rule.id, kind.by_trouble))

    def _after(self, rule_id: str, after: Memory) -> list[Alarm]:
        before = self._memories[rule_id]
        if after is before:
            return []
        self._memories[rule_id] = after
        (self._waiting.add if after.waiting else self._waiting.discard)(rule_id)
        if after.alarm is before.alarm:
            return []
        self.journal.append(after.alarm, self._clock())
        return [after.alarm]

    def _tell(self, changed: Sequence[Alarm]) -> None:
        if changed:
            self._watchers.tell(changed)

    async def _record(self, viewer: Viewer, before: Alarm, after: Alarm, note: str) -> None:
        await asyncio.to_thread(
            self._audit.keep,
            login=viewer.login,
            name=viewer.name,
            workstation=viewer.workstation,
            verb="acknowledge",
            entity=f"alarm {before.rule.id}",
            old=before.state.value,
            new=after.state.value,
            result="done",
            reason=note,
        )


def _log_error(error: Exception) -> None:
    _log.error("a watcher of the alarms failed", exc_info=error)
