"""How a device is doing, judged from its answers alone: on, late, offline, fault."""

from dataclasses import dataclass, field
from datetime import datetime

from app.acquisition.logbook import Logbook
from app.model.device import DeviceStanding, Presence
from app.model.profile import Profile
from app.model.reading import DeviceId

STALE_AFTER_CYCLES = 2.0  # one meaning everywhere: older than two cycles is late
_SMOOTHING = 0.2  # weight of the newest answer in the latency shown


def cycle_s(profile: Profile) -> float:
    """Return the device's shortest poll period in s; 10 s where the profile polls nothing."""
    return min((period for period in profile.poll_groups.values() if period > 0), default=10.0)


@dataclass(slots=True)
class PresenceKeeper:
    """Remembers one device's answers and failures and tells its presence.

    Times called ``*_s`` are the event loop's own clock, so a stepped wall clock
    never makes a device late; the standing carries wall-clock times for people.
    """

    device: DeviceId
    cycle_s: float
    offline_after_cycles: int
    since: datetime
    started_s: float
    presence: Presence = Presence.LATE
    answered_s: float | None = None
    lost_s: float | None = None
    last_answer_at: datetime | None = None
    latency_ms: float | None = None
    requests: int = 0
    failures: int = 0
    last_error: str = ""
    profile: str = ""
    faults: tuple[str, ...] = field(default=())
    logbook: Logbook = field(init=False)

    def __post_init__(self) -> None:
        """Begin to note the conversation."""
        self.logbook = Logbook(self.since)

    def answered(
        self,
        now_s: float,
        at: datetime,
        took_s: float | None,
        requests: int,
        faults: tuple[str, ...],
    ) -> bool:
        """Take in a poll that came through; True when the presence changed.

        ``took_s`` is None for what a device said by itself. Where nothing was asked, no
        time was measured either.
        """
        took_ms = 0.0
        if took_s is not None and requests:
            took_ms, before = took_s * 1000 / requests, self.latency_ms
            self.latency_ms = (
                took_ms if before is None else before + _SMOOTHING * (took_ms - before)
            )
        self.answered_s, self.last_answer_at, self.lost_s = now_s, at, None
        self.requests += requests
        self.logbook.answered(at, requests, took_ms)
        self.faults = faults
        return self._become(Presence.FAULT if faults else Presence.ON, at)

    def failed(self, now_s: float, at: datetime, error: str, *, link_lost: bool) -> bool:
        """Take in a request without answer; True when the presence changed."""
        self.requests += 1
        self.failures += 1
        self.last_error = error
        self.logbook.failed(at, error)
        return self.aged(now_s, at, link_lost=link_lost)

    def aged(self, now_s: float, at: datetime, *, link_lost: bool = False) -> bool:
        """Judge by the clock alone; True when the presence changed."""
        seen_s = self.started_s if self.answered_s is None else self.answered_s
        if self.lost_s is None and (
            link_lost or now_s >= seen_s + STALE_AFTER_CYCLES * self.cycle_s
        ):
            self.lost_s = now_s
        if self.lost_s is None:
            return False
        if now_s >= self.lost_s + self.offline_after_cycles * self.cycle_s:
            return self._become(Presence.OFFLINE, at)
        return self.presence is not Presence.OFFLINE and self._become(Presence.LATE, at)

    def next_change_s(self) -> float:
        """Return when `aged` may next have something to say (loop clock)."""
        if self.presence is Presence.OFFLINE:
            return float("inf")
        if self.lost_s is not None:
            return self.lost_s + self.offline_after_cycles * self.cycle_s
        seen_s = self.started_s if self.answered_s is None else self.answered_s
        return seen_s + STALE_AFTER_CYCLES * self.cycle_s

    def standing(self) -> DeviceStanding:
        """Return what people may know of it."""
        return DeviceStanding(
            self.device,
            self.presence,
            self.since,
            self.last_answer_at,
            self.latency_ms,
            self.requests,
            self.failures,
            self.last_error,
            self.profile,
            self.faults,
        )

    def _become(self, presence: Presence, at: datetime) -> bool:
        if presence is self.presence:
            return False
        self.presence, self.since = presence, at
        self.logbook.became(at, presence)
        return True
