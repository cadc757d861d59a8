"""Change a setting safely: the only way from a wish to a device."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import uuid4
from zoneinfo import ZoneInfo

from app.acquisition.service import Acquisition
from app.control.clock import clock_keys, planned_writes, shift_key, wanted_shift
from app.control.deeds import deed_of, digits, refusal_of
from app.control.limits import check_limits, same
from app.control.overrides import Doors, Overrides, require_end
from app.control.rates import WriteRates
from app.errors import BadInput, DeviceRefused, NothingSent, PlantError, Unsure, WriteRefused
from app.model.control import WriteRequest, WriteResult, WriteState
from app.model.crowd import Crowd
from app.model.override import Override
from app.model.point import PointSpec
from app.model.reading import DeviceId
from app.model.rights import WRITING
from app.model.second import Danger
from app.ports import AuditTrail, Clock, Intents, OverrideBook
from app.verbs import Capability, Viewer, require, require_second, verb

INTENTS_KEPT = 1000
CUT_OFF = str(
    Unsure("Heatdesk ended while it was being written; whether it holds is not known")
)
Changes = Callable[[DeviceId], Awaitable[Mapping[str, WriteResult]]]


@dataclass(frozen=True, slots=True)
class _Wish:
    """A request with everything known of its setting."""

    request: WriteRequest
    spec: PointSpec
    place: str  # "Ahornvej 14, Room temperature, comfort"


class ControlService:
    """Permission → limits → fresh read → audit → write → read back; on the core's loop.

    One intent is one write: a double click, a retried call or a second window with
    the same intent get the first one's result, also after a restart in the middle of it.
    Nothing is ever sent twice by itself.
    """

    def __init__(
        self,
        acquisition: Acquisition,
        audit: AuditTrail,
        clock: Clock,
        past_changes: Changes,
        zone: Callable[[], ZoneInfo],
        sent: Intents,
        overrides: OverrideBook,
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        """``past_changes`` finds each setting's last write in the audit, ``zone`` the plant.

        ``sent`` knows the wishes of before a restart, too; ``seconds`` count evenly.
        """
        self._sent = sent
        self._overrides = Overrides(overrides, audit, clock, seconds)
        self._zone = zone
        self._acquisition = acquisition
        self._audit = audit
        self._clock = clock
        self._past_changes = past_changes
        self._rates, self._crowd = WriteRates(), Crowd()
        self._intents: OrderedDict[tuple[str, str], asyncio.Future[WriteResult]] = OrderedDict()
        self._doors: dict[DeviceId, asyncio.Lock] = {}
        self._lent = Doors(
            self._present,
            lambda by, request: self._through(by, request, paced=False),
            self._spec,
        )

    @verb(Capability.WRITE_PRIMARY, dangers=(Danger.OVERRIDE, Danger.BULK))
    async def write(self, viewer: Viewer, request: WriteRequest) -> WriteResult:
        """Change one setting; every outcome but a fault of ours is a result, not an error.

        What a setting's category asks for beyond the least is looked at inside, so that
        a wish beyond somebody's rights is a result in the audit.
        """
        if not request.intent:
            raise BadInput("a write needs an intent, so that a repeated one is the same wish")
        intent = (viewer.login, request.intent)  # nobody hears what became of another's wish
        known = self._intents.get(intent)
        if known is not None:
            return await asyncio.shield(known)
        # A task of its own: a window that closes or a lost channel must not leave a
        # write half done and unaudited.
        task = asyncio.ensure_future(self._through(viewer, request))
        self._intents[intent] = task
        while len(self._intents) > INTENTS_KEPT:
            self._intents.popitem(last=False)
        return await asyncio.shield(task)

    @verb(Capability.SEE_PLANT)
    async def last_changes(self, viewer: Viewer, device: DeviceId) -> Mapping[str, WriteResult]:
        """Return each setting's newest confirmed or unconfirmed write."""
        return await self._past_changes(device)

    @verb(Capability.WRITE_PRIMARY, dangers=(Danger.BULK,))
    async def set_clock(self, viewer: Viewer, device: DeviceId) -> Sequence[WriteResult]:
        """Set the device's clock to the plant's local time; one result a register written.

        Raises `WriteRefused` when it must not be set now; a register that is not
        confirmed ends the list.
        """
        config = self._acquisition.config_of(device)
        profile = self._acquisition.profile_of(device)
        if profile is not None and (key := shift_key(profile)):
            shown = await self._present(device, key)
            wanted = wanted_shift(config.name, shown, self._clock(), self._zone())
            request = WriteRequest(device, key, wanted, uuid4().hex, note="clock set")
            return [await self._through(viewer, request, paced=False)]
        if profile is None or profile.clock is None:
            raise WriteRefused(f"{config.name}: no clock of it is known")
        readings = await self._acquisition.read_now(device, clock_keys(profile.clock))
        now, zone = self._clock(), self._zone()
        results: list[WriteResult] = []
        for key, value in planned_writes(config.name, profile.clock, readings, now, zone):
            request = WriteRequest(device, key, value, uuid4().hex, note="clock set")
            # A date goes by the first of the month: one register may be written twice.
            results.append(await self._through(viewer, request, paced=False))
            if results[-1].state is not WriteState.CONFIRMED:
                break
        return results

    @verb(Capability.SEE_PLANT)
    async def overrides(self, viewer: Viewer) -> Sequence[Override]:
        """Return what was taken out of automatic and stands so, the oldest first."""
        return await self._overrides.standing()

    @verb(Capability.WRITE_PRIMARY)
    async def take_back(self, viewer: Viewer, device: DeviceId, key: str) -> WriteResult:
        """End an override now: its former value is written, unless somebody changed it."""
        name = self._acquisition.config_of(device).name
        standing = await self._overrides.of(device, key)
        if standing is None:
            raise WriteRefused(f"{name}: no override stands there")
        self.require_may(viewer, WriteRequest(device, key, standing.former, ""))
        while standing is not None:
            result = await self._overrides.take_back(standing, self._lent, viewer)
            if result is not None:
                return result
            # One whose value did not take hold is forgotten; the one before it may stand.
            before, standing = standing, await self._overrides.of(device, key)
            if standing == before:
                break
        raise WriteRefused(
            f"{name}: nothing was sent; it does not answer, or was changed meanwhile"
        )

    async def run(self) -> None:
        """Let time pass: overrides whose time is over are taken back."""
        await self._overrides.run(self._lent)

    def _spec(self, device: DeviceId, key: str) -> PointSpec | None:
        profile = self._acquisition.profile_of(device)
        return profile.points.get(key) if profile else None

    async def _through(
        self, viewer: Viewer, request: WriteRequest, *, paced: bool = True
    ) -> WriteResult:
        async with self._doors.setdefault(request.device, asyncio.Lock()):
            if known := await asyncio.to_thread(self._sent.known, viewer.login, request.intent):
                return known
            old: float | None = None
            try:
                await asyncio.to_thread(self._audit.admit)
                wish = self._understand(viewer, request, paced=paced)
                old = await self._fresh(wish)
            except PlantError as error:
                result = self._result(request, old, None, WriteState.REFUSED, str(error))
                if error.refusal:
                    viewer.grant.refused(refusal_of(viewer, request, str(error), self))
                else:
                    await self._record(viewer, request, result, "refused")
                return replace(result, by=viewer.name)
            override = await self._overrides.begin(viewer, request, wish.spec, old)
            await self._note_sending(viewer, request, old, override)
            now_s = asyncio.get_running_loop().time()
            self._crowd.note(viewer.login, request.key, request.device, now_s)
            result = await self._send(wish, old)
            await self._record(viewer, request, result, result.state.value)
            await self._overrides.take_note(override, request, wish.spec, result)
            await asyncio.to_thread(self._sent.end, viewer.login, request.intent, result)
            return replace(result, by=viewer.name)

    async def _note_sending(
        self,
        viewer: Viewer,
        request: WriteRequest,
        old: float | None,
        override: Override | None,
    ) -> None:
        """Make it known for good that a wish is being sent, before it is; else raise."""
        sent = self._result(request, old, None, WriteState.UNCONFIRMED, "")
        deed, begun = deed_of(viewer, request, sent, "sent"), False
        try:
            await asyncio.to_thread(
                self._sent.begin, viewer.login, viewer.name, viewer.workstation, request, old
            )
            begun = True
            await asyncio.to_thread(lambda: self._audit.append(**deed))
        except PlantError as error:
            refused = self._result(request, old, old, WriteState.REFUSED, str(error))
            try:
                if begun:
                    await asyncio.to_thread(
                        self._sent.end, viewer.login, request.intent, refused
                    )
            finally:
                await self._overrides.never_sent(override)
            raise

    async def own_up(self) -> None:
        """Tell in the audit of every write that the program's end cut off (at its start)."""
        cut_off = await asyncio.to_thread(self._sent.cut_off, CUT_OFF)
        for login, name, workstation, result in cut_off:
            await asyncio.to_thread(
                self._audit.keep,
                login=login,
                name=name,
                workstation=workstation,
                verb="write",
                entity=f"{result.device}.{result.key}",
                old="" if result.old is None else digits(result.old),
                new=digits(result.new),
                result=result.state.value,
                reason=CUT_OFF,
            )

    def _understand(self, viewer: Viewer, request: WriteRequest, *, paced: bool) -> _Wish:
        config = self._acquisition.config_of(request.device)
        mismatch = self._acquisition.mismatch_of(request.device)
        if mismatch:
            raise WriteRefused(f"{mismatch}; nothing is written until that is settled")
        profile = self._acquisition.profile_of(request.device)
        spec = profile.points.get(request.key) if profile else None
        standing = self._acquisition.standing_of(request.device)
        if profile is None and standing is not None and standing.last_error:
            raise NothingSent(f"{config.name}: {standing.last_error}; nothing was sent")
        if spec is None:
            raise WriteRefused(f"{config.name}: no setting {request.key!r} is known yet")
        place = f"{config.name}, {spec.name}"
        require(viewer, WRITING[spec.category], request.device)
        check_limits(place, spec, request.value)
        require_end(place, spec, request)
        self._require_second(viewer, request, spec)
        if paced:
            rate = spec.write.rate_per_hour if spec.write else None
            self._rates.check(place, asyncio.get_running_loop().time(), rate)
        return _Wish(request, spec, place)

    def require_may(self, viewer: Viewer, request: WriteRequest) -> None:
        """Raise unless this person holds what the setting's category asks for."""
        spec = self._spec(request.device, request.key)
        if spec is None:
            name = self._acquisition.config_of(request.device).name
            raise WriteRefused(f"{name}: no setting {request.key!r} is known yet")
        require(viewer, WRITING[spec.category], request.device)

    def _require_second(self, viewer: Viewer, request: WriteRequest, spec: PointSpec) -> None:
        rules, now_s = spec.write, asyncio.get_running_loop().time()
        if rules is not None and (rules.dual or rules.overrides(request.value)):
            require_second(viewer, Danger.OVERRIDE)
        if self._crowd.is_many(viewer.login, request.key, request.device, now_s):
            require_second(viewer, Danger.BULK)

    async def _fresh(self, wish: _Wish) -> float | None:
        """Read the setting now; refuse when it is no longer what the person saw."""
        request = wish.request
        if wish.spec.write is not None and wish.spec.write.momentary:
            return None
        old = await self._present(wish.request.device, wish.request.key)
        if old is None:
            raise WriteRefused(
                f"{wish.place}: its present value cannot be read; nothing was sent"
            )
        if request.expected is not None and not same(wish.spec, old, request.expected):
            raise WriteRefused(
                f"{wish.place}: it is {digits(old)} by now, "
                f"not {digits(request.expected)}; look again"
            )
        return old

    async def _send(self, wish: _Wish, old: float | None) -> WriteResult:
        request, loop = wish.request, asyncio.get_running_loop()
        self._rates.note(wish.place, loop.time())
        lost = ""
        try:
            await self._acquisition.write(request.device, request.key, request.value)
        except (DeviceRefused, NothingSent) as error:
            # Certain: the device said no, or the question never left the house.
            return self._result(request, old, old, WriteState.REFUSED, str(error))
        except PlantError as error:
            lost = str(error)
        if wish.spec.write is not None:
            await asyncio.sleep(wish.spec.write.verify_after_ms / 1000)
        return await self._verify(wish, old, lost)

    async def _verify(self, wish: _Wish, old: float | None, lost: str) -> WriteResult:
        request = wish.request
        try:
            found = await self._present(wish.request.device, wish.request.key)
        except PlantError as error:
            why = lost or str(error)
            return self._result(
                request,
                old,
                None,
                WriteState.UNCONFIRMED,
                str(Unsure(f"{why}; whether it holds is not known")),
            )
        momentary = wish.spec.write is not None and wish.spec.write.momentary
        held = found is not None and same(wish.spec, found, request.value)
        if held or (momentary and not lost):
            return self._result(request, old, found, WriteState.CONFIRMED, "")
        if found is None:
            back = Unsure("the device reads back nothing")
        else:
            back = Unsure(f"the device reads back {digits(found)}")
        why = str(Unsure(f"{lost}; {back}") if lost else back)
        return self._result(request, old, found, WriteState.UNCONFIRMED, why)

    async def _present(self, device: DeviceId, key: str) -> float | None:
        for reading in await self._acquisition.read_now(device, [key]):
            if reading.point.endswith(f".{key}") and isinstance(reading.value, float | int):
                return float(reading.value)
        return None

    def _result(
        self,
        request: WriteRequest,
        old: float | None,
        read_back: float | None,
        state: WriteState,
        reason: str,
    ) -> WriteResult:
        return WriteResult(
            request.device,
            request.key,
            old,
            request.value,
            read_back,
            state,
            reason,
            self._clock(),
        )

    async def _record(
        self, viewer: Viewer, request: WriteRequest, result: WriteResult, outcome: str
    ) -> None:
        """Write down how it ended; that happened, so it is kept until it can be written."""
        deed = deed_of(viewer, request, result, outcome)
        await asyncio.to_thread(lambda: self._audit.keep(**deed))
