"""Two pairs of eyes: a wish waits until another person confirms it, and is done once."""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

from app.asked import Asked
from app.channel.wire import the_wire
from app.control.service import ControlService
from app.elapsed import Elapsed
from app.errors import BadInput, NotPermitted, PlantError, missing
from app.model.control import WriteRequest
from app.model.rights import Capability, Grant, Locked
from app.model.second import OVER, PairRequest, SecondRules, Wish, WishEnd, WishState
from app.ports import AuditTrail, Clock, Deed
from app.second.calls import Act, told_short, understood, without_secrets
from app.users.accounts import Accounts, normal_login
from app.users.door import Door
from app.verbs import Viewer, verb
from app.words import _

MOST_WISHES = 2_000  # of one request: a setting at every device of a large plant
MOST_WAITING = 20  # requests of one person
KEPT = timedelta(hours=1)  # those that are over
LOOK_S = 1.0
Report = Callable[[Exception, str], object]


@dataclass(slots=True, eq=False)
class _Request:
    """A request with all that nobody is told of it."""

    told: PairRequest
    acts: tuple[Act, ...] = field(repr=False)
    asker: Viewer
    since: Elapsed
    wait_s: float  # nobody confirmed it by then: it is over, whatever the clock was set to
    over: Elapsed | None = None  # since when it is
    seconds: str = ""  # the login of who confirmed

    @property
    def waits(self) -> bool:
        """Whether nobody has confirmed, withdrawn or declined it, and its time is not over."""
        return self.told.state is WishState.WAITING


class PairService:
    """Fulfils `app.asked.PairVerbs`; on the core's loop.

    Requests live in this process alone, for passwords may be among their arguments: with
    the core's end they are over, and nothing of them was done.
    """

    def __init__(
        self,
        asked: Callable[[], Asked],
        control: ControlService,
        accounts: Accounts,
        door: Door,
        audit: AuditTrail,
        rules: Callable[[], SecondRules],
        clock: Clock,
        aside: Callable[..., Any],
        report: Report,
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        """``aside`` does in the project's worker thread what blocks.

        ``seconds`` counts evenly: a clock that is set back keeps no request alive.
        """
        self._asked, self._control = asked, control
        self._accounts, self._door, self._audit = accounts, door, audit
        self._rules, self._clock, self._aside, self._report = rules, clock, aside, report
        self._seconds = seconds
        self._wire = the_wire()
        self._requests: dict[str, _Request] = {}
        self._running: set[asyncio.Future[Any]] = set()

    @verb(Capability.KEEP_OWN)
    async def ask(self, viewer: Viewer, wishes: Sequence[Wish], reason: str) -> PairRequest:
        """Ask for a second person; nothing is done until one confirms."""
        if not reason.strip():
            raise BadInput(_("a second person wants to know why: give a reason"))
        if not 0 < len(wishes) <= MOST_WISHES:
            raise BadInput(_("a request holds 1 to {count} wishes").format(count=MOST_WISHES))
        acts = tuple(understood(self._asked(), wish, self._wire) for wish in wishes)
        for act in acts:
            await self._require(viewer, act)
        self._look()
        own = [each for each in self._open() if each.told.login == viewer.login]
        if len(own) >= MOST_WAITING:
            raise BadInput(_("too many of your requests wait already: take some back"))
        wait = (await self._aside(self._rules)).wait_min
        now = self._clock()
        told = PairRequest(
            uuid4().hex,
            [without_secrets(act.wish) for act in acts],
            reason.strip(),
            viewer.login,
            viewer.name,
            viewer.workstation,
            now,
            now + timedelta(minutes=wait),
            WishState.WAITING,
        )
        await self._write(viewer, "pairs.ask", told, "asked")
        since = Elapsed(self._clock, self._seconds)
        self._requests[told.id] = _Request(told, acts, viewer, since, wait * 60.0)
        return told

    @verb(Capability.KEEP_OWN)
    async def waiting(self, viewer: Viewer) -> Sequence[PairRequest]:
        """Return one's own requests and those one may confirm, the newest first."""
        self._look()
        found = [await self._seen(viewer, each) for each in tuple(self._requests.values())]
        return sorted(filter(None, found), key=lambda each: each.asked_at, reverse=True)

    @verb(Capability.KEEP_OWN)
    async def confirm(
        self, viewer: Viewer, request: str, login: str, password: str
    ) -> PairRequest:
        """Let it be done: by one's own login and password, or at the desk of who asked."""
        held = await self._found(viewer, request)
        if not held.waits:
            return held.told  # pressed twice, or somebody was quicker
        second = await self._proved(viewer, held, login, password)
        self._look()
        for act in held.acts:
            await self._require(second, act)
        if held.told.state in (*OVER, WishState.RUNNING):  # meanwhile
            return held.told
        held.told = replace(held.told, state=WishState.RUNNING, second=second.name)
        held.seconds = second.login
        try:
            await self._write(second, "pairs.confirm", held.told, "confirmed")
        except PlantError:
            held.told = replace(held.told, state=WishState.WAITING, second="")
            raise
        # A task of its own: a window that closes must not leave it half done.
        self._hold(asyncio.ensure_future(self._carry_out(held)))
        return held.told

    @verb(Capability.KEEP_OWN)
    async def withdraw(self, viewer: Viewer, request: str) -> PairRequest:
        """Take back one's own request, or decline another's."""
        held = await self._found(viewer, request)
        if not held.waits:
            return held.told
        own = viewer.login == held.told.login
        held.told = replace(
            held.told, state=WishState.WITHDRAWN, second="" if own else viewer.name
        )
        word = "withdrawn" if own else "declined"
        await asyncio.shield(self._keep(viewer, "pairs.withdraw", held.told, word))
        return held.told

    async def run(self) -> None:
        """Let time pass: what nobody confirmed in time is over."""
        while True:
            self._look()
            await asyncio.sleep(LOOK_S)

    async def _proved(
        self, viewer: Viewer, held: _Request, login: str, password: str
    ) -> Viewer:
        """Return the second person, who proved it by a password; a PIN never does."""
        known = normal_login(login)
        if known == held.told.login:
            raise NotPermitted(_("the second person must be another one than who asks"))
        if known == viewer.login:
            await self._aside(lambda: self._door.confirm(viewer, password))
            return viewer
        if viewer.login != held.told.login:
            raise NotPermitted(_("confirm it as yourself, or at the desk of who asks"))
        if viewer.grant.locked is Locked.DESK:
            raise NotPermitted(_("the desk is locked: unlock it first"))
        source = viewer.workstation
        second: Viewer = await self._aside(lambda: self._door.vouch(known, password, source))
        second.grant.on_phone = viewer.grant.on_phone  # it is the same desk
        return second

    async def _require(self, viewer: Viewer, act: Act) -> None:
        """Raise unless somebody may do this, were it not for the second person."""
        await act.require(viewer)
        for argument in act.arguments.values():
            if isinstance(argument, WriteRequest):
                self._control.require_may(viewer, argument)

    async def _seen(self, viewer: Viewer, held: _Request) -> PairRequest | None:
        if viewer.login == held.told.login:
            return held.told
        try:
            for act in held.acts:
                await self._require(viewer, act)
        except PlantError:
            return None
        return replace(held.told, mine_to_confirm=held.waits)

    async def _found(self, viewer: Viewer, request: str) -> _Request:
        self._look()
        held = self._requests.get(request)
        if held is None:
            raise missing("request", request)
        if viewer.login == held.told.login:
            return held
        for act in held.acts:
            await self._require(viewer, act)
        return held

    async def _carry_out(self, held: _Request) -> None:
        """Do one wish after the other as the two of them, with the rights of this moment."""
        told = held.told
        rights = await self._aside(lambda: self._accounts.rights(told.login))
        both = Viewer(
            told.login,
            f"{told.name} + {told.second}",
            told.workstation,
            Grant(rights),
            held.seconds,
        )
        ends: list[WishEnd] = []
        for act in held.acts:
            (got,) = await asyncio.gather(
                act.carry_out(both, self._wire, told.reason), return_exceptions=True
            )
            ends.append(self._end(act, got))
            held.told = replace(held.told, ends=tuple(ends))
        held.told = replace(held.told, state=WishState.DONE, until=self._clock() + KEPT)

    def _end(self, act: Act, got: str | BaseException) -> WishEnd:
        if isinstance(got, str):
            return WishEnd(got)
        if isinstance(got, PlantError):
            return WishEnd("", str(got))
        if isinstance(got, Exception):
            place = self._report(got, f"with a second person: {act.wish.call}")
            return WishEnd("", f"a fault of Heatdesk itself; see {place}")
        raise got

    def _open(self) -> list[_Request]:
        return [each for each in self._requests.values() if each.waits]

    def _look(self) -> None:
        """End what nobody confirmed in time, and forget what has long been over."""
        for held in self._open():
            if held.since.gone_s() >= held.wait_s:
                held.told = replace(held.told, state=WishState.EXPIRED)
                self._keep(held.asker, "pairs.expire", held.told, "expired")
        for held in tuple(self._requests.values()):
            if held.told.state in OVER and held.over is None:
                held.over = Elapsed(self._clock, self._seconds)
            if held.over is not None and held.over.gone_s() >= KEPT.total_seconds():
                del self._requests[held.told.id]

    async def _write(
        self,
        viewer: Viewer,
        name: str,
        told: PairRequest,
        result: str,
        *,
        happened: bool = False,
    ) -> None:
        deed = _deed(viewer, name, told, result)
        if happened:
            await self._aside(lambda: self._audit.keep(**deed))
            return

        def work() -> None:
            self._audit.admit()
            self._audit.append(**deed)

        await self._aside(work)

    def _keep(
        self, viewer: Viewer, name: str, told: PairRequest, result: str
    ) -> asyncio.Future[Any]:
        """Write down what happened already, as soon as it can be."""
        deed = _deed(viewer, name, told, result)
        writing: asyncio.Future[Any] = asyncio.ensure_future(
            self._aside(lambda: self._audit.keep(**deed))
        )
        self._hold(writing)
        return writing

    def _hold(self, task: asyncio.Future[Any]) -> None:
        self._running.add(task)
        task.add_done_callback(self._running.discard)


def _deed(viewer: Viewer, name: str, told: PairRequest, result: str) -> Deed:
    first, more = told.wishes[0], len(told.wishes) - 1
    return Deed(
        login=viewer.login,
        name=viewer.name,
        workstation=viewer.workstation,
        verb=name,
        entity=f"request of {told.name}",
        new=told_short(first) + (f"; {more} more" if more else ""),
        result=result,
        reason=told.reason,
    )
