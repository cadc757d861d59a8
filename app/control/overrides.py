"""What was taken out of automatic goes back in time: once, and only if nobody changed it."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import uuid4

from app.control.limits import same
from app.elapsed import Elapsed
from app.errors import PlantError, WriteRefused
from app.model.control import WriteRequest, WriteResult, WriteState
from app.model.override import MOST_MIN, Override
from app.model.point import PointSpec
from app.model.reading import DeviceId
from app.model.rights import Grant, every_right
from app.ports import AuditTrail, Clock, OverrideBook
from app.verbs import Viewer

LOOK_S = 1.0
NO_ANSWER_S = 3.0  # until a device that did not answer is asked again
REFUSED_S = 60.0  # until a write that was refused is tried again: each try is in the audit
HEATDESK = "Heatdesk"

Read = Callable[[DeviceId, str], Awaitable[float | None]]
Write = Callable[[Viewer, WriteRequest], Awaitable[WriteResult]]
SpecOf = Callable[[DeviceId, str], PointSpec | None]


@dataclass(frozen=True, slots=True)
class Doors:
    """What the door for writing lends: how a setting is read, written and known."""

    read: Read
    write: Write
    spec_of: SpecOf


class Overrides:
    """Those that stand, and their ends; on the core's loop.

    Of one setting several may stand: until it is sure that a new value took hold, the one
    before goes back in its time. A clock that is set back makes no override longer.
    """

    def __init__(
        self,
        book: OverrideBook,
        audit: AuditTrail,
        clock: Clock,
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        """``seconds`` counts evenly, whatever the clock is set to."""
        self._book, self._audit, self._clock = book, audit, clock
        self._seconds = seconds
        self._standing: dict[str, Override] = {}
        self._lasts: dict[str, tuple[Elapsed, float]] = {}  # seconds, of those with an end
        self._again_s: dict[str, float] = {}  # not before then, after a failure
        self._going: dict[str, asyncio.Future[WriteResult | None]] = {}  # being taken back
        self._known = False

    async def standing(self) -> Sequence[Override]:
        """Return those that stand, the oldest first; of a setting the one made last."""
        last = {(each.device, each.key): each for each in await self._all()}
        return tuple(sorted(last.values(), key=lambda each: each.since))

    async def of(self, device: DeviceId, key: str) -> Override | None:
        """Return the override of a setting made last; None while it is in automatic."""
        found = await self._of(device, key)
        return found[-1] if found else None

    async def begin(
        self, viewer: Viewer, request: WriteRequest, spec: PointSpec, old: float | None
    ) -> Override | None:
        """Note an override before it is sent, so that no power cut makes it endless."""
        if spec.write is None or not spec.write.overrides(request.value):
            return None
        if old is None:
            return None
        before, now = await self._of(request.device, request.key), self._clock()
        held = [each.former for each in before if same(spec, each.value, old)]
        former, lasts = held[-1] if held else old, request.lasts_min
        if held and same(spec, former, request.value):
            return None  # it goes back to what it was, that was not automatic either
        made = Override(
            uuid4().hex,
            request.device,
            request.key,
            former,
            request.value,
            viewer.login,
            viewer.name,
            viewer.workstation,
            request.note,
            now,
            None if lasts is None else now + timedelta(minutes=lasts),
        )
        await asyncio.to_thread(self._book.begin, made)
        self._stand(made)
        return made

    async def take_note(
        self, made: Override | None, request: WriteRequest, spec: PointSpec, result: WriteResult
    ) -> None:
        """Hear how a write ended: only one that surely holds ends what stood before it."""
        if result.state is WriteState.REFUSED:
            await self.never_sent(made)
        elif result.state is WriteState.CONFIRMED and spec.write is not None:
            how = "set to automatic" if made is None else "another value"
            for each in await self._of(request.device, request.key):
                if each != made:
                    await self._forget(each, how)

    async def never_sent(self, made: Override | None) -> None:
        """Forget one whose value surely did not reach the device."""
        if made is not None:
            await self._forget(made, "refused")

    async def _all(self) -> Sequence[Override]:
        if not self._known:
            for each in await asyncio.to_thread(self._book.standing):
                self._stand(each)
            self._known = True
        return tuple(self._standing.values())

    async def _of(self, device: DeviceId, key: str) -> Sequence[Override]:
        """Return those of one setting, the oldest first."""
        return [each for each in await self._all() if (each.device, each.key) == (device, key)]

    def _stand(self, each: Override) -> None:
        self._standing[each.id] = each
        if each.until is not None:
            # A clock that was set back while nothing ran: at most as long as was agreed.
            left = min(each.until - self._clock(), each.until - each.since)
            since = Elapsed(self._clock, self._seconds)
            self._lasts[each.id] = since, left.total_seconds()

    def _is_over(self, each: Override) -> bool:
        if each.id not in self._lasts:
            return False
        since, lasts_s = self._lasts[each.id]
        return since.gone_s() >= lasts_s

    async def run(self, doors: Doors) -> None:
        """Let time pass: those whose time is over are taken back."""
        while True:
            now_s = self._seconds()
            for each in await self._all():
                if self._is_over(each) and now_s >= self._again_s.get(each.id, now_s):
                    await self.take_back(each, doors, automatic(each))
            await asyncio.sleep(LOOK_S)

    async def take_back(self, each: Override, doors: Doors, by: Viewer) -> WriteResult | None:
        """Write the former value back, once; None when that could not be tried yet.

        Whoever asks while it is under way gets what comes of that.
        """
        going = self._going.get(each.id)
        if going is None:
            # A task of its own: a window that closes must not leave it half done.
            going = asyncio.ensure_future(self._back(each, doors, by))
            self._going[each.id] = going
            going.add_done_callback(lambda _done: self._going.pop(each.id, None))
        return await asyncio.shield(going)

    async def _back(self, each: Override, doors: Doors, by: Viewer) -> WriteResult | None:
        spec = doors.spec_of(each.device, each.key)
        try:
            found = await doors.read(each.device, each.key) if spec is not None else None
        except PlantError:
            found = None
        if spec is None or found is None:
            self._again_s[each.id] = self._seconds() + NO_ANSWER_S
            return None
        if not same(spec, found, each.value):
            others = [e for e in await self._of(each.device, each.key) if e != each]
            if any(same(spec, found, other.value) for other in others):
                await self._forget(each, "did not hold")  # the other does, and has its own end
                return None
            why = f"it is {found:.10g} by now, not {each.value:.10g}; it stays so"
            await self._note(by, each, "changed meanwhile", why)
            await self._forget(each, "changed meanwhile")
            return None
        request = WriteRequest(
            each.device,
            each.key,
            each.former,
            f"override-{each.id}",
            expected=each.value,
            note="override over" if by.login == HEATDESK else "override taken back",
            lasts_min=None,
        )
        result = await doors.write(by, request)
        if result.state is WriteState.REFUSED:
            self._again_s[each.id] = self._seconds() + REFUSED_S
        else:
            await self._forget(each, result.state.value)
        return result

    async def _note(self, by: Viewer, each: Override, result: str, why: str) -> None:
        def work() -> None:
            self._audit.keep(
                login=by.login,
                name=by.name,
                workstation=by.workstation,
                verb="override.end",
                entity=f"{each.device}.{each.key}",
                old=f"{each.value:.10g}",
                new=f"{each.former:.10g}",
                result=result,
                reason=why,
            )

        await asyncio.to_thread(work)

    async def _forget(self, each: Override, how: str) -> None:
        self._standing.pop(each.id, None)
        self._lasts.pop(each.id, None)
        self._again_s.pop(each.id, None)
        await asyncio.to_thread(self._book.end, each.id, how, self._clock())


def automatic(each: Override) -> Viewer:
    """Return Heatdesk itself, which does in the name of who began it what was agreed then."""
    name = f"{HEATDESK} ({each.name})"
    return Viewer(HEATDESK, name, each.workstation, Grant(every_right()), second=each.login)


def require_end(place: str, spec: PointSpec, request: WriteRequest) -> None:
    """Raise `WriteRefused` for an override without an end that makes sense."""
    if spec.write is None or not spec.write.overrides(request.value):
        return
    if request.lasts_min is None:
        if not request.note.strip():
            raise WriteRefused(f"{place}: an override without an end needs a reason")
    elif not 0 < request.lasts_min <= MOST_MIN:
        raise WriteRefused(f"{place}: an override lasts 1 to {MOST_MIN} minutes")
