"""A device is on, late or offline by its answers alone, judged against a simple model."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from app.acquisition.presence import PresenceKeeper, cycle_s
from app.model.device import Presence
from app.model.reading import DeviceId
from tests.plant import DEVICE, NOON, profile

CYCLE_S = 10.0


def keeper(offline_after_cycles: int = 2) -> PresenceKeeper:
    return PresenceKeeper(DEVICE, CYCLE_S, offline_after_cycles, NOON, started_s=0.0)


def at(now_s: float) -> datetime:
    return NOON + timedelta(seconds=now_s)


class Story:
    """What happened since the last answer; presence follows from it and from nothing else."""

    def __init__(self, offline_after_cycles: int) -> None:
        self.offline_after_s = offline_after_cycles * CYCLE_S
        self.answered = False
        self.faulty = False
        self.seen_s = 0.0
        self.looks: list[tuple[float, bool]] = []  # when, and whether the link was lost

    def presence(self) -> Presence:
        lost = [now for now, link_lost in self.looks if link_lost or now >= self.late_s]
        if not lost:
            if not self.answered:
                return Presence.LATE
            return Presence.FAULT if self.faulty else Presence.ON
        # A look finds it late first, and only a later one offline.
        over = [now for now, _ in self.looks if now >= lost[0] + self.offline_after_s]
        return Presence.OFFLINE if over else Presence.LATE

    @property
    def late_s(self) -> float:
        return self.seen_s + 2 * CYCLE_S


class KeeperStory(RuleBasedStateMachine):
    """The keeper and the story live through the same hours."""

    def __init__(self) -> None:
        super().__init__()
        self.keeper = keeper(offline_after_cycles=3)
        self.story = Story(offline_after_cycles=3)
        self.now_s = 0.0
        self.shown = [Presence.LATE]
        self.requests = self.failures = 0

    @rule(seconds=st.floats(0.0, 45.0))
    def time_passes(self, seconds: float) -> None:
        self.now_s += seconds

    @rule(faulty=st.booleans(), requests=st.integers(1, 5))
    def it_answers(self, faulty: bool, requests: int) -> None:
        faults = ("register 11253 refused",) if faulty else ()
        changed = self.keeper.answered(self.now_s, at(self.now_s), 0.2, requests, faults)
        self.story.answered, self.story.faulty = True, faulty
        self.story.seen_s, self.story.looks = self.now_s, []
        self.requests += requests
        self._note(changed)

    @rule(link_lost=st.booleans())
    def it_is_silent(self, link_lost: bool) -> None:
        error = f"no answer at {self.now_s}"
        changed = self.keeper.failed(self.now_s, at(self.now_s), error, link_lost=link_lost)
        self.story.looks.append((self.now_s, link_lost))
        self.requests += 1
        self.failures += 1
        assert self.keeper.standing().last_error == error
        self._note(changed)

    @rule()
    def somebody_looks(self) -> None:
        changed = self.keeper.aged(self.now_s, at(self.now_s))
        self.story.looks.append((self.now_s, False))
        self._note(changed)

    @precondition(lambda self: self.keeper.next_change_s() < float("inf"))
    @rule()
    def somebody_looks_when_told_to(self) -> None:
        self.now_s = max(self.now_s, self.keeper.next_change_s())
        self.somebody_looks()
        assert self.keeper.lost_s is not None

    @invariant()
    def both_say_the_same(self) -> None:
        assert self.keeper.presence is self.story.presence()

    @invariant()
    def it_counts(self) -> None:
        standing = self.keeper.standing()
        assert (standing.requests, standing.failures) == (self.requests, self.failures)

    @invariant()
    def nobody_is_offline_who_was_not_late(self) -> None:
        for before, after in zip(self.shown, self.shown[1:], strict=False):
            assert after is not Presence.OFFLINE or before is Presence.LATE

    @invariant()
    def a_look_before_its_time_changes_nothing(self) -> None:
        if self.now_s < self.keeper.next_change_s():
            assert not self.keeper.aged(self.now_s, at(self.now_s))

    def _note(self, changed: bool) -> None:
        presence = self.keeper.presence
        assert changed is (presence is not self.shown[-1])
        if changed:
            self.shown.append(presence)
            assert self.keeper.since == at(self.now_s)


TestKeeperStory = KeeperStory.TestCase
TestKeeperStory.settings = settings(max_examples=80, stateful_step_count=40, deadline=None)


@pytest.mark.parametrize("cycles", [1, 2, 5])
def test_it_is_offline_after_the_cycles_its_profile_says(cycles: int) -> None:
    lost = keeper(cycles)
    lost.answered(0.0, NOON, 0.1, 1, ())
    assert not lost.aged(19.99, at(19.99))
    assert lost.aged(20.0, at(20))
    assert lost.standing().presence is Presence.LATE
    gone_s = 20.0 + cycles * CYCLE_S
    assert not lost.aged(gone_s - 0.01, at(gone_s))
    assert lost.aged(gone_s, at(gone_s))
    assert lost.standing().presence is Presence.OFFLINE
    assert lost.next_change_s() == float("inf")


def test_one_missed_answer_changes_nothing() -> None:
    busy = keeper()
    busy.answered(0.0, NOON, 0.1, 1, ())
    assert not busy.failed(3.0, at(3), "no answer", link_lost=False)
    assert busy.standing().presence is Presence.ON
    assert busy.standing().failures == 1


def test_an_answer_brings_a_lost_device_back_at_once_and_keeps_its_last_error() -> None:
    lost = keeper()
    lost.failed(1.0, at(1), "no answer", link_lost=True)
    lost.aged(100.0, at(100))
    assert lost.standing().presence is Presence.OFFLINE
    assert lost.answered(101.0, at(101), 0.1, 1, ())
    standing = lost.standing()
    assert standing.presence is Presence.ON
    assert standing.since == standing.last_answer_at == at(101)
    assert standing.last_error == "no answer"


def test_a_device_that_refuses_a_part_is_faulty_until_it_no_longer_does() -> None:
    device = keeper()
    device.answered(0.0, NOON, 0.1, 1, ("register 11253 refused",))
    assert device.standing().faults == ("register 11253 refused",)
    assert device.standing().presence is Presence.FAULT
    assert device.answered(10.0, at(10), 0.1, 1, ())
    assert device.standing().presence is Presence.ON


@given(st.lists(st.tuples(st.floats(0.001, 3.0), st.integers(1, 6)), min_size=1))
def test_the_latency_shown_lies_among_those_measured(polls: list[tuple[float, int]]) -> None:
    device = keeper()
    for now, (took_s, requests) in enumerate(polls):
        device.answered(float(now), at(now), took_s, requests, ())
    measured_ms = [took_s * 1000 / requests for took_s, requests in polls]
    latency_ms = device.standing().latency_ms
    assert latency_ms is not None
    assert min(measured_ms) * 0.999 <= latency_ms <= max(measured_ms) * 1.001


def test_a_cycle_is_the_shortest_period_that_comes_round() -> None:
    assert cycle_s(profile(10.0)) == 10.0
    assert cycle_s(profile(poll_groups={"once": 0.0, "slow": 60.0})) == 60.0
    assert cycle_s(profile(poll_groups={"once": 0.0})) == 10.0
    assert cycle_s(profile(poll_groups={})) == 10.0


def test_a_standing_names_its_device() -> None:
    assert keeper().standing().device == DeviceId("station-7")
