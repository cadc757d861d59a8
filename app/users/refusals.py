"""Who asks for what they may not do stands in the activity log, and cannot flood it.

Of each person at each workstation the first refusal of every verb is written at once;
what comes again is counted, and written as one entry a verb when ten minutes are over.
Of more than a handful of verbs only all together are told, so that however much
somebody tries, the log grows by about twenty entries in ten minutes.
"""

import asyncio
import logging
from collections.abc import Mapping
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial

from app.errors import StoreBroken
from app.model.hardening import said
from app.model.refusal import Refusal
from app.ports import Clock
from app.users.auditguard import GuardedAudit
from app.users.auditroom import Level

WINDOW = timedelta(minutes=10)
MOST_VERBS = 10  # of a person, told one by one in a window
LOOK_S = 5.0
REFUSED = "refused"
OTHERS_VERB = "session.refused"  # of the verbs that are told together
ONCE_MORE = said("asked for once more, and refused: {reason}")
OFTEN = said("asked for {count} more times within {minutes} minutes, and refused: {reason}")
OTHERS = said("{count} other questions within {minutes} minutes were refused: {reason}")
_log = logging.getLogger(__name__)
_Who = tuple[str, str]  # login, workstation


@dataclass(slots=True)
class _Counted:
    """What came again: how often, and what it was the last time."""

    last: Refusal
    times: int = 0


@dataclass(slots=True)
class _Window:
    """What one person was refused within some minutes."""

    begun: datetime
    verbs: dict[str, _Counted] = field(default_factory=dict)
    others: _Counted | None = None


class Refusals:
    """Hears of every refused verb; on the core's loop, its writing aside."""

    def __init__(
        self,
        audit: GuardedAudit,
        worker: Executor,
        now: Clock,
        names: Mapping[type, str],
    ) -> None:
        """``names`` says how a service is called where people ask for it: "people"."""
        self._audit, self._worker, self._now = audit, worker, now
        self._names = names
        self._windows: dict[_Who, _Window] = {}
        self._writing: set[asyncio.Future[bool]] = set()

    def note(self, refusal: Refusal) -> None:
        """Take in one refusal: write it down soon, or count it; quick, never raises."""
        who = (refusal.login, refusal.workstation)
        window = self._windows.setdefault(who, _Window(self._now()))
        verb = self._verb(refusal)
        known = window.verbs.get(verb)
        if known is not None:
            known.last, known.times = refusal, known.times + 1
        elif len(window.verbs) < MOST_VERBS:
            window.verbs[verb] = _Counted(refusal)
            self._write(refusal, verb, refusal.reason, 1)
        else:
            window.others = window.others or _Counted(refusal)
            window.others.last, window.others.times = refusal, window.others.times + 1

    async def run(self) -> None:
        """Let time pass: what was counted is written when its minutes are over."""
        while True:
            self.look()
            await asyncio.sleep(LOOK_S)

    def look(self) -> None:
        """Write what was counted of everybody whose minutes are over.

        While the log's storage has no room it stays counted: this may wait, what people
        really did may not.
        """
        if self._audit.standing.level is Level.STOPPED:
            return
        now = self._now()
        for who, window in tuple(self._windows.items()):
            if not abs(now - window.begun) < WINDOW:  # a clock may be put back
                self._close(who, window)

    async def stop(self) -> None:
        """Write all that was counted, and wait until it is written."""
        for who, window in tuple(self._windows.items()):
            self._close(who, window)
        await asyncio.gather(*self._writing, return_exceptions=True)

    def _close(self, who: _Who, window: _Window) -> None:
        del self._windows[who]
        for verb, counted in window.verbs.items():
            if counted.times:
                words = ONCE_MORE if counted.times == 1 else OFTEN
                self._write(counted.last, verb, _told(words, counted), counted.times)
        others = window.others
        if others is not None:
            self._write(others.last, OTHERS_VERB, _told(OTHERS, others), others.times)

    def _write(self, refusal: Refusal, verb: str, reason: str, times: int) -> None:
        work = partial(self._written, replace(refusal, reason=reason), verb)
        writing = asyncio.get_running_loop().run_in_executor(self._worker, work)
        self._writing.add(writing)
        writing.add_done_callback(partial(self._done, refusal, verb, times))

    def _done(
        self, refusal: Refusal, verb: str, times: int, writing: asyncio.Future[bool]
    ) -> None:
        """Count again what could not be written."""
        self._writing.discard(writing)
        if writing.cancelled() or writing.exception() is not None or writing.result():
            return
        who = (refusal.login, refusal.workstation)
        window = self._windows.setdefault(who, _Window(self._now()))
        counted = window.verbs.setdefault(verb, _Counted(refusal))
        counted.times += times

    def _written(self, refusal: Refusal, verb: str) -> bool:
        if self._audit.standing.level is Level.STOPPED:
            return False
        try:
            self._audit.append(
                login=refusal.login,
                name=refusal.name,
                workstation=refusal.workstation,
                verb=verb,
                entity=refusal.entity or "project",
                old=refusal.old,
                new=refusal.new,
                result=REFUSED,
                reason=refusal.reason,
            )
        except StoreBroken as error:
            _log.warning("a refusal waits to be written: %s", error)
            return False
        return True

    def _verb(self, refusal: Refusal) -> str:
        if refusal.called:
            return refusal.called
        service = type(refusal.service)
        return f"{self._names.get(service, service.__name__)}.{refusal.verb}"


def _told(words: str, counted: _Counted) -> str:
    minutes = round(WINDOW / timedelta(minutes=1))
    return words.format(count=counted.times, minutes=minutes, reason=counted.last.reason)
