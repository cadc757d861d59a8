"""What was taken out of automatic goes back in time: once, and only if nobody changed it."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from app.control.limits import same
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
    """Those that stand, and their ends; on the core's loop."""

    def __init__(self, book: OverrideBook, audit: AuditTrail, clock: Clock) -> None:
        self._book, self._audit, self._clock = book, audit, clock
        self._standing: dict[str, Override] = {}
        self._again: dict[str, datetime] = {}  # not before then, after a failure
        self._known = False

    async def standing(self) -> Sequence[Override]:
        """Return those that stand, the oldest first."""
        if not self._known:
            found = await asyncio.to_thread(self._book.standing)
            self._standing = {each.id: each for each in found}
            self._known = True
        return tuple(self._standing.values())

    async def of(self, device: DeviceId, key: str) -> Override | None:
        """Return the override of a setting; None while it is in automatic."""
        found = (e for e in await self.standing() if (e.device, e.key) == (device, key))
        return next(found, None)

    async def begin(
        self, viewer: Viewer, request: WriteRequest, spec: PointSpec, old: float | None
    ) -> Override | None:
        """Note an override before it is sent, so that no power cut makes it endless."""
        if spec.write is None or not spec.write.overrides(request.value):
            return None
        before, now = await self.of(request.device, request.key), self._clock()
        held = before is not None and old is not None and same(spec, before.value, old)
        former = before.former if before is not None and held else old
        if former is None:
            return None
        lasts = request.lasts_min
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
        if before is not None:
            self._standing.pop(before.id, None)
        self._standing[made.id] = made
        return made

    async def take_note(
        self, made: Override | None, request: WriteRequest, spec: PointSpec, result: WriteResult
    ) -> None:
        """Hear how a write ended: a refused one was no override; one to automatic ends it."""
        if made is not None:
            if result.state is WriteState.REFUSED:
                await self._forget(made, "refused")
            return
        standing = await self.of(request.device, request.key)
        ended = result.state is WriteState.CONFIRMED and spec.write is not None
        if standing is not None and ended:
            await self._forget(standing, "set to automatic")

    async def run(self, doors: Doors) -> None:
        """Let time pass: those whose time is over are taken back."""
        while True:
            now = self._clock()
            for each in await self.standing():
                over = each.until is not None and now >= each.until
                if over and now >= self._again.get(each.id, now):
                    await self.take_back(each, doors, automatic(each))
            await asyncio.sleep(LOOK_S)

    async def take_back(self, each: Override, doors: Doors, by: Viewer) -> WriteResult | None:
        """Write the former value back, once; None when that could not be tried yet."""
        spec = doors.spec_of(each.device, each.key)
        try:
            found = await doors.read(each.device, each.key) if spec is not None else None
        except PlantError:
            found = None
        if spec is None or found is None:
            self._again[each.id] = self._clock() + timedelta(seconds=NO_ANSWER_S)
            return None
        if not same(spec, found, each.value):
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
            self._again[each.id] = self._clock() + timedelta(seconds=REFUSED_S)
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
        self._again.pop(each.id, None)
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
